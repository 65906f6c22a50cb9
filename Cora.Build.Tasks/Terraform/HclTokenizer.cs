using System.Buffers;
using System.Globalization;
using System.Text;
using Cora.Build.Diagnostics;
using Cora.Build.Python.Source;

namespace Cora.Build.Terraform;

/// <summary>
/// The tokens of a file, as HashiCorp's scanner makes them (HCL native syntax specification, "Lexical Elements" and "Templates"). Each character is looked at a fixed
/// number of times, and templates in templates take no stack.
/// </summary>
internal sealed class HclTokenizer(string text)
{
    private static readonly SearchValues<char> s_quotedSpecial = SearchValues.Create("\"\\$%\r\n");
    private static readonly SearchValues<char> s_heredocSpecial = SearchValues.Create("$%\n");

    private readonly List<SuppressionFact> _suppressions = [];
    private readonly List<Mode> _modes = [];
    private int _next;
    private int _line = 1;
    private int _lineStart;

    private enum ModeKind : byte
    {
        Quoted,
        Heredoc,
        Template,
    }

    /// <summary><c>noqa</c> comments up to here.</summary>
    public IReadOnlyList<SuppressionFact> Suppressions => _suppressions;

    /// <summary>The next token.</summary>
    public HclToken Read()
    {
        if (_modes.Count == 0) return ReadMain();
        return _modes[^1].Kind switch
        {
            ModeKind.Quoted => ReadQuoted(),
            ModeKind.Heredoc => ReadHeredoc(),
            _ => ReadMain(),
        };
    }

    /// <summary>Whether what comes next is in a heredoc, or in a template in one.</summary>
    public bool IsInHeredoc => _modes.Exists(mode => mode.Kind == ModeKind.Heredoc);

    /// <summary>How long the name is that begins at an offset; 0 where none does.</summary>
    public int NameLength(int offset) => Names.Length(text, offset);

    /// <summary>Takes all strings and templates for closed.</summary>
    public void CloseTemplates() => _modes.Clear();

    /// <summary>Goes back to the start of a line, where no string is open.</summary>
    public void GoBack(int offset, int line)
    {
        (_next, _lineStart, _line) = (offset, offset, line);
        _modes.Clear();
        while (_suppressions is [.., { Line: var last }] && last >= line) _suppressions.RemoveAt(_suppressions.Count - 1);
    }

    private HclToken ReadMain()
    {
        if (SkipBlanksAndComments() is { } broken) return broken;
        var (start, at) = (_next, Here);
        if (start == text.Length) return new(HclTokenKind.End, start, start, at);
        var first = text[start];
        switch (first)
        {
            case '\n':
                return NewLine(1);
            case '\r' when At(start + 1) == '\n':
                return NewLine(2);
            case '"':
                _next++;
                _modes.Add(new(ModeKind.Quoted));
                return new(HclTokenKind.OpenQuote, start, _next, at);
            case '<' when At(start + 1) == '<' && OpenHeredoc(at) is { } heredoc:
                return heredoc;
            case '~' when At(start + 1) == '}' && _modes is [.., { Braces: 0 }]:
                _next += 2;
                _modes.RemoveAt(_modes.Count - 1);
                return new(HclTokenKind.TemplateEnd, start, _next, at);
            case '}' when _modes is [.., { Braces: 0 }]:
                _next++;
                _modes.RemoveAt(_modes.Count - 1);
                return new(HclTokenKind.TemplateEnd, start, _next, at);
            case '{' or '}' when _modes.Count > 0:
                _modes[^1] = _modes[^1] with { Braces = _modes[^1].Braces + (first == '{' ? 1 : -1) };
                break;
        }
        if (char.IsAsciiDigit(first)) return Number(at);
        if (Names.Length(text, start) is > 0 and var length)
        {
            _next += length;
            return new(HclTokenKind.Name, start, _next, at);
        }
        if (Mark(first, At(start + 1), At(start + 2)) is { } mark)
        {
            _next += mark.Length;
            return new(HclTokenKind.Mark, start, _next, at, mark);
        }
        _next += char.IsSurrogatePair(text, start) ? 2 : 1;
        return new(HclTokenKind.Bad, start, _next, at);
    }

    /// <summary>A string's text up to its end or the next template.</summary>
    private HclToken ReadQuoted()
    {
        var (start, at) = (_next, Here);
        if (OpenTemplate() is { } template) return template;
        if (At(start) == '"')
        {
            _next++;
            _modes.RemoveAt(_modes.Count - 1);
            return new(HclTokenKind.CloseQuote, start, _next, at);
        }
        while (true)
        {
            var special = text.AsSpan(_next).IndexOfAny(s_quotedSpecial);
            if (special < 0)
            {
                _next = text.Length;
                break;
            }
            _next += special;
            var c = text[_next];
            if (c == '\\') _next += At(_next + 1) is '\r' or '\n' || _next + 1 == text.Length ? 1 : 2;
            else if (c is '$' or '%' && At(_next + 1) != '{') _next += At(_next + 1) == c && At(_next + 2) == '{' ? 3 : 1;
            else if (c == '\r' && At(_next + 1) != '\n') _next++;
            else break;
        }
        if (_next > start) return new(HclTokenKind.QuotedText, start, _next, at);
        // What is open around it is most likely open only because a quote is missing.
        while (_modes is [.., not { Kind: ModeKind.Heredoc }]) _modes.RemoveAt(_modes.Count - 1);
        return new(HclTokenKind.BrokenQuote, start, start, at);
    }

    /// <summary>A heredoc's text up to the end of the line or the next template.</summary>
    private HclToken ReadHeredoc()
    {
        var mode = _modes[^1];
        var (start, at) = (_next, Here);
        if (start == text.Length) return new(HclTokenKind.End, start, start, at);
        if (_lineStart == start && CloseHeredoc(mode, at) is { } close) return close;
        if (OpenTemplate() is { } template) return template;
        while (true)
        {
            var special = text.AsSpan(_next).IndexOfAny(s_heredocSpecial);
            if (special < 0)
            {
                _next = text.Length;
                break;
            }
            _next += special;
            var c = text[_next];
            if (c == '\n')
            {
                _next++;
                CountLine();
                break;
            }
            if (At(_next + 1) == '{') break;
            _next += At(_next + 1) == c && At(_next + 2) == '{' ? 3 : 1;
        }
        return new(HclTokenKind.HeredocText, start, _next, at);
    }

    private HclToken? OpenTemplate()
    {
        if (At(_next) is not ('$' or '%') || At(_next + 1) != '{') return null;
        var (start, at) = (_next, Here);
        _next += At(start + 2) == '~' ? 3 : 2;
        _modes.Add(new(ModeKind.Template));
        return new(text[start] == '$' ? HclTokenKind.Interpolation : HclTokenKind.Directive, start, _next, at);
    }

    /// <summary>Null when it is not <c>&lt;&lt;NAME</c> or <c>&lt;&lt;-NAME</c> at the end of its line.</summary>
    private HclToken? OpenHeredoc(Position at)
    {
        var start = _next;
        var name = start + (At(start + 2) == '-' ? 3 : 2);
        var end = name + Names.Length(text, name);
        if (end == name) return null;
        var behind = At(end) == '\r' ? end + 1 : end;
        if (At(behind) != '\n') return null;
        _next = behind + 1;
        CountLine();
        _modes.Add(new(ModeKind.Heredoc, MarkerStart: name, MarkerEnd: end));
        return new(HclTokenKind.OpenHeredoc, start, end, at);
    }

    /// <summary>Null when the line is not the marker alone. It must have an end: HashiCorp's scanner does not see one on the last line of a file without it.</summary>
    private HclToken? CloseHeredoc(Mode mode, Position at)
    {
        var start = _next;
        var marker = text.AsSpan(mode.MarkerStart..mode.MarkerEnd);
        var from = start;
        while (At(from) is not '\n' and var c && char.IsWhiteSpace(c)) from++;
        if (!text.AsSpan(from).StartsWith(marker, StringComparison.Ordinal)) return null;
        var end = from + marker.Length;
        while (At(end) is not '\n' and var c && char.IsWhiteSpace(c)) end++;
        if (At(end) != '\n') return null;
        _next = At(end - 1) == '\r' ? end - 1 : end;
        _modes.RemoveAt(_modes.Count - 1);
        return new(HclTokenKind.CloseHeredoc, start, _next, at);
    }

    /// <returns>What is not closed.</returns>
    private HclToken? SkipBlanksAndComments()
    {
        while (true)
        {
            while (At(_next) is ' ' or '\t') _next++;
            var second = At(_next + 1);
            if (At(_next) == '#' || (At(_next) == '/' && second == '/'))
            {
                var length = text.AsSpan(_next).IndexOf('\n');
                var end = length < 0 ? text.Length : _next + length;
                Suppress(end);
                _next = end;
            }
            else if (At(_next) == '/' && second == '*')
            {
                var length = text.AsSpan(_next + 2).IndexOf("*/", StringComparison.Ordinal);
                var (start, at) = (_next, Here);
                var end = length < 0 ? text.Length : start + 2 + length + 2;
                for (var line = text.AsSpan(start..end).IndexOf('\n'); line >= 0; line = text.AsSpan(_next..end).IndexOf('\n'))
                {
                    _next += line + 1;
                    CountLine();
                }
                _next = end;
                if (length < 0) return new(HclTokenKind.BrokenComment, start, start + 2, at);
            }
            else
            {
                return null;
            }
        }
    }

    /// <summary>All that begins like a number and goes on like one; the parser says whether it is one.</summary>
    private HclToken Number(Position at)
    {
        var start = _next;
        while (true)
        {
            var c = At(_next);
            if (char.IsAsciiDigit(c)) _next++;
            else if (c == '.' && char.IsAsciiDigit(At(_next + 1))) _next += 2;
            else if (c is 'e' or 'E' && char.IsAsciiDigit(At(_next + 1))) _next += 2;
            else if (c is 'e' or 'E' && At(_next + 1) is '+' or '-' && char.IsAsciiDigit(At(_next + 2))) _next += 3;
            else return new(HclTokenKind.Number, start, _next, at);
        }
    }

    /// <summary>The longest operator or mark that three characters begin with.</summary>
    private static string? Mark(char first, char second, char third) => first switch
    {
        '.' => second == '.' && third == '.' ? "..." : ".",
        ':' => second == ':' ? "::" : ":",
        '=' => second == '>' ? "=>" : second == '=' ? "==" : "=",
        '!' => second == '=' ? "!=" : "!",
        '<' => second == '=' ? "<=" : "<",
        '>' => second == '=' ? ">=" : ">",
        '&' => second == '&' ? "&&" : null,
        '|' => second == '|' ? "||" : null,
        '{' => "{",
        '}' => "}",
        '[' => "[",
        ']' => "]",
        '(' => "(",
        ')' => ")",
        ',' => ",",
        '?' => "?",
        '+' => "+",
        '-' => "-",
        '*' => "*",
        '/' => "/",
        '%' => "%",
        _ => null,
    };

    private HclToken NewLine(int length)
    {
        var token = new HclToken(HclTokenKind.Newline, _next, _next + length, Here);
        _next += length;
        CountLine();
        return token;
    }

    private void Suppress(int end)
    {
        var (start, here) = (_next, Here);
        if (SuppressionComment.Read(text.AsSpan(start..end), offset => here with { Column = here.Column + offset }, "#", "//") is { } suppression) _suppressions.Add(suppression);
    }

    private Position Here => new(_line, _next - _lineStart + 1);

    private char At(int offset) => offset < text.Length ? text[offset] : '\0';

    private void CountLine()
    {
        _line++;
        _lineStart = _next;
    }

    /// <summary>What the tokenizer is in.</summary>
    /// <param name="Kind">Which of them.</param>
    /// <param name="Braces">Of a template: how many braces are open in it.</param>
    /// <param name="MarkerStart">Of a heredoc: offset of its name.</param>
    /// <param name="MarkerEnd">Of a heredoc: offset behind its name.</param>
    private readonly record struct Mode(ModeKind Kind, int Braces = 0, int MarkerStart = 0, int MarkerEnd = 0);

    /// <summary>Names, as Unicode Annex 31 has them, with <c>_</c> in front and <c>-</c> inside.</summary>
    private static class Names
    {
        /// <summary>How long the name is that begins here; 0 where none does.</summary>
        public static int Length(string text, int start)
        {
            var end = start;
            while (end < text.Length)
            {
                var c = text[end];
                if (char.IsAsciiLetter(c) || c == '_' || (end > start && (char.IsAsciiDigit(c) || c == '-')))
                {
                    end++;
                    continue;
                }
                if (c < 0x80 || !Rune.TryGetRuneAt(text, end, out var rune) || !Belongs(Rune.GetUnicodeCategory(rune), isFirst: end == start)) break;
                end += rune.Utf16SequenceLength;
            }
            return end - start;
        }

        private static bool Belongs(UnicodeCategory category, bool isFirst) => category switch
        {
            UnicodeCategory.UppercaseLetter or UnicodeCategory.LowercaseLetter or UnicodeCategory.TitlecaseLetter or UnicodeCategory.ModifierLetter
                or UnicodeCategory.OtherLetter or UnicodeCategory.LetterNumber => true,
            UnicodeCategory.NonSpacingMark or UnicodeCategory.SpacingCombiningMark or UnicodeCategory.DecimalDigitNumber or UnicodeCategory.ConnectorPunctuation => !isFirst,
            _ => false,
        };
    }
}
