namespace Cora.Build.Sdk.Tests;

/// <summary>What a change touches is made again, and nothing else.</summary>
public sealed class IncrementalTests : IDisposable
{
    private const string Workspace = "packages/module-ws/backend/lambdas/workspace";

    private readonly TestDirectory _stack = new TestDirectory()
        .Module("module-ws").Function("module-ws", "workspace", "").Function("module-ws", "cleanup", "").Layer("module-ws", "ws-common")
        .Write(Workspace + "/data.txt", "1\n").Write(Workspace + "/helper.py", "A = 1\n");

    public IncrementalTests() => _stack.Build("packages/module-ws").ShouldSucceed();

    public void Dispose() => _stack.Dispose();

    /// <summary>Builds and fails the test unless exactly these zips were written, and a further build does nothing.</summary>
    private BuildResult Changes(string[] written, params string[] arguments)
    {
        var before = _stack.Snapshot("packages/module-ws/backend/.build");
        var build = _stack.Build("packages/module-ws", ["--no-restore", .. arguments]).ShouldSucceed();
        Assert.Equal(written, _stack.Written("module-ws", before));
        return build;
    }

    private void DoesNothing(params string[] arguments)
    {
        var before = _stack.Snapshot();
        _stack.Build("packages/module-ws", ["--no-restore", .. arguments]).ShouldHaveDoneNothing();
        Assert.Equal(before, _stack.Snapshot());
    }

    private string Zip(string name) => _stack.Artifact("module-ws", name);

    [Fact]
    public void A_copy_of_a_tree_with_what_was_built_in_it_leaves_the_tree_alone()
    {
        var before = _stack.Snapshot();
        foreach (var file in Directory.GetFiles(_stack.Root, "*", SearchOption.AllDirectories))
        {
            var copy = Path.Combine(_stack.Top, "copy", Path.GetRelativePath(_stack.Root, file));
            Directory.CreateDirectory(Path.GetDirectoryName(copy)!);
            File.Copy(file, copy);
        }

        foreach (var verb in new[] { "build", "clean" }) _stack.Dotnet(verb, Path.Combine(_stack.Top, "copy/packages/module-ws")).ShouldSucceed();

        Assert.Equal(before, _stack.Snapshot());
        Assert.False(File.Exists(Path.Combine(_stack.Top, "copy/packages/module-ws/backend/.build/workspace.zip")));
    }

    [Fact]
    public void A_file_that_is_edited_added_renamed_or_deleted_remakes_its_artifact_alone()
    {
        _stack.Write(Workspace + "/data.txt", "2\n");
        var build = Changes(["workspace.zip"]);
        Assert.StartsWith("module-ws: 1 function built, 1 function up to date, 1 layer up to date, ", build.Line("module-ws"), StringComparison.Ordinal);
        Assert.Equal("2\n", TestDirectory.Read(Zip("workspace.zip"), "data.txt"));
        DoesNothing();

        _stack.Write(Workspace + "/sub/added.py", "");
        Changes(["workspace.zip"]);
        File.Move(_stack[Workspace + "/helper.py"], _stack[Workspace + "/assistant.py"]);
        Changes(["workspace.zip"]);
        Assert.Equal(["assistant.py", "data.txt", "lambda_function.py", "sub/added.py"], TestDirectory.Names(Zip("workspace.zip")));

        _stack.Delete(Workspace + "/sub");
        Changes(["workspace.zip"]);
        Assert.Equal(["assistant.py", "data.txt", "lambda_function.py"], TestDirectory.Names(Zip("workspace.zip")));

        _stack.Write("packages/module-ws/backend/layers/ws-common/python/ws_common/more.py", "");
        Changes(["ws-common-layer.zip"]);
        // What no artifact contains is no change.
        _stack.Write(Workspace + "/tests/test_it.py", "").Write(Workspace + "/README.md", "").Write("packages/module-ws/frontend/x.ts", "");
        Assert.Equal([], _stack.Written("module-ws", Built()));
        DoesNothing();

        IReadOnlyDictionary<string, (DateTime Modified, string Sha256)> Built()
        {
            var before = _stack.Snapshot("packages/module-ws/backend/.build");
            _stack.Build("packages/module-ws", "--no-restore").ShouldSucceed();
            return before;
        }
    }

    [Fact]
    public void A_file_that_is_replaced_by_an_older_one_is_noticed_and_a_touched_one_gives_the_same_bytes()
    {
        _stack.Write(Workspace + "/data.txt", "0\n"); // The same length.
        File.SetLastWriteTimeUtc(_stack[Workspace + "/data.txt"], new DateTime(2001, 1, 1, 0, 0, 0, DateTimeKind.Utc));
        Changes(["workspace.zip"]);
        Assert.Equal("0\n", TestDirectory.Read(Zip("workspace.zip"), "data.txt"));

        File.SetLastWriteTimeUtc(_stack[Workspace + "/data.txt"], DateTime.UtcNow);
        var build = Changes([]);
        Assert.StartsWith("module-ws: 2 functions up to date, 1 layer up to date, ", build.Line("module-ws"), StringComparison.Ordinal);
        DoesNothing();
    }

    [LinuxFact]
    public void A_file_that_is_renamed_only_by_case_is_noticed()
    {
        File.Move(_stack[Workspace + "/helper.py"], _stack[Workspace + "/Helper.py"]);

        Changes(["workspace.zip"]);

        Assert.Equal(["Helper.py", "data.txt", "lambda_function.py"], TestDirectory.Names(Zip("workspace.zip")));
        Directory.Move(_stack[Workspace], _stack["packages/module-ws/backend/lambdas/Workspace"]);
        Changes(["Workspace.zip"]);
        Assert.Equal(["Workspace.zip", "cleanup.zip", "cora-manifest.json", "ws-common-layer.zip"], _stack.Artifacts("module-ws"));
    }

    [Fact]
    public void A_function_that_is_renamed_or_removed_leaves_no_zip_and_one_that_is_added_gets_one()
    {
        Directory.Move(_stack[Workspace], _stack["packages/module-ws/backend/lambdas/ws-api"]);
        Changes(["ws-api.zip"]);
        Assert.Equal(["cleanup.zip", "cora-manifest.json", "ws-api.zip", "ws-common-layer.zip"], _stack.Artifacts("module-ws"));
        Assert.DoesNotContain("workspace.zip", File.ReadAllText(Zip("cora-manifest.json")), StringComparison.Ordinal);

        _stack.Delete("packages/module-ws/backend/lambdas/cleanup").Delete("packages/module-ws/backend/layers/ws-common").Function("module-ws", "late");
        Changes(["late.zip"]);
        Assert.Equal(["cora-manifest.json", "late.zip", "ws-api.zip"], _stack.Artifacts("module-ws"));

        // Another directory for the artifacts leaves none in the old one.
        _stack.Build("packages/module-ws", "--no-restore", "-p:CoraArtifactsDir=../../dist").ShouldSucceed();
        Assert.DoesNotContain(_stack.Artifacts("module-ws"), name => name.EndsWith(".zip", StringComparison.Ordinal));
        Assert.True(File.Exists(_stack["dist/late.zip"]));
    }

    [Fact]
    public void A_zip_that_somebody_deleted_changed_or_exchanged_is_made_again()
    {
        var right = _stack.Hashes("module-ws");
        File.Delete(Zip("workspace.zip"));
        Changes(["workspace.zip"]);
        Assert.Equal(right, _stack.Hashes("module-ws"));

        File.AppendAllText(Zip("cleanup.zip"), "x");
        Changes(["cleanup.zip"]);
        Assert.Equal(right, _stack.Hashes("module-ws"));

        var bytes = File.ReadAllBytes(Zip("ws-common-layer.zip"));
        bytes[^30] ^= 1; // The same length.
        File.WriteAllBytes(Zip("ws-common-layer.zip"), bytes);
        Changes(["ws-common-layer.zip"]);
        Assert.Equal(right, _stack.Hashes("module-ws"));

        File.Delete(Zip("cora-manifest.json"));
        _stack.Build("packages/module-ws", "--no-restore").ShouldSucceed();
        Assert.Equal(right, _stack.Hashes("module-ws"));
        DoesNothing();

        _stack.Delete("packages/module-ws/obj/cora");
        var build = Changes([]); // All is right as it is.
        Assert.StartsWith("module-ws: 2 functions up to date, 1 layer up to date, ", build.Line("module-ws"), StringComparison.Ordinal);
    }

    [Fact]
    public void A_property_or_item_that_shapes_an_artifact_remakes_what_it_shapes()
    {
        _stack.Write("packages/module-ws/module.coraproj", """<Project Sdk="Cora.Build.Sdk"><ItemGroup><CoraLambda Update="backend/lambdas/workspace"><Exclude>data.txt</Exclude></CoraLambda></ItemGroup></Project>""");
        Changes(["workspace.zip"]);
        Assert.Equal(["helper.py", "lambda_function.py"], TestDirectory.Names(Zip("workspace.zip")));
        DoesNothing();

        // Without wheels an architecture changes no byte of a zip, and yet the manifest says what it is for.
        Changes([], "-p:CoraArchitecture=arm64");
        Assert.Equal("arm64", _stack.Manifest("module-ws").GetProperty("target").GetProperty("architecture").GetString());
        Changes([], "-p:CoraArchitecture=arm64", "-p:Version=2.0.0");
        Assert.Equal("2.0.0", _stack.Manifest("module-ws").GetProperty("version").GetString());
        // requirements.txt is packaged now.
        Changes(["cleanup.zip", "workspace.zip"], "-p:CoraDefaultExcludes=*.sh", "-p:Version=2.0.0", "-p:CoraModuleName=spaces", "-p:CoraArtifactsDir=backend/.build/");
    }

    [Fact]
    public void A_limit_that_is_changed_is_compared_again_though_no_zip_is_made()
    {
        var build = Changes([], "-p:CoraZipLimitMB=0.0001");

        Assert.Equal(["CORA4001", "CORA4001", "CORA4001"], build.Warnings.Select(warning => warning.Code));
        Assert.Equal(build.Reported(), Changes([], "-p:CoraZipLimitMB=0.0001").Reported());
        Assert.Empty(Changes([]).Warnings);
    }

    [Fact]
    public void A_layer_of_a_referenced_module_that_changes_touches_the_manifest_of_those_that_refer_to_it_and_no_zip()
    {
        _stack.Module("module-ai", "module-ws").Function("module-ai", "provider").Module("module-eval").Function("module-eval", "evaluate").Project();
        _stack.Build().ShouldSucceed();
        var (ai, eval, ws) = (_stack.Snapshot("packages/module-ai/backend/.build"), _stack.Snapshot("packages/module-eval"), _stack.Snapshot("packages/module-ws/backend/.build"));

        _stack.Write("packages/module-ws/backend/layers/ws-common/python/ws_common/big.txt", new string('x', 3 << 20));
        var build = _stack.Build(".", "--no-restore", "-p:CoraUnzippedWarningMB=2").ShouldFailWith("CORA4003");

        Assert.Equal(["ws-common-layer.zip"], _stack.Written("module-ws", ws));
        Assert.Equal([], _stack.Written("module-ai", ai));
        // The functions' sizes with their layers were compared again in every module that has the layer, and in no other.
        Assert.Equal(["cleanup", "provider", "workspace"], build.Warnings.Select(warning => Path.GetFileName(warning.File!)).Order(StringComparer.Ordinal));
        Assert.All(build.Warnings, warning => Assert.Equal("CORA4003", warning.Code));
        Assert.True(build.Ran("PackageModule", "module-ai"));

        // A function that changes concerns nobody else.
        _stack.Build(".", "--no-restore").ShouldSucceed();
        _stack.Write(Workspace + "/data.txt", "7\n");
        eval = _stack.Snapshot("packages/module-eval");
        build = _stack.Build(".", "--no-restore").ShouldSucceed();
        Assert.True(build.Ran("PackageModule", "module-ws"));
        Assert.False(build.Ran("PackageModule", "module-eval"));
        Assert.Equal(eval, _stack.Snapshot("packages/module-eval"));
    }
}
