namespace Cora.Build.Sql;

/// <summary>An index as <c>CREATE INDEX</c> defines it.</summary>
/// <param name="Name">Null where PostgreSQL gives it one. It is in the table's schema.</param>
/// <param name="Table">The table or materialized view.</param>
public sealed record SqlIndex(SqlIdentifier? Name, SqlName Table)
{
    /// <summary><c>UNIQUE</c>.</summary>
    public bool IsUnique { get; init; }

    /// <summary><c>IF NOT EXISTS</c>.</summary>
    public bool IfNotExists { get; init; }

    /// <summary><c>CONCURRENTLY</c>.</summary>
    public bool IsConcurrent { get; init; }

    /// <summary>In lower case, such as <c>gin</c>; <c>btree</c> where it is not said.</summary>
    public string Method { get; init; } = "btree";

    /// <summary>Columns and expressions.</summary>
    public IReadOnlyList<SqlIndexElement> Elements { get; init; } = [];

    /// <summary><c>INCLUDE</c>.</summary>
    public IReadOnlyList<SqlIdentifier> Included { get; init; } = [];

    /// <summary>The predicate.</summary>
    public SqlSpan? Where { get; init; }
}

/// <summary>The statements that a policy is for.</summary>
public enum SqlPolicyCommand
{
    /// <summary>Each of them.</summary>
    All,

    /// <summary><c>SELECT</c>.</summary>
    Select,

    /// <summary><c>INSERT</c>.</summary>
    Insert,

    /// <summary><c>UPDATE</c>.</summary>
    Update,

    /// <summary><c>DELETE</c>.</summary>
    Delete,
}

/// <summary>A policy as <c>CREATE POLICY</c> defines it, or what <c>ALTER POLICY</c> makes of it.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Table">The table.</param>
public sealed record SqlPolicy(SqlIdentifier Name, SqlName Table)
{
    /// <summary><c>AS RESTRICTIVE</c>.</summary>
    public bool IsRestrictive { get; init; }

    /// <summary>What it is for.</summary>
    public SqlPolicyCommand Command { get; init; }

    /// <summary>Behind <c>TO</c>; empty for all.</summary>
    public IReadOnlyList<SqlIdentifier> Roles { get; init; } = [];

    /// <summary>The expression of <c>USING</c>, without the parentheses.</summary>
    public SqlSpan? Using { get; init; }

    /// <summary>The expression of <c>WITH CHECK</c>, without the parentheses.</summary>
    public SqlSpan? WithCheck { get; init; }
}

/// <summary>A trigger as <c>CREATE TRIGGER</c> defines it.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Table">The table or view.</param>
/// <param name="Function">What it runs.</param>
public sealed record SqlTrigger(SqlIdentifier Name, SqlName Table, SqlName Function)
{
    /// <summary><c>OR REPLACE</c>.</summary>
    public bool Replaces { get; init; }

    /// <summary>In lower case: <c>before</c>, <c>after</c>, <c>instead of</c>.</summary>
    public string Timing { get; init; } = "";

    /// <summary>In lower case: <c>insert</c>, <c>update</c>, <c>delete</c>, <c>truncate</c>.</summary>
    public IReadOnlyList<string> Events { get; init; } = [];

    /// <summary><c>UPDATE OF</c>.</summary>
    public IReadOnlyList<SqlIdentifier> UpdateOf { get; init; } = [];

    /// <summary>Whether it runs for each row.</summary>
    public bool IsForEachRow { get; init; }

    /// <summary>The condition of <c>WHEN</c>, without the parentheses. In it the row is <c>NEW</c> and <c>OLD</c>.</summary>
    public SqlSpan? When { get; init; }
}

/// <summary>A view or materialized view.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Query">What it shows.</param>
public sealed record SqlView(SqlName Name, SqlSpan Query)
{
    /// <summary>Whether its rows are kept.</summary>
    public bool IsMaterialized { get; init; }

    /// <summary><c>OR REPLACE</c>.</summary>
    public bool Replaces { get; init; }

    /// <summary><c>IF NOT EXISTS</c>.</summary>
    public bool IfNotExists { get; init; }

    /// <summary><c>TEMPORARY</c>.</summary>
    public bool IsTemporary { get; init; }

    /// <summary><c>RECURSIVE</c>: its query may name it.</summary>
    public bool IsRecursive { get; init; }

    /// <summary>Whether it is read with the rights of the reader: <c>WITH (security_invoker)</c>.</summary>
    public bool IsSecurityInvoker { get; init; }

    /// <summary>Names of its columns; null where the query says them.</summary>
    public IReadOnlyList<SqlIdentifier>? Columns { get; init; }
}

/// <summary>A type, domain, sequence, extension or schema.</summary>
/// <param name="Kind">Which of them.</param>
/// <param name="Name">Its name; of a schema or extension without another schema.</param>
public sealed record SqlDefinition(SqlObjectKind Kind, SqlName Name)
{
    /// <summary><c>IF NOT EXISTS</c>.</summary>
    public bool IfNotExists { get; init; }

    /// <summary>Of an enum its values; null of others.</summary>
    public IReadOnlyList<string>? Values { get; init; }

    /// <summary>Of a composite type its attributes; null of others.</summary>
    public IReadOnlyList<SqlColumn>? Attributes { get; init; }

    /// <summary>Of a domain what it is made of.</summary>
    public SqlType? BaseType { get; init; }

    /// <summary>Whether a domain is <c>NOT NULL</c>.</summary>
    public bool IsNotNull { get; init; }

    /// <summary>The schema of an extension; null where it is not said.</summary>
    public SqlIdentifier? ExtensionSchema { get; init; }
}

/// <summary>What a <c>DROP</c>, <c>RENAME</c> or <c>SET SCHEMA</c> is about.</summary>
public enum SqlObjectKind
{
    /// <summary>A table; in <c>ALTER TABLE</c> any relation.</summary>
    Table,

    /// <summary>A view.</summary>
    View,

    /// <summary>A materialized view.</summary>
    MaterializedView,

    /// <summary>An index.</summary>
    Index,

    /// <summary>A sequence.</summary>
    Sequence,

    /// <summary>A type, or a domain.</summary>
    Type,

    /// <summary>A domain.</summary>
    Domain,

    /// <summary>A schema.</summary>
    Schema,

    /// <summary>An extension.</summary>
    Extension,
}
