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
        IReadOnlyList<Diagnostic> diagnostics;
        try
        {
            diagnostics = await GitIgnore.CheckAsync(module, Processes, cancellation).ConfigureAwait(false);
            // Where something was found, what git tracks matters from now on.
            ModuleInputs.WriteStructureInputs(Files, module, module.SoundArtifacts.SelectMany(module.SourcesOf), withIndex: diagnostics.Count > 0);
        }
        catch (CoraException e)
        {
            // A directory that has vanished since: the other artifacts are made all the same.
            diagnostics = [e.Diagnostic];
        }
        // The target's output: last.
        IntermediateFiles.Write(Files.Findings("structure"), Findings.ToBytes(diagnostics));
    }
}
