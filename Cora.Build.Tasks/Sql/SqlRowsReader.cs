using Cora.Build.Python.Source;

namespace Cora.Build.Sql;

/// <summary>Reads as much of <c>INSERT</c>, <c>COPY</c>, <c>DELETE</c> and <c>TRUNCATE</c> as tells what happens when they run again.</summary>
internal static class SqlRowsReader
{
    /// <summary>The statement; null when it is none of these.</summary>
    public static SqlStatement? Read(SqlCursor cursor, Position at)
    {
        if (cursor.TakeWords("insert", "into")) return ReadInsert(cursor, at);
        if (cursor.TakeWords("copy"))
        {
            var target = cursor.TakeName();
            cursor.SkipNested();
            return target is not null && cursor.IsWord("from") ? new InsertRows(at, target) { IsCopy = true } : null;
        }
        if (cursor.TakeWords("delete", "from"))
        {
            cursor.TakeWords("only");
            return cursor.TakeName() is { } table ? new ClearTables(at, [table]) : null;
        }
        if (!cursor.TakeWords("truncate")) return null;
        cursor.TakeWords("table");
        List<SqlName> tables = [];
        do
        {
            cursor.TakeWords("only");
            if (cursor.TakeName() is not { } table) return null;
            tables.Add(table);
            cursor.TakeSymbol("*");
        }
        while (cursor.TakeSymbol(","));
        return new ClearTables(at, tables);
    }

    private static InsertRows? ReadInsert(SqlCursor cursor, Position at)
    {
        if (cursor.TakeName() is not { } table) return null;
        if (cursor.TakeWords("as")) cursor.TakeIdentifier();
        var isNestedQuery = cursor.IsWord("select", 1) || cursor.IsWord("with", 1) || cursor.IsWord("values", 1) || cursor.IsSymbol("(", 1);
        if (!isNestedQuery) cursor.SkipNested();
        if (cursor.TakeWords("overriding"))
        {
            cursor.TakeAny("system", "user");
            cursor.TakeWords("value");
        }
        var isQuery = !cursor.IsWord("values") && !cursor.IsWord("default");
        var handlesConflict = false;
        var chooses = false;
        for (var depth = 0; !cursor.AtEnd; cursor.Index++)
        {
            if (cursor.IsSymbol("(")) depth++;
            else if (cursor.IsSymbol(")")) depth--;
            else if (depth == 0 && cursor.IsWord("on") && cursor.IsWord("conflict", 1)) handlesConflict = true;
            else chooses |= isQuery && (cursor.IsWord("where") || cursor.IsWord("having") || cursor.IsWord("except") || cursor.IsWord("join"));
        }
        return new(at, table) { HandlesConflict = handlesConflict, Chooses = chooses };
    }
}
