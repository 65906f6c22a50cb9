using Cora.Build.Modules;
using Cora.Build.Publishing;
using Microsoft.Build.Framework;

namespace Cora.Build.MSBuild;

/// <summary>Brings the zips of modules into a bucket.</summary>
[MSBuildMultiThreadableTask]
public sealed partial class DeployModules : CoraTask
{
    private protected override async System.Threading.Tasks.Task RunAsync(CancellationToken cancellation)
    {
        var options = DeployOptions.Read(ProjectFile, DeployEnvironment, Bucket, Region, Endpoint, ResultDirectory, TimeoutMinutes) with
        {
            LegacyKeys = LegacyKeys,
            DryRun = DryRun,
            RequireClean = RequireClean,
            NoBuild = NoBuild,
        };
        var deployment = new Deployment(options, Processes, text => Log.LogMessage(MessageImportance.High, "  {0}", text));
        var report = Packages.Length > 0
            ? await deployment.OfPackagesAsync([.. Packages.Select(path => Path.GetFullPath(path, Path.GetDirectoryName(ProjectFile)!))], IsProject ? null : ModuleName, Files.Temporary, cancellation).ConfigureAwait(false)
            : await deployment.OfBuildAsync(Files, [.. ModuleDirectories.Select(directory => new IntermediateFiles(directory))], cancellation).ConfigureAwait(false);
        foreach (var diagnostic in report.Diagnostics) Log.Report(diagnostic);
        foreach (var row in report.Details) Log.LogMessage(MessageImportance.Low, "  {0}", row);
        foreach (var row in report.Rows) Log.LogMessage(MessageImportance.High, "  {0}", row);
        Log.LogMessage(MessageImportance.High, "  {0} -> {1}: {2}", ProjectName, ModuleName, report.Line);
    }
}
