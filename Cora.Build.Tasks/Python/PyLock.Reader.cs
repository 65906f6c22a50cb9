using System.Diagnostics.CodeAnalysis;
using System.Text.RegularExpressions;
using Cora.Build.Diagnostics;

namespace Cora.Build.Python;

public sealed partial record PyLock
{
    /// <summary>A lock that is no TOML, or not what PEP 751 says.</summary>
    public static readonly DiagnosticDescriptor Unreadable = new("CORA3012", Severity.Error, "Lock file that cannot be read");

    /// <summary>Reads a lock of any tool.</summary>
    /// <param name="path">Full path.</param>
    /// <exception cref="CoraException">CORA3012 with line and column: it cannot be opened, is no TOML, is of another version than
    /// 1.x, lacks what PEP 751 requires, or has a wheel without a SHA-256.</exception>
    public static PyLock Read(string path)
    {
        TomlTable document;
        try
        {
            if (new FileInfo(path).Length > TomlReader.MaximumBytes)
                throw Unreadable.Error(new Location(path),
                    $"'{path}' has more than {TomlReader.MaximumBytes} bytes: that is no lock file. Make it again.");
            document = TomlReader.Read(File.ReadAllBytes(path));
        }
        catch (TomlException e)
        {
            throw new CoraException(Unreadable.At(new Location(path, e.Line, e.Column),
                $"The lock is not valid TOML: {e.Message}. Correct it, or make the lock again."), e);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new CoraException(Unreadable.At(new Location(path),
                $"The lock '{path}' cannot be opened: {e.Message.TrimEnd('.')}. Correct that, or make it again."), e);
        }
        return new Reader(path).Lock(document);
    }

    private sealed class Reader(string path)
    {
        private static readonly string[] s_sources = ["vcs", "directory", "archive", "sdist"];

        public PyLock Lock(TomlTable document)
        {
            var start = new TomlValue(document, 1, 1);
            var version = Required<string>(start, "lock-version", out var at);
            if (!VersionPattern.IsMatch(version))
                throw Error(at, $"lock-version '{WheelSource.Printable(version)}' is not supported: it must be 1.0, or a later 1.x");
            return new PyLock
            {
                Path = path,
                CreatedBy = Required<string>(start, "created-by", out _),
                RequiresPython = Optional<string>(start, "requires-python"),
                Environments = Strings(start, "environments"),
                Extras = Strings(start, "extras"),
                DependencyGroups = Strings(start, "dependency-groups"),
                DefaultGroups = Strings(start, "default-groups"),
                Packages = [.. Required<IReadOnlyList<TomlValue>>(start, "packages", out _).Select(Package)],
                Origin = OriginOf(document),
            };
        }

        private LockedPackage Package(TomlValue package)
        {
            Expect<TomlTable>(package, "a package");
            var name = Required<string>(package, "name", out var at);
            if (!NamePattern.IsMatch(name))
                throw Error(at, $"'{WheelSource.Printable(name)}' is no name of a package");
            var source = s_sources.FirstOrDefault(kind => TryGet<TomlTable>(package, kind, out _, out _));
            var wheels = Optional<IReadOnlyList<TomlValue>>(package, "wheels") ?? [];
            return new LockedPackage(
                Normalize(name),
                Optional<string>(package, "version"), Optional<string>(package, "marker"), Optional<string>(package, "requires-python"),
                [.. wheels.Select(Wheel)], source, Place(package));
        }

        private LockedWheel Wheel(TomlValue wheel)
        {
            Expect<TomlTable>(wheel, "a wheel");
            var hasUrl = TryGet<string>(wheel, "url", out var url, out var urlAt);
            var hasPath = TryGet<string>(wheel, "path", out var wheelPath, out var pathAt);
            if (!hasUrl && !hasPath)
                throw Error(wheel, "a wheel needs a 'url' or a 'path'");

            Uri? uri = null;
            if (hasUrl && !(Uri.TryCreate(url, UriKind.Absolute, out uri) && uri.Scheme is "https" or "http" or "file"))
                throw Error(urlAt!, "the 'url' of a wheel must be an absolute https, http or file URL");
            if (hasPath && (wheelPath!.Length == 0 || wheelPath.Contains('\0', StringComparison.Ordinal)))
                throw Error(pathAt!, "the 'path' of a wheel is no path");

            var name = Optional<string>(wheel, "name") ?? LastSegment(hasPath ? wheelPath! : Uri.UnescapeDataString(uri!.AbsolutePath));
            if (!WheelSource.IsFileName(name))
                throw Error(wheel, $"'{WheelSource.Printable(name)}' is no file name of a wheel");

            var hashes = new TomlValue(Required<TomlTable>(wheel, "hashes", out var hashesAt), hashesAt.Line, hashesAt.Column);
            if (!TryGet<string>(hashes, "sha256", out var sha256, out var hashAt))
                throw Error(hashes, $"the wheel '{name}' has no 'sha256' among its hashes: it cannot be verified. Make the lock again");
            sha256 = sha256.ToLowerInvariant();
            if (!WheelSource.IsSha256(sha256))
                throw Error(hashAt, $"the 'sha256' of the wheel '{name}' is not 64 hexadecimal digits");

            long? bytes = TryGet<long>(wheel, "size", out var size, out var sizeAt) ? size : null;
            if (bytes < 0)
                throw Error(sizeAt!, $"the 'size' of the wheel '{name}' is negative");
            return new LockedWheel(name, uri, hasPath ? System.IO.Path.GetFullPath(wheelPath!, Directory) : null, sha256, bytes, Place(wheel));
        }

        /// <summary><c>[tool]</c> must not affect installation: what is not as we write it is as if it were not there.</summary>
        private static LockOrigin? OriginOf(TomlTable document) =>
            document.TryGetValue("tool", out var tool) && tool.Value is TomlTable tools
            && tools.TryGetValue("cora", out var cora) && cora.Value is TomlTable own
            && own.TryGetValue("requirements", out var lines) && lines.Value is IReadOnlyList<TomlValue> requirements
            && requirements.All(line => line.Value is string)
            && own.TryGetValue("target-framework", out var framework) && framework.Value is string targetFramework
            && own.TryGetValue("architecture", out var processor) && processor.Value is string architecture
                ? new LockOrigin([.. requirements.Select(line => (string)line.Value)], targetFramework, architecture)
                : null;

        private string Directory => System.IO.Path.GetDirectoryName(path)!;

        private static string LastSegment(string text) => text[(text.LastIndexOfAny(['/', '\\']) + 1)..];

        private string[] Strings(TomlValue table, string key) =>
            [.. (Optional<IReadOnlyList<TomlValue>>(table, key) ?? []).Select(element => Expect<string>(element, $"each of '{key}'"))];

        private T Required<T>(TomlValue table, string key, out TomlValue at) =>
            TryGet<T>(table, key, out var value, out var found) ? (at = found, value).value : throw Error(table, $"'{key}' is missing");

        private T? Optional<T>(TomlValue table, string key)
            where T : class => TryGet<T>(table, key, out var value, out _) ? value : null;

        private bool TryGet<T>(TomlValue table, string key, [MaybeNullWhen(false)] out T value, [MaybeNullWhen(false)] out TomlValue at)
        {
            var found = ((TomlTable)table.Value).TryGetValue(key, out at);
            value = found ? Expect<T>(at!, $"'{key}'") : default;
            return found;
        }

        private T Expect<T>(TomlValue value, string what) => value.Value is T expected ? expected
            : throw Error(value, $"{what} must be {(typeof(T) == typeof(string) ? "a string" : typeof(T) == typeof(long) ? "an integer"
                : typeof(T) == typeof(TomlTable) ? "a table" : "an array")}");

        private CoraException Error(TomlValue at, string message) => Unreadable.Error(Place(at), $"The lock is not as PEP 751 says: {message}.");

        private Location Place(TomlValue at) => new(path, at.Line, at.Column);
    }

    /// <summary>The normalised name (PEP 503).</summary>
    private static string Normalize(string name) => SeparatorsPattern.Replace(name, "-").ToLowerInvariant();

    [GeneratedRegex(@"^1\.[0-9]{1,9}\z")]
    private static partial Regex VersionPattern { get; }

    [GeneratedRegex(@"^(?:[A-Za-z0-9]|[A-Za-z0-9][A-Za-z0-9._-]*[A-Za-z0-9])\z")]
    private static partial Regex NamePattern { get; }

    [GeneratedRegex("[-_.]+")]
    private static partial Regex SeparatorsPattern { get; }
}
