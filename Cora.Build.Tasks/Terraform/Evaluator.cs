using System.Diagnostics.CodeAnalysis;
using System.Globalization;

namespace Cora.Build.Terraform;

/// <summary>Evaluates the expressions of a module. What it cannot know is unknown; nothing makes it fail, grow or run without end.</summary>
internal sealed partial class Evaluator(TerraformModule module, IReadOnlyDictionary<string, Value>? arguments)
{
    /// <summary>How many values one value may hold.</summary>
    private const int MaxSize = 20_000;

    /// <summary>How long a string may get, in UTF-16 units.</summary>
    private const int MaxText = MaxSize * 32;

    /// <summary>How deep expressions, locals and values may be in each other.</summary>
    private const int MaxDepth = 300;

    /// <summary>How many expressions one evaluation, or one local, may take. What makes a long string takes more of them.</summary>
    private const int MaxSteps = 200_000;

    private const int MaxAlternatives = 16;

    private static readonly UnknownValue s_unknown = new();
    private static readonly UnknownValue s_error = new(isError: true);
    private static readonly NullValue s_null = new();
    private static readonly BoolValue s_true = new(true);
    private static readonly BoolValue s_false = new(false);

    private readonly Dictionary<string, Value> _locals = new(StringComparer.Ordinal);
    private readonly Dictionary<string, Value> _variables = new(StringComparer.Ordinal);
    private int _depth;
    private int _steps;

    /// <summary>What an expression comes to.</summary>
    public Value Evaluate(HclExpression expression, TerraformInstance? instance)
    {
        (_depth, _steps) = (0, 0);
        var value = Possible(Evaluate(expression, new Scope(null, instance)));
        return value is UnknownValue ? new UnknownValue().WithOrigin(expression) : value;
    }

    private Value Evaluate(HclExpression expression, Scope scope)
    {
        if (_depth >= MaxDepth || ++_steps > MaxSteps) return s_unknown;
        _depth++;
        var value = Bounded(expression switch
        {
            HclText text => new StringValue(text.Value),
            HclNumber number => Number(number.Text),
            HclBool value1 => value1.Value ? s_true : s_false,
            HclNull => s_null,
            HclTemplate template => Template(template, scope),
            HclVariable variable => Traverse(variable, [], scope),
            HclTraversal { Source: HclVariable variable } traversal => Traverse(variable, traversal.Steps, scope),
            HclTraversal traversal => Steps(Evaluate(traversal.Source, scope), traversal.Steps, 0, scope),
            HclCall call => Call(call, scope),
            HclUnary unary => Unary(unary, Evaluate(unary.Operand, scope)),
            HclBinary binary => Binary(binary, scope),
            HclConditional conditional => Conditional(Evaluate(conditional.Condition, scope), () => Evaluate(conditional.Then, scope), () => Evaluate(conditional.Else, scope)),
            HclTuple tuple => new ListValue([.. tuple.Items.Select(item => Evaluate(item, scope))]),
            HclObject value2 => Object(value2, scope),
            HclFor loop => For(loop, scope),
            _ => s_unknown,
        });
        _depth--;
        if (value is StringValue or TemplateValue) _steps += value.Size;
        return value is UnknownValue ? value : value.WithOrigin(expression);
    }

    private static Value Bounded(Value value) => value.Size > MaxSize || value.Depth > MaxDepth || value.Text?.Length > MaxText ? s_unknown : value;

    private static Value Number(string text) =>
        decimal.TryParse(text, NumberStyles.AllowDecimalPoint | NumberStyles.AllowExponent, CultureInfo.InvariantCulture, out var number)
        && text.Count(char.IsAsciiDigit) <= 28 ? new NumberValue(number) : s_unknown;

    private static Value Bool(bool value) => value ? s_true : s_false;

    /// <summary>One of them, without those that say the same twice.</summary>
    private static Value OneOf(params IEnumerable<Value> values)
    {
        var alternatives = new List<Value>();
        foreach (var value in values.SelectMany(value => value.Alternatives))
        {
            if (value is UnknownValue unknown ? alternatives.Exists(other => other is UnknownValue same && same.IsError == unknown.IsError) : alternatives.Contains(value)) continue;
            if (alternatives.Count == MaxAlternatives) return s_unknown;
            alternatives.Add(value);
        }
        return alternatives is [var only] ? only : Bounded(new OneOfValue(alternatives));
    }

    /// <summary>The same without alternatives that are errors, such as the attribute of a variable that may be null: where Terraform stops there is no value. <c>try</c> sees them.</summary>
    private static Value Possible(Value value)
    {
        switch (value)
        {
            case OneOfValue choice when choice.Alternatives.Any(alternative => alternative is UnknownValue { IsError: true }):
                return OneOf(choice.Alternatives.Where(alternative => alternative is not UnknownValue { IsError: true }));
            case ListValue list:
                var items = list.Items.Select(Possible).ToList();
                if (items.Zip(list.Items).All(pair => ReferenceEquals(pair.First, pair.Second))) return list;
                var possible = new ListValue(items, list.IsSet).WithDefault(list.IsDefault);
                return list.Origin is null ? possible : possible.WithOrigin(list.Origin);
            default:
                return value;
        }
    }

    /// <summary>Applies a function to each of what a value may be.</summary>
    private static Value Each(Value value, Func<Value, Value> function) =>
        value is OneOfValue choice ? OneOf(choice.Alternatives.Select(function)) : function(value);

    private static Value Conditional(Value condition, Func<Value> then, Func<Value> otherwise)
    {
        if (condition is UnknownValue { IsError: true }) return s_error;
        var known = AsBool(condition);
        if (known is not null && !condition.IsDefault) return known.Value ? then() : otherwise();
        // The way that defaults go comes first.
        return known == false ? OneOf(otherwise(), then()) : OneOf(then(), otherwise());
    }

    private static bool? AsBool(Value value) => value switch
    {
        BoolValue known => known.Value,
        StringValue { Value: "true" } => true,
        StringValue { Value: "false" } => false,
        _ => null,
    };

    private Value Object(HclObject expression, Scope scope)
    {
        var entries = new Dictionary<string, Value>(StringComparer.Ordinal);
        var others = new List<Value>();
        foreach (var item in expression.Items)
        {
            var key = AsText(Evaluate(item.Key, scope));
            var value = Evaluate(item.Value, scope);
            if (key is not null) entries[key] = value;
            else others.Add(s_unknown);
        }
        return new ObjectValue(entries, others);
    }

    private static Value Unary(HclUnary unary, Value operand) => Each(operand, value => (unary.Operator switch
    {
        "-" when AsNumber(value) is { } number => new NumberValue(-number),
        "!" when AsBool(value) is { } known => Bool(!known),
        _ => value is UnknownValue { IsError: true } ? s_error : s_unknown,
    }).WithDefault(value.IsDefault));

    private Value Binary(HclBinary binary, Scope scope)
    {
        var left = Evaluate(binary.Left, scope);
        var right = Evaluate(binary.Right, scope);
        if (left.Alternatives.Count * right.Alternatives.Count > MaxAlternatives) return s_unknown;
        return Each(left, a => Each(right, b => Operation(binary.Operator, a, b).WithDefault(a.IsDefault || b.IsDefault)));
    }

    private static Value Operation(string name, Value left, Value right)
    {
        if (left is UnknownValue { IsError: true } || right is UnknownValue { IsError: true }) return s_error;
        switch (name)
        {
            case "==" or "!=":
                return AreEqual(left, right) is { } same ? Bool(same == (name == "==")) : s_unknown;
            case "&&":
                return (AsBool(left), AsBool(right)) switch
                {
                    (false, _) or (_, false) => s_false,
                    (true, true) => s_true,
                    _ => s_unknown,
                };
            case "||":
                return (AsBool(left), AsBool(right)) switch
                {
                    (true, _) or (_, true) => s_true,
                    (false, false) => s_false,
                    _ => s_unknown,
                };
        }
        if (AsNumber(left) is not { } a || AsNumber(right) is not { } b) return s_unknown;
        return name switch
        {
            "<" => Bool(a < b),
            "<=" => Bool(a <= b),
            ">" => Bool(a > b),
            ">=" => Bool(a >= b),
            _ => Arithmetic(name, a, b),
        };
    }

    private static Value Arithmetic(string name, decimal a, decimal b)
    {
        if (b == 0 && name is "/" or "%") return s_unknown;
        try
        {
            var result = name switch
            {
                "+" => a + b,
                "-" => a - b,
                "*" => a * b,
                "/" => a / b,
                _ => a % b,
            };
            // Terraform calculates with 512 bits; what may have been rounded here is not known.
            var isExact = name switch
            {
                "/" => result * b == a,
                "*" => Digits(a) + Digits(b) <= 28 || (decimal.IsInteger(a) && decimal.IsInteger(b)),
                _ => Digits(a) <= 20 && Digits(b) <= 20,
            };
            return isExact ? new NumberValue(result) : s_unknown;
        }
        catch (OverflowException)
        {
            return s_unknown;
        }

        static int Digits(decimal number) => number.ToString(CultureInfo.InvariantCulture).Length;
    }

    /// <summary>Null where it is not known.</summary>
    private static bool? AreEqual(Value left, Value right)
    {
        if (left is NullValue || right is NullValue)
        {
            var other = left is NullValue ? right : left;
            return other is NullValue ? true : other is UnknownValue or ReferenceValue or CallValue or OneOfValue ? null : false;
        }
        if (left.IsKnown && right.IsKnown) return Plain(left).Equals(Plain(right));
        if (left is TemplateValue or StringValue && right is TemplateValue or StringValue) return DifferInEnds(left, right) ? false : null;
        return null;

        // A list and a set of the same elements are compared as a tuple would be.
        static Value Plain(Value value) => value is ListValue { IsSet: true } set ? new ListValue(set.Items) : value;
    }

    private static bool DifferInEnds(Value left, Value right)
    {
        var (startA, startB) = (Start(left), Start(right));
        var (endA, endB) = (End(left), End(right));
        var (start, end) = (Math.Min(startA.Length, startB.Length), Math.Min(endA.Length, endB.Length));
        return !startA.AsSpan(0, start).SequenceEqual(startB.AsSpan(0, start)) || !endA.AsSpan(endA.Length - end).SequenceEqual(endB.AsSpan(endB.Length - end));

        static string Start(Value value) => value is TemplateValue template ? template.KnownStart : value.Text!;
        static string End(Value value) => value is TemplateValue template ? template.KnownEnd : value.Text!;
    }

    private static decimal? AsNumber(Value value) => value switch
    {
        NumberValue number => number.Value,
        StringValue text => (Number(text.Value) as NumberValue)?.Value ?? (text.Value is ['-', .. var digits] ? -(Number(digits) as NumberValue)?.Value : null),
        _ => null,
    };

    /// <summary>A known value as a string, as Terraform converts it; null for what is not known or no string.</summary>
    private static string? AsText(Value value) => value switch
    {
        StringValue text => text.Value,
        NumberValue or BoolValue => value.ToString(),
        _ => null,
    };

    private Value Template(HclTemplate template, Scope scope) =>
        template.IsWrapper ? Evaluate(template.Parts[0], scope) : Join(Pieces(template.Parts, scope));

    private IEnumerable<Value> Pieces(IReadOnlyList<HclExpression> parts, Scope scope)
    {
        foreach (var part in parts)
        {
            switch (part)
            {
                case HclTemplateIf branch:
                    yield return Conditional(Evaluate(branch.Condition, scope), () => Join(Pieces(branch.Then, scope)), () => Join(Pieces(branch.Else, scope)));
                    break;
                case HclTemplateFor loop:
                    foreach (var piece in Loop(loop, scope)) yield return piece;
                    break;
                default:
                    yield return Evaluate(part, scope);
                    break;
            }
        }
    }

    private IEnumerable<Value> Loop(HclTemplateFor loop, Scope scope)
    {
        var collection = Evaluate(loop.Collection, scope);
        if (Elements(collection) is not { } elements)
        {
            yield return collection is UnknownValue { IsError: true } ? s_error : s_unknown;
            yield break;
        }
        foreach (var (key, value) in elements)
            foreach (var piece in Pieces(loop.Body, scope.With(loop.Key, key, loop.Value, value))) yield return piece;
    }

    /// <summary>A string of pieces. What is no string makes it an error.</summary>
    private static Value Join(IEnumerable<Value> pieces)
    {
        var joined = new List<Value>();
        var text = new System.Text.StringBuilder();
        var isDefault = false;
        foreach (var piece in pieces.SelectMany(piece => piece is TemplateValue template ? template.Pieces : [piece]))
        {
            isDefault |= piece.IsDefault;
            if (AsText(piece) is { } known)
            {
                if (text.Length + known.Length > MaxText) return s_unknown;
                text.Append(known);
                continue;
            }
            if (piece is ListValue or ObjectValue or NullValue or UnknownValue { IsError: true }) return s_error;
            if (text.Length > 0) joined.Add(new StringValue(text.ToString()));
            text.Clear();
            joined.Add(piece);
            if (joined.Count > MaxSize) return s_unknown;
        }
        if (joined.Count == 0) return new StringValue(text.ToString()).WithDefault(isDefault);
        if (text.Length > 0) joined.Add(new StringValue(text.ToString()));
        return new TemplateValue(joined).WithDefault(isDefault);
    }

    /// <summary>Keys and values in the order in which Terraform goes through them; null where they are not all known.</summary>
    internal static List<(Value Key, Value Value)>? Elements(Value collection) => collection switch
    {
        ListValue { IsComplete: true, IsSet: true } set => [.. set.Items.Select(item => (item, item))],
        ListValue { IsComplete: true } list => [.. list.Items.Select((item, index) => ((Value)new NumberValue(index), item))],
        ObjectValue { IsComplete: true } map => [.. map.Entries.OrderBy(entry => entry.Key, StringComparer.Ordinal).Select(entry => ((Value)new StringValue(entry.Key), entry.Value))],
        _ => null,
    };

    private Value For(HclFor loop, Scope scope)
    {
        var source = Evaluate(loop.Collection, scope);
        return Each(source, collection => (loop.Key is null ? ForList(loop, collection, scope) : ForObject(loop, collection, scope)).WithDefault(collection.IsDefault));
    }

    private Value ForList(HclFor loop, Value collection, Scope scope)
    {
        if (collection is UnknownValue { IsError: true } or NullValue) return s_error;
        if (collection is ListValue { IsComplete: false } list)
        {
            // What is made of known elements is known; their indices are not, nor what is made of the others.
            return new ListValue([.. list.Items.SelectMany(item => item is SpreadValue ? [new SpreadValue(s_unknown)] : ForElement(loop, s_unknown, item, scope))]);
        }
        if (Elements(collection) is not { } elements) return s_unknown;
        var items = new List<Value>();
        foreach (var (key, value) in elements)
        {
            items.AddRange(ForElement(loop, key, value, scope));
            if (_steps > MaxSteps || items.Count > MaxSize) return s_unknown;
        }
        return items.Exists(item => item is UnknownValue { IsError: true }) ? s_error : new ListValue(items);
    }

    private List<Value> ForElement(HclFor loop, Value key, Value value, Scope outer)
    {
        var scope = outer.With(loop.KeyName, key, loop.ValueName, value);
        var condition = loop.Condition is null ? s_true : Evaluate(loop.Condition, scope);
        var isIn = AsBool(condition);
        if (isIn == false && !condition.IsDefault) return [];
        var element = Evaluate(loop.Value, scope);
        return isIn == true && !condition.IsDefault ? [element] : [Perhaps(element)];
    }

    /// <summary>An element that may not be there.</summary>
    private static SpreadValue Perhaps(Value element) => new(new OneOfValue([new ListValue([element]), new ListValue([])]));

    private Value ForObject(HclFor loop, Value collection, Scope outer)
    {
        if (collection is UnknownValue { IsError: true } or NullValue) return s_error;
        if (Elements(collection) is not { } elements) return s_unknown;
        var entries = new Dictionary<string, Value>(StringComparer.Ordinal);
        var groups = new Dictionary<string, List<Value>>(StringComparer.Ordinal);
        var others = new List<Value>();
        foreach (var (itemKey, itemValue) in elements)
        {
            if (_steps > MaxSteps || entries.Count > MaxSize) return s_unknown;
            var scope = outer.With(loop.KeyName, itemKey, loop.ValueName, itemValue);
            var condition = loop.Condition is null ? s_true : Evaluate(loop.Condition, scope);
            var isIn = AsBool(condition);
            if (isIn == false && !condition.IsDefault) continue;
            var key = Evaluate(loop.Key!, scope);
            var value = Evaluate(loop.Value, scope);
            if (isIn != true || condition.IsDefault || AsText(key) is not { } name) others.Add(s_unknown);
            else if (!loop.IsGrouped && !entries.TryAdd(name, value)) return s_error;
            else if (loop.IsGrouped && groups.TryGetValue(name, out var group)) group.Add(value);
            else if (loop.IsGrouped) groups[name] = [value];
        }
        if (!loop.IsGrouped) return new ObjectValue(entries, others);
        return others.Count > 0 ? s_unknown : new ObjectValue(groups.ToDictionary(group => group.Key, group => (Value)new ListValue(group.Value), StringComparer.Ordinal));
    }

    /// <summary>Names that <c>for</c> binds, and the instance that expressions are of.</summary>
    private sealed class Scope(Scope? outer, TerraformInstance? instance)
    {
        private string? KeyName { get; init; }

        private Value? Key { get; init; }

        private string? ValueName { get; init; }

        private Value? Value { get; init; }

        public TerraformInstance? Instance { get; } = instance;

        public Scope With(string? keyName, Value key, string valueName, Value value) => new(this, Instance) { KeyName = keyName, Key = key, ValueName = valueName, Value = value };

        public bool TryGet(string name, [NotNullWhen(true)] out Value? value)
        {
            for (var scope = this; scope is not null; scope = scope.Outer)
            {
                value = name == scope.ValueName ? scope.Value : name == scope.KeyName ? scope.Key : null;
                if (value is not null) return true;
            }
            value = null;
            return false;
        }

        private Scope? Outer { get; } = outer;
    }
}
