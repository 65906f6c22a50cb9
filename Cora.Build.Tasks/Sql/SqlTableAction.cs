using Cora.Build.Python.Source;

namespace Cora.Build.Sql;

/// <summary>One of the actions of <c>ALTER TABLE</c>.</summary>
/// <param name="At">Where it begins.</param>
public abstract record SqlTableAction(Position At);

/// <summary><c>ADD COLUMN</c>.</summary>
public sealed record AddColumn(Position At, SqlColumn Column, bool IfNotExists) : SqlTableAction(At);

/// <summary><c>DROP COLUMN</c>.</summary>
public sealed record DropColumn(Position At, SqlIdentifier Column, bool IfExists) : SqlTableAction(At);

/// <summary><c>RENAME COLUMN</c>.</summary>
public sealed record RenameColumn(Position At, SqlIdentifier Column, SqlIdentifier NewName) : SqlTableAction(At);

/// <summary><c>ALTER COLUMN … SET NOT NULL</c>, <c>DROP NOT NULL</c>.</summary>
public sealed record SetNotNull(Position At, SqlIdentifier Column, bool IsNotNull) : SqlTableAction(At);

/// <summary><c>ALTER COLUMN … TYPE</c>.</summary>
public sealed record SetColumnType(Position At, SqlIdentifier Column, SqlType Type) : SqlTableAction(At)
{
    /// <summary>The expression of <c>USING</c>.</summary>
    public SqlSpan? Using { get; init; }
}

/// <summary><c>ALTER COLUMN … SET DEFAULT</c>, <c>DROP DEFAULT</c>.</summary>
/// <param name="At">Where it begins.</param>
/// <param name="Column">The column.</param>
/// <param name="Default">Null where there is none any more.</param>
public sealed record SetColumnDefault(Position At, SqlIdentifier Column, SqlSpan? Default) : SqlTableAction(At);

/// <summary><c>ALTER COLUMN … ADD GENERATED AS IDENTITY</c>, <c>DROP IDENTITY</c>.</summary>
public sealed record SetIdentity(Position At, SqlIdentifier Column, bool IsIdentity) : SqlTableAction(At);

/// <summary><c>ALTER COLUMN … DROP EXPRESSION</c>.</summary>
public sealed record DropExpression(Position At, SqlIdentifier Column) : SqlTableAction(At);

/// <summary><c>ADD CONSTRAINT</c>, <c>ADD PRIMARY KEY</c>…</summary>
public sealed record AddConstraint(Position At, SqlConstraint Constraint) : SqlTableAction(At);

/// <summary><c>DROP CONSTRAINT</c>.</summary>
public sealed record DropConstraint(Position At, SqlIdentifier Constraint, bool IfExists) : SqlTableAction(At);

/// <summary><c>RENAME CONSTRAINT</c>.</summary>
public sealed record RenameConstraint(Position At, SqlIdentifier Constraint, SqlIdentifier NewName) : SqlTableAction(At);

/// <summary><c>RENAME TO</c>.</summary>
public sealed record RenameTable(Position At, SqlIdentifier NewName) : SqlTableAction(At);

/// <summary><c>SET SCHEMA</c>.</summary>
public sealed record MoveTable(Position At, SqlIdentifier NewSchema) : SqlTableAction(At);

/// <summary><c>ENABLE ROW LEVEL SECURITY</c>, <c>DISABLE</c>.</summary>
public sealed record SetRowSecurity(Position At, bool IsEnabled) : SqlTableAction(At);

/// <summary><c>FORCE ROW LEVEL SECURITY</c>, <c>NO FORCE</c>.</summary>
public sealed record ForceRowSecurity(Position At, bool IsForced) : SqlTableAction(At);

/// <summary><c>ATTACH PARTITION</c>, <c>DETACH PARTITION</c>.</summary>
public sealed record SetPartition(Position At, SqlName Partition, bool IsAttached) : SqlTableAction(At);

/// <summary><c>INHERIT</c>, <c>NO INHERIT</c>.</summary>
public sealed record SetParent(Position At, SqlName Parent, bool Inherits) : SqlTableAction(At);

/// <summary>An action that does not change what the model has: an owner, a storage option, a trigger that is turned off.</summary>
public sealed record OtherTableAction(Position At) : SqlTableAction(At);
