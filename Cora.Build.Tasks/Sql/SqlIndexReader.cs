using Cora.Build.Python.Source;

namespace Cora.Build.Sql;

/// <summary>Reads <c>CREATE INDEX</c> from behind these words (PostgreSQL's grammar: <c>IndexStmt</c>).</summary>
internal static class SqlIndexReader
{
    /// <summary>The index; null when it cannot be read to its end.</summary>
    public static SqlIndex? Read(SqlCursor cursor, bool isUnique)
    {
        var isConcurrent = cursor.TakeWords("concurrently");
        var ifNotExists = cursor.TakeWords("if", "not", "exists");
        var name = cursor.IsWord("on") ? null : cursor.TakeIdentifier();
        if (!cursor.TakeWords("on")) return null;
        cursor.TakeWords("only");
        if (cursor.TakeName() is not { } table) return null;
        var index = new SqlIndex(name, table) { IsUnique = isUnique, IsConcurrent = isConcurrent, IfNotExists = ifNotExists };
        if (cursor.TakeWords("using"))
        {
            if (cursor.TakeIdentifier() is not { } method) return null;
            index = index with { Method = method.Name };
        }
        if (TakeElements(cursor) is not { } elements) return null;
        return ReadOptions(cursor, index with { Elements = elements });
    }

    /// <summary>Columns and expressions in parentheses; null when one of them cannot be read.</summary>
    public static IReadOnlyList<SqlIndexElement>? TakeElements(SqlCursor cursor)
    {
        if (!cursor.TakeSymbol("(")) return null;
        List<SqlIndexElement> elements = [];
        do
        {
            if (TakeElement(cursor) is not { } element) return null;
            elements.Add(element);
            // COLLATE, a class of operators with its options, ASC, NULLS LAST, WITH of EXCLUDE: all that is sorting.
            while (!cursor.AtEnd && !cursor.IsSymbol(",") && !cursor.IsSymbol(")")) cursor.Skip();
        }
        while (cursor.TakeSymbol(","));
        return cursor.TakeSymbol(")") ? elements : null;
    }

    private static SqlIndexElement? TakeElement(SqlCursor cursor)
    {
        var at = cursor.At;
        var start = cursor.Start;
        if (cursor.IsSymbol("(")) return TakeExpression(cursor, at);
        if (cursor.TakeName() is not { } name) return null;
        if (cursor.SkipNested()) return new(null, cursor.SpanFrom(start), at) { Function = name };
        return name.Schema is null ? new(name.Identifier, cursor.SpanFrom(start), at) : null;
    }

    /// <summary>An expression in parentheses. When they hold a column and nothing else, it is one all the same; so it is with a call of a function.</summary>
    private static SqlIndexElement? TakeExpression(SqlCursor cursor, Position at)
    {
        var from = cursor.Index;
        if (cursor.TakeParenthesized() is not { } expression) return null;
        var end = cursor.Index;
        cursor.Index = from;
        var depth = 0;
        while (cursor.TakeSymbol("(")) depth++;
        var element = new SqlIndexElement(null, expression, at);
        if (cursor.TakeName() is { } name)
        {
            var isCall = cursor.SkipNested();
            if (cursor.TakeWords("collate")) cursor.TakeName();
            while (depth > 0 && cursor.TakeSymbol(")")) depth--;
            if (depth == 0 && cursor.Index == end) element = isCall ? element with { Function = name } : name.Schema is null ? element with { Column = name.Identifier } : element;
        }
        cursor.Index = end;
        return element;
    }

    private static SqlIndex? ReadOptions(SqlCursor cursor, SqlIndex index)
    {
        while (!cursor.AtEnd)
        {
            if (cursor.TakeWords("include"))
            {
                if (cursor.TakeIdentifiers() is not { } included) return null;
                index = index with { Included = included };
            }
            else if (cursor.TakeWords("nulls"))
            {
                cursor.TakeWords("not");
                if (!cursor.TakeWords("distinct")) return null;
            }
            else if (cursor.TakeWords("with"))
            {
                if (!cursor.SkipNested()) return null;
            }
            else if (cursor.TakeWords("tablespace"))
            {
                if (cursor.TakeIdentifier() is null) return null;
            }
            else if (cursor.TakeWords("where"))
            {
                var start = cursor.Start;
                while (!cursor.AtEnd) cursor.Skip();
                if (cursor.End <= start) return null;
                index = index with { Where = cursor.SpanFrom(start) };
            }
            else
            {
                return null;
            }
        }
        return index;
    }
}
