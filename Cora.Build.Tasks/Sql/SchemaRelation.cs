using Cora.Build.Python.Source;

namespace Cora.Build.Sql;

/// <summary>A place in a module's SQL that made something.</summary>
/// <param name="Source">The file.</param>
/// <param name="At">Where in it: the name that is given, of what has none where it begins.</param>
/// <param name="IsConditional">Whether the statement may not run.</param>
public sealed record SchemaOrigin(SqlSource Source, Position At, bool IsConditional)
{
    /// <summary>The module's name.</summary>
    public string Module => Source.Module;
}

/// <summary>A part of a file's text: an expression or a query.</summary>
/// <param name="Source">The file.</param>
/// <param name="Span">Where in it.</param>
public sealed record SchemaText(SqlSource Source, SqlSpan Span)
{
    /// <summary>As it is written.</summary>
    public string Text => Source.Sql.Text.Text[Span.Start..Span.End];

    internal bool Contains(string word) => Source.Sql.Text.Text.AsSpan(Span.Start, Span.End - Span.Start).Contains(word, StringComparison.OrdinalIgnoreCase);

    /// <summary>Where it begins.</summary>
    public Position At => Source.Sql.Text.PositionAt(Span.Start);
}

/// <summary>A name with its schema.</summary>
public sealed record SchemaName(string Schema, string Name)
{
    /// <summary>For messages: without the schema <c>public</c>.</summary>
    public override string ToString() => Schema == "public" ? Name : $"{Schema}.{Name}";
}

/// <summary>What a relation is.</summary>
public enum SchemaRelationKind
{
    /// <summary>A table.</summary>
    Table,

    /// <summary>A table whose rows are elsewhere.</summary>
    ForeignTable,

    /// <summary>A view.</summary>
    View,

    /// <summary>A materialized view.</summary>
    MaterializedView,
}

/// <summary>A table or view that is there when all files have run.</summary>
/// <param name="Schema">Where it is.</param>
/// <param name="Name">What it is called in the end.</param>
/// <param name="Kind">What it is.</param>
public sealed record SchemaRelation(string Schema, string Name, SchemaRelationKind Kind)
{
    /// <summary>Its name with the schema where that is not <c>public</c>.</summary>
    public string FullName => Schema == "public" ? Name : $"{Schema}.{Name}";

    /// <summary>The name as the statement writes it that made it, or renamed it.</summary>
    public required SqlIdentifier Identifier { get; init; }

    /// <summary>What made it: the first; others say <c>IF NOT EXISTS</c>, or stand in other modules.</summary>
    public required IReadOnlyList<SchemaOrigin> Origins { get; init; }

    /// <summary>The first of <see cref="Origins"/>. Its place is that of the name.</summary>
    public SchemaOrigin Origin => Origins[0];

    /// <summary>The module that it belongs to.</summary>
    public string Module => Origin.Module;

    /// <summary>How long it lives. Temporary ones are not in the model.</summary>
    public SqlPersistence Persistence { get; init; }

    /// <summary>In their order. Those of a view are known where it says their names.</summary>
    public required IReadOnlyList<SchemaColumn> Columns { get; init; }

    /// <summary>Whether <see cref="Columns"/> has all that there are: nothing that could not be read adds to it.</summary>
    public required bool IsComplete { get; init; }

    /// <summary>
    /// Names that columns have at other times: before they are renamed or dropped, when another statement makes the table first, in a database that migrations changed.
    /// </summary>
    public required IReadOnlySet<string> OtherColumns { get; init; }

    /// <summary>All but <c>NOT NULL</c>. Partitions do not repeat the keys of their parent.</summary>
    public required IReadOnlyList<SchemaConstraint> Constraints { get; init; }

    /// <summary>Those that a statement makes: not the indexes of keys.</summary>
    public required IReadOnlyList<SchemaIndex> Indexes { get; init; }

    /// <summary>Its policies.</summary>
    public required IReadOnlyList<SchemaPolicy> Policies { get; init; }

    /// <summary>Its triggers.</summary>
    public required IReadOnlyList<SchemaTrigger> Triggers { get; init; }

    /// <summary>Whether row level security is enabled.</summary>
    public bool HasRowSecurity { get; init; }

    /// <summary>Whether a statement that may not run, or one of another module, enables or disables it.</summary>
    public bool MayLackRowSecurity { get; init; }

    /// <summary>Whether it holds for the owner too.</summary>
    public bool ForcesRowSecurity { get; init; }

    /// <summary>Whether a statement that may not run, or one of another module, drops or renames it.</summary>
    public bool MayBeGone { get; init; }

    /// <summary>Whether its rows are in partitions.</summary>
    public bool IsPartitioned { get; init; }

    /// <summary>Whether it is a partition of its first parent.</summary>
    public bool IsPartition { get; init; }

    /// <summary>What it inherits from, or is a partition of.</summary>
    public IReadOnlyList<SchemaName> Parents { get; init; } = [];

    /// <summary>The query of a view, or of <c>CREATE TABLE AS</c>.</summary>
    public SchemaText? Query { get; init; }

    /// <summary>The view as it was created; null for tables.</summary>
    public SqlView? View { get; init; }

    /// <summary>The primary key; null where it has none.</summary>
    public SchemaConstraint? PrimaryKey => Constraints.FirstOrDefault(constraint => constraint.Kind == SqlConstraintKind.PrimaryKey);

    /// <summary>The foreign keys.</summary>
    public IEnumerable<SchemaConstraint> ForeignKeys => Constraints.Where(constraint => constraint.Kind == SqlConstraintKind.ForeignKey);

    /// <summary>A column by its name; null where it is not known.</summary>
    public SchemaColumn? Column(string name) => Columns.FirstOrDefault(column => column.Name == name);

    /// <summary>Whether there is certainly no such column, at any time.</summary>
    public bool LacksColumn(string name) => IsComplete && !OtherColumns.Contains(name) && !SchemaModel.IsSystemColumn(name) && Column(name) is null;
}

/// <summary>A column.</summary>
/// <param name="Name">What it is called in the end.</param>
/// <param name="Origin">The place of its name. Of what is inherited or copied, where the other table has it.</param>
public sealed record SchemaColumn(string Name, SchemaOrigin Origin)
{
    /// <summary>The name as it is written.</summary>
    public required SqlIdentifier Identifier { get; init; }

    /// <summary>Null where it is not known: of a query.</summary>
    public SqlType? Type { get; init; }

    /// <summary>Whether it is <c>NOT NULL</c>, by itself or as part of the primary key.</summary>
    public bool IsNotNull { get; init; }

    /// <summary>What it is filled with; null where nothing is said.</summary>
    public SchemaText? Default { get; init; }

    /// <summary>Whether it has a default, a generated value of an expression aside: also that of a <c>serial</c>.</summary>
    public bool HasDefault { get; init; }

    /// <summary><c>GENERATED ALWAYS AS (…)</c>.</summary>
    public SchemaText? Generated { get; init; }

    /// <summary>Whether it is an identity.</summary>
    public bool IsIdentity { get; init; }

    /// <summary>Whether a parent has it, and its own table does not write it out.</summary>
    public bool IsInherited { get; init; }

    /// <summary>Whether <c>LIKE</c> brought it.</summary>
    public bool IsCopied { get; init; }

    /// <summary>Whether a statement that may not run, or one of another module, drops or renames it.</summary>
    public bool MayBeGone { get; init; }
}

/// <summary>A constraint.</summary>
/// <param name="Kind">What it asks.</param>
/// <param name="Name">The one that it is given, or that PostgreSQL gives it.</param>
/// <param name="Origin">Its name, or where it begins.</param>
public sealed record SchemaConstraint(SqlConstraintKind Kind, string Name, SchemaOrigin Origin)
{
    /// <summary>The name as it is written; null where PostgreSQL gives it one.</summary>
    public SqlIdentifier? Identifier { get; init; }

    /// <summary>As the statement has it.</summary>
    public required SqlConstraint Definition { get; init; }

    /// <summary>By their final names; of <c>CHECK</c> those that its expression names.</summary>
    public IReadOnlyList<string> Columns { get; init; } = [];

    /// <summary>The table of a foreign key.</summary>
    public SchemaName? References { get; init; }

    /// <summary>Its columns, of a table of the model also where the statement does not say them; empty where they are not known.</summary>
    public IReadOnlyList<string> ReferencedColumns { get; init; } = [];

    /// <summary>What <c>CHECK</c> asks.</summary>
    public SchemaText? Expression { get; init; }

    /// <summary>Whether a parent has it.</summary>
    public bool IsInherited { get; init; }
}

/// <summary>An index that a statement makes.</summary>
/// <param name="Name">The one that it is given, or that PostgreSQL gives it.</param>
/// <param name="Origin">Its name, or the place of the statement.</param>
public sealed record SchemaIndex(string Name, SchemaOrigin Origin)
{
    /// <summary>As the statement has it.</summary>
    public required SqlIndex Definition { get; init; }

    /// <summary>By their final names; null for an expression.</summary>
    public required IReadOnlyList<string?> Columns { get; init; }

    /// <summary>Its expressions.</summary>
    public required IReadOnlyList<SchemaText> Expressions { get; init; }

    /// <summary>Its predicate.</summary>
    public SchemaText? Where { get; init; }

    /// <summary>Whether it comes from a <c>LIKE</c>, and PostgreSQL names it.</summary>
    public bool IsCopied { get; init; }

    /// <summary>Whether a statement that may not run, or one of another module, drops or renames it, or a column that it may name.</summary>
    public bool MayBeGone { get; init; }
}

/// <summary>A policy.</summary>
/// <param name="Name">What it is called in the end.</param>
/// <param name="Origin">The place of its name.</param>
public sealed record SchemaPolicy(string Name, SchemaOrigin Origin)
{
    /// <summary>As the statement has it that created it.</summary>
    public required SqlPolicy Definition { get; init; }

    /// <summary>In the end; empty for all.</summary>
    public required IReadOnlyList<SqlIdentifier> Roles { get; init; }

    /// <summary>In the end.</summary>
    public SchemaText? Using { get; init; }

    /// <summary>In the end.</summary>
    public SchemaText? WithCheck { get; init; }

    /// <inheritdoc cref="SchemaIndex.MayBeGone"/>
    public bool MayBeGone { get; init; }
}

/// <summary>A trigger.</summary>
/// <param name="Name">What it is called in the end.</param>
/// <param name="Origin">The place of its name.</param>
public sealed record SchemaTrigger(string Name, SchemaOrigin Origin)
{
    /// <summary>As the statement has it.</summary>
    public required SqlTrigger Definition { get; init; }

    /// <summary>Its condition.</summary>
    public SchemaText? When { get; init; }
}

/// <summary>A type, domain, sequence, extension or schema that a statement makes.</summary>
/// <param name="Schema">Where it is; empty for a schema.</param>
/// <param name="Name">What it is called in the end.</param>
/// <param name="Origin">The place of its name.</param>
public sealed record SchemaObject(string Schema, string Name, SchemaOrigin Origin)
{
    /// <summary>As the statement has it.</summary>
    public required SqlDefinition Definition { get; init; }

    /// <summary>Of an enum its values in the end; null for others.</summary>
    public IReadOnlyList<string>? Values { get; init; }
}
