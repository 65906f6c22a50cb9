using System.Globalization;
using System.Text;
using System.Text.Json;

namespace Cora.Build.Terraform;

/// <summary>Functions that encode and decode.</summary>
internal sealed partial class Evaluator
{
    private static class EncodingFunctions
    {
        public static Dictionary<string, Func<IReadOnlyList<Value>, Value?>> All { get; } = new(StringComparer.Ordinal)
        {
            ["jsonencode"] = values => values is [{ IsKnown: true } value] ? new StringValue(Encoded(value)) : null,
            ["jsondecode"] = values => values is [StringValue text] ? Decoded(text.Value) : null,
            ["base64encode"] = values => values is [StringValue text] ? new StringValue(Convert.ToBase64String(Encoding.UTF8.GetBytes(text.Value))) : null,
        };

        /// <summary>A known value as JSON, as Terraform writes it.</summary>
        public static string Encoded(Value value)
        {
            var json = new StringBuilder();
            Write(json, value);
            return json.ToString();
        }

        private static void Write(StringBuilder json, Value value)
        {
            switch (value)
            {
                case StringValue text:
                    Write(json, text.Value);
                    break;
                case ListValue list:
                    json.Append('[');
                    for (var i = 0; i < list.Items.Count; i++)
                    {
                        if (i > 0) json.Append(',');
                        Write(json, list.Items[i]);
                    }
                    json.Append(']');
                    break;
                case ObjectValue map:
                    json.Append('{');
                    var isFirst = true;
                    foreach (var (key, entry) in map.Entries.OrderBy(entry => entry.Key, StringComparer.Ordinal))
                    {
                        if (!isFirst) json.Append(',');
                        isFirst = false;
                        Write(json, key);
                        json.Append(':');
                        Write(json, entry);
                    }
                    json.Append('}');
                    break;
                default:
                    json.Append(value);
                    break;
            }
        }

        private static void Write(StringBuilder json, string text)
        {
            json.Append('"');
            foreach (var c in text)
            {
                switch (c)
                {
                    case '"' or '\\':
                        json.Append('\\').Append(c);
                        break;
                    case '\n':
                        json.Append("\\n");
                        break;
                    case '\r':
                        json.Append("\\r");
                        break;
                    case '\t':
                        json.Append("\\t");
                        break;
                    case < ' ' or '<' or '>' or '&' or '\u2028' or '\u2029':
                        json.Append(CultureInfo.InvariantCulture, $"\\u{(int)c:x4}");
                        break;
                    default:
                        json.Append(c);
                        break;
                }
            }
            json.Append('"');
        }

        private static Value? Decoded(string text)
        {
            try
            {
                using var document = JsonDocument.Parse(text);
                return Decoded(document.RootElement);
            }
            catch (JsonException)
            {
                return s_error;
            }
        }

        private static Value Decoded(JsonElement element) => element.ValueKind switch
        {
            JsonValueKind.String => new StringValue(element.GetString()!),
            JsonValueKind.Number => element.TryGetDecimal(out var number) ? new NumberValue(number) : s_unknown,
            JsonValueKind.True => s_true,
            JsonValueKind.False => s_false,
            JsonValueKind.Null => s_null,
            JsonValueKind.Array => new ListValue([.. element.EnumerateArray().Select(Decoded)]),
            // Of a key that is there twice the last one counts.
            _ => new ObjectValue(element.EnumerateObject().GroupBy(entry => entry.Name, StringComparer.Ordinal)
                .ToDictionary(group => group.Key, group => Decoded(group.Last().Value), StringComparer.Ordinal)),
        };
    }
}
