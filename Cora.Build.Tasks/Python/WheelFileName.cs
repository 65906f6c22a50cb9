using System.Collections.Immutable;
using System.Diagnostics.CodeAnalysis;
using System.Numerics;

namespace Cora.Build.Python;

/// <summary>The name of a wheel: <c>distribution-version(-build)?-python-abi-platform.whl</c> (PEP 427). It is a file's name, never a path.</summary>
public sealed class WheelFileName
{
    /// <summary>The longest name of a file that file systems have, in UTF-16 units.</summary>
    private const int MaxLength = 255;

    private WheelFileName(string text, string distribution, PythonVersion version, string? buildTag, string[] tags)
    {
        Text = text;
        Distribution = distribution;
        Version = version;
        BuildTag = buildTag;
        PythonTags = Split(tags[0]);
        AbiTags = Split(tags[1]);
        PlatformTags = Split(tags[2]);

        static ImmutableArray<string> Split(string tags) => [.. tags.ToLowerInvariant().Split('.')];
    }

    /// <summary>The whole name.</summary>
    public string Text { get; }

    /// <summary>The distribution as it is written in the name, <c>typing_extensions</c>.</summary>
    public string Distribution { get; }

    /// <summary>The distribution as it is compared, <c>typing-extensions</c> (PEP 503).</summary>
    public string NormalizedName => PackageName.Normalize(Distribution);

    /// <summary>The version.</summary>
    public PythonVersion Version { get; }

    /// <summary>The build tag, which begins with a digit.</summary>
    public string? BuildTag { get; }

    /// <summary><c>py2</c>, <c>py3</c></summary>
    public ImmutableArray<string> PythonTags { get; }

    /// <summary><c>none</c>, <c>cp311</c>, <c>abi3</c></summary>
    public ImmutableArray<string> AbiTags { get; }

    /// <summary><c>any</c>, <c>manylinux_2_17_x86_64</c>, <c>manylinux2014_x86_64</c></summary>
    public ImmutableArray<string> PlatformTags { get; }

    /// <summary>The build tag as it is ordered: its number, then the rest; without one before all others.</summary>
    internal (BigInteger Number, string Suffix) Build
    {
        get
        {
            var digits = BuildTag?.TakeWhile(char.IsAsciiDigit).Count() ?? 0;
            return BuildTag is null ? (BigInteger.MinusOne, "") : (BigInteger.Parse(BuildTag[..digits]), BuildTag[digits..]);
        }
    }

    /// <summary>Reads a name.</summary>
    /// <exception cref="FormatException">It is none.</exception>
    public static WheelFileName Parse(string text) => TryParse(text, out var wheel) ? wheel
        : throw new FormatException($"{SyntaxReader.Quote(text)} is not the name of a wheel (name-version-python-abi-platform.whl, PEP 427)");

    /// <summary>Reads a name. What is not made of ASCII letters, digits and <c>. _ - + !</c> is refused, so the name is safe as a file's name.</summary>
    public static bool TryParse([NotNullWhen(true)] string? text, [NotNullWhen(true)] out WheelFileName? wheel)
    {
        wheel = null;
        if (text is null || text.Length > MaxLength || !text.EndsWith(".whl", StringComparison.Ordinal))
            return false;
        var parts = text[..^4].Split('-');
        if (parts.Length is not (5 or 6) || !IsDistribution(parts[0]) || !parts[^3..].All(IsTagSet))
            return false;
        var build = parts.Length == 6 ? parts[2] : null;
        if (build is not null && !(build.Length > 0 && char.IsAsciiDigit(build[0]) && build.All(c => char.IsAsciiLetterOrDigit(c) || c is '_' or '.')))
            return false;
        // The dash of 1.0-1 is written as an underscore here.
        if (!parts[1].All(c => char.IsAsciiLetterOrDigit(c) || c is '.' or '_' or '+' or '!')
            || !(PythonVersion.TryParse(parts[1], out var version) || PythonVersion.TryParse(parts[1].Replace('_', '-'), out version)))
            return false;
        wheel = new(text, parts[0], version, build, parts[^3..]);
        return true;
    }

    /// <inheritdoc/>
    public override string ToString() => Text;

    private static bool IsDistribution(string part) => part.Length > 0 && char.IsAsciiLetterOrDigit(part[0])
        && part.All(c => char.IsAsciiLetterOrDigit(c) || c is '_' or '.');

    private static bool IsTagSet(string part) =>
        part.Split('.').All(tag => tag.Length > 0 && tag.All(c => char.IsAsciiLetterOrDigit(c) || c is '_'));
}
