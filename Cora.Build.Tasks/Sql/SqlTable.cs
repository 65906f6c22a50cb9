using Cora.Build.Python.Source;

namespace Cora.Build.Sql;

/// <summary>How long a table lives.</summary>
public enum SqlPersistence
{
    /// <summary>Until it is dropped.</summary>
    Permanent,

    /// <summary>As long as the session.</summary>
    Temporary,

    /// <summary>Until it is dropped, but empty after a crash.</summary>
    Unlogged,
}

/// <summary>A table as a <c>CREATE TABLE</c> or <c>CREATE FOREIGN TABLE</c> statement defines it.</summary>
/// <param name="Name">Its name.</param>
public sealed record SqlTable(SqlName Name)
{
    /// <summary><c>IF NOT EXISTS</c>.</summary>
    public bool IfNotExists { get; init; }

    /// <summary>How long it lives.</summary>
    public SqlPersistence Persistence { get; init; }

    /// <summary>Whether its rows are elsewhere: <c>CREATE FOREIGN TABLE</c>.</summary>
    public bool IsForeign { get; init; }

    /// <summary>Columns and <c>LIKE</c> clauses in the order of the statement. In <c>PARTITION OF</c> and <c>OF</c> columns have no type.</summary>
    public IReadOnlyList<SqlTableElement> Elements { get; init; } = [];

    /// <summary>The columns that the statement writes out.</summary>
    public IEnumerable<SqlColumn> Columns => Elements.OfType<SqlColumn>();

    /// <summary>All constraints but <c>NOT NULL</c>, those of columns too, in the order of the statement.</summary>
    public IReadOnlyList<SqlConstraint> Constraints { get; init; } = [];

    /// <summary><c>INHERITS (…)</c>.</summary>
    public IReadOnlyList<SqlName> Inherits { get; init; } = [];

    /// <summary><c>PARTITION OF</c>.</summary>
    public SqlName? PartitionOf { get; init; }

    /// <summary><c>PARTITION BY</c>: whether it has its rows in partitions.</summary>
    public bool IsPartitioned { get; init; }

    /// <summary><c>OF</c>: the composite type that gives its columns.</summary>
    public SqlName? OfType { get; init; }

    /// <summary><c>AS</c>: the query that gives its columns and rows. The columns then have no type, and are empty where the statement does not name them.</summary>
    public SqlSpan? Query { get; init; }
}

/// <summary>What stands in the parentheses of <c>CREATE TABLE</c> and makes columns.</summary>
/// <param name="At">Where it begins.</param>
public abstract record SqlTableElement(Position At);

/// <summary><c>LIKE other INCLUDING …</c>.</summary>
/// <param name="Table">The other.</param>
/// <param name="At">Where it begins.</param>
public sealed record SqlLike(SqlName Table, Position At) : SqlTableElement(At)
{
    /// <summary>What is copied besides names, types and <c>NOT NULL</c>, in lower case: <c>defaults</c>, <c>constraints</c>, <c>indexes</c>, <c>identity</c>, <c>generated</c>…</summary>
    public IReadOnlySet<string> Including { get; init; } = new HashSet<string>();
}

/// <summary>A column.</summary>
/// <param name="Identifier">Its name.</param>
/// <param name="Type">Of a <c>serial</c> the integer that it stands for; null where the statement says none.</param>
public sealed record SqlColumn(SqlIdentifier Identifier, SqlType? Type) : SqlTableElement(Identifier.At)
{
    /// <summary>Its name.</summary>
    public string Name => Identifier.Name;

    /// <summary>Where it says <c>NOT NULL</c>. Of a primary key's column, an identity or a <c>serial</c> that does not say it, null as well: see <see cref="IsNotNull"/>.</summary>
    public Position? NotNull { get; init; }

    /// <summary>Whether its own definition makes it <c>NOT NULL</c>.</summary>
    public bool IsNotNull => NotNull is not null || IsIdentity || IsSerial || Constraints.Any(constraint => constraint.Kind == SqlConstraintKind.PrimaryKey);

    /// <summary>The expression behind <c>DEFAULT</c>.</summary>
    public SqlSpan? Default { get; init; }

    /// <summary>The expression of <c>GENERATED ALWAYS AS (…)</c>, without the parentheses.</summary>
    public SqlSpan? Generated { get; init; }

    /// <summary><c>GENERATED … AS IDENTITY</c>.</summary>
    public bool IsIdentity { get; init; }

    /// <summary><c>serial</c>, <c>bigserial</c>, <c>smallserial</c>.</summary>
    public bool IsSerial { get; init; }

    /// <summary>The constraints that stand at the column, without <c>NOT NULL</c>.</summary>
    public IReadOnlyList<SqlConstraint> Constraints { get; init; } = [];

    /// <summary>The whole definition.</summary>
    public SqlSpan Span { get; init; }
}

/// <summary>What a constraint asks.</summary>
public enum SqlConstraintKind
{
    /// <summary><c>PRIMARY KEY</c>.</summary>
    PrimaryKey,

    /// <summary><c>UNIQUE</c>.</summary>
    Unique,

    /// <summary><c>FOREIGN KEY</c>, or <c>REFERENCES</c> at a column.</summary>
    ForeignKey,

    /// <summary><c>CHECK</c>.</summary>
    Check,

    /// <summary><c>EXCLUDE</c>.</summary>
    Exclude,

    /// <summary><c>NOT NULL</c> as a constraint of the table (PostgreSQL 18).</summary>
    NotNull,
}

/// <summary>A constraint.</summary>
/// <param name="Kind">What it asks.</param>
/// <param name="At">Where it begins: at <c>CONSTRAINT</c> where it has a name.</param>
public sealed record SqlConstraint(SqlConstraintKind Kind, Position At)
{
    /// <summary>Null where PostgreSQL gives it one.</summary>
    public SqlIdentifier? Name { get; init; }

    /// <summary>Whether it stands at a column.</summary>
    public bool IsInline { get; init; }

    /// <summary>The columns that it is about, of an inline one that column. Empty for <c>CHECK</c> of a table, <c>EXCLUDE</c> and <c>USING INDEX</c>.</summary>
    public IReadOnlyList<SqlIdentifier> Columns { get; init; } = [];

    /// <summary>The table of a foreign key.</summary>
    public SqlName? References { get; init; }

    /// <summary>Its columns; empty where the primary key is meant.</summary>
    public IReadOnlyList<SqlIdentifier> ReferencedColumns { get; init; } = [];

    /// <summary>In lower case, such as <c>cascade</c> or <c>set null</c>; empty where it is not said.</summary>
    public string OnDelete { get; init; } = "";

    /// <summary>The same for updates.</summary>
    public string OnUpdate { get; init; } = "";

    /// <summary>What <c>CHECK</c> asks, without the parentheses.</summary>
    public SqlSpan? Expression { get; init; }

    /// <summary><c>INCLUDE</c>: columns that the index has besides.</summary>
    public IReadOnlyList<SqlIdentifier> Included { get; init; } = [];

    /// <summary>Of <c>EXCLUDE</c>.</summary>
    public IReadOnlyList<SqlIndexElement> Elements { get; init; } = [];

    /// <summary>Of <c>EXCLUDE</c>: its predicate, without the parentheses.</summary>
    public SqlSpan? Where { get; init; }

    /// <summary><c>USING INDEX</c>: the index that becomes the constraint.</summary>
    public SqlIdentifier? UsingIndex { get; init; }

    /// <summary>Whether it is not inherited: <c>NO INHERIT</c>.</summary>
    public bool NoInherit { get; init; }

    /// <summary>The whole constraint.</summary>
    public SqlSpan Span { get; init; }
}

/// <summary>A column of an index or of <c>EXCLUDE</c>.</summary>
/// <param name="Column">Null where it is an expression.</param>
/// <param name="Span">The column or the expression, without what says how it is sorted.</param>
/// <param name="At">Where it begins.</param>
public sealed record SqlIndexElement(SqlIdentifier? Column, SqlSpan Span, Position At)
{
    /// <summary>The function, where the expression is a call of one and nothing else.</summary>
    public SqlName? Function { get; init; }
}
