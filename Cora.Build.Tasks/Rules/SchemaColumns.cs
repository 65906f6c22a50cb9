using System.Collections.Frozen;
using Cora.Build.Diagnostics;
using Cora.Build.Sql;

namespace Cora.Build.Rules;

/// <summary>What a schema certainly says of its tables and columns.</summary>
internal static class SchemaColumns
{
    /// <summary>How many domains are followed one after the other.</summary>
    private const int MaxSteps = 8;

    /// <summary>How many columns are followed from one. Each is a level of the stack.</summary>
    private const int MaxColumns = 100;

    /// <summary>Types of PostgreSQL that hold no UUID, as <see cref="SqlType"/> spells them.</summary>
    private static readonly FrozenSet<string> s_otherTypes =
    [
        "smallint", "integer", "bigint", "numeric", "real", "double precision", "boolean", "text", "character", "character varying", "name", "citext", "bytea", "json", "jsonb", "xml",
        "date", "time without time zone", "time with time zone", "timestamp without time zone", "timestamp with time zone", "interval", "inet", "cidr", "macaddr", "bit", "bit varying",
        "money", "oid", "tsvector", "tsquery", "point", "\"char\"",
    ];

    /// <summary>Names that older documents have, and those of the standard.</summary>
    private static readonly FrozenDictionary<string, string> s_standard = new Dictionary<string, string>
    {
        ["person_id"] = "user_id",
        ["member_id"] = "user_id",
        ["profile_id"] = "user_id",
        ["organization_id"] = "org_id",
        ["organisation_id"] = "org_id",
        ["workspace_id"] = "ws_id",
        ["knowledge_base_id"] = "kb_id",
        ["workflow_id"] = "wf_id",
    }.ToFrozenDictionary();

    /// <summary>A message does not list more columns than these.</summary>
    private const int MaxListed = 12;

    /// <summary>What may be meant by a column that none of some tables has, for the end of a message; of one table that has nothing like it, all columns.</summary>
    public static string Hint(string name, params ReadOnlySpan<SchemaRelation> relations)
    {
        List<string> columns = [];
        foreach (var relation in relations) columns.AddRange(relation.Columns.Select(column => column.Name));
        if (s_standard.TryGetValue(name, out var meant) && columns.Contains(meant)) return $" Did you mean '{meant}'?";
        var hint = Suggestion.Sentence(name, columns.Distinct());
        return hint.Length == 0 && relations.Length == 1 && columns.Count is > 0 and <= MaxListed ? $" Its columns are {string.Join(", ", columns.Select(column => $"'{column}'"))}." : hint;
    }

    /// <summary>Whether nothing that could not be read, or that is computed, may give the table constraints or a security that the model does not have.</summary>
    public static bool IsSettled(SchemaModel model, SchemaRelation table) => model.IsComplete && (table.IsComplete || table.Query is not null) && !table.MayBeGone && !model.MayBeChanged(table);

    /// <summary>Whether a column holds a UUID; null where its type is not known.</summary>
    public static bool? IsUuid(SchemaModel model, SqlType? type)
    {
        for (var step = 0; step < MaxSteps && type is { IsOfColumn: false }; step++)
        {
            if (type.IsArray || (type.Schema is null && s_otherTypes.Contains(type.Name))) return false;
            if (type is { Schema: null, Name: "uuid" }) return true;
            var (schema, name) = (type.Schema, type.Name);
            if (model.Objects.FirstOrDefault(item => item.Name == name && (schema is null || item.Schema == schema)) is not { } definition) return null;
            if (definition.Definition.Kind != SqlObjectKind.Domain) return definition.Definition.Kind == SqlObjectKind.Type ? false : null;
            type = definition.Definition.BaseType;
        }
        return null;
    }

    /// <summary>Where the foreign keys of a column lead: to a key of a table, or to one of another table that leads there.</summary>
    public static Reference Follow(SchemaModel model, SchemaRelation table, string column, SchemaName goal) => Follow(model, table, column, goal, []);

    /// <param name="model">Of the whole project.</param>
    /// <param name="table">The table.</param>
    /// <param name="column">Its column.</param>
    /// <param name="goal">The table whose <c>id</c> it should be.</param>
    /// <param name="followed">Columns that are followed already: keys may go round in circles, and meet again.</param>
    private static Reference Follow(SchemaModel model, SchemaRelation table, string column, SchemaName goal, HashSet<(string Schema, string Table, string Column)> followed)
    {
        var best = new Reference(ReferenceKind.None, "");
        if (!followed.Add((table.Schema, table.Name, column))) return best;
        foreach (var key in table.ForeignKeys.Where(key => key.Columns.Contains(column)))
        {
            var reference = Follow(model, key, column, goal, followed);
            if (reference.Kind < best.Kind) best = reference;
        }
        return best;
    }

    private static Reference Follow(SchemaModel model, SchemaConstraint key, string column, SchemaName goal, HashSet<(string Schema, string Table, string Column)> followed)
    {
        if (key.References is not { } references) return new(ReferenceKind.Unknown, "");
        var place = key.Columns.Index().First(item => item.Item == column).Index;
        var target = place < key.ReferencedColumns.Count ? key.ReferencedColumns[place] : null;
        if (references == goal) return new(target is null or "id" ? ReferenceKind.Direct : ReferenceKind.Elsewhere, $"{references}({target})");
        if (model.Find(references.Schema, references.Name) is not { } other)
        {
            var name = new SqlName(new SqlIdentifier(references.Schema, default), new SqlIdentifier(references.Name, default));
            return new(model.Find(name).Certainty == SchemaCertainty.Missing || IsLikelyGoal(references, goal) ? ReferenceKind.Elsewhere : ReferenceKind.Unknown, references.ToString());
        }
        if (target is null || followed.Count > MaxColumns || !IsSettled(model, other)) return new(ReferenceKind.Unknown, references.ToString());
        var next = Follow(model, other, target, goal, followed).Kind;
        return new(next is ReferenceKind.Direct ? ReferenceKind.Through : next is ReferenceKind.None ? ReferenceKind.Elsewhere : next, $"{references}({target})");
    }

    /// <summary>The goal's name in the wrong schema, or in the singular.</summary>
    private static bool IsLikelyGoal(SchemaName references, SchemaName goal) => references.Name == goal.Name || references.Name + "s" == goal.Name;
}

/// <summary>How a column leads to a table, the best first.</summary>
internal enum ReferenceKind
{
    /// <summary>Its foreign key is to the table's <c>id</c>.</summary>
    Direct,

    /// <summary>Its foreign key is to a column that leads there.</summary>
    Through,

    /// <summary>Its foreign key is to something that is not known.</summary>
    Unknown,

    /// <summary>Its foreign key leads to something else.</summary>
    Elsewhere,

    /// <summary>It has no foreign key.</summary>
    None,
}

/// <summary>Where a foreign key leads.</summary>
/// <param name="Kind">How.</param>
/// <param name="Target">The table and column that it names, for messages.</param>
internal readonly record struct Reference(ReferenceKind Kind, string Target);
