using Cora.Build.Database;
using Cora.Build.Diagnostics;
using Cora.Build.Modules;

namespace Cora.Build.Publishing;

/// <summary>Where the schemas of a deployment go, as the project says it.</summary>
public sealed record SchemaDeployOptions : EnvironmentOptions
{
    /// <summary>The property <c>CoraDatabase</c>, when the environment variable of that name is not set.</summary>
    public required string Database { get; init; }

    /// <summary>Reads what the properties say.</summary>
    /// <exception cref="CoraException">CORA7020: something is missing; CORA0005: something is not valid.</exception>
    public static SchemaDeployOptions Read(string projectFile, string environment, string database, bool hasVariable, string resultDirectory, string timeoutMinutes)
    {
        var missing = new[] { ("CoraEnvironment", environment.Length > 0), ("CoraDatabase", hasVariable || database.Length > 0) }.Where(property => !property.Item2).Select(property => property.Item1).ToList();
        if (missing.Count > 0) throw SchemaApplication.NoTarget(projectFile, $"{string.Join(" and ", missing)} {(missing.Count == 1 ? "is not set, and has" : "are not set, and have")} no default.");
        CheckEnvironment(projectFile, environment);
        return new SchemaDeployOptions
        {
            ProjectFile = projectFile,
            Environment = environment,
            Database = database,
            ResultDirectory = Path.GetFullPath(resultDirectory, Path.GetDirectoryName(projectFile)!),
            Timeout = ReadMinutes(projectFile, timeoutMinutes),
        };
    }
}

/// <summary>A deployment of schemas: the SQL of some modules into a database, and a record of it.</summary>
/// <param name="options">Where to, and how.</param>
/// <param name="processes">The build's environment.</param>
/// <param name="say">Gets what there is to say while it runs.</param>
public sealed class SchemaDeployment(SchemaDeployOptions options, Processes processes, Action<string> say)
{
    /// <summary>Applies the schemas of modules of a build.</summary>
    /// <param name="project">The <c>obj/cora/</c> of the project.</param>
    /// <param name="modules">The <c>obj/cora/</c> of each module.</param>
    /// <param name="cancellation">Takes back the file that runs.</param>
    /// <exception cref="CoraException">CORA70xx: nothing was applied.</exception>
    public Task<ApplyReport> OfBuildAsync(IntermediateFiles project, IReadOnlyList<IntermediateFiles> modules, CancellationToken cancellation) => LimitedAsync(async token =>
    {
        using var git = new GitHistory(processes);
        var built = await new BuiltModules(options, git).DescribeAsync(project, modules, token).ConfigureAwait(false);
        var names = built.Select(item => item.Module.Name).ToHashSet(StringComparer.Ordinal);
        List<SchemaSource> sources = [.. built.SelectMany(item => ProjectSchemas.OfOwn(item.Module).Select(file => SchemaSource.Read(file, ShippedModule.PlaceOf(file, item.Module))))];
        // What the others make is not applied, and messages may name it.
        sources.AddRange(built.SelectMany(item => ProjectSchemas.Of(item.Module)).Where(file => !names.Contains(file.Module)).DistinctBy(file => file.Path).Select(file => SchemaSource.Read(file, Path.GetFileName(file.Path))));
        return await RunAsync([.. built.Select(item => item.Deployed)], sources, token).ConfigureAwait(false);
    }, cancellation);

    /// <summary>Applies the schemas of packages.</summary>
    /// <param name="paths">Full paths of packages, or of directories with a manifest.</param>
    /// <param name="only">The module that they must be of; null for any.</param>
    /// <param name="cancellation">Takes back the file that runs.</param>
    /// <exception cref="CoraException">CORA70xx: nothing was applied.</exception>
    public Task<ApplyReport> OfPackagesAsync(IReadOnlyList<string> paths, string? only, CancellationToken cancellation) => LimitedAsync(async token =>
    {
        var packages = new DeployPackage(options, temporary: "");
        var modules = new List<DeployModule>();
        var sources = new List<SchemaSource>();
        foreach (var path in paths)
        {
            var (module, own) = await packages.ReadSchemaAsync(path, token).ConfigureAwait(false);
            packages.RequireModule(path, module, only);
            if (modules.Exists(other => other.Name == module.Name))
                throw DeployDiagnostics.s_badPackage.Error(new Location(options.ProjectFile), $"'{path}' is a second package of '{module.Name}'. Nothing was applied. Name one package of each module.");
            modules.Add(module);
            sources.AddRange(own);
        }
        return await RunAsync(modules, sources, token).ConfigureAwait(false);
    }, cancellation);

    private Task<ApplyReport> LimitedAsync(Func<CancellationToken, Task<ApplyReport>> work, CancellationToken cancellation) =>
        options.LimitedAsync(work, "The file that ran was taken back. Apply again, since what is there is known", cancellation);

    private async Task<ApplyReport> RunAsync(IReadOnlyList<DeployModule> modules, IReadOnlyList<SchemaSource> sources, CancellationToken cancellation)
    {
        var results = new DeployResults(options);
        await results.CheckAsync(cancellation).ConfigureAwait(false);
        var apply = new ApplyOptions { ProjectFile = options.ProjectFile, Environment = options.Environment, Database = options.Database, DryRun = options.DryRun };
        var application = new SchemaApplication(apply, processes, say);
        try
        {
            await application.RunAsync(sources, modules.ToDictionary(module => module.Name, module => module.CommitLabel), cancellation).ConfigureAwait(false);
        }
        catch (OperationCanceledException)
        {
            await RecordAsync().ConfigureAwait(false);
            throw;
        }
        try
        {
            await RecordAsync().ConfigureAwait(false);
        }
        catch (CoraException e)
        {
            // It is one thing more, and hides nothing of what is wrong.
            application.Report.AddRange([e.Diagnostic]);
        }
        return application.Report;

        // Also of a failure, and when the time is over: what is applied stays.
        async Task RecordAsync()
        {
            var applied = application.Report.AppliedSources.ToList();
            if (applied.Count > 0) await results.WriteAsync(modules, applied, application.Report.Database, DateTimeOffset.UtcNow, CancellationToken.None).ConfigureAwait(false);
        }
    }
}
