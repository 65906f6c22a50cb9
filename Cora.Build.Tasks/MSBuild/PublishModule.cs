using Cora.Build.Publishing;
using Microsoft.Build.Framework;

namespace Cora.Build.MSBuild;

/// <summary>Puts what a module ships into a directory.</summary>
[MSBuildMultiThreadableTask]
public sealed class PublishModule : CoraTask
{
    /// <summary>Full path.</summary>
    [Required]
    public string ProjectFile { get; set; } = "";

    /// <summary>The project's name, which the terminal looks for at the start of a line.</summary>
    [Required]
    public string ProjectName { get; set; } = "";

    /// <summary><c>CoraModuleName</c>.</summary>
    [Required]
    public string ModuleName { get; set; } = "";

    /// <summary>Files of the infrastructure.</summary>
    public ITaskItem[] Terraform { get; set; } = [];

    /// <summary>Full path.</summary>
    [Required]
    public string PublishDirectory { get; set; } = "";

    private protected override System.Threading.Tasks.Task RunAsync(CancellationToken cancellation)
    {
        var files = ShippedModule.Files(Files, ProjectFile, Terraform.Select(item => item.GetMetadata("FullPath")));
        PublishedDirectory.Fill(PublishDirectory, files, ProjectFile, cancellation);
        Log.LogMessage(MessageImportance.High, "  {0} -> {1}: {2} files in {3}", ProjectName, ModuleName, files.Count, PublishDirectory);
        return System.Threading.Tasks.Task.CompletedTask;
    }
}
