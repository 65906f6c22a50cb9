using System.Text;
using Cora.Build.Diagnostics;
using Cora.Build.Rules;
using Cora.Build.Sql;

namespace Cora.Build.Tests.Rules;

public sealed class SchemaFileRulesTests
{
    [Theory]
    [InlineData("010-orgs.sql", "010-users.sql", "010")]
    [InlineData("10-orgs.sql", "010-users.sql", "10")]
    [InlineData("020_kb.sql", "020-chat.sql", "020")]
    [InlineData("001.sql", "001 views.sql", "001")]
    [InlineData("20250101120000-a.sql", "20250101120000-b.sql", "20250101120000")]
    public void Two_files_of_a_module_with_one_number_are_found_at_the_one_that_runs_last(string one, string other, string number)
    {
        var (first, last) = string.CompareOrdinal(one, other) < 0 ? (one, other) : (other, one);
        var finding = Assert.Single(Check(Source(other), Source("015-between.sql"), Source(one)));
        Assert.Equal(("CORA5016", Severity.Error, new Location("/db/schema/" + last, 1, 1)), (finding.Descriptor.Code, finding.Severity, finding.Location));
        Assert.Equal($"'{last}' has the number {(last == other && number == "10" ? "010" : number)} of '{first}', so the rest of their names decides which runs first. Give one of them a number that no other has.", finding.Message);
    }

    [Fact]
    public void Each_further_file_of_the_number_is_found() =>
        Assert.Equal(["/db/schema/010-b.sql", "/db/schema/010-c.sql"], Check(Source("010-c.sql"), Source("010-a.sql"), Source("010-b.sql")).Select(finding => finding.Location.File));

    [Theory]
    [InlineData("/db/schema/010-orgs.sql", "/db/schema/011-users.sql")]
    [InlineData("/db/schema/010-orgs.sql", "/db/schema/010a-orgs.sql")]
    [InlineData("/db/schema/010-orgs.sql", "/db/schema/0100-users.sql")]
    [InlineData("/db/schema/orgs.sql", "/db/schema/users.sql")]
    [InlineData("/db/schema/010-orgs.sql", "/db/seed/010-plans.sql")]
    [InlineData("/db/schema/v1-orgs.sql", "/db/schema/v1-users.sql")]
    public void Files_that_have_their_own_number_are_left_alone(string one, string other) =>
        Assert.Empty(Check(new("module-test", one, SqlFile.Read(""), false), new("module-test", other, SqlFile.Read(""), false)));

    [Fact]
    public void Numbers_of_migrations_and_of_other_modules_are_left_alone() => Assert.Empty(Check(
        Source("010-orgs.sql"), Source("010-users.sql") with { Module = "module-other" }, Source("010-more.sql") with { IsMigration = true }, Source("010-again.sql") with { IsMigration = true }));

    [Theory]
    [InlineData("SELECT 1;\n  SELECT 'open;\nCREATE TABLE x ();", 2, 10)]
    [InlineData("CREATE FUNCTION f() RETURNS int LANGUAGE sql AS $body$\nSELECT 1\n$$;", 1, 49)]
    [InlineData("-- fine\n/* a /* b */\nSELECT 1;", 2, 1)]
    [InlineData("CREATE TABLE \"orgs (id int);", 1, 14)]
    [InlineData("CREATE TABLE orgs (id int;\nCREATE TABLE x ();", 1, 19)]
    public void What_hides_the_rest_of_a_file_is_found_at_its_place(string sql, int line, int column)
    {
        var finding = Assert.Single(Check(Source("010-orgs.sql", sql)));
        Assert.Equal(("CORA5020", Severity.Error, "/db/schema/010-orgs.sql"), (finding.Descriptor.Code, finding.Severity, finding.Location.File));
        Assert.Equal((line, column), (finding.Location.Line, finding.Location.Column));
        Assert.EndsWith(" The rest of the file was not checked.", finding.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void What_PostgreSQL_takes_for_no_text_is_found_at_its_place()
    {
        var findings = Check(
            new("module-test", "/1.sql", SqlFile.Read("SELECT 1;\nSELECT '\0';"), false),
            new("module-test", "/2.sql", SqlFile.Read([.. Encoding.UTF8.GetBytes("-- gr\u00fcn\n-- "), 0xFC, .. "\n"u8]), false),
            new("module-test", "/3.sql", SqlFile.Read([0xFF, 0xFE, (byte)'-', 0]), false));
        Assert.Equal([new("/1.sql", 2, 9), new("/2.sql", 2, 4), new Location("/3.sql", 1, 1)], findings.Select(finding => finding.Location));
        Assert.All(findings, finding => Assert.DoesNotContain("The rest", finding.Message, StringComparison.Ordinal));
        Assert.All(findings, finding => Assert.DoesNotContain(finding.Message, char.IsControl));
    }

    [Theory]
    [InlineData("SELECT 'it''s', E'\\'', $q$ ' $q$;")]
    [InlineData("/* a /* b */ c */ SELECT 1; -- '")]
    [InlineData("CREATE FUNCTION f() RETURNS text LANGUAGE sql AS $a$ SELECT $$ ' $$ $a$;")]
    [InlineData("SELECT \"a\"\"b\" FROM t;")]
    [InlineData("\uFEFFSELECT 1")]
    public void What_can_be_read_to_its_end_is_left_alone(string sql) => Assert.Empty(Check(Source("010-orgs.sql", sql)));

    [Fact]
    public void A_file_of_another_module_is_left_to_that_module() => Assert.Empty(Check(Source("010.sql", "SELECT 'open") with { Module = "module-other" }));

    private static SqlSource Source(string name, string sql = "") => new("module-test", "/db/schema/" + name, SqlFile.Read(sql), IsMigration: false);

    private static IReadOnlyList<Diagnostic> Check(params SqlSource[] sources)
    {
        var report = new LintReport();
        SchemaFileRules.Check(sources, "module-test", report);
        return report.Diagnostics;
    }
}
