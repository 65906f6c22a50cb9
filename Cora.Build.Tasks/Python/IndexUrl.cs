using System.Security.Cryptography;
using System.Text;
using System.Text.RegularExpressions;

namespace Cora.Build.Python;

/// <summary>URLs of package indexes, which often carry credentials.</summary>
public static class IndexUrl
{
    private const string Mask = "****";

    // Linear in the text, whatever it is.
    private const RegexOptions Linear = RegexOptions.NonBacktracking | RegexOptions.CultureInvariant | RegexOptions.IgnoreCase;

    /// <summary>
    /// <c>//user:password@</c>, also with the slashes escaped as in JSON, up to the last <c>@</c> before the path. A password may have a slash
    /// that should have been escaped: where there is a colon and no <c>@</c> before the first slash, up to the last <c>@</c> before white space.
    /// </summary>
    private static readonly Regex s_userInfo = new("""(?<keep>\\?/\\?/)(?:[^\s/?#]*|[^\s/?#@]*:[^\s/?#@]*[/?#]\S*)@""", Linear);

    /// <summary>The same percent-encoded, as in a URL that is a parameter of another.</summary>
    private static readonly Regex s_encodedUserInfo = new("""(?<keep>%3A%2F%2F)(?:[^\s/?#&%]|%[013-9A-F][0-9A-F]|%2[0-9A-E])*(?:%40|@)""", Linear);

    /// <summary><c>user:password@host</c> without a scheme.</summary>
    private static readonly Regex s_bareUserInfo = new("""(?<keep>)[^\s:/@'"<>()\[\]{},;=]+:[^\s/@\\][^\s/@]*@""", Linear);

    private static readonly Regex s_secretParameter = new(
        """
        (?<keep>(?:[?&;#]|%3F|%26)[a-z0-9_.\-%]*(?:token|secret|pass|pwd|sig|auth|cred|key|jwt|session|sas)[a-z0-9_.\-%]*(?:=|%3D))[^\s&#"'<>]+
        """, Linear);

    /// <summary>
    /// Replaces by <c>****</c> all that may be secret in the URLs inside a text: the user info, and the values of parameters whose name says
    /// token, secret, password, key, signature and the like. Rather too much than too little.
    /// </summary>
    public static string Redact(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        // Every pattern has one of these. Most texts have none, and the first use of a pattern costs milliseconds.
        if (!text.AsSpan().ContainsAny('@', '=', '%')) return text;
        text = s_userInfo.Replace(text, $"${{keep}}{Mask}@");
        text = s_encodedUserInfo.Replace(text, $"${{keep}}{Mask}@");
        text = s_bareUserInfo.Replace(text, $"{Mask}@");
        return s_secretParameter.Replace(text, $"${{keep}}{Mask}");
    }

    /// <summary>The last segment of a URL's path, decoded; null when the text is no URL.</summary>
    public static string? FileName(string url) => Uri.TryCreate(url, UriKind.Absolute, out var uri) && uri.AbsolutePath is var path
        ? Uri.UnescapeDataString(path[(path.LastIndexOf('/') + 1)..])
        : null;

    /// <summary>The URL as part of a key: what is secret in it only as a hash.</summary>
    internal static string ToKey(string url)
    {
        var redacted = Redact(url);
        return redacted == url ? url : $"{redacted} sha256:{Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(url)))}";
    }
}
