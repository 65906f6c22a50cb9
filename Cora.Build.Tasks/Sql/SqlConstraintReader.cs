namespace Cora.Build.Sql;

/// <summary>Reads constraints of tables, columns and domains (PostgreSQL's grammar: <c>TableConstraint</c>, <c>ColConstraint</c>).</summary>
internal static class SqlConstraintReader
{
    /// <summary>Whether a constraint comes next, where a column may.</summary>
    public static bool Begins(SqlCursor cursor) =>
        cursor.IsWord("constraint") || cursor.IsWord("primary") || cursor.IsWord("unique") || cursor.IsWord("check") || cursor.IsWord("foreign")
        || (cursor.IsWord("exclude") && (cursor.IsWord("using", 1) || cursor.IsSymbol("(", 1)))
        || (cursor.IsWord("not") && cursor.IsWord("null", 1));

    /// <summary>The constraint that comes next; null when it cannot be read.</summary>
    /// <param name="cursor">Before <c>CONSTRAINT</c>, or before what it asks.</param>
    /// <param name="column">The column that it stands at; null for one of the table.</param>
    public static SqlConstraint? Read(SqlCursor cursor, SqlIdentifier? column = null)
    {
        var at = cursor.At;
        var start = cursor.Start;
        SqlIdentifier? name = null;
        if (cursor.TakeWords("constraint"))
        {
            name = cursor.TakeIdentifier();
            if (name is null) return null;
        }
        if (ReadKind(cursor, column) is not { } constraint || ReadAttributes(cursor, constraint) is not { } whole) return null;
        return whole with { At = at, Name = name, IsInline = column is not null, Span = cursor.SpanFrom(start) };
    }

    private static SqlConstraint? ReadKind(SqlCursor cursor, SqlIdentifier? column)
    {
        if (cursor.TakeWords("primary", "key")) return ReadKey(cursor, SqlConstraintKind.PrimaryKey, column);
        if (cursor.TakeWords("unique"))
        {
            if (cursor.TakeWords("nulls") && !(cursor.TakeWords("not", "distinct") || cursor.TakeWords("distinct"))) return null;
            return ReadKey(cursor, SqlConstraintKind.Unique, column);
        }
        if (cursor.TakeWords("check"))
            return cursor.TakeParenthesized() is { } expression ? new(SqlConstraintKind.Check, default) { Expression = expression, Columns = column is null ? [] : [column] } : null;
        if (column is not null) return cursor.TakeWords("references") ? ReadReferences(cursor, [column]) : null;
        if (cursor.TakeWords("foreign", "key")) return TakeColumns(cursor) is { } columns && cursor.TakeWords("references") ? ReadReferences(cursor, columns) : null;
        if (cursor.TakeWords("not", "null")) return cursor.TakeIdentifier() is { } named ? new(SqlConstraintKind.NotNull, default) { Columns = [named] } : null;
        return cursor.TakeWords("exclude") ? ReadExclude(cursor) : null;
    }

    private static SqlConstraint? ReadKey(SqlCursor cursor, SqlConstraintKind kind, SqlIdentifier? column)
    {
        if (column is null && cursor.TakeWords("using", "index"))
            return cursor.TakeIdentifier() is { } index ? new(kind, default) { UsingIndex = index } : null;
        var columns = column is null ? TakeColumns(cursor) : [column];
        return columns is not null && ReadIndexOptions(cursor, out var included) ? new(kind, default) { Columns = columns, Included = included } : null;
    }

    /// <summary>Columns in parentheses; <c>PERIOD</c> and <c>WITHOUT OVERLAPS</c> (PostgreSQL 18) may stand there.</summary>
    private static IReadOnlyList<SqlIdentifier>? TakeColumns(SqlCursor cursor)
    {
        if (!cursor.TakeSymbol("(")) return null;
        List<SqlIdentifier> columns = [];
        do
        {
            if (cursor.IsWord("period") && !cursor.IsSymbol(",", 1) && !cursor.IsSymbol(")", 1)) cursor.Index++;
            if (cursor.TakeIdentifier() is not { } column) return null;
            columns.Add(column);
            cursor.TakeWords("without", "overlaps");
        }
        while (cursor.TakeSymbol(","));
        return cursor.TakeSymbol(")") ? columns : null;
    }

    private static SqlConstraint? ReadReferences(SqlCursor cursor, IReadOnlyList<SqlIdentifier> columns)
    {
        if (cursor.TakeName() is not { } table) return null;
        IReadOnlyList<SqlIdentifier>? referenced = [];
        if (cursor.IsSymbol("(")) referenced = TakeColumns(cursor);
        if (referenced is null) return null;
        var constraint = new SqlConstraint(SqlConstraintKind.ForeignKey, default) { Columns = columns, References = table, ReferencedColumns = referenced };
        while (true)
        {
            if (cursor.TakeWords("match"))
            {
                if (!cursor.TakeAny("full", "partial", "simple")) return null;
            }
            else if (cursor.TakeWords("on", "delete"))
            {
                if (TakeAction(cursor) is not { } action) return null;
                constraint = constraint with { OnDelete = action };
            }
            else if (cursor.TakeWords("on", "update"))
            {
                if (TakeAction(cursor) is not { } action) return null;
                constraint = constraint with { OnUpdate = action };
            }
            else
            {
                return constraint;
            }
        }
    }

    private static string? TakeAction(SqlCursor cursor)
    {
        if (cursor.TakeWords("no", "action")) return "no action";
        if (cursor.TakeWords("restrict")) return "restrict";
        if (cursor.TakeWords("cascade")) return "cascade";
        var action = cursor.TakeWords("set", "null") ? "set null" : cursor.TakeWords("set", "default") ? "set default" : null;
        if (action is not null) cursor.SkipNested();
        return action;
    }

    private static SqlConstraint? ReadExclude(SqlCursor cursor)
    {
        if (cursor.TakeWords("using") && cursor.TakeIdentifier() is null) return null;
        if (SqlIndexReader.TakeElements(cursor) is not { } elements || !ReadIndexOptions(cursor, out var included)) return null;
        SqlSpan? where = null;
        if (cursor.TakeWords("where"))
        {
            where = cursor.TakeParenthesized();
            if (where is null) return null;
        }
        return new(SqlConstraintKind.Exclude, default) { Elements = elements, Included = included, Where = where };
    }

    private static bool ReadIndexOptions(SqlCursor cursor, out IReadOnlyList<SqlIdentifier> included)
    {
        included = [];
        if (cursor.TakeWords("include"))
        {
            if (cursor.TakeIdentifiers() is not { } columns) return false;
            included = columns;
        }
        if (cursor.TakeWords("with") && !cursor.SkipNested()) return false;
        return !cursor.TakeWords("using", "index", "tablespace") || cursor.TakeIdentifier() is not null;
    }

    private static SqlConstraint ReadAttributes(SqlCursor cursor, SqlConstraint constraint)
    {
        while (true)
        {
            if (cursor.TakeWords("no", "inherit")) constraint = constraint with { NoInherit = true };
            else if (!cursor.TakeWords("not", "valid") && !cursor.TakeWords("not", "deferrable") && !cursor.TakeWords("deferrable") && !cursor.TakeWords("initially", "deferred")
                && !cursor.TakeWords("initially", "immediate") && !cursor.TakeWords("not", "enforced") && !cursor.TakeWords("enforced")) return constraint;
        }
    }
}
