using System.Text.RegularExpressions;
using Cora.Build.Diagnostics;
using Cora.Build.Sql;

namespace Cora.Build.Rules;

/// <summary>What the files of SQL of a module are, whatever they define.</summary>
public static partial class SchemaFileRules
{
    internal static readonly DiagnosticDescriptor s_sameNumber = new("CORA5016", Severity.Error, "Two schema files with one number") { IsConfigurable = true };
    internal static readonly DiagnosticDescriptor s_notReadable = new("CORA5020", Severity.Error, "SQL file that cannot be read to its end") { IsConfigurable = true, HidesOthers = true };

    /// <summary>CORA5016 and CORA5020.</summary>
    /// <param name="sources">The SQL of the whole project.</param>
    /// <param name="module">The module whose files are looked at.</param>
    /// <param name="report">Takes findings and counts.</param>
    public static void Check(IEnumerable<SqlSource> sources, string module, LintReport report)
    {
        ArgumentNullException.ThrowIfNull(sources);
        ArgumentNullException.ThrowIfNull(report);
        var own = sources.Where(source => source.Module == module).ToList();
        CheckNumbers(own.Where(source => !source.IsMigration), report);
        foreach (var source in own)
        {
            foreach (var fault in source.Sql.Faults)
            {
                // What is no UTF-8 is only one place of the file; what is not closed hides the rest.
                var consequence = fault == source.Sql.Text.Fault ? "" : " The rest of the file was not checked.";
                report.Add(s_notReadable.At(new Location(source.File, fault.At.Line, fault.At.Column), fault.Message + consequence));
            }
        }
    }

    /// <summary>In each directory: what stands in another runs at a time of its own.</summary>
    private static void CheckNumbers(IEnumerable<SqlSource> sources, LintReport report)
    {
        var groups = sources.Select(source => (source.File, Name: Path.GetFileName(source.File)))
            .Select(item => (item.File, item.Name, Number: NumberPattern().Match(item.Name)))
            .Where(item => item.Number.Success)
            .OrderBy(item => item.File, StringComparer.Ordinal)
            .GroupBy(item => (Path.GetDirectoryName(item.File), item.Number.Value.TrimStart('0')));
        foreach (var group in groups)
        {
            var first = group.First();
            foreach (var (file, name, number) in group.Skip(1).DistinctBy(item => item.File))
            {
                if (file == first.File) continue;
                report.Add(s_sameNumber.At(new Location(file, 1, 1),
                    $"'{name}' has the number {number.Value} of '{first.Name}', so the rest of their names decides which runs first. Give one of them a number that no other has."));
            }
        }
    }

    /// <summary><c>010-orgs.sql</c>; the number of <c>010a-orgs.sql</c> is another.</summary>
    [GeneratedRegex("^[0-9]+(?![0-9A-Za-z])")]
    private static partial Regex NumberPattern();
}
