using Cora.Build.Python.Source;
using Cora.Build.Rules;

namespace Cora.Build.Tests.Rules;

public sealed class RpcCallTests
{
    [Theory]
    [InlineData("function_name params? user_jwt?", "'f'", "f -")]
    [InlineData("function_name params? user_jwt?", "'f' {}", "f {}")]
    [InlineData("function_name params? user_jwt?", "'f' params={}", "f {}")]
    [InlineData("function_name params? user_jwt?", "user_jwt=x params={} function_name='f'", "f {}")]
    [InlineData("function_name params? user_jwt?", "'f' user_jwt=x", "f -")]
    [InlineData("function_name org_id payload **", "'f' x {}", "f {}")]
    [InlineData("function_name org_id payload **", "'f' payload={} p_x=1", "f {}")]
    [InlineData("user_jwt name payload?", "x 'f' {}", "f {}")]
    [InlineData("name / payload? *", "'f' {}", "f {}")]
    [InlineData("user_jwt, name, *, params?", "x 'f' params={}", "f {}")]
    [InlineData("name *args", "'f' {}", "f ?")]
    [InlineData("name **", "'f' p_x=1", "f ?")]
    [InlineData("name params", "'f'", "f ?")]
    [InlineData("name params?", "'f' *", "f ?")]
    [InlineData("name params?", "'f' **", "f ?")]
    [InlineData("name params?", "'f' {} ** *", "f {}")]
    [InlineData("name params?", "*", null)]
    [InlineData("name params?", "**", null)]
    [InlineData("name / params?", "name='f'", null)]
    [InlineData("params? * name", "{} 'f'", null)]
    [InlineData("function params?", "'f' {}", null)]
    [InlineData("* **", "'f' {}", null)]
    public void Name_and_parameters_are_found_wherever_the_signature_has_them(string signature, string call, string? expected)
    {
        var arguments = RpcArguments.Bind(Signature(signature), Call(call));
        Assert.Equal(expected, arguments is null ? null : $"{arguments.Name.Value!.Text} {(arguments.Params is not null ? "{}" : arguments.ParamsAreKnown ? "-" : "?")}");
    }

    /// <summary>Names; <c>?</c> has a default, <c>/</c> and <c>*</c> as in Python, <c>**</c> takes more keywords.</summary>
    private static Signature Signature(string text)
    {
        var words = text.Split([' ', ','], StringSplitOptions.RemoveEmptyEntries);
        var positionalOnly = Array.IndexOf(words, "/");
        var keywordOnly = Array.FindIndex(words, word => word is "*" or "*args");
        var parameters = words.Index().Where(item => char.IsLetter(item.Item[0])).Select(item => new Parameter(
            item.Item.TrimEnd('?'),
            item.Index < positionalOnly ? ParameterKind.PositionalOnly : keywordOnly >= 0 && item.Index > keywordOnly ? ParameterKind.KeywordOnly : ParameterKind.PositionalOrKeyword,
            item.Item.EndsWith('?')));
        return new([.. parameters], words.Contains("*args"), words.Contains("**"));
    }

    private static Call Call(string text)
    {
        var words = text.Split(' ').Where(word => word is not ("*" or "**")).Select((word, index) =>
        {
            var at = new Position(1, index + 1);
            var (name, value) = word.Split('=') is [var key, var given] ? (key, given) : ("", word);
            var literal = value == "{}" ? new Literal(at, null, [], true, false) : value[0] == '\'' ? new Literal(at, value.Trim('\''), null, false, false) : null;
            return new Argument(name, at, literal);
        }).ToList();
        return new([], true, new("rpc", new(1, 1)), [.. words.Where(word => word.Name.Length == 0)], [.. words.Where(word => word.Name.Length > 0)],
            text.Split(' ').Contains("*"), text.Split(' ').Contains("**"), false);
    }
}
