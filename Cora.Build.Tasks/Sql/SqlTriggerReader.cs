using Cora.Build.Python.Source;

namespace Cora.Build.Sql;

/// <summary>Reads <c>CREATE TRIGGER</c> from behind these words (PostgreSQL's grammar: <c>CreateTrigStmt</c>).</summary>
internal static class SqlTriggerReader
{
    public static SqlStatement Read(SqlCursor cursor, Position at, bool replaces)
    {
        if (cursor.TakeIdentifier() is not { } name) return new UnreadStatement(at, null);
        var timing = cursor.TakeWords("before") ? "before" : cursor.TakeWords("after") ? "after" : cursor.TakeWords("instead", "of") ? "instead of" : null;
        if (timing is null || TakeEvents(cursor) is not var (events, columns) || !cursor.TakeWords("on") || cursor.TakeName() is not { } table) return new UnreadStatement(at, null);
        return ReadRest(cursor, new SqlTrigger(name, table, table) { Replaces = replaces, Timing = timing, Events = events, UpdateOf = columns }) is { } trigger
            ? new CreateTrigger(at, trigger)
            : new UnreadStatement(at, table);
    }

    private static (List<string> Events, List<SqlIdentifier> Columns)? TakeEvents(SqlCursor cursor)
    {
        List<string> events = [];
        List<SqlIdentifier> columns = [];
        do
        {
            var name = cursor.Text.ToString().ToLowerInvariant();
            if (!cursor.TakeAny("insert", "update", "delete", "truncate")) return null;
            events.Add(name);
            if (name != "update" || !cursor.TakeWords("of")) continue;
            do
            {
                if (cursor.TakeIdentifier() is not { } column) return null;
                columns.Add(column);
            }
            while (cursor.TakeSymbol(","));
        }
        while (cursor.TakeWords("or"));
        return (events, columns);
    }

    private static SqlTrigger? ReadRest(SqlCursor cursor, SqlTrigger trigger)
    {
        while (!cursor.AtEnd)
        {
            if (cursor.TakeWords("from"))
            {
                if (cursor.TakeName() is null) return null;
            }
            else if (cursor.TakeWords("referencing"))
            {
                while (cursor.TakeWords("old", "table") || cursor.TakeWords("new", "table") || cursor.TakeWords("old", "row") || cursor.TakeWords("new", "row"))
                {
                    cursor.TakeWords("as");
                    if (cursor.TakeIdentifier() is null) return null;
                }
            }
            else if (cursor.TakeWords("for"))
            {
                cursor.TakeWords("each");
                trigger = trigger with { IsForEachRow = cursor.IsWord("row") };
                if (!cursor.TakeAny("row", "statement")) return null;
            }
            else if (cursor.TakeWords("when"))
            {
                if (cursor.TakeParenthesized() is not { } condition) return null;
                trigger = trigger with { When = condition };
            }
            else if (cursor.TakeWords("execute"))
            {
                if (!cursor.TakeAny("function", "procedure") || cursor.TakeName() is not { } function || !cursor.SkipNested() || !cursor.AtEnd) return null;
                return trigger with { Function = function };
            }
            else if (!cursor.TakeWords("not", "deferrable") && !cursor.TakeWords("deferrable") && !cursor.TakeWords("initially", "deferred") && !cursor.TakeWords("initially", "immediate"))
            {
                return null;
            }
        }
        return null;
    }
}
