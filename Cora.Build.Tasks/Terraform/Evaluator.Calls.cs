namespace Cora.Build.Terraform;

/// <summary>Calls of functions (Terraform, "Built-in Functions").</summary>
internal sealed partial class Evaluator
{
    /// <summary>Null from one of them: what it comes to is not known, and it stays a call.</summary>
    private static readonly Dictionary<string, Func<IReadOnlyList<Value>, Value?>> s_functions = new(
        [.. StringFunctions.All, .. CollectionFunctions.All, .. NumberFunctions.All, .. EncodingFunctions.All], StringComparer.Ordinal);

    /// <summary>Those that look at alternatives themselves, or must keep them together.</summary>
    private static readonly HashSet<string> s_takeAlternatives = new(StringComparer.Ordinal)
    {
        "concat", "compact", "flatten", "merge", "coalesce", "coalescelist", "join", "format", "distinct", "tolist", "toset", "tomap", "sensitive", "nonsensitive", "jsonencode",
    };

    private Value Call(HclCall call, Scope scope)
    {
        if (call.Name == "try") return Try(call, scope);
        if (call.Name == "can") return Can(call, scope);
        var values = call.Arguments.Select(argument => Evaluate(argument, scope)).ToList();
        if (call.ExpandsLast && values.Count > 0)
        {
            var last = values[^1];
            values.RemoveAt(values.Count - 1);
            values.AddRange(last is ListValue list ? list.Items : [new SpreadValue(last)]);
        }
        if (values.Exists(value => value is UnknownValue { IsError: true })) return s_error;
        return Apply(call.Name, values);
    }

    private static Value Apply(string name, IReadOnlyList<Value> values)
    {
        if (!s_functions.TryGetValue(name, out var function)) return Bounded(new CallValue(name, values));
        var isDefault = values.Any(value => value.IsDefault);
        if (!s_takeAlternatives.Contains(name) && values.Count(value => value is OneOfValue) == 1)
        {
            var index = values.TakeWhile(value => value is not OneOfValue).Count();
            return OneOf(values[index].Alternatives.Select(alternative => Apply(name, [.. values.Take(index), alternative, .. values.Skip(index + 1)])));
        }
        // What stands for several arguments could be any of them.
        var result = values.Any(value => value is SpreadValue) && name is not ("concat" or "merge") ? null : function(values);
        return Bounded((result ?? new CallValue(name, values)).WithDefault(isDefault));
    }

    /// <summary>The first argument that is no error. A reference may be one when Terraform runs.</summary>
    private Value Try(HclCall call, Scope scope)
    {
        var possible = new List<Value>();
        foreach (var argument in call.Arguments)
        {
            var value = Evaluate(argument, scope);
            if (value is UnknownValue { IsError: true }) continue;
            possible.Add(value);
            if (value.IsKnown) break;
        }
        return possible.Count == 0 ? s_error : OneOf(possible);
    }

    private Value Can(HclCall call, Scope scope) => call.Arguments is not [var argument] ? s_error : Evaluate(argument, scope) switch
    {
        UnknownValue { IsError: true } => s_false,
        { IsKnown: true } value => s_true.WithDefault(value.IsDefault),
        _ => s_unknown,
    };

    private static bool AreKnown(IEnumerable<Value> values) => values.All(value => value.IsKnown);

    private static ListValue Strings(IEnumerable<string> values) => new([.. values.Select(value => new StringValue(value))]);

    /// <summary>Elements as Terraform converts them for a list or set: where one is a string, numbers and booleans become strings.</summary>
    private static List<Value> Unified(IReadOnlyList<Value> items)
    {
        var hasText = items.Any(item => item is StringValue or TemplateValue);
        return [.. items.Select(item => hasText && item is NumberValue or BoolValue ? new StringValue(AsText(item)!) : item)];
    }

    /// <summary>Each once, in the order that Terraform goes through them.</summary>
    private static ListValue ToSet(ListValue list)
    {
        if (list.IsSet) return list;
        IEnumerable<Value> items = Unified(list.Items).Distinct();
        if (items.All(item => item is StringValue)) items = items.OrderBy(item => item.Text, StringComparer.Ordinal);
        else if (items.All(item => item is NumberValue)) items = items.OrderBy(item => ((NumberValue)item).Value);
        return new ListValue([.. items], isSet: true);
    }
}
