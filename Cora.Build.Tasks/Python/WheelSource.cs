using System.Buffers;
using System.Text.RegularExpressions;
using Cora.Build.Diagnostics;

namespace Cora.Build.Python;

/// <summary>A wheel that is wanted, and where it can be had.</summary>
/// <param name="FileName">Its name, as <see cref="IsFileName"/> allows.</param>
/// <param name="Location">An absolute path, or a <c>file:</c>, <c>http:</c> or <c>https:</c> URL. It can hold credentials: messages show
/// <see cref="DisplayLocation"/>.</param>
/// <param name="Sha256">64 lower-case hexadecimal digits; null only when a resolver gave none.</param>
/// <param name="Bytes">The length that is declared, in bytes; null when it is not known.</param>
public sealed partial record WheelSource(string FileName, string Location, string? Sha256, long? Bytes = null)
{
    private static readonly SearchValues<char> s_forbidden = SearchValues.Create("/\\:*?\"<>|");

    /// <summary>What asks for the wheel: a line of a lock or of a requirements file. Errors stand there.</summary>
    public Location NeededBy { get; init; }

    /// <summary>The location for a message: a URL without user info, query and fragment.</summary>
    public string DisplayLocation =>
        Path is { } path ? Printable(path)
        : Url is not { } url ? "a URL that cannot be read"
        : url.Scheme is not ("http" or "https") ? $"a '{url.Scheme}:' URL"
        : new UriBuilder(url) { UserName = "", Password = "", Query = "", Fragment = "" }.Uri.AbsoluteUri;

    /// <summary>The location as a URL; null when it is a path, or cannot be read.</summary>
    internal Uri? Url => HasScheme && Uri.TryCreate(Location, UriKind.Absolute, out var url) ? url : null;

    /// <summary>The location as an absolute path; null when it is not a file of this machine.</summary>
    internal string? Path => !HasScheme ? Location
        : Url is not { IsFile: true } url ? null
        : url.Host is "" or "localhost" ? new UriBuilder(url) { Host = "" }.Uri.LocalPath
        : OperatingSystem.IsWindows() ? url.LocalPath : null;

    private bool HasScheme => SchemePattern.IsMatch(Location);

    /// <summary>Whether a name is a file name of a wheel, and nothing but a name: no separator, no <c>..</c>, no control character, nothing
    /// that Windows refuses.</summary>
    public static bool IsFileName(string name) =>
        name.EndsWith(".whl", StringComparison.Ordinal) && name.Length is > 4 and <= 255 && name[0] != '.'
        && !name.Contains("..", StringComparison.Ordinal) && !name.AsSpan().ContainsAny(s_forbidden) && !name.Any(char.IsControl);

    /// <summary>Whether a text is a SHA-256: 64 lower-case hexadecimal digits.</summary>
    public static bool IsSha256(string text) => text.Length == 64 && text.All(char.IsAsciiHexDigitLower);

    /// <summary>Without credentials, because records are printed by accident.</summary>
    public override string ToString() => $"{Printable(FileName)} from {DisplayLocation}";

    /// <summary>A foreign text for a message: on one line, and not endless.</summary>
    internal static string Printable(string text) =>
        string.Concat((text.Length <= 300 ? text : text[..300] + "…").Select(c => char.IsControl(c) ? '\uFFFD' : c));

    [GeneratedRegex("^[A-Za-z][A-Za-z0-9+.-]+:")]
    private static partial Regex SchemePattern { get; }
}
