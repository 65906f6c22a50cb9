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
        ArtifactRecord.Write(Files.Artifacts, packager.Announce(previous));
        var packaged = await packager.PackageAsync(previous, cancellation).ConfigureAwait(false);

        ArtifactRecord.Write(Files.Artifacts, packaged.Records);
        Packaged = true;
        Files.Finish(Files.PackageStamp, Files.Findings("package"), packaged.Diagnostics);
    }
}
