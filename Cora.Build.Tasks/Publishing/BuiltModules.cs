using Cora.Build.Diagnostics;
using Cora.Build.Modules;
using Cora.Build.Packaging;

namespace Cora.Build.Publishing;

/// <summary>The modules that a build made, as it left them.</summary>
/// <param name="options">The deployment.</param>
/// <param name="git">What git says of them.</param>
internal sealed class BuiltModules(EnvironmentOptions options, GitHistory git)
{
    private readonly List<Diagnostic> _diagnostics = [];

    /// <summary>Reads them.</summary>
    /// <param name="project">The <c>obj/cora/</c> of the project that is deployed.</param>
    /// <param name="directories">The <c>obj/cora/</c> of each module.</param>
    /// <param name="cancellation">Stops git.</param>
    /// <exception cref="CoraException">CORA7002, CORA7006.</exception>
    /// <returns>The modules; and what is wrong with their zips.</returns>
    public async Task<(IReadOnlyList<DeployModule> Modules, IReadOnlyList<Diagnostic> Diagnostics)> ReadAsync(
        IntermediateFiles project, IEnumerable<IntermediateFiles> directories, CancellationToken cancellation)
    {
        var modules = new List<DeployModule>();
        foreach (var (module, manifest, files) in Built(project, directories)) modules.Add(await ReadAsync(module, manifest, files, cancellation).ConfigureAwait(false));
        if (modules.TrueForAll(module => module.Artifacts.Count == 0)) throw NotBuilt("There is no function and no layer to deploy; -t:CoraApplySchema applies schemas.");
        return (modules, _diagnostics);
    }

    /// <summary>The same, without a look at their zips.</summary>
    /// <exception cref="CoraException">CORA7002, CORA7006.</exception>
    public async Task<IReadOnlyList<(Module Module, DeployModule Deployed)>> DescribeAsync(IntermediateFiles project, IEnumerable<IntermediateFiles> directories, CancellationToken cancellation)
    {
        var modules = new List<(Module, DeployModule)>();
        foreach (var (module, manifest, _) in Built(project, directories)) modules.Add((module, await DescribeAsync(module, manifest, cancellation).ConfigureAwait(false)));
        return modules;
    }

    private IEnumerable<(Module Module, Manifest Manifest, IntermediateFiles Files)> Built(IntermediateFiles project, IEnumerable<IntermediateFiles> directories)
    {
        var all = directories.ToList();
        if (all.Count == 0) throw NotBuilt("There is no module to deploy.");
        RefuseErrors([project, .. all]);
        foreach (var files in all)
        {
            if (!File.Exists(files.Module)) throw NotBuilt($"There is no finished build in '{files.Directory}'.");
            var module = Module.Read(files.Module);
            yield return (module, Manifest.TryRead(Path.Combine(module.ArtifactsDirectory, Manifest.FileName)) ?? throw NotBuilt($"'{module.Name}' has no manifest in '{module.ArtifactsDirectory}'."), files);
        }
    }

    /// <summary>Those of referenced modules count: their layers are what the functions were checked against.</summary>
    private void RefuseErrors(IEnumerable<IntermediateFiles> directories)
    {
        foreach (var files in IntermediateFiles.WithReferences(directories).Where(files => File.Exists(files.Report)))
        {
            if (Findings.Read(files.Report).FirstOrDefault(finding => finding.Severity == Severity.Error) is { } error)
                throw NotBuilt($"The build has errors, among them {error.Descriptor.Code} in '{error.Location.File}'.");
        }
    }

    private async Task<DeployModule> DescribeAsync(Module module, Manifest manifest, CancellationToken cancellation)
    {
        var changes = await git.ChangesAsync(module.Directory, module.ArtifactsDirectory, cancellation).ConfigureAwait(false);
        if (options.RequireClean) RequireClean(module, changes);
        return new DeployModule
        {
            Name = manifest.Module,
            Version = manifest.Version,
            Runtime = manifest.Target.Runtime,
            Commit = await git.HeadAsync(module.Directory, cancellation).ConfigureAwait(false),
            HasUncommittedChanges = changes is { Count: > 0 },
        };
    }

    private async Task<DeployModule> ReadAsync(Module module, Manifest manifest, IntermediateFiles files, CancellationToken cancellation)
    {
        if (ManifestArtifacts.Defect(manifest) is { } defect) throw NotBuilt($"'{module.Name}' cannot be deployed: {defect}.");
        var deployed = await DescribeAsync(module, manifest, cancellation).ConfigureAwait(false);
        var records = ArtifactRecord.Read(files.Artifacts);
        var artifacts = new List<DeployArtifact>();
        foreach (var artifact in module.Artifacts)
        {
            var path = Path.Combine(module.ArtifactsDirectory, artifact.FileName);
            var record = records.FirstOrDefault(record => record.Path == path);
            var entry = manifest.Artifacts.FirstOrDefault(entry => entry.File == artifact.FileName && entry.Kind == artifact.Kind);
            if (entry is null || record is null or { Outcome: ArtifactOutcome.Failed }) throw NotBuilt($"The {artifact.Display} of '{module.Name}' was not built.");
            // What packaging left is not hashed again; what is not as it was left is.
            if ((record.Bytes != entry.Bytes || !record.IsIntact()) && await ManifestArtifacts.CheckAsync(path, entry, cancellation).ConfigureAwait(false) is { } diagnostic)
            {
                _diagnostics.Add(diagnostic);
            }
            var label = artifact.Kind == ArtifactKind.Layer ? await git.LabelAsync(module, artifact, cancellation).ConfigureAwait(false) ?? VersionLabel.OfZip(entry.Sha256) : null;
            artifacts.Add(new DeployArtifact(entry.Kind, entry.Name, path, entry.Sha256, entry.Bytes, label));
        }
        return deployed with { Artifacts = artifacts };
    }

    private static void RequireClean(Module module, IReadOnlyList<string>? changes)
    {
        const int Shown = 3;
        var location = new Location(module.ProjectFile);
        if (changes is null)
        {
            throw DeployDiagnostics.s_uncommitted.Error(location,
                $"CoraRequireClean is set, and git cannot say whether '{module.Name}' has uncommitted changes: there is no repository, or no git that may read it. Nothing was deployed. Deploy from a clone, or without CoraRequireClean.");
        }
        if (changes.Count == 0) return;
        var more = changes.Count > Shown ? $" and {changes.Count - Shown} more" : "";
        throw DeployDiagnostics.s_uncommitted.Error(location,
            $"'{module.Name}' has uncommitted changes, and CoraRequireClean is set: {string.Join(", ", changes.Take(Shown))}{more}. Nothing was deployed. Commit them, or take them back.");
    }

    private CoraException NotBuilt(string what) => DeployDiagnostics.s_notBuilt.Error(new Location(options.ProjectFile), $"{what} Nothing was deployed. Build without errors first.");
}
