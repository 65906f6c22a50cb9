using System.Collections.Immutable;

namespace Cora.Build.Python;

/// <summary>A dependency specifier: <c>name[extra]&gt;=1 ; marker</c> or <c>name[extra] @ url ; marker</c> (PEP 508).</summary>
public sealed class Requirement
{
    internal Requirement(string name, ImmutableArray<string> extras, VersionSpecifiers specifiers, string? url, Marker? marker)
    {
        Name = name;
        Extras = extras;
        Specifiers = specifiers;
        Url = url;
        Marker = marker;
    }

    /// <summary>The name as it was written.</summary>
    public string Name { get; }

    /// <summary>The name as it is compared (PEP 503).</summary>
    public string NormalizedName => PackageName.Normalize(Name);

    /// <summary>The extras, normalized, sorted, each once.</summary>
    public ImmutableArray<string> Extras { get; }

    /// <summary>The versions that do; all of them when there is a <see cref="Url"/>.</summary>
    public VersionSpecifiers Specifiers { get; }

    /// <summary>Where the distribution is, when that is said.</summary>
    public string? Url { get; }

    /// <summary>When the requirement holds; always when null.</summary>
    public Marker? Marker { get; }

    /// <summary>Reads a requirement.</summary>
    /// <exception cref="FormatException">It is none; the message has reason and column.</exception>
    public static Requirement Parse(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        return Read(text, lenient: false);
    }

    /// <summary>The same for a target of which it is known that it holds.</summary>
    public Requirement WithoutMarker() => new(Name, Extras, Specifiers, Url, null);

    /// <summary>Whether the requirement holds for a target; see <see cref="Marker.Evaluate"/>.</summary>
    public bool AppliesTo(MarkerEnvironment environment, IReadOnlySet<string>? extras = null) => Marker?.Evaluate(environment, extras) ?? true;

    /// <summary>The requirement in one spelling, which <see cref="Parse"/> reads back. A URL keeps its credentials: see <see cref="IndexUrl.Redact"/>.</summary>
    public override string ToString() => ToString(Name, Specifiers.ToString());

    /// <summary>The same text for all requirements that ask for the same.</summary>
    internal string ToCanonicalString() => ToString(NormalizedName,
        string.Join(',', Specifiers.Specifiers.Select(specifier => specifier.ToString()).Distinct().Order(StringComparer.Ordinal)));

    /// <param name="text">The text.</param>
    /// <param name="lenient">Takes what the metadata of old wheels has; see <see cref="VersionSpecifiers.Read"/>.</param>
    internal static Requirement Read(string text, bool lenient)
    {
        var reader = new SyntaxReader(text);
        reader.SkipSpace();
        var name = reader.TakeName("a distribution's name");
        reader.SkipSpace();
        var extras = ReadExtras(reader);
        reader.SkipSpace();

        string? url = null;
        var specifiers = VersionSpecifiers.Any;
        if (reader.Take("@"))
        {
            reader.SkipSpace();
            url = reader.TakeWhile(static c => !char.IsWhiteSpace(c) && !char.IsControl(c));
            if (url.Length == 0)
                throw reader.Error($"a URL expected after '@', {reader.Found} found");
            reader.SkipSpace();
        }
        else
        {
            specifiers = VersionSpecifiers.Read(reader, lenient);
        }

        var marker = reader.Take(";") ? Marker.Read(reader) : null;
        return reader.AtEnd ? new(name, extras, specifiers, url, marker) : throw reader.Error(Unexpected(reader, marker, url, specifiers));
    }

    internal static ImmutableArray<string> ReadExtras(SyntaxReader reader)
    {
        var open = reader.Position;
        if (!reader.Take("["))
            return [];
        var extras = new SortedSet<string>(StringComparer.Ordinal);
        reader.SkipSpace();
        while (reader.Current != ']')
        {
            if (reader.AtEnd)
                throw reader.Error("the bracket is not closed", open);
            extras.Add(PackageName.Normalize(reader.TakeName("an extra's name")));
            reader.SkipSpace();
            if (!reader.Take(","))
                break;
            reader.SkipSpace();
            if (reader.Current == ']')
                throw reader.Error("an extra's name expected after ','");
        }
        return reader.Take("]") ? [.. extras]
            : throw reader.Error(reader.AtEnd ? "the bracket is not closed" : $"',' or ']' expected, {reader.Found} found", reader.AtEnd ? open : null);
    }

    private static string Unexpected(SyntaxReader reader, Marker? marker, string? url, VersionSpecifiers specifiers) => (marker, url) switch
    {
        ({ }, _) => $"'and', 'or' or the end of the marker expected, {reader.Found} found",
        (_, { }) => $"';' or the end expected after the URL, {reader.Found} found",
        _ when !specifiers.Specifiers.IsEmpty => $"',', ';' or the end expected after the version, {reader.Found} found",
        _ => $"a version specifier, ';' or the end expected after the name, {reader.Found} found",
    };

    private string ToString(string name, string specifiers) => name
        + (Extras.IsEmpty ? "" : $"[{string.Join(',', Extras)}]")
        + (Url is null ? specifiers : $" @ {Url}")
        + (Marker is null ? "" : Url is null ? $"; {Marker}" : $" ; {Marker}");
}
