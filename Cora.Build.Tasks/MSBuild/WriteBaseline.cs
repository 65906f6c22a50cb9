using Microsoft.Build.Framework;

namespace Cora.Build.MSBuild;

/// <summary>Makes <c>cora-baseline.json</c> anew of what is found.</summary>
[MSBuildMultiThreadableTask]
public sealed class WriteBaseline : FindingsTask
{
    private protected override System.Threading.Tasks.Task RunAsync(CancellationToken cancellation)
    {
        Log.LogMessage(MessageImportance.High, "  {0}: {1}", Report.BaselineFile, Report.WriteBaseline() switch
        {
            null => "left as it was, because not all could be looked at: mend the errors first",
            0 => "not needed, nothing was found",
            1 => "1 finding",
            var count => $"{count} findings",
        });
        return System.Threading.Tasks.Task.CompletedTask;
    }
}
