using Cora.Build.Modules;
using Cora.Build.Python;
using Microsoft.Build.Framework;

namespace Cora.Build.MSBuild;

/// <summary>Writes a <c>pylock.toml</c> beside each requirements file of a module.</summary>
[MSBuildMultiThreadableTask]
public sealed class LockDependencies : CoraTask
{
    private protected override async System.Threading.Tasks.Task RunAsync(CancellationToken cancellation)
    {
        var module = Module.Read(Files.Module);
        var resolution = new DependencyResolution(module, Processes, Files.Temporary, text => Log.LogMessage(MessageImportance.High, "{0}", text));
        var (diagnostics, written) = await resolution.LockAsync(cancellation).ConfigureAwait(false);
        foreach (var path in written.Order(StringComparer.Ordinal)) Log.LogMessage(MessageImportance.High, "{0}: wrote {1}", module.Name, path);
        foreach (var diagnostic in diagnostics) Log.Report(diagnostic);
    }
}
