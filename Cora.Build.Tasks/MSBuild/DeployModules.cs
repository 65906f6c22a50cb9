using Cora.Build.Publishing;
using Microsoft.Build.Framework;

namespace Cora.Build.MSBuild;

/// <summary>Brings the zips of modules into a bucket.</summary>
[MSBuildMultiThreadableTask]
public sealed class DeployModules : DeploymentTask
{
    /// <summary><c>CoraBucket</c>.</summary>
    public string Bucket { get; set; } = "";

    /// <summary><c>CoraRegion</c>.</summary>
    public string Region { get; set; } = "";

    /// <summary><c>CoraEndpoint</c>.</summary>
    public string Endpoint { get; set; } = "";

    /// <summary><c>CoraLegacyKeys</c>.</summary>
    public bool LegacyKeys { get; set; }

    private protected override async System.Threading.Tasks.Task RunAsync(CancellationToken cancellation)
    {
        var options = DeployOptions.Read(ProjectFile, DeployEnvironment, Bucket, Region, Endpoint, ResultDirectory, TimeoutMinutes) with
        {
            LegacyKeys = LegacyKeys,
            DryRun = DryRun,
            RequireClean = RequireClean,
            NoBuild = NoBuild,
        };
        var deployment = new Deployment(options, Processes, Say);
        var report = Packages.Length > 0
            ? await deployment.OfPackagesAsync(PackagePaths, OnlyModule, Files.Temporary, cancellation).ConfigureAwait(false)
            : await deployment.OfBuildAsync(Files, BuiltModules, cancellation).ConfigureAwait(false);
        foreach (var diagnostic in report.Diagnostics) Log.Report(diagnostic);
        foreach (var row in report.Details) Log.LogMessage(MessageImportance.Low, "  {0}", row);
        foreach (var row in report.Rows) Say(row);
        SayResult(report.Line);
    }
}
