using System.Globalization;
using Cora.Build.Python.Source;

namespace Cora.Build.Sql;

/// <summary>Reads the tokens of one statement from left to right. What it looks for and does not find leaves it where it is.</summary>
internal sealed class SqlCursor(SqlText source, IReadOnlyList<SqlToken> tokens)
{
    /// <summary>PostgreSQL's <c>NAMEDATALEN</c> without the terminating zero, in bytes.</summary>
    private const int LongestName = 63;

    public int Index { get; set; }

    public bool AtEnd => Index >= tokens.Count;

    public SqlToken Current => Index < tokens.Count ? tokens[Index] : default;

    /// <summary>Offset where the next token begins; at the end, behind the last.</summary>
    public int Start => AtEnd ? tokens[^1].End : tokens[Index].Start;

    /// <summary>Offset behind the token that was read last.</summary>
    public int End => Index == 0 ? Start : tokens[Math.Min(Index, tokens.Count) - 1].End;

    public Position At => source.PositionAt(Start);

    public ReadOnlySpan<char> Text => AtEnd ? default : source.Text.AsSpan(tokens[Index].Start, tokens[Index].End - tokens[Index].Start);

    public bool IsKind(SqlTokenKind kind) => !AtEnd && tokens[Index].Kind == kind;

    /// <summary>Whether a keyword comes next, or after some tokens.</summary>
    public bool IsWord(string word, int ahead = 0)
    {
        if (Index + ahead >= tokens.Count) return false;
        var token = tokens[Index + ahead];
        return token.Kind == SqlTokenKind.Word && source.Text.AsSpan(token.Start, token.End - token.Start).Equals(word, StringComparison.OrdinalIgnoreCase);
    }

    /// <summary>Whether this operator or punctuation comes next, or after some tokens.</summary>
    public bool IsSymbol(string symbol, int ahead = 0)
    {
        if (Index + ahead >= tokens.Count) return false;
        var token = tokens[Index + ahead];
        return token.Kind is SqlTokenKind.Operator or SqlTokenKind.Punctuation && source.Text.AsSpan(token.Start, token.End - token.Start).SequenceEqual(symbol);
    }

    /// <summary>Steps over keywords when all of them come next.</summary>
    public bool TakeWords(params ReadOnlySpan<string> words)
    {
        for (var i = 0; i < words.Length; i++)
        {
            if (!IsWord(words[i], i)) return false;
        }
        Index += words.Length;
        return true;
    }

    /// <summary>Steps over one of several keywords.</summary>
    public bool TakeAny(params ReadOnlySpan<string> words)
    {
        foreach (var word in words)
        {
            if (TakeWords(word)) return true;
        }
        return false;
    }

    public bool TakeSymbol(string symbol)
    {
        if (!IsSymbol(symbol)) return false;
        Index++;
        return true;
    }

    /// <summary>Steps over what stands in parentheses or brackets, with them, when one opens here.</summary>
    public bool SkipNested()
    {
        if (!IsSymbol("(") && !IsSymbol("[")) return false;
        var depth = 0;
        do
        {
            if (IsSymbol("(") || IsSymbol("[")) depth++;
            else if (IsSymbol(")") || IsSymbol("]")) depth--;
            Index++;
        }
        while (depth > 0 && !AtEnd);
        return true;
    }

    /// <summary>Steps over an expression: up to a comma or a closing parenthesis that is not its own.</summary>
    public void SkipExpression()
    {
        while (!AtEnd && !IsSymbol(",") && !IsSymbol(")") && !IsSymbol("]"))
        {
            Skip();
        }
    }

    /// <summary>What stands in parentheses, without them, when they open here.</summary>
    public SqlSpan? TakeParenthesized()
    {
        if (!IsSymbol("(")) return null;
        var start = tokens[Index].End;
        SkipNested();
        return new(start, tokens[Index - 1].Start);
    }

    /// <summary>Names in parentheses, separated by commas; null, and the cursor anywhere, where something else stands there.</summary>
    public IReadOnlyList<SqlIdentifier>? TakeIdentifiers()
    {
        if (!TakeSymbol("(")) return null;
        List<SqlIdentifier> identifiers = [];
        do
        {
            if (TakeIdentifier() is not { } identifier) return null;
            identifiers.Add(identifier);
        }
        while (TakeSymbol(","));
        return TakeSymbol(")") ? identifiers : null;
    }

    /// <summary>Names, separated by commas; null, and the cursor anywhere, where something else stands there.</summary>
    public IReadOnlyList<SqlName>? TakeNames()
    {
        List<SqlName> names = [];
        do
        {
            if (TakeName() is not { } name) return null;
            names.Add(name);
        }
        while (TakeSymbol(","));
        return names;
    }

    /// <summary>Steps over all that is left.</summary>
    public void ToEnd() => Index = tokens.Count;

    /// <summary>Steps over one token, or over what stands in parentheses or brackets.</summary>
    public void Skip()
    {
        if (!SkipNested()) Index++;
    }

    /// <summary>From an offset to behind what was read last.</summary>
    public SqlSpan SpanFrom(int start) => new(start, End);

    /// <summary>A name without parts: a word, or one in quotes.</summary>
    public SqlIdentifier? TakeIdentifier()
    {
        if (AtEnd || tokens[Index].Kind is not (SqlTokenKind.Word or SqlTokenKind.QuotedName)) return null;
        var written = Identifier(tokens[Index]);
        var identifier = new SqlIdentifier(SqlIdentifier.Cut(written, LongestName), At) { Written = written, IsQuoted = IsKind(SqlTokenKind.QuotedName) };
        Index++;
        return identifier;
    }

    /// <summary>A name with or without a schema; a database before it is dropped.</summary>
    public SqlName? TakeName()
    {
        var from = Index;
        SqlIdentifier? schema = null;
        var name = TakeIdentifier();
        while (name is not null && TakeSymbol(".")) (schema, name) = (name, TakeIdentifier());
        if (name is not null) return new(schema, name);
        Index = from;
        return null;
    }

    /// <summary>What a string says; null where none comes next.</summary>
    public string? TakeString()
    {
        if (!IsKind(SqlTokenKind.String)) return null;
        var value = SqlLiteral.Decode(Text);
        Index++;
        return value;
    }

    private string Identifier(SqlToken token)
    {
        var text = source.Text.AsSpan(token.Start, token.End - token.Start);
        return token.Kind == SqlTokenKind.Word ? Fold(text) : SqlLiteral.Decode(text);
    }

    /// <summary>Lower case as PostgreSQL makes it in a database of UTF-8: of ASCII letters alone.</summary>
    private static string Fold(ReadOnlySpan<char> text) => string.Create(text.Length, text, static (folded, text) =>
    {
        for (var i = 0; i < text.Length; i++) folded[i] = char.IsAsciiLetterUpper(text[i]) ? (char)(text[i] | 0x20) : text[i];
    });

    /// <summary>A whole number; null where none comes next.</summary>
    public int? TakeNumber()
    {
        if (!IsKind(SqlTokenKind.Number) || !int.TryParse(Text, NumberStyles.None, CultureInfo.InvariantCulture, out var number)) return null;
        Index++;
        return number;
    }
}
