using System.Text.Json;

namespace Cora.Build.Diagnostics;

/// <summary>Findings as the working targets leave them in <c>obj/cora/</c> for the reporting target, one file a phase.</summary>
/// <remarks>The JSON is read and written by hand, because every build does both: a serializer would have the runtime compile hundreds of its methods first.</remarks>
public static class Findings
{
    /// <summary>The extension of such a file.</summary>
    public const string Extension = ".findings";

    /// <summary>Reads one phase's findings.</summary>
    public static IReadOnlyList<Diagnostic> Read(string path)
    {
        using var document = JsonDocument.Parse(File.ReadAllBytes(path));
        var diagnostics = new List<Diagnostic>();
        foreach (var json in document.RootElement.EnumerateArray())
        {
            var descriptor = new DiagnosticDescriptor(json.GetProperty("code").GetString()!, (Severity)json.GetProperty("defaultSeverity").GetInt32(), json.GetProperty("title").GetString()!)
            {
                IsConfigurable = json.GetProperty("configurable").GetBoolean(),
                HidesOthers = json.GetProperty("hidesOthers").GetBoolean(),
            };
            var location = new Location(json.GetProperty("file").GetString()!, json.GetProperty("line").GetInt32(), json.GetProperty("column").GetInt32());
            diagnostics.Add(descriptor.At(location, json.GetProperty("message").GetString()!) with { Severity = (Severity)json.GetProperty("severity").GetInt32() });
        }
        return diagnostics;
    }

    /// <summary>Whether a phase found something, without reading what.</summary>
    public static bool AreIn(string path) => new FileInfo(path) is { Exists: true, Length: > 2 };

    /// <summary>The bytes of a findings file, sorted by place and code, each finding once.</summary>
    public static byte[] ToBytes(IEnumerable<Diagnostic> diagnostics)
    {
        var sorted = diagnostics.Distinct().ToList();
        sorted.Sort(Compare);
        var bytes = new MemoryStream();
        using (var json = new Utf8JsonWriter(bytes, new JsonWriterOptions { Indented = true, NewLine = "\n" }))
        {
            json.WriteStartArray();
            foreach (var diagnostic in sorted)
            {
                json.WriteStartObject();
                json.WriteString("code", diagnostic.Descriptor.Code);
                json.WriteString("title", diagnostic.Descriptor.Title);
                json.WriteNumber("defaultSeverity", (int)diagnostic.Descriptor.DefaultSeverity);
                json.WriteBoolean("configurable", diagnostic.Descriptor.IsConfigurable);
                json.WriteBoolean("hidesOthers", diagnostic.Descriptor.HidesOthers);
                json.WriteNumber("severity", (int)diagnostic.Severity);
                json.WriteString("message", diagnostic.Message);
                json.WriteString("file", diagnostic.Location.File);
                json.WriteNumber("line", diagnostic.Location.Line);
                json.WriteNumber("column", diagnostic.Location.Column);
                json.WriteEndObject();
            }
            json.WriteEndArray();
        }
        return bytes.ToArray();
    }

    /// <summary>By place, code and message.</summary>
    internal static int Compare(Diagnostic a, Diagnostic b)
    {
        var order = string.CompareOrdinal(a.Location.File, b.Location.File);
        if (order == 0) order = a.Location.Line.CompareTo(b.Location.Line);
        if (order == 0) order = a.Location.Column.CompareTo(b.Location.Column);
        if (order == 0) order = string.CompareOrdinal(a.Descriptor.Code, b.Descriptor.Code);
        return order != 0 ? order : string.CompareOrdinal(a.Message, b.Message);
    }
}
