using System.Collections.Frozen;
using Cora.Build.Diagnostics;
using Cora.Build.Sql;

namespace Cora.Build.Rules;

/// <summary>Whether tables say who made and changed their rows, and when.</summary>
public static class AuditColumnRules
{
    internal static readonly DiagnosticDescriptor s_missing = new("CORA5009", Severity.Warning, "Missing audit columns");

    /// <summary>Words of a name that say that rows are written by the system, or never changed.</summary>
    private static readonly FrozenSet<string> s_exempt = ["log", "logs", "hist", "history", "histories", "usage", "usages", "state", "states", "queue", "queues"];

    /// <summary>CORA5009.</summary>
    /// <param name="model">Of the whole project.</param>
    /// <param name="module">The module whose tables are looked at.</param>
    /// <param name="settings">What the project has for a standard.</param>
    /// <param name="report">Takes findings and counts.</param>
    public static void Check(SchemaModel model, string module, SchemaNamingSettings settings, LintReport report)
    {
        ArgumentNullException.ThrowIfNull(model);
        ArgumentNullException.ThrowIfNull(settings);
        ArgumentNullException.ThrowIfNull(report);
        foreach (var table in model.Tables.Where(table => table.Module == module && table is { MayBeGone: false, IsPartition: false, PrimaryKey.Columns: ["id"] } && !Supabase.HasSchema(table.Schema)))
        {
            if (table.Name.Split('_').Any(s_exempt.Contains)) continue;
            var expected = settings.For(table.Origin.Source.File).AuditColumns;
            if (IsJunction(table, expected)) continue;
            var missing = expected.Where(table.LacksColumn).ToList();
            if (missing.Count == 0)
            {
                if (expected.Any(name => table.Column(name) is null)) report.NotDecidable++;
                continue;
            }
            report.Add(s_missing.At(new Location(table.Origin.Source.File, table.Origin.At.Line, table.Origin.At.Column),
                $"'{table.FullName}' has no {Words(missing)}. Add {(missing.Count == 1 ? "it" : "them")}: _at TIMESTAMPTZ, _by UUID REFERENCES auth.users(id)."));
        }
    }

    /// <summary>A table that says which row belongs to which: a key of two foreign keys, or hardly more than these.</summary>
    private static bool IsJunction(SchemaRelation table, IReadOnlyList<string> audit)
    {
        var references = table.ForeignKeys.SelectMany(key => key.Columns).Where(column => !audit.Contains(column) && !column.EndsWith("_by", StringComparison.Ordinal)).ToHashSet(StringComparer.Ordinal);
        if (references.Count < 2) return false;
        return table.Constraints.Any(key => key.Kind == SqlConstraintKind.Unique && key.Columns.Count > 1 && key.Columns.All(references.Contains))
            || table.Indexes.Any(index => index.Definition.IsUnique && index.Columns.Count > 1 && index.Columns.All(column => column is not null && references.Contains(column)))
            || table.Columns.All(column => column.Name == "id" || references.Contains(column.Name) || audit.Contains(column.Name) || column.Name.EndsWith("_at", StringComparison.Ordinal));
    }

    private static string Words(List<string> names) =>
        names is [var only] ? $"column '{only}'" : $"columns {string.Join(", ", names[..^1].Select(name => $"'{name}'"))} and '{names[^1]}'";
}
