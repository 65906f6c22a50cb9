using System.IO.Enumeration;

namespace Cora.Build.Modules;

/// <summary>
/// What of a directory is not packaged, in patterns like those of <c>.gitignore</c>: a name matches at any depth, a pattern with a
/// slash from the top, <c>**</c> any number of directories, a leading <c>!</c> takes back; the last pattern that matches decides.
/// A directory that matches is left out with all that it holds. Case matters.
/// </summary>
public sealed class ExcludePatterns
{
    private readonly Pattern[] _patterns;

    /// <param name="patterns">Separators may be either slash; patterns that name nothing, such as <c>/</c>, are passed over.</param>
    public ExcludePatterns(IEnumerable<string> patterns) => _patterns = [.. patterns
        .Select(pattern => pattern.Trim().Replace('\\', '/'))
        .Select(pattern => pattern.StartsWith('!') ? new Pattern(true, Segments(pattern[1..])) : new Pattern(false, Segments(pattern)))
        .Where(pattern => pattern.Segments.Length > 0)];

    /// <summary>Whether a file or directory, or nothing above it having matched, is left out.</summary>
    /// <param name="relativePath">From the top, with forward slashes.</param>
    public bool Matches(string relativePath)
    {
        var segments = relativePath.Split('/');
        for (var i = _patterns.Length - 1; i >= 0; i--)
        {
            if (Matches(_patterns[i].Segments, segments)) return !_patterns[i].Negated;
        }
        return false;
    }

    private static string[] Segments(string pattern)
    {
        var anchored = pattern.TrimEnd('/').Contains('/');
        var segments = pattern.Split('/', StringSplitOptions.RemoveEmptyEntries).Where(segment => segment != ".").ToArray();
        return anchored || segments.Length == 0 ? segments : ["**", .. segments];
    }

    private static bool Matches(ReadOnlySpan<string> pattern, ReadOnlySpan<string> path)
    {
        while (pattern.Length > 0 && pattern[0] != "**")
        {
            if (path.Length == 0 || !FileSystemName.MatchesSimpleExpression(pattern[0], path[0], ignoreCase: false)) return false;
            pattern = pattern[1..];
            path = path[1..];
        }
        if (pattern.Length == 0) return path.Length == 0;
        pattern = pattern[1..];
        if (pattern.Length == 0) return path.Length > 0;
        for (var i = 0; i < path.Length; i++)
        {
            if (Matches(pattern, path[i..])) return true;
        }
        return false;
    }

    private sealed record Pattern(bool Negated, string[] Segments);
}
