namespace Cora.Build.Sql;

/// <summary>What a text is.</summary>
internal enum SqlTextKind
{
    /// <summary>An expression.</summary>
    Expression,

    /// <summary>A query.</summary>
    Query,

    /// <summary>The body of a function in SQL.</summary>
    Statements,
}

/// <summary>
/// Reads queries, changes of rows and expressions for the names in them (PostgreSQL's grammar: <c>SelectStmt</c>, <c>a_expr</c>). What it does not know, it does not
/// guess: then the text is not read at all.
/// </summary>
internal sealed partial class SqlQueryReader(SqlCursor cursor, SchemaModel model, string? searchPath)
{
    /// <summary>How deep expressions and queries may be nested in each other. Nobody writes a tenth of it.</summary>
    private const int MaxDepth = 200;

    private int _depth;

    /// <summary>All that were opened; names are resolved when they are complete.</summary>
    public List<SqlScope> Scopes { get; } = [];

    /// <summary>Names in <c>FROM</c> and the like that the model certainly lacks.</summary>
    public List<SqlName> MissingTables { get; } = [];

    /// <summary>How many may be there.</summary>
    public int UnknownTables { get; private set; }

    /// <summary>How many are there.</summary>
    public int FoundTables { get; private set; }

    /// <summary>Reads a text to its end.</summary>
    /// <returns>False when that cannot be done; then nothing of what was read counts.</returns>
    public bool TryRead(SqlScope scope, SqlTextKind kind)
    {
        Scopes.Add(scope);
        return kind switch
        {
            SqlTextKind.Expression => Expression(scope) && cursor.AtEnd,
            SqlTextKind.Query => Query(scope, out _) && cursor.AtEnd,
            _ => Statements(scope),
        };
    }

    private bool Statements(SqlScope scope)
    {
        if (cursor.TakeWords("return")) return Expression(scope) && cursor.AtEnd;
        var isAtomic = cursor.TakeWords("begin", "atomic");
        while (true)
        {
            while (cursor.TakeSymbol(";")) ;
            if (cursor.AtEnd) return !isAtomic;
            if (isAtomic && cursor.TakeWords("end")) return cursor.AtEnd;
            if (!Query(scope, out _)) return false;
            if (!cursor.AtEnd && !cursor.IsSymbol(";")) return false;
        }
    }

    private SqlScope Open(SqlScope parent)
    {
        var scope = new SqlScope(parent);
        Scopes.Add(scope);
        return scope;
    }

    /// <summary>A query or a change of rows, with its <c>WITH</c>.</summary>
    /// <param name="parent">What it stands in.</param>
    /// <param name="columns">Names of what it gives; null where they are not known.</param>
    private bool Query(SqlScope parent, out IReadOnlySet<string>? columns)
    {
        columns = null;
        if (++_depth > MaxDepth) return false;
        // Common table expressions do not see the query's own FROM.
        var common = Open(parent);
        if (cursor.TakeWords("with") && !With(common)) return false;
        var scope = Open(common);
        bool isRead;
        if (cursor.TakeWords("insert", "into")) isRead = Insert(scope, out columns);
        else if (cursor.TakeWords("update")) isRead = Update(scope, out columns);
        else if (cursor.TakeWords("delete", "from")) isRead = Delete(scope, out columns);
        else isRead = Selects(scope, out columns);
        _depth--;
        return isRead;
    }

    private bool With(SqlScope scope)
    {
        var isRecursive = cursor.TakeWords("recursive");
        do
        {
            if (cursor.TakeIdentifier() is not { } name) return false;
            IReadOnlySet<string>? named = null;
            if (cursor.IsSymbol("("))
            {
                if (cursor.TakeIdentifiers() is not { } identifiers) return false;
                named = identifiers.Select(identifier => identifier.Name).ToHashSet();
            }
            if (isRecursive) scope.Queries[name.Name] = named;
            if (!cursor.TakeWords("as")) return false;
            cursor.TakeWords("not");
            cursor.TakeWords("materialized");
            if (!cursor.TakeSymbol("(") || !Query(scope, out var columns) || !cursor.TakeSymbol(")")) return false;
            // SEARCH and CYCLE add columns.
            if (cursor.IsWord("search") || cursor.IsWord("cycle")) return false;
            scope.Queries[name.Name] = named is null ? columns : columns is null || named.Count == columns.Count ? named : null;
        }
        while (cursor.TakeSymbol(","));
        return true;
    }

    /// <summary><c>SELECT</c>s with <c>UNION</c> and the like between them, and what stands behind the last.</summary>
    private bool Selects(SqlScope scope, out IReadOnlySet<string>? columns)
    {
        var isSingle = true;
        if (!Select(scope, out columns)) return false;
        while (cursor.TakeAny("union", "intersect", "except"))
        {
            isSingle = false;
            cursor.TakeAny("all", "distinct");
            var other = Open(scope.Parent!);
            if (!Select(other, out _)) return false;
        }
        // Behind a UNION names are those of the result.
        var ordered = scope;
        if (!isSingle)
        {
            ordered = Open(scope.Parent!);
            ordered.Items.Add(new(null, null, columns));
        }
        return Order(ordered, isSingle);
    }

    private bool Order(SqlScope scope, bool mayBeOutput)
    {
        if (cursor.TakeWords("order", "by") && !Sorted(scope, mayBeOutput)) return false;
        while (true)
        {
            if (cursor.TakeWords("limit"))
            {
                if (!cursor.TakeWords("all") && !Expression(scope)) return false;
            }
            else if (cursor.TakeWords("offset"))
            {
                if (!Expression(scope)) return false;
                cursor.TakeAny("row", "rows");
            }
            else if (cursor.TakeWords("fetch"))
            {
                if (!cursor.TakeAny("first", "next")) return false;
                if (!cursor.IsWord("row") && !cursor.IsWord("rows") && !Expression(scope)) return false;
                if (!cursor.TakeAny("row", "rows") || !(cursor.TakeWords("only") || cursor.TakeWords("with", "ties"))) return false;
            }
            else if (cursor.TakeWords("for"))
            {
                if (!cursor.TakeWords("update") && !cursor.TakeWords("share") && !cursor.TakeWords("no", "key", "update") && !cursor.TakeWords("key", "share")) return false;
                if (cursor.TakeWords("of") && cursor.TakeNames() is null) return false;
                if (!cursor.TakeWords("skip", "locked")) cursor.TakeWords("nowait");
            }
            else
            {
                return true;
            }
        }
    }

    private bool Sorted(SqlScope scope, bool mayBeOutput)
    {
        do
        {
            if (!Expression(scope, mayBeOutput)) return false;
            if (cursor.TakeWords("using"))
            {
                if (!cursor.IsKind(SqlTokenKind.Operator)) return false;
                cursor.Index++;
            }
            cursor.TakeAny("asc", "desc");
            if (cursor.TakeWords("nulls") && !cursor.TakeAny("first", "last")) return false;
        }
        while (cursor.TakeSymbol(","));
        return true;
    }

    private bool Select(SqlScope scope, out IReadOnlySet<string>? columns)
    {
        columns = null;
        if (cursor.TakeSymbol("("))
        {
            return Query(scope, out columns) && cursor.TakeSymbol(")");
        }
        if (cursor.TakeWords("values")) return Rows(scope);
        if (cursor.TakeWords("table"))
        {
            if (!From(scope)) return false;
            columns = All(scope, null);
            return true;
        }
        if (!cursor.TakeWords("select")) return false;
        if (cursor.TakeWords("distinct"))
        {
            if (cursor.TakeWords("on") && !(cursor.TakeSymbol("(") && Expressions(scope, mayBeOutput: true) && cursor.TakeSymbol(")"))) return false;
        }
        else
        {
            cursor.TakeWords("all");
        }
        if (!Outputs(scope, out var outputs)) return false;
        if (cursor.TakeWords("from"))
        {
            do
            {
                if (!From(scope)) return false;
            }
            while (cursor.TakeSymbol(","));
        }
        if (cursor.TakeWords("where") && !Expression(scope)) return false;
        if (cursor.TakeWords("group", "by") && !Grouped(scope)) return false;
        if (cursor.TakeWords("having") && !Expression(scope)) return false;
        if (cursor.TakeWords("window") && !Windows(scope)) return false;
        columns = Names(scope, outputs);
        return true;
    }

    private bool Rows(SqlScope scope)
    {
        do
        {
            if (!cursor.TakeSymbol("(") || !Expressions(scope) || !cursor.TakeSymbol(")")) return false;
        }
        while (cursor.TakeSymbol(","));
        return true;
    }

    private bool Grouped(SqlScope scope)
    {
        cursor.TakeAny("distinct", "all");
        do
        {
            if (cursor.IsWord("grouping") || cursor.IsWord("rollup") || cursor.IsWord("cube")) return false;
            if (cursor.IsSymbol("(") && cursor.IsSymbol(")", 1)) cursor.Index += 2;
            else if (!Expression(scope, mayBeOutput: true)) return false;
        }
        while (cursor.TakeSymbol(","));
        return true;
    }

    private bool Windows(SqlScope scope)
    {
        do
        {
            if (cursor.TakeIdentifier() is null || !cursor.TakeWords("as") || !Window(scope)) return false;
        }
        while (cursor.TakeSymbol(","));
        return true;
    }

    /// <summary><c>(PARTITION BY … ORDER BY … ROWS …)</c>.</summary>
    private bool Window(SqlScope scope)
    {
        if (!cursor.TakeSymbol("(")) return false;
        if (!cursor.IsWord("partition") && !cursor.IsWord("order") && !cursor.IsWord("range") && !cursor.IsWord("rows") && !cursor.IsWord("groups") && !cursor.IsSymbol(")")) cursor.TakeIdentifier();
        if (cursor.TakeWords("partition", "by") && !Expressions(scope)) return false;
        if (cursor.TakeWords("order", "by") && !Sorted(scope, mayBeOutput: false)) return false;
        // Bounds of a frame that are computed have no columns in them.
        if (cursor.IsWord("range") || cursor.IsWord("rows") || cursor.IsWord("groups"))
        {
            while (!cursor.AtEnd && !cursor.IsSymbol(")")) cursor.Skip();
        }
        return cursor.TakeSymbol(")");
    }

    /// <summary>What <c>SELECT</c> or <c>RETURNING</c> gives.</summary>
    /// <param name="scope">Where names are of.</param>
    /// <param name="outputs">For each its name, null where it has one that PostgreSQL makes; <c>*</c> for all columns, and <c>t.*</c>.</param>
    private bool Outputs(SqlScope scope, out List<string?> outputs)
    {
        outputs = [];
        if (cursor.AtEnd || cursor.IsWord("from") || cursor.IsSymbol(")") || cursor.IsSymbol(";")) return true;
        do
        {
            if (cursor.TakeSymbol("*"))
            {
                outputs.Add("*");
                continue;
            }
            if (TakeAllOf() is { } item)
            {
                outputs.Add(item + ".*");
                continue;
            }
            var first = cursor.Index;
            if (!Expression(scope)) return false;
            var isColumn = cursor.Index == first + 1 || (cursor.Index == first + 3 && IsDotted(first));
            string? name = isColumn ? LastName() : null;
            if (cursor.TakeWords("as"))
            {
                if (cursor.TakeIdentifier() is not { } alias) return false;
                name = alias.Name;
            }
            else if ((cursor.IsKind(SqlTokenKind.Word) && !IsReserved()) || cursor.IsKind(SqlTokenKind.QuotedName))
            {
                name = cursor.TakeIdentifier()!.Name;
            }
            outputs.Add(name);
            if (name is not null) scope.Outputs.Add(name);
        }
        while (cursor.TakeSymbol(","));
        return true;
    }

    /// <summary><c>t.*</c>: the item's name.</summary>
    private string? TakeAllOf()
    {
        var from = cursor.Index;
        string? name = null;
        while (cursor.TakeIdentifier() is { } part && cursor.TakeSymbol("."))
        {
            name = part.Name;
            if (cursor.TakeSymbol("*")) return name;
        }
        cursor.Index = from;
        return null;
    }

    private bool IsDotted(int first)
    {
        var here = cursor.Index;
        cursor.Index = first + 1;
        var isDotted = cursor.IsSymbol(".");
        cursor.Index = here;
        return isDotted;
    }

    private string? LastName()
    {
        cursor.Index--;
        return cursor.IsKind(SqlTokenKind.Word) || cursor.IsKind(SqlTokenKind.QuotedName) ? cursor.TakeIdentifier()!.Name : Step();

        string? Step()
        {
            cursor.Index++;
            return null;
        }
    }

    /// <summary>Names of all outputs; null where one of them is not known.</summary>
    private static HashSet<string>? Names(SqlScope scope, List<string?> outputs)
    {
        HashSet<string> names = [];
        foreach (var output in outputs)
        {
            if (output is null) return null;
            if (output != "*" && !output.EndsWith(".*", StringComparison.Ordinal))
            {
                names.Add(output);
                continue;
            }
            if (All(scope, output == "*" ? null : output[..^2]) is not { } all) return null;
            names.UnionWith(all);
        }
        return names;
    }

    private static HashSet<string>? All(SqlScope scope, string? name)
    {
        HashSet<string> names = [];
        var items = name is null ? scope.Items : scope.Chain().Select(level => level.Items.FindAll(item => item.Name == name)).FirstOrDefault(found => found.Count > 0) ?? [];
        if (items.Count == 0) return null;
        foreach (var item in items)
        {
            if (item.Relation is { IsComplete: true } relation) names.UnionWith([.. relation.Columns.Select(column => column.Name), .. relation.OtherColumns]);
            else if (item.Columns is { } columns) names.UnionWith(columns);
            else return null;
        }
        return names;
    }

    /// <summary>An item of <c>FROM</c>, with what is joined to it.</summary>
    private bool From(SqlScope scope)
    {
        if (!Item(scope)) return false;
        while (true)
        {
            var isNatural = cursor.TakeWords("natural");
            var isCross = cursor.TakeWords("cross");
            if (!isCross && cursor.TakeAny("left", "right", "full")) cursor.TakeWords("outer");
            else if (!isCross) cursor.TakeWords("inner");
            if (!cursor.TakeWords("join")) return true;
            if (!Item(scope)) return false;
            if (isCross || isNatural) continue;
            if (cursor.TakeWords("using"))
            {
                if (cursor.TakeIdentifiers() is not { } columns) return false;
                foreach (var column in columns) scope.Columns.Add(new([column], MayBeOutput: false));
                // An alias for the columns that are joined.
                if (cursor.IsWord("as")) return false;
            }
            else if (!cursor.TakeWords("on") || !Expression(scope))
            {
                return false;
            }
        }
    }

    private bool Item(SqlScope scope)
    {
        if (++_depth > MaxDepth) return false;
        var isRead = ItemAtDepth(scope);
        _depth--;
        return isRead;
    }

    private bool ItemAtDepth(SqlScope scope)
    {
        var isLateral = cursor.TakeWords("lateral");
        if (cursor.IsSymbol("("))
        {
            cursor.Index++;
            if (!IsQuery()) return From(scope) && cursor.TakeSymbol(")") && !cursor.IsWord("as") && (cursor.AtEnd || !cursor.IsKind(SqlTokenKind.Word) || IsReserved());
            if (!Query(isLateral ? scope : scope.Parent!, out var columns) || !cursor.TakeSymbol(")")) return false;
            return Alias(scope, null, null, columns);
        }
        if (cursor.IsWord("rows") && cursor.IsWord("from", 1)) return false;
        cursor.TakeWords("only");
        if (IsReserved() || cursor.TakeName() is not { } name) return false;
        if (cursor.IsSymbol("("))
        {
            if (s_special.Contains(name.Name) || !Arguments(scope)) return false;
            cursor.TakeWords("with", "ordinality");
            // Its columns are what the function says.
            return Alias(scope, name.Identifier, null, null);
        }
        cursor.TakeSymbol("*");
        return Table(scope, name);
    }

    /// <summary>A table, or a common table expression, by its name.</summary>
    private bool Table(SqlScope scope, SqlName name)
    {
        if (name.Schema is null)
        {
            foreach (var level in scope.Chain())
            {
                if (level.Queries.TryGetValue(name.Name, out var columns)) return Alias(scope, name.Identifier, null, columns);
            }
        }
        var found = model.Find(name, searchPath);
        if (found.Certainty == SchemaCertainty.Missing) MissingTables.Add(name);
        else if (found.Certainty == SchemaCertainty.Unknown) UnknownTables++;
        else FoundTables++;
        return Alias(scope, name.Identifier, found.Relation, null);
    }

    private bool Alias(SqlScope scope, SqlIdentifier? name, SchemaRelation? relation, IReadOnlySet<string>? columns)
    {
        var schema = relation?.Schema;
        if (cursor.TakeWords("as"))
        {
            // A function that returns records says its columns here.
            if (cursor.IsSymbol("("))
            {
                cursor.SkipNested();
                scope.Items.Add(new(name?.Name, null, null));
                return true;
            }
            name = cursor.TakeIdentifier();
            if (name is null) return false;
            schema = null;
        }
        else if ((cursor.IsKind(SqlTokenKind.Word) && !IsReserved() && !IsBehindTable()) || cursor.IsKind(SqlTokenKind.QuotedName))
        {
            name = cursor.TakeIdentifier();
            schema = null;
        }
        if (cursor.IsSymbol("("))
        {
            cursor.SkipNested();
            (relation, columns) = (null, null);
        }
        if (cursor.IsWord("tablesample")) return false;
        scope.Items.Add(new(name?.Name, relation, columns) { Schema = schema });
        return true;
    }

    /// <summary>Words that are no alias behind a table, and may be one elsewhere.</summary>
    private bool IsBehindTable() => cursor.IsWord("set") || cursor.IsWord("values") || cursor.IsWord("overriding") || cursor.IsWord("tablesample");
}
