using System.Collections.Immutable;
using Cora.Build.Diagnostics;

namespace Cora.Build.Python;

/// <summary>
/// A requirements file of pip with all files that it includes (https://pip.pypa.io/en/stable/reference/requirements-file-format/): what of it can be
/// packaged, and a finding for everything that cannot.
/// </summary>
/// <param name="Path">Full path of the file.</param>
/// <param name="Files">Full paths of every file that was read, in the order of reading; empty when the file is not there.</param>
/// <param name="Requirements">The requirements, in the order of reading.</param>
/// <param name="Constraints">The constraints, in the order of reading: versions for what is required, which require nothing themselves.</param>
/// <param name="Options">The options of all files.</param>
/// <param name="Diagnostics">CORA3002 and CORA3016, each with its place. When there is one, the model lacks what it tells of.</param>
public sealed record RequirementsFile(
    string Path,
    ImmutableArray<string> Files,
    ImmutableArray<RequirementLine> Requirements,
    ImmutableArray<RequirementLine> Constraints,
    RequirementsOptions Options,
    ImmutableArray<Diagnostic> Diagnostics)
{
    /// <summary>
    /// The same text for all files that resolve to the same: whatever their comments, their spelling and the order of their lines. It holds no
    /// credentials: URLs that have some are in it redacted, with their hash.
    /// </summary>
    public string Key => string.Join('\n',
        Options.Lines(IndexUrl.ToKey).Concat(Sorted("", Requirements)).Concat(Sorted("constraint ", Constraints)));

    /// <summary>Reads a file and what it includes. A file that is not there has no requirements.</summary>
    /// <param name="path">Full path.</param>
    /// <param name="environment">The value of an environment variable, null when it is not set; <c>${NAME}</c> stands for it.</param>
    /// <exception cref="ArgumentException">The path is not a full one.</exception>
    public static RequirementsFile Read(string path, Func<string, string?> environment)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        ArgumentNullException.ThrowIfNull(environment);
        return System.IO.Path.IsPathFullyQualified(path)
            ? new RequirementsReader(environment).ReadAll(System.IO.Path.GetFullPath(path))
            : throw new ArgumentException($"'{path}' is not a full path.", nameof(path));
    }

    /// <summary>
    /// The lines of one flat file for pip or uv: options, then requirements with their hashes; full URLs, no includes. Lines have the credentials
    /// of the URLs: write them where only the owner reads.
    /// </summary>
    public ImmutableArray<string> Render() => [.. Options.Lines(url => url), .. Requirements.Select(line => line.Render()).Distinct()];

    /// <summary>The lines of the flat constraints file that goes with <see cref="Render"/>.</summary>
    public ImmutableArray<string> RenderConstraints() => [.. Constraints.Select(line => line.Render()).Distinct()];

    /// <summary>The path.</summary>
    public override string ToString() => Path;

    /// <summary>The line that requires a distribution; the first line of the file when none does, because another distribution requires it.</summary>
    internal Location PlaceOf(string normalizedName) =>
        Requirements.FirstOrDefault(line => line.Requirement.NormalizedName == normalizedName)?.Location ?? new Location(Path, 1);

    private static IEnumerable<string> Sorted(string prefix, ImmutableArray<RequirementLine> lines) => lines
        .Select(line => prefix + line.ToKey()).Distinct().Order(StringComparer.Ordinal);
}

/// <summary>A requirement or a constraint of a requirements file.</summary>
/// <param name="Requirement">What is required. The URL of a local wheel is a full <c>file:</c> URL.</param>
/// <param name="Hashes"><c>sha256:…</c> in lower case, sorted; when there are some, the wheel must have one of them.</param>
/// <param name="Location">Where it begins.</param>
public sealed record RequirementLine(Requirement Requirement, ImmutableArray<string> Hashes, Location Location)
{
    internal RequirementLine WithoutMarker() => this with { Requirement = Requirement.WithoutMarker() };

    internal string Render() => Requirement + HashOptions;

    internal string ToKey() => (Requirement.Url is { } url
        ? new Requirement(Requirement.Name, Requirement.Extras, Requirement.Specifiers, IndexUrl.ToKey(url), Requirement.Marker)
        : Requirement).ToCanonicalString() + HashOptions;

    /// <summary>The line as it is rendered, without credentials.</summary>
    public override string ToString() => IndexUrl.Redact(Render());

    private string HashOptions => string.Concat(Hashes.Select(hash => $" --hash={hash}"));
}

/// <summary>
/// The options of a requirements file. <c>--only-binary</c> and <c>--prefer-binary</c> are allowed and not kept: only wheels are ever taken.
/// </summary>
public sealed record RequirementsOptions
{
    /// <summary><c>--index-url</c>, the last one; null for the installer's own. It may have credentials.</summary>
    public string? IndexUrl { get; init; }

    /// <summary><c>--extra-index-url</c>, in order. They may have credentials.</summary>
    public ImmutableArray<string> ExtraIndexUrls { get; init; } = [];

    /// <summary><c>--find-links</c>: URLs, and full paths of local directories or files.</summary>
    public ImmutableArray<string> FindLinks { get; init; } = [];

    /// <summary><c>--trusted-host</c>: hosts, with or without port.</summary>
    public ImmutableArray<string> TrustedHosts { get; init; } = [];

    /// <summary><c>--no-index</c></summary>
    public bool NoIndex { get; init; }

    /// <summary><c>--pre</c></summary>
    public bool Pre { get; init; }

    /// <summary><c>--require-hashes</c></summary>
    public bool RequireHashes { get; init; }

    /// <summary>The options as they are rendered, without credentials.</summary>
    public override string ToString() => string.Join('\n', Lines(Python.IndexUrl.Redact));

    /// <summary>One line an option, in one order. The order of extra indexes is the user's, because it is an order of preference for uv.</summary>
    internal IEnumerable<string> Lines(Func<string, string> url)
    {
        if (IndexUrl is not null)
            yield return $"--index-url {url(IndexUrl)}";
        foreach (var index in ExtraIndexUrls)
            yield return $"--extra-index-url {url(index)}";
        if (NoIndex)
            yield return "--no-index";
        foreach (var link in FindLinks.Order(StringComparer.Ordinal))
            yield return $"--find-links {url(Path.IsPathFullyQualified(link) ? FileUrl.From(link) : link)}";
        foreach (var host in TrustedHosts.Order(StringComparer.Ordinal))
            yield return $"--trusted-host {host}";
        if (Pre)
            yield return "--pre";
        if (RequireHashes)
            yield return "--require-hashes";
    }
}

/// <summary><c>file:</c> URLs (RFC 8089) and paths.</summary>
internal static class FileUrl
{
    /// <summary>The URL of a full path, everything escaped that installers could read as something else.</summary>
    public static string From(string path)
    {
        var segments = path.Replace(Path.DirectorySeparatorChar, '/').Split('/').Select(Uri.EscapeDataString);
        var escaped = string.Join('/', segments).Replace("%3A/", ":/", StringComparison.Ordinal);
        return escaped.StartsWith("//", StringComparison.Ordinal) ? $"file:{escaped}" : $"file:///{escaped.TrimStart('/')}";
    }

    /// <summary>The full path of a <c>file:</c> URL, which may be relative to a directory; null when it names another machine.</summary>
    public static string? ToPath(string url, string directory)
    {
        var path = url["file:".Length..];
        if (path.StartsWith("//", StringComparison.Ordinal))
        {
            path = path[2..];
            if (path.StartsWith("localhost/", StringComparison.OrdinalIgnoreCase))
                path = path["localhost".Length..];
            if (!path.StartsWith('/'))
                return null;
        }
        path = Uri.UnescapeDataString(path);
        // /C:/wheels
        if (OperatingSystem.IsWindows() && path.Length > 2 && path[0] == '/' && path[2] == ':')
            path = path[1..];
        return path.Contains('\0') ? null : Path.GetFullPath(path, directory);
    }
}
