using Cora.Build.Diagnostics;
using Cora.Build.Modules;
using Cora.Build.Packaging;

namespace Cora.Build.Publishing;

/// <summary>The modules that a build made, as it left them.</summary>
/// <param name="options">The deployment.</param>
/// <param name="git">What git says of them.</param>
internal sealed class BuiltModules(EnvironmentOptions options, GitHistory git)
{
    /// <summary>Reads them.</summary>
    /// <param name="project">The <c>obj/cora/</c> of the project that is deployed.</param>
    /// <param name="directories">The <c>obj/cora/</c> of each module.</param>
    /// <param name="labels">What layers are called that are deployed already.</param>
    /// <param name="cancellation">Stops git.</param>
    /// <exception cref="CoraException">CORA7002, CORA7006.</exception>
    /// <returns>The modules; and what is wrong with their zips.</returns>
    public async Task<(IReadOnlyList<DeployModule> Modules, IReadOnlyList<Diagnostic> Diagnostics)> ReadAsync(
        IntermediateFiles project, IEnumerable<IntermediateFiles> directories, LayerLabels labels, CancellationToken cancellation)
    {
        // Mostly it is git that is waited for.
        var read = await Task.WhenAll(Built(project, directories).Select(built => ReadAsync(built, labels, cancellation))).ConfigureAwait(false);
        if (read.All(module => module.Module.Artifacts.Count == 0 && module.Diagnostics.Count == 0)) throw NotBuilt("There is no function and no layer to deploy; -t:CoraApplySchema applies schemas.");
        return ([.. read.Select(module => module.Module)], [.. read.SelectMany(module => module.Diagnostics)]);
    }

    /// <summary>The same for their SQL: without a look at their zips.</summary>
    /// <exception cref="CoraException">CORA7002, CORA7006.</exception>
    public async Task<IReadOnlyList<(Module Module, DeployModule Deployed)>> DescribeAsync(IntermediateFiles project, IEnumerable<IntermediateFiles> directories, CancellationToken cancellation)
    {
        var all = Built(project, directories);
        // It is read as it is now, and what is applied was checked.
        if (all.Select(built => built.Files.Unseen(built.Module.Schemas.Concat(built.Module.Migrations))).FirstOrDefault(path => path is not null) is { } changed) throw NotBuilt($"'{changed}' is not as the last build saw it.");
        return await Task.WhenAll(all.Select(async built => (built.Module, (await DescribeAsync(built, cancellation).ConfigureAwait(false)).Module))).ConfigureAwait(false);
    }

    private List<BuiltModule> Built(IntermediateFiles project, IEnumerable<IntermediateFiles> directories)
    {
        var all = directories.ToList();
        if (all.Count == 0) throw NotBuilt("There is no module to deploy.");
        if (options.NoBuild && all.Prepend(project).FirstOrDefault(files => !File.Exists(files.Report)) is { } unbuilt) throw NotBuilt($"There is no finished build in '{unbuilt.Directory}', and NoBuild is set.");
        RefuseErrors([project, .. all]);
        return all.ConvertAll(files =>
        {
            if (!File.Exists(files.Module)) throw NotBuilt($"There is no finished build in '{files.Directory}'.");
            var module = Module.Read(files.Module);
            return new BuiltModule(module, Manifest.TryRead(Path.Combine(module.ArtifactsDirectory, Manifest.FileName)) ?? throw NotBuilt($"'{module.Name}' has no manifest in '{module.ArtifactsDirectory}'."), files);
        });
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

    private async Task<(DeployModule Module, bool IsCurrent)> DescribeAsync(BuiltModule built, CancellationToken cancellation)
    {
        var (module, manifest, files) = built;
        var changes = await git.ChangesAsync(module.Directory, module.ArtifactsDirectory, cancellation).ConfigureAwait(false);
        // What git says is of the sources as they are now. Of zips that were made of others it says nothing.
        var isCurrent = !options.NoBuild || IsCurrent(files, module);
        if (options.RequireClean) RequireClean(module, changes, isCurrent);
        return (new DeployModule
        {
            Name = manifest.Module,
            Version = manifest.Version,
            Runtime = manifest.Target.Runtime,
            Commit = isCurrent ? await git.HeadAsync(module.Directory, cancellation).ConfigureAwait(false) : null,
            HasUncommittedChanges = !isCurrent || changes is { Count: > 0 },
        }, isCurrent);
    }

    private async Task<(DeployModule Module, IReadOnlyList<Diagnostic> Diagnostics)> ReadAsync(BuiltModule built, LayerLabels labels, CancellationToken cancellation)
    {
        var (module, manifest, files) = built;
        if (ManifestArtifacts.Defect(manifest) is { } defect) throw NotBuilt($"'{module.Name}' cannot be deployed: {defect}.");
        var (deployed, isCurrent) = await DescribeAsync(built, cancellation).ConfigureAwait(false);
        var records = ArtifactRecord.Read(files.Artifacts);
        var diagnostics = new List<Diagnostic>();
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
                diagnostics.Add(diagnostic);
            }
            // A layer whose content is deployed keeps its label, so that its history needs no look.
            var label = artifact.Kind != ArtifactKind.Layer ? null
                : labels.Of(manifest.Module, entry.Name, Convert.ToBase64String(Convert.FromHexString(entry.Sha256)))
                    ?? (isCurrent ? await git.LabelAsync(module, artifact, cancellation).ConfigureAwait(false) : null) ?? VersionLabel.OfZip(entry.Sha256);
            artifacts.Add(new DeployArtifact(entry.Kind, entry.Name, path, entry.Sha256, entry.Bytes, label));
        }
        return (deployed with { Artifacts = artifacts }, diagnostics);
    }

    /// <summary>Whether sources, requirements and locks are those that the zips were made of: all are there, no other is, and each has the size and the time that it had.</summary>
    private static bool IsCurrent(IntermediateFiles files, Module module)
    {
        try
        {
            // The lists are written before the zips are made, and the stamp after that.
            if (!File.Exists(files.PackageStamp) || new[] { files.Module, files.PackageInputs, files.DependencyStamp }.Any(input => !File.Exists(input) || File.GetLastWriteTimeUtc(input) > File.GetLastWriteTimeUtc(files.PackageStamp))) return false;
            // The sources come first; after them stand Terraform and the manifests of others.
            var sources = module.Artifacts.SelectMany(module.SourcesOf).Select(source => IntermediateFiles.StatLine(source.FullPath, source.Bytes, source.Modified)).ToList();
            var packaged = File.ReadAllLines(files.PackageInputs);
            return packaged.Take(sources.Count).SequenceEqual(sources, StringComparer.Ordinal)
                && packaged.Skip(sources.Count).Concat(File.ReadLines(files.DependencyInputs)).All(line => line.Split('\t', 3) is [_, _, var path] && IntermediateFiles.StatLine(path) == line);
        }
        catch (Exception e) when (e is CoraException or IOException or UnauthorizedAccessException)
        {
            return false;
        }
    }

    private static void RequireClean(Module module, IReadOnlyList<string>? changes, bool isCurrent)
    {
        const int Shown = 3;
        var location = new Location(module.ProjectFile);
        if (!isCurrent)
        {
            throw DeployDiagnostics.s_uncommitted.Error(location,
                $"CoraRequireClean is set, and '{module.Name}' has changed since it was built, so that its zips are of no known commit. Nothing was deployed. Build again, or deploy without NoBuild.");
        }
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

    private sealed record BuiltModule(Module Module, Manifest Manifest, IntermediateFiles Files);
}
