using System.Globalization;
using System.Text;
using System.Text.RegularExpressions;

namespace Cora.Build.Python;

public sealed partial record PyLock
{
    /// <summary>The lock as a file: the same bytes for the same lock, whatever the order of its packages, on each operating system (UTF-8, LF).
    /// <see cref="CreatedBy"/> is ours, and URLs have no credentials.</summary>
    /// <exception cref="InvalidOperationException">A package has no wheel: this SDK packages wheels alone.</exception>
    public byte[] ToBytes()
    {
        var toml = new StringBuilder();
        toml.Append("lock-version = \"1.0\"\n");
        if (Environments.Count > 0)
            toml.Append($"environments = {Array(Environments)}\n");
        if (RequiresPython is not null)
            toml.Append($"requires-python = {Quote(RequiresPython)}\n");
        toml.Append($"created-by = {Quote(Creator)}\n");
        if (Packages.Count == 0)
            toml.Append("packages = []\n");

        foreach (var package in Packages
            .Select(package => package with { Name = Normalize(package.Name) })
            .OrderBy(package => package.Name, StringComparer.Ordinal).ThenBy(package => package.Version, StringComparer.Ordinal)
            .ThenBy(package => package.Marker, StringComparer.Ordinal))
            Append(toml, package);

        if (Origin is { } origin)
        {
            toml.Append("\n[tool.cora]\n");
            toml.Append($"requirements = {Array(origin.Canonical())}\n");
            toml.Append($"target-framework = {Quote(origin.TargetFramework)}\n");
            toml.Append($"architecture = {Quote(origin.Architecture)}\n");
        }
        return new UTF8Encoding(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true).GetBytes(toml.ToString());
    }

    /// <summary>A URL, or a requirement line, without the user info of its URLs.</summary>
    internal static string WithoutCredentials(string line) => UserInfoPattern.Replace(line, "");

    private void Append(StringBuilder toml, LockedPackage package)
    {
        if (package.Wheels.Count == 0)
            throw new InvalidOperationException($"The package '{package.Name}' has no wheel.");
        toml.Append($"\n[[packages]]\nname = {Quote(package.Name)}\n");
        if (package.Version is not null)
            toml.Append($"version = {Quote(package.Version)}\n");
        if (package.Marker is not null)
            toml.Append($"marker = {Quote(package.Marker)}\n");
        if (package.RequiresPython is not null)
            toml.Append($"requires-python = {Quote(package.RequiresPython)}\n");
        toml.Append("wheels = [\n");
        foreach (var wheel in package.Wheels
            .OrderBy(wheel => wheel.FileName, StringComparer.Ordinal).ThenBy(wheel => wheel.Sha256, StringComparer.Ordinal))
        {
            toml.Append($"    {{ name = {Quote(wheel.FileName)}, ");
            if (wheel.Url is not null)
                toml.Append($"url = {Quote(WithoutCredentials(wheel.Url.AbsoluteUri))}, ");
            if (wheel.Path is not null)
                toml.Append($"path = {Quote(RelativePath(wheel.Path))}, ");
            if (wheel.Bytes is { } bytes)
                toml.Append(CultureInfo.InvariantCulture, $"size = {bytes}, ");
            toml.Append($"hashes = {{ sha256 = {Quote(wheel.Sha256)} }} }},\n");
        }
        toml.Append("]\n");
    }

    private string RelativePath(string path) =>
        System.IO.Path.GetRelativePath(System.IO.Path.GetDirectoryName(Path)!, path).Replace(System.IO.Path.DirectorySeparatorChar, '/');

    private static string Array(IEnumerable<string> texts)
    {
        var elements = texts.Select(Quote).ToList();
        return elements.Count < 2 ? $"[{string.Concat(elements)}]" : $"[\n{string.Concat(elements.Select(element => $"    {element},\n"))}]";
    }

    private static string Quote(string text)
    {
        var quoted = new StringBuilder("\"");
        foreach (var c in text)
            switch (c)
            {
                case '"' or '\\': quoted.Append('\\').Append(c); break;
                case < ' ' or '\u007f': quoted.Append(CultureInfo.InvariantCulture, $"\\u{(int)c:X4}"); break;
                default: quoted.Append(c); break;
            }
        return quoted.Append('"').ToString();
    }

    [GeneratedRegex(@"(?<=[A-Za-z0-9+.-]://)[^\s/?#]*@")]
    private static partial Regex UserInfoPattern { get; }
}
