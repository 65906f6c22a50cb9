using System.Security.Cryptography;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using Cora.Build.Packaging;

namespace Cora.Build.Diagnostics;

/// <summary>The findings as SARIF 2.1.0 (OASIS), in the form that GitHub code scanning takes: paths relative to the repository, fingerprints, suppressions.</summary>
public static class SarifLog
{
    /// <summary>UTF-8 JSON with LF.</summary>
    /// <param name="reported">The findings, also those that are not shown.</param>
    /// <param name="projectFile">Full path.</param>
    public static byte[] ToBytes(IEnumerable<ReportedDiagnostic> reported, string projectFile)
    {
        var root = RootOf(projectFile);
        var results = reported.ToList();
        results.Sort((a, b) => Findings.Compare(a.Diagnostic, b.Diagnostic));
        var rules = results.Select(item => item.Diagnostic.Descriptor).DistinctBy(rule => rule.Code).OrderBy(rule => rule.Code, StringComparer.Ordinal).ToList();
        var index = rules.Select((rule, i) => (rule.Code, i)).ToDictionary(item => item.Code, item => item.i, StringComparer.Ordinal);
        var occurrences = new Dictionary<string, int>(StringComparer.Ordinal);

        var bytes = new MemoryStream();
        using (var json = new Utf8JsonWriter(bytes, new JsonWriterOptions { Indented = true, NewLine = "\n", Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping }))
        {
            json.WriteStartObject();
            json.WriteString("$schema", "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json");
            json.WriteString("version", "2.1.0");
            json.WriteStartArray("runs");
            json.WriteStartObject();
            json.WriteStartObject("tool");
            json.WriteStartObject("driver");
            json.WriteString("name", "Cora.Build.Sdk");
            json.WriteString("semanticVersion", Manifest.RunningSdkVersion);
            json.WriteString("informationUri", Catalogue.RepositoryUrl);
            json.WriteStartArray("rules");
            foreach (var rule in rules) WriteRule(json, rule);
            json.WriteEndArray();
            json.WriteEndObject();
            json.WriteEndObject();
            // One run a project: what is uploaded for one module does not replace what was for another.
            json.WriteStartObject("automationDetails");
            json.WriteString("id", $"cora/{Uri(Path.GetRelativePath(root, projectFile))}/");
            json.WriteEndObject();
            json.WriteString("columnKind", "utf16CodeUnits");
            json.WriteStartArray("results");
            foreach (var item in results) WriteResult(json, item, index[item.Diagnostic.Descriptor.Code], root, occurrences);
            json.WriteEndArray();
            json.WriteEndObject();
            json.WriteEndArray();
            json.WriteEndObject();
        }
        bytes.WriteByte((byte)'\n');
        return bytes.ToArray();
    }

    private static void WriteRule(Utf8JsonWriter json, DiagnosticDescriptor rule)
    {
        json.WriteStartObject();
        json.WriteString("id", rule.Code);
        json.WriteStartObject("shortDescription");
        json.WriteString("text", rule.Title);
        json.WriteEndObject();
        json.WriteString("helpUri", rule.HelpLink);
        json.WriteStartObject("defaultConfiguration");
        json.WriteString("level", Level(rule.DefaultSeverity));
        json.WriteEndObject();
        json.WriteEndObject();
    }

    private static void WriteResult(Utf8JsonWriter json, ReportedDiagnostic item, int ruleIndex, string root, Dictionary<string, int> occurrences)
    {
        var (descriptor, message, location) = item.Diagnostic;
        var file = FileUri(root, location.File);
        // The log ships with the module: it says the same on each machine.
        var text = message.Replace(root + Path.DirectorySeparatorChar, "", StringComparison.Ordinal);
        json.WriteStartObject();
        json.WriteString("ruleId", descriptor.Code);
        json.WriteNumber("ruleIndex", ruleIndex);
        json.WriteString("level", Level(item.Diagnostic.Severity));
        json.WriteStartObject("message");
        json.WriteString("text", text);
        json.WriteEndObject();
        json.WriteStartArray("locations");
        json.WriteStartObject();
        json.WriteStartObject("physicalLocation");
        json.WriteStartObject("artifactLocation");
        json.WriteString("uri", file);
        if (!file.StartsWith("file:", StringComparison.Ordinal)) json.WriteString("uriBaseId", "%SRCROOT%");
        json.WriteEndObject();
        if (location.Line > 0)
        {
            json.WriteStartObject("region");
            json.WriteNumber("startLine", location.Line);
            if (location.Column > 0) json.WriteNumber("startColumn", location.Column);
            json.WriteEndObject();
        }
        json.WriteEndObject();
        json.WriteEndObject();
        json.WriteEndArray();
        // Without the line, so that an edit above does not make another finding of it; the n-th of its kind in the file instead.
        var kind = string.Join('\n', descriptor.Code, file, text);
        occurrences[kind] = occurrences.GetValueOrDefault(kind) + 1;
        json.WriteStartObject("partialFingerprints");
        json.WriteString("cora/v1", Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes($"{kind}\n{occurrences[kind]}"))));
        json.WriteEndObject();
        if (item.Disposition != Disposition.Shown)
        {
            json.WriteStartArray("suppressions");
            json.WriteStartObject();
            json.WriteString("kind", item.Disposition == Disposition.Suppressed ? "inSource" : "external");
            json.WriteString("justification", item.Disposition == Disposition.Suppressed ? "noqa" : Baseline.FileName);
            json.WriteEndObject();
            json.WriteEndArray();
        }
        json.WriteEndObject();
    }

    private static string Level(Severity severity) => severity switch
    {
        Severity.Error => "error",
        Severity.Warning => "warning",
        Severity.Suggestion => "note",
        _ => "none",
    };

    /// <summary>The repository that the project is in, else its own directory.</summary>
    private static string RootOf(string projectFile)
    {
        var directory = Path.GetDirectoryName(projectFile)!;
        for (var at = directory; at is not null; at = Path.GetDirectoryName(at))
        {
            if (Path.Exists(Path.Combine(at, ".git"))) return Path.TrimEndingDirectorySeparator(at);
        }
        return directory;
    }

    private static string FileUri(string root, string file)
    {
        var relative = Path.GetRelativePath(root, file);
        // On another drive there is no way from here to there.
        return Path.IsPathRooted(relative) ? new Uri(file).AbsoluteUri : Uri(relative);
    }

    private static string Uri(string relative) => string.Join('/', relative.Split('/', '\\').Select(System.Uri.EscapeDataString));
}
