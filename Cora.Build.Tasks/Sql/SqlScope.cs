namespace Cora.Build.Sql;

/// <summary>What columns can be named of: an item of <c>FROM</c>.</summary>
/// <param name="Name">Its alias, or the name of the table; null where it has none.</param>
/// <param name="Relation">The table or view; null where it is something else, or not known.</param>
/// <param name="Columns">Names of its columns where it is a query; null where they are not known, or <paramref name="Relation"/> has them.</param>
internal sealed record SqlScopeItem(string? Name, SchemaRelation? Relation, IReadOnlySet<string>? Columns)
{
    /// <summary>The schema that the table is written with; null where it has none, or an alias hides it.</summary>
    public string? Schema { get; init; }

    /// <summary>Whether it certainly has no such column.</summary>
    public bool Lacks(string column) => Relation is { } relation ? relation.LacksColumn(column) : Columns is { } columns && !columns.Contains(column);

    /// <summary>Whether it certainly has such a column.</summary>
    public bool Has(string column) => Relation?.Column(column) is not null || Columns?.Contains(column) is true;
}

/// <summary>A name of a column that was read, before it is known what it is of.</summary>
/// <param name="Parts">One to three: schema, table, column.</param>
/// <param name="MayBeOutput">Whether it stands where the names of the result are known too: <c>ORDER BY</c>, <c>GROUP BY</c>.</param>
internal sealed record SqlColumnName(IReadOnlyList<SqlIdentifier> Parts, bool MayBeOutput);

/// <summary>The names that a query, or an expression, knows.</summary>
internal sealed class SqlScope(SqlScope? parent)
{
    public SqlScope? Parent { get; } = parent;

    public List<SqlScopeItem> Items { get; } = [];

    /// <summary>Columns of the result that have a name.</summary>
    public HashSet<string> Outputs { get; } = new(StringComparer.Ordinal);

    /// <summary>Common table expressions, with their columns where these are known.</summary>
    public Dictionary<string, IReadOnlySet<string>?> Queries { get; } = new(StringComparer.Ordinal);

    /// <summary>Names that stand for themselves: parameters of a function.</summary>
    public HashSet<string> Others { get; } = new(StringComparer.Ordinal);

    public List<SqlColumnName> Columns { get; } = [];

    /// <summary>From the inside out.</summary>
    public IEnumerable<SqlScope> Chain()
    {
        for (var scope = this; scope is not null; scope = scope.Parent) yield return scope;
    }
}
