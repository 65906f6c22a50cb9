using System.Globalization;
using System.Text;

namespace Cora.Build.Terraform;

/// <summary>Strings and heredocs.</summary>
internal sealed partial class HclParser
{
    private enum PartKind : byte
    {
        Text,
        Value,
        If,
        Else,
        EndIf,
        For,
        EndFor,
    }

    private HclExpression ReadTemplate()
    {
        var outer = _skipsNewlines;
        var opener = Take();
        var closer = opener.Kind == HclTokenKind.OpenQuote ? HclTokenKind.CloseQuote : HclTokenKind.CloseHeredoc;
        var parts = ReadParts(opener, closer);
        _skipsNewlines = outer;
        if (_failed) return new HclInvalid(PlaceOf(opener));
        if (closer == HclTokenKind.CloseHeredoc && _text[opener.Start + 2] == '-') Unindent(parts);
        var place = PlaceFrom(opener);
        return new TemplateTree(this, place).Build(parts) switch
        {
            [] => new HclText(place, ""),
            [HclText text] => new HclText(place, text.Value),
            var tree => new HclTemplate(place, tree),
        };
    }

    private List<Part> ReadParts(HclToken opener, HclTokenKind closer)
    {
        var parts = new List<Part>();
        var trims = false;
        while (!_failed)
        {
            _skipsNewlines = false;
            var token = Take();
            if (token.Kind == closer) break;
            switch (token.Kind)
            {
                case HclTokenKind.QuotedText or HclTokenKind.HeredocText:
                    var text = Decode(token, token.Kind == HclTokenKind.QuotedText);
                    parts.Add(new(PartKind.Text, PlaceOf(token)) { Text = trims ? text.TrimStart() : text });
                    trims = false;
                    break;
                case HclTokenKind.Interpolation or HclTokenKind.Directive:
                    if (_text[token.End - 1] == '~' && parts is [.., { Kind: PartKind.Text } before]) parts[^1] = before with { Text = before.Text.TrimEnd() };
                    _skipsNewlines = true;
                    parts.Add(token.Kind == HclTokenKind.Directive ? ReadDirective(token) : new(PartKind.Value, PlaceOf(token)) { Expression = ReadExpression() });
                    if (_failed) break;
                    if (Peek.Kind != HclTokenKind.TemplateEnd)
                    {
                        Expected($"'}}' that closes the '{TextOf(token)}'", Peek);
                        break;
                    }
                    // What follows it is text again, line ends too.
                    _skipsNewlines = false;
                    trims = _text[Take().Start] == '~';
                    break;
                default:
                    NotClosed(opener);
                    break;
            }
        }
        return parts;
    }

    private Part ReadDirective(HclToken opener)
    {
        var place = PlaceOf(opener);
        var word = Peek.Kind == HclTokenKind.Name ? TextOf(Peek) : "";
        switch (word)
        {
            case "if":
                Take();
                return new(PartKind.If, place) { Expression = ReadExpression() };
            case "else":
                Take();
                return new(PartKind.Else, place);
            case "endif":
                Take();
                return new(PartKind.EndIf, place);
            case "for":
                Take();
                var key = (string?)null;
                var value = ReadLocalName();
                if (!_failed && Peek.Is(","))
                {
                    Take();
                    (key, value) = (value, ReadLocalName());
                }
                if (!_failed && !IsWord("in")) Expected("'in' and what to go through", Peek);
                if (!_failed) Take();
                return new(PartKind.For, place) { KeyName = key, ValueName = value, Expression = ReadExpression() };
            case "endfor":
                Take();
                return new(PartKind.EndFor, place);
            default:
                Expected("'if', 'else', 'endif', 'for' or 'endfor' in the '%{'", Peek);
                return new(PartKind.Else, place);
        }
    }

    /// <summary>Takes away the indent that all lines have. Lines of blanks alone do not count.</summary>
    private static void Unindent(List<Part> parts)
    {
        var indent = int.MaxValue;
        var isLineStart = true;
        var lines = new List<int>();
        for (var i = 0; i < parts.Count; i++)
        {
            var part = parts[i];
            if (isLineStart)
            {
                var blanks = part.Text.Length - part.Text.AsSpan().TrimStart().Length;
                if (part.Kind != PartKind.Text) indent = 0;
                else if (blanks < part.Text.Length || !part.Text.EndsWith('\n')) indent = Math.Min(indent, blanks);
                if (part.Kind == PartKind.Text && (blanks < part.Text.Length || !part.Text.EndsWith('\n'))) lines.Add(i);
            }
            isLineStart = part.Kind == PartKind.Text ? part.Text.EndsWith('\n') : false;
        }
        foreach (var line in lines) parts[line] = parts[line] with { Text = parts[line].Text[indent..] };
    }

    /// <summary>A piece of a template before directives are put together.</summary>
    private readonly record struct Part(PartKind Kind, HclPlace Place)
    {
        public string Text { get; init; } = "";

        public HclExpression? Expression { get; init; }

        public string? KeyName { get; init; }

        public string ValueName { get; init; } = "";
    }

    /// <summary>Puts the pieces of a template together.</summary>
    private sealed class TemplateTree(HclParser parser, HclPlace template)
    {
        private readonly Stack<Directive> _open = new();
        private List<HclExpression> _parts = [];
        private readonly StringBuilder _text = new();
        private HclPlace _textPlace;

        public List<HclExpression> Build(List<Part> parts)
        {
            var root = _parts;
            foreach (var part in parts)
            {
                if (part.Kind == PartKind.Text)
                {
                    if (_text.Length == 0) _textPlace = part.Place;
                    _text.Append(part.Text);
                    _textPlace = _textPlace with { Span = new(_textPlace.Span.Start, part.Place.Span.End) };
                    continue;
                }
                FlushText();
                Add(part);
                if (parser._failed) return root;
            }
            FlushText();
            if (_open.TryPeek(out var open)) parser.Fail($"There is no '%{{ end{(open.Part.Kind == PartKind.If ? "if" : "for")} }}' for this up to the end of the string.", open.Part.Place);
            return root;
        }

        private void Add(Part part)
        {
            switch (part.Kind)
            {
                case PartKind.Value:
                    _parts.Add(part.Expression!);
                    break;
                case PartKind.If or PartKind.For when parser._depth + _open.Count >= MaxDepth:
                    parser.Fail($"This is nested more than {MaxDepth.ToString(CultureInfo.InvariantCulture)} levels deep, and is not read. Split it, with locals.", part.Place);
                    break;
                case PartKind.If or PartKind.For:
                    _open.Push(new(part, _parts, _parts = []));
                    break;
                case PartKind.Else when _open.TryPeek(out var open) && open is { Part.Kind: PartKind.If, Else: null }:
                    open.Else = _parts = [];
                    break;
                case PartKind.EndIf when _open.TryPeek(out var open) && open.Part.Kind == PartKind.If:
                    _open.Pop();
                    _parts = open.Outer;
                    _parts.Add(new HclTemplateIf(open.Part.Place, open.Part.Expression!, open.Body, open.Else ?? []));
                    break;
                case PartKind.EndFor when _open.TryPeek(out var open) && open.Part.Kind == PartKind.For:
                    _open.Pop();
                    _parts = open.Outer;
                    _parts.Add(new HclTemplateFor(open.Part.Place, open.Part.KeyName, open.Part.ValueName, open.Part.Expression!, open.Body));
                    break;
                default:
                    parser.Fail("There is no directive before this that it could belong to.", part.Place);
                    break;
            }
        }

        private void FlushText()
        {
            if (_text.Length == 0) return;
            _parts.Add(new HclText(_textPlace with { File = template.File }, _text.ToString()));
            _text.Clear();
        }

        private sealed class Directive(Part part, List<HclExpression> outer, List<HclExpression> body)
        {
            public Part Part { get; } = part;

            public List<HclExpression> Outer { get; } = outer;

            public List<HclExpression> Body { get; } = body;

            public List<HclExpression>? Else { get; set; }
        }
    }
}
