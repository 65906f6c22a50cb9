using Cora.Build.Database;
using Cora.Build.Publishing;
using Microsoft.Build.Framework;

namespace Cora.Build.MSBuild;

/// <summary>Brings the schemas and migrations of modules into a database.</summary>
[MSBuildMultiThreadableTask]
public sealed class ApplySchema : DeploymentTask
{
    /// <summary><c>CoraDatabase</c>, where it is no environment variable: what tasks get is in binlogs.</summary>
    public string Database { get; set; } = "";

    private protected override async System.Threading.Tasks.Task RunAsync(CancellationToken cancellation)
    {
        var options = SchemaDeployOptions.Read(ProjectFile, DeployEnvironment, Database, ConnectionText.Variable(Processes) is not null, ResultDirectory, TimeoutMinutes) with
        {
            DryRun = DryRun,
            RequireClean = RequireClean,
            NoBuild = NoBuild,
        };
        var deployment = new SchemaDeployment(options, Processes, Say);
        var report = Packages.Length > 0
            ? await deployment.OfPackagesAsync(PackagePaths, OnlyModule, cancellation).ConfigureAwait(false)
            : await deployment.OfBuildAsync(Files, BuiltModules, cancellation).ConfigureAwait(false);
        foreach (var note in report.Notes) Say(note);
        foreach (var diagnostic in report.Diagnostics) Log.Report(diagnostic);
        SayResult(report.Line());
    }
}
