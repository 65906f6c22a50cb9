using System.Text.RegularExpressions;

namespace Cora.Build.Rules;

/// <summary>The path of a route, as a docstring or Terraform has it: <c>/ws/{wsId}/kb</c>.</summary>
/// <param name="Text">As written.</param>
public sealed partial record RoutePath(string Text)
{
    /// <summary>With the parameters of Express style (<c>:id</c>) as API Gateway has them (<c>{id}</c>). What is equal here is the same path.</summary>
    public string Canonical { get; } = ExpressPattern.Replace(Text, "/{$1}");

    /// <summary>Without the names of the parameters: <c>/ws/{}/kb</c>. What is equal here is the same path to API Gateway.</summary>
    public string Shape { get; } = ParameterPattern.Replace(ExpressPattern.Replace(Text, "/{$1}"), match => match.Value.EndsWith("+}", StringComparison.Ordinal) ? "{+}" : "{}");

    /// <summary>
    /// What is against the project's standard for paths, a sentence each: no <c>/api/</c> in front, no slash at the end, no capitals outside of parameters, parameters in braces,
    /// administration below <c>/admin/sys/</c>, <c>/admin/org/</c> or <c>/admin/ws/{wsId}/</c>.
    /// </summary>
    public IEnumerable<string> AgainstStandard()
    {
        var segments = Canonical.Split('/')[1..];
        if (segments[0] == "api") yield return "The gateway's own address stands for '/api': leave it out.";
        if (Canonical.Length > 1 && Canonical.EndsWith('/')) yield return "It ends with a slash: API Gateway takes that for another path. Leave it out.";
        if (segments.FirstOrDefault(segment => ParameterPattern.Replace(segment, "").Any(char.IsAsciiLetterUpper)) is { } capitals)
            yield return $"'{capitals}' has capitals: write words in small letters with '-' between them.";
        if (Text != Canonical) yield return "Write parameters in braces: '{id}' for ':id'.";
        if (IsMisplacedAdministration(segments[0] == "api" ? segments[1..] : segments)) yield return "Routes of administration stand below '/admin/sys/', '/admin/org/' or '/admin/ws/{wsId}/'.";
    }

    private static bool IsMisplacedAdministration(string[] segments)
    {
        var admin = Array.FindIndex(segments, segment => segment.Equals("admin", StringComparison.OrdinalIgnoreCase));
        return admin switch
        {
            < 0 => false,
            0 => segments is not ([_, "sys" or "org", ..] or [_, "ws", ['{', ..], ..]),
            _ => true,
        };
    }

    [GeneratedRegex(@"/:([A-Za-z_][A-Za-z0-9_]*)(?=/|$)")]
    private static partial Regex ExpressPattern { get; }

    [GeneratedRegex(@"\{[^{}]*\}")]
    private static partial Regex ParameterPattern { get; }
}
