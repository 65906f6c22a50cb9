using System.Text;

namespace Cora.Build.Python;

/// <summary>A cursor over one line of text in one of Python packaging's small languages.</summary>
internal sealed class SyntaxReader(string text)
{
    public int Position { get; set; }

    public bool AtEnd => Position == text.Length;

    public char Current => AtEnd ? '\0' : text[Position];

    public void SkipSpace()
    {
        while (Current is ' ' or '\t')
            Position++;
    }

    /// <summary>Steps over a token when it comes next.</summary>
    public bool Take(string token)
    {
        if (string.CompareOrdinal(text, Position, token, 0, token.Length) != 0)
            return false;
        Position += token.Length;
        return true;
    }

    /// <summary>Steps over a word when it comes next and ends there.</summary>
    public bool TakeWord(string word)
    {
        var start = Position;
        if (TakeWhile(static c => char.IsAsciiLetterOrDigit(c) || c is '_') == word)
            return true;
        Position = start;
        return false;
    }

    public string TakeWhile(Func<char, bool> belongs)
    {
        var start = Position;
        while (!AtEnd && belongs(text[Position]))
            Position++;
        return text[start..Position];
    }

    /// <summary>A name of a distribution or an extra (PEP 508, identifier).</summary>
    public string TakeName(string what)
    {
        var start = Position;
        var name = TakeWhile(static c => char.IsAsciiLetterOrDigit(c) || PackageName.IsSeparator(c));
        return PackageName.IsValid(name) ? name : throw Error(name.Length == 0
            ? $"{what} expected, {Found} found"
            : $"{Quote(name)} is not {what}: a name begins and ends with a letter or digit", start);
    }

    /// <summary>What comes next, for a message.</summary>
    public string Found => AtEnd ? "the end" : Quote(Current.ToString());

    public SyntaxException Error(string reason, int? position = null) => new(reason, position ?? Position, text);

    /// <summary>Text of others as it goes into a message: one line, short, without credentials and control characters.</summary>
    public static string Quote(string? quoted)
    {
        const int longest = 160;
        quoted = IndexUrl.Redact(quoted ?? "");
        var result = new StringBuilder("'");
        foreach (var rune in quoted.EnumerateRunes())
        {
            if (result.Length > longest)
                return result.Append("…'").ToString();
            if (Rune.IsControl(rune) || Rune.GetUnicodeCategory(rune) is System.Globalization.UnicodeCategory.Format
                or System.Globalization.UnicodeCategory.LineSeparator or System.Globalization.UnicodeCategory.ParagraphSeparator)
                result.Append($"\\u{rune.Value:x4}");
            else
                result.Append(rune);
        }
        return result.Append('\'').ToString();
    }
}

/// <summary>Text that breaks the grammar, with the reason and the place.</summary>
internal sealed class SyntaxException(string reason, int position, string text)
    : FormatException($"{reason}, at column {position + 1} of {SyntaxReader.Quote(text)}")
{
    /// <summary>What is wrong, without the place.</summary>
    public string Reason { get; } = reason;

    /// <summary>0-based, in UTF-16 units.</summary>
    public int Position { get; } = position;
}
