using System.Collections.Frozen;
using Cora.Build.Python.Source;

namespace Cora.Build.Sql;

/// <summary>Reads types (PostgreSQL's grammar: <c>func_type</c>, <c>Typename</c>).</summary>
internal static class SqlTypeReader
{
    /// <summary>Names of PostgreSQL's catalog, and those that its grammar has of one word, by what <c>format_type</c> says of them.</summary>
    private static readonly FrozenDictionary<string, string> s_names = new Dictionary<string, string>
    {
        ["int2"] = "smallint",
        ["int4"] = "integer",
        ["int8"] = "bigint",
        ["float4"] = "real",
        ["float8"] = "double precision",
        ["bool"] = "boolean",
        ["varchar"] = "character varying",
        ["bpchar"] = "character",
        ["timestamp"] = "timestamp without time zone",
        ["timestamptz"] = "timestamp with time zone",
        ["time"] = "time without time zone",
        ["timetz"] = "time with time zone",
        ["varbit"] = "bit varying",
    }.ToFrozenDictionary();

    /// <summary>Names that only the grammar knows: in quotes or behind a schema they are others.</summary>
    private static readonly FrozenDictionary<string, string> s_words = new Dictionary<string, string>
    {
        ["int"] = "integer",
        ["dec"] = "numeric",
        ["decimal"] = "numeric",
        ["char"] = "character",
        ["nchar"] = "character",
    }.ToFrozenDictionary();

    private static readonly string[] s_intervalFields = ["year", "month", "day", "hour", "minute", "second"];

    /// <summary>The type that comes next; null, and the cursor where it was, when there is none.</summary>
    public static SqlType? Read(SqlCursor cursor)
    {
        var from = cursor.Index;
        var at = cursor.At;
        var start = cursor.Start;
        var isSet = cursor.TakeWords("setof");
        if (ReadName(cursor) is not { } type)
        {
            cursor.Index = from;
            return null;
        }
        var isArray = TakeArray(cursor);
        return type with { At = at, IsSetOf = isSet, IsArray = isArray, Span = cursor.SpanFrom(start) };
    }

    private static SqlType? ReadName(SqlCursor cursor)
    {
        var at = cursor.At;
        if (cursor.TakeWords("double", "precision")) return new(null, "double precision", at);
        if (cursor.TakeWords("national", "character") || cursor.TakeWords("national", "char") || cursor.TakeAny("character", "char", "nchar"))
        {
            var varies = cursor.TakeWords("varying");
            return new(null, varies ? "character varying" : "character", at) { Modifiers = Modifiers(cursor) };
        }
        if (cursor.TakeWords("bit")) return new(null, cursor.TakeWords("varying") ? "bit varying" : "bit", at) { Modifiers = Modifiers(cursor) };
        if (cursor.TakeWords("float"))
        {
            var modifiers = Modifiers(cursor);
            return new(null, modifiers.Length > 0 && int.TryParse(modifiers, out var bits) && bits <= 24 ? "real" : "double precision", at);
        }
        foreach (var name in new[] { "timestamp", "time" })
        {
            if (!cursor.TakeWords(name)) continue;
            var modifiers = Modifiers(cursor);
            var hasZone = cursor.TakeWords("with", "time", "zone");
            if (!hasZone) cursor.TakeWords("without", "time", "zone");
            return new(null, $"{name} {(hasZone ? "with" : "without")} time zone", at) { Modifiers = modifiers };
        }
        if (cursor.TakeWords("interval"))
        {
            return ReadInterval(cursor, at);
        }

        var isWord = cursor.IsKind(SqlTokenKind.Word);
        var from = cursor.Index;
        if (cursor.TakeName() is not { } written) return null;
        if (cursor.IsSymbol("%") && cursor.IsWord("type", 1))
        {
            cursor.Index += 2;
            return new(null, written.ToString(), at) { IsOfColumn = true };
        }
        var schema = written.Schema?.Name is "pg_catalog" ? null : written.Schema?.Name;
        var isOnlyWord = isWord && cursor.Index == from + 1;
        var canonical = schema is not null ? written.Name
            : isOnlyWord && s_words.TryGetValue(written.Name, out var word) ? word
            : s_names.GetValueOrDefault(written.Name, written.Name);
        // "char" in quotes is a type of one byte, which PostgreSQL writes with them.
        if (!isOnlyWord && canonical == "char") canonical = "\"char\"";
        return new(schema, canonical, at) { Modifiers = Modifiers(cursor) };
    }

    /// <summary><c>interval(3)</c>, <c>interval day to second(3)</c>.</summary>
    private static SqlType ReadInterval(SqlCursor cursor, Position at)
    {
        List<string> fields = [];
        while (cursor.IsWord("to") || s_intervalFields.Any(field => cursor.IsWord(field)))
        {
            fields.Add(cursor.Text.ToString().ToLowerInvariant());
            cursor.Index++;
        }
        return new(null, "interval", at) { Fields = string.Join(' ', fields), Modifiers = Modifiers(cursor) };
    }

    private static string Modifiers(SqlCursor cursor)
    {
        if (!cursor.IsSymbol("(")) return "";
        var from = cursor.Index + 1;
        cursor.SkipNested();
        var to = cursor.Index - 1;
        var modifiers = new List<string>();
        for (cursor.Index = from; cursor.Index < to; cursor.Index++) modifiers.Add(cursor.Text.ToString());
        cursor.Index = to + 1;
        return string.Concat(modifiers);
    }

    private static bool TakeArray(SqlCursor cursor)
    {
        var isArray = cursor.TakeWords("array");
        while (cursor.IsSymbol("["))
        {
            isArray = true;
            cursor.SkipNested();
        }
        return isArray;
    }
}
