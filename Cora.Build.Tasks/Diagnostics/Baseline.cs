using System.Text.Encodings.Web;
using System.Text.Json;
using Cora.Build.Modules;

namespace Cora.Build.Diagnostics;

/// <summary>
/// <c>cora-baseline.json</c>: the findings that a module had when it began to be checked. They are counted and not shown, so that what is new is seen. Lines are not in
/// it: an edit above a finding must not bring it back.
/// </summary>
public sealed class Baseline
{
    /// <summary>Of the file, which stands beside the project file and is committed.</summary>
    public const string FileName = "cora-baseline.json";

    internal static readonly DiagnosticDescriptor s_gone = new("CORA0011", Severity.Suggestion, "Baseline entry that no longer occurs");

    private readonly string _path;
    private readonly string _directory;
    private readonly List<Entry> _entries = [];

    private Baseline(string path) => (_path, _directory) = (path, Path.GetDirectoryName(path)!);

    /// <summary>An empty one.</summary>
    /// <param name="path">Full path of the file that it would be in.</param>
    public static Baseline None(string path) => new(path);

    /// <summary>Reads a baseline; an empty one where there is no file.</summary>
    /// <param name="path">Full path.</param>
    /// <exception cref="CoraException">CORA0005.</exception>
    public static Baseline Read(string path)
    {
        var baseline = new Baseline(path);
        if (!File.Exists(path)) return baseline;
        try
        {
            using var document = JsonDocument.Parse(File.ReadAllBytes(path), new JsonDocumentOptions { AllowTrailingCommas = true, CommentHandling = JsonCommentHandling.Skip });
            foreach (var item in document.RootElement.GetProperty("findings").EnumerateArray())
            {
                baseline._entries.Add(new Entry(item.GetProperty("rule").GetString()!, item.GetProperty("file").GetString()!, item.GetProperty("message").GetString()!));
            }
        }
        catch (Exception e) when (e is JsonException or KeyNotFoundException or InvalidOperationException or IOException or UnauthorizedAccessException)
        {
            throw ModuleDiscovery.s_configuration.Error(new Location(path), $"'{path}' is no baseline: {e.Message} Mend it, or make it anew with 'dotnet build -t:CoraBaseline'.");
        }
        return baseline;
    }

    /// <summary>Whether a finding is in it. Each entry holds one finding: a second of the same kind is new.</summary>
    public bool Take(Diagnostic diagnostic) => _entries.Remove(ToEntry(diagnostic));

    /// <summary>CORA0011 for what nothing has taken.</summary>
    public IEnumerable<Diagnostic> Gone() => _entries.Select(entry => s_gone.At(new Location(_path),
        $"The baseline has a {entry.Rule} in '{entry.File}' that no longer occurs ({entry.Message}) Make the baseline anew with 'dotnet build -t:CoraBaseline'."));

    /// <summary>Writes the baseline of these findings; without any there is no file. Returns how many it holds.</summary>
    public static int Write(string path, IEnumerable<Diagnostic> diagnostics)
    {
        var baseline = new Baseline(path);
        var entries = diagnostics.Select(baseline.ToEntry).ToList();
        if (entries.Count == 0)
        {
            File.Delete(path);
            return 0;
        }
        entries.Sort((a, b) => string.CompareOrdinal(a.File, b.File) is not 0 and var file ? file : string.CompareOrdinal(a.Rule, b.Rule) is not 0 and var rule ? rule : string.CompareOrdinal(a.Message, b.Message));
        var bytes = new MemoryStream();
        using (var json = new Utf8JsonWriter(bytes, new JsonWriterOptions { Indented = true, NewLine = "\n", Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping }))
        {
            json.WriteStartObject();
            json.WriteNumber("schemaVersion", 1);
            json.WriteStartArray("findings");
            foreach (var entry in entries)
            {
                json.WriteStartObject();
                json.WriteString("rule", entry.Rule);
                json.WriteString("file", entry.File);
                json.WriteString("message", entry.Message);
                json.WriteEndObject();
            }
            json.WriteEndArray();
            json.WriteEndObject();
        }
        bytes.WriteByte((byte)'\n');
        IntermediateFiles.WriteIfDifferent(path, bytes.ToArray());
        return entries.Count;
    }

    /// <summary>The same in each checkout: paths below the module's directory are relative to it.</summary>
    private Entry ToEntry(Diagnostic diagnostic) => new(
        diagnostic.Descriptor.Code,
        Path.GetRelativePath(_directory, diagnostic.Location.File).Replace('\\', '/'),
        diagnostic.Message.Replace(_directory + Path.DirectorySeparatorChar, "", StringComparison.Ordinal));

    private sealed record Entry(string Rule, string File, string Message);
}
