using Cora.Build.Publishing;
using Microsoft.Build.Framework;
using Microsoft.Build.Utilities;

namespace Cora.Build.MSBuild;

/// <summary>Says which files of a module ship, and where they go.</summary>
[MSBuildMultiThreadableTask]
public sealed class CollectShippedFiles : CoraTask
{
    /// <summary>Full path.</summary>
    [Required]
    public string ProjectFile { get; set; } = "";

    /// <summary>Files of the infrastructure.</summary>
    public ITaskItem[] Terraform { get; set; } = [];

    /// <summary>The id of the package that they are for; empty when they are for none.</summary>
    public string PackageId { get; set; } = "";

    /// <summary>The files; metadata <c>RelativePath</c> is the place in what is shipped, with forward slashes.</summary>
    [Output]
    public ITaskItem[] ShippedFiles { get; set; } = [];

    private protected override System.Threading.Tasks.Task RunAsync(CancellationToken cancellation)
    {
        var files = ShippedModule.Files(Files, ProjectFile, Terraform.Select(item => item.GetMetadata("FullPath")));
        if (PackageId.Length > 0) files = ModulePackage.Files(Files, files, ProjectFile, PackageId);
        ShippedFiles = [.. files.Select(file => new TaskItem(Escape(file.Path), new Dictionary<string, string> { ["RelativePath"] = Escape(file.RelativePath) }))];
        return System.Threading.Tasks.Task.CompletedTask;
    }

    /// <summary>MSBuild takes <c>%20</c> in an item for a space.</summary>
    private static string Escape(string path) => path.Replace("%", "%25", StringComparison.Ordinal);
}
