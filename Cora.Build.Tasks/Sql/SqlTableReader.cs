namespace Cora.Build.Sql;

/// <summary>Reads <c>CREATE TABLE</c> from behind these words (PostgreSQL's grammar: <c>CreateStmt</c>, <c>CreateAsStmt</c>, <c>CreateForeignTableStmt</c>).</summary>
internal static class SqlTableReader
{
    /// <summary>PostgreSQL's <c>MaxHeapAttributeNumber</c>.</summary>
    public const int MaxColumns = 1600;

    /// <summary>The table; null when it cannot be read to its end.</summary>
    /// <param name="cursor">Before <c>IF NOT EXISTS</c> and the name.</param>
    /// <param name="name">What it is called, also when it cannot be read; null when not even that is known.</param>
    public static SqlTable? Read(SqlCursor cursor, out SqlName? name)
    {
        var ifNotExists = cursor.TakeWords("if", "not", "exists");
        name = cursor.TakeName();
        if (name is null) return null;
        var table = new SqlTable(name) { IfNotExists = ifNotExists };
        if (IsFromQuery(cursor)) return ReadFromQuery(cursor, table);
        if (cursor.TakeWords("partition", "of"))
        {
            if (cursor.TakeName() is not { } parent) return null;
            table = table with { PartitionOf = parent };
        }
        else if (cursor.TakeWords("of"))
        {
            if (cursor.TakeName() is not { } type) return null;
            table = table with { OfType = type };
        }
        var isTyped = table.PartitionOf is null && table.OfType is null;
        if (isTyped || cursor.IsSymbol("("))
        {
            if (ReadElements(cursor, isTyped) is not var (elements, constraints)) return null;
            table = table with { Elements = elements, Constraints = constraints };
        }
        return table.PartitionOf is null || ReadBounds(cursor) ? ReadOptions(cursor, table) : null;
    }

    /// <summary>Whether <c>AS</c> comes outside of parentheses.</summary>
    private static bool IsFromQuery(SqlCursor cursor)
    {
        var from = cursor.Index;
        while (!cursor.AtEnd && !cursor.IsWord("as")) cursor.Skip();
        var found = !cursor.AtEnd;
        cursor.Index = from;
        return found;
    }

    private static SqlTable? ReadFromQuery(SqlCursor cursor, SqlTable table)
    {
        if (cursor.IsSymbol("("))
        {
            if (cursor.TakeIdentifiers() is not { } columns) return null;
            table = table with { Elements = [.. columns.Select(column => new SqlColumn(column, null))] };
        }
        if (ReadOptions(cursor, table, beforeQuery: true) is null || !cursor.TakeWords("as")) return null;
        return table with { Query = SqlViewReader.TakeQuery(cursor) };
    }

    private static (List<SqlTableElement> Elements, List<SqlConstraint> Constraints)? ReadElements(SqlCursor cursor, bool isTyped)
    {
        List<SqlTableElement> elements = [];
        List<SqlConstraint> constraints = [];
        if (!cursor.TakeSymbol("(")) return null;
        if (cursor.TakeSymbol(")")) return (elements, constraints);
        do
        {
            if (elements.Count == MaxColumns) return null;
            if (cursor.IsWord("like"))
            {
                if (ReadLike(cursor) is not { } like) return null;
                elements.Add(like);
            }
            else if (SqlConstraintReader.Begins(cursor))
            {
                if (SqlConstraintReader.Read(cursor) is not { } constraint) return null;
                constraints.Add(constraint);
            }
            else
            {
                if (SqlColumnReader.Read(cursor, isTyped) is not { } column) return null;
                elements.Add(column);
                constraints.AddRange(column.Constraints);
            }
        }
        while (cursor.TakeSymbol(","));
        return cursor.TakeSymbol(")") ? (elements, constraints) : null;
    }

    private static SqlLike? ReadLike(SqlCursor cursor)
    {
        var at = cursor.At;
        cursor.Index++;
        if (cursor.TakeName() is not { } other) return null;
        HashSet<string> including = [];
        while (cursor.IsWord("including") || cursor.IsWord("excluding"))
        {
            var includes = cursor.IsWord("including");
            cursor.Index++;
            if (cursor.TakeIdentifier() is not { } what) return null;
            string[] named = what.Name == "all" ? ["comments", "compression", "constraints", "defaults", "generated", "identity", "indexes", "statistics", "storage"] : [what.Name];
            if (includes) including.UnionWith(named);
            else including.ExceptWith(named);
        }
        return new(other, at) { Including = including };
    }

    /// <summary><c>FOR VALUES …</c>, <c>DEFAULT</c>.</summary>
    private static bool ReadBounds(SqlCursor cursor)
    {
        if (cursor.TakeWords("default")) return true;
        if (!cursor.TakeWords("for", "values")) return false;
        if (cursor.TakeAny("in", "with")) return cursor.TakeParenthesized() is not null;
        return cursor.TakeWords("from") && cursor.TakeParenthesized() is not null && cursor.TakeWords("to") && cursor.TakeParenthesized() is not null;
    }

    /// <summary>What stands behind the columns.</summary>
    /// <returns>Null where something else does.</returns>
    private static SqlTable? ReadOptions(SqlCursor cursor, SqlTable table, bool beforeQuery = false)
    {
        while (!cursor.AtEnd && !(beforeQuery && cursor.IsWord("as")))
        {
            if (cursor.TakeWords("inherits"))
            {
                if (!cursor.TakeSymbol("(") || cursor.TakeNames() is not { } parents || !cursor.TakeSymbol(")")) return null;
                table = table with { Inherits = parents };
            }
            else if (cursor.TakeWords("partition", "by"))
            {
                if (cursor.TakeIdentifier() is null || !cursor.SkipNested()) return null;
                table = table with { IsPartitioned = true };
            }
            else if (cursor.TakeAny("using", "tablespace"))
            {
                if (cursor.TakeIdentifier() is null) return null;
            }
            else if (cursor.TakeWords("with"))
            {
                if (!cursor.SkipNested()) return null;
            }
            else if (cursor.TakeWords("on", "commit"))
            {
                if (!cursor.TakeWords("preserve", "rows") && !cursor.TakeWords("delete", "rows") && !cursor.TakeWords("drop")) return null;
            }
            else if (cursor.TakeWords("server"))
            {
                if (cursor.TakeIdentifier() is null) return null;
                table = table with { IsForeign = true };
            }
            else if (table.IsForeign && cursor.TakeWords("options"))
            {
                if (!cursor.SkipNested()) return null;
            }
            else if (!cursor.TakeWords("without", "oids"))
            {
                return null;
            }
        }
        return table;
    }
}
