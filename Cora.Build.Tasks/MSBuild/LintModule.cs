using Cora.Build.Modules;
using Cora.Build.Python;
using Microsoft.Build.Framework;

namespace Cora.Build.MSBuild;

/// <summary>Checks the sources of a module.</summary>
[MSBuildMultiThreadableTask]
public sealed class LintModule : CoraTask
{
    private protected override async System.Threading.Tasks.Task RunAsync(CancellationToken cancellation)
    {
        if (ReadModule() is { } module) await new ModuleLint(module, Dependencies.ReadPrevious(Files.Dependencies), Processes).LintAsync(Files, cancellation).ConfigureAwait(false);
    }
}
