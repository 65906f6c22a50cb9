using System.Collections.Immutable;
using System.Numerics;

namespace Cora.Build.Python;

/// <summary>A set of version specifiers, all of which must hold: <c>&gt;=1.2,!=1.3.*</c> (PEP 440). The empty set holds for every version.</summary>
public sealed class VersionSpecifiers
{
    private VersionSpecifiers(ImmutableArray<VersionSpecifier> specifiers) => Specifiers = specifiers;

    /// <summary>The set that every version meets.</summary>
    public static VersionSpecifiers Any { get; } = new([]);

    /// <summary>The specifiers in the order in which they were written.</summary>
    public ImmutableArray<VersionSpecifier> Specifiers { get; }

    /// <summary>Whether a specifier names a pre-release, which asks for pre-releases (PEP 440, handling of pre-releases).</summary>
    public bool AllowsPrereleases => Specifiers.Any(specifier => specifier.Operator != "!=" && specifier.Version is { IsPrerelease: true });

    /// <summary>Reads <c>&gt;=1,&lt;2</c>, also in the old parentheses, <c>(&gt;=1,&lt;2)</c>.</summary>
    /// <exception cref="FormatException">It is no set of specifiers; the message has reason and column.</exception>
    public static VersionSpecifiers Parse(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        return ReadAll(text, lenient: false);
    }

    /// <summary>Whether a version meets all specifiers.</summary>
    /// <param name="version">The version.</param>
    /// <param name="allowPrereleases">Whether a pre-release may do when no specifier names one.</param>
    public bool Contains(PythonVersion version, bool allowPrereleases)
    {
        ArgumentNullException.ThrowIfNull(version);
        return (allowPrereleases || !version.IsPrerelease || AllowsPrereleases) && Specifiers.All(specifier => specifier.Contains(version));
    }

    /// <summary>The specifiers with commas between, which <see cref="Parse"/> reads back.</summary>
    public override string ToString() => string.Join(',', Specifiers);

    internal static VersionSpecifiers ReadAll(string text, bool lenient)
    {
        var reader = new SyntaxReader(text);
        reader.SkipSpace();
        var specifiers = Read(reader, lenient);
        return reader.AtEnd ? specifiers : throw reader.Error($"a comma or the end expected, {reader.Found} found");
    }

    /// <summary>Reads from the cursor on to the first character that cannot belong to a specifier, white space included.</summary>
    /// <param name="reader">The cursor.</param>
    /// <param name="lenient">Takes what old metadata has and PEP 440 has not, in the one sense that it can have: <c>&gt;=3.6.*</c> and a missing comma.</param>
    internal static VersionSpecifiers Read(SyntaxReader reader, bool lenient)
    {
        var open = reader.Position;
        var parenthesised = reader.Take("(");
        reader.SkipSpace();
        var specifiers = ImmutableArray.CreateBuilder<VersionSpecifier>();
        while (reader.Current is '=' or '!' or '~' or '<' or '>')
        {
            specifiers.Add(VersionSpecifier.Read(reader, lenient));
            reader.SkipSpace();
            if (!reader.Take(",") && !lenient)
                break;
            reader.SkipSpace();
        }
        if (parenthesised && !reader.Take(")"))
            throw reader.Error(reader.AtEnd ? "the parenthesis is not closed" : $"a version specifier or ')' expected, {reader.Found} found",
                reader.AtEnd ? open : null);
        reader.SkipSpace();
        return specifiers.Count == 0 ? Any : new(specifiers.ToImmutable());
    }
}

/// <summary>One version specifier: an operator and a version (PEP 440).</summary>
public sealed class VersionSpecifier
{
    private static readonly ImmutableArray<string> s_operators = ["===", "==", "~=", "!=", "<=", ">=", "<", ">"];

    private VersionSpecifier(string @operator, string text, PythonVersion? version, bool isPrefix)
    {
        Operator = @operator;
        Text = text;
        Version = version;
        IsPrefix = isPrefix;
    }

    /// <summary><c>~= == != &lt;= &gt;= &lt; &gt; ===</c>.</summary>
    public string Operator { get; }

    /// <summary>The version as it was written, with <c>.*</c>.</summary>
    public string Text { get; }

    /// <summary>The version without <c>.*</c>; null when <c>===</c> compares with a text that is no version.</summary>
    public PythonVersion? Version { get; }

    /// <summary>Whether <c>.*</c> follows the version.</summary>
    public bool IsPrefix { get; }

    /// <inheritdoc/>
    public override string ToString() => Operator + (Version is null || Operator == "===" ? Text : Version + (IsPrefix ? ".*" : ""));

    /// <summary>A specifier of an operator and a version, or null when they make none.</summary>
    internal static VersionSpecifier? TryCreate(string @operator, string version) => Create(@operator, version.Trim(), out _);

    internal static VersionSpecifier Read(SyntaxReader reader, bool lenient)
    {
        var @operator = s_operators.FirstOrDefault(reader.Take) ?? throw reader.Error(
            reader.Current == '=' ? "'=' is not an operator: write '=='" : "an operator (== ~= != <= >= < > ===) expected");
        reader.SkipSpace();
        var versionAt = reader.Position;
        var text = reader.TakeWhile(static c => !char.IsWhiteSpace(c) && c is not (',' or ';' or ')'));
        if (text.Length == 0)
            throw reader.Error($"a version expected after '{@operator}', {reader.Found} found");
        if (lenient && @operator is (">=" or ">" or "<=" or "<") && text.EndsWith(".*", StringComparison.Ordinal))
            text = text[..^2];
        return Create(@operator, text, out var reason) ?? throw reader.Error(reason, versionAt);
    }

    internal bool Contains(PythonVersion version) => Operator switch
    {
        "==" => Matches(version),
        "!=" => !Matches(version),
        "~=" => version.Public >= Version! && HasPrefix(version, Version!.Epoch, Version.Release.AsSpan()[..^1]),
        "<=" => version.Public <= Version!,
        ">=" => version.Public >= Version!,
        // Exclusive ordered comparison: <3.1 is not met by 3.1rc1, nor >3.1 by 3.1.post1 or 3.1+local, unless the specifier is of that kind itself.
        "<" => version < Version! && (Version!.IsPrerelease || !version.IsPrerelease || version.Base != Version.Base),
        ">" => version > Version! && version.Base is var release
            && (Version!.IsPostrelease || !version.IsPostrelease || release != Version.Base)
            && (version.Local is null || release != Version.Base),
        _ => string.Equals(version.ToString(), Text, StringComparison.OrdinalIgnoreCase),
    };

    /// <summary>For <c>===</c> against a text that is no version.</summary>
    internal bool ContainsText(string text) => Operator == "===" && string.Equals(text, Text, StringComparison.OrdinalIgnoreCase);

    private static VersionSpecifier? Create(string @operator, string text, out string reason)
    {
        reason = "";
        if (@operator == "===")
        {
            return new(@operator, text, PythonVersion.TryParse(text, out var arbitrary) ? arbitrary : null, isPrefix: false);
        }

        var isPrefix = text.EndsWith(".*", StringComparison.Ordinal);
        if (!PythonVersion.TryParse(isPrefix ? text[..^2] : text, out var version))
            reason = $"{SyntaxReader.Quote(text)} is not a version (PEP 440)";
        else if (isPrefix && @operator is not ("==" or "!="))
            reason = $"'.*' goes with '==' and '!=' only, not with '{@operator}'";
        else if (isPrefix && (version.Pre is not null || version.Post is not null || version.Dev is not null || version.Local is not null))
            reason = "'.*' follows numbers only, not a pre-, post- or development release or a local version";
        else if (version.Local is not null && @operator is not ("==" or "!="))
            reason = $"a local version goes with '==' and '!=' only, not with '{@operator}'";
        else if (@operator == "~=" && version.Release.Length == 1)
            reason = $"'~=' needs a version of at least two numbers: write '~={version}.0' or '>={version}'";
        else
            return new(@operator, text, version, isPrefix);
        return null;
    }

    private bool Matches(PythonVersion version) => IsPrefix
        ? HasPrefix(version, Version!.Epoch, Version.Release.AsSpan())
        : (Version!.Local is null ? version.Public : version) == Version;

    /// <summary>Whether the version, its release padded with zeros, begins with a release.</summary>
    private static bool HasPrefix(PythonVersion version, BigInteger epoch, ReadOnlySpan<BigInteger> release)
    {
        if (version.Epoch != epoch)
            return false;
        for (var i = 0; i < release.Length; i++)
        {
            if (version.Release.ElementAtOrDefault(i) != release[i])
                return false;
        }
        return true;
    }
}
