using Cora.Build.Sql;

namespace Cora.Build.Database;

/// <summary>What a name in a database is of.</summary>
internal enum ObjectKind
{
    /// <summary>A table, view or sequence.</summary>
    Relation,

    /// <summary>A type or domain.</summary>
    Type,

    /// <summary>A function, procedure or aggregate.</summary>
    Function,

    /// <summary>A schema.</summary>
    Schema,
}

/// <summary>What a statement makes.</summary>
/// <param name="Kind">What it is.</param>
/// <param name="Schema">Null where the statement does not say it.</param>
/// <param name="Name">Its name.</param>
/// <param name="Offset">Where the name stands.</param>
internal sealed record DefinedName(ObjectKind Kind, string? Schema, string Name, int Offset)
{
    /// <summary>Whether a function makes it when it runs.</summary>
    public bool IsLater { get; init; }

    /// <summary>Whether it is gone with the session.</summary>
    public bool IsTemporary { get; init; }
}

/// <summary>What a statement may need.</summary>
/// <param name="Schema">Null where the statement does not say it.</param>
/// <param name="Name">Its name.</param>
/// <param name="Offset">Where it stands.</param>
/// <param name="IsCall">Whether a parenthesis follows.</param>
/// <param name="IsRelation">Whether it stands where only a table can.</param>
/// <param name="IsLater">Whether it is only needed when a function runs.</param>
internal sealed record UsedName(string? Schema, string Name, int Offset, bool IsCall, bool IsRelation, bool IsLater)
{
    /// <summary>How far before it its schema begins.</summary>
    public int? QualifierLength { get; init; }
}

/// <summary>
/// The names in a statement, told by the words around them. There may be too many uses, such as an alias that is called like a table; so they decide in which order files run,
/// and are never reported.
/// </summary>
internal sealed class StatementNames
{
    private static readonly HashSet<string> s_beforeRelation = new(StringComparer.OrdinalIgnoreCase)
    {
        "from", "join", "references", "into", "update", "on", "table", "only", "like", "of", "using", "exists", "view", "sequence", "truncate", "copy", "lock", "inherits",
    };

    private static readonly HashSet<string> s_serverObjects = new(StringComparer.OrdinalIgnoreCase) { "role", "user", "group", "database", "tablespace" };

    private readonly SqlText _text;
    private readonly ScriptStatement _statement;

    private StatementNames(SqlText text, ScriptStatement statement) => (_text, _statement) = (text, statement);

    /// <summary>What it makes.</summary>
    public List<DefinedName> Defines { get; } = [];

    /// <summary>What it may need.</summary>
    public List<UsedName> Uses { get; } = [];

    /// <summary>Names of columns that it adds.</summary>
    public List<string> Columns { get; } = [];

    /// <summary>All names in it: <c>orgs</c>, <c>public.</c>, <c>public.orgs</c>.</summary>
    public HashSet<string> Words { get; } = new(StringComparer.Ordinal);

    /// <summary>Whether it changes the server beyond its own database, or looks at the server's files.</summary>
    public bool ReachesBeyondDatabase { get; private set; }

    /// <summary>Reads a statement.</summary>
    public static StatementNames Read(SqlText text, ScriptStatement statement)
    {
        var names = new StatementNames(text, statement);
        var body = names.Body(out var isLater);
        names.Scan(statement.Tokens, isLater: false);
        if (body.Count > 0) names.Scan(body, isLater);
        names.ReachesBeyondDatabase = names.Reaches(statement.Tokens) || (body.Count > 0 && !isLater && names.Reaches(body));
        return names;
    }

    /// <summary>The first word, in lower case.</summary>
    public string FirstWord => _statement.Tokens[0].Kind == SqlTokenKind.Word ? Raw(_statement.Tokens[0]).ToLowerInvariant() : "";

    private string Raw(SqlToken token) => _text.Text[token.Start..token.End];

    private bool IsWord(IReadOnlyList<SqlToken> tokens, int index, string word) => index >= 0 && index < tokens.Count && tokens[index].Kind == SqlTokenKind.Word
        && tokens[index].End - tokens[index].Start == word.Length && _text.Text.AsSpan(tokens[index].Start, word.Length).Equals(word, StringComparison.OrdinalIgnoreCase);

    private bool IsSymbol(IReadOnlyList<SqlToken> tokens, int index, char symbol) =>
        index >= 0 && index < tokens.Count && tokens[index].Kind is SqlTokenKind.Punctuation or SqlTokenKind.Operator && tokens[index].End == tokens[index].Start + 1 && _text.Text[tokens[index].Start] == symbol;

    /// <summary>The tokens of a <c>DO</c> block, or of the function that the statement makes.</summary>
    private List<SqlToken> Body(out bool isLater)
    {
        var tokens = _statement.Tokens;
        List<SqlToken> body = [];
        var isBlock = IsWord(tokens, 0, "do");
        isLater = !isBlock;
        var isRoutine = IsWord(tokens, 0, "create") && Enumerable.Range(1, Math.Min(4, tokens.Count - 1)).Any(i => IsWord(tokens, i, "function") || IsWord(tokens, i, "procedure"));
        if (!isBlock && !isRoutine) return body;
        for (var i = 1; i < tokens.Count; i++)
        {
            if (IsWord(tokens, i, "language") && i + 1 < tokens.Count && Raw(tokens[i + 1]).Trim('\'').Equals("sql", StringComparison.OrdinalIgnoreCase)) isLater = false;
            if (tokens[i].Kind != SqlTokenKind.String || !(isBlock || IsWord(tokens, i - 1, "as"))) continue;
            var content = SqlLiteral.Content(_text.Text.AsSpan(tokens[i].Start, tokens[i].End - tokens[i].Start));
            if (!content.IsVerbatim) continue;
            var tokenizer = new SqlTokenizer(_text, tokens[i].Start + content.Start, tokens[i].Start + content.End) { HasCommands = false };
            while (tokenizer.TryRead(out var token)) body.Add(token);
        }
        return body;
    }

    private void Scan(IReadOnlyList<SqlToken> tokens, bool isLater)
    {
        var cursor = new SqlCursor(_text, tokens);
        for (var i = 0; i < tokens.Count; i++)
        {
            if (tokens[i].Kind is not (SqlTokenKind.Word or SqlTokenKind.QuotedName) || IsSymbol(tokens, i - 1, '.')) continue;
            if (IsWord(tokens, i, "create")) Define(tokens, cursor, i, isLater);
            else if (IsWord(tokens, i, "alter")) Alter(tokens, cursor, i, isLater);
            i = Use(tokens, cursor, i, isLater);
        }
    }

    private void Define(IReadOnlyList<SqlToken> tokens, SqlCursor cursor, int at, bool isLater)
    {
        cursor.Index = at + 1;
        var isTemporary = false;
        cursor.TakeWords("or", "replace");
        while (true)
        {
            if (cursor.TakeAny("temp", "temporary")) isTemporary = true;
            else if (!cursor.TakeAny("global", "local", "unlogged", "materialized", "recursive", "foreign")) break;
        }
        if (TakeKind(cursor) is not { } kind) return;
        cursor.TakeWords("if", "not", "exists");
        var start = cursor.Start;
        if (cursor.TakeName() is { } name) Defines.Add(new(kind, name.Schema?.Name, name.Name, start) { IsLater = isLater, IsTemporary = isTemporary });
    }

    /// <summary><c>RENAME TO</c> and <c>SET SCHEMA</c> make a name; <c>ADD COLUMN</c> and <c>RENAME COLUMN</c> a column.</summary>
    private void Alter(IReadOnlyList<SqlToken> tokens, SqlCursor cursor, int at, bool isLater)
    {
        cursor.Index = at + 1;
        cursor.TakeAny("materialized", "foreign");
        if (TakeKind(cursor) is not { } kind) return;
        cursor.TakeWords("if", "exists");
        cursor.TakeWords("only");
        if (cursor.TakeName() is not { } name) return;
        cursor.SkipNested();
        for (; !cursor.AtEnd && !cursor.IsSymbol(";"); cursor.Index++)
        {
            var start = cursor.Start;
            if (cursor.TakeWords("rename", "to") && cursor.TakeIdentifier() is { } renamed) Defines.Add(new(kind, name.Schema?.Name, renamed.Name, start) { IsLater = isLater });
            else if (cursor.TakeWords("set", "schema") && cursor.TakeIdentifier() is { } schema) Defines.Add(new(kind, schema.Name, name.Name, start) { IsLater = isLater });
            else if (cursor.TakeWords("rename", "column") || cursor.TakeWords("rename"))
            {
                cursor.TakeIdentifier();
                if (cursor.TakeWords("to") && cursor.TakeIdentifier() is { } column) Columns.Add(column.Name);
            }
            else if (cursor.TakeWords("add"))
            {
                cursor.TakeWords("column");
                cursor.TakeWords("if", "not", "exists");
                if (cursor.TakeIdentifier() is { } column) Columns.Add(column.Name);
            }
            if (cursor.AtEnd) return;
        }
    }

    private static ObjectKind? TakeKind(SqlCursor cursor) =>
        cursor.TakeAny("table", "view", "sequence") ? ObjectKind.Relation
        : cursor.TakeAny("type", "domain") ? ObjectKind.Type
        : cursor.TakeAny("function", "procedure", "aggregate", "routine") ? ObjectKind.Function
        : cursor.TakeWords("schema") ? ObjectKind.Schema
        : null;

    /// <summary>Notes a name with all its parts.</summary>
    /// <returns>Index of its last token.</returns>
    private int Use(IReadOnlyList<SqlToken> tokens, SqlCursor cursor, int at, bool isLater)
    {
        cursor.Index = at;
        List<(string Name, int Offset)> parts = [];
        var last = at;
        do
        {
            var start = cursor.Start;
            if (cursor.TakeIdentifier() is not { } part) break;
            last = cursor.Index - 1;
            parts.Add((part.Name, start));
        }
        while (cursor.TakeSymbol("."));
        var isCall = IsSymbol(tokens, last + 1, '(');
        var isRelation = at > 0 && (IsSymbol(tokens, at - 1, ',') || (tokens[at - 1].Kind == SqlTokenKind.Word && s_beforeRelation.Contains(Raw(tokens[at - 1]))));
        for (var i = 0; i < parts.Count; i++)
        {
            Words.Add(parts[i].Name);
            if (i == 0) continue;
            Words.Add(parts[i - 1].Name + ".");
            Words.Add($"{parts[i - 1].Name}.{parts[i].Name}");
            Uses.Add(new(parts[i - 1].Name, parts[i].Name, parts[i].Offset, isCall && i == parts.Count - 1, IsRelation: true, isLater) { QualifierLength = parts[i].Offset - parts[i - 1].Offset });
        }
        // The first of several parts may be a table: orgs.id%TYPE.
        Uses.Add(new(null, parts[0].Name, parts[0].Offset, isCall && parts.Count == 1, isRelation || parts.Count > 1, isLater));
        return last;
    }

    /// <summary>Roles, databases and settings of the server, and files of its machine. In a block also where it makes the statement as text.</summary>
    private bool Reaches(IReadOnlyList<SqlToken> tokens)
    {
        for (var i = 0; i + 1 < tokens.Count; i++)
        {
            if (tokens[i].Kind == SqlTokenKind.String && Names(Raw(tokens[i]))) return true;
            if (tokens[i].Kind != SqlTokenKind.Word) continue;
            var isServerObject = tokens[i + 1].Kind == SqlTokenKind.Word && s_serverObjects.Contains(Raw(tokens[i + 1])) && !IsWord(tokens, i + 2, "mapping");
            if (isServerObject && (IsWord(tokens, i, "create") || IsWord(tokens, i, "alter") || IsWord(tokens, i, "drop") || (IsWord(tokens, i, "on") && IsWord(tokens, i - 1, "comment")))) return true;
            if ((IsWord(tokens, i, "alter") && IsWord(tokens, i + 1, "system")) || ((IsWord(tokens, i, "drop") || IsWord(tokens, i, "reassign")) && IsWord(tokens, i + 1, "owned"))) return true;
        }
        var isMembership = (IsWord(tokens, 0, "grant") || IsWord(tokens, 0, "revoke")) && !Enumerable.Range(0, tokens.Count).Any(i => IsWord(tokens, i, "on"));
        var isFile = IsWord(tokens, 0, "copy") && Enumerable.Range(1, tokens.Count - 1).Any(i => IsWord(tokens, i, "program")
            || ((IsWord(tokens, i, "from") || IsWord(tokens, i, "to")) && i + 1 < tokens.Count && tokens[i + 1].Kind == SqlTokenKind.String));
        return isMembership || isFile;

        bool Names(string text) => IsWord(_statement.Tokens, 0, "do") && s_serverObjects.Any(name =>
            text.Contains($"create {name} ", StringComparison.OrdinalIgnoreCase) || text.Contains($"alter {name} ", StringComparison.OrdinalIgnoreCase) || text.Contains($"drop {name} ", StringComparison.OrdinalIgnoreCase))
            && tokens != _statement.Tokens;
    }
}
