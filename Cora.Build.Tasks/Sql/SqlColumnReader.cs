using System.Collections.Frozen;

namespace Cora.Build.Sql;

/// <summary>Reads the definition of a column (PostgreSQL's grammar: <c>columnDef</c>, <c>columnOptions</c>).</summary>
internal static class SqlColumnReader
{
    /// <summary>What an expression without parentheses behind <c>DEFAULT</c> ends at.</summary>
    private static readonly FrozenSet<string> s_ends =
        FrozenSet.ToFrozenSet(["constraint", "not", "null", "check", "unique", "primary", "references", "generated", "default", "collate", "deferrable", "initially"], StringComparer.OrdinalIgnoreCase);

    private static readonly FrozenDictionary<string, string> s_serials = new Dictionary<string, string>
    {
        ["serial"] = "integer",
        ["serial2"] = "smallint",
        ["serial4"] = "integer",
        ["serial8"] = "bigint",
        ["smallserial"] = "smallint",
        ["bigserial"] = "bigint",
    }.ToFrozenDictionary();

    /// <summary>The column that comes next; null when it cannot be read.</summary>
    /// <param name="cursor">Before its name.</param>
    /// <param name="isTyped">Whether a type stands behind the name: not in <c>PARTITION OF</c>.</param>
    public static SqlColumn? Read(SqlCursor cursor, bool isTyped)
    {
        var start = cursor.Start;
        if (cursor.TakeIdentifier() is not { } name) return null;
        SqlType? type = null;
        if (isTyped)
        {
            type = SqlTypeReader.Read(cursor);
            if (type is null or { IsSetOf: true } or { IsOfColumn: true }) return null;
        }
        else
        {
            cursor.TakeWords("with", "options");
        }
        var column = new SqlColumn(name, type);
        if (type is { Schema: null, IsArray: false } && s_serials.TryGetValue(type.Name, out var integer)) column = column with { Type = type with { Name = integer }, IsSerial = true };

        List<SqlConstraint> constraints = [];
        while (!cursor.AtEnd && !cursor.IsSymbol(",") && !cursor.IsSymbol(")"))
        {
            if (ReadOption(cursor, column, constraints) is not { } read) return null;
            column = read;
        }
        return column with { Constraints = constraints, Span = cursor.SpanFrom(start) };
    }

    /// <summary>The expression behind <c>DEFAULT</c>, up to what is the column's next option.</summary>
    public static SqlSpan? TakeDefault(SqlCursor cursor)
    {
        var start = cursor.Start;
        var cases = 0;
        // Behind an operator, a dot or IS comes a part of the expression, whatever word it is.
        for (var goesOn = true; !cursor.AtEnd && !cursor.IsSymbol(",") && !cursor.IsSymbol(")"); cursor.Skip())
        {
            var isWord = cursor.IsKind(SqlTokenKind.Word);
            if (isWord && cases == 0 && !goesOn && s_ends.Contains(cursor.Text.ToString())) break;
            if (cursor.IsWord("case")) cases++;
            else if (cursor.IsWord("end") && cases > 0) cases--;
            goesOn = cursor.IsKind(SqlTokenKind.Operator) || cursor.IsSymbol(".") || cursor.IsWord("is");
        }
        return cursor.Start == start || cursor.End <= start ? null : cursor.SpanFrom(start);
    }

    /// <summary><c>AS IDENTITY</c>, or <c>AS (…) STORED</c>, behind <c>GENERATED</c>.</summary>
    private static SqlColumn? ReadGenerated(SqlCursor cursor, SqlColumn column)
    {
        if (!cursor.TakeWords("always", "as") && !cursor.TakeWords("by", "default", "as")) return null;
        if (cursor.TakeWords("identity"))
        {
            cursor.SkipNested();
            return column with { IsIdentity = true };
        }
        if (cursor.TakeParenthesized() is not { } expression) return null;
        cursor.TakeAny("stored", "virtual");
        return column with { Generated = expression };
    }

    private static SqlColumn? ReadOption(SqlCursor cursor, SqlColumn column, List<SqlConstraint> constraints)
    {
        if (cursor.TakeAny("storage", "compression") || cursor.TakeWords("collate")) return cursor.TakeName() is null ? null : column;
        if (cursor.TakeWords("options")) return cursor.SkipNested() ? column : null;

        var from = cursor.Index;
        if (cursor.TakeWords("constraint") && cursor.TakeIdentifier() is null) return null;
        var at = cursor.At;
        if (cursor.TakeWords("not", "null"))
        {
            cursor.TakeWords("no", "inherit");
            return column with { NotNull = at };
        }
        if (cursor.TakeWords("null")) return column;
        if (cursor.TakeWords("default")) return TakeDefault(cursor) is { } value ? column with { Default = value } : null;
        if (cursor.TakeWords("generated")) return ReadGenerated(cursor, column);
        cursor.Index = from;
        if (SqlConstraintReader.Read(cursor, column.Identifier) is not { } constraint) return null;
        constraints.Add(constraint);
        return column;
    }
}
