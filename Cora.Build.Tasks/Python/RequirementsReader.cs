using System.Collections.Immutable;
using System.Text;
using Cora.Build.Diagnostics;

namespace Cora.Build.Python;

/// <summary>Reads a requirements file with its includes, as pip does, and collects what cannot be packaged.</summary>
internal sealed class RequirementsReader(Func<string, string?> environment)
{
    internal static readonly DiagnosticDescriptor s_notPackageable =
        new("CORA3002", Severity.Error, "Requirement form that cannot be packaged");

    private static readonly DiagnosticDescriptor s_unreadable = new("CORA3016", Severity.Error, "Requirements file cannot be read");

    /// <summary>The largest file and the most files: far above any real one, far below what hurts.</summary>
    private const int MaxBytes = 4 * 1024 * 1024, MaxFiles = 200, MaxDiagnostics = 200;

    /// <summary>Everything that pip knows as an option of a line; the value says whether an argument follows.</summary>
    private static readonly ImmutableDictionary<string, bool> s_options = new Dictionary<string, bool>
    {
        ["--requirement"] = true,
        ["--constraint"] = true,
        ["--index-url"] = true,
        ["--extra-index-url"] = true,
        ["--find-links"] = true,
        ["--trusted-host"] = true,
        ["--only-binary"] = true,
        ["--no-binary"] = true,
        ["--editable"] = true,
        ["--hash"] = true,
        ["--no-index"] = false,
        ["--pre"] = false,
        ["--prefer-binary"] = false,
        ["--require-hashes"] = false,
    }.ToImmutableDictionary();

    private static readonly ImmutableDictionary<string, string> s_otherNames = new Dictionary<string, string>
    {
        ["-r"] = "--requirement",
        ["-c"] = "--constraint",
        ["-i"] = "--index-url",
        ["--pypi-url"] = "--index-url",
        ["-f"] = "--find-links",
        ["-e"] = "--editable",
    }.ToImmutableDictionary();

    private static readonly ImmutableDictionary<string, int> s_hashDigits =
        new Dictionary<string, int> { ["sha256"] = 64, ["sha384"] = 96, ["sha512"] = 128 }.ToImmutableDictionary();

    private readonly HashSet<(string Path, bool AsConstraints)> _seen = [];
    private readonly List<string> _open = [];
    private readonly List<string> _files = [];
    private readonly List<RequirementLine> _requirements = [];
    private readonly List<RequirementLine> _constraints = [];
    private readonly List<Diagnostic> _diagnostics = [];
    private RequirementsOptions _options = new();

    public RequirementsFile ReadAll(string path)
    {
        if (File.Exists(path) || Directory.Exists(path))
            ReadFile(path, asConstraints: false, new(path));
        return new(path, [.. _files], [.. _requirements], [.. _constraints], _options, [.. _diagnostics]);
    }

    /// <param name="path">Full path.</param>
    /// <param name="asConstraints">Whether its lines constrain only.</param>
    /// <param name="from">The line that includes it.</param>
    private void ReadFile(string path, bool asConstraints, Location from)
    {
        if (_open.Contains(path))
        {
            var cycle = string.Join(" → ", _open.SkipWhile(open => open != path).Append(path).Select(Path.GetFileName));
            Report(s_unreadable, from, $"{SyntaxReader.Quote(path)} includes itself ({cycle}). Remove one of the includes.");
        }
        else if (_files.Count == MaxFiles)
            Report(s_unreadable, from, $"More than {MaxFiles} files are included. Merge some.");
        else if (_seen.Add((path, asConstraints)) && ReadText(path, from) is { } text)
        {
            _open.Add(path);
            foreach (var line in LogicalLine.ReadAll(path, text))
            {
                if (_diagnostics.Count >= MaxDiagnostics)
                    break;
                var expanded = line.ExpandVariables(environment);
                if (expanded.Text.Length > LogicalLine.MaxLength)
                    Report(s_unreadable, line.At(0), $"The line is longer than {LogicalLine.MaxLength} characters. Split it.");
                else
                    ReadLine(expanded, asConstraints);
            }
            _open.RemoveAt(_open.Count - 1);
        }
    }

    private string? ReadText(string path, Location from)
    {
        byte[] bytes;
        try
        {
            var info = new FileInfo(path);
            var size = (info.ResolveLinkTarget(returnFinalTarget: true) as FileInfo ?? info).Length;
            bytes = new byte[Math.Min(size, MaxBytes) + 1];
            var length = 0;
            // Pipes and devices have no size, and opening one could wait forever.
            if (size > 0)
            {
                using var stream = File.OpenRead(path);
                length = stream.ReadAtLeast(bytes, bytes.Length, throwOnEndOfStream: false);
            }
            if (length == bytes.Length)
            {
                Report(s_unreadable, from, $"{SyntaxReader.Quote(path)} is larger than {MaxBytes} bytes. It is no requirements file, or one to split.");
                return null;
            }
            bytes = bytes[..length];
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            Report(s_unreadable, from, $"{SyntaxReader.Quote(path)} cannot be read: {exception.Message} Correct the path, or add the file.");
            return null;
        }

        if (!_files.Contains(path))
            _files.Add(path);
        // Windows PowerShell's '>' writes UTF-16 with a byte order mark; pip reads it, too.
        Encoding encoding = bytes switch
        {
            [0xFF, 0xFE, ..] => new UnicodeEncoding(bigEndian: false, byteOrderMark: true, throwOnInvalidBytes: true),
            [0xFE, 0xFF, ..] => new UnicodeEncoding(bigEndian: true, byteOrderMark: true, throwOnInvalidBytes: true),
            _ => new UTF8Encoding(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true),
        };
        try
        {
            return encoding.GetString(bytes).TrimStart('\ufeff');
        }
        catch (DecoderFallbackException exception)
        {
            var line = encoding is UTF8Encoding ? 1 + bytes.AsSpan(0, Math.Clamp(exception.Index, 0, bytes.Length)).Count((byte)'\n') : 0;
            Report(s_unreadable, new(path, line), "The file is not UTF-8. Save it as UTF-8.");
            return null;
        }
    }

    private void ReadLine(LogicalLine line, bool asConstraints)
    {
        var text = line.Text;
        var optionsAt = OptionsAt(text);
        var requirement = text[..optionsAt].Trim();
        if (Words(line, optionsAt) is not { } words || Options(line, words) is not { } options)
            return;

        if (requirement.Length == 0)
        {
            foreach (var option in options)
                Apply(line, option);
            return;
        }

        var hashes = new SortedSet<string>(StringComparer.Ordinal);
        var before = _diagnostics.Count;
        foreach (var option in options)
        {
            if (option.Name != "--hash")
                Refuse(line.At(option.Offset), $"'{option.Name}' cannot follow a requirement. Put it on a line of its own.");
            else if (ReadHash(option.Value) is { } hash)
                hashes.Add(hash);
            else
                Refuse(line.At(option.Offset), $"{SyntaxReader.Quote(option.Value)} is not a hash. "
                    + "Write '--hash=sha256:' and 64 hexadecimal digits (or sha384, sha512).");
        }
        var offset = text.IndexOf(requirement, StringComparison.Ordinal);
        if (ReadRequirement(line, requirement, offset) is not { } parsed || _diagnostics.Count > before)
            return;
        if (asConstraints && !parsed.Extras.IsEmpty)
            Refuse(line.At(offset), $"A constraint cannot have extras. Remove '[{string.Join(',', parsed.Extras)}]'.");
        else
            (asConstraints ? _constraints : _requirements).Add(new(parsed, [.. hashes], line.At(offset)));
    }

    private Requirement? ReadRequirement(LogicalLine line, string text, int offset)
    {
        // A path or URL can have a semicolon of its own; the marker's stands after white space. name;marker needs none.
        if (IsGitOverSsh(text) || NamedUrlAt(text) == 0 && (HasScheme(text) || LooksLikePath(text)))
            return ReadUnnamed(line, text, offset);

        Requirement requirement;
        try
        {
            requirement = Requirement.Parse(text);
        }
        catch (SyntaxException exception)
        {
            Refuse(line.At(offset + exception.Position), $"{SyntaxReader.Quote(text)} is not a requirement: {exception.Reason}.{Hint(text)}");
            return null;
        }
        if (requirement.Url is null)
            return requirement;
        var urlOffset = offset + text.IndexOf(requirement.Url, NamedUrlAt(text), StringComparison.Ordinal);
        if (ReadWheelUrl(line, requirement.Url, urlOffset) is not var (url, wheel))
            return null;
        if (wheel.NormalizedName == requirement.NormalizedName)
            return new(requirement.Name, requirement.Extras, requirement.Specifiers, url, requirement.Marker);
        Refuse(line.At(urlOffset), $"The wheel '{wheel}' is not '{requirement.Name}'. Write '{wheel.Distribution} @ …', or correct the URL.");
        return null;
    }

    /// <summary><c>https://host/name-1-py3-none-any.whl</c>, <c>./name-1-py3-none-any.whl[extra] ; marker</c>: the wheel gives the name.</summary>
    private Requirement? ReadUnnamed(LogicalLine line, string text, int offset)
    {
        var markerAt = text.IndexOf(" ;", StringComparison.Ordinal);
        if (markerAt < 0)
            markerAt = text.IndexOf(HasScheme(text) ? "; " : ";", StringComparison.Ordinal);
        var target = (markerAt < 0 ? text : text[..markerAt]).TrimEnd();
        ImmutableArray<string> extras = [];
        Marker? marker = null;
        try
        {
            if (target.EndsWith(']') && target.LastIndexOf('[') is var extrasAt and > 0)
            {
                extras = Requirement.ReadExtras(new SyntaxReader(target) { Position = extrasAt });
                target = target[..extrasAt];
            }
            if (markerAt >= 0)
            {
                var reader = new SyntaxReader(text) { Position = text.IndexOf(';', markerAt) + 1 };
                reader.SkipSpace();
                marker = reader.AtEnd ? null : Marker.Read(reader);
                if (!reader.AtEnd)
                    throw reader.Error($"'and', 'or' or the end of the marker expected, {reader.Found} found");
            }
        }
        catch (SyntaxException exception)
        {
            Refuse(line.At(offset + exception.Position), $"{SyntaxReader.Quote(text)} is not a requirement: {exception.Reason}.");
            return null;
        }
        return ReadWheelUrl(line, target, offset) is var (url, wheel) ? new(wheel.Distribution, extras, VersionSpecifiers.Any, url, marker) : null;
    }

    /// <summary>The URL, a full one, and the name of the wheel that it ends with; null, and a finding, for everything else.</summary>
    private (string Url, WheelFileName Wheel)? ReadWheelUrl(LogicalLine line, string text, int offset)
    {
        var at = line.At(offset);
        var quoted = SyntaxReader.Quote(text);
        string url;
        string fileName;
        if (IsRemote(text))
        {
            if (!Uri.TryCreate(text, UriKind.Absolute, out var uri) || uri.Host.Length == 0 || !IsUrlText(text))
            {
                Refuse(at, $"{quoted} is not a URL. Percent-encode what a URL cannot have.");
                return null;
            }
            (url, fileName) = (text, Uri.UnescapeDataString(uri.AbsolutePath[(uri.AbsolutePath.LastIndexOf('/') + 1)..]));
        }
        else if (Scheme(text) is "git" or "hg" or "svn" or "bzr" or "ssh" || Scheme(text).Contains('+') || IsGitOverSsh(text))
        {
            Refuse(at, $"{quoted} is a version control URL, which must be built. Build a wheel of it, and require that by a URL, a path or --find-links.");
            return null;
        }
        else if (HasScheme(text) && !IsFile(text))
        {
            Refuse(at, $"{quoted} has a scheme that is not supported. Use https: or file:.");
            return null;
        }
        else
        {
            var fragmentAt = IsFile(text) ? text.IndexOf('#', StringComparison.Ordinal) : -1;
            if (LocalPath(line, fragmentAt < 0 ? text : text[..fragmentAt]) is not { } path)
            {
                Refuse(at, $"{quoted} is not a path on this machine. Write 'file:///' and a full path, or a path relative to the requirements file.");
                return null;
            }
            (url, fileName) = (FileUrl.From(path) + (fragmentAt < 0 ? "" : text[fragmentAt..]), Path.GetFileName(path));
        }

        if (WheelFileName.TryParse(fileName, out var wheel))
            return (url, wheel);
        var extension = new[] { ".tar.gz", ".tgz", ".tar.bz2", ".tar.xz", ".tar", ".zip" }
            .FirstOrDefault(extension => fileName.EndsWith(extension, StringComparison.OrdinalIgnoreCase));
        Refuse(at, fileName.EndsWith(".whl", StringComparison.OrdinalIgnoreCase)
            ? $"{SyntaxReader.Quote(fileName)} is not the name of a wheel (name-version-python-abi-platform.whl). Keep the name that the wheel was built with."
            : extension is not null
                ? $"{quoted} is a source distribution, which must be built. Build a wheel of it ('pip wheel'), and require that."
                : IsRemote(text)
                    ? $"{quoted} is not the URL of a wheel. Give the URL of a .whl file."
                    : $"{quoted} is a local directory, which must be built. Build a wheel of it ('pip wheel'), and require that; "
                        + "or put code that functions share into a layer.");
        return null;
    }

    private void Apply(LogicalLine line, Option option)
    {
        var at = line.At(option.Offset);
        switch (option.Name)
        {
            case "--requirement" or "--constraint":
                if (HasScheme(option.Value) && !IsFile(option.Value))
                    Refuse(at, $"{SyntaxReader.Quote(option.Value)} is not a local file. Download it, commit it, and include that.");
                else if (LocalPath(line, option.Value) is { } path)
                    ReadFile(path, option.Name == "--constraint", at);
                else
                    Refuse(at, $"{SyntaxReader.Quote(option.Value)} is not a path on this machine. Write one relative to this file.");
                break;
            case "--index-url":
                if (ReadUrl(line, option) is { } index)
                    _options = _options with { IndexUrl = index };
                break;
            case "--extra-index-url":
                if (ReadUrl(line, option) is { } extra && !_options.ExtraIndexUrls.Contains(extra))
                    _options = _options with { ExtraIndexUrls = _options.ExtraIndexUrls.Add(extra) };
                break;
            case "--find-links":
                if (ReadFindLinks(line, option) is { } link && !_options.FindLinks.Contains(link))
                    _options = _options with { FindLinks = _options.FindLinks.Add(link) };
                break;
            case "--trusted-host":
                if (option.Value[0] == '-' || !option.Value.All(c => char.IsAsciiLetterOrDigit(c) || c is '.' or '-' or '_' or ':' or '[' or ']'))
                    Refuse(at, $"{SyntaxReader.Quote(option.Value)} is not a host. Write 'host' or 'host:port'.");
                else if (!_options.TrustedHosts.Contains(option.Value))
                    _options = _options with { TrustedHosts = _options.TrustedHosts.Add(option.Value) };
                break;
            case "--no-index":
                _options = _options with { NoIndex = true };
                break;
            case "--pre":
                _options = _options with { Pre = true };
                break;
            case "--require-hashes":
                _options = _options with { RequireHashes = true };
                break;
            case "--hash":
                Refuse(at, "'--hash' belongs to a requirement. Put it behind one, on the same line or after a '\\'.");
                break;
            case "--no-binary":
                Refuse(at, "'--no-binary' asks to build from source, and only wheels are packaged. Remove it, and require wheels.");
                break;
            case "--editable":
                Refuse(at, $"{SyntaxReader.Quote(option.Value)} is an editable requirement, a link to a directory, which a zip cannot have. "
                    + "Build a wheel of it ('pip wheel'), and require that; or put code that functions share into a layer.");
                break;
        }
    }

    private string? ReadUrl(LogicalLine line, Option option)
    {
        if (IsRemote(option.Value) && IsUrlText(option.Value) && Uri.TryCreate(option.Value, UriKind.Absolute, out var uri) && uri.Host.Length > 0)
            return option.Value;
        if (IsFile(option.Value) && LocalPath(line, option.Value) is { } path)
            return FileUrl.From(path);
        Refuse(line.At(option.Offset), $"{SyntaxReader.Quote(option.Value)} is not the URL of an index. Write 'https://host/path'.");
        return null;
    }

    private string? ReadFindLinks(LogicalLine line, Option option)
    {
        if (HasScheme(option.Value) && !IsFile(option.Value))
            return ReadUrl(line, option);
        if (!option.Value.StartsWith('~') && LocalPath(line, option.Value) is { } path)
            return path;
        Refuse(line.At(option.Offset), $"{SyntaxReader.Quote(option.Value)} is not a path on this machine. "
            + "Write a full one, '${HOME}/…', or one relative to this file.");
        return null;
    }

    /// <summary>Where the options begin: at the first word that begins with a dash, as pip has it.</summary>
    private static int OptionsAt(string text)
    {
        for (var i = 0; i < text.Length; i++)
        {
            if (text[i] == '-' && (i == 0 || text[i - 1] is ' ' or '\t'))
                return i;
        }
        return text.Length;
    }

    /// <summary>The words as a POSIX shell splits them, with quotes. A backslash escapes only what needs it, so that Windows paths work.</summary>
    private List<(string Text, int Offset)>? Words(LogicalLine line, int offset)
    {
        List<(string, int)> words = [];
        var text = line.Text;
        var i = offset;
        while (true)
        {
            while (i < text.Length && char.IsWhiteSpace(text[i]))
                i++;
            if (i == text.Length)
                return words;
            var start = i;
            var word = new StringBuilder();
            char? quote = null;
            for (; i < text.Length && (quote is not null || !char.IsWhiteSpace(text[i])); i++)
            {
                var c = text[i];
                if (c == quote)
                    quote = null;
                else if (quote is null && c is '\'' or '"')
                    quote = c;
                else if (quote != '\'' && c == '\\' && i + 1 < text.Length && (text[i + 1] is '"' or '\\' || quote is null && text[i + 1] is '\'' or ' '))
                    word.Append(text[++i]);
                else
                    word.Append(c);
            }
            if (quote is not null)
            {
                Refuse(line.At(start), $"The quote {quote} is not closed. Close it.");
                return null;
            }
            words.Add((word.ToString(), start));
        }
    }

    private List<Option>? Options(LogicalLine line, List<(string Text, int Offset)> words)
    {
        List<Option> options = [];
        for (var i = 0; i < words.Count; i++)
        {
            var (word, offset) = words[i];
            var (name, value) = (word, (string?)null);
            if (word.StartsWith("--", StringComparison.Ordinal) && word.IndexOf('=', StringComparison.Ordinal) is var equals and > 0)
                (name, value) = (word[..equals], word[(equals + 1)..]);
            else if (word is ['-', not '-', _, ..])
                (name, value) = (word[..2], word[2..]);
            name = s_otherNames.GetValueOrDefault(name, name);

            if (!s_options.TryGetValue(name, out var hasValue))
            {
                Refuse(line.At(offset), word.StartsWith('-')
                    ? $"The option {SyntaxReader.Quote(name)} is not supported here. Remove it; for options of pip itself there is CoraPipArguments."
                    : $"{SyntaxReader.Quote(word)} after an option is unexpected. Put each requirement and each option on a line of its own.");
                return null;
            }
            if (hasValue && value is null && i + 1 < words.Count)
                value = words[++i].Text;
            if (hasValue ? string.IsNullOrEmpty(value) : value is not null)
            {
                Refuse(line.At(offset), hasValue ? $"'{name}' needs a value. Add it." : $"'{name}' has no value. Remove it.");
                return null;
            }
            options.Add(new(name, value ?? "", offset));
        }
        return options;
    }

    private static string? ReadHash(string text)
    {
        var parts = text.ToLowerInvariant().Split(':');
        return parts.Length == 2 && s_hashDigits.GetValueOrDefault(parts[0]) == parts[1].Length && parts[1].Length > 0 && parts[1].All(char.IsAsciiHexDigit)
            ? string.Join(':', parts)
            : null;
    }

    private static string Hint(string text) =>
        text.EndsWith('\\') ? " A backslash continues a line only as its very last character."
        : text.Contains("${", StringComparison.Ordinal) ? " An environment variable is written ${NAME}, in capitals, and must be set."
        : text.AsSpan().ContainsAny("$`|&") ? " No shell reads this file."
        : " Correct it as the dependency specifiers of packaging.python.org have it.";

    /// <summary>The full path of a path or a <c>file:</c> URL, relative to the file that the line is in.</summary>
    private static string? LocalPath(LogicalLine line, string text) => text.Any(char.IsControl) ? null
        : IsFile(text) ? FileUrl.ToPath(text, line.Directory)
        : Path.GetFullPath(text, line.Directory);

    private static bool IsFile(string text) => text.StartsWith("file:", StringComparison.OrdinalIgnoreCase);

    private static bool IsRemote(string text) =>
        text.StartsWith("https://", StringComparison.OrdinalIgnoreCase) || text.StartsWith("http://", StringComparison.OrdinalIgnoreCase);

    /// <summary>Two characters or more and a colon; one is a Windows drive.</summary>
    private static bool HasScheme(string text) => Scheme(text).Length > 0;

    private static string Scheme(string text)
    {
        var length = text.TakeWhile(c => char.IsAsciiLetterOrDigit(c) || c is '+' or '.' or '-').Count();
        return length > 1 && char.IsAsciiLetter(text[0]) && length < text.Length && text[length] == ':' ? text[..length].ToLowerInvariant() : "";
    }

    /// <summary><c>git@host:path</c>, which is not <c>name @ url</c>.</summary>
    private static bool IsGitOverSsh(string text) =>
        text.StartsWith("git@", StringComparison.Ordinal) && !text.Contains("://", StringComparison.Ordinal) && text.Contains(':');

    private static bool IsUrlText(string text) => text.All(c => c is > ' ' and < '\u007f' and not ('"' or '<' or '>' or '\\' or '`' or '|' or '\''));

    private static bool LooksLikePath(string text)
    {
        var end = text.IndexOf(';', StringComparison.Ordinal);
        var target = (end < 0 ? text : text[..end]).TrimEnd();
        var archive = target.EndsWith(']') && target.LastIndexOf('[') is var extrasAt and > 0 ? target[..extrasAt] : target;
        if (target.AsSpan().ContainsAny("<>|`\""))
            return false;
        return target.StartsWith('.') || target.Contains('/') || target.TrimEnd('\\').Contains('\\') || new[] { ".whl", ".tar.gz", ".zip" }
            .Any(extension => archive.EndsWith(extension, StringComparison.OrdinalIgnoreCase));
    }

    /// <summary>Where the URL of <c>name[extra] @ url</c> can begin; 0 when the text has not that form.</summary>
    private static int NamedUrlAt(string text)
    {
        var reader = new SyntaxReader(text);
        if (reader.TakeWhile(c => char.IsAsciiLetterOrDigit(c) || PackageName.IsSeparator(c)).Length == 0)
            return 0;
        reader.SkipSpace();
        if (reader.Take("["))
        {
            reader.TakeWhile(c => c is not (']' or '/' or ';'));
            reader.Take("]");
            reader.SkipSpace();
        }
        return reader.Take("@") ? reader.Position : 0;
    }

    private void Refuse(Location at, string message) => Report(s_notPackageable, at, message);

    private void Report(DiagnosticDescriptor descriptor, Location at, string message)
    {
        if (_diagnostics.Count < MaxDiagnostics)
            _diagnostics.Add(descriptor.At(at, message));
        if (_diagnostics.Count == MaxDiagnostics)
            _diagnostics.Add(s_unreadable.At(at, $"There are more problems than {MaxDiagnostics}; the rest is not read. Is it a requirements file?"));
    }

    private readonly record struct Option(string Name, string Value, int Offset);
}
