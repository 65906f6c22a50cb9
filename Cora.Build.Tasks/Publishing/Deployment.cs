using System.Diagnostics;
using Cora.Build.Diagnostics;
using Cora.Build.Modules;

namespace Cora.Build.Publishing;

/// <summary>A deployment: the zips of some modules into a bucket, and what Terraform has to know of them into a file.</summary>
/// <param name="options">Where to, and how.</param>
/// <param name="processes">The build's environment.</param>
/// <param name="say">Gets what there is to say while it runs.</param>
public sealed class Deployment(DeployOptions options, Processes processes, Action<string> say)
{
    /// <summary>Deploys modules of a build.</summary>
    /// <param name="project">The <c>obj/cora/</c> of the project.</param>
    /// <param name="modules">The <c>obj/cora/</c> of each module.</param>
    /// <param name="cancellation">Gives up uploads that are under way.</param>
    /// <exception cref="CoraException">CORA70xx: no result was written.</exception>
    public Task<DeployReport> OfBuildAsync(IntermediateFiles project, IReadOnlyList<IntermediateFiles> modules, CancellationToken cancellation) => LimitedAsync(async token =>
    {
        using var git = new GitHistory(processes);
        var (read, diagnostics) = await new BuiltModules(options, git).ReadAsync(project, modules, new DeployResults(options).Labels(), token).ConfigureAwait(false);
        return diagnostics.Count > 0 ? DeployReport.Failed(options, diagnostics) : await RunAsync(read, token).ConfigureAwait(false);
    }, cancellation);

    /// <summary>Deploys packages.</summary>
    /// <param name="paths">Full paths of packages, or of directories with a manifest.</param>
    /// <param name="only">The module that they must be of; null for any.</param>
    /// <param name="temporary">Full path of a directory for what is unpacked.</param>
    /// <param name="cancellation">Gives up uploads that are under way.</param>
    /// <exception cref="CoraException">CORA70xx: no result was written.</exception>
    public Task<DeployReport> OfPackagesAsync(IReadOnlyList<string> paths, string? only, string temporary, CancellationToken cancellation) => LimitedAsync(async token =>
    {
        var directory = Path.Combine(temporary, Path.GetRandomFileName());
        try
        {
            var packages = new DeployPackage(options, directory);
            var modules = new List<DeployModule>();
            foreach (var path in paths)
            {
                var module = await packages.ReadAsync(path, token).ConfigureAwait(false);
                packages.RequireModule(path, module, only);
                modules.Add(module);
            }
            if (modules.TrueForAll(module => module.Artifacts.Count == 0))
                throw DeployDiagnostics.s_badPackage.Error(new Location(options.ProjectFile), $"'{string.Join("', '", paths)}' has no function and no layer to deploy. -t:CoraApplySchema applies schemas.");
            return await RunAsync(modules, token).ConfigureAwait(false);
        }
        finally
        {
            if (Directory.Exists(directory)) Directory.Delete(directory, recursive: true);
        }
    }, cancellation);

    private Task<DeployReport> LimitedAsync(Func<CancellationToken, Task<DeployReport>> work, CancellationToken cancellation) =>
        options.LimitedAsync(work, "No result was written. Deploy again, since what arrived is not sent again", cancellation);

    private async Task<DeployReport> RunAsync(IReadOnlyList<DeployModule> modules, CancellationToken cancellation)
    {
        var started = Stopwatch.GetTimestamp();
        var objects = ObjectKeys.Of(options, modules);
        var access = new AwsAccess(processes, options.ProjectFile);
        var (region, endpoint) = access.Place(options);
        var results = new DeployResults(options);
        await results.CheckAsync(cancellation).ConfigureAwait(false);

        var credentials = access.Credentials();
        using var store = new ObjectStore(options, credentials, region, endpoint);
        using var progress = new DeployProgress(say, options.ProgressInterval);
        using var uploader = new Uploader(store, new S3Failure(options.ProjectFile, options.Bucket, region, AwsAccess.Secrets(processes)), progress);
        var planned = await uploader.PlanAsync(objects, cancellation).ConfigureAwait(false);
        if (options.DryRun) return DeployReport.Of(options, modules, planned, Stopwatch.GetElapsedTime(started));

        progress.Start(planned.Where(item => item.Outcome == DeployOutcome.WouldSend).Sum(item => item.Item.Artifact.Bytes));
        // What older Terraform reads is replaced when all else has arrived.
        var content = await uploader.SendAsync([.. planned.Where(item => !item.Item.IsLegacy)], cancellation).ConfigureAwait(false);
        var legacy = await uploader.SendAsync([.. planned.Where(item => item.Item.IsLegacy)], cancellation).ConfigureAwait(false);
        List<DeployedObject> deployed = [.. content, .. legacy];
        await results.WriteAsync(modules, deployed, new DeployTarget(options.Bucket, region, endpoint), DateTimeOffset.UtcNow, cancellation).ConfigureAwait(false);
        return DeployReport.Of(options, modules, deployed, Stopwatch.GetElapsedTime(started));
    }
}
