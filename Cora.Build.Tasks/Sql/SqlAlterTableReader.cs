using Cora.Build.Python.Source;

namespace Cora.Build.Sql;

/// <summary>Reads <c>ALTER TABLE</c> from behind these words, with all its actions (PostgreSQL's grammar: <c>AlterTableStmt</c>, <c>RenameStmt</c>).</summary>
internal static class SqlAlterTableReader
{
    /// <summary>The statement; an <see cref="UnreadStatement"/> when one of its actions cannot be read.</summary>
    public static SqlStatement Read(SqlCursor cursor, Position at, SqlObjectKind kind)
    {
        var ifExists = cursor.TakeWords("if", "exists");
        var isOnly = cursor.TakeWords("only");
        if (cursor.TakeName() is not { } table) return new UnreadStatement(at, null);
        cursor.TakeSymbol("*");
        List<SqlTableAction> actions = [];
        do
        {
            if (ReadAction(cursor) is not { } action || !(cursor.AtEnd || cursor.IsSymbol(","))) return new UnreadStatement(at, table);
            actions.Add(action);
        }
        while (cursor.TakeSymbol(","));
        return new AlterTable(at, table, actions) { Kind = kind, IfExists = ifExists, IsOnly = isOnly };
    }

    private static SqlTableAction? ReadAction(SqlCursor cursor)
    {
        var at = cursor.At;
        if (cursor.TakeWords("add")) return ReadAdd(cursor, at);
        if (cursor.TakeWords("drop")) return ReadDrop(cursor, at);
        if (cursor.TakeWords("alter", "constraint")) return Other(cursor, at);
        if (cursor.TakeWords("alter"))
        {
            TakeColumn(cursor);
            return cursor.TakeIdentifier() is { } column ? ReadColumn(cursor, at, column) : null;
        }
        if (cursor.TakeWords("rename")) return ReadRename(cursor, at);
        if (cursor.TakeWords("set", "schema")) return cursor.TakeIdentifier() is { } schema ? new MoveTable(at, schema) : null;
        if (cursor.TakeWords("enable", "row", "level", "security")) return new SetRowSecurity(at, IsEnabled: true);
        if (cursor.TakeWords("disable", "row", "level", "security")) return new SetRowSecurity(at, IsEnabled: false);
        if (cursor.TakeWords("force", "row", "level", "security")) return new ForceRowSecurity(at, IsForced: true);
        if (cursor.TakeWords("no", "force", "row", "level", "security")) return new ForceRowSecurity(at, IsForced: false);
        if (cursor.TakeWords("attach", "partition"))
        {
            if (cursor.TakeName() is not { } partition) return null;
            Other(cursor, at);
            return new SetPartition(at, partition, IsAttached: true);
        }
        if (cursor.TakeWords("detach", "partition"))
        {
            if (cursor.TakeName() is not { } partition) return null;
            cursor.TakeAny("concurrently", "finalize");
            return new SetPartition(at, partition, IsAttached: false);
        }
        if (cursor.TakeWords("no", "inherit")) return cursor.TakeName() is { } parent ? new SetParent(at, parent, Inherits: false) : null;
        if (cursor.TakeWords("inherit")) return cursor.TakeName() is { } parent ? new SetParent(at, parent, Inherits: true) : null;
        return cursor.TakeAny("owner", "set", "reset", "cluster", "enable", "disable", "replica", "validate", "not", "of", "options", "depends", "no") ? Other(cursor, at) : null;
    }

    /// <summary>What shapes nothing, up to the next action.</summary>
    private static OtherTableAction Other(SqlCursor cursor, Position at)
    {
        while (!cursor.AtEnd && !cursor.IsSymbol(",")) cursor.Skip();
        return new(at);
    }

    /// <summary>The word <c>COLUMN</c>, unless it is the name of one.</summary>
    private static void TakeColumn(SqlCursor cursor) => cursor.TakeWords("column");

    private static SqlTableAction? ReadAdd(SqlCursor cursor, Position at)
    {
        if (SqlConstraintReader.Begins(cursor)) return SqlConstraintReader.Read(cursor) is { } constraint ? new AddConstraint(at, constraint) : null;
        TakeColumn(cursor);
        var ifNotExists = cursor.TakeWords("if", "not", "exists");
        return SqlColumnReader.Read(cursor, isTyped: true) is { } column ? new AddColumn(at, column, ifNotExists) : null;
    }

    private static SqlTableAction? ReadDrop(SqlCursor cursor, Position at)
    {
        var isConstraint = cursor.TakeWords("constraint");
        if (!isConstraint) TakeColumn(cursor);
        var ifExists = cursor.TakeWords("if", "exists");
        if (cursor.TakeIdentifier() is not { } name) return null;
        cursor.TakeAny("cascade", "restrict");
        return isConstraint ? new DropConstraint(at, name, ifExists) : new DropColumn(at, name, ifExists);
    }

    private static SqlTableAction? ReadRename(SqlCursor cursor, Position at)
    {
        if (cursor.TakeWords("to")) return cursor.TakeIdentifier() is { } newName ? new RenameTable(at, newName) : null;
        var isConstraint = cursor.TakeWords("constraint");
        if (!isConstraint) TakeColumn(cursor);
        if (cursor.TakeIdentifier() is not { } name || !cursor.TakeWords("to") || cursor.TakeIdentifier() is not { } other) return null;
        return isConstraint ? new RenameConstraint(at, name, other) : new RenameColumn(at, name, other);
    }

    private static SqlTableAction? ReadColumn(SqlCursor cursor, Position at, SqlIdentifier column)
    {
        if (cursor.TakeWords("set", "not", "null")) return new SetNotNull(at, column, IsNotNull: true);
        if (cursor.TakeWords("drop", "not", "null")) return new SetNotNull(at, column, IsNotNull: false);
        if (cursor.TakeWords("set", "default"))
        {
            var start = cursor.Start;
            cursor.SkipExpression();
            return cursor.End > start ? new SetColumnDefault(at, column, cursor.SpanFrom(start)) : null;
        }
        if (cursor.TakeWords("drop", "default")) return new SetColumnDefault(at, column, null);
        if (cursor.TakeWords("add", "generated"))
        {
            Other(cursor, at);
            return new SetIdentity(at, column, IsIdentity: true);
        }
        if (cursor.TakeWords("drop", "identity"))
        {
            cursor.TakeWords("if", "exists");
            return new SetIdentity(at, column, IsIdentity: false);
        }
        if (cursor.TakeWords("drop", "expression"))
        {
            cursor.TakeWords("if", "exists");
            return new DropExpression(at, column);
        }
        if (cursor.TakeWords("set", "data", "type") || cursor.TakeWords("type")) return ReadType(cursor, at, column);
        return cursor.TakeAny("set", "reset", "restart", "options") ? Other(cursor, at) : null;
    }

    private static SetColumnType? ReadType(SqlCursor cursor, Position at, SqlIdentifier column)
    {
        if (SqlTypeReader.Read(cursor) is not { IsSetOf: false } type) return null;
        if (cursor.TakeWords("collate") && cursor.TakeName() is null) return null;
        cursor.TakeAny("cascade", "restrict");
        if (!cursor.TakeWords("using")) return new(at, column, type);
        var start = cursor.Start;
        cursor.SkipExpression();
        return cursor.End > start ? new(at, column, type) { Using = cursor.SpanFrom(start) } : null;
    }
}
