using System.Collections.Immutable;
using System.Text;
using Cora.Build.Diagnostics;

namespace Cora.Build.Python;

/// <summary>What a wheel says of itself: the headers of its <c>METADATA</c> (core metadata specification).</summary>
/// <param name="Name">The distribution.</param>
/// <param name="Version">Its version.</param>
/// <param name="RequiresDist">What it depends on, optional things with a marker over <c>extra</c>.</param>
/// <param name="ProvidesExtra">Its extras, normalized.</param>
/// <param name="RequiresPython">The Python versions that it runs on; null when it does not say.</param>
public sealed record WheelMetadata(
    string Name,
    PythonVersion Version,
    ImmutableArray<Requirement> RequiresDist,
    ImmutableArray<string> ProvidesExtra,
    VersionSpecifiers? RequiresPython)
{
    /// <summary>The largest <c>METADATA</c> that is read, in bytes.</summary>
    public const int MaxBytes = 16 * 1024 * 1024;

    private static readonly DiagnosticDescriptor s_unreadable = new("CORA3015", Severity.Error, "Metadata of a wheel cannot be read");

    /// <summary>Reads the file. Bytes that are not UTF-8 do no harm where they usually are, in descriptions and names of authors.</summary>
    /// <param name="stream">The content of <c>METADATA</c>.</param>
    /// <param name="wheel">The wheel's path, for messages.</param>
    /// <exception cref="CoraException">CORA3015: it is too large, or a header that matters is missing or broken.</exception>
    public static WheelMetadata Parse(Stream stream, string wheel)
    {
        ArgumentNullException.ThrowIfNull(stream);
        ArgumentNullException.ThrowIfNull(wheel);
        using var content = new MemoryStream();
        var buffer = new byte[81920];
        int count;
        while ((count = stream.Read(buffer)) > 0)
        {
            if (content.Length + count > MaxBytes)
                throw Error(wheel, $"is larger than {MaxBytes} bytes");
            content.Write(buffer, 0, count);
        }
        return Parse(Encoding.UTF8.GetString(content.GetBuffer(), 0, (int)content.Length), wheel);
    }

    /// <inheritdoc cref="Parse(Stream, string)"/>
    /// <param name="text">The content of <c>METADATA</c>.</param>
    /// <param name="wheel">The wheel's path, for messages.</param>
    public static WheelMetadata Parse(string text, string wheel)
    {
        ArgumentNullException.ThrowIfNull(text);
        ArgumentNullException.ThrowIfNull(wheel);
        if (text.Length > MaxBytes)
            throw Error(wheel, $"is larger than {MaxBytes} bytes");
        var headers = Headers(text).ToLookup(header => header.Name, header => header.Value, StringComparer.OrdinalIgnoreCase);
        var name = One("Name") is var written && PackageName.IsValid(written)
            ? written
            : throw Error(wheel, $"has the name {SyntaxReader.Quote(written)}, which is none (PEP 508)");
        var requiresPython = headers["Requires-Python"].FirstOrDefault();
        return new(
            name,
            Checked("Version", One("Version"), PythonVersion.Parse),
            [.. headers["Requires-Dist"].Select(value => Checked("Requires-Dist", value, text => Requirement.Read(text, lenient: true)))],
            [.. headers["Provides-Extra"].Select(PackageName.Normalize).Distinct()],
            string.IsNullOrEmpty(requiresPython)
                ? null
                : Checked("Requires-Python", requiresPython, text => VersionSpecifiers.ReadAll(text, lenient: true)));

        string One(string header) => headers[header].Distinct().ToArray() switch
        {
            [var value] => value,
            [] => throw Error(wheel, $"has no '{header}' header"),
            _ => throw Error(wheel, $"has several '{header}' headers"),
        };

        T Checked<T>(string header, string value, Func<string, T> parse)
        {
            try
            {
                return parse(value);
            }
            catch (FormatException exception)
            {
                throw Error(wheel, $"has a broken '{header}' header: {exception.Message}", exception);
            }
        }
    }

    /// <summary>The headers up to the first empty line, or the first that is none, folded lines joined (RFC 822, as Python's email package reads them).</summary>
    private static IEnumerable<(string Name, string Value)> Headers(string text)
    {
        string? name = null;
        var value = new StringBuilder();
        using var reader = new StringReader(text.TrimStart('\ufeff'));
        while (reader.ReadLine() is { Length: > 0 } line)
        {
            if (line[0] is ' ' or '\t')
            {
                value.Append(line);
                continue;
            }
            var colon = line.IndexOf(':', StringComparison.Ordinal);
            if (colon <= 0 || line.AsSpan(0, colon).ContainsAny(" \t"))
                break;
            if (name is not null)
                yield return (name, Value());
            name = line[..colon];
            value.Clear().Append(line, colon + 1, line.Length - colon - 1);
        }
        if (name is not null)
            yield return (name, Value());

        string Value() => value.ToString().Trim();
    }

    private static CoraException Error(string wheel, string reason, FormatException? inner = null) => new(
        s_unreadable.At(new(wheel), $"The METADATA of the wheel {SyntaxReader.Quote(Path.GetFileName(wheel))} {reason}. Require another version of it, or rebuild it."),
        inner);
}
