using Cora.Build.Sql;

namespace Cora.Build.Database;

/// <summary>A part of a body that PostgreSQL can look at by itself: a query, or an expression behind a <c>SELECT</c> of our own.</summary>
/// <param name="Span">Where it is.</param>
/// <param name="Prefix">What must stand before it.</param>
/// <param name="Blanks">Parts that PL/pgSQL takes out: <c>INTO v_x</c>.</param>
/// <param name="Names">Names in it that may be variables.</param>
internal sealed record StaticStatement(SqlSpan Span, string Prefix, IReadOnlyList<SqlSpan> Blanks, IReadOnlySet<string> Names)
{
    /// <summary>The query, as long as its part of the file.</summary>
    public string Sql(string text)
    {
        var characters = text[Span.Start..Span.End].ToCharArray();
        foreach (var blank in Blanks) Array.Fill(characters, ' ', blank.Start - Span.Start, blank.End - blank.Start);
        return Prefix + new string(characters);
    }
}

/// <summary>
/// The statements of a PL/pgSQL body that do not depend on what it computes, and its variables. What is not understood is counted, and nothing is said of it (PostgreSQL manual,
/// 43 PL/pgSQL).
/// </summary>
internal sealed class PlpgsqlBody
{
    private static readonly HashSet<string> s_ignored = new(StringComparer.OrdinalIgnoreCase)
    {
        "null", "exit", "continue", "commit", "rollback", "raise", "assert", "open", "fetch", "close", "move", "get", "end",
    };

    private static readonly HashSet<string> s_queries = new(StringComparer.OrdinalIgnoreCase) { "select", "with", "insert", "update", "delete", "merge", "values" };

    private readonly SqlText _text;
    private bool _declares;

    private PlpgsqlBody(SqlText text) => _text = text;

    /// <summary>What PostgreSQL can look at.</summary>
    public List<StaticStatement> Statements { get; } = [];

    /// <summary>The types of variables as they are written; null where it is not known, or there are several.</summary>
    public Dictionary<string, string?> Variables { get; } = new(StringComparer.Ordinal);

    /// <summary>Where statements are that are made when the function runs, and what is not understood.</summary>
    public List<int> NotDecidable { get; } = [];

    /// <summary>Whether the body makes tables, or statements that may.</summary>
    public bool MakesTables { get; private set; }

    /// <summary>Reads a body.</summary>
    public static PlpgsqlBody Read(SqlText text, SqlSpan span)
    {
        var body = new PlpgsqlBody(text);
        var splitter = new SqlSplitter(text, new SqlTokenizer(text, span.Start, span.End) { HasCommands = false });
        while (splitter.Next() is { } tokens) body.ReadSegment([.. tokens]);
        if (splitter.Fault is not null) body.NotDecidable.Add(span.Start);
        return body;
    }

    private string Raw(SqlToken token) => _text.Text[token.Start..token.End];

    /// <summary>What stands between two semicolons: words that open blocks, and at most one statement.</summary>
    private void ReadSegment(IReadOnlyList<SqlToken> tokens)
    {
        var cursor = new SqlCursor(_text, tokens);
        while (!cursor.AtEnd)
        {
            if (cursor.IsSymbol("<<"))
            {
                while (!cursor.AtEnd && !cursor.TakeSymbol(">>")) cursor.Index++;
            }
            else if (cursor.TakeWords("declare")) _declares = true;
            else if (cursor.TakeWords("begin")) _declares = false;
            else if (_declares) break;
            else if (cursor.TakeAny("else", "loop", "exception")) continue;
            else if (cursor.IsWord("when") || cursor.IsWord("case"))
            {
                // Conditions of handlers, and values of a CASE, are no statements.
                var isCase = cursor.TakeWords("case");
                while (!cursor.AtEnd && !(isCase ? cursor.IsWord("when") : cursor.TakeWords("then"))) Skip(cursor);
            }
            else if (cursor.TakeAny("if", "elsif", "elseif")) AddExpression(tokens, cursor, "then");
            else if (cursor.TakeWords("while")) AddExpression(tokens, cursor, "loop");
            else if (cursor.TakeWords("for")) ReadFor(tokens, cursor);
            else if (cursor.TakeWords("foreach"))
            {
                while (!cursor.AtEnd && !cursor.TakeWords("array")) cursor.Index++;
                AddExpression(tokens, cursor, "loop");
            }
            else break;
        }
        if (cursor.AtEnd) return;
        if (_declares) ReadDeclaration(tokens, cursor);
        else ReadStatement(tokens, cursor);
    }

    private void ReadDeclaration(IReadOnlyList<SqlToken> tokens, SqlCursor cursor)
    {
        if (cursor.TakeIdentifier() is not { } name)
        {
            NotDecidable.Add(cursor.Start);
            return;
        }
        cursor.TakeWords("constant");
        if (cursor.IsWord("alias") || cursor.IsWord("cursor") || cursor.IsWord("no") || cursor.IsWord("scroll"))
        {
            Declare(name.Name, cursor.IsWord("alias") ? null : "refcursor");
            return;
        }
        var start = cursor.Start;
        while (!cursor.AtEnd && !cursor.IsSymbol(":=") && !cursor.IsSymbol("=") && !cursor.IsWord("default") && !(cursor.IsWord("not") && cursor.IsWord("null", 1)) && !cursor.IsWord("collate")) cursor.Index++;
        Declare(name.Name, _text.Text[start..cursor.End]);
        while (!cursor.AtEnd && !cursor.IsSymbol(":=") && !cursor.IsSymbol("=") && !cursor.IsWord("default")) cursor.Index++;
        cursor.Index++;
        if (!cursor.AtEnd) Add(tokens, cursor.Index, tokens.Count, "SELECT ");
    }

    /// <summary>The type as a parameter can have it.</summary>
    private void Declare(string name, string? written)
    {
        var type = written?.Trim();
        if (type is not null && type.EndsWith("%rowtype", StringComparison.OrdinalIgnoreCase)) type = type[..^"%rowtype".Length].TrimEnd();
        if (type is not null && type.Equals("record", StringComparison.OrdinalIgnoreCase)) type = null;
        // The type of another variable.
        if (type is not null && type.EndsWith("%type", StringComparison.OrdinalIgnoreCase) && !type.Contains('.', StringComparison.Ordinal))
            type = Variables.GetValueOrDefault(type[..^"%type".Length].Trim().ToLowerInvariant());
        if (Variables.TryGetValue(name, out var before) && before != type) type = null;
        Variables[name] = type;
    }

    private void ReadFor(IReadOnlyList<SqlToken> tokens, SqlCursor cursor)
    {
        var target = cursor.TakeIdentifier()?.Name;
        while (!cursor.AtEnd && !cursor.TakeWords("in")) cursor.Index++;
        cursor.TakeWords("reverse");
        var from = cursor.Index;
        var range = -1;
        while (!cursor.AtEnd && !cursor.IsWord("loop"))
        {
            if (cursor.IsSymbol("..")) range = cursor.Index;
            Skip(cursor);
        }
        var to = cursor.Index;
        cursor.TakeWords("loop");
        if (from == to) return;
        if (range > 0)
        {
            // The loop has a variable of its own, whatever else has this name.
            if (target is not null) Declare(target, "integer");
            Add(tokens, from, range, "SELECT ");
            var step = Enumerable.Range(range, to - range).FirstOrDefault(i => tokens[i].Kind == SqlTokenKind.Word && Raw(tokens[i]).Equals("by", StringComparison.OrdinalIgnoreCase), to);
            Add(tokens, range + 1, step, "SELECT ");
        }
        else if (tokens[from].Kind == SqlTokenKind.Word && s_queries.Contains(Raw(tokens[from])) || _text.Text[tokens[from].Start] == '(') Add(tokens, from, to, "");
        else NotDecidable.Add(tokens[from].Start);
    }

    private void ReadStatement(IReadOnlyList<SqlToken> tokens, SqlCursor cursor)
    {
        var word = tokens[cursor.Index].Kind == SqlTokenKind.Word ? Raw(tokens[cursor.Index]).ToLowerInvariant() : "";
        if (s_ignored.Contains(word) && !IsAssignment(cursor)) return;
        if (word is "create" or "execute" && !IsAssignment(cursor))
        {
            MakesTables |= word == "create" || tokens.Any(token => token.Kind == SqlTokenKind.String && Raw(token).Contains("create", StringComparison.OrdinalIgnoreCase))
                || !tokens.Any(token => token.Kind == SqlTokenKind.String);
            NotDecidable.Add(cursor.Start);
        }
        else if (cursor.TakeWords("perform")) Add(tokens, cursor.Index, tokens.Count, "SELECT ");
        else if (cursor.TakeWords("return"))
        {
            if (cursor.TakeWords("query"))
            {
                if (cursor.IsWord("execute")) NotDecidable.Add(cursor.Start);
                else Add(tokens, cursor.Index, tokens.Count, "");
                return;
            }
            cursor.TakeWords("next");
            Add(tokens, cursor.Index, tokens.Count, "SELECT ");
        }
        else if (s_queries.Contains(word)) Add(tokens, cursor.Index, tokens.Count, "");
        else if (IsAssignment(cursor))
        {
            var from = cursor.Index;
            while (!cursor.IsSymbol(":=") && !cursor.IsSymbol("=")) Skip(cursor);
            // A field must be there to be set.
            if (cursor.Index > from + 1) Add(tokens, from, cursor.Index, "SELECT ");
            Add(tokens, cursor.Index + 1, tokens.Count, "SELECT ");
        }
        else NotDecidable.Add(cursor.Start);
    }

    private static bool IsAssignment(SqlCursor cursor)
    {
        var from = cursor.Index;
        var isAssignment = false;
        if (cursor.TakeName() is not null)
        {
            while (cursor.SkipNested() || (cursor.TakeSymbol(".") && cursor.TakeIdentifier() is not null)) { }
            isAssignment = cursor.IsSymbol(":=") || cursor.IsSymbol("=");
        }
        cursor.Index = from;
        return isAssignment;
    }

    /// <summary>An expression up to a word that ends it.</summary>
    private void AddExpression(IReadOnlyList<SqlToken> tokens, SqlCursor cursor, string end)
    {
        var from = cursor.Index;
        while (!cursor.AtEnd && !cursor.IsWord(end)) Skip(cursor);
        Add(tokens, from, cursor.Index, "SELECT ");
        cursor.TakeWords(end);
    }

    /// <summary>A token, or all between parentheses, or all of a <c>CASE</c>, which has a <c>THEN</c> of its own.</summary>
    private static void Skip(SqlCursor cursor)
    {
        if (cursor.SkipNested()) return;
        if (!cursor.TakeWords("case"))
        {
            cursor.Index++;
            return;
        }
        while (!cursor.AtEnd && !cursor.TakeWords("end")) Skip(cursor);
    }

    private void Add(IReadOnlyList<SqlToken> tokens, int from, int to, string prefix)
    {
        if (from >= to) return;
        HashSet<string> names = new(StringComparer.Ordinal);
        var cursor = new SqlCursor(_text, tokens);
        for (cursor.Index = from; cursor.Index < to;)
        {
            if (cursor.IsKind(SqlTokenKind.Parameter)) names.Add(Raw(cursor.Current));
            if (cursor.TakeIdentifier() is not { } name) cursor.Index++;
            else if (!IsSymbol(tokens, cursor.Index - 2, '.')) names.Add(name.Name);
        }
        Statements.Add(new(new(tokens[from].Start, tokens[to - 1].End), prefix, prefix.Length > 0 ? [] : Targets(tokens, from, to), names));
    }

    private bool IsSymbol(IReadOnlyList<SqlToken> tokens, int index, char symbol) => index >= 0 && tokens[index].End == tokens[index].Start + 1 && _text.Text[tokens[index].Start] == symbol;

    /// <summary><c>INTO [STRICT] v_x, v_y.z</c>, of which there is one, outside of parentheses; that of an <c>INSERT</c> is none.</summary>
    private List<SqlSpan> Targets(IReadOnlyList<SqlToken> tokens, int from, int to)
    {
        var cursor = new SqlCursor(_text, tokens) { Index = from };
        List<SqlSpan> targets = [];
        while (cursor.Index < to)
        {
            if (cursor.SkipNested()) continue;
            var isTarget = cursor.IsWord("into") && !(cursor.Index > from && Raw(tokens[cursor.Index - 1]).ToLowerInvariant() is "insert" or "merge");
            if (!isTarget)
            {
                cursor.Index++;
                continue;
            }
            var start = cursor.Start;
            cursor.Index++;
            cursor.TakeWords("strict");
            do
            {
                cursor.TakeName();
                cursor.SkipNested();
            }
            while (cursor.TakeSymbol(","));
            targets.Add(new(start, cursor.End));
        }
        return targets;
    }
}
