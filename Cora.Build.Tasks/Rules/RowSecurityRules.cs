using Cora.Build.Diagnostics;
using Cora.Build.Sql;

namespace Cora.Build.Rules;

/// <summary>Whether each table has row level security. Views and foreign tables cannot have it.</summary>
public static class RowSecurityRules
{
    internal static readonly DiagnosticDescriptor s_noSecurity = new("CORA5014", Severity.Error, "Table without row level security") { IsConfigurable = true };

    /// <summary>CORA5014.</summary>
    /// <param name="model">Of the whole project.</param>
    /// <param name="module">The module whose tables are looked at.</param>
    /// <param name="report">Takes findings and counts.</param>
    public static void Check(SchemaModel model, string module, LintReport report)
    {
        ArgumentNullException.ThrowIfNull(model);
        ArgumentNullException.ThrowIfNull(report);
        foreach (var table in model.Tables.Where(table => table.Module == module && !Supabase.HasSchema(table.Schema)))
        {
            report.Tables++;
            if (table.HasRowSecurity) continue;
            if (!SchemaColumns.IsSettled(model, table))
            {
                report.NotDecidable++;
                continue;
            }
            var name = $"{SqlIdentifier.Quote(table.Schema)}.{SqlIdentifier.Quote(table.Name)}";
            var remedy = $"Write ALTER TABLE {name} ENABLE ROW LEVEL SECURITY; and policies for who may see what.";
            var (severity, message) = table switch
            {
                _ when model.WithMigrations.Find(table.Schema, table.Name) is { HasRowSecurity: true } =>
                    (Severity.Warning, $"Only a migration enables row level security for '{table.FullName}', so a new database has none for it. Write ALTER TABLE {name} ENABLE ROW LEVEL SECURITY; in db/schema too."),
                { Schema: not "public" } => (Severity.Warning, $"'{table.FullName}' has no row level security: whoever may use its schema sees all rows. {remedy}"),
                { IsPartition: true } => (Severity.Error, $"The partition '{table.FullName}' has no row level security, and that of '{table.Parents[0]}' does not hold for who asks for the partition itself. {remedy}"),
                _ => (Severity.Error, $"'{table.FullName}' has no row level security: everyone who has the anon key can read and change all rows. {remedy}"),
            };
            report.Add(s_noSecurity.At(new Location(table.Origin.Source.File, table.Origin.At.Line, table.Origin.At.Column), message) with { Severity = severity });
        }
    }
}
