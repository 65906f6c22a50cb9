using System.Text.RegularExpressions;
using Cora.Build.Python.Source;
using Cora.Build.Rules;

namespace Cora.Build.Tests.Rules;

/// <summary>Calls of <c>rpc</c> in a text that looks like Python.</summary>
internal static class RpcCode
{
    private static readonly Signature s_orgCommon = PythonCalls.Signature("function_name params? user_jwt?");

    public static IEnumerable<RpcCall> Calls(string file, string code) => PythonCalls.Of(code, "rpc").Select(call => new RpcCall(file, call, s_orgCommon));
}

/// <summary>Calls of functions that have a table, with the signatures of the sample layer.</summary>
internal static class TableCode
{
    public static readonly IReadOnlyDictionary<string, Signature> OrgCommon = new Dictionary<string, string>
    {
        ["find_one"] = "table filters select? order? user_jwt?",
        ["find_many"] = "table filters? select? order? limit? offset? user_jwt?",
        ["execute_query"] = "table filters? select? order? limit? offset? user_jwt?",
        ["count"] = "table filters? user_jwt?",
        ["insert_one"] = "table data select? user_jwt?",
        ["update_one"] = "table filters data select? user_jwt?",
        ["update_many"] = "table filters data select? user_jwt?",
        ["delete_one"] = "table filters select? user_jwt?",
        ["delete_many"] = "table filters user_jwt?",
    }.ToDictionary(item => item.Key, item => PythonCalls.Signature(item.Value));

    /// <param name="file">Full path.</param>
    /// <param name="code">The text.</param>
    /// <param name="before">A pattern of what stands before the function's name.</param>
    public static IEnumerable<TableCall> Calls(string file, string code, string before = "") =>
        PythonCalls.Of(code, $"(?<={before})(?:{string.Join('|', OrgCommon.Keys)})").Select(call => new TableCall(file, call, OrgCommon[call.Name.Name]));
}

/// <summary>Calls in a text that looks like Python: as much of it as the tests of the rules write, with the places that CPython gives.</summary>
internal static partial class PythonCalls
{
    /// <summary>Names in order; <c>?</c> has a default.</summary>
    public static Signature Signature(string names) =>
        new([.. names.Split(' ').Select(name => new Parameter(name.TrimEnd('?'), ParameterKind.PositionalOrKeyword, name.EndsWith('?')))], TakesMorePositional: false, TakesMoreKeywords: false);

    /// <summary>Calls of functions, whatever stands before a dot.</summary>
    /// <param name="code">The text.</param>
    /// <param name="names">A pattern.</param>
    public static IEnumerable<Call> Of(string code, string names) => Regex.Matches(code, $@"(?<!def )\b({names})\(").Select(match => Call(code, match));

    private static Call Call(string code, Match match)
    {
        List<Argument> positional = [], keywords = [];
        var (morePositional, moreKeywords) = (false, false);
        foreach (var (start, text) in Items(code, match.Index + match.Length))
        {
            if (text.StartsWith("**", StringComparison.Ordinal)) moreKeywords = true;
            else if (text[0] == '*') morePositional = true;
            else if (KeywordPattern().Match(text) is { Success: true } keyword) keywords.Add(new(keyword.Groups[1].Value, At(code, start), Value(code, start + keyword.Length, text[keyword.Length..])));
            else positional.Add(new("", At(code, start), Value(code, start, text)));
        }
        return new([], IsCertain: true, new(match.Groups[1].Value, At(code, match.Index)), positional, keywords, morePositional, moreKeywords, IsGuarded: false);
    }

    private static Literal? Value(string code, int start, string text)
    {
        var at = At(code, start);
        if (text == "None") return new(at, null, null, IsComplete: false, IsNone: true);
        if (text[0] is '\'' or '"') return new(at, text[1..^1], null, IsComplete: false, IsNone: false);
        if (ConstantPattern().IsMatch(text) && Regex.Match(code, $"^{text} = (\"[^\"]*\")$", RegexOptions.Multiline) is { Success: true } constant) return Value(code, constant.Groups[1].Index, constant.Groups[1].Value);
        if (text[0] != '{') return null;
        var items = Items(code, start + 1).Select(item => (item.Start, Key: KeyPattern().Match(item.Text))).ToList();
        return new(at, null, [.. items.Where(item => item.Key.Success).Select(item => new NameAt(item.Key.Groups[1].Value, At(code, item.Start)))], items.All(item => item.Key.Success), IsNone: false);
    }

    /// <summary>What commas separate, up to the bracket that closes.</summary>
    private static IEnumerable<(int Start, string Text)> Items(string code, int from)
    {
        var (depth, start) = (0, from);
        for (var i = from; ; i++)
        {
            if (code[i] is '\'' or '"')
            {
                i = code.IndexOf(code[i], i + 1);
                continue;
            }
            if (depth == 0 && code[i] is ',' or ')' or '}')
            {
                var text = code[start..i];
                if (text.Trim().Length > 0) yield return (start + text.Length - text.TrimStart().Length, text.Trim());
                start = i + 1;
                if (code[i] != ',') yield break;
            }
            depth += code[i] is '(' or '{' or '[' ? 1 : code[i] is ')' or '}' or ']' ? -1 : 0;
        }
    }

    private static Position At(string code, int offset) => new(code[..offset].Count(c => c == '\n') + 1, offset - code.LastIndexOf('\n', offset - 1 < 0 ? 0 : offset - 1));

    [GeneratedRegex(@"^(\w+)\s*=\s*")]
    private static partial Regex KeywordPattern();

    [GeneratedRegex("^['\"]([^'\"]+)['\"]\\s*:")]
    private static partial Regex KeyPattern();

    [GeneratedRegex("^[A-Z_]+$")]
    private static partial Regex ConstantPattern();
}
