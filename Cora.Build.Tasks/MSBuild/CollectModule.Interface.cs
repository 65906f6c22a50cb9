using Microsoft.Build.Framework;

namespace Cora.Build.MSBuild;

public sealed partial class CollectModule
{
    /// <summary>Full path of the project file.</summary>
    [Required]
    public string ProjectFile { get; set; } = "";

    /// <summary>Full path, with a separator at the end.</summary>
    [Required]
    public string ArtifactsDirectory { get; set; } = "";

    /// <summary><c>CoraModuleName</c>.</summary>
    [Required]
    public string ModuleName { get; set; } = "";

    /// <summary>The module's version.</summary>
    public string Version { get; set; } = "";

    /// <summary>Such as <c>python3.11</c>.</summary>
    [Required]
    public string TargetFramework { get; set; } = "";

    /// <summary><c>x86_64</c> or <c>arm64</c>.</summary>
    [Required]
    public string Architecture { get; set; } = "";

    /// <summary>Function directories, with metadata ArtifactName, Handler, Requirements, Exclude, Layers.</summary>
    public ITaskItem[] Lambdas { get; set; } = [];

    /// <summary>Layer directories, with metadata ArtifactName, Requirements, Exclude.</summary>
    public ITaskItem[] Layers { get; set; } = [];

    /// <summary><c>CoraProjectRoot</c>.</summary>
    public string ProjectRoot { get; set; } = "";

    /// <summary>Schema files.</summary>
    public ITaskItem[] Schemas { get; set; } = [];

    /// <summary>Migrations.</summary>
    public ITaskItem[] Migrations { get; set; } = [];

    /// <summary><c>CoraRpcFunctions</c>.</summary>
    public string[] RpcFunctions { get; set; } = [];

    /// <summary>ARNs, with metadata Provides, UnzippedBytes.</summary>
    public ITaskItem[] ExternalLayers { get; set; } = [];

    /// <summary>Manifests of referenced modules, with metadata CoraModule.</summary>
    public ITaskItem[] References { get; set; } = [];

    /// <summary>Ids of the packages that the project names.</summary>
    public string[] PackageReferences { get; set; } = [];

    /// <summary>Full path of NuGet's <c>project.assets.json</c>.</summary>
    public string AssetsFile { get; set; } = "";

    /// <summary>Modules that come as packages, with metadata CoraModule and CoraDirectory.</summary>
    public ITaskItem[] Packages { get; set; } = [];

    /// <summary><c>CoraDefaultExcludes</c>.</summary>
    public string[] DefaultExcludes { get; set; } = [];

    /// <summary>In MB of 1,048,576 bytes.</summary>
    public string ZipLimitMB { get; set; } = "";

    /// <inheritdoc cref="ZipLimitMB"/>
    public string UnzippedLimitMB { get; set; } = "";

    /// <inheritdoc cref="ZipLimitMB"/>
    public string UnzippedWarningMB { get; set; } = "";

    /// <summary><c>auto</c>, <c>uv</c> or <c>pip</c>.</summary>
    public string Installer { get; set; } = "";

    /// <summary><c>CoraPythonExecutable</c>.</summary>
    public string PythonExecutable { get; set; } = "";

    /// <summary><c>CoraPipArguments</c>.</summary>
    public string PipArguments { get; set; } = "";

    /// <summary><c>CoraWheelStore</c>.</summary>
    public string WheelStore { get; set; } = "";

    /// <summary><c>CoraLockedMode</c>.</summary>
    public string LockedMode { get; set; } = "";
}
