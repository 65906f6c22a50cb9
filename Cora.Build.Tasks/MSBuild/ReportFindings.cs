using Cora.Build.Modules;
using Microsoft.Build.Framework;

namespace Cora.Build.MSBuild;

/// <summary>Logs what the working targets found, in this build or an earlier one, and the line that says what happened.</summary>
[MSBuildMultiThreadableTask]
public sealed class ReportFindings : FindingsTask
{
    /// <summary>The project's name, which the terminal looks for at the start of a line.</summary>
    [Required]
    public string ProjectName { get; set; } = "";

    /// <summary><c>CoraModuleName</c>.</summary>
    [Required]
    public string ModuleName { get; set; } = "";

    /// <summary>Whether this build packaged; otherwise all was up to date.</summary>
    public bool Packaged { get; set; }

    /// <summary>Whether it is a project, whose artifacts are modules.</summary>
    public bool IsProject { get; set; }

    /// <summary>The <c>obj/cora/</c> of each module of a project.</summary>
    public string[] ModuleDirectories { get; set; } = [];

    private protected override System.Threading.Tasks.Task RunAsync(CancellationToken cancellation)
    {
        // A target that is called by itself may leave nothing of the project's own.
        var hasFindings = Directory.Exists(IntermediateDirectory);
        if (!hasFindings && !IsProject) return System.Threading.Tasks.Task.CompletedTask;
        foreach (var diagnostic in hasFindings ? Report.Conclude() : []) Log.Report(diagnostic);

        var summary = IsProject
            ? BuildSummary.OfProject(ModuleName, Files, [.. ModuleDirectories.Select(directory => new IntermediateFiles(directory))])
            : BuildSummary.OfModule(ModuleName, Files, Packaged);
        foreach (var line in summary.Details) Log.LogMessage(MessageImportance.Low, "{0}", line);
        Log.LogMessage(MessageImportance.High, "{0} -> {1}", ProjectName, summary.Line);
        return System.Threading.Tasks.Task.CompletedTask;
    }
}
