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
        if (ReadModule() is { } module) await new ModuleLint(module, Dependencies.ReadPrevious(Files.Dependencies), Schemas(), Processes).LintAsync(Files, cancellation).ConfigureAwait(false);
    }

    /// <summary>Those of this build. Two modules that ask first at the same time may each have their own: that costs time and nothing else.</summary>
    private ProjectSchemaModels Schemas()
    {
        // The type, not its name: another version of the SDK in the same build has another one.
        if (BuildEngine4.GetRegisteredTaskObject(typeof(ProjectSchemaModels), RegisteredTaskObjectLifetime.Build) is ProjectSchemaModels known) return known;
        var schemas = new ProjectSchemaModels();
        BuildEngine4.RegisterTaskObject(typeof(ProjectSchemaModels), schemas, RegisteredTaskObjectLifetime.Build, allowEarlyCollection: true);
        return schemas;
    }
}
