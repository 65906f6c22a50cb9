using Cora.Build.Modules;
using Cora.Build.Packaging;
using Microsoft.Build.Framework;

namespace Cora.Build.MSBuild;

/// <summary>Finds the modules that a project would leave out, and writes the project's manifest.</summary>
[MSBuildMultiThreadableTask]
public sealed class CollectProject : CoraTask
{
    /// <summary>Full path of the project file.</summary>
    [Required]
    public string ProjectFile { get; set; } = "";

    /// <summary>Full path, with a separator at the end.</summary>
    [Required]
    public string ArtifactsDirectory { get; set; } = "";

    /// <summary><c>CoraModuleName</c>.</summary>
    [Required]
    public string ProjectName { get; set; } = "";

    /// <summary>The project's version.</summary>
    public string Version { get; set; } = "";

    /// <summary><c>CoraInfraRoot</c>, which may be relative to the project; empty for the default.</summary>
    public string InfraRoot { get; set; } = "";

    /// <summary>Manifests of the modules, with metadata CoraModule and MSBuildSourceProjectFile.</summary>
    public ITaskItem[] References { get; set; } = [];

    private protected override System.Threading.Tasks.Task RunAsync(CancellationToken cancellation)
    {
        ProjectPackager.Package(Files, ProjectFile, ProjectName, Version, ArtifactsDirectory,
            [.. References.Select(item => (item.GetMetadata("MSBuildSourceProjectFile"), new ModuleReference(item.GetMetadata("CoraModule"), item.ItemSpec, item.GetMetadata("CoraIntermediateDirectory"))))]);
        new ProjectEnvironments(Files, Path.GetDirectoryName(ProjectFile)!, InfraRoot, [.. References.Select(item => Path.GetDirectoryName(item.GetMetadata("MSBuildSourceProjectFile"))!)]).Check();
        return System.Threading.Tasks.Task.CompletedTask;
    }
}
