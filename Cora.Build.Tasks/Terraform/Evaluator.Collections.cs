namespace Cora.Build.Terraform;

/// <summary>Functions of lists, sets, objects and maps.</summary>
internal sealed partial class Evaluator
{
    private static class CollectionFunctions
    {
        public static Dictionary<string, Func<IReadOnlyList<Value>, Value?>> All { get; } = new(StringComparer.Ordinal)
        {
            ["sensitive"] = values => values is [var value] ? value : s_error,
            ["nonsensitive"] = values => values is [var value] ? value : s_error,
            ["tolist"] = values => values switch { [ListValue list] => new ListValue(Unified(list.Items)), [NullValue] => s_null, _ => null },
            ["toset"] = values => values switch { [ListValue list] => ToSet(list), [NullValue] => s_null, _ => null },
            ["tomap"] = values => values is [ObjectValue or NullValue] ? values[0] : null,
            ["concat"] = values => new ListValue([.. values.SelectMany(Items)]),
            ["compact"] = Compact,
            ["flatten"] = values => values is [ListValue list] ? Flatten(list) : null,
            ["merge"] = Merge,
            ["coalesce"] = Coalesce,
            ["coalescelist"] = CoalesceList,
            ["contains"] = Contains,
            ["distinct"] = values => values is [ListValue { IsKnown: true } list] ? new ListValue([.. list.Items.Distinct()]) : null,
            ["element"] = Element,
            ["index"] = Index,
            ["keys"] = values => values is [ObjectValue { IsComplete: true } map] ? Strings(map.Entries.Keys.Order(StringComparer.Ordinal)) : null,
            ["values"] = values => values is [ObjectValue { IsComplete: true } map] ? new ListValue([.. Elements(map)!.Select(entry => entry.Value)]) : null,
            ["length"] = Length,
            ["lookup"] = Lookup,
            ["one"] = values => values is [ListValue { IsComplete: true } list] ? list.Items switch { [] => s_null, [var only] => only, _ => s_error } : null,
            ["range"] = Range,
            ["reverse"] = values => values is [ListValue { IsSet: false } list] ? new ListValue([.. list.Items.Reverse()]) : null,
            ["slice"] = Slice,
            ["sort"] = Sort,
            ["zipmap"] = ZipMap,
            ["transpose"] = Transpose,
            ["chunklist"] = Chunks,
            ["setunion"] = values => OfSets(values, (all, set) => all.Union(set)),
            ["setintersection"] = values => OfSets(values, (all, set) => all.Intersect(set)),
            ["setsubtract"] = values => values.Count == 2 ? OfSets(values, (all, set) => all.Except(set)) : s_error,
            ["setproduct"] = Product,
            ["alltrue"] = values => Quantified(values, decides: false),
            ["anytrue"] = values => Quantified(values, decides: true),
        };

        /// <summary>Whether one element decides. Null counts as false.</summary>
        private static Value? Quantified(IReadOnlyList<Value> values, bool decides)
        {
            if (values is not [ListValue list]) return null;
            var known = list.Items.Select(item => item is NullValue ? false : AsBool(item)).ToList();
            return known.Contains(decides) ? Bool(decides) : known.Contains(null) ? null : Bool(!decides);
        }

        /// <summary>What a list brings into another.</summary>
        private static IEnumerable<Value> Items(Value value) => value is ListValue list ? list.Items : [value as SpreadValue ?? new SpreadValue(value)];

        /// <summary>Without nulls and empty strings. What may be one of them may not be there.</summary>
        private static Value? Compact(IReadOnlyList<Value> values)
        {
            if (values is not [ListValue list]) return null;
            return new ListValue([.. Unified(list.Items).SelectMany(Kept)]);

            static IEnumerable<Value> Kept(Value item)
            {
                if (item is SpreadValue) return [item];
                var alternatives = item.Alternatives.ToList();
                var kept = alternatives.FindAll(alternative => alternative is not (NullValue or StringValue { Value: "" }));
                if (kept.Count == 0) return [];
                if (kept.Count == alternatives.Count && kept.TrueForAll(IsNeverEmpty)) return [item];
                return [new SpreadValue(OneOf(alternatives.SelectMany(Lists)))];
            }

            static IEnumerable<Value> Lists(Value item) =>
                item is NullValue or StringValue { Value: "" } ? [new ListValue([])] : IsNeverEmpty(item) ? [new ListValue([item])] : [new ListValue([item]), new ListValue([])];

            static bool IsNeverEmpty(Value item) => item switch
            {
                // Neither is an identifier or ARN of a resource.
                ReferenceValue { Kind: ReferenceKind.Resource or ReferenceKind.Data, Attribute: "arn" or "id" or "invoke_arn" or "qualified_arn" or "layer_arn" } => true,
                TemplateValue template => template.Pieces.Any(piece => piece is StringValue),
                _ => item is StringValue,
            };
        }

        private static Value? Flatten(ListValue list)
        {
            var items = new List<Value>();
            return Add(list) ? new ListValue(items) : s_unknown;

            bool Add(ListValue from)
            {
                foreach (var item in from.Items)
                {
                    if (item is ListValue inner)
                    {
                        if (!Add(inner)) return false;
                    }
                    else if (item is SpreadValue { Source: OneOfValue { Alternatives: var alternatives } } && alternatives.All(alternative => alternative is ListValue))
                    {
                        items.Add(new SpreadValue(OneOf(alternatives.Select(alternative => Flatten((ListValue)alternative)!))));
                    }
                    else
                    {
                        // What is not known may be a list itself.
                        var isElement = item is StringValue or NumberValue or BoolValue or NullValue or ObjectValue or TemplateValue or SpreadValue;
                        items.Add(isElement ? item : new SpreadValue(new CallValue("flatten", [new ListValue([item])])));
                    }
                    if (items.Count > MaxSize) return false;
                }
                return true;
            }
        }

        private static Value? Merge(IReadOnlyList<Value> values)
        {
            var entries = new Dictionary<string, Value>(StringComparer.Ordinal);
            var others = new List<Value>();
            foreach (var value in values)
            {
                if (value is NullValue) continue;
                if (value is ObjectValue map)
                {
                    foreach (var (key, entry) in map.Entries) entries[key] = entry;
                    if (map.IsComplete) continue;
                    others.AddRange(map.Others);
                    // Those entries of its own that are known are what they are; earlier ones may be replaced.
                    foreach (var key in entries.Keys.Where(key => !map.Entries.ContainsKey(key)).ToList()) entries[key] = OneOf(entries[key], s_unknown);
                    continue;
                }
                others.Add(value);
                foreach (var key in entries.Keys.ToList()) entries[key] = OneOf(entries[key], s_unknown);
            }
            return new ObjectValue(entries, others);
        }

        private static Value? Coalesce(IReadOnlyList<Value> values)
        {
            var possible = new List<Value>();
            foreach (var value in values.SelectMany(value => value.Alternatives.Count > 1 ? [value] : value.Alternatives))
            {
                if (value is NullValue or StringValue { Value: "" }) continue;
                possible.AddRange(value.Alternatives.Where(alternative => alternative is not (NullValue or StringValue { Value: "" })));
                if (value.IsKnown || (value is TemplateValue template && template.Pieces.Any(piece => piece is StringValue))) break;
            }
            return possible.Count == 0 ? s_error : OneOf(possible);
        }

        private static Value? CoalesceList(IReadOnlyList<Value> values)
        {
            var possible = new List<Value>();
            foreach (var value in values)
            {
                if (value is NullValue or ListValue { Items.Count: 0 }) continue;
                possible.Add(value);
                if (value is ListValue list && list.Items.Any(item => item is not SpreadValue)) break;
            }
            return possible.Count == 0 ? s_error : OneOf(possible);
        }

        private static Value? Contains(IReadOnlyList<Value> values)
        {
            if (values is not [ListValue list, var item]) return null;
            var isIn = list.Items.Select(other => other is SpreadValue ? null : AreEqual(other, item)).ToList();
            return isIn.Contains(true) ? s_true : isIn.Contains(null) ? null : s_false;
        }

        private static Value? Element(IReadOnlyList<Value> values)
        {
            if (values is not [ListValue { IsComplete: true } list, NumberValue { Value: var index }]) return null;
            return list.Items.Count == 0 || index < 0 || !decimal.IsInteger(index) ? s_error : list.Items[(int)(index % list.Items.Count)];
        }

        private static Value? Index(IReadOnlyList<Value> values)
        {
            if (values is not [ListValue { IsKnown: true } list, { IsKnown: true } item]) return null;
            return list.Items.ToList().IndexOf(item) is >= 0 and var index ? new NumberValue(index) : s_error;
        }

        private static Value? Sort(IReadOnlyList<Value> values) =>
            values is [ListValue list] && list.Items.All(item => AsText(item) is not null) ? Strings(list.Items.Select(item => AsText(item)!).Order(StringComparer.Ordinal)) : null;

        private static Value? Length(IReadOnlyList<Value> values) => values switch
        {
            [ListValue { IsComplete: true } list] when !list.IsSet || list.IsKnown => new NumberValue(list.Items.Count),
            [ObjectValue { IsComplete: true } map] => new NumberValue(map.Entries.Count),
            [StringValue text] when System.Text.Ascii.IsValid(text.Value) => new NumberValue(text.Value.Length),
            _ => null,
        };

        private static Value? Lookup(IReadOnlyList<Value> values)
        {
            if (values.Count is not (2 or 3) || values[0] is not ObjectValue map || AsText(values[1]) is not { } key) return null;
            if (map[key] is { } value) return value;
            var otherwise = values.Count == 3 ? values[2] : s_error;
            return map.IsComplete ? otherwise : null;
        }

        private static Value? Range(IReadOnlyList<Value> values)
        {
            if (!values.All(value => value is NumberValue) || values.Count is not (>= 1 and <= 3)) return null;
            var numbers = values.Select(value => ((NumberValue)value).Value).ToList();
            var (from, to) = numbers.Count == 1 ? (0, numbers[0]) : (numbers[0], numbers[1]);
            var step = numbers.Count == 3 ? numbers[2] : to < from ? -1 : 1;
            if (step == 0 || (numbers.Count == 3 && step > 0 != to > from && to != from)) return s_error;
            var items = new List<Value>();
            for (var number = from; step > 0 ? number < to : number > to; number += step)
            {
                // Terraform has the same limit.
                if (items.Count == 1024) return s_error;
                items.Add(new NumberValue(number));
            }
            return new ListValue(items);
        }

        private static Value? Slice(IReadOnlyList<Value> values)
        {
            if (values is not [ListValue { IsComplete: true, IsSet: false } list, NumberValue { Value: var from }, NumberValue { Value: var to }]) return null;
            return from < 0 || to > list.Items.Count || from > to ? s_error : new ListValue([.. list.Items.Skip((int)from).Take((int)(to - from))]);
        }

        private static Value? ZipMap(IReadOnlyList<Value> values)
        {
            if (values is not [ListValue { IsComplete: true } keys, ListValue { IsComplete: true } items] || !keys.Items.All(key => AsText(key) is not null)) return null;
            if (keys.Items.Count != items.Items.Count) return s_error;
            var entries = new Dictionary<string, Value>(StringComparer.Ordinal);
            foreach (var (key, value) in keys.Items.Zip(items.Items)) entries[AsText(key)!] = value;
            return new ObjectValue(entries);
        }

        private static Value? Transpose(IReadOnlyList<Value> values)
        {
            if (values is not [ObjectValue { IsKnown: true } map] || !map.Entries.Values.All(value => value is ListValue list && list.Items.All(item => item is StringValue))) return null;
            var entries = Elements(map)!.SelectMany(entry => ((ListValue)entry.Value).Items.Select(item => (item.Text, entry.Key))).GroupBy(pair => pair.Text!, StringComparer.Ordinal);
            return new ObjectValue(entries.ToDictionary(group => group.Key, group => (Value)new ListValue([.. group.Select(pair => pair.Key)]), StringComparer.Ordinal));
        }

        private static Value? Chunks(IReadOnlyList<Value> values) =>
            values is [ListValue { IsComplete: true } list, NumberValue { Value: > 0 and < MaxSize } count] && decimal.IsInteger(count.Value)
                ? new ListValue([.. list.Items.Chunk((int)count.Value).Select(chunk => new ListValue(chunk))])
                : null;

        private static Value? OfSets(IReadOnlyList<Value> values, Func<IEnumerable<Value>, IEnumerable<Value>, IEnumerable<Value>> function)
        {
            if (values.Count == 0 || !values.All(value => value is ListValue { IsKnown: true })) return null;
            var sets = values.Select(value => ToSet((ListValue)value).Items).ToList();
            return ToSet(new ListValue([.. sets.Skip(1).Aggregate((IEnumerable<Value>)sets[0], (all, set) => function(all, set).ToList())]));
        }

        private static Value? Product(IReadOnlyList<Value> values)
        {
            if (values.Count < 2 || !values.All(value => value is ListValue { IsComplete: true })) return null;
            var lists = values.Select(value => ((ListValue)value).Items).ToList();
            if (lists.Aggregate(1L, (count, list) => Math.Min(int.MaxValue, count * list.Count)) > MaxSize / lists.Count) return s_unknown;
            IEnumerable<Value[]> rows = [[]];
            foreach (var list in lists) rows = rows.SelectMany(row => list.Select(item => (Value[])[.. row, item])).ToList();
            return new ListValue([.. rows.Select(row => new ListValue(row))], isSet: values.All(value => value is ListValue { IsSet: true }));
        }
    }
}
