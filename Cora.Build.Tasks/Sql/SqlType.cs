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

    /// <summary>What decides which of several functions of one name is meant: PostgreSQL does not look at modifiers there.</summary>
    public string Signature => $"{(Schema is null or "public" ? "" : Schema + ".")}{Name}{(IsOfColumn ? "%type" : "")}{(IsArray ? "[]" : "")}";
}
