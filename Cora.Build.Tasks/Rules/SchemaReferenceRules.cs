using Cora.Build.Diagnostics;
using Cora.Build.Sql;

namespace Cora.Build.Rules;

/// <summary>Whether what policies, indexes, views, triggers and functions in SQL name is there.</summary>
public static class SchemaReferenceRules
{
    internal static readonly DiagnosticDescriptor s_missing = new("CORA5015", Severity.Error, "Table or column that does not exist") { IsConfigurable = true };

    /// <summary>So many findings say which table was probably meant: to find it takes a look at all tables.</summary>
    private const int MostWithHint = 500;

    /// <summary>A message does not list more tables than these.</summary>
    private const int MostListed = 5;

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
        foreach (var (i, name) in references.Missing.Index())
        {
            var at = name.Identifier.At;
            var what = name.Table is { } table ? Table(table, model) + (i < MostWithHint ? Hint(table, model) : "") : Column(name);
            report.Add(s_missing.At(new Location(name.Source.File, at.Line, at.Column), $"{Subject(name)} names {what}"));
        }
    }

    private static string Subject(MissingName name)
    {
        var kind = name.Referrer.ToString().ToLowerInvariant();
        return name.ReferrerName.Length == 0 ? $"This {kind}" : $"The {kind} '{name.ReferrerName}'";
    }

    private static string Table(SqlName table, SchemaModel model) => Elsewhere(table, model) is { } elsewhere
        ? $"'{table}', which is in schema '{elsewhere.Schema}', and that is not where this looks. Write {SqlIdentifier.Quote(elsewhere.Schema)}.{SqlIdentifier.Quote(elsewhere.Name)}."
        : $"'{table}', and no schema of the project defines a table or view of this name.";

    private static SchemaRelation? Elsewhere(SqlName table, SchemaModel model) => model.Relations.FirstOrDefault(relation => relation.Name == table.Name);

    private static string Hint(SqlName table, SchemaModel model) =>
        Elsewhere(table, model) is null ? Suggestion.Sentence(table.Name, model.Relations.Select(relation => relation.Name)) : "";

    private static string Column(MissingName name) => name.Relations switch
    {
        [var only] => $"the column '{name.Identifier.Name}', which '{only.FullName}' does not have.{SchemaColumns.Hint(name.Identifier.Name, only)}",
        { Count: > MostListed } many => $"the column '{name.Identifier.Name}', which none of these {many.Count} tables and views has.{SchemaColumns.Hint(name.Identifier.Name, [.. many])}",
        { Count: > 1 } several => $"the column '{name.Identifier.Name}', which neither {string.Join(", ", several.SkipLast(1).Select(relation => $"'{relation.FullName}'"))} nor '{several[^1].FullName}' has."
            + SchemaColumns.Hint(name.Identifier.Name, [.. several]),
        _ => $"the column '{name.Identifier.Name}', which does not exist.",
    };
}
