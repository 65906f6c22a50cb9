namespace Cora.Build.Sdk.Tests;

/// <summary>The verbs: build, rebuild, clean, and a build with nothing to do.</summary>
public sealed class BuildTests
{
    [Fact]
    public void A_module_of_one_line_gets_all_its_zips()
    {
        using var stack = new TestDirectory();
        stack.Module("module-ws").Function("module-ws", "workspace").Function("module-ws", "cleanup").Layer("module-ws", "ws-common");

        var build = stack.Build("packages/module-ws").ShouldSucceed();

        Assert.Empty(build.Warnings);
        Assert.Equal(["cleanup.zip", "cora-manifest.json", "workspace.zip", "ws-common-layer.zip"], stack.Artifacts("module-ws"));
        Assert.Equal(["lambda_function.py"], TestDirectory.Names(stack.Artifact("module-ws", "workspace.zip")));
        Assert.Equal(["python/ws_common/__init__.py"], TestDirectory.Names(stack.Artifact("module-ws", "ws-common-layer.zip")));
        Assert.StartsWith("module-ws: 2 functions built, 1 layer built, ", build.Line("module-ws"), StringComparison.Ordinal);
    }

    [Fact]
    public void A_build_with_nothing_to_do_starts_no_process_opens_no_source_and_writes_nothing()
    {
        using var stack = new TestDirectory();
        stack.Module("module-access").Layer("module-access", "org-common").Function("module-access", "orgs", "# nothing\n")
            .Module("module-ws", "module-access").Function("module-ws", "workspace", "").Project().WatchProcesses();
        Directory.CreateDirectory(stack[".git"]);
        stack.Build().ShouldSucceed();
        // The watch works: a module's build asks git once, and Python once for all its sources.
        Assert.Equal(["git", "git", "python", "python"], stack.StartedProcesses().Select(name => name.TrimEnd('3')).Order(StringComparer.Ordinal));
        var sources = new[] { "packages/module-access/backend/lambdas/orgs/lambda_function.py", "packages/module-ws/backend/lambdas/workspace/lambda_function.py" }.Select(path => stack[path]).ToList();
        var probe = Path.Combine(stack.Top, "probe");
        File.WriteAllText(probe, "x");
        var before = stack.Snapshot();
        var longAgo = new DateTime(2001, 1, 1, 0, 0, 0, DateTimeKind.Utc);
        foreach (var path in sources.Append(probe)) File.SetLastAccessTimeUtc(path, longAgo);

        foreach (var arguments in new string[][] { [], ["--no-restore"] })
        {
            var build = stack.Build(".", arguments).ShouldHaveDoneNothing();

            Assert.Equal([], stack.StartedProcesses());
            Assert.StartsWith("module-ws: 1 function up to date, ", build.Line("module-ws"), StringComparison.Ordinal);
            Assert.StartsWith("module-access: 1 function up to date, 1 layer up to date, ", build.Line("module-access"), StringComparison.Ordinal);
        }
        File.ReadAllText(probe);
        if (File.GetLastAccessTimeUtc(probe) != longAgo) Assert.All(sources, path => Assert.Equal(longAgo, File.GetLastAccessTimeUtc(path)));
        Assert.Equal(before, stack.Snapshot());
    }

    [Fact]
    public void Rebuild_makes_everything_again_with_the_same_bytes()
    {
        using var stack = new TestDirectory();
        stack.Module("module-ws").Function("module-ws", "workspace").Layer("module-ws", "ws-common");
        stack.Build("packages/module-ws").ShouldSucceed();
        var (hashes, before) = (stack.Hashes("module-ws"), stack.Snapshot());
        stack.Write("packages/module-ws/backend/.build/gone.zip", "not ours");

        var build = stack.Build("packages/module-ws", "-t:Rebuild").ShouldSucceed();

        Assert.StartsWith("module-ws: 1 function built, 1 layer built, ", build.Line("module-ws"), StringComparison.Ordinal);
        Assert.Equal(["workspace.zip", "ws-common-layer.zip"], stack.Written("module-ws", before).Except(["gone.zip"]));
        stack.Delete("packages/module-ws/backend/.build/gone.zip");
        Assert.Equal(hashes, stack.Hashes("module-ws"));
    }

    [Fact]
    public void Clean_leaves_nothing_that_a_build_of_any_configuration_made_and_touches_nothing_else()
    {
        using var stack = new TestDirectory();
        stack.Module("module-access").Layer("module-access", "org-common")
            .Module("module-ws", "module-access").Function("module-ws", "workspace").Function("module-ws", "cleanup").Project();
        stack.Build(".", "-c", "Release").ShouldSucceed();
        stack.Build().ShouldHaveDoneNothing();
        stack.Delete("packages/module-ws/backend/lambdas/cleanup").Write("packages/module-ws/backend/.build/notes.txt", "mine");
        stack.Build(".", "--no-restore").ShouldSucceed();
        Assert.Equal(["cora-manifest.json", "notes.txt", "workspace.zip"], stack.Artifacts("module-ws"));

        stack.Dotnet("clean", ".").ShouldSucceed();

        Assert.Equal(["packages/module-ws/backend/.build/notes.txt"], stack.Snapshot().Keys.Where(path => path.Contains("/.build/", StringComparison.Ordinal) || path.Contains("/cora/", StringComparison.Ordinal)));
        stack.Dotnet("clean", ".", "-c", "Release").ShouldSucceed(); // Nothing to clean is no error; Microsoft's caches are a configuration's.
        var left = stack.Snapshot().Keys.Where(path => !Path.GetFileName(path).Contains(".nuget.", StringComparison.Ordinal) && Path.GetFileName(path) is not ("project.assets.json" or "project.nuget.cache"));
        Assert.Equal([
            "packages/module-access/backend/layers/org-common/python/org_common/__init__.py",
            "packages/module-access/module.coraproj",
            "packages/module-ws/backend/.build/notes.txt",
            "packages/module-ws/backend/lambdas/workspace/lambda_function.py",
            "packages/module-ws/module.coraproj",
            "project.coraproj",
        ], left.Order(StringComparer.Ordinal));
        Assert.False(Directory.Exists(stack["packages/module-access/backend/.build"]));
    }

    [Fact]
    public void Without_restore_a_restored_module_builds()
    {
        using var stack = new TestDirectory();
        stack.Module("module-ws").Function("module-ws", "workspace");
        stack.Dotnet("restore", "packages/module-ws").ShouldSucceed();
        Assert.Empty(stack.Artifacts("module-ws"));

        var build = stack.Build("packages/module-ws", "--no-restore").ShouldSucceed();

        Assert.DoesNotContain("RestoreTask", build.Tasks);
        Assert.Equal(["cora-manifest.json", "workspace.zip"], stack.Artifacts("module-ws"));
    }
}
