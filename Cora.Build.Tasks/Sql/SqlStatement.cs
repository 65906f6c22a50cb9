using Cora.Build.Python.Source;

namespace Cora.Build.Sql;

/// <summary>A statement that shapes the database.</summary>
/// <param name="At">Where it begins.</param>
public abstract record SqlStatement(Position At)
{
    /// <summary>Whether it may not run: it stands in a <c>DO</c> block, under a condition.</summary>
    public bool IsConditional { get; init; }
}

/// <summary><c>CREATE FUNCTION</c>, <c>CREATE PROCEDURE</c>.</summary>
public sealed record CreateFunction(Position At, SqlFunction Function) : SqlStatement(At);

/// <summary><c>DROP FUNCTION</c>, <c>DROP PROCEDURE</c>, <c>DROP ROUTINE</c>.</summary>
public sealed record DropFunctions(Position At, IReadOnlyList<SqlFunctionReference> Functions, bool IfExists) : SqlStatement(At);

/// <summary><c>ALTER FUNCTION … RENAME TO</c>.</summary>
public sealed record RenameFunction(Position At, SqlFunctionReference Function, SqlIdentifier NewName) : SqlStatement(At);

/// <summary><c>ALTER FUNCTION … SET SCHEMA</c>.</summary>
public sealed record MoveFunction(Position At, SqlFunctionReference Function, SqlIdentifier NewSchema) : SqlStatement(At);

/// <summary><c>SET search_path</c>: where names without a schema are made from here on.</summary>
/// <param name="At">Where it begins.</param>
/// <param name="Schema">The first schema of the list that is one; null where the list has none.</param>
public sealed record SetSearchPath(Position At, string? Schema) : SqlStatement(At);

/// <summary>A <c>DO</c> block that makes statements when it runs (<c>EXECUTE</c>): what it names may come to be.</summary>
/// <param name="At">Where it begins.</param>
/// <param name="Body">Its text.</param>
public sealed record DynamicStatements(Position At, SqlSpan Body) : SqlStatement(At);
