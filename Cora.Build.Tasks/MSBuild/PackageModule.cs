using Cora.Build.Modules;
using Cora.Build.Packaging;
using Cora.Build.Python;
using Microsoft.Build.Framework;

namespace Cora.Build.MSBuild;

/// <summary>Makes the zips of a module and its manifest.</summary>
[MSBuildMultiThreadableTask]
public sealed class PackageModule : CoraTask
{
    /// <summary>Whether this build packaged, rather than finding all up to date.</summary>
    [Output]
    public bool Packaged { get; private set; }

    private protected override async System.Threading.Tasks.Task RunAsync(CancellationToken cancellation)
    {
        if (ReadModule() is not { } module) return;
        var resolution = new DependencyResolution(module, Processes, Files.Temporary, text => Log.LogMessage(MessageImportance.High, "{0}", text));
        var packager = new ModulePackager(module, Dependencies.Read(Files.Dependencies), resolution.VerifiedAsync);
        var previous = ArtifactRecord.Read(Files.Artifacts);
        IntermediateFiles.WriteIfDifferent(Files.Artifacts, packager.Announce(previous).Select(record => record.ToString()));
        var packaged = await packager.PackageAsync(previous, cancellation).ConfigureAwait(false);

        IntermediateFiles.WriteIfDifferent(Files.Artifacts, packaged.Records.Select(record => record.ToString()));
        Packaged = true;
        Files.Finish(Files.PackageStamp, Files.Findings("package"), packaged.Diagnostics);
    }
}
