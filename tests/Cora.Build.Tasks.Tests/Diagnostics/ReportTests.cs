using System.Text.Json.Nodes;
using Cora.Build.Diagnostics;
using Cora.Build.Modules;

namespace Cora.Build.Tests.Diagnostics;

public sealed class ReportTests : IDisposable
{
    private static readonly DiagnosticDescriptor s_error = new("CORA2001", Severity.Error, "A rule that is an error") { IsConfigurable = true };
    private static readonly DiagnosticDescriptor s_warning = new("CORA1005", Severity.Warning, "A rule that is a warning");
    private static readonly DiagnosticDescriptor s_suggestion = new("CORA1006", Severity.Suggestion, "A rule that is a suggestion");
    private static readonly DiagnosticDescriptor s_failure = new("CORA1002", Severity.Error, "Something is not built");

    private static readonly SeverityOptions s_options = new("", "", "", false);

    private readonly TestModule _module = new();

    public ReportTests() => File.WriteAllText(Path.Combine(_module.Root, ".editorconfig"), "root = true\n");

    public void Dispose() => _module.Dispose();

    private Diagnostic At(DiagnosticDescriptor descriptor, int line = 0, string message = "x", string file = "backend/a.py") =>
        descriptor.At(new Location(_module[file], line, line == 0 ? 0 : 5), message);

    private void Found(params Diagnostic[] diagnostics) => IntermediateFiles.Write(_module.Files.Findings("lint"), Findings.ToBytes(diagnostics));

    private void Noqa(params Suppression[] suppressions) => IntermediateFiles.WriteLines(_module.Files.Suppressions, suppressions.Select(item => item.ToString()));

    private Suppression Noqa(string code, int line) => new(code, new Location(_module["backend/a.py"], line, 20));

    private Report Report(SeverityOptions? options = null) => new(_module.Files, _module["module.coraproj"], options ?? s_options);

    private string Conclude(SeverityOptions? options = null) =>
        string.Join(' ', Report(options).Conclude().Select(item => $"{item.Descriptor.Code}:{item.Severity}"));

    private JsonNode Sarif() => JsonNode.Parse(File.ReadAllText(_module.Files.Sarif))!;

    [Theory]
    [InlineData("", "", "", false, "", "CORA1002:Error CORA1005:Warning CORA1006:Suggestion CORA2001:Error")]
    [InlineData("CORA1005,CORA1006 CORA2001;CORA1002", "", "", false, "", "CORA1002:Error")]
    [InlineData("", "CORA1005;CORA1006", "", false, "", "CORA1002:Error CORA1005:Error CORA1006:Error CORA2001:Error")]
    [InlineData("", "CORA1005;CORA1006", "CORA1005", false, "", "CORA1002:Error CORA1005:Warning CORA1006:Error CORA2001:Error")]
    [InlineData("", "", "", true, "", "CORA1002:Error CORA1005:Error CORA1006:Suggestion CORA2001:Error")]
    [InlineData("", "", "cora1005", true, "", "CORA1002:Error CORA1005:Warning CORA1006:Suggestion CORA2001:Error")]
    [InlineData("", "", "", false, "CORA2001=suggestion CORA1005=error CORA1006=none", "CORA1002:Error CORA1005:Error CORA2001:Suggestion")]
    [InlineData("", "", "", true, "CORA2001=warning", "CORA1002:Error CORA1005:Error CORA1006:Suggestion CORA2001:Error")]
    [InlineData("CORA2001", "", "", false, "CORA2001=error", "CORA1002:Error CORA1005:Warning CORA1006:Suggestion")]
    [InlineData("", "CORA2001", "", false, "CORA2001=none", "CORA1002:Error CORA1005:Warning CORA1006:Suggestion CORA2001:Error")]
    public void Severity_comes_from_MSBuild_then_from_the_editorconfig_then_from_the_catalogue(
        string noWarn, string warningsAsErrors, string warningsNotAsErrors, bool treatWarningsAsErrors, string editorConfig, string expected)
    {
        _module.Write(".editorconfig", "[*]\n" + string.Concat(editorConfig.Split(' ', StringSplitOptions.RemoveEmptyEntries).Select(pair => $"cora_diagnostic.{pair.Replace("=", ".severity = ", StringComparison.Ordinal)}\n")));
        Found(At(s_failure), At(s_warning), At(s_suggestion), At(s_error));

        Assert.Equal(expected, Conclude(new SeverityOptions(noWarn, warningsAsErrors, warningsNotAsErrors, treatWarningsAsErrors)));
    }

    [Fact]
    public void A_suppression_holds_for_its_code_in_its_line_and_one_that_suppresses_nothing_is_a_finding()
    {
        Found(At(s_error, 3), At(s_error, 4), At(s_warning, 3), At(s_failure, 3) with { Location = new Location(_module["backend/b.py"], 3) });
        Noqa(Noqa("CORA2001", 3), Noqa("CORA1005", 4));
        var failing = Conclude();

        Found(At(s_error, 3), At(s_error, 4), At(s_warning, 3));
        var whole = Report().Conclude();

        // Where something could not be looked at, the finding may be there.
        Assert.Equal("CORA1005:Warning CORA2001:Error CORA1002:Error", failing);
        Assert.Equal(["CORA1005:3:5", "CORA2001:4:5", "CORA0010:4:20"], whole.Select(item => $"{item.Descriptor.Code}:{item.Location.Line}:{item.Location.Column}"));
        Assert.Equal("'noqa: CORA1005' suppresses nothing: this line has no CORA1005. Remove it.", whole[^1].Message);
    }

    [Fact]
    public void Behind_a_file_that_cannot_be_read_nothing_counts_as_gone()
    {
        Found(At(s_error, 3));
        Noqa(Noqa("CORA1005", 4));
        Report().WriteBaseline();
        var before = File.ReadAllText(Report().BaselineFile);
        Found(At(new DiagnosticDescriptor("CORA2006", Severity.Error, "Syntax error") { IsConfigurable = true, HidesOthers = true }, 9));

        Assert.Equal("CORA2006:Error", Conclude());
        Assert.Null(Report().WriteBaseline());
        Assert.Equal(before, File.ReadAllText(Report().BaselineFile));
    }

    [Fact]
    public void What_is_mistyped_in_an_editorconfig_is_said_while_nothing_is_found()
    {
        _module.Write(".editorconfig", "[*]\ncora_diagnostic.CORA2001.severity = eror\n");
        Found();

        Assert.Equal("CORA0005:Error", Conclude());
    }

    [Fact]
    public void What_says_that_something_is_not_built_is_neither_suppressed_nor_put_into_the_baseline()
    {
        Found(At(s_failure, 3));
        Noqa(Noqa("CORA1002", 3));

        Assert.Equal("CORA1002:Error", Conclude());
        Assert.Null(Report().WriteBaseline());
        Assert.False(File.Exists(Report().BaselineFile));
        Assert.Equal("CORA1002:Error", Conclude());
    }

    [Fact]
    public void The_baseline_holds_what_was_found_wherever_it_moves_and_shows_what_is_new()
    {
        Found(At(s_error, 3, $"'{_module["backend/a.py"]}' is wrong"), At(s_error, 9, $"'{_module["backend/a.py"]}' is wrong"), At(s_warning, 4), At(s_suggestion));
        Assert.Equal(4, Report().WriteBaseline());
        Assert.DoesNotContain(_module.Root, File.ReadAllText(Report().BaselineFile), StringComparison.Ordinal);

        Assert.Equal("", Conclude());
        Assert.Equal("; 4 in the baseline", Checks.Read([_module.Files]).Words);

        // The same twice, further down; a third one; another file.
        var moved = new[] { 30, 31, 32 }.Select(line => At(s_error, line, $"'{_module["backend/a.py"]}' is wrong")).ToArray();
        Found([.. moved, At(s_warning, 4, file: "backend/b.py"), At(s_suggestion), At(s_warning, 4)]);
        Assert.Equal("CORA2001:Error CORA1005:Warning", Conclude());

        // Mended: the entry is of no use any more.
        Found(moved[..2]);
        var gone = Report().Conclude();
        Assert.Equal(["CORA0011", "CORA0011"], gone.Select(item => item.Descriptor.Code));
        Assert.All(gone, item => Assert.Equal((Severity.Suggestion, Report().BaselineFile), (item.Severity, item.Location.File)));
        Assert.Contains("CORA1005 in 'backend/a.py'", gone[0].Message + gone[1].Message, StringComparison.Ordinal);
        Assert.Equal(2, Report().WriteBaseline());
        Assert.Equal("", Conclude());

        Found();
        Assert.Equal(0, Report().WriteBaseline());
        Assert.False(File.Exists(Report().BaselineFile));
    }

    [Theory]
    [InlineData("{")]
    [InlineData("[]")]
    [InlineData("{\"findings\": [{\"rule\": 3}]}")]
    public void A_baseline_that_cannot_be_read_is_an_error_and_all_is_shown(string content)
    {
        _module.Write(Baseline.FileName, content);
        Found(At(s_error, 3));

        Assert.Equal("CORA2001:Error CORA0005:Error", Conclude());
    }

    [Fact]
    public void A_second_report_reads_what_the_first_one_concluded_until_something_changes()
    {
        Found(At(s_error, 3));
        Conclude();
        var first = File.GetLastWriteTimeUtc(_module.Files.Report);
        var sarif = File.ReadAllBytes(_module.Files.Sarif);

        Assert.Equal("CORA2001:Error", Conclude());
        Assert.Equal(first, File.GetLastWriteTimeUtc(_module.Files.Report));

        // Each of these is noticed.
        _module.Write("backend/.editorconfig", "[*]\ncora_diagnostic.CORA2001.severity = warning\n");
        Assert.Equal("CORA2001:Warning", Conclude());
        File.Delete(_module["backend/.editorconfig"]);
        Assert.Equal("CORA2001:Error", Conclude());
        Assert.Equal("", Conclude(new SeverityOptions("CORA2001", "", "", false)));
        Noqa(Noqa("CORA2001", 3));
        Assert.Equal("", Conclude());
        File.Delete(_module.Files.Suppressions);
        File.Delete(_module.Files.Sarif);
        Assert.Equal("CORA2001:Error", Conclude());
        Assert.Equal(sarif, File.ReadAllBytes(_module.Files.Sarif));
        Report().WriteBaseline();
        Assert.Equal("", Conclude());
        IntermediateFiles.Write(_module.Files.Findings("package"), Findings.ToBytes([At(s_warning)]));
        Assert.Equal("CORA1005:Warning", Conclude());
    }

    [Fact]
    public void The_sarif_log_is_as_the_standard_says()
    {
        Directory.CreateDirectory(Path.Combine(_module.Root, ".git"));
        Found(At(s_error, 3), At(s_error, 4), At(s_warning, message: "Büro & <b>"), At(s_suggestion, 7, file: "backend/mit leer & ü.py"), At(s_failure) with { Location = new Location(Path.Combine(Path.GetDirectoryName(_module.Root)!, "elsewhere.whl")) });
        Noqa(Noqa("CORA2001", 3));
        Conclude();

        var sarif = Sarif();
        Assert.Null(JsonSchema.Read("tests/Cora.Build.Tasks.Tests/Diagnostics/sarif-schema-2.1.0.json").Defect(sarif));
        var run = sarif["runs"]![0]!;
        Assert.Equal("cora/module-test/module.coraproj/", (string?)run["automationDetails"]!["id"]);
        var rules = run["tool"]!["driver"]!["rules"]!.AsArray();
        Assert.Equal(["CORA1002", "CORA1005", "CORA1006", "CORA2001"], rules.Select(rule => (string)rule!["id"]!));
        Assert.All(rules, rule => Assert.EndsWith($"/docs/diagnostics/{rule!["id"]}.md", (string)rule["helpUri"]!, StringComparison.Ordinal));
        var results = run["results"]!.AsArray();
        Assert.All(results, result => Assert.Equal((string)result!["ruleId"]!, (string)rules[(int)result["ruleIndex"]!]!["id"]!));
        Assert.Equal(
            ["CORA1002 error ../elsewhere.whl", "CORA1005 warning module-test/backend/a.py", "CORA2001 error module-test/backend/a.py 3:5 inSource", "CORA2001 error module-test/backend/a.py 4:5", "CORA1006 note module-test/backend/mit%20leer%20%26%20%C3%BC.py 7:5"],
            results.Select(Short).Order(StringComparer.Ordinal).OrderBy(text => text.Contains("leer", StringComparison.Ordinal)));
        Assert.Equal(results.Count, results.Select(result => (string)result!["partialFingerprints"]!["cora/v1"]!).Distinct().Count());

        static string Short(JsonNode? result)
        {
            var place = result!["locations"]![0]!["physicalLocation"]!;
            return string.Join(' ', new[]
            {
                (string?)result["ruleId"], (string?)result["level"], (string?)place["artifactLocation"]!["uri"],
                place["region"] is { } region ? $"{region["startLine"]}:{region["startColumn"]}" : null, (string?)result["suppressions"]?[0]?["kind"],
            }.OfType<string>());
        }
    }

    [Fact]
    public void The_sarif_log_says_nothing_of_the_machine()
    {
        Directory.CreateDirectory(Path.Combine(_module.Root, ".git"));
        Found(At(s_warning, message: $"'{_module["backend/build.sh"]}' is what this project replaces."), At(s_failure) with { Location = new Location(Path.Combine(Path.GetDirectoryName(_module.Root)!, "shared.sql")) });
        Conclude();

        Assert.DoesNotContain(Path.GetDirectoryName(_module.Root)!.Replace('\\', '/'), File.ReadAllText(_module.Files.Sarif).Replace(@"\\", "/", StringComparison.Ordinal), StringComparison.Ordinal);
        Assert.Contains(Sarif()["runs"]![0]!["results"]!.AsArray(), result => (string?)result!["message"]!["text"] == $"'{Path.Combine("module-test", "backend", "build.sh")}' is what this project replaces.");
    }

    [Fact]
    public void A_fingerprint_stays_when_lines_above_are_edited_and_differs_for_another_finding()
    {
        string[] Fingerprints(params Diagnostic[] diagnostics)
        {
            Found(diagnostics);
            Conclude();
            return [.. Sarif()["runs"]![0]!["results"]!.AsArray().Select(result => (string)result!["partialFingerprints"]!["cora/v1"]!)];
        }

        var before = Fingerprints(At(s_error, 3), At(s_error, 4), At(s_error, 5, "y"));

        Assert.Equal(before, Fingerprints(At(s_error, 33), At(s_error, 44), At(s_error, 55, "y")));
        Assert.Equal(3, before.Distinct().Count());
    }

    [Fact]
    public void A_module_without_findings_has_an_empty_log_that_is_valid()
    {
        Found();
        Conclude();

        Assert.Null(JsonSchema.Read("tests/Cora.Build.Tasks.Tests/Diagnostics/sarif-schema-2.1.0.json").Defect(Sarif()));
        Assert.Empty(Sarif()["runs"]![0]!["results"]!.AsArray());
    }
}
