using Cora.Build.Python.Source;

namespace Cora.Build.Sql;

/// <summary>A statement that shapes the database.</summary>
/// <param name="At">Where it begins.</param>
public abstract record SqlStatement(Position At)
{
    /// <summary>Whether it may not run: it stands in a <c>DO</c> block, under a condition, or where an error is caught.</summary>
    public bool IsConditional { get; init; }

    /// <summary>Whether it runs where nothing of the schema is there yet: no condition stands before it but that what it makes is not there.</summary>
    public bool RunsInNew { get; init; } = true;

    /// <summary>Whether it stands in a <c>DO</c> block.</summary>
    public bool IsInBlock { get; init; }

    /// <summary>From its first token to its last.</summary>
    public SqlSpan Span { get; init; }
}

/// <summary><c>CREATE FUNCTION</c>, <c>CREATE PROCEDURE</c>.</summary>
public sealed record CreateFunction(Position At, SqlFunction Function) : SqlStatement(At);

/// <summary><c>DROP FUNCTION</c>, <c>DROP PROCEDURE</c>, <c>DROP ROUTINE</c>.</summary>
public sealed record DropFunctions(Position At, IReadOnlyList<SqlFunctionReference> Functions, bool IfExists) : SqlStatement(At)
{
    /// <summary><c>CASCADE</c>: with the triggers that call it.</summary>
    public bool IsCascade { get; init; }
}

/// <summary><c>ALTER FUNCTION … RENAME TO</c>.</summary>
public sealed record RenameFunction(Position At, SqlFunctionReference Function, SqlIdentifier NewName) : SqlStatement(At);

/// <summary><c>ALTER FUNCTION … SET SCHEMA</c>.</summary>
public sealed record MoveFunction(Position At, SqlFunctionReference Function, SqlIdentifier NewSchema) : SqlStatement(At);

/// <summary><c>CREATE TABLE</c>, <c>CREATE TABLE AS</c>, <c>CREATE FOREIGN TABLE</c>.</summary>
public sealed record CreateTable(Position At, SqlTable Table) : SqlStatement(At);

/// <summary><c>ALTER TABLE</c>; of another relation (<c>ALTER VIEW</c>, <c>ALTER INDEX</c>…) what is not a statement of its own here.</summary>
/// <param name="At">Where it begins.</param>
/// <param name="Table">The relation.</param>
/// <param name="Actions">At least one, in their order.</param>
public sealed record AlterTable(Position At, SqlName Table, IReadOnlyList<SqlTableAction> Actions) : SqlStatement(At)
{
    /// <summary>What the statement calls it. PostgreSQL takes <c>TABLE</c> for any relation.</summary>
    public SqlObjectKind Kind { get; init; }

    /// <summary><c>IF EXISTS</c>.</summary>
    public bool IfExists { get; init; }

    /// <summary><c>ONLY</c>: not what inherits from it.</summary>
    public bool IsOnly { get; init; }
}

/// <summary><c>CREATE INDEX</c>.</summary>
public sealed record CreateIndex(Position At, SqlIndex Index) : SqlStatement(At);

/// <summary><c>CREATE POLICY</c>.</summary>
public sealed record CreatePolicy(Position At, SqlPolicy Policy) : SqlStatement(At);

/// <summary><c>ALTER POLICY</c>.</summary>
/// <param name="At">Where it begins.</param>
/// <param name="Policy">What is set anew; what it does not say stays.</param>
/// <param name="NewName"><c>RENAME TO</c>.</param>
public sealed record AlterPolicy(Position At, SqlPolicy Policy, SqlIdentifier? NewName) : SqlStatement(At);

/// <summary><c>DROP POLICY</c>.</summary>
public sealed record DropPolicy(Position At, SqlIdentifier Policy, SqlName Table, bool IfExists) : SqlStatement(At);

/// <summary><c>CREATE TRIGGER</c>.</summary>
public sealed record CreateTrigger(Position At, SqlTrigger Trigger) : SqlStatement(At);

/// <summary><c>ALTER TRIGGER … RENAME TO</c>.</summary>
public sealed record RenameTrigger(Position At, SqlIdentifier Trigger, SqlName Table, SqlIdentifier NewName) : SqlStatement(At);

/// <summary><c>DROP TRIGGER</c>.</summary>
public sealed record DropTrigger(Position At, SqlIdentifier Trigger, SqlName Table, bool IfExists) : SqlStatement(At);

/// <summary><c>CREATE VIEW</c>, <c>CREATE MATERIALIZED VIEW</c>.</summary>
public sealed record CreateView(Position At, SqlView View) : SqlStatement(At);

/// <summary><c>CREATE TYPE</c>, <c>DOMAIN</c>, <c>SEQUENCE</c>, <c>EXTENSION</c>, <c>SCHEMA</c>.</summary>
public sealed record CreateDefinition(Position At, SqlDefinition Definition) : SqlStatement(At);

/// <summary><c>ALTER TYPE</c> of an enum: a value more, or another name for one.</summary>
/// <param name="At">Where it begins.</param>
/// <param name="Type">The enum.</param>
/// <param name="Value">The new value.</param>
public sealed record SetEnumValue(Position At, SqlName Type, string Value) : SqlStatement(At)
{
    /// <summary><c>IF NOT EXISTS</c>.</summary>
    public bool IfNotExists { get; init; }

    /// <summary><c>RENAME VALUE</c>: the old one.</summary>
    public string? Replaces { get; init; }

    /// <summary><c>BEFORE</c>, <c>AFTER</c>: the value that it stands beside.</summary>
    public string? Beside { get; init; }

    /// <summary>Whether it stands before that.</summary>
    public bool IsBefore { get; init; }
}

/// <summary><c>DROP TABLE</c>, <c>VIEW</c>, <c>MATERIALIZED VIEW</c>, <c>INDEX</c>, <c>SEQUENCE</c>, <c>TYPE</c>, <c>DOMAIN</c>, <c>SCHEMA</c>, <c>EXTENSION</c>.</summary>
public sealed record DropObjects(Position At, SqlObjectKind Kind, IReadOnlyList<SqlName> Names, bool IfExists, bool IsCascade) : SqlStatement(At);

/// <summary><c>ALTER … RENAME TO</c> of what is no table.</summary>
public sealed record RenameObject(Position At, SqlObjectKind Kind, SqlName Name, SqlIdentifier NewName, bool IfExists) : SqlStatement(At);

/// <summary><c>ALTER … SET SCHEMA</c> of what is no table.</summary>
public sealed record MoveObject(Position At, SqlObjectKind Kind, SqlName Name, SqlIdentifier NewSchema, bool IfExists) : SqlStatement(At);

/// <summary><c>SET search_path</c>: where names without a schema are made from here on.</summary>
/// <param name="At">Where it begins.</param>
/// <param name="Schema">The first schema of the list that is one; null where the list has none.</param>
public sealed record SetSearchPath(Position At, string? Schema) : SqlStatement(At);

/// <summary><c>INSERT</c>, <c>COPY … FROM</c>.</summary>
/// <param name="At">Where it begins.</param>
/// <param name="Table">What gets rows.</param>
public sealed record InsertRows(Position At, SqlName Table) : SqlStatement(At)
{
    /// <summary><c>COPY</c>, which has no <c>ON CONFLICT</c>.</summary>
    public bool IsCopy { get; init; }

    /// <summary><c>ON CONFLICT</c>.</summary>
    public bool HandlesConflict { get; init; }

    /// <summary>Whether the rows come from a query that may leave out what is there already: it has a <c>WHERE</c> or its like.</summary>
    public bool Chooses { get; init; }
}

/// <summary><c>DELETE</c>, <c>TRUNCATE</c>.</summary>
public sealed record ClearTables(Position At, IReadOnlyList<SqlName> Tables) : SqlStatement(At);

/// <summary>What makes statements when it runs (a <c>DO</c> block with <c>EXECUTE</c>, a call of a function): what it names may come to be, or change.</summary>
/// <param name="At">Where it begins.</param>
/// <param name="Body">Its text.</param>
public sealed record DynamicStatements(Position At, SqlSpan Body) : SqlStatement(At);

/// <summary>A statement that shapes the database and could not be read.</summary>
/// <param name="At">Where it begins.</param>
/// <param name="Name">What it makes or changes: of that nothing is certain. Null where not even that is known.</param>
public sealed record UnreadStatement(Position At, SqlName? Name) : SqlStatement(At);
