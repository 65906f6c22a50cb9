using Cora.Build.Diagnostics;
using Cora.Build.Sql;

namespace Cora.Build.Rules;

/// <summary>Whether what policies, indexes, views, triggers and functions in SQL name is there.</summary>
public static class SchemaReferenceRules
{
    internal static readonly DiagnosticDescriptor s_missing = new("CORA5015", Severity.Error, "Table or column that does not exist") { IsConfigurable = true };

    /// <summary>CORA5015.</summary>
    /// <param name="model">Of the whole project.</param>
    /// <param name="module">The module whose files are looked at.</param>
    /// <param name="report">Takes findings and counts.</param>
    public static void Check(SchemaModel model, string module, LintReport report)
    {
        ArgumentNullException.ThrowIfNull(model);
        ArgumentNullException.ThrowIfNull(report);
        report.Policies += model.Relations.Sum(relation => relation.Policies.Count(policy => policy.Origin.Module == module));
        var references = SchemaReferences.Of(model, module);
        report.NotDecidable += references.NotDecidable;
        foreach (var name in references.Missing)
        {
            var at = name.Identifier.At;
            report.Add(s_missing.At(new Location(name.Source.File, at.Line, at.Column), $"{Subject(name)} names {(name.Table is { } table ? Table(table, model) : Column(name))}"));
        }
    }

    private static string Subject(MissingName name)
    {
        var kind = name.Referrer.ToString().ToLowerInvariant();
        return name.ReferrerName.Length == 0 ? $"This {kind}" : $"The {kind} '{name.ReferrerName}'";
    }

    private static string Table(SqlName table, SchemaModel model)
    {
        if (model.Relations.FirstOrDefault(relation => relation.Name == table.Name) is { } elsewhere) return $"'{table}', which is in schema '{elsewhere.Schema}'. Write {elsewhere.Schema}.{SqlIdentifier.Quote(elsewhere.Name)}.";
        return $"'{table}', and no schema of the project defines a table or view of this name.{Suggestion.Sentence(table.Name, model.Relations.Select(relation => relation.Name))}";
    }

    private static string Column(MissingName name) => name.Relations switch
    {
        [var only] => $"the column '{name.Identifier.Name}', which '{only.FullName}' does not have.{SchemaColumns.Hint(name.Identifier.Name, only)}",
        { Count: > 1 } several => $"the column '{name.Identifier.Name}', which neither {string.Join(", ", several.SkipLast(1).Select(relation => $"'{relation.FullName}'"))} nor '{several[^1].FullName}' has."
            + SchemaColumns.Hint(name.Identifier.Name, [.. several]),
        _ => $"the column '{name.Identifier.Name}', which does not exist.",
    };
}
