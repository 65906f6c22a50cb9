using Cora.Build.Modules;
using Cora.Build.Python;
using Microsoft.Build.Framework;

namespace Cora.Build.MSBuild;

/// <summary>Finds out which wheels each function and layer gets, and has them in the wheel store.</summary>
[MSBuildMultiThreadableTask]
public sealed class ResolveDependencies : CoraTask
{
    private protected override async System.Threading.Tasks.Task RunAsync(CancellationToken cancellation)
    {
        if (ReadModule() is not { } module) return;
        var resolution = new DependencyResolution(module, Processes, Files.Temporary, text => Log.LogMessage(MessageImportance.High, "{0}", text));
        var resolved = await resolution.ResolveAsync(Dependencies.ReadPrevious(Files.Dependencies), cancellation).ConfigureAwait(false);

        IntermediateFiles.WriteIfDifferent(Files.Dependencies, resolved.Dependencies.ToBytes());
        IntermediateFiles.WriteIfDifferent(Files.RequirementFiles, resolved.Files);
        // The list of files that were read is part of the inputs that the next build looks at.
        ModuleInputs.WriteDependencyInputs(Files, module);
        Files.Finish(Files.DependencyStamp, Files.Findings("dependencies"), resolved.Diagnostics);
    }
}
