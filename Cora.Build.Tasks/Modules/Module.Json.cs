using System.Text.Json;

namespace Cora.Build.Modules;

/// <remarks>
/// The JSON is read and written by hand: a build with nothing to do writes it as well, to compare, and a serializer would have the runtime compile
/// hundreds of its methods first, which is more than all else that such a build does.
/// </remarks>
public sealed partial record Module
{
    /// <summary>Reads what <see cref="ToBytes"/> gave.</summary>
    public static Module Read(string path)
    {
        using var document = JsonDocument.Parse(File.ReadAllBytes(path));
        var json = document.RootElement;
        var limits = json.GetProperty("limits");
        var dependencies = json.GetProperty("dependencies");
        return new Module
        {
            Name = Text(json, "name"),
            ProjectFile = Text(json, "projectFile"),
            Version = Text(json, "version"),
            Sdk = json.GetProperty("sdk").GetGuid(),
            TargetFramework = Text(json, "targetFramework"),
            Architecture = Text(json, "architecture"),
            ArtifactsDirectory = Text(json, "artifactsDirectory"),
            Artifacts = List(json.GetProperty("artifacts"), ReadArtifact),
            ProjectRoot = Text(json, "projectRoot"),
            Schemas = Texts(json.GetProperty("schemas")),
            Migrations = Texts(json.GetProperty("migrations")),
            RpcFunctions = Texts(json.GetProperty("rpcFunctions")),
            References = List(json.GetProperty("references"), item => new ModuleReference(Text(item, "name"), Text(item, "manifest"), Text(item, "intermediateDirectory"))),
            Packages = List(json.GetProperty("packages"), item => new ReferencedPackage(Text(item, "name"), Text(item, "directory"))),
            ExternalLayers = List(json.GetProperty("externalLayers"), item => new ExternalLayer(
                Text(item, "arn"), Texts(item.GetProperty("provides")), item.TryGetProperty("unzippedBytes", out var bytes) ? bytes.GetInt64() : null)),
            DefaultExcludes = Texts(json.GetProperty("defaultExcludes")),
            Limits = new SizeLimits(limits.GetProperty("zipBytes").GetInt64(), limits.GetProperty("unzippedBytes").GetInt64(), limits.GetProperty("unzippedWarningBytes").GetInt64()),
            Dependencies = new DependencyOptions
            {
                Installer = Text(dependencies, "installer"),
                PythonExecutable = Text(dependencies, "pythonExecutable"),
                InstallerArguments = Text(dependencies, "installerArguments"),
                WheelStore = Text(dependencies, "wheelStore"),
                LockedMode = dependencies.GetProperty("lockedMode").GetBoolean(),
            },
        };
    }

    /// <summary>The model as JSON.</summary>
    public byte[] ToBytes()
    {
        var bytes = new MemoryStream();
        using (var json = new Utf8JsonWriter(bytes, new JsonWriterOptions { Indented = true, NewLine = "\n" }))
        {
            json.WriteStartObject();
            json.WriteString("name", Name);
            json.WriteString("projectFile", ProjectFile);
            json.WriteString("version", Version);
            json.WriteString("sdk", Sdk);
            json.WriteString("targetFramework", TargetFramework);
            json.WriteString("architecture", Architecture);
            json.WriteString("artifactsDirectory", ArtifactsDirectory);
            json.WriteStartArray("artifacts");
            foreach (var artifact in Artifacts) Write(json, artifact);
            json.WriteEndArray();
            json.WriteString("projectRoot", ProjectRoot);
            Write(json, "schemas", Schemas);
            Write(json, "migrations", Migrations);
            Write(json, "rpcFunctions", RpcFunctions);
            json.WriteStartArray("references");
            foreach (var reference in References)
            {
                json.WriteStartObject();
                json.WriteString("name", reference.Name);
                json.WriteString("manifest", reference.Manifest);
                json.WriteString("intermediateDirectory", reference.IntermediateDirectory);
                json.WriteEndObject();
            }
            json.WriteEndArray();
            json.WriteStartArray("packages");
            foreach (var package in Packages)
            {
                json.WriteStartObject();
                json.WriteString("name", package.Name);
                json.WriteString("directory", package.Directory);
                json.WriteEndObject();
            }
            json.WriteEndArray();
            json.WriteStartArray("externalLayers");
            foreach (var layer in ExternalLayers)
            {
                json.WriteStartObject();
                json.WriteString("arn", layer.Arn);
                Write(json, "provides", layer.Provides);
                if (layer.UnzippedBytes is { } unzipped) json.WriteNumber("unzippedBytes", unzipped);
                json.WriteEndObject();
            }
            json.WriteEndArray();
            Write(json, "defaultExcludes", DefaultExcludes);
            json.WriteStartObject("limits");
            json.WriteNumber("zipBytes", Limits.ZipBytes);
            json.WriteNumber("unzippedBytes", Limits.UnzippedBytes);
            json.WriteNumber("unzippedWarningBytes", Limits.UnzippedWarningBytes);
            json.WriteEndObject();
            json.WriteStartObject("dependencies");
            json.WriteString("installer", Dependencies.Installer);
            json.WriteString("pythonExecutable", Dependencies.PythonExecutable);
            json.WriteString("installerArguments", Dependencies.InstallerArguments);
            json.WriteString("wheelStore", Dependencies.WheelStore);
            json.WriteBoolean("lockedMode", Dependencies.LockedMode);
            json.WriteEndObject();
            json.WriteEndObject();
        }
        return bytes.ToArray();
    }

    private static Artifact ReadArtifact(JsonElement json) => new()
    {
        Kind = json.GetProperty("isLayer").GetBoolean() ? ArtifactKind.Layer : ArtifactKind.Function,
        Name = Text(json, "name"),
        FileName = Text(json, "fileName"),
        Directory = Text(json, "directory"),
        ContentDirectory = Text(json, "contentDirectory"),
        Handler = Text(json, "handler"),
        Requirements = Text(json, "requirements"),
        Excludes = Texts(json.GetProperty("excludes")),
        Layers = json.TryGetProperty("layers", out var layers) ? Texts(layers) : null,
        IsBroken = json.GetProperty("isBroken").GetBoolean(),
    };

    private static void Write(Utf8JsonWriter json, Artifact artifact)
    {
        json.WriteStartObject();
        json.WriteBoolean("isLayer", artifact.Kind == ArtifactKind.Layer);
        json.WriteString("name", artifact.Name);
        json.WriteString("fileName", artifact.FileName);
        json.WriteString("directory", artifact.Directory);
        json.WriteString("contentDirectory", artifact.ContentDirectory);
        json.WriteString("handler", artifact.Handler);
        json.WriteString("requirements", artifact.Requirements);
        Write(json, "excludes", artifact.Excludes);
        if (artifact.Layers is { } layers) Write(json, "layers", layers);
        json.WriteBoolean("isBroken", artifact.IsBroken);
        json.WriteEndObject();
    }

    private static void Write(Utf8JsonWriter json, string name, IReadOnlyList<string> texts)
    {
        json.WriteStartArray(name);
        foreach (var text in texts) json.WriteStringValue(text);
        json.WriteEndArray();
    }

    private static string Text(JsonElement json, string name) => json.GetProperty(name).GetString()!;

    private static List<string> Texts(JsonElement array) => List(array, item => item.GetString()!);

    private static List<T> List<T>(JsonElement array, Func<JsonElement, T> read)
    {
        var items = new List<T>(array.GetArrayLength());
        foreach (var item in array.EnumerateArray()) items.Add(read(item));
        return items;
    }
}
