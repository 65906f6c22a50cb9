using Cora.Build.Diagnostics;
using Cora.Build.Python;
using Microsoft.Build.Framework;

namespace Cora.Build.MSBuild;

/// <summary>Writes a <c>pylock.toml</c> beside each requirements file of a module.</summary>
[MSBuildMultiThreadableTask]
public sealed class LockDependencies : CoraTask
{
    /// <summary>The project's name, which the terminal looks for at the start of a line.</summary>
    [Required]
    public string ProjectName { get; set; } = "";

    private protected override async System.Threading.Tasks.Task RunAsync(CancellationToken cancellation)
    {
        if (ReadModule() is not { } module)
        {
            foreach (var diagnostic in Findings.Read(Files.Findings("collect"))) Log.Report(diagnostic);
            return;
        }
        var resolution = new DependencyResolution(module, Processes, Files.Temporary, text => Log.LogMessage(MessageImportance.High, "{0}", text));
        var (diagnostics, locks) = await resolution.LockAsync(cancellation).ConfigureAwait(false);
        foreach (var item in locks.Where(item => item.IsWritten)) Log.LogMessage(MessageImportance.High, "  {0}", item.Path);
        Log.LogMessage(MessageImportance.High, "{0} -> {1}: {2} locks, {3} written", ProjectName, module.Name, locks.Count, locks.Count(item => item.IsWritten));
        foreach (var diagnostic in diagnostics) Log.Report(diagnostic);
    }
}
