using Cora.Build.Python.Source;

namespace Cora.Build.Sql;

/// <summary>How a parameter is used.</summary>
public enum SqlParameterMode
{
    /// <summary>Given by the caller.</summary>
    In,

    /// <summary>Part of the result.</summary>
    Out,

    /// <summary>Both.</summary>
    InOut,

    /// <summary>All further arguments, as an array.</summary>
    Variadic,

    /// <summary>A column of <c>RETURNS TABLE</c>.</summary>
    Table,
}

/// <summary>A parameter of a function.</summary>
/// <param name="Identifier">Null where it has no name.</param>
/// <param name="Mode">How it is used.</param>
/// <param name="Type">Its type.</param>
/// <param name="Default">The expression; null where it has none.</param>
public sealed record SqlParameter(SqlIdentifier? Identifier, SqlParameterMode Mode, SqlType Type, SqlSpan? Default)
{
    /// <summary>Empty where it has none.</summary>
    public string Name => Identifier?.Name ?? "";

    /// <summary>Whether a caller gives it.</summary>
    public bool IsInput => Mode is SqlParameterMode.In or SqlParameterMode.InOut or SqlParameterMode.Variadic;
}

/// <summary>What a function does.</summary>
/// <param name="Span">The text: of a string without its quotes or tags, otherwise from <c>RETURN</c> or <c>BEGIN ATOMIC</c> to the end.</param>
/// <param name="At">Where that begins.</param>
/// <param name="IsVerbatim">Whether PostgreSQL takes the text as it stands there; false where it has escapes or doubled quotes, or goes on in another string.</param>
public sealed record SqlBody(SqlSpan Span, Position At, bool IsVerbatim);

/// <summary>A function or procedure as a <c>CREATE</c> statement defines it.</summary>
/// <param name="Name">Its name.</param>
public sealed record SqlFunction(SqlName Name)
{
    /// <summary>Whether it is a procedure.</summary>
    public bool IsProcedure { get; init; }

    /// <summary><c>OR REPLACE</c>.</summary>
    public bool Replaces { get; init; }

    /// <summary>As written, and then the columns of <c>RETURNS TABLE</c>; null where they could not be read.</summary>
    public IReadOnlyList<SqlParameter>? Parameters { get; init; } = [];

    /// <summary>After <c>RETURNS</c>; null for a table, for what its <c>OUT</c> parameters say, and for a procedure.</summary>
    public SqlType? Returns { get; init; }

    /// <summary>Whether only a trigger can call it.</summary>
    public bool IsTrigger => Returns is { Schema: null, Name: "trigger" or "event_trigger", IsArray: false };

    /// <summary>In lower case; empty where the statement does not say it.</summary>
    public string Language { get; init; } = "";

    /// <summary>Null where there is none in the text: a function in C, or what could not be read.</summary>
    public SqlBody? Body { get; init; }

    /// <summary><c>SECURITY DEFINER</c>.</summary>
    public bool IsSecurityDefiner { get; init; }

    /// <summary>What it <c>SET</c>s while it runs; null where it sets none.</summary>
    public SqlSearchPath? SearchPath { get; init; }

    /// <summary>What tells it from others of its name: the types of what a caller gives. Null where they could not be read.</summary>
    public string? Signature => Parameters is null ? null : string.Join(',', Parameters.Where(parameter => parameter.IsInput).Select(parameter => parameter.Type.Signature));
}

/// <summary>A function that a statement names.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Signature">Types of its parameters, as in <see cref="SqlFunction.Signature"/>; null where the statement has no list of them.</param>
public sealed record SqlFunctionReference(SqlName Name, string? Signature);
