using Cora.Build.Database;
using Cora.Build.Modules;
using Cora.Build.Publishing;
using Microsoft.Build.Framework;

namespace Cora.Build.MSBuild;

/// <summary>Brings the schemas and migrations of modules into a database.</summary>
[MSBuildMultiThreadableTask]
public sealed class ApplySchema : CoraTask
{
    /// <summary>Full path of the project file.</summary>
    [Required]
    public string ProjectFile { get; set; } = "";

    /// <summary>The project's name, which the terminal looks for at the start of a line.</summary>
    [Required]
    public string ProjectName { get; set; } = "";

    /// <summary><c>CoraModuleName</c>.</summary>
    [Required]
    public string ModuleName { get; set; } = "";

    /// <summary>Whether it is a project, which applies the schemas of all its modules.</summary>
    public bool IsProject { get; set; }

    /// <summary>The <c>obj/cora/</c> of each module.</summary>
    public string[] ModuleDirectories { get; set; } = [];

    /// <summary><c>CoraPackage</c>: packages whose schemas are applied instead of those of a build; relative paths are relative to the project.</summary>
    public string[] Packages { get; set; } = [];

    /// <summary><c>CoraEnvironment</c>.</summary>
    public string DeployEnvironment { get; set; } = "";

    /// <summary><c>CoraDatabase</c>, where it is no environment variable: what tasks get is in binlogs.</summary>
    public string Database { get; set; } = "";

    /// <summary><c>CoraTfVarsDir</c>.</summary>
    [Required]
    public string ResultDirectory { get; set; } = "";

    /// <summary><c>CoraDryRun</c>.</summary>
    public bool DryRun { get; set; }

    /// <summary><c>CoraRequireClean</c>.</summary>
    public bool RequireClean { get; set; }

    /// <summary><c>NoBuild</c>.</summary>
    public bool NoBuild { get; set; }

    /// <summary><c>CoraDeployTimeoutMinutes</c>.</summary>
    public string TimeoutMinutes { get; set; } = "";

    private protected override async System.Threading.Tasks.Task RunAsync(CancellationToken cancellation)
    {
        var options = SchemaDeployOptions.Read(ProjectFile, DeployEnvironment, Database, ConnectionText.Variable(Processes) is not null, ResultDirectory, TimeoutMinutes) with
        {
            DryRun = DryRun,
            RequireClean = RequireClean,
            NoBuild = NoBuild,
        };
        var deployment = new SchemaDeployment(options, Processes, text => Log.LogMessage(MessageImportance.High, "  {0}", text));
        var report = Packages.Length > 0
            ? await deployment.OfPackagesAsync([.. Packages.Select(path => Path.GetFullPath(path, Path.GetDirectoryName(ProjectFile)!))], IsProject ? null : ModuleName, cancellation).ConfigureAwait(false)
            : await deployment.OfBuildAsync(Files, [.. ModuleDirectories.Select(directory => new IntermediateFiles(directory))], cancellation).ConfigureAwait(false);
        foreach (var note in report.Notes) Log.LogMessage(MessageImportance.High, "  {0}", note);
        foreach (var diagnostic in report.Diagnostics) Log.Report(diagnostic);
        Log.LogMessage(MessageImportance.High, "  {0} -> {1}: {2}", ProjectName, ModuleName, report.Line());
    }
}
