using Cora.Build.Diagnostics;
using Cora.Build.Modules;
using Cora.Build.Packaging;
using Cora.Build.Tests.Packaging;

namespace Cora.Build.Tests.Modules;

/// <summary>What makes the working targets run again, and what does not.</summary>
public sealed class ModuleInputsTests : IDisposable
{
    private readonly TestModule _module = new TestModule().Function("f", "x").Function("g");

    public void Dispose() => _module.Dispose();

    private IntermediateFiles Files => _module.Files;

    private string[] InputFiles => [Files.Module, Files.DependencyInputs, Files.PackageInputs, Files.StructureInputs, Files.Findings("collect"), Files.LintInputs];

    private void Collect() => ModuleInputs.Collect(Files, _module.Module,
        Directory.GetDirectories(_module["backend/lambdas"]).Select(path => new DirectoryItem(path, IsDefault: true, _ => "")), []);

    /// <summary>Which of the files changed when something happens between two collections.</summary>
    private string Changed(Action happens)
    {
        Collect();
        IntermediateFiles.WriteIfDifferent(Files.Dependencies, "{}"u8);
        var before = InputFiles.Select(File.ReadAllBytes).ToList();
        var longAgo = new DateTime(2001, 1, 1, 0, 0, 0, DateTimeKind.Utc);
        foreach (var file in InputFiles) File.SetLastWriteTimeUtc(file, longAgo);
        happens();
        Collect();
        // Written when, and only when, it differs.
        Assert.All(InputFiles.Zip(before), pair => Assert.Equal(File.ReadAllBytes(pair.First).SequenceEqual(pair.Second), File.GetLastWriteTimeUtc(pair.First) == longAgo));
        return string.Join(' ', InputFiles.Where(file => File.GetLastWriteTimeUtc(file) != longAgo).Select(Path.GetFileNameWithoutExtension));
    }

    [Fact]
    public void Nothing_is_written_when_nothing_changed() => Assert.Equal("", Changed(() => { }));

    [Fact]
    public void An_edited_file_changes_what_is_packaged_alone() => Assert.Equal("package", Changed(() => _module.Write("backend/lambdas/f/lambda_function.py", "x = 1")));

    [Fact]
    public void A_file_of_the_same_length_with_an_older_time_changes_what_is_packaged() =>
        Assert.Equal("package", Changed(() => File.SetLastWriteTimeUtc(_module["backend/lambdas/f/lambda_function.py"], new DateTime(2000, 1, 1))));

    /// <summary>The module's own Terraform says which layers functions have, which the manifest tells. What is packaged is checked as well.</summary>
    [Theory]
    [InlineData("module.json", "lint")]
    [InlineData("../module-other/infrastructure/outputs.tf", "lint")]
    [InlineData("infrastructure/main.tf", "package")]
    public void What_is_read_besides_the_sources_is_an_input(string file, string inputs)
    {
        Assert.Equal(inputs, Changed(() => _module.Write(file, "{}")));
        Assert.Equal(inputs, Changed(() => _module.Write(file, "# {}")));
        Assert.Equal(inputs, Changed(() => File.Delete(_module[file])));
    }

    [Fact]
    public void A_new_file_changes_what_is_packaged_and_what_git_is_asked() => Assert.Equal("package structure", Changed(() => _module.Write("backend/lambdas/f/new.py")));

    [Fact]
    public void A_file_that_is_renamed_by_case_alone_is_another() => Assert.Equal("package structure", Changed(() =>
    {
        File.Move(_module.Write("backend/lambdas/f/helper.py"), _module["backend/lambdas/f/x"]);
        File.Move(_module["backend/lambdas/f/x"], _module["backend/lambdas/f/Helper.py"]);
    }));

    [Fact]
    public void What_is_excluded_changes_nothing() => Assert.Equal("", Changed(() => _module.Write("backend/lambdas/f/tests/test_x.py")));

    [Fact]
    public void A_requirements_file_changes_the_dependencies_alone() => Assert.Equal("dependencies", Changed(() => _module.Write("backend/lambdas/f/requirements.txt", "y==2")));

    [Fact]
    public void A_lock_changes_the_dependencies_alone() => Assert.Equal("dependencies", Changed(() => _module.Write("backend/lambdas/f/pylock.toml")));

    [Fact]
    public void A_file_that_requirements_include_changes_the_dependencies()
    {
        var included = _module.Write("backend/base.txt", "a");
        Collect();
        IntermediateFiles.WriteIfDifferent(Files.RequirementFiles, [included]);
        Assert.Equal("dependencies", Changed(() => _module.Write("backend/base.txt", "longer")));
    }

    [Fact]
    public void A_new_function_changes_the_module() => Assert.Equal("module dependencies package structure collect", Changed(() => _module.Function("new")));

    [Fact]
    public void A_property_changes_the_module_alone() => Assert.Equal("module", Changed(() => _module.Module = _module.Module with { TargetFramework = "python3.12" }));

    [Fact]
    public void A_layer_of_a_referenced_module_changes_what_is_packaged()
    {
        var manifest = _module.Write("other/cora-manifest.json", "{}");
        _module.Module = _module.Module with { References = [new ModuleReference("other", manifest, "")] };
        Assert.Equal("package", Changed(() => _module.Write("other/cora-manifest.json", "{ }")));
    }

    [Fact]
    public void Ignore_rules_change_what_git_is_asked()
    {
        Directory.CreateDirectory(_module[".git"]);
        Assert.Equal("structure", Changed(() => _module.Write("backend/.gitignore", "x")));
    }

    [Fact]
    public void An_artifact_that_is_gone_or_changed_is_made_again()
    {
        var zip = _module.Write("backend/.build/f.zip", "zip");
        _module.Write("backend/.build/cora-manifest.json", "{}");
        Collect();
        IntermediateFiles.WriteIfDifferent(Files.Dependencies, "{}"u8);
        foreach (var damage in new Action[] { () => { }, () => File.WriteAllText(zip, "other"), () => File.Delete(zip) })
        {
            var file = new FileInfo(zip);
            IntermediateFiles.WriteIfDifferent(Files.Artifacts, [new ArtifactRecord(ArtifactKind.Function, ArtifactOutcome.Built, zip, file.Length, file.LastWriteTimeUtc.Ticks).ToString()]);
            IntermediateFiles.Write(Files.PackageStamp, []);
            damage();
            var isIntact = File.Exists(zip) && File.ReadAllText(zip) == "zip";
            Collect();
            Assert.Equal(isIntact, File.Exists(Files.PackageStamp));
            _module.Write("backend/.build/f.zip", "zip");
        }
    }

    [Fact]
    public void Dependencies_that_somebody_deleted_are_resolved_again()
    {
        Collect();
        IntermediateFiles.Write(Files.Dependencies, "{}"u8);
        IntermediateFiles.Write(Files.DependencyStamp, []);
        Collect();
        Assert.True(File.Exists(Files.DependencyStamp));
        File.Delete(Files.Dependencies);
        Collect();
        Assert.False(File.Exists(Files.DependencyStamp));
    }

    [LinuxFact]
    public void No_source_is_opened()
    {
        Collect();
        // Older than the last write, so that reading would set it where times of access are kept at all.
        var source = _module["backend/lambdas/f/lambda_function.py"];
        File.SetLastAccessTimeUtc(source, new DateTime(2000, 1, 1, 0, 0, 0, DateTimeKind.Utc));
        Collect();
        Assert.Equal(2000, File.GetLastAccessTimeUtc(source).Year);
    }

    [Fact]
    public void A_phase_that_failed_has_no_stamp()
    {
        var error = LambdaLimits.EmptyArtifact.At(new Location("/x"), "empty");
        Files.Finish(Files.PackageStamp, Files.Findings("package"), []);
        Assert.True(File.Exists(Files.PackageStamp));
        Files.Finish(Files.PackageStamp, Files.Findings("package"), [error]);
        Assert.False(File.Exists(Files.PackageStamp));
        Assert.Equal([error], Findings.Read(Files.Findings("package")));
        Files.Finish(Files.PackageStamp, Files.Findings("package"), [error with { Severity = Severity.Warning }]);
        Assert.True(File.Exists(Files.PackageStamp));
    }

    [Fact]
    public void A_file_is_written_whole_or_not_at_all()
    {
        Directory.CreateDirectory(Path.Combine(Files.Directory, "taken"));
        Assert.ThrowsAny<Exception>(() => IntermediateFiles.Write(Path.Combine(Files.Directory, "taken"), [1]));
        Assert.Empty(Directory.GetFiles(Files.Directory));
    }
}
