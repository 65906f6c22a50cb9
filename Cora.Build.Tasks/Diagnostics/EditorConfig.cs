using System.Globalization;
using System.Text;
using System.Text.RegularExpressions;
using Cora.Build.Modules;
using Cora.Build.Rules;

namespace Cora.Build.Diagnostics;

/// <summary>The <c>.editorconfig</c> files that hold for a set of files (editorconfig.org, specification 0.17): sections by path, the closest file wins.</summary>
public sealed class EditorConfig
{
    private const string FileName = ".editorconfig";
    private const string Prefix = "cora_diagnostic.";
    private const string Suffix = ".severity";

    private readonly Dictionary<string, ConfigFile> _byDirectory = new(StringComparer.Ordinal);
    private readonly SortedSet<string> _candidates = new(StringComparer.Ordinal);
    private readonly List<Diagnostic> _diagnostics = [];

    /// <summary>Full paths of the files that were looked for, whether they are there or not: another answer needs another state of these.</summary>
    public IReadOnlyCollection<string> Candidates => _candidates;

    /// <summary>CORA0005 for severities and codes that are not known.</summary>
    public IReadOnlyList<Diagnostic> Diagnostics => _diagnostics;

    /// <summary>The severity that is configured for a finding, or null.</summary>
    public Severity? SeverityOf(Diagnostic diagnostic) =>
        Value(diagnostic.Location.File, $"{Prefix}{diagnostic.Descriptor.Code}{Suffix}") is { } word ? Parse(word) : null;

    /// <summary>The value of a key for a file, or null.</summary>
    /// <param name="file">Full path.</param>
    /// <param name="key">In any case.</param>
    public string? Value(string file, string key)
    {
        foreach (var config in ConfigsOf(file))
        {
            var relative = Path.GetRelativePath(config.Directory, file).Replace('\\', '/');
            for (var i = config.Properties.Count - 1; i >= 0; i--)
            {
                var property = config.Properties[i];
                if (string.Equals(property.Key, key, StringComparison.OrdinalIgnoreCase) && property.Section?.IsMatch(relative) != false) return property.Value;
            }
        }
        return null;
    }

    /// <summary>Full paths of the files that may say something of a directory, whether they are there or not, the closest first.</summary>
    public static IEnumerable<string> FilesFor(string directory)
    {
        for (var current = directory; current is not null; current = Path.GetDirectoryName(current)) yield return Path.Combine(current, FileName);
    }

    /// <summary>Those that hold for a file, the closest first.</summary>
    private IEnumerable<ConfigFile> ConfigsOf(string file)
    {
        for (var directory = Path.GetDirectoryName(file); directory is not null; directory = Path.GetDirectoryName(directory))
        {
            if (!_byDirectory.TryGetValue(directory, out var config)) _byDirectory[directory] = config = Read(directory);
            yield return config;
            if (config.IsRoot) yield break;
        }
    }

    private ConfigFile Read(string directory)
    {
        var path = Path.Combine(directory, FileName);
        _candidates.Add(path);
        string[] lines;
        try
        {
            lines = File.Exists(path) ? File.ReadAllLines(path) : [];
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            _diagnostics.Add(ModuleDiscovery.s_configuration.At(new Location(path), $"'{path}' cannot be read: {e.Message} Severities may stand in it: mend its permissions, or delete it."));
            lines = [];
        }
        var isRoot = false;
        Regex? section = null;
        var inSection = false;
        var properties = new List<Property>();
        for (var i = 0; i < lines.Length; i++)
        {
            var line = lines[i].Trim();
            if (line.Length == 0 || line[0] is '#' or ';') continue;
            if (line[0] == '[' && line[^1] == ']')
            {
                (section, inSection) = (ToRegex(line[1..^1]), true);
                continue;
            }
            if (line.IndexOf('=', StringComparison.Ordinal) is not (> 0 and var equals)) continue;
            var property = new Property(section, line[..equals].Trim(), line[(equals + 1)..].Trim());
            if (!inSection && string.Equals(property.Key, "root", StringComparison.OrdinalIgnoreCase)) isRoot = string.Equals(property.Value, "true", StringComparison.OrdinalIgnoreCase);
            if (IsValid(property, new Location(path, i + 1, 1))) properties.Add(property);
        }
        return new ConfigFile(directory, isRoot, properties);
    }

    /// <summary>What is mistyped would silently change nothing.</summary>
    private bool IsValid(Property property, Location location)
    {
        if (SchemaNamingSettings.Fault(property.Key.ToLowerInvariant(), property.Value) is { } fault)
        {
            _diagnostics.Add(ModuleDiscovery.s_configuration.At(location, fault));
            return false;
        }
        if (!property.Key.StartsWith(Prefix, StringComparison.OrdinalIgnoreCase)) return true;
        var code = property.Key.EndsWith(Suffix, StringComparison.OrdinalIgnoreCase) && property.Key.Length > Prefix.Length + Suffix.Length
            ? property.Key[Prefix.Length..^Suffix.Length].ToUpperInvariant()
            : null;
        var what = code is null ? $"'{property.Key}' is not of the form {Prefix}CORA2001{Suffix}."
            : !Catalogue.ByCode.TryGetValue(code, out var descriptor) ? $"'{code}' is no code of this SDK."
            : Parse(property.Value) is not { } severity ? $"'{property.Value}' is no severity: write error, warning, suggestion or none."
            : severity != Severity.Error && descriptor is { DefaultSeverity: Severity.Error, IsConfigurable: false } ? $"{code} says that something was not built, and cannot be made less than an error."
            : null;
        if (what is not null) _diagnostics.Add(ModuleDiscovery.s_configuration.At(location, what));
        return what is null;
    }

    private static Severity? Parse(string word) => word.ToLowerInvariant() switch
    {
        "error" => Severity.Error,
        "warning" => Severity.Warning,
        "suggestion" => Severity.Suggestion,
        "none" => Severity.None,
        _ => null,
    };

    /// <summary>A section's name as the pattern of relative paths. A pattern that is none matches nothing.</summary>
    private static Regex ToRegex(string glob)
    {
        var pattern = new StringBuilder("^");
        if (glob.StartsWith('/')) glob = glob[1..];
        else if (!glob.Contains('/', StringComparison.Ordinal)) pattern.Append("(?:.*/)?");
        var closes = glob.Count(c => c == '}') == glob.Count(c => c == '{');
        var depth = 0;
        for (var i = 0; i < glob.Length; i++)
        {
            var c = glob[i];
            switch (c)
            {
                case '\\' when i + 1 < glob.Length:
                    pattern.Append(Regex.Escape(glob[++i].ToString()));
                    break;
                case '*' when glob.AsSpan(i).StartsWith("**/"):
                    pattern.Append("(?:.*/)?");
                    i += 2;
                    break;
                case '*' when i + 1 < glob.Length && glob[i + 1] == '*':
                    pattern.Append(".*");
                    i++;
                    break;
                case '*':
                    pattern.Append("[^/]*");
                    break;
                case '?':
                    pattern.Append("[^/]");
                    break;
                case '[' when glob.IndexOf(']', i + 1) is var end && end > i + 1 && !glob.AsSpan(i, end - i).Contains('/'):
                    var negated = glob[i + 1] is '!' or '^';
                    var set = glob[(negated ? i + 2 : i + 1)..end].Replace("\\", "\\\\", StringComparison.Ordinal).Replace("[", "\\[", StringComparison.Ordinal);
                    pattern.Append(set.Length == 0 ? Regex.Escape(glob[i..(end + 1)]) : $"[{(negated ? "^/" : "")}{set}]");
                    i = end;
                    break;
                case '{' when closes && Range(glob, i) is { } range:
                    pattern.Append(CultureInfo.InvariantCulture, $"(?:{string.Join('|', range.Numbers)})");
                    i = range.End;
                    break;
                case '{' when closes:
                    pattern.Append("(?:");
                    depth++;
                    break;
                case '}' when depth > 0:
                    pattern.Append(')');
                    depth--;
                    break;
                case ',' when depth > 0:
                    pattern.Append('|');
                    break;
                default:
                    pattern.Append(Regex.Escape(c.ToString()));
                    break;
            }
        }
        try
        {
            return new Regex(pattern.Append('$').ToString(), RegexOptions.NonBacktracking | RegexOptions.CultureInvariant);
        }
        catch (ArgumentException)
        {
            return new Regex("(?!)", RegexOptions.CultureInvariant);
        }
    }

    /// <summary><c>{3..12}</c></summary>
    private static NumberRange? Range(string glob, int start)
    {
        var end = glob.IndexOf('}', start);
        return end > 0 && glob[(start + 1)..end].Split("..") is [var first, var last] && int.TryParse(first, out var from) && int.TryParse(last, out var to) && from <= to && to - from < 1000
            ? new NumberRange(Enumerable.Range(from, to - from + 1), end)
            : null;
    }

    private sealed record ConfigFile(string Directory, bool IsRoot, IReadOnlyList<Property> Properties);

    private sealed record Property(Regex? Section, string Key, string Value);

    private sealed record NumberRange(IEnumerable<int> Numbers, int End);
}
