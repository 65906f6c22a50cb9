using Microsoft.Build.Framework;

namespace Cora.Build.MSBuild;

/// <summary>Checks the sources of a module.</summary>
[MSBuildMultiThreadableTask]
public sealed class LintModule : CoraTask
{
    private protected override System.Threading.Tasks.Task RunAsync(CancellationToken cancellation) => System.Threading.Tasks.Task.CompletedTask;
}
