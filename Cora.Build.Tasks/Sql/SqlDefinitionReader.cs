using Cora.Build.Python.Source;

namespace Cora.Build.Sql;

/// <summary>Reads what makes and changes types, domains, sequences, extensions and schemas, from behind the word that says which.</summary>
internal static class SqlDefinitionReader
{
    public static SqlStatement ReadCreate(SqlCursor cursor, Position at, SqlObjectKind kind)
    {
        var ifNotExists = cursor.TakeWords("if", "not", "exists");
        if (kind == SqlObjectKind.Schema && cursor.TakeWords("authorization")) return Define(cursor, at, kind, cursor.TakeIdentifier(), ifNotExists);
        var name = kind is SqlObjectKind.Schema or SqlObjectKind.Extension ? (cursor.TakeIdentifier() is { } single ? new SqlName(null, single) : null) : cursor.TakeName();
        if (name is null) return new UnreadStatement(at, null);
        var definition = new SqlDefinition(kind, name) { IfNotExists = ifNotExists };
        var whole = kind switch
        {
            SqlObjectKind.Type => ReadType(cursor, definition),
            SqlObjectKind.Domain => ReadDomain(cursor, definition),
            SqlObjectKind.Extension => ReadExtension(cursor, definition),
            // What a schema's statement makes in it stands in no statement of its own.
            SqlObjectKind.Schema => cursor.AtEnd || (cursor.TakeWords("authorization") && cursor.TakeIdentifier() is not null && cursor.AtEnd) ? definition : null,
            _ => definition,
        };
        return whole is null ? new UnreadStatement(at, kind == SqlObjectKind.Schema ? null : name) : new CreateDefinition(at, whole);
    }

    /// <summary><c>ALTER TYPE … ADD VALUE</c>, <c>RENAME VALUE</c>; null for other changes of a type.</summary>
    public static SqlStatement? ReadEnumValue(SqlCursor cursor, Position at, SqlName type)
    {
        if (cursor.TakeWords("rename", "value"))
            return cursor.TakeString() is { } old && cursor.TakeWords("to") && cursor.TakeString() is { } renamed ? new SetEnumValue(at, type, renamed) { Replaces = old } : new UnreadStatement(at, type);
        if (!cursor.TakeWords("add", "value")) return null;
        var ifNotExists = cursor.TakeWords("if", "not", "exists");
        if (cursor.TakeString() is not { } value) return new UnreadStatement(at, type);
        var isBefore = cursor.TakeWords("before");
        var beside = isBefore || cursor.TakeWords("after") ? cursor.TakeString() : null;
        return cursor.AtEnd ? new SetEnumValue(at, type, value) { IfNotExists = ifNotExists, Beside = beside, IsBefore = isBefore } : new UnreadStatement(at, type);
    }

    private static SqlStatement Define(SqlCursor cursor, Position at, SqlObjectKind kind, SqlIdentifier? name, bool ifNotExists) =>
        name is null || !cursor.AtEnd ? new UnreadStatement(at, null) : new CreateDefinition(at, new(kind, new(null, name)) { IfNotExists = ifNotExists });

    private static SqlDefinition? ReadType(SqlCursor cursor, SqlDefinition definition)
    {
        if (cursor.TakeWords("as", "enum")) return TakeValues(cursor) is { } values && cursor.AtEnd ? definition with { Values = values } : null;
        // A range, a type in C, or the announcement of one.
        if (!cursor.IsWord("as") || cursor.IsWord("range", 1)) return definition;
        cursor.Index++;
        return TakeAttributes(cursor) is { } attributes && cursor.AtEnd ? definition with { Attributes = attributes } : null;
    }

    private static List<string>? TakeValues(SqlCursor cursor)
    {
        if (!cursor.TakeSymbol("(")) return null;
        List<string> values = [];
        if (cursor.TakeSymbol(")")) return values;
        do
        {
            if (cursor.TakeString() is not { } value) return null;
            values.Add(value);
        }
        while (cursor.TakeSymbol(","));
        return cursor.TakeSymbol(")") ? values : null;
    }

    private static List<SqlColumn>? TakeAttributes(SqlCursor cursor)
    {
        if (!cursor.TakeSymbol("(")) return null;
        List<SqlColumn> attributes = [];
        if (cursor.TakeSymbol(")")) return attributes;
        do
        {
            var start = cursor.Start;
            if (cursor.TakeIdentifier() is not { } name || SqlTypeReader.Read(cursor) is not { } type) return null;
            if (cursor.TakeWords("collate") && cursor.TakeName() is null) return null;
            attributes.Add(new(name, type) { Span = cursor.SpanFrom(start) });
        }
        while (cursor.TakeSymbol(","));
        return cursor.TakeSymbol(")") ? attributes : null;
    }

    private static SqlDefinition? ReadDomain(SqlCursor cursor, SqlDefinition definition)
    {
        cursor.TakeWords("as");
        if (SqlTypeReader.Read(cursor) is not { } type) return null;
        definition = definition with { BaseType = type };
        while (!cursor.AtEnd)
        {
            if (cursor.TakeWords("constraint") && cursor.TakeIdentifier() is null) return null;
            if (cursor.TakeWords("not", "null")) definition = definition with { IsNotNull = true };
            else if (cursor.TakeWords("collate"))
            {
                if (cursor.TakeName() is null) return null;
            }
            else if (cursor.TakeWords("default"))
            {
                if (SqlColumnReader.TakeDefault(cursor) is null) return null;
            }
            else if (cursor.TakeWords("check"))
            {
                if (!cursor.SkipNested()) return null;
            }
            else if (!cursor.TakeWords("null")) return null;
        }
        return definition;
    }

    private static SqlDefinition? ReadExtension(SqlCursor cursor, SqlDefinition definition)
    {
        cursor.TakeWords("with");
        while (!cursor.AtEnd)
        {
            if (cursor.TakeWords("schema"))
            {
                if (cursor.TakeIdentifier() is not { } schema) return null;
                definition = definition with { ExtensionSchema = schema };
            }
            else if (cursor.TakeAny("version", "from"))
            {
                cursor.Index++;
            }
            else if (!cursor.TakeWords("cascade"))
            {
                return null;
            }
        }
        return definition;
    }
}
