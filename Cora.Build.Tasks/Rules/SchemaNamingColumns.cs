using Cora.Build.Diagnostics;
using Cora.Build.Sql;

namespace Cora.Build.Rules;

/// <summary>Names of columns: those that are called otherwise, foreign keys, booleans.</summary>
public static class SchemaNamingColumns
{
    internal static readonly DiagnosticDescriptor s_forbidden = new("CORA5004", Severity.Error, "Column name that is not to be used") { IsConfigurable = true };
    internal static readonly DiagnosticDescriptor s_foreignKey = new("CORA5005", Severity.Warning, "Foreign key column that is not named after its table");
    internal static readonly DiagnosticDescriptor s_boolean = new("CORA5006", Severity.Warning, "Boolean column without is_ or has_");

    private static readonly SchemaName s_users = new("auth", "users");

    /// <summary>Roles that say which of several rows of any table is meant.</summary>
    private static readonly HashSet<string> s_roles =
    [
        "ancestor", "base", "child", "copy", "current", "default", "descendant", "destination", "fallback", "first", "from", "head", "last", "latest", "left", "main", "merged", "new", "next", "old",
        "origin", "original", "parent", "predecessor", "prev", "previous", "primary", "replaced", "replacement", "right", "root", "secondary", "sibling", "source", "successor", "superseded", "target",
        "template", "to",
    ];

    /// <summary>What begins a boolean and is no adjective: with <c>is_</c> before it, it would be no English.</summary>
    private static readonly string[] s_verbs =
        ["accepts_", "allow_", "allows_", "can_", "did_", "does_", "enable_", "disable_", "must_", "needs_", "no_", "not_", "require_", "requires_", "should_", "show_", "hide_", "skip_", "supports_", "use_", "uses_", "was_", "were_", "will_"];

    /// <summary>CORA5004 to CORA5006.</summary>
    internal static void Check(SchemaNames names, LintReport report)
    {
        foreach (var table in names.Relations.Where(relation => relation.Kind == SchemaRelationKind.Table))
        {
            // What is inherited or copied is named where it comes from.
            foreach (var column in table.Columns.Where(column => column is { IsInherited: false, IsCopied: false, MayBeGone: false } && names.IsOwn(column.Origin.Source)))
            {
                var place = SchemaNames.Place(column.Origin);
                if (Right(names.Standard(place), table, column.Name) is { } right)
                    report.Add(s_forbidden.At(place, $"The column '{column.Name}' of '{table.Name}' is called '{right}' in all tables. Call it '{right}'."));
                if (column.Type is { Schema: null, Name: "boolean", IsArray: false }) CheckBoolean(names, column, place, report);
            }
            CheckForeignKeys(names, table, report);
        }
    }

    /// <summary>What a column is called in all other tables; null where its name is free.</summary>
    private static string? Right(SchemaNamingStandard standard, SchemaRelation table, string column) =>
        standard.ColumnNames.GetValueOrDefault($"{table.Name}.{column}") ?? standard.ColumnNames.GetValueOrDefault(column);

    private static void CheckBoolean(SchemaNames names, SchemaColumn column, Location place, LintReport report)
    {
        var prefixes = names.Standard(place).BooleanPrefixes;
        if (prefixes.Count == 0 || prefixes.Any(prefix => column.Name.StartsWith(prefix, StringComparison.Ordinal) && column.Name.Length > prefix.Length)) return;
        var isAdjective = prefixes.Contains("is_") && !s_verbs.Any(verb => column.Name.StartsWith(verb, StringComparison.Ordinal)) && !column.Name.Contains("is_", StringComparison.Ordinal)
            && !column.Name.Contains("has_", StringComparison.Ordinal) && column.Name == string.Join('_', TableNames.Words(column.Name));
        var remedy = isAdjective ? $"Call it 'is_{column.Name}'." : $"Begin it with {string.Join(" or ", prefixes.Select(prefix => $"'{prefix}'"))}.";
        report.Add(s_boolean.At(place, $"The boolean '{column.Name}' is named like a value of another type. {remedy}"));
    }

    private static void CheckForeignKeys(SchemaNames names, SchemaRelation table, LintReport report)
    {
        HashSet<string> found = [];
        foreach (var key in table.ForeignKeys)
        {
            if (key.References is not { } referenced) continue;
            for (var i = 0; i < key.Columns.Count; i++)
            {
                if (table.Column(key.Columns[i]) is not { IsInherited: false, IsCopied: false, MayBeGone: false } column || !names.IsOwn(column.Origin.Source)) continue;
                // A primary key that is another table's too is called as all primary keys are.
                if (column.Name == "id") continue;
                // 'code' of a table of codes is no id, and its column not either.
                var target = i < key.ReferencedColumns.Count ? key.ReferencedColumns[i] : referenced == s_users && key.Columns.Count == 1 ? "id" : null;
                if (target is null) report.NotDecidable++;
                if (target != "id") continue;
                var place = SchemaNames.Place(column.Origin);
                var standard = names.Standard(place);
                // One mistake, one finding.
                if (Right(standard, table, column.Name) is not null || IsNamedAfter(names.Tables, table, column.Name, referenced, standard) || !found.Add(column.Name)) continue;
                var name = Expected(names.Tables, table, column.Name, referenced, standard);
                var role = NeedsOnlyRole(table, referenced) ? "" : ", with its role before it where it has one";
                report.Add(s_foreignKey.At(place, $"The foreign key '{column.Name}' refers to '{referenced}'. Call it '{name}'{role}."));
            }
        }
    }

    private static bool IsNamedAfter(TableNames tables, SchemaRelation table, string column, SchemaName referenced, SchemaNamingStandard standard)
    {
        // Of these the type and the table are checked, not the name.
        if (column.EndsWith("_by", StringComparison.Ordinal) || (referenced != s_users && column is "user_id" or "owner_id") || column == "org_id") return true;
        if (!column.EndsWith("_id", StringComparison.Ordinal) || column.Length == 3) return false;
        if (NeedsOnlyRole(table, referenced)) return true;

        var words = TableNames.Words(column[..^3]);
        if (words.Count == 0) return false;
        if (s_roles.Contains(words[^1])) return true;
        if (standard.Abbreviations.TryGetValue(tables.Singular(referenced.Name), out var abbreviation)) return words.Contains(abbreviation);
        var of = TableNames.Words(referenced.Name);
        if (of.Count == 0) return true;
        var noun = of[TableNames.Noun(of)];
        return words.Any(word => word == noun || word == tables.Nouns.Singular(noun) || tables.Nouns.Plural(word) == noun)
            // 'ai_wf_id' for 'ai_workflows'.
            || (standard.Abbreviations.TryGetValue(tables.Nouns.Singular(noun), out var shorter) && words.Contains(shorter));
    }

    /// <summary>Whether a role alone says enough: of a user (<c>assignee_id</c>), in the own table (<c>parent_id</c>), of several rows of one table (<c>sender_id</c>).</summary>
    private static bool NeedsOnlyRole(SchemaRelation table, SchemaName referenced) =>
        referenced == s_users || (referenced.Name == table.Name && referenced.Schema == table.Schema) || table.ForeignKeys.Count(key => key.References == referenced) > 1;

    private static string Expected(TableNames tables, SchemaRelation table, string column, SchemaName referenced, SchemaNamingStandard standard)
    {
        var singular = tables.Singular(referenced.Name);
        if (!NeedsOnlyRole(table, referenced)) return $"{standard.Abbreviations.GetValueOrDefault(singular) ?? singular}_id";
        // 'owner' is 'owner_id'; 'userid' and 'user_uuid' are 'user_id'.
        var role = column.EndsWith("_uuid", StringComparison.Ordinal) ? column[..^5] : column.EndsWith("id", StringComparison.Ordinal) ? column[..^2].TrimEnd('_') : column;
        return role.Length > 0 ? $"{role}_id" : $"{singular}_id";
    }
}
