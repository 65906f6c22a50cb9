using System.Text.RegularExpressions;
using Cora.Build.Diagnostics;

namespace Cora.Build.Tests.Diagnostics;

public sealed partial class DocumentationTests
{
    public static TheoryData<string> Codes => [.. Catalogue.ByCode.Keys.Order(StringComparer.Ordinal)];

    public static TheoryData<string> Pages => [.. Repository.Files("docs", ".md"), "README.md"];

    [Theory]
    [MemberData(nameof(Codes))]
    public void A_code_has_a_page_that_says_what_why_and_how(string code)
    {
        var descriptor = Catalogue.ByCode[code];
        var lines = Repository.Read($"docs/diagnostics/{code}.md").Split('\n');

        Assert.Equal($"# {code}: {descriptor.Title}", lines[0]);
        Assert.Matches($"^Default severity: {Word(descriptor.DefaultSeverity)}( \\(.+\\))?$", lines[2]);
        Assert.Equal(["What it says", "Why it matters", "Example", "How to fix"], lines.Where(line => line.StartsWith("## ", StringComparison.Ordinal)).Select(line => line[3..]));
        var shown = descriptor.DefaultSeverity == Severity.Suggestion ? "message" : Word(descriptor.DefaultSeverity);
        Assert.Contains(lines, line => Regex.IsMatch(line, $@"^/.*( :|\(\d+(,\d+)?\):) {shown} {code}: .+"));
    }

    [Fact]
    public void A_page_has_a_code()
    {
        var pages = Repository.Files("docs/diagnostics", ".md").Select(path => Path.GetFileNameWithoutExtension(path)!).Where(name => name != "README");

        Assert.Empty(pages.Except(Catalogue.ByCode.Keys));
    }

    [Fact]
    public void The_index_lists_every_code_with_severity_and_title()
    {
        var rows = Repository.Read("docs/diagnostics/README.md").Split('\n').Where(line => line.StartsWith("| [", StringComparison.Ordinal));

        Assert.Equal(Catalogue.ByCode.Values.OrderBy(descriptor => descriptor.Code, StringComparer.Ordinal)
            .Select(descriptor => $"| [{descriptor.Code}]({descriptor.Code}.md) | {Word(descriptor.DefaultSeverity)} | {descriptor.Title} |"), rows);
    }

    [Fact]
    public void A_code_stands_once_in_the_sources()
    {
        var declared = Repository.Files("Cora.Build.Tasks", ".cs").SelectMany(path => QuotedCode().Matches(Repository.Read(path)).Select(match => match.Groups[1].Value)).ToList();

        Assert.Equal(Catalogue.ByCode.Keys.Order(StringComparer.Ordinal), declared.Order(StringComparer.Ordinal));
    }

    [Fact]
    public void What_the_targets_report_is_in_the_catalogue_and_has_its_help_link()
    {
        var targets = string.Concat(Repository.Files("Cora.Build.Sdk", ".props", ".targets").Select(Repository.Read));
        var help = Regex.Match(targets, "<_CoraHelp>(.+)</_CoraHelp>").Groups[1].Value;
        var reported = AttributeCode().Matches(targets).Select(match => (Code: match.Groups[1].Value, Link: match.Groups[2].Value.Replace("$(_CoraHelp)", help, StringComparison.Ordinal))).ToList();

        Assert.Equal(Regex.Count(targets, "<Error |<Warning "), reported.Count);
        Assert.All(reported, item => Assert.Equal(Catalogue.ByCode[item.Code].HelpLink, item.Link));
        Assert.Equal(
            typeof(SdkDiagnostics).GetFields().Select(field => ((DiagnosticDescriptor)field.GetValue(null)!).Code).Order(StringComparer.Ordinal),
            reported.Select(item => item.Code).Distinct().Where(code => !IsReportedInCode(code)).Order(StringComparer.Ordinal));
    }

    [Theory]
    [MemberData(nameof(Pages))]
    public void Every_link_leads_somewhere(string page)
    {
        var text = Repository.Read(page);
        foreach (var target in Link().Matches(text).Select(match => match.Groups[1].Value))
        {
            var repository = Regex.Match(target, $"^{Regex.Escape(Catalogue.RepositoryUrl)}/(?:blob|tree)/main/(.+)$");
            if (!repository.Success && target.StartsWith("https://", StringComparison.Ordinal)) continue;
            // NuGet shows the README, and has no file beside it.
            Assert.True(repository.Success || page != "README.md", $"{page}: '{target}' is not absolute");
            var (path, anchor) = (repository.Success ? repository.Groups[1].Value : Path.Combine(Path.GetDirectoryName(page)!, target)).Split('#') is [var before, .. var after] ? (before, after) : default;
            var full = Path.Combine(Repository.Root, path);
            Assert.True(Path.Exists(full), $"{page}: '{target}' is not there");
            if (anchor is [var heading]) Assert.Contains(heading, Headings(File.ReadAllText(full)));
        }
    }

    [Fact]
    public void The_README_names_every_property_item_and_hook_and_no_other()
    {
        var sdk = string.Concat(Repository.Files("Cora.Build.Sdk", ".props", ".targets").Select(Repository.Read));
        var properties = Regex.Matches(sdk, @"\$\(((?:Cora|EnableDefaultCora)\w+)\)").Select(match => match.Groups[1].Value);
        var items = Regex.Matches(sdk, @"@\((Cora\w+)\)").Select(match => match.Groups[1].Value);
        var metadata = string.Concat(Repository.Files("Cora.Build.Tasks", ".cs").Select(Repository.Read));
        var documented = Name().Matches(Repository.Read("README.md")).Select(match => match.Value).ToHashSet(StringComparer.Ordinal);

        Assert.Empty(properties.Concat(items).Except(documented));
        Assert.All(documented, name => Assert.Matches($@"\b{name}\b", sdk));
        Assert.All(Regex.Matches(metadata, @"(?:item\.Metadata|item\.GetMetadata)\(""(\w+)""\)").Select(match => match.Groups[1].Value).Except(["FullPath", "CoraDefault", "CoraModule", "CoraIntermediateDirectory", "MSBuildSourceProjectFile", "CoraDirectory"]),
            name => Assert.Contains($"`{name}`", Repository.Read("README.md"), StringComparison.Ordinal));
    }

    [Fact]
    public void The_default_excludes_are_those_of_the_guide()
    {
        var excludes = Regex.Match(Repository.Read("Cora.Build.Sdk/targets/Defaults.targets"), "<CoraDefaultExcludes [^>]*>(.+)</CoraDefaultExcludes>").Groups[1].Value.Split(';');
        var listed = Regex.Match(Repository.Read("docs/packaging.md"), "```\n(\\.\\* [^`]+)```").Groups[1].Value.Split([' ', '\n'], StringSplitOptions.RemoveEmptyEntries);

        Assert.Equal(excludes, listed);
    }

    private static string Word(Severity severity) => severity.ToString().ToLowerInvariant();

    /// <summary>CORA0005 is reported by the targets for what only they know.</summary>
    private static bool IsReportedInCode(string code) => code is "CORA0005" or "CORA0008";

    /// <summary>As GitHub makes them.</summary>
    private static IEnumerable<string> Headings(string markdown) => Regex.Matches(markdown, "^#+ (.+)$", RegexOptions.Multiline)
        .Select(match => Regex.Replace(match.Groups[1].Value.ToLowerInvariant(), "[^a-z0-9 _-]", "").Replace(' ', '-'));

    [GeneratedRegex("\"(CORA[0-9]{4})\"")]
    private static partial Regex QuotedCode();

    [GeneratedRegex("Code=\"(CORA[0-9]{4})\" HelpLink=\"([^\"]+)\"")]
    private static partial Regex AttributeCode();

    [GeneratedRegex(@"\]\(([^)\s]+)\)")]
    private static partial Regex Link();

    [GeneratedRegex(@"\b(?:Cora|EnableDefaultCora)[A-Z]\w+\b")]
    private static partial Regex Name();
}
