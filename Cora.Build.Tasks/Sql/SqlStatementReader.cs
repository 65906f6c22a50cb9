using System.Collections.Frozen;
using Cora.Build.Python.Source;

namespace Cora.Build.Sql;

/// <summary>Reads one statement. What shapes nothing is none here; what should be read and cannot be is an <see cref="UnreadStatement"/>.</summary>
internal static class SqlStatementReader
{
    /// <summary>What statements that shape nothing begin with (PostgreSQL manual, SQL Commands).</summary>
    private static readonly FrozenSet<string> s_others = FrozenSet.ToFrozenSet(
        [
            "abort", "analyze", "begin", "call", "checkpoint", "close", "cluster", "comment", "commit", "copy", "deallocate", "declare", "delete", "discard", "end", "execute",
            "explain", "fetch", "grant", "insert", "listen", "load", "lock", "merge", "move", "notify", "prepare", "reassign", "refresh", "reindex", "release", "reset", "revoke",
            "rollback", "savepoint", "security", "select", "set", "show", "start", "table", "truncate", "unlisten", "update", "vacuum", "values", "with",
        ],
        StringComparer.OrdinalIgnoreCase);

    /// <summary>What <c>CREATE</c>, <c>ALTER</c> and <c>DROP</c> are used with that shapes nothing the model has.</summary>
    private static readonly FrozenSet<string> s_otherObjects = FrozenSet.ToFrozenSet(
        [
            "access", "aggregate", "cast", "collation", "conversion", "database", "default", "event", "foreign", "group", "language", "large", "operator", "owned", "parser",
            "procedural", "publication", "role", "rule", "server", "statistics", "subscription", "system", "tablespace", "text", "transform", "trusted", "user",
        ],
        StringComparer.OrdinalIgnoreCase);

    /// <summary>What stands before a parenthesis and makes nothing: functions of PostgreSQL that schemas call, and words of queries.</summary>
    private static readonly FrozenSet<string> s_harmless = FrozenSet.ToFrozenSet(
        [
            "all", "and", "any", "array_agg", "as", "cast", "coalesce", "count", "currval", "current_database", "current_setting", "distinct", "exists", "filter", "from",
            "gen_random_uuid", "greatest", "in", "json_build_object", "jsonb_build_object", "least", "length", "lower", "max", "min", "nextval", "not", "now", "nullif", "on",
            "or", "over", "pg_advisory_lock", "pg_advisory_unlock", "pg_advisory_xact_lock", "pg_notify", "pg_reload_conf", "pg_sleep", "select", "set_config", "setval", "some", "sum",
            "then", "union", "upper", "using", "values", "version", "when", "where",
        ],
        StringComparer.OrdinalIgnoreCase);

    private static readonly (string[] Words, SqlObjectKind Kind)[] s_objects =
    [
        (["table"], SqlObjectKind.Table),
        (["foreign", "table"], SqlObjectKind.Table),
        (["view"], SqlObjectKind.View),
        (["materialized", "view"], SqlObjectKind.MaterializedView),
        (["index"], SqlObjectKind.Index),
        (["sequence"], SqlObjectKind.Sequence),
        (["type"], SqlObjectKind.Type),
        (["domain"], SqlObjectKind.Domain),
        (["schema"], SqlObjectKind.Schema),
        (["extension"], SqlObjectKind.Extension),
    ];

    /// <summary>The statement; null when it shapes nothing.</summary>
    /// <param name="source">The text.</param>
    /// <param name="cursor">At its beginning.</param>
    /// <param name="isInBlock">Whether it may be one of PL/pgSQL.</param>
    public static SqlStatement? Read(SqlText source, SqlCursor cursor, bool isInBlock)
    {
        var at = cursor.At;
        if (cursor.TakeWords("create")) return ReadCreate(source, cursor, at);
        if (cursor.TakeWords("drop")) return ReadDrop(cursor, at);
        if (cursor.TakeWords("alter")) return ReadAlter(cursor, at);
        if (cursor.IsWord("set") || cursor.IsWord("reset")) return ReadSet(cursor, at);
        if (cursor.IsWord("insert") || cursor.IsWord("copy") || cursor.IsWord("delete") || cursor.IsWord("truncate")) return SqlRowsReader.Read(cursor, at);
        if (ReadSetConfig(cursor, at) is { } path) return path;
        if (cursor.IsWord("select") || cursor.IsWord("call") || cursor.IsWord("perform") || (cursor.IsWord("with") && !isInBlock)) return ReadCall(cursor, at, isInBlock);
        // A word that no statement begins with: what it would have done is not known.
        return isInBlock || !cursor.IsKind(SqlTokenKind.Word) || s_others.Contains(cursor.Text.ToString()) ? null : new UnreadStatement(at, null);
    }

    private static SqlStatement? ReadCreate(SqlText source, SqlCursor cursor, Position at)
    {
        var replaces = cursor.TakeWords("or", "replace");
        var isProcedure = cursor.IsWord("procedure");
        if (cursor.TakeAny("function", "procedure")) return SqlFunctionReader.Read(source, cursor, isProcedure, replaces) is { } function ? new CreateFunction(at, function) : new UnreadStatement(at, null);

        var isUnique = cursor.TakeWords("unique");
        if (cursor.TakeWords("index")) return SqlIndexReader.Read(cursor, isUnique) is { } index ? new CreateIndex(at, index) : new UnreadStatement(at, null);
        if (cursor.TakeWords("policy")) return SqlPolicyReader.ReadCreate(cursor, at);
        cursor.TakeWords("constraint");
        if (cursor.TakeWords("trigger")) return SqlTriggerReader.Read(cursor, at, replaces);

        cursor.TakeAny("global", "local");
        var persistence = cursor.TakeAny("temporary", "temp") ? SqlPersistence.Temporary : cursor.TakeWords("unlogged") ? SqlPersistence.Unlogged : SqlPersistence.Permanent;
        var isRecursive = cursor.TakeWords("recursive");
        if (TakeKind(cursor, out var isForeign) is not { } kind) return Other(cursor, at);
        switch (kind)
        {
            case SqlObjectKind.Table:
                if (SqlTableReader.Read(cursor, out var tableName) is not { } table) return new UnreadStatement(at, tableName);
                return table.IsForeign == isForeign || table.PartitionOf is not null ? new CreateTable(at, table with { Persistence = persistence }) : new UnreadStatement(at, tableName);
            case SqlObjectKind.View or SqlObjectKind.MaterializedView:
                if (SqlViewReader.Read(cursor, out var viewName) is not { } view) return new UnreadStatement(at, viewName);
                var isMaterialized = kind == SqlObjectKind.MaterializedView;
                return new CreateView(at, view with { Replaces = replaces, IsMaterialized = isMaterialized, IsRecursive = isRecursive, IsTemporary = persistence == SqlPersistence.Temporary });
            default:
                return SqlDefinitionReader.ReadCreate(cursor, at, kind);
        }
    }

    private static SqlStatement? ReadDrop(SqlCursor cursor, Position at)
    {
        if (cursor.TakeAny("function", "procedure", "routine")) return ReadDropFunctions(cursor, at);
        var isPolicy = cursor.TakeWords("policy");
        if (isPolicy || cursor.TakeWords("trigger"))
        {
            var ifExists = cursor.TakeWords("if", "exists");
            if (SqlPolicyReader.TakeTarget(cursor) is not var (name, table)) return new UnreadStatement(at, null);
            cursor.TakeAny("cascade", "restrict");
            if (!cursor.AtEnd) return new UnreadStatement(at, table);
            return isPolicy ? new DropPolicy(at, name, table, ifExists) : new DropTrigger(at, name, table, ifExists);
        }
        if (TakeKind(cursor, out _) is not { } kind) return Other(cursor, at);
        cursor.TakeWords("concurrently");
        var isOptional = cursor.TakeWords("if", "exists");
        if (cursor.TakeNames() is not { } names) return new UnreadStatement(at, null);
        var isCascade = cursor.TakeWords("cascade");
        if (!isCascade) cursor.TakeWords("restrict");
        return cursor.AtEnd ? new DropObjects(at, kind, names, isOptional, isCascade) : new UnreadStatement(at, names[0]);
    }

    private static SqlStatement ReadDropFunctions(SqlCursor cursor, Position at)
    {
        var ifExists = cursor.TakeWords("if", "exists");
        List<SqlFunctionReference> functions = [];
        do
        {
            if (SqlFunctionReader.ReadReference(cursor) is not { } function) return new UnreadStatement(at, null);
            functions.Add(function);
        }
        while (cursor.TakeSymbol(","));
        return new DropFunctions(at, functions, ifExists) { IsCascade = cursor.TakeWords("cascade") };
    }

    private static SqlStatement? ReadAlter(SqlCursor cursor, Position at)
    {
        if (cursor.TakeAny("function", "procedure", "routine"))
        {
            if (SqlFunctionReader.ReadReference(cursor) is not { } function) return new UnreadStatement(at, null);
            if (cursor.TakeWords("rename", "to")) return cursor.TakeIdentifier() is { } name ? new RenameFunction(at, function, name) : new UnreadStatement(at, null);
            if (cursor.TakeWords("set", "schema")) return cursor.TakeIdentifier() is { } schema ? new MoveFunction(at, function, schema) : new UnreadStatement(at, null);
            return null;
        }
        if (cursor.TakeWords("policy")) return SqlPolicyReader.ReadAlter(cursor, at);
        if (cursor.TakeWords("trigger"))
        {
            if (SqlPolicyReader.TakeTarget(cursor) is not var (trigger, table)) return new UnreadStatement(at, null);
            if (!cursor.TakeWords("rename", "to")) return null;
            return cursor.TakeIdentifier() is { } newName ? new RenameTrigger(at, trigger, table, newName) : new UnreadStatement(at, table);
        }
        if (TakeKind(cursor, out _) is not { } kind) return Other(cursor, at);
        if (kind is SqlObjectKind.Table or SqlObjectKind.View or SqlObjectKind.MaterializedView)
        {
            // ALTER TABLE ALL IN TABLESPACE
            return cursor.IsWord("all") && cursor.IsWord("in", 1) ? null : SqlAlterTableReader.Read(cursor, at, kind);
        }
        return ReadAlterObject(cursor, at, kind);
    }

    private static SqlStatement? ReadAlterObject(SqlCursor cursor, Position at, SqlObjectKind kind)
    {
        var ifExists = cursor.TakeWords("if", "exists");
        if (cursor.IsWord("all") && cursor.IsWord("in", 1)) return null;
        if (cursor.TakeName() is not { } name) return new UnreadStatement(at, null);
        if (cursor.TakeWords("rename", "to")) return cursor.TakeIdentifier() is { } newName && cursor.AtEnd ? new RenameObject(at, kind, name, newName, ifExists) : new UnreadStatement(at, name);
        if (cursor.TakeWords("set", "schema")) return cursor.TakeIdentifier() is { } schema && cursor.AtEnd ? new MoveObject(at, kind, name, schema, ifExists) : new UnreadStatement(at, name);
        if (kind != SqlObjectKind.Type) return null;
        if (SqlDefinitionReader.ReadEnumValue(cursor, at, name) is { } value) return value;
        // Attributes of composite types: rare, and to say that they are not known costs no false alarm.
        return cursor.TakeAny("owner", "set") ? null : new UnreadStatement(at, name);
    }

    /// <summary><c>SET search_path TO app, public</c>.</summary>
    private static SetSearchPath? ReadSet(SqlCursor cursor, Position at)
    {
        if (cursor.TakeWords("reset")) return cursor.IsWord("search_path") || cursor.IsWord("all") ? new(at, "public") : null;
        cursor.Index++;
        cursor.TakeAny("session", "local");
        if (cursor.TakeWords("schema")) return new(at, cursor.TakeString());
        if (!cursor.TakeWords("search_path") || (!cursor.TakeWords("to") && !cursor.TakeSymbol("="))) return null;
        if (cursor.IsWord("default")) return new(at, "public");
        do
        {
            var schema = cursor.TakeString() ?? cursor.TakeIdentifier()?.Name;
            // A schema that is called like the user is there on no Supabase.
            if (schema is not (null or "" or "$user")) return new(at, schema);
        }
        while (cursor.TakeSymbol(","));
        return new(at, null);
    }

    /// <summary><c>SELECT pg_catalog.set_config('search_path', 'app, public', false)</c>, as pg_dump has it.</summary>
    private static SetSearchPath? ReadSetConfig(SqlCursor cursor, Position at)
    {
        var start = cursor.Index;
        if (cursor.TakeAny("select", "perform") && cursor.TakeName() is { Name: "set_config" } && cursor.TakeSymbol("(") && cursor.TakeString() == "search_path" && cursor.TakeSymbol(",") && cursor.TakeString() is { } schemas)
            return new(at, schemas.Split(',').Select(schema => schema.Trim(' ', '"')).FirstOrDefault(schema => schema is not ("" or "$user")));
        cursor.Index = start;
        return null;
    }

    /// <summary>A query: with <c>INTO</c> it makes a table, and a function that it calls may make anything.</summary>
    private static SqlStatement? ReadCall(SqlCursor cursor, Position at, bool isInBlock)
    {
        var start = cursor.Start;
        var calls = false;
        for (var depth = 0; !cursor.AtEnd; cursor.Index++)
        {
            if (cursor.IsSymbol("(")) depth++;
            else if (cursor.IsSymbol(")")) depth--;
            else if (!isInBlock && depth == 0 && cursor.IsWord("insert")) return null;
            else if (!isInBlock && depth == 0 && cursor.TakeWords("into"))
            {
                cursor.TakeAny("temporary", "temp", "unlogged");
                cursor.TakeWords("table");
                return new UnreadStatement(at, cursor.TakeName());
            }
            calls |= cursor.IsKind(SqlTokenKind.Word) && cursor.IsSymbol("(", 1) && !s_harmless.Contains(cursor.Text.ToString());
        }
        return calls ? new DynamicStatements(at, cursor.SpanFrom(start)) : null;
    }

    private static SqlObjectKind? TakeKind(SqlCursor cursor, out bool isForeign)
    {
        foreach (var (words, kind) in s_objects)
        {
            if (!cursor.TakeWords(words)) continue;
            isForeign = words[0] == "foreign";
            return kind;
        }
        isForeign = false;
        return null;
    }

    private static UnreadStatement? Other(SqlCursor cursor, Position at) => s_otherObjects.Contains(cursor.Text.ToString()) ? null : new(at, null);
}
