namespace Cora.Build.Sql;

/// <summary>Reads <c>CREATE FUNCTION</c> and <c>CREATE PROCEDURE</c> from behind these words, and the statements that name a function.</summary>
internal static class SqlFunctionReader
{
    /// <summary>The function that is defined; null when not even its name can be read.</summary>
    public static SqlFunction? Read(SqlText source, SqlCursor cursor, bool isProcedure, bool replaces)
    {
        if (cursor.TakeName() is not { } name) return null;
        var function = new SqlFunction(name) { IsProcedure = isProcedure, Replaces = replaces };
        if (ReadParameters(cursor, SqlParameterMode.In) is not { } parameters) return function with { Parameters = null };
        // RETURNS NULL ON NULL INPUT is an option.
        if (!cursor.IsWord("null", 1) && cursor.TakeWords("returns"))
        {
            if (cursor.TakeWords("table"))
            {
                if (ReadParameters(cursor, SqlParameterMode.Table) is not { } columns) return function with { Parameters = null };
                parameters = [.. parameters, .. columns];
            }
            else if (SqlTypeReader.Read(cursor) is { } type)
            {
                function = function with { Returns = type };
            }
            else
            {
                return function with { Parameters = null };
            }
        }
        return ReadOptions(source, cursor, function with { Parameters = parameters });
    }

    /// <summary><c>f</c>, <c>f(uuid, p_x text)</c>; null when it cannot be read.</summary>
    public static SqlFunctionReference? ReadReference(SqlCursor cursor)
    {
        if (cursor.TakeName() is not { } name) return null;
        if (!cursor.IsSymbol("(")) return new(name, null);
        return ReadParameters(cursor, SqlParameterMode.In) is { } parameters ? new(name, new SqlFunction(name) { Parameters = parameters }.Signature) : null;
    }

    private static List<SqlParameter>? ReadParameters(SqlCursor cursor, SqlParameterMode mode)
    {
        if (!cursor.TakeSymbol("(")) return null;
        List<SqlParameter> parameters = [];
        if (cursor.TakeSymbol(")")) return parameters;
        do
        {
            if (ReadParameter(cursor, mode) is not { } parameter) return null;
            parameters.Add(parameter);
        }
        while (cursor.TakeSymbol(","));
        return cursor.TakeSymbol(")") ? parameters : null;
    }

    /// <summary>The mode may stand before the name or behind it; the name may be missing, and may be a word that a type begins with.</summary>
    private static SqlParameter? ReadParameter(SqlCursor cursor, SqlParameterMode usual)
    {
        var mode = usual == SqlParameterMode.Table ? usual : TakeMode(cursor);
        SqlIdentifier? name = null;
        var from = cursor.Index;
        var type = SqlTypeReader.Read(cursor);
        if (type is null || !EndsHere(cursor))
        {
            cursor.Index = from;
            name = cursor.TakeIdentifier();
            if (name is null) return null;
            if (usual != SqlParameterMode.Table) mode ??= TakeMode(cursor);
            type = SqlTypeReader.Read(cursor);
            if (type is null || !EndsHere(cursor)) return null;
        }
        return new(name, mode ?? SqlParameterMode.In, type, TakeDefault(cursor));
    }

    private static SqlParameterMode? TakeMode(SqlCursor cursor)
    {
        // A parameter that has the name of a mode is in quotes: three of these words are reserved, and so is the place.
        if (cursor.TakeWords("in", "out") || cursor.TakeWords("inout")) return SqlParameterMode.InOut;
        if (cursor.TakeWords("in")) return SqlParameterMode.In;
        if (cursor.TakeWords("out")) return SqlParameterMode.Out;
        return cursor.TakeWords("variadic") ? SqlParameterMode.Variadic : null;
    }

    private static bool EndsHere(SqlCursor cursor) => cursor.IsSymbol(",") || cursor.IsSymbol(")") || cursor.IsWord("default") || cursor.IsSymbol("=");

    private static SqlSpan? TakeDefault(SqlCursor cursor)
    {
        if (!cursor.TakeWords("default") && !cursor.TakeSymbol("=")) return null;
        var start = cursor.Start;
        cursor.SkipExpression();
        return new(start, cursor.End);
    }

    private static SqlFunction ReadOptions(SqlText source, SqlCursor cursor, SqlFunction function)
    {
        while (!cursor.AtEnd)
        {
            if (cursor.TakeWords("language"))
            {
                var language = cursor.TakeString() ?? cursor.TakeIdentifier()?.Name;
                function = function with { Language = language?.ToLowerInvariant() ?? "" };
            }
            else if (cursor.TakeWords("as"))
            {
                function = function with { Body = TakeBody(source, cursor) };
            }
            else if (cursor.TakeWords("security", "definer"))
            {
                function = function with { IsSecurityDefiner = true };
            }
            else if (cursor.TakeWords("set"))
            {
                var setting = cursor.TakeIdentifier();
                // Values may be words of the language: SET search_path TO public, language.
                var path = SqlSearchPath.Read(cursor);
                if (setting?.Name == "search_path") function = function with { SearchPath = path };
            }
            else if (cursor.IsWord("return") || (cursor.IsWord("begin") && cursor.IsWord("atomic", 1)))
            {
                var at = cursor.At;
                var start = cursor.Start;
                while (!cursor.AtEnd) cursor.Index++;
                function = function with { Body = new(new(start, cursor.End), at, IsVerbatim: true), Language = function.Language.Length == 0 ? "sql" : function.Language };
            }
            else
            {
                cursor.Index++;
            }
        }
        return function;
    }

    /// <summary>A body; null for the two strings of a function in C.</summary>
    private static SqlBody? TakeBody(SqlText source, SqlCursor cursor)
    {
        if (!cursor.IsKind(SqlTokenKind.String)) return null;
        var offset = cursor.Start;
        var content = SqlLiteral.Content(cursor.Text);
        cursor.Index++;
        if (cursor.TakeSymbol(","))
        {
            cursor.TakeString();
            return null;
        }
        return new(new(offset + content.Start, offset + content.End), source.PositionAt(offset + content.Start), content.IsVerbatim);
    }
}
