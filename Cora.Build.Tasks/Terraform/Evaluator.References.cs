namespace Cora.Build.Terraform;

/// <summary>References, and steps into values.</summary>
internal sealed partial class Evaluator
{
    private Value Traverse(HclVariable root, IReadOnlyList<HclStep> steps, Scope scope)
    {
        if (scope.TryGet(root.Name, out var bound)) return Steps(bound, steps, 0, scope);
        var name = NameOf(steps, 0);
        if (name is not null && scope.Instance?.Get(root.Name, name) is { } ofInstance) return Steps(ofInstance, steps, 1, scope);
        switch (root.Name)
        {
            case "local" when name is not null:
                return Steps(Local(name), steps, 1, scope);
            case "var" when name is not null:
                return Steps(Variable(name), steps, 1, scope);
            case "path" when name == "module":
                return Steps(Directory(module.Directory), steps, 1, scope);
            case "path" when name == "root" && module.RootDirectory is not null:
                return Steps(Directory(module.RootDirectory), steps, 1, scope);
            case "module" when name is not null:
                return Steps(new ReferenceValue(ReferenceKind.Module, "", name, []), steps, 1, scope);
            case "data" when name is not null && NameOf(steps, 1) is { } dataName:
                return Steps(new ReferenceValue(ReferenceKind.Data, name, dataName, []), steps, 2, scope);
            case "each" or "count" or "path" or "terraform" or "self" or "local" or "var" or "module" or "data" or "ephemeral":
                return name is null ? s_unknown : Steps(new ReferenceValue(ReferenceKind.Other, root.Name, name, []), steps, 1, scope);
            default:
                return name is null ? s_unknown : Steps(new ReferenceValue(ReferenceKind.Resource, root.Name, name, []), steps, 1, scope);
        }
    }

    private static string? NameOf(IReadOnlyList<HclStep> steps, int index) => index < steps.Count && steps[index] is HclAttributeStep step ? step.Name : null;

    private static StringValue Directory(string path) => new(path.Replace('\\', '/'));

    private Value Local(string name)
    {
        if (_locals.TryGetValue(name, out var known)) return known;
        if (module.Local(name) is not { } local) return new ReferenceValue(ReferenceKind.Local, "", name, []);
        // For whoever comes back here before it is known.
        _locals[name] = s_unknown;
        var steps = _steps;
        _steps = 0;
        var value = Possible(Evaluate(local.Value, new Scope(null, null)));
        _steps = steps;
        return _locals[name] = value;
    }

    private Value Variable(string name)
    {
        if (_variables.TryGetValue(name, out var known)) return known;
        return _variables[name] = ValueOf(name, module.Variable(name));
    }

    private Value ValueOf(string name, TerraformVariable? variable)
    {
        if (arguments?.GetValueOrDefault(name) is { } passed) return variable is null ? passed : Converted(passed, variable.Type);
        var reference = new ReferenceValue(ReferenceKind.Variable, "", name, []);
        if (variable?.Default is not { } expression) return reference;
        var value = Converted(Evaluate(expression, new Scope(null, null)), variable.Type);
        if (arguments is not null) return value;
        var isEmpty = value is NullValue or StringValue { Value: "" } or ListValue { Items.Count: 0 } or ObjectValue { Entries.Count: 0 };
        value = Default(value);
        return isEmpty ? OneOf(value, reference) : value;
    }

    /// <summary>The same, with all that is in it, depending on defaults.</summary>
    private static Value Default(Value value)
    {
        var marked = value switch
        {
            ListValue list => new ListValue([.. list.Items.Select(Default)], list.IsSet),
            ObjectValue map => new ObjectValue(map.Entries.ToDictionary(entry => entry.Key, entry => Default(entry.Value), StringComparer.Ordinal), map.Others),
            _ => value,
        };
        return (value.Origin is null ? marked : marked.WithOrigin(value.Origin)).WithDefault(true);
    }

    /// <summary>A value as a variable of a type has it.</summary>
    private static Value Converted(Value value, HclExpression? type) => type switch
    {
        HclVariable { Name: "string" } when value is NumberValue or BoolValue => new StringValue(AsText(value)!).WithDefault(value.IsDefault),
        HclVariable { Name: "number" } when value is StringValue && AsNumber(value) is { } number => new NumberValue(number).WithDefault(value.IsDefault),
        HclVariable { Name: "bool" } when value is StringValue && AsBool(value) is { } known => Bool(known).WithDefault(value.IsDefault),
        HclCall { Name: "set" } when value is ListValue { IsSet: false } list => ToSet(list),
        // Attributes that are left out are null or have defaults that only the type says.
        HclCall { Name: "object" or "map" or "list" or "set" } when HasOptional(type) => Opened(value),
        _ => value,
    };

    private static bool HasOptional(HclExpression type) => type switch
    {
        HclCall call => call.Name == "optional" || call.Arguments.Any(HasOptional),
        HclObject value => value.Items.Any(item => HasOptional(item.Value)),
        HclTuple tuple => tuple.Items.Any(HasOptional),
        _ => false,
    };

    private static Value Opened(Value value) => value switch
    {
        ObjectValue { IsComplete: true } map => new ObjectValue(map.Entries.ToDictionary(entry => entry.Key, entry => Opened(entry.Value), StringComparer.Ordinal), [s_unknown]),
        ListValue list => new ListValue([.. list.Items.Select(Opened)], list.IsSet),
        _ => value,
    };

    private Value Steps(Value value, IReadOnlyList<HclStep> steps, int from, Scope scope)
    {
        for (var i = from; i < steps.Count; i++)
        {
            if (steps[i] is HclSplatStep splat)
            {
                // The steps that belong to each element.
                var behind = i + 1;
                var end = behind;
                while (end < steps.Count && (splat.IsFull || steps[end] is HclAttributeStep or HclIndexStep { IsLegacy: true })) end++;
                var each = steps.Take(end).ToList();
                value = Each(value, source => Splat(source, item => Steps(item, each, behind, scope), each, behind, scope).WithDefault(source.IsDefault));
                i = end - 1;
                continue;
            }
            var key = steps[i] is HclAttributeStep attribute ? new StringValue(attribute.Name) : Evaluate(((HclIndexStep)steps[i]).Key, scope);
            value = Into(value, key);
            if (value is UnknownValue) return value;
        }
        return value;
    }

    private Value Splat(Value source, Func<Value, Value> each, IReadOnlyList<HclStep> steps, int from, Scope scope)
    {
        switch (source)
        {
            case NullValue:
                return new ListValue([]);
            case ListValue list:
                var items = list.Items.Select(item => item is SpreadValue ? new SpreadValue(s_unknown) : each(item)).ToList();
                return items.Exists(item => item is UnknownValue { IsError: true }) ? s_error : new ListValue(items);
            case ReferenceValue reference:
                return Steps(reference.Then(new ReferenceSplat()), steps, from, scope);
            case StringValue or NumberValue or BoolValue or ObjectValue:
                return new ListValue([each(source)]);
            default:
                return source is UnknownValue { IsError: true } ? s_error : s_unknown;
        }
    }

    /// <summary>The element or attribute of a key.</summary>
    private static Value Into(Value value, Value key)
    {
        if (value is OneOfValue || key is OneOfValue)
            return value.Alternatives.Count * key.Alternatives.Count > MaxAlternatives ? s_unknown : Each(value, source => Each(key, step => Into(source, step)));
        var result = value switch
        {
            ReferenceValue reference => reference.Then(key is StringValue or NumberValue or ReferenceValue ? key : s_unknown),
            ObjectValue map when AsText(key) is { } name => map[name] ?? (map.Others switch { [] => s_error, [var only] => Into(only, key), _ => s_unknown }),
            ListValue list when AsNumber(key) is { } index => At(list, index),
            NullValue or StringValue or NumberValue or BoolValue => s_error,
            _ => value is UnknownValue { IsError: true } ? s_error : s_unknown,
        };
        return result.WithDefault(key.IsDefault);
    }

    private static Value At(ListValue list, decimal index)
    {
        if (list.IsSet || index < 0 || !decimal.IsInteger(index)) return s_error;
        var before = (int)Math.Min(index, list.Items.Count);
        if (list.Items.Take(before + 1).Any(item => item is SpreadValue)) return s_unknown;
        return before < list.Items.Count ? list.Items[before] : s_error;
    }
}
