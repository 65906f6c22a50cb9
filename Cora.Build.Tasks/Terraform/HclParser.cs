using System.Buffers;
using System.Globalization;
using System.Text;
using Cora.Build.Python.Source;

namespace Cora.Build.Terraform;

/// <summary>
/// Reads a file as HashiCorp's parser does (HCL native syntax specification). After a fault it goes on behind the argument or block header that the fault is in, or at
/// the next line that begins a block at the first column.
/// </summary>
internal sealed partial class HclParser
{
    /// <summary>How deep brackets, templates, operators and blocks may be in each other. Real files stay under thirty; each level takes stack.</summary>
    private const int MaxDepth = 200;

    /// <summary>How many operators of one level may follow each other. Who goes through the tree goes as deep.</summary>
    private const int MaxOperators = 1000;

    private const int MaxFaults = 100;

    private static readonly HashSet<string> s_blocksOfFiles = new(StringComparer.Ordinal)
    {
        "terraform", "provider", "resource", "data", "ephemeral", "module", "variable", "output", "locals", "moved", "import", "removed", "check",
    };

    private static readonly SearchValues<char> s_hexadecimal = SearchValues.Create("0123456789abcdefABCDEF");

    private readonly string _path;
    private readonly string _text;
    private readonly (int Offset, byte Byte)? _invalid;
    private readonly HclTokenizer _tokens;
    private readonly List<HclFault> _faults = [];
    private readonly List<HclBlock> _blocksOfFile = [];
    private readonly Dictionary<string, string> _names = new(StringComparer.Ordinal);
    private readonly Dictionary<string, string>.AlternateLookup<ReadOnlySpan<char>> _namesBySpan;
    private HclToken _next;
    private int _previousEnd;
    private int _depth;

    /// <summary>How many brackets and braces are open, those of blocks too.</summary>
    private int _open;

    /// <summary>How many strings and templates are open.</summary>
    private int _templates;

    private bool _skipsNewlines;

    /// <summary>Whether the argument or block header that is read has a fault: all methods return at once until the reader has gone on behind it.</summary>
    private bool _failed;

    /// <summary>Whether that fault is that it is nested too deep: then indents say nothing.</summary>
    private bool _isTooDeep;

    /// <summary>Whether a fault was left behind at a block of a file, or at its end: then no brace closes the blocks that are open.</summary>
    private bool _isResynchronized;

    public HclParser(string path, string text, (int Offset, byte Byte)? invalid)
    {
        (_path, _text, _invalid) = (path, text, invalid);
        _namesBySpan = _names.GetAlternateLookup<ReadOnlySpan<char>>();
        _tokens = new HclTokenizer(text);
        _next = _tokens.Read();
    }

    public HclFile ReadFile()
    {
        var body = ReadBody(inBlock: false);
        if (_blocksOfFile.Count > 0) body = With(body, body.Blocks.Concat(_blocksOfFile).OrderBy(block => block.Place.Span.Start));
        if (_invalid is (var offset, var value)) AddInvalidBytes(offset, value);
        return new(_path, _text, body) { Faults = _faults, Suppressions = _tokens.Suppressions };
    }

    /// <summary>Arguments and blocks up to the brace that closes them, which is left, or to the end.</summary>
    private HclBody ReadBody(bool inBlock)
    {
        var arguments = new Dictionary<string, HclArgument>(StringComparer.Ordinal);
        var blocks = new List<HclBlock>();
        while (true)
        {
            _skipsNewlines = false;
            if (Peek.Kind == HclTokenKind.Newline)
            {
                Take();
                continue;
            }
            if (Peek.Kind == HclTokenKind.End || (inBlock && (Peek.Is("}") || _isResynchronized))) break;
            var (item, open) = (Peek, _open);
            ReadItem(arguments, blocks);
            if (_failed) Recover(inBlock, item.At, open);
        }
        return new(arguments, blocks, PlaceOf(Peek));
    }

    /// <summary>Whether a block of a whole file, which is in no other block, begins here at the first column.</summary>
    private bool BeginsBlockOfFile(HclToken token) =>
        token is { Kind: HclTokenKind.Name, At.Column: 1 } && s_blocksOfFiles.Contains(TextOf(token).ToString()) && _text.AsSpan(token.End).TrimStart(" \t") is ['"' or '{', ..];

    private void ReadItem(Dictionary<string, HclArgument> arguments, List<HclBlock> blocks)
    {
        _isResynchronized = false;
        var name = Peek;
        if (name.Kind != HclTokenKind.Name)
        {
            Expected(name.Is("}") ? "the end of the file or a block, but there is no block to close" : "an argument or a block", name);
            return;
        }
        Take();
        if (Peek.Is("="))
        {
            ReadArgument(name, arguments);
            if (!_failed) EndOfLine("argument");
        }
        else if (Peek.Kind is HclTokenKind.OpenQuote or HclTokenKind.Name || Peek.Is("{"))
        {
            if (ReadBlock(name) is { } block) blocks.Add(block);
        }
        else
        {
            Expected($"'=' and a value, or a block's labels and '{{', behind '{TextOf(name)}'", Peek);
        }
    }

    private void ReadArgument(HclToken name, Dictionary<string, HclArgument> arguments)
    {
        Take();
        var value = ReadExpression();
        var argument = new HclArgument(PlaceFrom(name), NameOf(name), value);
        if (arguments.TryAdd(argument.Name, argument)) return;
        var first = arguments[argument.Name];
        AddFault($"The argument '{argument.Name}' is set twice: first in line {first.At.Line.ToString(CultureInfo.InvariantCulture)}. Remove one of the two.", PlaceOf(name));
    }

    /// <summary>A block, as far as it can be read; null when there is none, because its header has a fault.</summary>
    private HclBlock? ReadBlock(HclToken type)
    {
        var labels = new List<NameAt>();
        while (!Peek.Is("{"))
        {
            if (Peek.Kind == HclTokenKind.OpenQuote) labels.Add(ReadLabel());
            else if (Peek.Kind == HclTokenKind.Name) labels.Add(new(NameOf(Peek), Take().At));
            else Expected(Peek.Is("=") ? "'{', since a block has no '='" : "a block's label, or '{' on the same line", Peek);
            if (_failed) return null;
        }
        if (!Deeper()) return null;
        var brace = Take();
        HclBody body;
        if (Peek.Kind is HclTokenKind.Newline or HclTokenKind.End || Peek.Is("}")) body = ReadBody(inBlock: true);
        else body = ReadOneLine();
        _depth--;
        if (!_failed && Peek.Is("}"))
        {
            Take();
            EndOfLine("block");
        }
        else if (!_failed)
        {
            if (!_isResynchronized) AddFault("The block is not closed: there is no '}' for it up to the end of the file.", PlaceOf(brace));
            body = WithoutBlocksOfFile(body);
        }
        return new(PlaceFrom(type), NameOf(type), labels, body);
    }

    /// <summary>Of a block that is not closed: what follows it in the file is not part of it.</summary>
    private HclBody WithoutBlocksOfFile(HclBody body)
    {
        var own = body.Blocks.Where(block => block.At.Column != 1 || !s_blocksOfFiles.Contains(block.Type)).ToList();
        _blocksOfFile.AddRange(body.Blocks.Except(own, ReferenceEqualityComparer.Instance).Cast<HclBlock>());
        return With(body, own);
    }

    private static HclBody With(HclBody body, IEnumerable<HclBlock> blocks) => new(body.Arguments.ToDictionary(argument => argument.Name, StringComparer.Ordinal), [.. blocks], body.End);

    /// <summary><c>{ name = value }</c>: one argument at most.</summary>
    private HclBody ReadOneLine()
    {
        var arguments = new Dictionary<string, HclArgument>(StringComparer.Ordinal);
        var name = Peek;
        if (name.Kind != HclTokenKind.Name)
        {
            Expected("an argument, or the end of the line, behind '{'", name);
        }
        else
        {
            Take();
            if (!Peek.Is("=")) Expected($"'=' behind '{TextOf(name)}', since a block on one line holds one argument and no blocks", Peek);
            else ReadArgument(name, arguments);
            if (!_failed && !Peek.Is("}")) Expected("'}', since a block on one line holds one argument and ends on that line", Peek);
        }
        return new(arguments, [], PlaceOf(Peek));
    }

    private NameAt ReadLabel()
    {
        var quote = Take();
        var value = "";
        while (!_failed)
        {
            var token = Take();
            if (token.Kind == HclTokenKind.CloseQuote) break;
            if (token.Kind == HclTokenKind.QuotedText) value += Decode(token, isQuoted: true);
            else if (token.Kind == HclTokenKind.BrokenQuote) NotClosed(quote);
            else Fail("A block's label cannot hold a template. Write it out.", PlaceOf(token));
        }
        return new(value, quote.At);
    }

    private void EndOfLine(string what)
    {
        _skipsNewlines = false;
        if (Peek.Kind == HclTokenKind.Newline) Take();
        else if (Peek.Kind != HclTokenKind.End) Expected($"the end of the line behind the {what}", Peek);
    }

    /// <summary>
    /// Skips what is left of an item with a fault: to the end of a line where all its brackets are closed, to a line that by its indent is another item or the end of the
    /// block around it, or to a line that begins a block of a file. The line of the fault may be such a line itself, when a bracket or brace before it is missing.
    /// </summary>
    private void Recover(bool inBlock, Position item, int open)
    {
        var isTooDeep = _isTooDeep;
        (_failed, _isTooDeep, _skipsNewlines, _isResynchronized) = (false, false, false, false);
        if (!isTooDeep && BeginsItem(Peek, item))
        {
            _tokens.GoBack(Peek.Start - Peek.At.Column + 1, Peek.At.Line);
            _next = _tokens.Read();
            _isResynchronized = BeginsBlockOfFile(_next);
            (_open, _templates) = (open, 0);
            return;
        }
        while (Peek.Kind != HclTokenKind.End)
        {
            if (inBlock && _open <= open && _templates == 0 && Peek.Is("}") && Peek.At.Line == item.Line) break;
            if (Take().Kind != HclTokenKind.Newline) continue;
            while (Peek.Kind == HclTokenKind.Newline) Take();
            _isResynchronized = BeginsBlockOfFile(Peek);
            if (_isResynchronized || (_templates == 0 && _open <= open) || (!isTooDeep && IsOutside())) break;
        }
        if (Peek.Kind == HclTokenKind.End) _isResynchronized = true;
        else _tokens.CloseTemplates();
        (_open, _templates) = (open, 0);

        bool IsOutside() => (Peek.Kind == HclTokenKind.Name && Peek.At.Column <= item.Column) || (inBlock && Peek.Is("}") && Peek.At.Column < item.Column);
    }

    /// <summary>Whether the line of a token is a later one than that of an item, and by its indent and first words begins another.</summary>
    private bool BeginsItem(HclToken token, Position item)
    {
        if (token.At.Line == item.Line || _tokens.IsInHeredoc) return false;
        var line = _text.AsSpan(token.Start - token.At.Column + 1);
        var indent = line.IndexOfAnyExcept(' ', '\t');
        if (indent < 0 || indent >= item.Column) return false;
        var name = _tokens.NameLength(_text.Length - line.Length + indent);
        return name > 0 && line[(indent + name)..].TrimStart(" \t") is ['"' or '{', ..] or ['=', not ('=' or '>'), ..];
    }

    /// <summary>The next token. Comments are none; line ends are, where they matter.</summary>
    private HclToken Peek
    {
        get
        {
            while (_skipsNewlines && _next.Kind == HclTokenKind.Newline) _next = _tokens.Read();
            return _next;
        }
    }

    private HclToken Take()
    {
        var token = Peek;
        switch (token.Kind)
        {
            case HclTokenKind.Mark when token.Mark is "{" or "[" or "(":
                _open++;
                break;
            case HclTokenKind.Mark when token.Mark is "}" or "]" or ")":
                _open--;
                break;
            case HclTokenKind.OpenQuote or HclTokenKind.OpenHeredoc or HclTokenKind.Interpolation or HclTokenKind.Directive:
                _templates++;
                break;
            case HclTokenKind.CloseQuote or HclTokenKind.CloseHeredoc or HclTokenKind.TemplateEnd:
                _templates--;
                break;
            case HclTokenKind.BrokenQuote:
                _templates = 0;
                break;
        }
        if (token.Kind != HclTokenKind.Newline) _previousEnd = token.End;
        _next = token.Kind == HclTokenKind.End ? token : _tokens.Read();
        return token;
    }

    /// <summary>Takes a mark, or fails.</summary>
    /// <param name="mark">What must stand here.</param>
    /// <param name="expected">What is expected, for the message.</param>
    private void Take(string mark, string expected)
    {
        if (_failed) return;
        if (Peek.Is(mark)) Take();
        else Expected(expected, Peek);
    }

    private bool Deeper()
    {
        if (++_depth <= MaxDepth) return true;
        _isTooDeep = !_failed;
        Fail($"This is nested more than {MaxDepth.ToString(CultureInfo.InvariantCulture)} levels deep, and is not read. Split it, with locals.", PlaceOf(Peek));
        _depth--;
        return false;
    }

    private HclInvalid Expected(string expected, HclToken found)
    {
        if (found.Kind == HclTokenKind.BrokenComment) return Fail("The comment is not closed: there is no '*/' up to the end of the file.", PlaceOf(found));
        if (found.Kind == HclTokenKind.Bad && Misused(_text[found.Start]) is { } remedy) return Fail(remedy, PlaceOf(found));
        return Fail($"Expected {expected}; found {Found(found)}.", PlaceOf(found));
    }

    private static string? Misused(char c) => c switch
    {
        '\'' or '`' => "Strings stand in double quotes in HCL.",
        ';' => "HCL has no ';'. Arguments and blocks stand on lines of their own, elements are separated by commas.",
        '&' => "HCL has no '&'. For \"and\" write '&&'.",
        '|' => "HCL has no '|'. For \"or\" write '||'.",
        '\0' => "There is a NUL character here. Remove it.",
        '\r' => "There is a carriage return here without a line feed. End lines with a line feed.",
        _ => null,
    };

    private HclInvalid NotClosed(HclToken opener) => Fail(opener.Kind == HclTokenKind.OpenHeredoc
        ? $"The heredoc is not closed: there is no line with only '{TextOf(opener).TrimStart("<-")}' behind it, with a line end."
        : "The string is not closed on its line. Add the '\"'; for a text of several lines use '\\n' or a heredoc.", PlaceOf(opener));

    private HclInvalid Fail(string message, HclPlace place)
    {
        if (!_failed) AddFault(message, place);
        _failed = true;
        return new(place);
    }

    private void AddFault(string message, HclPlace place)
    {
        if (_faults.Count < MaxFaults) _faults.Add(new(message, place));
    }

    private void AddInvalidBytes(int offset, byte value)
    {
        var line = _text.AsSpan(0, offset).Count('\n') + 1;
        var column = offset - _text.AsSpan(0, offset).LastIndexOf('\n');
        var fault = new HclFault($"The byte 0x{value:X2} is not UTF-8 here. Save the file as UTF-8.", new(_path, new(line, column), new(offset, offset + 1)));
        var at = _faults.FindIndex(other => other.Place.Span.Start >= offset);
        // What it became is reported as what it is.
        if (at >= 0 && _faults[at].Place.Span.Start == offset) _faults[at] = fault;
        else _faults.Insert(at < 0 ? _faults.Count : at, fault);
    }

    private string Found(HclToken token) => token.Kind switch
    {
        HclTokenKind.End => "the end of the file",
        HclTokenKind.Newline => "the end of the line",
        HclTokenKind.Name or HclTokenKind.Number or HclTokenKind.Mark or HclTokenKind.Interpolation or HclTokenKind.Directive or HclTokenKind.TemplateEnd => $"'{Shown(token)}'",
        HclTokenKind.Bad when char.IsControl(_text[token.Start]) => $"the control character U+{(int)_text[token.Start]:X4}",
        HclTokenKind.Bad => $"'{Shown(token)}'",
        HclTokenKind.OpenQuote or HclTokenKind.QuotedText => "a string",
        HclTokenKind.OpenHeredoc or HclTokenKind.HeredocText => "a heredoc",
        HclTokenKind.BrokenComment => "a comment that is not closed",
        _ => "the end of a string",
    };

    private string Shown(HclToken token) => token.End - token.Start > 60 ? $"{_text.AsSpan(token.Start, 60)}…" : TextOf(token).ToString();

    private ReadOnlySpan<char> TextOf(HclToken token) => _text.AsSpan(token.Start..token.End);

    /// <summary>The same string for the same name: most names of a file stand in it many times.</summary>
    private string NameOf(HclToken token)
    {
        var text = TextOf(token);
        if (_namesBySpan.TryGetValue(text, out var name)) return name;
        name = text.ToString();
        _names.Add(name, name);
        return name;
    }

    private HclPlace PlaceOf(HclToken token) => new(_path, token.At, new(token.Start, token.End));

    /// <summary>From a token to the end of what was taken last.</summary>
    private HclPlace PlaceFrom(HclToken token) => new(_path, token.At, new(token.Start, Math.Max(token.End, _previousEnd)));

    /// <summary>A token's text with its escapes decoded.</summary>
    private string Decode(HclToken token, bool isQuoted)
    {
        var raw = TextOf(token);
        if (raw.IndexOfAny('\\', '$', '%') < 0) return raw.ToString();
        var value = new StringBuilder(raw.Length);
        for (var i = 0; i < raw.Length;)
        {
            var c = raw[i];
            if (c is '$' or '%' && i + 2 < raw.Length && raw[i + 1] == c && raw[i + 2] == '{')
            {
                value.Append(c).Append('{');
                i += 3;
            }
            else if (c == '\\' && isQuoted)
            {
                i += DecodeEscape(raw[i..], token, i, value);
            }
            else
            {
                value.Append(c);
                i++;
            }
        }
        return value.ToString();
    }

    /// <returns>How long the escape is.</returns>
    private int DecodeEscape(ReadOnlySpan<char> raw, HclToken token, int offset, StringBuilder value)
    {
        var escaped = raw.Length > 1 ? raw[1] : '\0';
        var simple = escaped switch { 'n' => '\n', 'r' => '\r', 't' => '\t', '"' => '"', '\\' => '\\', _ => '\0' };
        if (simple != '\0')
        {
            value.Append(simple);
            return 2;
        }
        var digits = escaped switch { 'u' => 4, 'U' => 8, _ => 0 };
        if (digits > 0 && raw.Length >= 2 + digits && !raw.Slice(2, digits).ContainsAnyExcept(s_hexadecimal)
            && uint.Parse(raw.Slice(2, digits), NumberStyles.HexNumber, CultureInfo.InvariantCulture) is var code)
        {
            value.Append(Rune.IsValid(code) ? new Rune(code).ToString() : "\uFFFD");
            return 2 + digits;
        }
        var length = Math.Min(raw.Length, 2);
        var at = token.At with { Column = token.At.Column + offset };
        AddFault(
            digits > 0 ? $"'\\{escaped}' needs {digits.ToString(CultureInfo.InvariantCulture)} hexadecimal digits behind it."
                : "This is no escape. There are \\n, \\r, \\t, \\\", \\\\, \\uNNNN and \\UNNNNNNNN.",
            new(_path, at, new(token.Start + offset, token.Start + offset + length)));
        return length;
    }
}
