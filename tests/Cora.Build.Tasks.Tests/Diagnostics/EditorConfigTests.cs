using Cora.Build.Diagnostics;

namespace Cora.Build.Tests.Diagnostics;

public sealed class EditorConfigTests : IDisposable
{
    private static readonly DiagnosticDescriptor s_rule = new("CORA1005", Severity.Warning, "A rule");

    private readonly TestModule _module = new();

    public void Dispose() => _module.Dispose();

    private EditorConfig Of(string file, out Severity? severity)
    {
        // The root of the file system may have one of its own.
        if (!File.Exists(Path.Combine(_module.Root, ".editorconfig"))) File.WriteAllText(Path.Combine(_module.Root, ".editorconfig"), "root = true\n");
        var config = new EditorConfig();
        severity = config.SeverityOf(s_rule.At(new Location(_module[file], 1), "x"));
        return config;
    }

    [Theory]
    [InlineData("cora_table_prefixes = +crm_, hr", null)]
    [InlineData("cora_column_names = tenant_id:org_id, t.item: thing", null)]
    [InlineData("CORA_Table_Abbreviations = +certificate:cert", null)]
    [InlineData("cora_table_prefixes = crm_ hr_", "'crm_ hr_' in cora_table_prefixes is not a name in small letters. Write commas between the items.")]
    [InlineData("cora_column_names = +tenant_id", "'tenant_id' in cora_column_names is not a pair of names such as 'person_id:user_id'. Write commas between the items.")]
    [InlineData("cora_table_abbreviations = certificate=cert", "'certificate=cert' in cora_table_abbreviations is not a pair of names such as 'workspace:ws'. Write commas between the items.")]
    public void A_list_of_names_that_cannot_be_read_is_an_error_at_its_line(string line, string? expected)
    {
        _module.Write(".editorconfig", $"root = true\n[*.sql]\n{line}\n");

        var found = Of("db/schema/a.sql", out _).Diagnostics;

        Assert.Equal(expected is null ? [] : new[] { (expected, 3) }, found.Select(diagnostic => (diagnostic.Message, diagnostic.Location.Line)));
    }

    [Theory]
    [InlineData("*", "backend/a.py", true)]
    [InlineData("*.py", "a.py", true)]
    [InlineData("*.py", "backend/lambdas/x/a.py", true)]
    [InlineData("*.py", "backend/a.pyi", false)]
    [InlineData("a.py", "backend/a.py", true)]
    [InlineData("/a.py", "backend/a.py", false)]
    [InlineData("/a.py", "a.py", true)]
    [InlineData("backend/*.py", "backend/a.py", true)]
    [InlineData("backend/*.py", "backend/lambdas/a.py", false)]
    [InlineData("backend/**.py", "backend/lambdas/a.py", true)]
    [InlineData("backend/**/a.py", "backend/a.py", true)]
    [InlineData("backend/**/a.py", "backend/x/y/a.py", true)]
    [InlineData("**/legacy/**", "backend/legacy/a.py", true)]
    [InlineData("**/legacy/**", "legacy/x/a.py", true)]
    [InlineData("*.{py,sql}", "db/a.sql", true)]
    [InlineData("*.{py,sql}", "db/a.tf", false)]
    [InlineData("{a,b{c,d}}.py", "bd.py", true)]
    [InlineData("{a}.py", "a.py", true)]
    [InlineData("{single.py", "{single.py", true)]
    [InlineData("00{1..3}-x.sql", "db/002-x.sql", true)]
    [InlineData("00{1..3}-x.sql", "db/004-x.sql", false)]
    [InlineData("[ab].py", "a.py", true)]
    [InlineData("[ab].py", "c.py", false)]
    [InlineData("[!ab].py", "c.py", true)]
    [InlineData("[!ab].py", "a.py", false)]
    [InlineData("?.py", "ä.py", true)]
    [InlineData("?.py", "ab.py", false)]
    [InlineData(@"\*.py", "a.py", false)]
    [InlineData(@"\*.py", "*.py", true)]
    [InlineData("a+(b).py", "a+(b).py", true)]
    [InlineData("[z-a].py", "b.py", false)]
    [InlineData("*.PY", "a.py", false)]
    public void A_section_holds_for_the_files_that_it_names(string section, string file, bool holds)
    {
        _module.Write(".editorconfig", $"[{section}]\ncora_diagnostic.CORA1005.severity = none\n");

        Of(file, out var severity);

        Assert.Equal(holds ? Severity.None : null, severity);
    }

    [Fact]
    public void The_closest_file_wins_and_in_a_file_the_last_section()
    {
        File.WriteAllText(Path.Combine(_module.Root, ".editorconfig"), "root = true\n[*]\ncora_diagnostic.CORA1005.severity = none\n");
        _module.Write(".editorconfig", "[*]\ncora_diagnostic.cora1005.severity = Error\n[*.py]\nCORA_DIAGNOSTIC.CORA1005.SEVERITY=suggestion\n");
        _module.Write("backend/.editorconfig", "# nothing of ours\n[*]\nindent_size = 4\n; x\n");

        Of("backend/a.py", out var python);
        Of("backend/a.sql", out var sql);
        Of("../other/a.sql", out var other);

        Assert.Equal((Severity.Suggestion, Severity.Error, Severity.None), (python, sql, other));
    }

    [Fact]
    public void Nothing_above_a_root_holds()
    {
        File.WriteAllText(Path.Combine(_module.Root, ".editorconfig"), "[*]\ncora_diagnostic.CORA1005.severity = none\n");
        _module.Write(".editorconfig", "root = true\n");

        var config = Of("backend/a.py", out var severity);

        Assert.Null(severity);
        Assert.Equal([_module[".editorconfig"], _module["backend/.editorconfig"]], config.Candidates);
    }

    [Theory]
    [InlineData("cora_diagnostic.CORA1005.severity = warn", "'warn' is no severity")]
    [InlineData("cora_diagnostic.CORA9999.severity = none", "'CORA9999' is no code")]
    [InlineData("cora_diagnostic.CORA1005 = none", "is not of the form")]
    [InlineData("cora_diagnostic.CORA1002.severity = none", "was not built")]
    public void What_would_silently_change_nothing_is_an_error_at_its_line(string line, string message)
    {
        _module.Write(".editorconfig", $"root = true\n[*]\n{line}\n");

        var diagnostic = Assert.Single(Of("a.py", out var severity).Diagnostics);

        Assert.Equal(("CORA0005", new Location(_module[".editorconfig"], 3, 1)), (diagnostic.Descriptor.Code, diagnostic.Location));
        Assert.Contains(message, diagnostic.Message, StringComparison.Ordinal);
        Assert.Null(severity);
    }

    [Fact]
    public void A_pattern_that_takes_others_forever_is_answered_at_once()
    {
        _module.Write(".editorconfig", $"[{string.Concat(Enumerable.Repeat("{a,*}*", 60))}b]\ncora_diagnostic.CORA1005.severity = none\n");

        Of(new string('a', 200), out var severity);

        Assert.Null(severity);
    }
}
