namespace Cora.Build.Sql;

/// <summary>Reads <c>CREATE VIEW</c> and <c>CREATE MATERIALIZED VIEW</c> from behind these words (PostgreSQL's grammar: <c>ViewStmt</c>, <c>CreateMatViewStmt</c>).</summary>
internal static class SqlViewReader
{
    /// <summary>The view; null when it cannot be read to its end.</summary>
    /// <param name="cursor">Before <c>IF NOT EXISTS</c> and the name.</param>
    /// <param name="name">What it is called, also when it cannot be read; null when not even that is known.</param>
    public static SqlView? Read(SqlCursor cursor, out SqlName? name)
    {
        var ifNotExists = cursor.TakeWords("if", "not", "exists");
        name = cursor.TakeName();
        if (name is null) return null;
        IReadOnlyList<SqlIdentifier>? columns = null;
        if (cursor.IsSymbol("("))
        {
            columns = cursor.TakeIdentifiers();
            if (columns is null) return null;
        }
        if (cursor.TakeWords("using") && cursor.TakeIdentifier() is null) return null;
        var isInvoker = false;
        if (cursor.TakeWords("with") && !ReadOptions(cursor, out isInvoker)) return null;
        if (cursor.TakeWords("tablespace") && cursor.TakeIdentifier() is null) return null;
        if (!cursor.TakeWords("as") || TakeQuery(cursor) is not { } query) return null;
        return new(name, query) { IfNotExists = ifNotExists, Columns = columns, IsSecurityInvoker = isInvoker };
    }

    /// <summary>A query up to the end of the statement, without what may stand behind it: <c>WITH NO DATA</c>, <c>WITH CHECK OPTION</c>.</summary>
    public static SqlSpan? TakeQuery(SqlCursor cursor)
    {
        var start = cursor.Start;
        if (cursor.AtEnd) return null;
        var end = start;
        while (!cursor.AtEnd)
        {
            if (cursor.IsWord("with") && cursor.Start > start && EndsHere(cursor)) break;
            cursor.Skip();
            end = cursor.End;
        }
        while (!cursor.AtEnd) cursor.Index++;
        return new(start, end);
    }

    private static bool EndsHere(SqlCursor cursor)
    {
        var from = cursor.Index;
        cursor.Index++;
        var found = cursor.TakeWords("no", "data") || cursor.TakeWords("data") || cursor.TakeWords("check", "option") || cursor.TakeWords("local", "check", "option")
            || cursor.TakeWords("cascaded", "check", "option");
        found &= cursor.AtEnd;
        cursor.Index = from;
        return found;
    }

    private static bool ReadOptions(SqlCursor cursor, out bool isInvoker)
    {
        isInvoker = false;
        if (!cursor.TakeSymbol("(")) return false;
        while (!cursor.AtEnd && !cursor.TakeSymbol(")"))
        {
            if (cursor.TakeWords("security_invoker")) isInvoker = !cursor.TakeSymbol("=") || !(cursor.IsWord("false") || cursor.IsWord("off") || cursor.Text is "'false'" or "'off'" or "0" or "'0'");
            else cursor.Skip();
        }
        return true;
    }
}
