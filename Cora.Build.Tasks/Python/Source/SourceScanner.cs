using System.Buffers;

namespace Cora.Build.Python.Source;

/// <summary>A string literal that stands for text.</summary>
/// <param name="Start">Index of the first character between its quotes.</param>
/// <param name="End">Index of the closing quotes.</param>
/// <param name="IsRaw">Whether a backslash in it is one.</param>
internal sealed record StringToken(int Start, int End, bool IsRaw);

/// <summary>
/// Finds docstrings without Python, which packaging does not need: it knows where strings, comments, brackets and statements begin and end, and nothing else of the
/// language. Where a file is not Python it finds some docstring or none.
/// </summary>
/// <param name="source">The file's text.</param>
internal sealed class SourceScanner(string source)
{
    /// <summary>How deep f-strings stand in each other. CPython refuses more than 150.</summary>
    private const int MaxNesting = 150;

    /// <summary>Prefixes of bytes, and of strings that are made when they are met.</summary>
    private static readonly SearchValues<char> s_notText = SearchValues.Create("bBfFtT");

    private static readonly SearchValues<char> s_hasFields = SearchValues.Create("fFtT");

    private int _at;

    /// <summary>The literals of the module's docstring; none where there is none.</summary>
    public IReadOnlyList<StringToken> ModuleDocstring()
    {
        SkipToStatement();
        return Docstring();
    }

    /// <summary>The literals of the docstring of the last function of a name that a statement at the margin defines.</summary>
    public IReadOnlyList<StringToken> FunctionDocstring(string name)
    {
        IReadOnlyList<StringToken> found = [];
        while (SkipToStatement() is var indentation && _at < source.Length)
        {
            if (indentation == 0 && IsDefinitionOf(name))
            {
                if (!SkipHeader()) break;
                SkipBlanks();
                // Behind the colon, or in the next line with code.
                if (IsAtLineEnd() && SkipToStatement() == 0) continue;
                found = Docstring();
            }
            if (!SkipStatement()) break;
        }
        return found;
    }

    private bool IsDefinitionOf(string name)
    {
        var start = _at;
        var word = Word();
        if (word is "async")
        {
            SkipBlanks();
            word = Word();
        }
        SkipBlanks();
        if (word is "def" && Word().SequenceEqual(name)) return true;
        _at = start;
        return false;
    }

    /// <summary>Goes behind the colon of a definition. False where the file ends before, or a line that should go on.</summary>
    private bool SkipHeader()
    {
        var lambdas = 0;
        for (var depth = 0; _at < source.Length;)
        {
            if (depth == 0 && source[_at] is '\n' or '\r') return false;
            if (depth == 0 && source[_at] == ':' && lambdas-- == 0)
            {
                _at++;
                return true;
            }
            var start = _at;
            if (!SkipToken(ref depth)) return false;
            if (depth == 0 && source.AsSpan(start, _at - start) is "lambda") lambdas++;
        }
        return false;
    }

    /// <summary>The literals of a statement that is nothing else but literals of text, where one begins here; what stands here else is not gone past.</summary>
    private IReadOnlyList<StringToken> Docstring()
    {
        var start = _at;
        var tokens = new List<StringToken>();
        var depth = 0;
        while (true)
        {
            if (depth > 0) SkipToToken();
            else SkipBlanks();
            if (_at >= source.Length || (depth == 0 && (IsAtLineEnd() || source[_at] == ';'))) return depth == 0 ? tokens : [];
            if (source[_at] == '(' && tokens.Count == 0)
            {
                depth++;
                _at++;
            }
            else if (source[_at] == ')' && depth > 0 && tokens.Count > 0)
            {
                depth--;
                _at++;
            }
            else if (PrefixLength() is var prefix and >= 0 && source.AsSpan(_at, prefix) is var kind && !kind.ContainsAny(s_notText))
            {
                var isRaw = kind.ContainsAny('r', 'R');
                var quote = _at + prefix;
                var quotes = Quotes(quote);
                if (!SkipString(0)) break;
                tokens.Add(new StringToken(quote + quotes, _at - quotes, isRaw));
            }
            else
            {
                break;
            }
        }
        _at = start;
        return [];
    }

    /// <summary>Goes to the next statement that begins a line. Returns how far it is indented.</summary>
    private int SkipToStatement()
    {
        while (_at < source.Length)
        {
            var start = _at;
            SkipBlanks();
            if (!IsAtLineEnd()) return source.AsSpan(start, _at - start).TrimStart('\f').Length;
            SkipLineEnd();
        }
        return 0;
    }

    /// <summary>Goes to the end of the logical line. False where that cannot be told.</summary>
    private bool SkipStatement()
    {
        for (var depth = 0; _at < source.Length;)
        {
            if (depth == 0 && source[_at] is '\n' or '\r') return true;
            if (!SkipToken(ref depth)) return false;
        }
        return true;
    }

    /// <summary>Goes past one token, or past what stands between tokens.</summary>
    private bool SkipToken(ref int depth)
    {
        switch (source[_at])
        {
            case '(' or '[' or '{':
                depth++;
                _at++;
                return true;
            case ')' or ']' or '}':
                if (depth > 0) depth--;
                _at++;
                return true;
            case '#':
                SkipComment();
                return true;
            case '\\':
                _at++;
                SkipLineEnd();
                return true;
            default:
                if (PrefixLength() >= 0) return SkipString(0);
                if (Word().Length == 0) _at++;
                return true;
        }
    }

    /// <summary>Goes past white space, comments and line ends: in brackets they mean nothing.</summary>
    private void SkipToToken()
    {
        while (_at < source.Length)
        {
            var start = _at;
            SkipBlanks();
            SkipComment();
            if (_at < source.Length && source[_at] is '\n' or '\r') SkipLineEnd();
            if (_at == start) return;
        }
    }

    /// <summary>Goes past white space, and past a backslash that ends a line.</summary>
    private void SkipBlanks()
    {
        while (_at < source.Length)
        {
            if (source[_at] is ' ' or '\t' or '\f')
            {
                _at++;
            }
            else if (source[_at] == '\\' && _at + 1 < source.Length && source[_at + 1] is '\n' or '\r')
            {
                _at++;
                SkipLineEnd();
            }
            else
            {
                return;
            }
        }
    }

    private void SkipComment()
    {
        if (_at >= source.Length || source[_at] != '#') return;
        var length = source.AsSpan(_at).IndexOfAny('\n', '\r');
        _at = length < 0 ? source.Length : _at + length;
    }

    /// <summary>Goes past a comment and the end of the line that the scanner stands at.</summary>
    private void SkipLineEnd()
    {
        SkipComment();
        if (_at < source.Length && source[_at] == '\r') _at++;
        else if (_at < source.Length && source[_at] == '\n') _at++;
        else return;
        if (source[_at - 1] == '\r' && _at < source.Length && source[_at] == '\n') _at++;
    }

    private bool IsAtLineEnd() => _at >= source.Length || source[_at] is '\n' or '\r' or '#';

    /// <summary>Takes a name, a keyword or a number; nothing where none begins.</summary>
    private ReadOnlySpan<char> Word()
    {
        var start = _at;
        while (_at < source.Length && (source[_at] is '_' or > '\x7F' || char.IsAsciiLetterOrDigit(source[_at]))) _at++;
        return source.AsSpan(start, _at - start);
    }

    /// <summary>How many letters stand before the quote of a string that begins here; negative where none begins.</summary>
    private int PrefixLength()
    {
        var length = 0;
        while (length < 3 && _at + length < source.Length && source[_at + length] is 'r' or 'R' or 'b' or 'B' or 'u' or 'U' or 'f' or 'F' or 't' or 'T') length++;
        return length < 3 && _at + length < source.Length && source[_at + length] is '"' or '\'' ? length : -1;
    }

    /// <summary>Three or one.</summary>
    private int Quotes(int quote) => quote + 2 < source.Length && source[quote + 1] == source[quote] && source[quote + 2] == source[quote] ? 3 : 1;

    /// <summary>Goes past a string that begins here. False where it does not end.</summary>
    private bool SkipString(int nesting)
    {
        var prefix = PrefixLength();
        var hasFields = source.AsSpan(_at, prefix).ContainsAny(s_hasFields);
        _at += prefix;
        var quotes = Quotes(_at);
        var end = source.AsSpan(_at, quotes);
        for (_at += quotes; _at < source.Length;)
        {
            if (source.AsSpan(_at).StartsWith(end, StringComparison.Ordinal))
            {
                _at += quotes;
                return true;
            }
            if (quotes == 1 && source[_at] is '\n' or '\r') return false;
            if (source[_at] == '\\') SkipEscaped();
            else if (hasFields && source[_at] == '{' && !IsNext('{')) { if (!SkipField(end, nesting)) return false; }
            else if (hasFields && source[_at] == '{') _at += 2;
            else _at++;
        }
        return false;
    }

    private bool IsNext(char next) => _at + 1 < source.Length && source[_at + 1] == next;

    private void SkipEscaped()
    {
        _at++;
        if (_at < source.Length && source[_at] is '\n' or '\r') SkipLineEnd();
        else _at++;
    }

    /// <summary>Goes past a replacement field of an f-string, as Python 3.12 reads it: what older ones accept is the same to it.</summary>
    private bool SkipField(ReadOnlySpan<char> end, int nesting)
    {
        if (nesting >= MaxNesting) return false;
        _at++;
        for (var depth = 0; _at < source.Length;)
        {
            if (depth == 0 && source[_at] == '}')
            {
                _at++;
                return true;
            }
            if (depth == 0 && source[_at] == ':') return SkipFormat(end, nesting);
            if (PrefixLength() >= 0)
            {
                if (!SkipString(nesting + 1)) return false;
            }
            else if (!SkipToken(ref depth))
            {
                return false;
            }
        }
        return false;
    }

    /// <summary>Goes past a format specification and the field that it ends.</summary>
    private bool SkipFormat(ReadOnlySpan<char> end, int nesting)
    {
        for (_at++; _at < source.Length;)
        {
            if (source[_at] == '}')
            {
                _at++;
                return true;
            }
            if (source.AsSpan(_at).StartsWith(end, StringComparison.Ordinal)) return false;
            if (source[_at] == '\\') SkipEscaped();
            else if (source[_at] != '{') _at++;
            else if (!SkipField(end, nesting + 1)) return false;
        }
        return false;
    }
}
