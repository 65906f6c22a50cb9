using System.Collections.Frozen;

namespace Cora.Build.Sql;

/// <content>Expressions. How strongly operators bind does not matter to the names between them.</content>
internal sealed partial class SqlQueryReader
{
    /// <summary>What has a grammar of its own between its parentheses.</summary>
    private static readonly FrozenSet<string> s_special =
    [
        "collation", "grouping", "json", "json_array", "json_arrayagg", "json_exists", "json_object", "json_objectagg", "json_query", "json_scalar", "json_serialize", "json_table", "json_value",
        "merge_action", "normalize", "treat", "xmlconcat", "xmlelement", "xmlexists", "xmlforest", "xmlparse", "xmlpi", "xmlroot", "xmlserialize", "xmltable",
    ];

    /// <summary>Words that are values.</summary>
    private static readonly FrozenSet<string> s_values =
    [
        "null", "true", "false", "current_catalog", "current_date", "current_role", "current_schema", "current_time", "current_timestamp", "current_user", "localtime", "localtimestamp",
        "session_user", "user", "default",
    ];

    /// <summary>Words between arguments of <c>substring</c>, <c>position</c>, <c>trim</c> and <c>overlay</c>.</summary>
    private static readonly string[] s_separators = ["from", "for", "in", "placing", "similar", "escape"];

    private bool IsReserved() => cursor.IsKind(SqlTokenKind.Word) && SqlKeywords.IsReserved(cursor.Text.ToString().ToLowerInvariant());

    private bool IsQuery()
    {
        var from = cursor.Index;
        while (cursor.TakeSymbol("(")) ;
        var isQuery = cursor.IsWord("select") || cursor.IsWord("with") || cursor.IsWord("values") || cursor.IsWord("table") || cursor.IsWord("insert") || cursor.IsWord("update") || cursor.IsWord("delete");
        cursor.Index = from;
        return isQuery;
    }

    private bool Expressions(SqlScope scope, bool mayBeOutput = false)
    {
        do
        {
            if (!Expression(scope, mayBeOutput)) return false;
        }
        while (cursor.TakeSymbol(","));
        return true;
    }

    /// <summary>Operands with operators before, between and behind them.</summary>
    private bool Expression(SqlScope scope, bool mayBeOutput = false)
    {
        if (++_depth > MaxDepth) return false;
        do
        {
            while (IsPrefix()) cursor.Index++;
            if (!Operand(scope, mayBeOutput) || !Behind(scope)) return false;
        }
        while (Operator());
        _depth--;
        return true;
    }

    private bool IsPrefix() => cursor.IsWord("not") || (cursor.IsKind(SqlTokenKind.Operator) && !cursor.IsSymbol("*") && !cursor.IsSymbol("::") && !cursor.IsSymbol(":=") && !cursor.IsSymbol("=>"));

    /// <summary>What stands between two operands; also <c>LIKE</c>, <c>IN</c>, <c>BETWEEN</c> and the like, whose right side is an operand.</summary>
    private bool Operator()
    {
        if (cursor.IsSymbol("::") || cursor.IsSymbol(":=") || cursor.IsSymbol("=>")) return false;
        if (cursor.IsKind(SqlTokenKind.Operator))
        {
            cursor.Index++;
            return true;
        }
        if (cursor.IsWord("operator") && cursor.IsSymbol("(", 1))
        {
            cursor.Index++;
            cursor.SkipNested();
            return true;
        }
        if (cursor.TakeAny("and", "or") || cursor.TakeWords("at", "time", "zone") || cursor.TakeWords("is", "distinct", "from") || cursor.TakeWords("is", "not", "distinct", "from")) return true;
        var from = cursor.Index;
        cursor.TakeWords("not");
        if (cursor.TakeWords("between"))
        {
            cursor.TakeAny("symmetric", "asymmetric");
            return true;
        }
        if (cursor.TakeAny("like", "ilike", "in") || cursor.TakeWords("similar", "to")) return true;
        cursor.Index = from;
        return cursor.TakeAny("overlaps", "escape");
    }

    /// <summary>What stands behind an operand and has none of its own.</summary>
    private bool Behind(SqlScope scope)
    {
        while (true)
        {
            if (cursor.TakeSymbol("::"))
            {
                if (SqlTypeReader.Read(cursor) is null) return false;
            }
            else if (cursor.IsSymbol("["))
            {
                if (!Subscript(scope)) return false;
            }
            else if (cursor.TakeSymbol("."))
            {
                // A field of what is in parentheses.
                if (!cursor.TakeSymbol("*") && cursor.TakeIdentifier() is null) return false;
            }
            else if (cursor.TakeWords("collate"))
            {
                if (cursor.TakeName() is null) return false;
            }
            else if (cursor.IsWord("is") && !cursor.IsWord("distinct", 1) && !(cursor.IsWord("not", 1) && cursor.IsWord("distinct", 2)))
            {
                cursor.Index++;
                cursor.TakeWords("not");
                if (!cursor.TakeAny("null", "true", "false", "unknown")) return false;
            }
            else if (!cursor.TakeAny("isnull", "notnull") && !cursor.TakeWords("at", "local"))
            {
                return true;
            }
        }
    }

    private bool Subscript(SqlScope scope)
    {
        cursor.Index++;
        if (!cursor.IsSymbol(":") && !Expression(scope)) return false;
        if (cursor.TakeSymbol(":") && !cursor.IsSymbol("]") && !Expression(scope)) return false;
        return cursor.TakeSymbol("]");
    }

    private bool Operand(SqlScope scope, bool mayBeOutput)
    {
        if (cursor.IsKind(SqlTokenKind.Number) || cursor.IsKind(SqlTokenKind.String) || cursor.IsKind(SqlTokenKind.Parameter))
        {
            cursor.Index++;
            return true;
        }
        if (cursor.IsSymbol("(")) return Parentheses(scope, mayBeOutput);
        if (cursor.IsKind(SqlTokenKind.QuotedName)) return Name(scope, mayBeOutput);
        if (!cursor.IsKind(SqlTokenKind.Word)) return false;
        return Word(scope) ?? Name(scope, mayBeOutput);
    }

    private bool Parentheses(SqlScope scope, bool mayBeOutput)
    {
        if (IsQueryInside())
        {
            // Two opening parentheses may be those of an expression that begins with a query.
            var from = cursor.Index;
            var (tables, unknown, found, scopes, depth) = (MissingTables.Count, UnknownTables, FoundTables, Scopes.Count, _depth);
            cursor.Index++;
            if (Query(scope, out _) && cursor.TakeSymbol(")")) return true;
            cursor.Index = from;
            MissingTables.RemoveRange(tables, MissingTables.Count - tables);
            Scopes.RemoveRange(scopes, Scopes.Count - scopes);
            (UnknownTables, FoundTables, _depth) = (unknown, found, depth);
            // Once, so that what is nested is not read twice at each level.
            if (++_retries > 20) return false;
        }
        cursor.Index++;
        return Expressions(scope, mayBeOutput) && cursor.TakeSymbol(")");
    }

    private int _retries;

    /// <summary>Words that begin an operand of a kind of its own; null where it is a name.</summary>
    private bool? Word(SqlScope scope)
    {
        if (cursor.IsWord("case")) return Case(scope);
        if (cursor.TakeWords("cast")) return cursor.TakeSymbol("(") && Expression(scope) && cursor.TakeWords("as") && SqlTypeReader.Read(cursor) is not null && cursor.TakeSymbol(")");
        if (cursor.TakeWords("exists")) return cursor.TakeSymbol("(") && Query(scope, out _) && cursor.TakeSymbol(")");
        if (cursor.IsWord("array") && cursor.IsSymbol("[", 1))
        {
            cursor.Index++;
            return Array(scope);
        }
        if (cursor.IsWord("array") && cursor.IsSymbol("(", 1))
        {
            cursor.Index += 2;
            return Query(scope, out _) && cursor.TakeSymbol(")");
        }
        if (cursor.TakeAny("any", "some", "all")) return cursor.IsSymbol("(") && Parentheses(scope, mayBeOutput: false);
        if (cursor.IsWord("row") && cursor.IsSymbol("(", 1))
        {
            cursor.Index++;
            return cursor.IsSymbol(")", 1) ? cursor.SkipNested() : Parentheses(scope, mayBeOutput: false);
        }
        if (cursor.IsWord("extract") && cursor.IsSymbol("(", 1))
        {
            cursor.Index += 3;
            return cursor.TakeWords("from") && Expression(scope) && cursor.TakeSymbol(")");
        }
        if ((cursor.IsWord("trim") || cursor.IsWord("substring") || cursor.IsWord("position") || cursor.IsWord("overlay")) && cursor.IsSymbol("(", 1)) return Separated(scope);
        if (IsTypedString()) return true;
        if (s_values.Contains(cursor.Text.ToString().ToLowerInvariant()))
        {
            cursor.Index++;
            // current_timestamp(3)
            cursor.SkipNested();
            return true;
        }
        return null;
    }

    /// <summary><c>date '2026-01-01'</c>, <c>interval '1' day</c>: steps over it.</summary>
    private bool IsTypedString()
    {
        // Before a parenthesis it is a function, unless a precision stands in it.
        if (cursor.IsSymbol("[", 1) || (cursor.IsSymbol("(", 1) && !cursor.IsSymbol(")", 3))) return false;
        var from = cursor.Index;
        var isInterval = cursor.IsWord("interval");
        if (!IsReserved() && SqlTypeReader.Read(cursor) is not null && cursor.IsKind(SqlTokenKind.String))
        {
            cursor.Index++;
            while (isInterval && (cursor.TakeAny("year", "month", "day", "hour", "minute", "second") || cursor.TakeWords("to"))) ;
            return true;
        }
        cursor.Index = from;
        return false;
    }

    private bool Case(SqlScope scope)
    {
        cursor.Index++;
        if (!cursor.IsWord("when") && !Expression(scope)) return false;
        while (cursor.TakeWords("when"))
        {
            if (!Expression(scope) || !cursor.TakeWords("then") || !Expression(scope)) return false;
        }
        if (cursor.TakeWords("else") && !Expression(scope)) return false;
        return cursor.TakeWords("end");
    }

    private bool Array(SqlScope scope)
    {
        if (++_depth > MaxDepth || !cursor.TakeSymbol("[")) return false;
        if (!cursor.IsSymbol("]"))
        {
            do
            {
                if (!(cursor.IsSymbol("[") ? Array(scope) : Expression(scope))) return false;
            }
            while (cursor.TakeSymbol(","));
        }
        _depth--;
        return cursor.TakeSymbol("]");
    }

    /// <summary><c>trim(BOTH x FROM y)</c>, <c>substring(x FROM 1 FOR 2)</c>, <c>position(x IN y)</c>.</summary>
    private bool Separated(SqlScope scope)
    {
        cursor.Index += 2;
        cursor.TakeAny("both", "leading", "trailing");
        cursor.TakeWords("from");
        do
        {
            // IN is an operator elsewhere too, and what stands on its sides is read all the same.
            if (!Expression(scope)) return false;
        }
        while (cursor.TakeSymbol(",") || cursor.TakeAny(s_separators));
        return cursor.TakeSymbol(")");
    }

    /// <summary>A column, or a call of a function.</summary>
    private bool Name(SqlScope scope, bool mayBeOutput)
    {
        // What is reserved but for functions is one: left(x, 1).
        if (IsReserved() && !(cursor.IsSymbol("(", 1) && !SqlKeywords.IsReserved(cursor.Text.ToString().ToLowerInvariant(), isFunctionOrType: true))) return false;
        List<SqlIdentifier> parts = [];
        do
        {
            if (cursor.TakeSymbol("*")) return true;
            if (cursor.TakeIdentifier() is not { } part) return false;
            parts.Add(part);
        }
        while (cursor.TakeSymbol("."));
        if (cursor.IsSymbol("("))
        {
            if (parts.Count == 1 && !parts[0].IsQuoted && s_special.Contains(parts[0].Name)) return false;
            return Arguments(scope) && BehindCall(scope);
        }
        // More than a table and its schema before a column, or a field behind it.
        if (parts.Count > 3) return false;
        scope.Columns.Add(new(parts, mayBeOutput && parts.Count == 1));
        return true;
    }

    private bool Arguments(SqlScope scope)
    {
        if (!cursor.TakeSymbol("(")) return false;
        if (cursor.TakeSymbol(")")) return true;
        if (cursor.TakeSymbol("*")) return cursor.TakeSymbol(")");
        cursor.TakeAny("distinct", "all");
        do
        {
            cursor.TakeWords("variadic");
            // A name for the parameter: p_x => y.
            if ((cursor.IsKind(SqlTokenKind.Word) || cursor.IsKind(SqlTokenKind.QuotedName)) && (cursor.IsSymbol("=>", 1) || cursor.IsSymbol(":=", 1))) cursor.Index += 2;
            if (!Expression(scope)) return false;
        }
        while (cursor.TakeSymbol(","));
        return (!cursor.TakeWords("order", "by") || Sorted(scope, mayBeOutput: false)) && cursor.TakeSymbol(")");
    }

    private bool BehindCall(SqlScope scope)
    {
        if (cursor.TakeWords("within", "group") && !(cursor.TakeSymbol("(") && cursor.TakeWords("order", "by") && Sorted(scope, mayBeOutput: false) && cursor.TakeSymbol(")"))) return false;
        if (cursor.IsWord("filter") && cursor.IsSymbol("(", 1))
        {
            cursor.Index += 2;
            if (!cursor.TakeWords("where") || !Expression(scope) || !cursor.TakeSymbol(")")) return false;
        }
        if (!cursor.TakeWords("over")) return true;
        return cursor.IsSymbol("(") ? Window(scope) : cursor.TakeIdentifier() is not null;
    }
}
