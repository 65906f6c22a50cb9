using System.Buffers;
using Cora.Build.Diagnostics;
using Cora.Build.Python.Source;

namespace Cora.Build.Sql;

/// <summary>
/// The tokens of a text, as PostgreSQL's scanner makes them (PostgreSQL manual, 4.1 Lexical Structure), with <c>standard_conforming_strings</c> on. Each character is
/// looked at a fixed number of times.
/// </summary>
/// <param name="source">The text.</param>
/// <param name="start">Offset of the first character.</param>
/// <param name="end">Offset behind the last.</param>
internal sealed class SqlTokenizer(SqlText source, int start, int end)
{
    private static readonly SearchValues<char> s_operatorCharacters = SearchValues.Create("~!@#^&|`?+-*/%<>=");

    /// <summary>What lets an operator end with <c>+</c> or <c>-</c>.</summary>
    private static readonly SearchValues<char> s_operatorsOfOthers = SearchValues.Create("~!@#^&|`?%");

    /// <summary>PostgreSQL's <c>NAMEDATALEN</c>, in bytes. No operator is longer.</summary>
    private const int LongestName = 64;

    private readonly string _text = source.Text;
    private readonly List<SuppressionFact> _suppressions = [];
    private int _next = start;

    /// <summary><c>-- noqa: CORA…</c> comments up to here.</summary>
    public IReadOnlyList<SuppressionFact> Suppressions => _suppressions;

    /// <summary>Offsets of the commands of psql up to here.</summary>
    public List<int> Commands { get; } = [];

    /// <summary>What is not closed; nothing comes after it.</summary>
    public SqlFault? Fault { get; private set; }

    /// <summary>Whether a backslash begins a command of psql, which goes to the end of the line. It does not inside of a body.</summary>
    public bool HasCommands { get; init; } = true;

    /// <summary>Offset behind what was read.</summary>
    public int Offset => _next;

    /// <summary>The next token.</summary>
    /// <returns>False at the end.</returns>
    public bool TryRead(out SqlToken token)
    {
        SkipSpace();
        token = default;
        if (_next >= end) return false;

        var from = _next;
        var kind = Scan(_text[from]);
        if (Fault is not null)
        {
            _next = end;
            return false;
        }
        token = new(kind, from, _next);
        return true;
    }

    /// <summary>Skips the rest of the line, and then all lines up to one that is <c>\.</c>: data behind <c>COPY … FROM stdin</c>.</summary>
    public void SkipCopiedRows()
    {
        SkipLine();
        while (_next < end)
        {
            var from = _next;
            SkipLine();
            if (_text.AsSpan(from, _next - from).TrimEnd("\r\n") is "\\.") return;
        }
    }

    private char At(int offset) => offset < end ? _text[offset] : '\0';

    private SqlTokenKind Scan(char first)
    {
        switch (first)
        {
            case '\'':
                return String(_next, escapes: false);
            case '"':
                return Quoted(_next);
            case '$':
                return Dollar();
            case '(' or ')' or '[' or ']' or ',' or ';':
                _next++;
                return SqlTokenKind.Punctuation;
            case '\\' when HasCommands:
                SkipCommand();
                return SqlTokenKind.Punctuation;
            case ':':
                return Either(":=", "::");
            case '.':
                return char.IsAsciiDigit(At(_next + 1)) ? Number() : Either("..");
        }
        if (char.IsAsciiDigit(first)) return Number();
        if (s_operatorCharacters.Contains(first)) return Operator();
        if (!IsNameStart(first))
        {
            _next++;
            return SqlTokenKind.Punctuation;
        }
        if (At(_next + 1) == '\'')
        {
            if (first is 'e' or 'E') return String(_next + 1, escapes: true);
            if (first is 'b' or 'B' or 'x' or 'X' or 'n' or 'N') return String(_next + 1, escapes: false);
        }
        if (first is 'u' or 'U' && At(_next + 1) == '&')
        {
            if (At(_next + 2) == '\'') return WithEscape(String(_next + 2, escapes: false));
            if (At(_next + 2) == '"') return WithEscape(Quoted(_next + 2));
        }
        while (IsNamePart(At(_next))) _next++;
        return SqlTokenKind.Word;
    }

    /// <summary>One of the pairs, or a single character.</summary>
    private SqlTokenKind Either(params ReadOnlySpan<string> pairs)
    {
        foreach (var pair in pairs)
        {
            if (At(_next + 1) != pair[1]) continue;
            _next += 2;
            return SqlTokenKind.Operator;
        }
        _next++;
        return SqlTokenKind.Punctuation;
    }

    /// <summary>A string whose first quote is at an offset, with what continues it: another quote after white space that has a line ending.</summary>
    private SqlTokenKind String(int quote, bool escapes)
    {
        var from = _next;
        while (true)
        {
            var i = quote + 1;
            while (true)
            {
                var found = escapes ? Remaining(i).IndexOfAny('\'', '\\') : Remaining(i).IndexOf('\'');
                if (found < 0) return Unclosed(from, "This string is not closed. Write ' behind it; a quote inside of it is written twice.");
                i += found;
                if (_text[i] == '\\') i += 2;
                else if (At(i + 1) == '\'') i += 2;
                else break;
                if (i > end) return Unclosed(from, "This string is not closed. Write ' behind it; its last quote is escaped by a backslash.");
            }
            _next = i + 1;
            quote = Continuation();
            if (quote < 0) return SqlTokenKind.String;
        }
    }

    /// <summary>Offset of a quote that goes on with the string that ends here; -1 when there is none. Comments to the end of a line may stand between.</summary>
    private int Continuation()
    {
        var ends = false;
        List<(int From, int To)> comments = [];
        for (var i = _next; i < end; i++)
        {
            if (_text[i] is '\n' or '\r')
            {
                ends = true;
            }
            else if (_text[i] == '-' && At(i + 1) == '-' && Remaining(i).IndexOfAny('\r', '\n') is >= 0 and var length)
            {
                comments.Add((i, i + length));
                i += length - 1;
            }
            else if (!IsSpace(_text[i]))
            {
                if (!ends || _text[i] != '\'') return -1;
                foreach (var comment in comments) Suppress(comment.From, comment.To);
                return i;
            }
        }
        return -1;
    }

    private SqlTokenKind Quoted(int quote)
    {
        var from = _next;
        for (var i = quote + 1; ; i += 2)
        {
            var found = Remaining(i).IndexOf('"');
            if (found < 0) return Unclosed(from, "This name is not closed. Write \" behind it.");
            i += found;
            if (At(i + 1) == '"') continue;
            _next = i + 1;
            return SqlTokenKind.QuotedName;
        }
    }

    /// <summary>Adds <c>UESCAPE '!'</c> to the token when it follows.</summary>
    private SqlTokenKind WithEscape(SqlTokenKind kind)
    {
        if (Fault is not null) return kind;
        var (behind, suppressions) = (_next, _suppressions.Count);
        SkipSpace();
        if (Remaining(_next).StartsWith("uescape", StringComparison.OrdinalIgnoreCase) && !IsNamePart(At(_next + 7)))
        {
            _next += 7;
            SkipSpace();
            // Three characters: a longer string is a mistake that PostgreSQL reports.
            if (At(_next) == '\'' && At(_next + 2) == '\'')
            {
                _next += 3;
                return kind;
            }
        }
        _next = behind;
        _suppressions.RemoveRange(suppressions, _suppressions.Count - suppressions);
        Fault = null;
        return kind;
    }

    /// <summary><c>$1</c>, <c>$$…$$</c>, <c>$tag$…$tag$</c>.</summary>
    private SqlTokenKind Dollar()
    {
        var from = _next;
        var i = from + 1;
        if (char.IsAsciiDigit(At(i)))
        {
            while (char.IsAsciiDigit(At(i))) i++;
            _next = i;
            return SqlTokenKind.Parameter;
        }
        if (IsNameStart(At(i)))
        {
            while (IsNamePart(At(i)) && At(i) != '$') i++;
        }
        if (At(i) != '$')
        {
            _next++;
            return SqlTokenKind.Punctuation;
        }
        var tag = _text.AsSpan(from, i + 1 - from);
        var closing = Remaining(i + 1).IndexOf(tag, StringComparison.Ordinal);
        if (closing < 0) return Unclosed(from, $"This text is not closed. Write {(tag.Length > 70 ? "its tag" : tag.ToString())} behind it.");
        _next = i + 1 + closing + tag.Length;
        return SqlTokenKind.String;
    }

    private SqlTokenKind Number()
    {
        if (At(_next) == '0' && At(_next + 1) is 'x' or 'X' or 'o' or 'O' or 'b' or 'B' && char.IsAsciiHexDigit(At(_next + 2)))
        {
            for (_next += 2; char.IsAsciiHexDigit(At(_next)) || At(_next) == '_'; _next++) ;
            return SqlTokenKind.Number;
        }
        Digits();
        if (At(_next) == '.' && At(_next + 1) != '.')
        {
            _next++;
            Digits();
        }
        if (At(_next) is 'e' or 'E')
        {
            var sign = At(_next + 1) is '+' or '-' ? 1 : 0;
            if (char.IsAsciiDigit(At(_next + 1 + sign)))
            {
                _next += 1 + sign;
                Digits();
            }
        }
        return SqlTokenKind.Number;

        void Digits()
        {
            while (char.IsAsciiDigit(At(_next)) || (At(_next) == '_' && char.IsAsciiDigit(At(_next + 1)))) _next++;
        }
    }

    /// <summary>As many characters as belong to operators, up to a comment; without <c>+</c> and <c>-</c> at the end, unless it cannot be one of SQL's own.</summary>
    private SqlTokenKind Operator()
    {
        var characters = Remaining(_next)[..Math.Min(LongestName, end - _next)];
        var length = characters.IndexOfAnyExcept(s_operatorCharacters);
        if (length >= 0) characters = characters[..length];
        var line = characters.IndexOf("--");
        if (line > 0) characters = characters[..line];
        var block = characters.IndexOf("/*");
        if (block > 0) characters = characters[..block];
        if (characters.Length > 1 && characters[^1] is '+' or '-' && !characters.ContainsAny(s_operatorsOfOthers))
        {
            characters = characters.TrimEnd("+-");
            // Nothing but signs: they are signs one by one.
            if (characters.IsEmpty) characters = "+";
        }
        _next += characters.Length;
        return SqlTokenKind.Operator;
    }

    private SqlTokenKind Unclosed(int from, string message)
    {
        Fault = new(message, source.PositionAt(from));
        return default;
    }

    /// <summary>White space, comments, commands of psql.</summary>
    private void SkipSpace()
    {
        while (_next < end)
        {
            var character = _text[_next];
            if (IsSpace(character))
            {
                _next++;
            }
            else if (character == '-' && At(_next + 1) == '-')
            {
                var from = _next;
                SkipLine();
                Suppress(from, _next);
            }
            else if (character == '/' && At(_next + 1) == '*')
            {
                SkipBlock();
            }
            else if (character == '\\' && HasCommands && !EndsStatement())
            {
                SkipCommand();
            }
            else
            {
                return;
            }
        }
    }

    /// <summary>Whether the command of psql sends what stands before it, as a semicolon does.</summary>
    private bool EndsStatement()
    {
        var name = Remaining(_next + 1);
        var length = name.IndexOfAnyExceptInRange('a', 'z');
        return (length < 0 ? name : name[..length]) is "g" or "gx" or "gset" or "gexec" or "gdesc" or "watch" or "crosstabview";
    }

    private void SkipCommand()
    {
        Commands.Add(_next);
        SkipLine();
    }

    private void SkipLine()
    {
        var ending = Remaining(_next).IndexOfAny('\r', '\n');
        _next = ending < 0 ? end : _next + ending + 1;
    }

    private void SkipBlock()
    {
        var from = _next;
        var depth = 0;
        do
        {
            if (At(_next) == '/' && At(_next + 1) == '*') (depth, _next) = (depth + 1, _next + 2);
            else if (At(_next) == '*' && At(_next + 1) == '/') (depth, _next) = (depth - 1, _next + 2);
            else _next++;
            var found = depth == 0 ? 0 : Remaining(_next).IndexOfAny('/', '*');
            if (found < 0)
            {
                Fault = new("This comment is not closed. Write */ behind it; comments can be nested.", source.PositionAt(from));
                _next = end;
                return;
            }
            _next += found;
        }
        while (depth > 0);
    }

    private void Suppress(int from, int to)
    {
        if (SuppressionComment.Read(_text.AsSpan(from, to - from), offset => source.PositionAt(from + offset), "--") is { } suppression) _suppressions.Add(suppression);
    }

    private ReadOnlySpan<char> Remaining(int from) => from >= end ? default : _text.AsSpan(from, end - from);

    /// <summary>As PostgreSQL 16 and later; a vertical tab is none before, and has no other meaning.</summary>
    public static bool IsSpace(char c) => c is ' ' or '\t' or '\n' or '\r' or '\f' or '\v' or '\0';

    private static bool IsNameStart(char c) => char.IsAsciiLetter(c) || c == '_' || c >= '\u0080';

    private static bool IsNamePart(char c) => IsNameStart(c) || char.IsAsciiDigit(c) || c == '$';
}
