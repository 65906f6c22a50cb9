using Cora.Build.Rules;
using Cora.Build.Sql;

namespace Cora.Build.Tests.Rules;

/// <summary>The sample modules are clean, and the rules had something to look at.</summary>
public sealed class SampleSchemaRulesTests
{
    private static readonly string s_packages = Path.Combine(Repository.Root, "samples/demo-stack/packages");
    private static readonly string[] s_modules = [.. Directory.GetDirectories(s_packages).Select(path => Path.GetFileName(path)!).Order(StringComparer.Ordinal)];

    public static TheoryData<string> Modules => [.. s_modules];

    private static List<SqlSource> Sources => [.. s_modules.SelectMany(module => Directory.GetFiles(Path.Combine(s_packages, module, "db/schema"), "*.sql").Order(StringComparer.Ordinal)
        .Select(file => new SqlSource(module, file, SqlFile.Read(File.ReadAllBytes(file)), IsMigration: false)))];

    [Theory]
    [MemberData(nameof(Modules))]
    public void No_rule_finds_anything_in_their_schemas(string module)
    {
        var report = new LintReport();
        SchemaLinter.Check(SchemaModel.Of(Sources), module, (_, _) => null, report);
        ReportAssert.Findings(report);
        Assert.NotEqual(0, report.Tables);
        Assert.NotEqual(0, report.Policies);
        Assert.NotEqual(0, report.SqlFunctions);
        Assert.Equal(0, report.NotDecidable);
    }

    [Fact]
    public void Their_Python_names_tables_and_columns_that_are_there()
    {
        var model = SchemaModel.Of(Sources);
        var report = new LintReport();
        foreach (var file in Directory.GetFiles(s_packages, "*.py", SearchOption.AllDirectories).Where(file => !file.Contains("tests", StringComparison.Ordinal)))
            TableCallRules.Check(TableCode.Calls(file, File.ReadAllText(file), before: @"\bcommon\."), model, report);
        ReportAssert.Findings(report);
        Assert.InRange(report.TableCalls, 25, 100);
    }
}
