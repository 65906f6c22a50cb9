using Cora.Build.Diagnostics;
using Cora.Build.Modules;

namespace Cora.Build.Tests.Modules;

/// <summary>Configuration, records, the summary, cleaning, and what git is asked.</summary>
public sealed class ModulesTests : IDisposable
{
    private readonly TestModule _module = new();

    public void Dispose() => _module.Dispose();

    [Theory]
    [InlineData("50", 52_428_800)]
    [InlineData("0.5", 524_288)]
    [InlineData("0", null)]
    [InlineData("-1", null)]
    [InlineData("1e3", null)]
    [InlineData("1,5", null)]
    [InlineData("fifty", null)]
    [InlineData("", null)]
    [InlineData("9999999999", null)]
    public void A_number_of_megabytes_is_read_or_refused(string value, int? bytes)
    {
        if (bytes is not null) Assert.Equal(bytes.Value, Configuration.Megabytes("/p", "CoraZipLimitMB", value));
        else Refuse(() => Configuration.Megabytes("/p", "CoraZipLimitMB", value), "CoraZipLimitMB is '");
    }

    [Fact]
    public void Other_values_are_read_or_refused()
    {
        Assert.Equal(7, Configuration.Bytes("/p", "UnzippedBytes", "7"));
        Refuse(() => Configuration.Bytes("/p", "UnzippedBytes", "-7"), "a number of bytes");
        Assert.Equal("pip", Configuration.OneOf("/p", "CoraInstaller", "PIP", "auto", "uv", "pip"));
        Refuse(() => Configuration.OneOf("/p", "CoraInstaller", "poetry", "auto", "uv", "pip"), "CoraInstaller is 'poetry'; write auto or uv or pip.");
        Assert.Equal("--index-url https://h/simple", Configuration.WithoutSecret("/p", "CoraPipArguments", "--index-url https://h/simple"));
        var project = _module["module.coraproj"];
        Assert.Equal("python3", Configuration.Program(project, "python3"));
        Assert.Equal(_module[".venv/bin/python"], Configuration.Program(project, ".venv/bin/python"));
    }

    [Fact]
    public void A_password_in_a_property_is_refused_and_not_shown()
    {
        var message = Refuse(() => Configuration.WithoutSecret("/p", "CoraPipArguments", "--index-url https://u:secret@h/simple"), "CoraPipArguments holds a URL with credentials");
        Assert.DoesNotContain("secret", message, StringComparison.Ordinal);
    }

    private static string Refuse(Action read, string expected)
    {
        var error = Assert.Throws<CoraException>(read).Diagnostic;
        Assert.Equal(("CORA0005", "/p"), (error.Descriptor.Code, error.Location.File));
        Assert.Contains(expected, error.Message, StringComparison.Ordinal);
        return error.Message;
    }

    [Fact]
    public void Records_are_read_as_they_were_written_and_other_lines_passed_over()
    {
        ArtifactRecord[] records =
        [
            new(ArtifactKind.Layer, ArtifactOutcome.Built, "/a b/\tc-layer.zip", 7, 8),
            new(ArtifactKind.Function, ArtifactOutcome.Failed, "/d.zip", -1, 0),
            new(ArtifactKind.Function, ArtifactOutcome.UpToDate, "/ä.zip", 1, 2),
        ];
        IntermediateFiles.WriteIfDifferent(_module.Files.Artifacts, [.. records.Select(record => record.ToString()), "", "function\tbuilt\tmany\t1\t/x", "half\ta"]);
        Assert.Equal(records, ArtifactRecord.Read(_module.Files.Artifacts));
        Assert.Empty(ArtifactRecord.Read(_module["none"]));
    }

    [Fact]
    public void The_summary_says_what_happened()
    {
        ArtifactRecord Record(ArtifactKind kind, ArtifactOutcome outcome, long bytes) => new(kind, outcome, "/x.zip", bytes, 0);
        ArtifactRecord[] records =
        [
            Record(ArtifactKind.Function, ArtifactOutcome.Built, 1_500_000), Record(ArtifactKind.Function, ArtifactOutcome.Built, 2_000_000),
            Record(ArtifactKind.Layer, ArtifactOutcome.UpToDate, 48_576), Record(ArtifactKind.Function, ArtifactOutcome.Failed, 999_999_999),
        ];
        using var module = new TestModule("m");
        Assert.Equal("m: nothing built", BuildSummary.OfModule("m", module.Files, packaged: true).Line);

        IntermediateFiles.WriteLines(module.Files.Artifacts, records.Select(record => record.ToString()));
        Assert.Equal("m: 2 functions built, 1 layer up to date, 1 function failed, 3.4 MB", BuildSummary.OfModule("m", module.Files, packaged: true).Line);
        Assert.Equal("m: 2 functions up to date, 1 layer up to date, 1 function failed, 3.4 MB", BuildSummary.OfModule("m", module.Files, packaged: false).Line);
        Assert.Equal(4, BuildSummary.OfModule("m", module.Files, packaged: true).Details.Count);

        IntermediateFiles.WriteLines(module.Files.LintCounts, [Checks.Line(1, "layer calls"), Checks.Line(30, "imports"), Checks.OtherLine(2, "not decidable"), Checks.NoteLine("x is\ndynamic")]);
        IntermediateFiles.WriteLines(module.Files.ReportCounts, [Checks.OtherLine(5, "in the baseline")]);
        Assert.Equal("m: 2 functions built, 1 layer up to date, 1 function failed, 3.4 MB; 1 layer call, 30 imports checked, 2 not decidable, 5 in the baseline", BuildSummary.OfModule("m", module.Files, packaged: true).Line);
        Assert.Equal("  x is dynamic", BuildSummary.OfModule("m", module.Files, packaged: true).Details[^1]);
        Assert.Equal("p: 2 modules, 6 functions, 2 layers; 2 layer calls, 60 imports checked, 4 not decidable, 10 in the baseline",
            BuildSummary.OfProject("p", new IntermediateFiles(module["nothing"]), [module.Files, module.Files]).Line);
    }

    [Theory]
    [InlineData(0, "0 B")]
    [InlineData(1023, "1023 B")]
    [InlineData(1024, "1.0 KB")]
    [InlineData(1_048_576, "1.0 MB")]
    [InlineData(262_144_000, "250.0 MB")]
    public void Bytes_are_said_for_people(long bytes, string text) => Assert.Equal(text, BuildSummary.Size(bytes));

    [Fact]
    public void Cleaning_removes_what_the_build_made_and_nothing_else()
    {
        var zip = _module.Write("backend/.build/f.zip", "zip");
        var own = _module.Write("backend/.build/mine.zip", "mine");
        _module.Write("backend/.build/cora-manifest.json", "{}");
        var restored = _module.Write("obj/project.assets.json");
        _module.Function("f");
        IntermediateFiles.WriteIfDifferent(_module.Files.Artifacts, [new ArtifactRecord(ArtifactKind.Function, ArtifactOutcome.Built, zip, 3, 0).ToString()]);

        ModuleClean.Clean(_module.Files, _module["backend/.build/"]);
        Assert.Equal([_module["backend/.build/mine.zip"], _module["backend/lambdas/f/lambda_function.py"], restored], Directory.GetFiles(_module.Directory, "*", SearchOption.AllDirectories).Order(StringComparer.Ordinal));
        File.Delete(own);
        ModuleClean.Clean(_module.Files, _module["backend/.build/"]);
        Assert.False(Directory.Exists(_module["backend/.build"]));
    }

    [Fact]
    public async Task A_source_that_git_ignores_is_a_warning_and_artifacts_that_it_does_not_are_a_suggestion()
    {
        if (Git("init", "-q") != 0) return;
        _module.Function("f", "a").Write("backend/lambdas/f/data/x.csv");
        _module.Write("backend/lambdas/f/secret.py");
        _module.Write("backend/lambdas/f/kept.py");
        _module.Write("backend/lambdas/f/tests/ignored.py");
        _module.Write(".gitignore", "*.csv\nsecret.py\nkept.py\nignored.py\n*.sql\n");
        _module.Module = _module.Module with { Schemas = [_module.Write("db/schema/001.sql")] };
        Assert.Equal(0, Git("add", "-f", "backend/lambdas/f/kept.py"));
        Assert.Equal(
            ["CORA1007 backend/lambdas/f/data/x.csv", "CORA1007 backend/lambdas/f/secret.py", "CORA1007 db/schema/001.sql", "CORA1011 module.coraproj"], await Checked());

        _module.Write(".gitignore", ".build/\n");
        Assert.Empty(await Checked());
    }

    [Fact]
    public async Task Without_a_repository_git_is_not_asked()
    {
        _module.Function("f");
        if (GitIgnore.WorkingTree(_module.Directory) is null) Assert.Empty(await Checked());
        Directory.CreateDirectory(_module[".git"]);
        // There is no git on PATH.
        Assert.Empty(await GitIgnore.CheckAsync(_module.Discover().Module, new Processes(_module.Environment), default));
    }

    private static Dictionary<string, string> GitEnvironment => new() { ["PATH"] = Environment.GetEnvironmentVariable("PATH") ?? "", ["GIT_CONFIG_GLOBAL"] = "/dev/null", ["GIT_CONFIG_NOSYSTEM"] = "1" };

    private int Git(params string[] arguments) => new Processes(GitEnvironment).RunAsync("git", arguments, _module.Directory, null, default).GetAwaiter().GetResult()?.ExitCode ?? -1;

    private async Task<IEnumerable<string>> Checked() => (await GitIgnore.CheckAsync(_module.Discover().Module, new Processes(GitEnvironment), default))
        .Select(diagnostic => $"{diagnostic.Descriptor.Code} {Path.GetRelativePath(_module.Directory, diagnostic.Location.File).Replace('\\', '/')}").Order(StringComparer.Ordinal);
}
