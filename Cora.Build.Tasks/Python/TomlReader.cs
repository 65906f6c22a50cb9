using System.Buffers;
using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using System.Text;
using System.Text.RegularExpressions;
using System.Text.Unicode;

namespace Cora.Build.Python;

/// <summary>A text that is not TOML.</summary>
/// <param name="message">What is wrong, without the position.</param>
/// <param name="line">1-based.</param>
/// <param name="column">1-based, in UTF-16 units.</param>
[SuppressMessage("Design", "CA1032", Justification = "It always has a position.")]
public sealed class TomlException(string message, int line, int column) : FormatException(message)
{
    /// <summary>1-based.</summary>
    public int Line { get; } = line;

    /// <summary>1-based, in UTF-16 units.</summary>
    public int Column { get; } = column;
}

/// <summary>Reads TOML 1.0 (https://toml.io/en/v1.0.0), the format of <c>pyproject.toml</c> and <c>pylock.toml</c>.</summary>
public sealed partial class TomlReader
{
    /// <summary>A longer document is refused.</summary>
    public const int MaximumBytes = 64 * 1024 * 1024;

    /// <summary>How deep tables and arrays may be nested.</summary>
    public const int MaximumDepth = 128;

    private static readonly SearchValues<char> s_controls = SearchValues.Create(Controls);
    private static readonly SearchValues<char> s_stringStops = SearchValues.Create(Controls + "\"'\\");
    private static readonly SearchValues<char> s_hexDigits = SearchValues.Create("0123456789ABCDEFabcdef");
    private static readonly SearchValues<char> s_bareKey =
        SearchValues.Create("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_");
    private static readonly SearchValues<char> s_scalar =
        SearchValues.Create("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_+.:");

    private readonly string _text;
    private int _position;
    private int _line = 1;
    private int _lineStart;

    private TomlReader(string text) => _text = text;

    private static string Controls => string.Concat(Enumerable.Range(0, 0x20).Append(0x7F).Select(code => (char)code).Where(c => c != '\t'));

    /// <summary>Reads a document.</summary>
    /// <param name="utf8">The file's bytes; a byte order mark is skipped.</param>
    /// <exception cref="TomlException">It is not TOML 1.0, not UTF-8, longer than <see cref="MaximumBytes"/>, nested deeper than
    /// <see cref="MaximumDepth"/>, or has an integer beyond 64 bits.</exception>
    public static TomlTable Read(ReadOnlySpan<byte> utf8)
    {
        if (utf8.Length > MaximumBytes)
            throw new TomlException($"the document has {utf8.Length} bytes, more than {MaximumBytes}", 1, 1);
        if (utf8.StartsWith(Encoding.UTF8.Preamble))
            utf8 = utf8[Encoding.UTF8.Preamble.Length..];
        if (!Utf8.IsValid(utf8))
            throw InvalidUtf8(utf8);
        return new TomlReader(Encoding.UTF8.GetString(utf8)).Document();
    }

    private static TomlException InvalidUtf8(ReadOnlySpan<byte> utf8)
    {
        var valid = new char[utf8.Length];
        Utf8.ToUtf16(utf8, valid, out var read, out var written, replaceInvalidSequences: false);
        var before = valid.AsSpan(0, written);
        return new TomlException($"the byte 0x{utf8[read]:x2} is not UTF-8", before.Count('\n') + 1, written - before.LastIndexOf('\n'));
    }

    private TomlTable Document()
    {
        var root = new TomlTable(TomlTable.Origin.Header, depth: 0);
        var table = root;
        while (true)
        {
            SkipBlanks();
            if (_position == _text.Length)
                return root;
            if (Current == '[')
                table = Header(root);
            else if (Current is not ('#' or '\r' or '\n'))
                KeyValue(table);
            EndLine();
        }
    }

    private TomlTable Header(TomlTable root)
    {
        var isArray = Ahead("[[");
        _position += isArray ? 2 : 1;
        var key = Key();
        Expect(isArray ? "]]" : "]");

        var parent = root;
        foreach (var part in key[..^1])
            parent = Step(parent, part);
        return isArray ? Append(parent, key[^1]) : Define(parent, key[^1]);

        TomlTable Step(TomlTable table, KeyPart part)
        {
            if (!table.TryGetValue(part.Name, out var entry))
                return Nest(table, part, TomlTable.Origin.Implied);
            return entry.Value switch
            {
                TomlTable { From: not TomlTable.Origin.Inline } nested => nested,
                List<TomlValue> tables => (TomlTable)tables[^1].Value,
                _ => throw Redefined(part, entry),
            };
        }

        TomlTable Define(TomlTable table, KeyPart part)
        {
            if (!table.TryGetValue(part.Name, out var entry))
                return Nest(table, part, TomlTable.Origin.Header);
            if (entry.Value is not TomlTable { From: TomlTable.Origin.Implied } implied)
                throw Redefined(part, entry);
            implied.From = TomlTable.Origin.Header;
            return implied;
        }

        TomlTable Append(TomlTable table, KeyPart part)
        {
            if (!table.TryGetValue(part.Name, out var entry))
                table.TryAdd(part.Name, entry = new TomlValue(new List<TomlValue>(), part.At.Line, part.At.Column));
            if (entry.Value is not List<TomlValue> tables)
                throw Redefined(part, entry);
            var element = NewTable(table.Depth, part.At, TomlTable.Origin.Header);
            tables.Add(new TomlValue(element, part.At.Line, part.At.Column));
            return element;
        }
    }

    private void KeyValue(TomlTable table)
    {
        var key = Key();
        Expect("=");
        SkipBlanks();
        foreach (var part in key[..^1])
            table = Step(table, part);
        var value = Value(table.Depth);
        if (!table.TryAdd(key[^1].Name, value))
            throw Redefined(key[^1], table.Entries[key[^1].Name]);

        static TomlTable Step(TomlTable table, KeyPart part)
        {
            if (!table.TryGetValue(part.Name, out var entry))
                return Nest(table, part, TomlTable.Origin.DottedKey);
            if (entry.Value is not TomlTable { From: TomlTable.Origin.Implied or TomlTable.Origin.DottedKey } nested)
                throw Redefined(part, entry);
            nested.From = TomlTable.Origin.DottedKey;
            return nested;
        }
    }

    private List<KeyPart> Key()
    {
        var parts = new List<KeyPart>();
        while (true)
        {
            SkipBlanks();
            var at = Here;
            parts.Add(new KeyPart(Current is '"' or '\'' ? Quoted(multiLine: false) : BareKey(), at));
            if (parts.Count > MaximumDepth)
                throw TooDeep(at);
            SkipBlanks();
            if (Current != '.')
                return parts;
            _position++;
        }
    }

    private string BareKey()
    {
        var name = Take(s_bareKey);
        return name.Length > 0 ? name : throw Error($"expected a key, not {Found}");
    }

    private TomlValue Value(int depth)
    {
        var at = Here;
        object value = Current switch
        {
            '"' => Quoted(multiLine: Ahead("\"\"\"")),
            '\'' => Quoted(multiLine: Ahead("'''")),
            '[' => Array(depth + 1, at),
            '{' => InlineTable(depth, at),
            _ => Scalar(at),
        };
        return new TomlValue(value, at.Line, at.Column);
    }

    private TomlValue[] Array(int depth, Place at)
    {
        if (depth > MaximumDepth)
            throw TooDeep(at);
        _position++;
        var elements = new List<TomlValue>();
        while (true)
        {
            SkipLines();
            if (Current == ']')
                break;
            elements.Add(Value(depth));
            SkipLines();
            if (Current == ']')
                break;
            Expect(",");
        }
        _position++;
        return [.. elements];
    }

    private TomlTable InlineTable(int depth, Place at)
    {
        var table = NewTable(depth, at, TomlTable.Origin.DottedKey);
        _position++;
        SkipBlanks();
        if (Current != '}')
        {
            KeyValue(table);
            SkipBlanks();
            while (Current == ',')
            {
                _position++;
                KeyValue(table);
                SkipBlanks();
            }
        }
        Expect("}");
        table.Close();
        return table;
    }

    /// <summary>One of the four kinds of strings, as the quotes at the position say.</summary>
    private string Quoted(bool multiLine)
    {
        var start = Here;
        var quote = Current;
        _position += multiLine ? 3 : 1;
        if (multiLine)
            SkipNewline();
        var text = new StringBuilder();
        while (true)
        {
            var rest = _text.AsSpan(_position);
            var run = rest.IndexOfAny(s_stringStops);
            if (run < 0)
                throw Error("the string has no end", start);
            text.Append(rest[..run]);
            _position += run;

            if (Current == quote && !multiLine)
            {
                _position++;
                return text.ToString();
            }
            else if (Current == quote)
            {
                // Up to two quotes can stand before the three that close.
                var quotes = 1;
                while (quotes < 5 && _position + quotes < _text.Length && _text[_position + quotes] == quote)
                    quotes++;
                _position += quotes;
                text.Append(quote, quotes < 3 ? quotes : quotes - 3);
                if (quotes >= 3)
                    return text.ToString();
            }
            else if (Current == '\\' && quote == '"')
                Escape(text, multiLine);
            else if (Current is '"' or '\'' or '\\')
                text.Append(_text[_position++]);
            else if (AtNewline && !multiLine)
                throw Error("the string has no end on its line", start);
            else if (SkipNewline())
                text.Append('\n');
            else
                throw Error($"{Found} cannot stand in a string");
        }
    }

    private void Escape(StringBuilder text, bool multiLine)
    {
        var start = Here;
        _position++;
        var escape = Current;
        _position++;
        switch (escape)
        {
            case 'b': text.Append('\b'); break;
            case 't': text.Append('\t'); break;
            case 'n': text.Append('\n'); break;
            case 'f': text.Append('\f'); break;
            case 'r': text.Append('\r'); break;
            case '"' or '\\': text.Append(escape); break;
            case 'u': text.Append(Scalar(4)); break;
            case 'U': text.Append(Scalar(8)); break;
            case ' ' or '\t' or '\r' or '\n' when multiLine:
                _position--;
                SkipBlanks();
                if (!AtNewline)
                    throw Error("a backslash must be the last on its line, or start an escape", start);
                do
                    SkipBlanks();
                while (SkipNewline());
                break;
            default:
                throw Error("the backslash starts no escape that TOML knows; write '\\\\' for a backslash", start);
        }

        Rune Scalar(int digits)
        {
            if (_position + digits <= _text.Length && _text.AsSpan(_position, digits) is var hex
                && !hex.ContainsAnyExcept(s_hexDigits) && Rune.TryCreate(uint.Parse(hex, NumberStyles.AllowHexSpecifier), out var rune))
            {
                _position += digits;
                return rune;
            }
            throw Error($"the escape needs {digits} hexadecimal digits of a Unicode scalar value", start);
        }
    }

    private object Scalar(Place at)
    {
        var text = Take(s_scalar);
        if (DatePattern.IsMatch(text) && Current == ' ' && _position + 1 < _text.Length && char.IsAsciiDigit(_text[_position + 1]))
        {
            _position++;
            text += ' ' + Take(s_scalar);
        }
        return text switch
        {
            "" => throw Error($"expected a value, not {Found}", at),
            "true" => true,
            "false" => false,
            "inf" or "+inf" => double.PositiveInfinity,
            "-inf" => double.NegativeInfinity,
            "nan" or "+nan" or "-nan" => double.NaN,
            _ when DecimalPattern.Match(text) is { Success: true } number => Number(number, at),
            _ when PrefixedPattern.Match(text) is { Success: true } number => Prefixed(number, at),
            _ when DateTimePattern.Match(text) is { Success: true } date => DateAndTime(date, at),
            _ => throw Error($"'{Shortened(text)}' is no value of TOML", at),
        };
    }

    private static object Number(Match number, Place at)
    {
        var text = number.Value.Replace("_", "", StringComparison.Ordinal);
        if (number.Groups["fraction"].Success || number.Groups["exponent"].Success)
            return double.Parse(text, NumberStyles.Float, CultureInfo.InvariantCulture);
        return long.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var integer)
            ? integer : throw TooBig(text, at);
    }

    private static long Prefixed(Match number, Place at)
    {
        var radix = number.Value[1] switch { 'x' => 16, 'o' => 8, _ => 2 };
        var value = 0L;
        foreach (var c in number.ValueSpan[2..])
        {
            if (c == '_')
                continue;
            var digit = Convert.ToInt32(c.ToString(), 16);
            if (value > (long.MaxValue - digit) / radix)
                throw TooBig(number.Value, at);
            value = value * radix + digit;
        }
        return value;
    }

    private static TomlDateTime DateAndTime(Match match, Place at)
    {
        var (hasDate, hasTime) = (match.Groups["year"].Success, match.Groups["time"].Success);
        if (hasDate && !IsDay(Part("year"), Part("month"), Part("day")))
            throw Error($"'{match.Value}' is no day of the calendar", at);
        return new TomlDateTime((hasDate, hasTime, match.Groups["offset"].Success) switch
        {
            (true, true, true) => TomlDateTimeKind.OffsetDateTime,
            (true, true, false) => TomlDateTimeKind.LocalDateTime,
            (true, false, _) => TomlDateTimeKind.LocalDate,
            _ => TomlDateTimeKind.LocalTime,
        }, match.Value);

        int Part(string name) => int.Parse(match.Groups[name].ValueSpan, CultureInfo.InvariantCulture);

        static bool IsDay(int year, int month, int day) =>
            year >= 1 && month is >= 1 and <= 12 && day >= 1 && day <= DateTime.DaysInMonth(year, month);
    }

    private static TomlTable Nest(TomlTable parent, KeyPart part, TomlTable.Origin origin)
    {
        var table = NewTable(parent.Depth, part.At, origin);
        parent.TryAdd(part.Name, new TomlValue(table, part.At.Line, part.At.Column));
        return table;
    }

    private static TomlTable NewTable(int depth, Place at, TomlTable.Origin origin) =>
        depth < MaximumDepth ? new TomlTable(origin, depth + 1) : throw TooDeep(at);

    // ---- the text

    private char Current => _position < _text.Length ? _text[_position] : '\0';

    private bool AtNewline => Current == '\n' || Ahead("\r\n");

    private Place Here => new(_line, _position - _lineStart + 1);

    private string Found => _position == _text.Length ? "the end of the document"
        : AtNewline ? "the end of the line"
        : char.IsControl(Current) || char.IsSurrogate(Current) ? $"the character U+{char.ConvertToUtf32(_text, _position):X4}"
        : $"'{Current}'";

    private bool Ahead(string expected) => _text.AsSpan(_position).StartsWith(expected, StringComparison.Ordinal);

    private void Expect(string expected)
    {
        SkipBlanks();
        if (!Ahead(expected))
            throw Error($"expected '{expected}', not {Found}");
        _position += expected.Length;
    }

    private string Take(SearchValues<char> characters)
    {
        var rest = _text.AsSpan(_position);
        var length = rest.IndexOfAnyExcept(characters);
        var taken = (length < 0 ? rest : rest[..length]).ToString();
        _position += taken.Length;
        return taken;
    }

    private void SkipBlanks()
    {
        while (Current is ' ' or '\t')
            _position++;
    }

    private bool SkipNewline()
    {
        if (!AtNewline)
            return false;
        _position += Current == '\r' ? 2 : 1;
        _line++;
        _lineStart = _position;
        return true;
    }

    private void SkipComment()
    {
        if (Current != '#')
            return;
        var rest = _text.AsSpan(_position);
        var length = rest.IndexOfAny(s_controls);
        _position += length < 0 ? rest.Length : length;
        if (_position < _text.Length && !AtNewline)
            throw Error($"{Found} cannot stand in a comment");
    }

    private void SkipLines()
    {
        do
        {
            SkipBlanks();
            SkipComment();
        }
        while (SkipNewline());
    }

    private void EndLine()
    {
        SkipBlanks();
        SkipComment();
        if (!SkipNewline() && _position < _text.Length)
            throw Error($"expected the end of the line, not {Found}");
    }

    private TomlException Error(string message) => Error(message, Here);

    private static TomlException Error(string message, Place at) => new(message, at.Line, at.Column);

    private static TomlException Redefined(KeyPart part, TomlValue first) =>
        Error($"'{Shortened(part.Name)}' is already defined in line {first.Line}", part.At);

    private static TomlException TooDeep(Place at) => Error($"tables and arrays are nested deeper than {MaximumDepth}", at);

    private static TomlException TooBig(string text, Place at) => Error($"the integer '{Shortened(text)}' does not fit in 64 bits", at);

    private static string Shortened(string text) => text.Length <= 60 ? text : string.Concat(text.AsSpan(0, 60), "…");

    private readonly record struct Place(int Line, int Column);

    private readonly record struct KeyPart(string Name, Place At);

    private const string Minutes = "(?:[01][0-9]|2[0-3]):[0-5][0-9]";
    private const string Time = $@"(?<time>{Minutes}:[0-5][0-9](?:\.[0-9]+)?)";

    [GeneratedRegex(@"^[0-9]{4}-[0-9]{2}-[0-9]{2}\z")]
    private static partial Regex DatePattern { get; }

    [GeneratedRegex(@"^[+-]?(?:0|[1-9](?:_?[0-9])*)(?<fraction>\.[0-9](?:_?[0-9])*)?(?<exponent>[eE][+-]?[0-9](?:_?[0-9])*)?\z")]
    private static partial Regex DecimalPattern { get; }

    [GeneratedRegex(@"^0(?:x[0-9A-Fa-f](?:_?[0-9A-Fa-f])*|o[0-7](?:_?[0-7])*|b[01](?:_?[01])*)\z")]
    private static partial Regex PrefixedPattern { get; }

    [GeneratedRegex($@"^(?:(?<year>[0-9]{{4}})-(?<month>[0-9]{{2}})-(?<day>[0-9]{{2}})(?:[Tt ]{Time}(?<offset>[Zz]|[+-]{Minutes})?)?|{Time})\z")]
    private static partial Regex DateTimePattern { get; }
}
