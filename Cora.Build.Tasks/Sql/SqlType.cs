using System.Collections.Frozen;
using Cora.Build.Python.Source;

namespace Cora.Build.Sql;

/// <summary>A type as it is written for a parameter, a column or a result.</summary>
/// <param name="Schema">Null where it has none, and for <c>pg_catalog</c>.</param>
/// <param name="Name">In PostgreSQL's own spelling: <c>integer</c> for <c>int4</c>, <c>timestamp with time zone</c> for <c>timestamptz</c>.</param>
/// <param name="At">Where it begins.</param>
public sealed record SqlType(string? Schema, string Name, Position At)
{
    /// <summary>What stands in parentheses, without white space: <c>10,2</c>; empty where there is nothing.</summary>
    public string Modifiers { get; init; } = "";

    /// <summary>Whether it is an array. PostgreSQL keeps no number of dimensions.</summary>
    public bool IsArray { get; init; }

    /// <summary><c>SETOF</c>.</summary>
    public bool IsSetOf { get; init; }

    /// <summary><c>orgs.id%TYPE</c>: the type of a column; the name is then <c>orgs.id</c>.</summary>
    public bool IsOfColumn { get; init; }

    /// <summary>Of an interval what stands behind it, in lower case: <c>day to second</c>; empty otherwise.</summary>
    public string Fields { get; init; } = "";

    /// <summary>As it is written.</summary>
    public SqlSpan Span { get; init; }

    /// <summary>What decides which of several functions of one name is meant: PostgreSQL does not look at modifiers there.</summary>
    public string Signature => $"{(Schema is null or "public" ? "" : Schema + ".")}{Name}{(IsOfColumn ? "%type" : "")}{(IsArray ? "[]" : "")}";

    /// <summary>As <c>format_type</c> of PostgreSQL spells the type of a column, for messages; without a schema that is <c>public</c>.</summary>
    public override string ToString()
    {
        var schema = Schema is null or "public" ? "" : SqlIdentifier.Quote(Schema) + ".";
        var name = Schema is null && (Name.Contains(' ', StringComparison.Ordinal) || Name is "\"char\"") && s_ofGrammar.Contains(Name) ? Name : SqlIdentifier.Quote(Name);
        var modifiers = Modifiers.Length > 0 ? $"({FullModifiers})" : Schema is null && Name is "character" or "bit" ? "(1)" : "";
        var fields = Fields.Length > 0 ? " " + Fields : "";
        var zone = name.IndexOf(" with", StringComparison.Ordinal);
        var spelled = zone > 0 ? name[..zone] + modifiers + name[zone..] : name + fields + modifiers;
        return $"{schema}{spelled}{(IsOfColumn ? "%TYPE" : "")}{(IsArray ? "[]" : "")}";
    }

    private string FullModifiers => Schema is null && Name == "numeric" && !Modifiers.Contains(',', StringComparison.Ordinal) ? Modifiers + ",0" : Modifiers;

    /// <summary>Names that are more than an identifier.</summary>
    private static readonly FrozenSet<string> s_ofGrammar =
    [
        "double precision", "character varying", "bit varying", "\"char\"", "timestamp with time zone", "timestamp without time zone", "time with time zone", "time without time zone",
    ];
}
