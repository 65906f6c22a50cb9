using Cora.Build.Diagnostics;
using Cora.Build.Modules;
using Microsoft.Build.Framework;

namespace Cora.Build.MSBuild;

/// <summary>Asks git which sources it ignores.</summary>
[MSBuildMultiThreadableTask]
public sealed class CheckStructure : CoraTask
{
    private protected override async System.Threading.Tasks.Task RunAsync(CancellationToken cancellation)
    {
        if (ReadModule() is not { } module) return;
        var diagnostics = await GitIgnore.CheckAsync(module, Processes, cancellation).ConfigureAwait(false);
        // Where something was found, what git tracks matters from now on. The findings are the target's output: last.
        ModuleInputs.WriteStructureInputs(Files, module, module.SoundArtifacts.SelectMany(module.SourcesOf), withIndex: diagnostics.Count > 0);
        IntermediateFiles.Write(Files.Findings("structure"), Findings.ToBytes(diagnostics));
    }
}
