using System.Reflection;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Serialization;
using Cora.Build.Modules;

namespace Cora.Build.Packaging;

/// <summary>
/// <c>cora-manifest.json</c>: what the zips beside it are (schema: <c>docs/cora-manifest.schema.json</c>). It holds no absolute path, time or
/// commit: the same inputs give the same manifest.
/// </summary>
public sealed record Manifest
{
    /// <summary>The file's name.</summary>
    public const string FileName = "cora-manifest.json";

    /// <summary>The version of the SDK that is running.</summary>
    public static string RunningSdkVersion { get; } =
        typeof(Manifest).Assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()!.InformationalVersion.Split('+')[0];

    /// <summary>1.</summary>
    public int SchemaVersion { get; init; } = 1;

    /// <summary><c>CoraModuleName</c>.</summary>
    public required string Module { get; init; }

    /// <summary>The module's version.</summary>
    public required string Version { get; init; }

    /// <summary>The SDK's version.</summary>
    public required string Sdk { get; init; }

    /// <summary>What the zips are for.</summary>
    public required ManifestTarget Target { get; init; }

    /// <summary>Layers, then functions, each by file name.</summary>
    public required IReadOnlyList<ManifestArtifact> Artifacts { get; init; }

    /// <summary>Reads a manifest; null when there is none that can be read, as after a build that was never finished.</summary>
    public static Manifest? TryRead(string path)
    {
        try
        {
            return TryParse(File.ReadAllBytes(path));
        }
        catch (Exception e) when (e is FileNotFoundException or DirectoryNotFoundException)
        {
            return null;
        }
    }

    /// <summary>Reads a manifest; null when it is none.</summary>
    public static Manifest? TryParse(ReadOnlySpan<byte> json)
    {
        try
        {
            // That no element of a list is null is the one thing that JSON's reader does not look at.
            return JsonSerializer.Deserialize(json, ManifestJson.Default.Manifest) is { } manifest && !manifest.Artifacts.Contains(null!) ? manifest : null;
        }
        catch (JsonException)
        {
            return null;
        }
    }

    /// <summary>The manifest as UTF-8 JSON with LF.</summary>
    public byte[] ToBytes() => [.. JsonSerializer.SerializeToUtf8Bytes(this, ManifestJson.Readable.Manifest), (byte)'\n'];
}

/// <summary>A Lambda runtime and an architecture.</summary>
public sealed record ManifestTarget(string Runtime, string Architecture);

/// <summary>A zip.</summary>
public sealed record ManifestArtifact
{
    /// <summary>Function or layer.</summary>
    public required ArtifactKind Kind { get; init; }

    /// <summary>The directory's name.</summary>
    public required string Name { get; init; }

    /// <summary>The zip's file name.</summary>
    public required string File { get; init; }

    /// <summary>Lower-case hex.</summary>
    public required string Sha256 { get; init; }

    /// <summary>Base64, as Lambda's <c>CodeSha256</c> and Terraform's <c>filebase64sha256</c>.</summary>
    public required string Sha256Base64 { get; init; }

    /// <summary>Of the zip.</summary>
    public required long Bytes { get; init; }

    /// <summary>Of all its files.</summary>
    public required long UnzippedBytes { get; init; }

    /// <summary>How many files it holds.</summary>
    public required int Entries { get; init; }

    /// <summary>Of a function.</summary>
    public string? Handler { get; init; }

    /// <summary>The layers of a function.</summary>
    public IReadOnlyList<ManifestLayer>? Layers { get; init; }

    /// <summary>The routes that a function declares in docstrings, in their order.</summary>
    public IReadOnlyList<ManifestRoute>? Routes { get; init; }

    /// <summary>Of a layer: what can be imported of its own sources, first names of modules and packages, in ordinal order.</summary>
    public IReadOnlyList<string>? TopLevel { get; init; }

    /// <summary>What it brings, by name.</summary>
    public required IReadOnlyList<ManifestDistribution> Distributions { get; init; }

    /// <summary>SHA-256, in hex, of all that the zip was made from.</summary>
    public required string Fingerprint { get; init; }
}

/// <summary>A layer of a function: one of a module, or an ARN.</summary>
public sealed record ManifestLayer(string? Module, string? Name, string? Arn);

/// <summary>A route that a function declares.</summary>
/// <param name="Method">In capitals.</param>
/// <param name="Path">Such as <c>/ws/{wsId}</c>.</param>
/// <param name="Public">Whether the function says that everybody may call it.</param>
/// <param name="Summary">What it says of the route; null when it says nothing.</param>
public sealed record ManifestRoute(string Method, string Path, bool Public, string? Summary);

/// <summary>A distribution in a zip, and what can be imported of it.</summary>
public sealed record ManifestDistribution(string Name, string Version, string Wheel, string Sha256, long UnzippedBytes, IReadOnlyList<string> TopLevel);

/// <summary>A project's manifest: where those of its modules are.</summary>
public sealed record ProjectManifest
{
    /// <summary>1.</summary>
    public int SchemaVersion { get; init; } = 1;

    /// <summary>The project's name.</summary>
    public required string Project { get; init; }

    /// <summary>The project's version.</summary>
    public required string Version { get; init; }

    /// <summary>The SDK's version.</summary>
    public required string Sdk { get; init; }

    /// <summary>By name.</summary>
    public required IReadOnlyList<ProjectModule> Modules { get; init; }

    /// <summary>The manifest as UTF-8 JSON with LF.</summary>
    public byte[] ToBytes() => [.. JsonSerializer.SerializeToUtf8Bytes(this, ManifestJson.Readable.ProjectManifest), (byte)'\n'];
}

/// <summary>A module of a project.</summary>
/// <param name="Module">Its name.</param>
/// <param name="Manifest">Path of its manifest, relative to the project's manifest, with forward slashes.</param>
public sealed record ProjectModule(string Module, string Manifest);

[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, UseStringEnumConverter = true, WriteIndented = true, NewLine = "\n", RespectNullableAnnotations = true,
    DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
[JsonSerializable(typeof(Manifest))]
[JsonSerializable(typeof(ProjectManifest))]
internal sealed partial class ManifestJson : JsonSerializerContext
{
    private static readonly Lazy<ManifestJson> s_readable = new(() => new(new JsonSerializerOptions(Default!.Options) { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping }));

    /// <summary>Without escaping what only HTML needs escaped: <c>+</c> in base64, letters that are not ASCII.</summary>
    public static ManifestJson Readable => s_readable.Value;
}
