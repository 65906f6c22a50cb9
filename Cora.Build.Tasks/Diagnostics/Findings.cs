using System.Text.Json;
using System.Text.Json.Serialization;

namespace Cora.Build.Diagnostics;

/// <summary>Findings as the working targets leave them in <c>obj/cora/</c> for the reporting target, one file a phase.</summary>
public static class Findings
{
    /// <summary>The extension of such a file.</summary>
    public const string Extension = ".findings";

    /// <summary>Reads one phase's findings. Codes that this version does not know (an older SDK wrote them) are left out.</summary>
    public static IReadOnlyList<Diagnostic> Read(string path)
    {
        var bytes = File.ReadAllBytes(path);
        if (bytes.AsSpan().SequenceEqual("[]"u8)) return [];
        return [.. JsonSerializer.Deserialize(bytes, FindingsJson.Default.FindingArray)!
            .Where(finding => Catalogue.ByCode.ContainsKey(finding.Code))
            .Select(finding => new Diagnostic(Catalogue.ByCode[finding.Code], finding.Message, new Location(finding.File, finding.Line, finding.Column))
            {
                Severity = finding.Severity,
            })];
    }

    /// <summary>The bytes of a findings file, sorted by place and code, each finding once.</summary>
    public static byte[] ToBytes(IEnumerable<Diagnostic> diagnostics)
    {
        var findings = diagnostics
            .Select(d => new Finding(d.Descriptor.Code, d.Severity, d.Message, d.Location.File, d.Location.Line, d.Location.Column))
            .Distinct()
            .OrderBy(f => f.File, StringComparer.Ordinal).ThenBy(f => f.Line).ThenBy(f => f.Column)
            .ThenBy(f => f.Code, StringComparer.Ordinal).ThenBy(f => f.Message, StringComparer.Ordinal)
            .ToArray();
        return findings.Length == 0 ? [.. "[]"u8] : JsonSerializer.SerializeToUtf8Bytes(findings, FindingsJson.Default.FindingArray);
    }
}

internal sealed record Finding(string Code, Severity Severity, string Message, string File, int Line, int Column);

[JsonSourceGenerationOptions(UseStringEnumConverter = true, WriteIndented = true, NewLine = "\n")]
[JsonSerializable(typeof(Finding[]))]
internal sealed partial class FindingsJson : JsonSerializerContext;
