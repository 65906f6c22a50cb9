using System.Collections.Immutable;
using System.Diagnostics.CodeAnalysis;
using System.Numerics;
using System.Text;
using System.Text.RegularExpressions;

namespace Cora.Build.Python;

/// <summary>
/// A version of a Python distribution (PEP 440): <c>[N!]N(.N)*[{a|b|rc}N][.postN][.devN][+local]</c>, in any of the spellings that the
/// PEP normalizes. Ordered, and equal, as the PEP says: <c>1.0</c> equals <c>1.0.0</c>. Numbers have no upper limit.
/// </summary>
public sealed partial class PythonVersion : IComparable<PythonVersion>, IComparable, IEquatable<PythonVersion>
{
    /// <summary>The longest text that is read as a version, in UTF-16 units. PEP 440 has no limit, and reading long numbers takes quadratic time.</summary>
    private const int MaxLength = 1024;

    private readonly ImmutableArray<string> _local;

    private PythonVersion(BigInteger epoch, ImmutableArray<BigInteger> release, (string, BigInteger)? pre, BigInteger? post, BigInteger? dev,
        ImmutableArray<string> local)
    {
        Epoch = epoch;
        Release = release;
        Pre = pre;
        Post = post;
        Dev = dev;
        _local = local;
    }

    /// <summary>What stands before <c>!</c>; 0 when nothing does.</summary>
    public BigInteger Epoch { get; }

    /// <summary>The dotted numbers, at least one, with the zeros at the end that were written.</summary>
    public ImmutableArray<BigInteger> Release { get; }

    /// <summary><c>a</c>, <c>b</c> or <c>rc</c>, and its number.</summary>
    public (string Phase, BigInteger Number)? Pre { get; }

    /// <summary>The number of the post-release.</summary>
    public BigInteger? Post { get; }

    /// <summary>The number of the development release.</summary>
    public BigInteger? Dev { get; }

    /// <summary>The local version label, normalized, without <c>+</c>.</summary>
    public string? Local => _local.IsEmpty ? null : string.Join('.', _local);

    /// <summary>Whether it is a pre-release or a development release: what installers leave out unless told otherwise.</summary>
    public bool IsPrerelease => Pre is not null || Dev is not null;

    /// <summary>Whether it is a post-release.</summary>
    public bool IsPostrelease => Post is not null;

    /// <summary>The version without its local label.</summary>
    internal PythonVersion Public => _local.IsEmpty ? this : new(Epoch, Release, Pre, Post, Dev, []);

    /// <summary>Epoch and release alone.</summary>
    internal PythonVersion Base => new(Epoch, Release, null, null, null, []);

    /// <summary>Reads a version.</summary>
    /// <exception cref="FormatException">It is none.</exception>
    public static PythonVersion Parse(string text) => TryParse(text, out var version)
        ? version
        : throw new FormatException($"{SyntaxReader.Quote(text)} is not a version (PEP 440)");

    /// <summary>Reads a version; white space around it is allowed.</summary>
    public static bool TryParse([NotNullWhen(true)] string? text, [NotNullWhen(true)] out PythonVersion? version)
    {
        version = null;
        text = text?.Trim();
        if (text is null || text.Length > MaxLength || !Ascii.IsValid(text) || Syntax().Match(text.ToLowerInvariant()) is not { Success: true } match)
            return false;

        (string, BigInteger)? pre = null;
        if (match.Groups["pre"] is { Success: true } phase)
        {
            pre = (phase.Value switch
            {
                "a" or "alpha" => "a",
                "b" or "beta" => "b",
                _ => "rc",
            }, Number("preN"));
        }

        version = new(
            Number("epoch"),
            [.. match.Groups["release"].Value.Split('.').Select(ToNumber)],
            pre,
            match.Groups["post"].Success ? Number("postN") : null,
            match.Groups["dev"].Success ? Number("devN") : null,
            match.Groups["local"] is { Success: true } local ? [.. local.Value.Split('-', '_', '.').Select(Segment)] : []);
        return true;

        BigInteger Number(string group) => match.Groups[group].Value is { Length: > 0 } digits ? ToNumber(digits) : BigInteger.Zero;
        static string Segment(string segment) => IsNumber(segment) ? ToNumber(segment).ToString() : segment;
    }

    /// <inheritdoc/>
    public int CompareTo(PythonVersion? other)
    {
        if (other is null)
            return 1;
        var order = Epoch.CompareTo(other.Epoch);
        if (order == 0)
            order = CompareRelease(Release, other.Release);
        if (order == 0)
            order = PreRank.CompareTo(other.PreRank);
        if (order == 0)
            order = Nullable.Compare(Pre?.Number, other.Pre?.Number);
        if (order == 0)
            order = Nullable.Compare(Post, other.Post);
        if (order == 0)
            order = (Dev is null).CompareTo(other.Dev is null);
        if (order == 0)
            order = Nullable.Compare(Dev, other.Dev);
        return order == 0 ? CompareLocal(_local, other._local) : order;
    }

    /// <inheritdoc/>
    public int CompareTo(object? obj) => obj switch
    {
        null => 1,
        PythonVersion other => CompareTo(other),
        _ => throw new ArgumentException("Not a PythonVersion.", nameof(obj)),
    };

    /// <inheritdoc/>
    public bool Equals(PythonVersion? other) => CompareTo(other) == 0;

    /// <inheritdoc/>
    public override bool Equals(object? obj) => obj is PythonVersion other && Equals(other);

    /// <inheritdoc/>
    public override int GetHashCode()
    {
        var hash = new HashCode();
        hash.Add(Epoch);
        foreach (var number in Release.AsSpan().TrimEnd(BigInteger.Zero))
            hash.Add(number);
        hash.Add((Pre, Post, Dev, Local));
        return hash.ToHashCode();
    }

    /// <summary>The normalized spelling, which <see cref="Parse"/> reads back.</summary>
    public override string ToString()
    {
        var text = new StringBuilder();
        if (!Epoch.IsZero)
            text.Append(Epoch).Append('!');
        text.AppendJoin('.', Release);
        if (Pre is var (phase, number))
            text.Append(phase).Append(number);
        if (Post is not null)
            text.Append(".post").Append(Post);
        if (Dev is not null)
            text.Append(".dev").Append(Dev);
        if (Local is not null)
            text.Append('+').Append(Local);
        return text.ToString();
    }

    /// <summary>Whether both are the same version, however written.</summary>
    public static bool operator ==(PythonVersion? left, PythonVersion? right) => left is null ? right is null : left.Equals(right);

    /// <summary>Whether they are different versions.</summary>
    public static bool operator !=(PythonVersion? left, PythonVersion? right) => !(left == right);

    /// <summary>Whether the left one is older.</summary>
    public static bool operator <(PythonVersion? left, PythonVersion? right) => Compare(left, right) < 0;

    /// <summary>Whether the left one is not newer.</summary>
    public static bool operator <=(PythonVersion? left, PythonVersion? right) => Compare(left, right) <= 0;

    /// <summary>Whether the left one is newer.</summary>
    public static bool operator >(PythonVersion? left, PythonVersion? right) => Compare(left, right) > 0;

    /// <summary>Whether the left one is not older.</summary>
    public static bool operator >=(PythonVersion? left, PythonVersion? right) => Compare(left, right) >= 0;

    private static int Compare(PythonVersion? left, PythonVersion? right) => Comparer<PythonVersion?>.Default.Compare(left, right);

    /// <summary>1.dev1 &lt; 1a1 &lt; 1b1 &lt; 1rc1 &lt; 1, and 1a1.dev1 is an <c>a</c>.</summary>
    private int PreRank => Pre?.Phase switch
    {
        "a" => 1,
        "b" => 2,
        "rc" => 3,
        _ => Post is null && Dev is not null ? 0 : 4,
    };

    private static int CompareRelease(ImmutableArray<BigInteger> left, ImmutableArray<BigInteger> right)
    {
        for (var i = 0; i < Math.Max(left.Length, right.Length); i++)
        {
            var order = left.ElementAtOrDefault(i).CompareTo(right.ElementAtOrDefault(i));
            if (order != 0)
                return order;
        }
        return 0;
    }

    private static int CompareLocal(ImmutableArray<string> left, ImmutableArray<string> right)
    {
        for (var i = 0; i < Math.Min(left.Length, right.Length); i++)
        {
            var order = (IsNumber(left[i]), IsNumber(right[i])) switch
            {
                (true, true) => ToNumber(left[i]).CompareTo(ToNumber(right[i])),
                (false, false) => string.CompareOrdinal(left[i], right[i]),
                (var leftIsNumber, _) => leftIsNumber ? 1 : -1,
            };
            if (order != 0)
                return order;
        }
        return left.Length.CompareTo(right.Length);
    }

    private static bool IsNumber(string text) => text.All(char.IsAsciiDigit);

    private static BigInteger ToNumber(string digits) => BigInteger.Parse(digits);

    // PEP 440, appendix B, for text in lower case.
    [GeneratedRegex("""
        ^v?
        ((?<epoch>[0-9]+)!)?
        (?<release>[0-9]+(\.[0-9]+)*)
        ([-_.]?(?<pre>alpha|a|beta|b|preview|pre|c|rc)[-_.]?(?<preN>[0-9]*))?
        (?<post>-(?<postN>[0-9]+)|[-_.]?(post|rev|r)[-_.]?(?<postN>[0-9]*))?
        (?<dev>[-_.]?dev[-_.]?(?<devN>[0-9]*))?
        (\+(?<local>[a-z0-9]+([-_.][a-z0-9]+)*))?
        \z
        """, RegexOptions.ExplicitCapture | RegexOptions.IgnorePatternWhitespace | RegexOptions.CultureInvariant)]
    private static partial Regex Syntax();
}
