using System.Security.Cryptography;
using System.Text.Json;
using Cora.Build.Modules;

namespace Cora.Build.Python.Source;

/// <summary>
/// What earlier builds read, in one JSON file: for which target, by which program and which Python, and the facts by the SHA-256 of the source. A file that is for
/// something else, or damaged, is as good as none.
/// </summary>
/// <param name="path">Full path.</param>
/// <param name="key">What all facts depend on besides the source: the target, the program that reads them.</param>
internal sealed class FactCache(string path, string key)
{
    private readonly Dictionary<string, ReadOnlyMemory<byte>> _known = [];
    private readonly SortedDictionary<string, ReadOnlyMemory<byte>> _used = new(StringComparer.Ordinal);

    /// <summary>The Python that read the facts, such as <c>3.11.7</c>; empty when there are none.</summary>
    public string PythonVersion { get; private set; } = "";

    /// <summary>The name of a source in the cache.</summary>
    public static string NameOf(ReadOnlySpan<byte> source) => Convert.ToHexStringLower(SHA256.HashData(source));

    /// <summary>Reads the file. Its facts count while the programs that may be Python are the same.</summary>
    /// <param name="programs">Stat lines.</param>
    public void Load(string programs)
    {
        byte[] file;
        try
        {
            file = File.ReadAllBytes(path);
        }
        catch (IOException)
        {
            return; // Not there yet, or just being replaced.
        }
        try
        {
            Load(file, programs);
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException)
        {
            Forget();
        }
    }

    /// <summary>For when another Python than that of the cache is there.</summary>
    public void Forget()
    {
        _known.Clear();
        _used.Clear();
        PythonVersion = "";
    }

    /// <summary>The facts of a source, or null.</summary>
    public SourceFacts? Find(string name)
    {
        if (!_known.TryGetValue(name, out var json)) return null;
        try
        {
            var facts = FactJson.Read(json.Span);
            _used[name] = json;
            return facts;
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException or FormatException)
        {
            return null; // Damaged.
        }
    }

    /// <summary>Takes up facts as the program wrote them.</summary>
    public void Add(string name, ReadOnlyMemory<byte> json) => _used[name] = json;

    /// <summary>Writes what was found and added; the rest is for sources that are no more.</summary>
    public void Save(string programs, string pythonVersion)
    {
        var bytes = new MemoryStream();
        using (var json = new Utf8JsonWriter(bytes))
        {
            json.WriteStartObject();
            json.WriteString("key", key);
            json.WriteString("programs", programs);
            json.WriteString("python", pythonVersion);
            json.WriteStartObject("facts");
            foreach (var (name, facts) in _used)
            {
                json.WritePropertyName(name);
                json.WriteRawValue(facts.Span, skipInputValidation: true);
            }
            json.WriteEndObject();
            json.WriteEndObject();
        }
        IntermediateFiles.WriteIfDifferent(path, bytes.GetBuffer().AsSpan(0, (int)bytes.Length));
    }

    private void Load(byte[] file, string programs)
    {
        var json = new Utf8JsonReader(file);
        json.Read();
        while (json.Read() && json.TokenType == JsonTokenType.PropertyName)
        {
            var name = json.GetString();
            json.Read();
            switch (name)
            {
                case "key" when json.GetString() != key:
                case "programs" when json.GetString() != programs:
                    Forget();
                    return;
                case "python":
                    PythonVersion = json.GetString() ?? "";
                    break;
                case "facts":
                    while (json.Read() && json.TokenType == JsonTokenType.PropertyName)
                    {
                        var source = json.GetString()!;
                        json.Read();
                        var start = (int)json.TokenStartIndex;
                        json.Skip();
                        _known[source] = file.AsMemory(start, (int)json.BytesConsumed - start);
                    }
                    break;
            }
        }
    }
}
