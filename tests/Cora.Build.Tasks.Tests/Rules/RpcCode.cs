using System.Text.RegularExpressions;
using Cora.Build.Python.Source;
using Cora.Build.Rules;

namespace Cora.Build.Tests.Rules;

/// <summary>Calls of <c>rpc</c> in a text that looks like Python: as much of it as the tests of the rules write, with the places that CPython gives.</summary>
internal static partial class RpcCode
{
    private static readonly Signature s_orgCommon = new(
        [
            new("function_name", ParameterKind.PositionalOrKeyword, HasDefault: false),
            new("params", ParameterKind.PositionalOrKeyword, HasDefault: true),
            new("user_jwt", ParameterKind.PositionalOrKeyword, HasDefault: true),
        ],
        TakesMorePositional: false, TakesMoreKeywords: false);

    public static IEnumerable<RpcCall> Calls(string file, string code) => CallPattern().Matches(code).Select(match => new RpcCall(file, Call(code, match), s_orgCommon));

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
        return new([], IsCertain: true, new("rpc", At(code, match.Index)), positional, keywords, morePositional, moreKeywords, IsGuarded: false);
    }

    private static Literal? Value(string code, int start, string text)
    {
        var at = At(code, start);
        if (text == "None") return new(at, null, null, IsComplete: false, IsNone: true);
        if (text[0] is '\'' or '"') return new(at, text[1..^1], null, IsComplete: false, IsNone: false);
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

    [GeneratedRegex(@"\brpc\(")]
    private static partial Regex CallPattern();

    [GeneratedRegex(@"^(\w+)\s*=\s*")]
    private static partial Regex KeywordPattern();

    [GeneratedRegex("^['\"](\\w+)['\"]\\s*:")]
    private static partial Regex KeyPattern();
}
