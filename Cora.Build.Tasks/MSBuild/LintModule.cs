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
        if (ReadModule() is { } module) await new ModuleLint(module, Dependencies.ReadPrevious(Files.Dependencies), Project(), Processes).LintAsync(Files, cancellation).ConfigureAwait(false);
    }

    /// <summary>Those of this build. Two modules that ask first at the same time may each have their own: that costs time and nothing else.</summary>
    private ProjectModels Project()
    {
        // The type, not its name: another version of the SDK in the same build has another one.
        if (BuildEngine4.GetRegisteredTaskObject(typeof(ProjectModels), RegisteredTaskObjectLifetime.Build) is ProjectModels known) return known;
        var project = new ProjectModels();
        BuildEngine4.RegisterTaskObject(typeof(ProjectModels), project, RegisteredTaskObjectLifetime.Build, allowEarlyCollection: true);
        return project;
    }
}
