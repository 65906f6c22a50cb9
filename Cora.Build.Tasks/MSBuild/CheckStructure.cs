using Cora.Build.Diagnostics;
using Cora.Build.Modules;
using Microsoft.Build.Framework;

namespace Cora.Build.MSBuild;

/// <summary>Asks git which sources it ignores.</summary>
[MSBuildMultiThreadableTask]
public sealed class CheckStructure : CoraTask
{
    private protected override async System.Threading.Tasks.Task RunAsync(CancellationToken cancellation) => IntermediateFiles.Write(
        Files.Findings("structure"),
        Findings.ToBytes(await GitIgnore.CheckAsync(Module.Read(Files.Module), Processes, cancellation).ConfigureAwait(false)));
}
