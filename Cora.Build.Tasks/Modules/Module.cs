using System.Text.Json.Serialization;
using System.Text.RegularExpressions;

namespace Cora.Build.Modules;

/// <summary>What an artifact is for Lambda.</summary>
public enum ArtifactKind
{
    /// <summary>A function: files at the zip's root.</summary>
    [JsonStringEnumMemberName("function")]
    Function,

    /// <summary>A layer: files under <c>python/</c>.</summary>
    [JsonStringEnumMemberName("layer")]
    Layer,
}

/// <summary>A function or layer of a module, and the zip that is made of it.</summary>
public sealed record Artifact
{
    /// <summary>Function or layer.</summary>
    public required ArtifactKind Kind { get; init; }

    /// <summary>The directory's name.</summary>
    public required string Name { get; init; }

    /// <summary>The zip's file name.</summary>
    public required string FileName { get; init; }

    /// <summary>Full path of the function's or layer's directory.</summary>
    public required string Directory { get; init; }

    /// <summary>Full path of the directory whose files are packaged: the function's own, a layer's <c>python/</c>.</summary>
    public required string ContentDirectory { get; init; }

    /// <summary><c>module.function</c> of a function's handler; empty for a layer.</summary>
    public string Handler { get; init; } = "";

    /// <summary>Name of the function that <see cref="Handler"/> names; empty for a layer.</summary>
    public string HandlerFunction => Handler[(Handler.LastIndexOf('.') + 1)..];

    /// <summary>Full path of its requirements file, whether it is there or not.</summary>
    public required string Requirements { get; init; }

    /// <summary>Patterns that are left out, in addition to the module's; see <see cref="ExcludePatterns"/>.</summary>
    public IReadOnlyList<string> Excludes { get; init; } = [];

    /// <summary>Names of the layers that a function has, as the project says; null where it says nothing.</summary>
    public IReadOnlyList<string>? Layers { get; init; }

    /// <summary>Whether it cannot be built; a finding says why.</summary>
    public bool IsBroken { get; init; }

    /// <summary>What the archive names of its files begin with.</summary>
    public string Prefix => Kind == ArtifactKind.Layer ? "python/" : "";

    /// <summary>Whether the handler is in a file of its sources, by its relative path.</summary>
    public bool IsHandlerFile(string relativePath)
    {
        ArgumentNullException.ThrowIfNull(relativePath);
        if (Handler.LastIndexOf('.') is var dot && dot <= 0) return false;
        var module = Handler[..dot].Replace('.', '/');
        return relativePath == module + ".py" || relativePath == module + "/__init__.py";
    }

    /// <summary><c>function 'x'</c> or <c>layer 'x'</c>, for messages.</summary>
    public string Display => $"{(Kind == ArtifactKind.Layer ? "layer" : "function")} '{Name}'";
}

/// <summary>A layer that no module builds: an ARN.</summary>
/// <param name="Arn">Of the layer version.</param>
/// <param name="Provides">Import names that it brings; empty when its content is not known.</param>
/// <param name="UnzippedBytes">What it counts against Lambda's limit, in bytes; null when not known.</param>
public sealed record ExternalLayer(string Arn, IReadOnlyList<string> Provides, long? UnzippedBytes);

/// <summary>A module that this one references.</summary>
/// <param name="Name">Its <c>CoraModuleName</c>.</param>
/// <param name="Manifest">Full path of its <c>cora-manifest.json</c>.</param>
/// <param name="IntermediateDirectory">Full path of its <c>obj/cora/</c>; empty for a module that comes as a package.</param>
public sealed record ModuleReference(string Name, string Manifest, string IntermediateDirectory);

/// <summary>A module that comes as a package, directly or because one that does needs it: its SQL is part of the project's.</summary>
/// <param name="Name">Its <c>CoraModuleName</c>.</param>
/// <param name="Directory">Full path of what it ships, laid out as in the module.</param>
public sealed record ReferencedPackage(string Name, string Directory);

/// <summary>What is warned of and refused, in bytes.</summary>
public sealed record SizeLimits(long ZipBytes, long UnzippedBytes, long UnzippedWarningBytes);

/// <summary>How dependencies are resolved and where wheels are kept.</summary>
public sealed partial record DependencyOptions
{
    /// <summary><c>auto</c>, <c>uv</c> or <c>pip</c>.</summary>
    public required string Installer { get; init; }

    /// <summary>The Python that runs pip; empty: the one on PATH.</summary>
    public required string PythonExecutable { get; init; }

    /// <summary>More arguments for the installer: white space separates them, except in double quotes.</summary>
    public required string InstallerArguments { get; init; }

    /// <summary><see cref="InstallerArguments"/> one by one, without the quotes.</summary>
    public IEnumerable<string> SplitInstallerArguments => ArgumentPattern.Matches(InstallerArguments).Select(match => match.Value.Replace("\"", "", StringComparison.Ordinal));

    /// <summary>Full path of the wheel store; empty: the user's cache directory.</summary>
    public required string WheelStore { get; init; }

    /// <summary>Whether a stale lock is an error.</summary>
    public required bool LockedMode { get; init; }

    [GeneratedRegex("""(?:"[^"]*"|[^\s"])+""")]
    private static partial Regex ArgumentPattern { get; }
}

/// <summary>A module: its functions, its layers, and what shapes their zips. Written to <c>obj/cora/module.json</c> for the working targets.</summary>
public sealed partial record Module
{
    /// <summary><c>CoraModuleName</c>.</summary>
    public required string Name { get; init; }

    /// <summary>Full path of the project file.</summary>
    public required string ProjectFile { get; init; }

    /// <summary>The module's version, for the manifest.</summary>
    public required string Version { get; init; }

    /// <summary>Which SDK made this: a deterministic assembly's MVID is a hash of it.</summary>
    public required Guid Sdk { get; init; }

    /// <summary>Such as <c>python3.11</c>.</summary>
    public required string TargetFramework { get; init; }

    /// <summary><c>x86_64</c> or <c>arm64</c>.</summary>
    public required string Architecture { get; init; }

    /// <summary>Full path, with a separator at the end.</summary>
    public required string ArtifactsDirectory { get; init; }

    /// <summary>Functions and layers, in the order layers, functions, each by ordinal name.</summary>
    public required IReadOnlyList<Artifact> Artifacts { get; init; }

    /// <summary>Those that can be built.</summary>
    public IEnumerable<Artifact> SoundArtifacts => Artifacts.Where(artifact => !artifact.IsBroken);

    /// <summary>Full path of the directory whose <c>packages/</c> has the other modules of the project.</summary>
    public required string ProjectRoot { get; init; }

    /// <summary>Full paths of the schema files.</summary>
    public required IReadOnlyList<string> Schemas { get; init; }

    /// <summary>Full paths of the migrations.</summary>
    public required IReadOnlyList<string> Migrations { get; init; }

    /// <summary>Names of the layer functions that call a function of the database.</summary>
    public required IReadOnlyList<string> RpcFunctions { get; init; }

    /// <summary>Directly referenced modules, in the order of the project file.</summary>
    public required IReadOnlyList<ModuleReference> References { get; init; }

    /// <summary>Modules that come as packages.</summary>
    public IReadOnlyList<ReferencedPackage> Packages { get; init; } = [];

    /// <summary>Layers that are ARNs.</summary>
    public required IReadOnlyList<ExternalLayer> ExternalLayers { get; init; }

    /// <summary>What is left out of every artifact; see <see cref="ExcludePatterns"/>.</summary>
    public required IReadOnlyList<string> DefaultExcludes { get; init; }

    /// <summary>Sizes.</summary>
    public required SizeLimits Limits { get; init; }

    /// <summary>Dependencies.</summary>
    public required DependencyOptions Dependencies { get; init; }

    /// <summary>Full path of the module's directory.</summary>
    public string Directory => Path.GetDirectoryName(ProjectFile)!;

    /// <summary>Full path of the file in which people describe the module, whether it is there or not.</summary>
    public string Metadata => Path.Combine(Directory, "module.json");

    /// <summary>Full path of the directory of its Terraform.</summary>
    public string Infrastructure => Path.Combine(Directory, "infrastructure");

    /// <summary>Full paths of its Terraform files, those in JSON syntax too, in ordinal order.</summary>
    public IEnumerable<string> TerraformFiles() => TerraformFilesOf(Directory);

    /// <summary>Full paths of the Terraform files of the module in a directory, those in JSON syntax too, in ordinal order.</summary>
    public static IEnumerable<string> TerraformFilesOf(string module) => Path.Combine(module, "infrastructure") is var infrastructure && System.IO.Directory.Exists(infrastructure)
        ? System.IO.Directory.EnumerateFiles(infrastructure, "*.tf").Concat(System.IO.Directory.EnumerateFiles(infrastructure, "*.tf.json")).Order(StringComparer.Ordinal)
        : [];

    /// <summary>The files that an artifact is made of, dependencies aside. A layer can have none: one that is there for its requirements alone.</summary>
    /// <exception cref="Diagnostics.CoraException">As <see cref="SourceTree.List"/>.</exception>
    public IReadOnlyList<SourceFile> SourcesOf(Artifact artifact) => artifact.Kind == ArtifactKind.Layer && !System.IO.Directory.Exists(artifact.ContentDirectory)
        ? []
        : SourceTree.List(artifact.ContentDirectory, new ExcludePatterns([.. DefaultExcludes, .. artifact.Excludes]));
}
