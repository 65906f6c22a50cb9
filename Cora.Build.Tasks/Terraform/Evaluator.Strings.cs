using System.Globalization;
using System.Text;
using System.Text.RegularExpressions;

namespace Cora.Build.Terraform;

/// <summary>Functions of strings.</summary>
internal sealed partial class Evaluator
{
    private static class StringFunctions
    {
        public static Dictionary<string, Func<IReadOnlyList<Value>, Value?>> All { get; } = new(StringComparer.Ordinal)
        {
            ["lower"] = values => OfOne(values, text => text.ToLowerInvariant()),
            ["upper"] = values => OfOne(values, text => text.ToUpperInvariant()),
            ["title"] = values => OfOne(values, Title),
            ["trimspace"] = values => OfOne(values, text => text.Trim()),
            ["chomp"] = values => OfOne(values, text => text.TrimEnd('\r', '\n')),
            ["trim"] = values => OfTwo(values, (text, characters) => new StringValue(text.Trim(characters.ToCharArray()))),
            ["trimprefix"] = values => OfTwo(values, (text, prefix) => new StringValue(text.StartsWith(prefix, StringComparison.Ordinal) ? text[prefix.Length..] : text)),
            ["trimsuffix"] = values => OfTwo(values, (text, suffix) => new StringValue(text.EndsWith(suffix, StringComparison.Ordinal) ? text[..^suffix.Length] : text)),
            ["startswith"] = StartsWith,
            ["endswith"] = EndsWith,
            ["strcontains"] = values => OfTwo(values, (text, part) => Bool(text.Contains(part, StringComparison.Ordinal))),
            ["strrev"] = values => values is [StringValue text] && IsAscii(text.Value) ? new StringValue(string.Concat(text.Value.Reverse())) : null,
            ["substr"] = Substring,
            ["replace"] = Replace,
            ["split"] = values => OfTwo(values, (separator, text) => Strings(separator.Length == 0 ? text.Select(c => c.ToString()) : text.Split(separator))),
            ["join"] = JoinList,
            ["format"] = Format,
            ["formatlist"] = FormatList,
            ["regex"] = values => OfTwo(values, FirstMatch),
            ["regexall"] = values => OfTwo(values, AllMatches),
            ["basename"] = BaseName,
            ["dirname"] = DirectoryName,
            ["abspath"] = values => values is [StringValue { Value: ['/', ..] or [_, ':', '/', ..] } path] ? new StringValue(Clean(path.Value)) : null,
            ["pathexpand"] = values => values is [StringValue { Value: not ['~', ..] } path] ? path : null,
            ["tostring"] = values => values is [TemplateValue or NullValue] ? values[0] : values is [var value] && AsText(value) is { } text ? new StringValue(text) : null,
        };

        private static Value? OfOne(IReadOnlyList<Value> values, Func<string, string> function) => values is [var value] && AsText(value) is { } text ? new StringValue(function(text)) : null;

        private static Value? OfTwo(IReadOnlyList<Value> values, Func<string, string, Value?> function) =>
            values is [var first, var second] && AsText(first) is { } a && AsText(second) is { } b ? function(a, b) : null;

        private static bool IsAscii(string text) => Ascii.IsValid(text);

        private static string Title(string text)
        {
            var characters = text.ToCharArray();
            for (var i = 0; i < characters.Length; i++)
                if (i == 0 || !(char.IsLetterOrDigit(characters[i - 1]) || characters[i - 1] is '_' or '\'')) characters[i] = char.ToUpperInvariant(characters[i]);
            return new string(characters);
        }

        private static Value? StartsWith(IReadOnlyList<Value> values)
        {
            if (values is not [var value, StringValue { Value: var prefix }]) return null;
            if (AsText(value) is { } text) return Bool(text.StartsWith(prefix, StringComparison.Ordinal));
            return value is not TemplateValue { KnownStart: var start } ? null
                : start.StartsWith(prefix, StringComparison.Ordinal) ? s_true
                : prefix.StartsWith(start, StringComparison.Ordinal) ? null
                : s_false;
        }

        private static Value? EndsWith(IReadOnlyList<Value> values)
        {
            if (values is not [var value, StringValue { Value: var suffix }]) return null;
            if (AsText(value) is { } text) return Bool(text.EndsWith(suffix, StringComparison.Ordinal));
            return value is not TemplateValue { KnownEnd: var end } ? null
                : end.EndsWith(suffix, StringComparison.Ordinal) ? s_true
                : suffix.EndsWith(end, StringComparison.Ordinal) ? null
                : s_false;
        }

        private static Value? Substring(IReadOnlyList<Value> values)
        {
            if (values is not [StringValue { Value: var text }, NumberValue { Value: var offset }, NumberValue { Value: var length }] || !IsAscii(text)) return null;
            if (!decimal.IsInteger(offset) || !decimal.IsInteger(length)) return s_error;
            var from = (int)Math.Clamp(offset < 0 ? offset + text.Length : offset, 0, text.Length);
            var to = length < 0 ? text.Length : (int)Math.Min(from + length, text.Length);
            return new StringValue(text[from..to]);
        }

        /// <summary><c>replace</c> with a string, or with a <c>/regular expression/</c>.</summary>
        private static Value? Replace(IReadOnlyList<Value> values)
        {
            if (values is not [var subject, StringValue { Value: var pattern }, StringValue { Value: var replacement }] || AsText(subject) is not { } text) return null;
            if (pattern is ['/', _, .., '/'])
            {
                if (Regular(pattern[1..^1]) is not { } regex || (replacement.Contains('$', StringComparison.Ordinal) && !IsPlainReplacement(replacement))) return null;
                return LongestOf(text, replacement) ? s_unknown : new StringValue(regex.Replace(text, replacement));
            }
            if (LongestOf(text, replacement)) return s_unknown;
            return new StringValue(pattern.Length == 0 ? string.Concat(text.Select(c => replacement + c)) + replacement : text.Replace(pattern, replacement, StringComparison.Ordinal));

            static bool LongestOf(string text, string replacement) => (long)(text.Length + 1) * (replacement.Length + 1) > MaxText * 4L;
        }

        /// <summary>Whether groups are written so that Go and .NET mean the same: <c>${1}</c>, <c>${name}</c>, or <c>$1</c> without a letter or digit behind it.</summary>
        private static bool IsPlainReplacement(string replacement)
        {
            for (var at = replacement.IndexOf('$', StringComparison.Ordinal); at >= 0; at = replacement.IndexOf('$', at + 1))
            {
                var rest = replacement.AsSpan(at + 1);
                var isPlain = rest is ['{', ..] ? rest.IndexOf('}') > 1 : rest is [>= '0' and <= '9', ..] && !(rest.Length > 1 && (char.IsAsciiLetterOrDigit(rest[1]) || rest[1] == '_'));
                if (!isPlain) return false;
            }
            return true;
        }

        /// <summary>Null for what only RE2 has. It takes time in proportion to the text, as RE2 does.</summary>
        private static Regex? Regular(string pattern)
        {
            try
            {
                return pattern.Length > 2000 ? null : new Regex(pattern.Replace("(?P<", "(?<", StringComparison.Ordinal), RegexOptions.NonBacktracking | RegexOptions.CultureInvariant);
            }
            catch (Exception e) when (e is ArgumentException or NotSupportedException)
            {
                return null;
            }
        }

        private static Value? FirstMatch(string pattern, string text) =>
            Regular(pattern) is not { } regex ? null : regex.Match(text) is { Success: true } match ? Found(regex, match) : s_error;

        private static Value? AllMatches(string pattern, string text) =>
            Regular(pattern) is { } regex ? new ListValue([.. regex.Matches(text).Take(MaxSize + 1).Select(match => Found(regex, match))]) : null;

        /// <summary>The match, or its groups: by name when they have names.</summary>
        private static Value Found(Regex regex, Match match)
        {
            var names = regex.GetGroupNames();
            if (names.Length == 1) return new StringValue(match.Value);
            var groups = names.Skip(1).Select(name => (name, Value: match.Groups[name] is { Success: true } group ? new StringValue(group.Value) : (Value)s_null)).ToList();
            return groups.TrueForAll(group => char.IsAsciiDigit(group.name[0]))
                ? new ListValue([.. groups.Select(group => group.Value)])
                : new ObjectValue(groups.ToDictionary(group => group.name, group => group.Value, StringComparer.Ordinal));
        }

        private static Value? JoinList(IReadOnlyList<Value> values)
        {
            if (values.Count < 2 || AsText(values[0]) is not { } separator) return null;
            if (!values.Skip(1).All(value => value is ListValue { IsComplete: true })) return null;
            var items = values.Skip(1).SelectMany(value => ((ListValue)value).Items).ToList();
            return items.Exists(item => item is ListValue or ObjectValue) ? s_error
                : (long)items.Count * separator.Length > MaxText ? s_unknown
                : Join(items.SelectMany((item, index) => index == 0 ? [item] : new[] { new StringValue(separator), item }));
        }

        private static Value? Format(IReadOnlyList<Value> values) => values is [var first, ..] && AsText(first) is { } format ? Formatted(format, values, 1) : null;

        private static Value? FormatList(IReadOnlyList<Value> values)
        {
            if (values is not [var first, ..] || AsText(first) is not { } format) return null;
            if (values.Skip(1).Any(value => value is ListValue { IsComplete: false } or not (ListValue or StringValue or NumberValue or BoolValue or TemplateValue))) return null;
            var lengths = values.Skip(1).OfType<ListValue>().Select(list => list.Items.Count).Distinct().ToList();
            if (lengths.Count > 1) return s_error;
            if ((long)lengths.FirstOrDefault() * values.Where(value => value is not ListValue).Sum(value => value.Size) > MaxSize) return s_unknown;
            var results = Enumerable.Range(0, lengths is [var length] ? length : 1)
                .Select(index => Formatted(format, [first, .. values.Skip(1).Select(value => value is ListValue list ? list.Items[index] : value)], 1)).ToList();
            return results.Contains(null!) ? null : new ListValue(results!);
        }

        /// <summary>Null where the format has what is not known here, or says something of a value that is not known.</summary>
        private static Value? Formatted(string format, IReadOnlyList<Value> values, int next)
        {
            var pieces = new List<Value>();
            for (var i = 0; i < format.Length;)
            {
                var percent = format.IndexOf('%', i);
                pieces.Add(new StringValue(percent < 0 ? format[i..] : format[i..percent]));
                if (percent < 0) break;
                var end = percent + 1;
                while (end < format.Length && format[end] is '-' or '0' or '+' or ' ' or (>= '1' and <= '9') or '.') end++;
                if (end == format.Length) return s_error;
                i = end + 1;
                if (format[end] == '%')
                {
                    pieces.Add(new StringValue("%"));
                    continue;
                }
                if (next == values.Count) return s_error;
                if (Formatted(format[end], format[(percent + 1)..end], values[next++]) is not { } piece) return null;
                pieces.Add(piece);
            }
            return next < values.Count ? s_error : Join(pieces);
        }

        private static Value? Formatted(char verb, string flags, Value value)
        {
            if (!value.IsKnown) return flags.Length == 0 && verb is 's' or 'v' && value is not (ListValue or ObjectValue) ? value : null;
            string? text;
            switch (verb)
            {
                case 's' or 'v' when value is not NullValue:
                    text = AsText(value) ?? EncodingFunctions.Encoded(value);
                    break;
                case 'd' when AsNumber(value) is { } number && decimal.IsInteger(number):
                    text = new NumberValue(number).ToString();
                    break;
                case 't' when AsBool(value) is { } known:
                    text = known ? "true" : "false";
                    break;
                case 'q' when AsText(value) is { } quoted && flags.Length == 0:
                    return new StringValue(EncodingFunctions.Encoded(new StringValue(quoted)));
                default:
                    return null;
            }
            if (flags.Length == 0) return new StringValue(text);
            var isLeft = flags[0] == '-';
            var width = isLeft ? flags[1..] : flags;
            if (!int.TryParse(width, NumberStyles.None, CultureInfo.InvariantCulture, out var columns) || columns > 1000 || !IsAscii(text)) return null;
            if (isLeft) return new StringValue(text.PadRight(columns));
            if (width[0] != '0') return new StringValue(text.PadLeft(columns));
            return verb != 'd' ? null : new StringValue(text is ['-', .. var digits] ? $"-{digits.PadLeft(columns - 1, '0')}" : text.PadLeft(columns, '0'));
        }

        private static Value? BaseName(IReadOnlyList<Value> values)
        {
            if (values is not [var value]) return null;
            if (value is TemplateValue { KnownEnd: var end }) return end.LastIndexOf('/') is >= 0 and var at && at + 1 < end.Length ? new StringValue(end[(at + 1)..]) : null;
            if (AsText(value) is not { } text) return null;
            if (text.Length == 0) return new StringValue(".");
            var trimmed = text.TrimEnd('/');
            return new StringValue(trimmed.Length == 0 ? "/" : trimmed[(trimmed.LastIndexOf('/') + 1)..]);
        }

        private static Value? DirectoryName(IReadOnlyList<Value> values)
        {
            if (values is not [var value] || AsText(value) is not { } text) return null;
            return new StringValue(Clean(text[..(text.LastIndexOf('/') + 1)]));
        }

        /// <summary>The shortest path that says the same, as Go's <c>filepath.Clean</c> gives it.</summary>
        private static string Clean(string path)
        {
            var isRooted = path.StartsWith('/');
            var segments = new List<string>();
            foreach (var segment in path.Split('/', StringSplitOptions.RemoveEmptyEntries))
            {
                if (segment == ".") continue;
                if (segment != "..") segments.Add(segment);
                else if (segments is [.., not ".."]) segments.RemoveAt(segments.Count - 1);
                else if (!isRooted) segments.Add(segment);
            }
            var joined = string.Join('/', segments);
            return isRooted ? $"/{joined}" : joined.Length == 0 ? "." : joined;
        }
    }
}
