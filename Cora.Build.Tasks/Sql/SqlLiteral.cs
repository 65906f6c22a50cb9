using System.Globalization;
using System.Text;

namespace Cora.Build.Sql;

/// <summary>What strings and quoted names stand for (PostgreSQL manual, 4.1.2 Constants). An escape that PostgreSQL refuses stands for itself.</summary>
internal static class SqlLiteral
{
    /// <summary>The value of a <see cref="SqlTokenKind.String"/> or <see cref="SqlTokenKind.QuotedName"/>.</summary>
    public static string Decode(ReadOnlySpan<char> token)
    {
        if (Content(token) is { IsVerbatim: true } content) return token[content.Start..content.End].ToString();
        var text = new StringBuilder(token.Length);
        var first = token.IndexOfAny('\'', '"');
        var quote = token[first];
        var isUnicode = first == 2;
        var escape = isUnicode ? UnicodeEscape(ref token) : '\\';
        var escapes = first == 1 && token[0] is 'e' or 'E';
        for (var i = first + 1; i < token.Length; i++)
        {
            if (token[i] == quote)
            {
                if (i + 1 == token.Length) break;
                if (token[i + 1] == quote) text.Append(token[++i]);
                else i = NextPart(token, i + 1);
            }
            else if ((escapes || isUnicode) && token[i] == escape && i + 1 < token.Length)
            {
                i = escapes ? Backslash(token, i, text) : Unicode(token, i, escape, text);
            }
            else
            {
                text.Append(token[i]);
            }
        }
        return text.ToString();
    }

    /// <summary>Where the text between the quotes or tags is in a token, and whether it stands for itself.</summary>
    public static (int Start, int End, bool IsVerbatim) Content(ReadOnlySpan<char> token)
    {
        if (token[0] == '$')
        {
            var tag = token[1..].IndexOf('$') + 2;
            return (tag, token.Length - tag, true);
        }
        var start = token.IndexOfAny('\'', '"') + 1;
        var end = token.LastIndexOf(token[start - 1]);
        var content = token[start..end];
        var hasEscapes = start == 3 || (start == 2 && token[0] is 'e' or 'E' && content.Contains('\\'));
        return (start, end, !hasEscapes && !content.Contains(token[start - 1]));
    }

    /// <summary>Where the part of the string that stands after white space and comments has its quote.</summary>
    private static int NextPart(ReadOnlySpan<char> token, int from)
    {
        for (var i = from; i < token.Length; i++)
        {
            if (token[i] == '-')
            {
                var line = token[i..].IndexOfAny('\r', '\n');
                if (line < 0) return token.Length;
                i += line;
            }
            else if (token[i] == '\'')
            {
                return i;
            }
        }
        return token.Length;
    }

    /// <summary>The character of a <c>UESCAPE</c> clause, which is taken off the token; a backslash where there is none.</summary>
    private static char UnicodeEscape(ref ReadOnlySpan<char> token)
    {
        var last = token.LastIndexOf(token[2]);
        if (token[2] == '"')
        {
            var behind = token[(last + 1)..];
            var escape = behind is [.., '\'', var quoted, '\''] ? quoted : '\\';
            token = token[..(last + 1)];
            return escape;
        }
        // U&'…' UESCAPE '!': what stands between the second and the third quote from the end.
        if (token is not [.., '\'', var character, '\'']) return '\\';
        var clause = token[..^3].TrimEnd(" \t\r\n\f\v");
        if (!clause.EndsWith("uescape", StringComparison.OrdinalIgnoreCase) || clause[..^7].TrimEnd(" \t\r\n\f\v") is not [.., '\''] value) return '\\';
        token = value;
        return character;
    }

    private static int Backslash(ReadOnlySpan<char> token, int at, StringBuilder text)
    {
        var i = at + 1;
        switch (token[i])
        {
            case 'b': text.Append('\b'); return i;
            case 'f': text.Append('\f'); return i;
            case 'n': text.Append('\n'); return i;
            case 'r': text.Append('\r'); return i;
            case 't': text.Append('\t'); return i;
            case 'x': return Code(token, i, 1, 2, 16, text);
            case 'u': return Code(token, i, 4, 4, 16, text);
            case 'U': return Code(token, i, 8, 8, 16, text);
            case >= '0' and <= '7': return Code(token, i - 1, 1, 3, 8, text);
            default: text.Append(token[i]); return i;
        }
    }

    /// <summary><c>\0041</c>, <c>\+000041</c>, <c>\\</c>, with any character for the backslash.</summary>
    private static int Unicode(ReadOnlySpan<char> token, int at, char escape, StringBuilder text)
    {
        if (token[at + 1] == escape)
        {
            text.Append(escape);
            return at + 1;
        }
        return token[at + 1] == '+' ? Code(token, at + 1, 6, 6, 16, text) : Code(token, at, 4, 4, 16, text);
    }

    /// <summary>Appends the character whose number stands behind an offset; the character there when there is none.</summary>
    /// <returns>The offset of what was read last.</returns>
    private static int Code(ReadOnlySpan<char> token, int at, int least, int most, int radix, StringBuilder text)
    {
        var (code, digits) = (0L, 0);
        while (digits < most && at + 1 + digits < token.Length && Digit(token[at + 1 + digits], radix) is >= 0 and var digit)
        {
            code = (code * radix) + digit;
            digits++;
        }
        if (digits < least || code is 0 or > 0x10FFFF)
        {
            text.Append(token[at]);
            return at;
        }
        // A surrogate comes with its other half.
        if (code <= 0xFFFF) text.Append((char)code);
        else text.Append(new Rune((int)code).ToString());
        return at + digits;
    }

    private static int Digit(char c, int radix) =>
        radix == 8 ? (c is >= '0' and <= '7' ? c - '0' : -1) : int.TryParse([c], NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out var digit) ? digit : -1;
}
