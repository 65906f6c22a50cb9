using System.Globalization;

namespace Cora.Build.Terraform;

/// <summary>Expressions.</summary>
internal sealed partial class HclParser
{
    private HclExpression ReadExpression()
    {
        if (_failed || !Deeper()) return new HclInvalid(PlaceOf(Peek));
        var start = Peek;
        var condition = ReadOperators(1);
        if (!_failed && Peek.Is("?"))
        {
            Take();
            var then = ReadExpression();
            Take(":", "':' and the value for when the condition is false");
            var otherwise = ReadExpression();
            condition = new HclConditional(PlaceFrom(start), condition, then, otherwise);
        }
        _depth--;
        return condition;
    }

    /// <summary>How tight an operator binds; 0 for what is none.</summary>
    private static int LevelOf(HclToken token) => token.Kind != HclTokenKind.Mark ? 0 : token.Mark switch
    {
        "||" => 1,
        "&&" => 2,
        "==" or "!=" => 3,
        "<" or "<=" or ">" or ">=" => 4,
        "+" or "-" => 5,
        "*" or "/" or "%" => 6,
        _ => 0,
    };

    private HclExpression ReadOperators(int level)
    {
        var start = Peek;
        var left = ReadTraversal();
        var count = 0;
        while (!_failed && LevelOf(Peek) is var next && next >= level)
        {
            var token = Take();
            if (++count > MaxOperators) return Fail($"More than {MaxOperators.ToString(CultureInfo.InvariantCulture)} operators in a row are not read. Split them, with locals.", PlaceOf(token));
            var right = ReadOperators(next + 1);
            left = new HclBinary(PlaceFrom(start), token.Mark, left, right);
        }
        return left;
    }

    private HclExpression ReadTraversal()
    {
        var start = Peek;
        var source = ReadTerm();
        List<HclStep>? steps = null;
        while (!_failed)
        {
            if (Peek.Is(".")) ReadDot(steps ??= []);
            else if (Peek.Is("[")) (steps ??= []).Add(ReadIndex());
            else break;
        }
        return steps is null ? source : new HclTraversal(PlaceFrom(start), source, steps);
    }

    private void ReadDot(List<HclStep> steps)
    {
        var dot = Take();
        var token = Peek;
        if (token.Kind == HclTokenKind.Name)
        {
            Take();
            steps.Add(new HclAttributeStep(PlaceFrom(dot), NameOf(token)));
        }
        else if (token.Kind == HclTokenKind.Number)
        {
            Take();
            if (TextOf(token).Contains('.')) Fail($"'.{Shown(token)}' are two indices in the syntax of old. Write them in brackets.", PlaceOf(token));
            else steps.Add(new HclIndexStep(PlaceFrom(dot), new HclNumber(PlaceOf(token), TextOf(token).ToString()), IsLegacy: true));
        }
        else if (token.Is("*"))
        {
            var last = steps.FindLastIndex(step => step is not (HclAttributeStep or HclIndexStep { IsLegacy: true }));
            if (last >= 0 && steps[last] is HclSplatStep { IsFull: false }) Fail("A '.*' cannot follow another one. Write '[*]'.", PlaceOf(token));
            Take();
            steps.Add(new HclSplatStep(PlaceFrom(dot), IsFull: false));
        }
        else
        {
            Expected("a name, an index or '*' behind '.'", token);
        }
    }

    private HclStep ReadIndex()
    {
        var bracket = Take();
        if (Peek.Is("*"))
        {
            Take();
            Take("]", "']' behind '*'");
            return new HclSplatStep(PlaceFrom(bracket), IsFull: true);
        }
        var outer = SkipNewlines(true);
        var key = ReadExpression();
        Take("]", "']' that closes the index");
        _skipsNewlines = outer;
        return new HclIndexStep(PlaceFrom(bracket), key, IsLegacy: false);
    }

    private HclExpression ReadTerm()
    {
        var token = Peek;
        if (_failed) return new HclInvalid(PlaceOf(token));
        switch (token.Kind)
        {
            case HclTokenKind.Number:
                Take();
                return ReadNumber(token);
            case HclTokenKind.Name:
                Take();
                if (Peek.Is("(") || Peek.Is("::")) return ReadCall(token);
                return TextOf(token) switch
                {
                    "true" => new HclBool(PlaceOf(token), true),
                    "false" => new HclBool(PlaceOf(token), false),
                    "null" => new HclNull(PlaceOf(token)),
                    _ => new HclVariable(PlaceOf(token), NameOf(token)),
                };
            case HclTokenKind.OpenQuote or HclTokenKind.OpenHeredoc:
                return ReadTemplate();
            case HclTokenKind.Mark:
                switch (token.Mark)
                {
                    case "(":
                        return ReadParentheses();
                    case "[":
                        return ReadTuple();
                    case "{":
                        return ReadObject();
                    case "-" or "!":
                        return ReadUnary();
                }
                break;
        }
        return Expected("an expression", token);
    }

    private HclExpression ReadNumber(HclToken token)
    {
        var text = TextOf(token);
        return text.Count('.') > 1 || !double.TryParse(text, NumberStyles.AllowDecimalPoint | NumberStyles.AllowExponent, CultureInfo.InvariantCulture, out _)
            ? Fail($"'{Shown(token)}' is no number.", PlaceOf(token))
            : new HclNumber(PlaceOf(token), text.ToString());
    }

    private HclExpression ReadUnary()
    {
        if (!Deeper()) return new HclInvalid(PlaceOf(Peek));
        var token = Take();
        var operand = ReadTraversal();
        _depth--;
        return new HclUnary(PlaceFrom(token), token.Mark, operand);
    }

    private HclExpression ReadParentheses()
    {
        var outer = SkipNewlines(true);
        Take();
        var inner = ReadExpression();
        Take(")", "')' that closes the parenthesis");
        _skipsNewlines = outer;
        return inner;
    }

    private HclExpression ReadCall(HclToken first)
    {
        var outer = _skipsNewlines;
        while (Peek.Is("::"))
        {
            Take();
            if (Peek.Kind != HclTokenKind.Name) return Expected("a function's name behind '::'", Peek);
            Take();
        }
        var name = NameOf(first with { End = _previousEnd });
        if (!Peek.Is("(")) return Expected($"'(' behind '{name}'", Peek);
        SkipNewlines(true);
        Take();
        var arguments = new List<HclExpression>();
        var expandsLast = false;
        while (!_failed && !Peek.Is(")"))
        {
            arguments.Add(ReadExpression());
            if (_failed) break;
            if (Peek.Is("..."))
            {
                Take();
                expandsLast = true;
                break;
            }
            if (!Peek.Is(")")) Take(",", $"',' or ')' behind an argument of '{name}'");
        }
        Take(")", expandsLast ? "')' behind '...'" : $"')' that closes the call of '{name}'");
        _skipsNewlines = outer;
        return new HclCall(PlaceFrom(first), name.Contains(' ', StringComparison.Ordinal) ? name.Replace(" ", "", StringComparison.Ordinal) : name, arguments, expandsLast);
    }

    private HclExpression ReadTuple()
    {
        var outer = SkipNewlines(true);
        var bracket = Take();
        HclExpression tuple;
        if (IsWord("for"))
        {
            tuple = ReadFor(bracket, isObject: false);
        }
        else
        {
            var items = new List<HclExpression>();
            while (!_failed && !Peek.Is("]"))
            {
                items.Add(ReadExpression());
                if (!_failed && !Peek.Is("]")) Take(",", "',' or ']' behind an element");
            }
            Take("]", "']' that closes the list");
            tuple = new HclTuple(PlaceFrom(bracket), items);
        }
        _skipsNewlines = outer;
        return tuple;
    }

    private HclExpression ReadObject()
    {
        var outer = SkipNewlines(true);
        var brace = Take();
        HclExpression result;
        if (IsWord("for"))
        {
            result = ReadFor(brace, isObject: true);
        }
        else
        {
            SkipNewlines(false);
            result = ReadObjectItems(brace);
        }
        _skipsNewlines = outer;
        return result;
    }

    private HclObject ReadObjectItems(HclToken brace)
    {
        var items = new List<HclObjectItem>();
        while (!_failed)
        {
            if (Peek.Kind == HclTokenKind.Newline)
            {
                Take();
                continue;
            }
            if (Peek.Is("}")) break;
            var isComputed = Peek.Is("(");
            var key = ReadExpression();
            if (!isComputed) key = KeyOf(key);
            if (_failed) break;
            if (!Peek.Is("=") && !Peek.Is(":"))
            {
                Expected("'=' or ':' and a value behind the key", Peek);
                break;
            }
            Take();
            var value = ReadExpression();
            items.Add(new(key, value));
            if (_failed || Peek.Is("}")) continue;
            if (Peek.Is(",") || Peek.Kind == HclTokenKind.Newline) Take();
            else Expected("',', the end of the line or '}' behind the value", Peek);
        }
        Take("}", "'}' that closes the object");
        return new HclObject(PlaceFrom(brace), items);
    }

    /// <summary>A bare word is the key itself.</summary>
    private static HclExpression KeyOf(HclExpression key) => key switch
    {
        HclVariable name => new HclText(name.Place, name.Name),
        HclBool value => new HclText(value.Place, value.Value ? "true" : "false"),
        HclNull => new HclText(key.Place, "null"),
        _ => key,
    };

    /// <summary>Behind the bracket that opens it, up to and with the one that closes it.</summary>
    private HclExpression ReadFor(HclToken bracket, bool isObject)
    {
        Take();
        var keyName = (string?)null;
        var valueName = ReadLocalName();
        if (!_failed && Peek.Is(","))
        {
            Take();
            (keyName, valueName) = (valueName, ReadLocalName());
        }
        if (!_failed && !IsWord("in")) Expected("'in' and what to go through", Peek);
        if (_failed) return new HclInvalid(PlaceOf(bracket));
        Take();
        var collection = ReadExpression();
        Take(":", "':' behind what is gone through");
        var key = (HclExpression?)null;
        var value = ReadExpression();
        var isGrouped = false;
        if (isObject)
        {
            Take("=>", "'=>' and a value behind the key");
            (key, value) = (value, ReadExpression());
            if (!_failed && Peek.Is("..."))
            {
                Take();
                isGrouped = true;
            }
        }
        var condition = (HclExpression?)null;
        if (!_failed && IsWord("if"))
        {
            Take();
            condition = ReadExpression();
        }
        Take(isObject ? "}" : "]", $"'{(isObject ? '}' : ']')}' that closes the 'for'");
        return new HclFor(PlaceFrom(bracket), keyName, valueName, collection, key, value, condition, isGrouped);
    }

    private string ReadLocalName()
    {
        if (_failed) return "";
        if (Peek.Kind == HclTokenKind.Name) return NameOf(Take());
        Expected("a name behind 'for'", Peek);
        return "";
    }

    private bool IsWord(string word) => Peek.Kind == HclTokenKind.Name && TextOf(Peek).SequenceEqual(word);

    /// <returns>What it was.</returns>
    private bool SkipNewlines(bool skips)
    {
        var outer = _skipsNewlines;
        _skipsNewlines = skips;
        return outer;
    }
}
