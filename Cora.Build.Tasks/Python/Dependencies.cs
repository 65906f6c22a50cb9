using System.Text.Json;
using System.Text.Json.Serialization;

namespace Cora.Build.Python;

/// <summary>A wheel that an artifact gets.</summary>
/// <param name="Name">Normalised name of the distribution.</param>
/// <param name="Version">Its version.</param>
/// <param name="FileName">The wheel's file name.</param>
/// <param name="Sha256">Lower-case hex.</param>
/// <param name="Bytes">The wheel's length, when known.</param>
/// <param name="Source">Where it comes from: a URL without credentials, or a full path.</param>
/// <param name="TopLevel">What can be imported: names of packages and modules, in ordinal order.</param>
public sealed record ResolvedWheel(string Name, string Version, string FileName, string Sha256, long? Bytes, string Source, IReadOnlyList<string> TopLevel);

/// <summary>Which wheels each artifact of a module gets: <c>obj/cora/dependencies.json</c>.</summary>
public sealed record Dependencies
{
    /// <summary>Nothing at all.</summary>
    public static Dependencies None { get; } = new();

    /// <summary>By an artifact's file name: the key of its set. An artifact that needs nothing is not here.</summary>
    public IReadOnlyDictionary<string, string> ByArtifact { get; init; } = new Dictionary<string, string>();

    /// <summary>File names of artifacts whose dependencies could not be resolved.</summary>
    public IReadOnlyList<string> Failed { get; init; } = [];

    /// <summary>The sets, each sorted by name.</summary>
    public IReadOnlyDictionary<string, IReadOnlyList<ResolvedWheel>> Sets { get; init; } = new Dictionary<string, IReadOnlyList<ResolvedWheel>>();

    /// <summary>The wheels of an artifact.</summary>
    public IReadOnlyList<ResolvedWheel> Of(string artifactFileName) => ByArtifact.TryGetValue(artifactFileName, out var key) ? Sets[key] : [];

    /// <summary>Reads what <see cref="ToBytes"/> gave. A file that is missing throws: it does not mean that there are no dependencies.</summary>
    public static Dependencies Read(string path) => JsonSerializer.Deserialize(File.ReadAllBytes(path), DependenciesJson.Default.Dependencies)!;

    /// <summary>The same of an earlier build; <see cref="None"/> when there was none, or it was one of an SDK that wrote something else.</summary>
    public static Dependencies ReadPrevious(string path)
    {
        try
        {
            return File.Exists(path) ? Read(path) : None;
        }
        catch (JsonException)
        {
            return None;
        }
    }

    /// <summary>As JSON.</summary>
    public byte[] ToBytes() => JsonSerializer.SerializeToUtf8Bytes(this, DependenciesJson.Default.Dependencies);
}

[JsonSourceGenerationOptions(WriteIndented = true, NewLine = "\n", RespectNullableAnnotations = true)]
[JsonSerializable(typeof(Dependencies))]
internal sealed partial class DependenciesJson : JsonSerializerContext;
