using Cora.Build.Database;
using Microsoft.Build.Framework;

namespace Cora.Build.MSBuild;

/// <summary>Says whether <c>CoraDatabase</c> is an environment variable. It is not to be read as a property then: binlogs hold the values of all that are, and this one has a password.</summary>
[MSBuildMultiThreadableTask]
public sealed class FindDatabaseVariable : CoraTask
{
    /// <summary>Whether it is set.</summary>
    [Output]
    public bool IsSet { get; set; }

    private protected override System.Threading.Tasks.Task RunAsync(CancellationToken cancellation)
    {
        IsSet = ConnectionText.Variable(Processes) is not null;
        return System.Threading.Tasks.Task.CompletedTask;
    }
}
