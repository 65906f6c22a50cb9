using System.Globalization;
using System.Numerics;

namespace Cora.Build.Terraform;

/// <summary>Functions of numbers.</summary>
internal sealed partial class Evaluator
{
    private static class NumberFunctions
    {
        public static Dictionary<string, Func<IReadOnlyList<Value>, Value?>> All { get; } = new(StringComparer.Ordinal)
        {
            ["max"] = values => OfAll(values, numbers => numbers.Max()),
            ["min"] = values => OfAll(values, numbers => numbers.Min()),
            ["floor"] = values => OfOne(values, decimal.Floor),
            ["ceil"] = values => OfOne(values, decimal.Ceiling),
            ["abs"] = values => OfOne(values, Math.Abs),
            ["signum"] = values => OfOne(values, number => Math.Sign(number)),
            ["sum"] = values => values is [ListValue { Items.Count: > 0 } list] ? OfAll(list.Items, numbers => numbers.Sum()) : null,
            ["parseint"] = ParseInteger,
            ["tonumber"] = values => Converted(values, value => AsNumber(value) is { } number ? new NumberValue(number) : null),
            ["tobool"] = values => Converted(values, value => AsBool(value) is { } known ? Bool(known) : null),
        };

        private static Value? Converted(IReadOnlyList<Value> values, Func<Value, Value?> function) =>
            values is not [var value] ? s_error : value is NullValue ? s_null : function(value) ?? (value is StringValue ? s_error : null);

        private static Value? OfOne(IReadOnlyList<Value> values, Func<decimal, decimal> function) => values is [var value] && AsNumber(value) is { } number ? new NumberValue(function(number)) : null;

        private static Value? OfAll(IReadOnlyList<Value> values, Func<IReadOnlyList<decimal>, decimal> function)
        {
            if (values.Count == 0 || !values.All(value => AsNumber(value) is not null)) return null;
            try
            {
                return new NumberValue(function([.. values.Select(value => AsNumber(value)!.Value)]));
            }
            catch (OverflowException)
            {
                return null;
            }
        }

        private static Value? ParseInteger(IReadOnlyList<Value> values)
        {
            if (values is not [StringValue { Value: var text }, NumberValue { Value: >= 2 and <= 36 and var numberBase }] || !decimal.IsInteger(numberBase) || text.Length is 0 or > 60) return null;
            var digits = text.TrimStart('-');
            BigInteger result = 0;
            foreach (var c in digits)
            {
                var digit = char.IsAsciiDigit(c) ? c - '0' : char.IsAsciiLetter(c) ? char.ToLowerInvariant(c) - 'a' + 10 : int.MaxValue;
                if (digit >= numberBase) return s_error;
                result = (result * (int)numberBase) + digit;
            }
            return result > (BigInteger)decimal.MaxValue ? null : new NumberValue(decimal.Parse($"{(text[0] == '-' ? "-" : "")}{result}", CultureInfo.InvariantCulture));
        }
    }
}
