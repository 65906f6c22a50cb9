using Cora.Build.Modules;
using Microsoft.Build.Framework;

namespace Cora.Build.MSBuild;

/// <summary>Removes all that the build made.</summary>
[MSBuildMultiThreadableTask]
public sealed class CleanModule : CoraTask
{
    /// <summary>Full path.</summary>
    [Required]
    public string ArtifactsDirectory { get; set; } = "";

    private protected override System.Threading.Tasks.Task RunAsync(CancellationToken cancellation)
    {
        ModuleClean.Clean(Files, ArtifactsDirectory);
        return System.Threading.Tasks.Task.CompletedTask;
    }
}
