using System.Collections.Concurrent;
using System.Security.Cryptography;
using System.Text;
using Cora.Build.Diagnostics;
using Cora.Build.Modules;
using Cora.Build.Python;
using Cora.Build.Python.Source;

namespace Cora.Build.Packaging;

/// <summary>What packaging a module gave.</summary>
/// <param name="Records">What was done with each artifact.</param>
/// <param name="Diagnostics">CORA40xx, CORA3011, CORA1015.</param>
public sealed record PackagedModule(IReadOnlyList<ArtifactRecord> Records, IReadOnlyList<Diagnostic> Diagnostics);

/// <summary>Makes the zips of a module and its manifest. What is there and right already is left as it is.</summary>
/// <param name="module">The module.</param>
/// <param name="dependencies">Its wheels.</param>
/// <param name="wheels">Gives the full path of a verified wheel.</param>
public sealed class ModulePackager(Module module, Dependencies dependencies, Func<Artifact, ResolvedWheel, CancellationToken, Task<string>> wheels)
{
    private readonly ConcurrentDictionary<string, Lazy<Task<WheelContents>>> _contents = new(StringComparer.Ordinal);
    private readonly ConcurrentBag<Diagnostic> _diagnostics = [];

    /// <summary>The records of the last packaging, and one for each artifact that it did not know: they are written before anything is made, so that a build that is
    /// killed leaves nothing that the next one, or clean, would not know of.</summary>
    public IEnumerable<ArtifactRecord> Announce(IReadOnlyList<ArtifactRecord> previous) => previous.Concat(module.Artifacts
        .Select(artifact => new ArtifactRecord(artifact.Kind, ArtifactOutcome.Failed, Path.Combine(module.ArtifactsDirectory, artifact.FileName), -1, 0))
        .ExceptBy(previous.Select(record => record.Path), record => record.Path));

    /// <summary>Makes all artifacts that can be made, removes those that are gone, writes the manifest.</summary>
    /// <param name="previous">The records of the last packaging.</param>
    /// <param name="cancellation">Leaves what was there before, whole.</param>
    public async Task<PackagedModule> PackageAsync(IReadOnlyList<ArtifactRecord> previous, CancellationToken cancellation)
    {
        var manifestPath = Path.Combine(module.ArtifactsDirectory, Manifest.FileName);
        var before = Manifest.TryRead(manifestPath);
        CreateArtifactsDirectory();

        var results = new (ArtifactRecord Record, ManifestArtifact? Entry)[module.Artifacts.Count];
        await Parallel.ForEachAsync(Enumerable.Range(0, results.Length), cancellation, async (i, token) =>
        {
            var artifact = module.Artifacts[i];
            var old = before?.Artifacts.FirstOrDefault(entry => entry.File == artifact.FileName && entry.Kind == artifact.Kind);
            results[i] = await PackageAsync(artifact, old, previous, token).ConfigureAwait(false);
        }).ConfigureAwait(false);

        RemoveWhatIsGone(previous, before);
        // Two artifacts that would be one file are both broken, and what is there from before is one file.
        var layered = new FunctionLayers(module, [.. results.Select(result => result.Entry).OfType<ManifestArtifact>().DistinctBy(entry => entry.File)],
            module.TerraformFiles().Any() ? Terraform.TerraformModule.Read(module.Infrastructure) : null);
        var manifest = new Manifest
        {
            Module = module.Name,
            Version = module.Version,
            Sdk = Manifest.RunningSdkVersion,
            Target = new ManifestTarget(module.TargetFramework, module.Architecture),
            Artifacts = layered.Artifacts,
        };
        IntermediateFiles.WriteIfDifferent(manifestPath, manifest.ToBytes());

        foreach (var diagnostic in SizeRules.Check(module, layered).Concat(layered.Diagnostics)) _diagnostics.Add(diagnostic);
        return new PackagedModule([.. results.Select(result => result.Record)], [.. _diagnostics]);
    }

    private async Task<(ArtifactRecord, ManifestArtifact?)> PackageAsync(Artifact artifact, ManifestArtifact? old, IReadOnlyList<ArtifactRecord> previous, CancellationToken cancellation)
    {
        var path = Path.Combine(module.ArtifactsDirectory, artifact.FileName);
        try
        {
            if (artifact.IsBroken || dependencies.Failed.Contains(artifact.FileName)) return (Record(artifact, ArtifactOutcome.Failed, path), Surviving(old, path));
            var sources = module.SourcesOf(artifact);
            var resolved = dependencies.Of(artifact.FileName);
            var fingerprint = Fingerprint(artifact, sources, resolved);
            var routes = RoutesOf(artifact, sources);
            if (old?.Fingerprint == fingerprint && IsUnchanged(path, old, previous))
            {
                return (Record(artifact, ArtifactOutcome.UpToDate, path), Entry(artifact, old, fingerprint, routes));
            }

            CheckNativeFiles(sources);
            var contents = await Task.WhenAll(resolved.Select(wheel => ContentsAsync(artifact, wheel, cancellation))).ConfigureAwait(false);
            var entries = sources.Select(source => ArtifactEntry.FromFile(artifact.Prefix + source.RelativePath, source.FullPath))
                .Concat(contents.SelectMany(content => content.Entries.Select(entry => entry with { Name = artifact.Prefix + entry.Name })))
                .ToList();
            if (entries.Count == 0)
            {
                throw LambdaLimits.EmptyArtifact.Error(new Location(artifact.Directory), $"The zip of {artifact.Display} would be empty. Add its code, or delete the directory.");
            }
            var written = ArtifactWriter.Write(path, entries, cancellation);
            var entry = new ManifestArtifact
            {
                Kind = artifact.Kind,
                Name = artifact.Name,
                File = artifact.FileName,
                Sha256 = Convert.ToHexStringLower(written.Sha256.AsSpan()),
                Sha256Base64 = written.CodeSha256,
                Bytes = written.Bytes,
                UnzippedBytes = written.UnzippedBytes,
                Entries = written.EntryCount,
                Distributions = [.. resolved.Zip(contents, (wheel, content) => new ManifestDistribution(wheel.Name, wheel.Version, wheel.FileName, wheel.Sha256, content.UnzippedBytes, wheel.TopLevel))],
                TopLevel = artifact.Kind == ArtifactKind.Layer ? WheelContents.TopLevelNamesOf(sources.Select(source => source.RelativePath)) : null,
                Fingerprint = fingerprint,
            };
            return (Record(artifact, written.Changed ? ArtifactOutcome.Built : ArtifactOutcome.UpToDate, path), Entry(artifact, entry, fingerprint, routes));
        }
        catch (CoraException e)
        {
            _diagnostics.Add(e.Diagnostic);
            return (Record(artifact, ArtifactOutcome.Failed, path), Surviving(old, path));
        }
    }

    private static ManifestArtifact Entry(Artifact artifact, ManifestArtifact entry, string fingerprint, IReadOnlyList<ManifestRoute>? routes) => entry with
    {
        Name = artifact.Name,
        Handler = artifact.Kind == ArtifactKind.Function ? artifact.Handler : null,
        Routes = routes,
        Fingerprint = fingerprint,
    };

    /// <summary>What the docstrings of the handler declare; null for a layer.</summary>
    private static IReadOnlyList<ManifestRoute>? RoutesOf(Artifact artifact, IReadOnlyList<SourceFile> sources)
    {
        if (artifact.Kind == ArtifactKind.Layer) return null;
        // As in an import: a package before a module.
        if (sources.Where(source => artifact.IsHandlerFile(source.RelativePath)).MaxBy(source => source.RelativePath.Length) is not { Bytes: <= FactReader.MaxBytes } file) return [];
        try
        {
            return [.. FunctionRoutes.Read(File.ReadAllBytes(file.FullPath), artifact.HandlerFunction).All
                .Select(route => new ManifestRoute(route.Method, route.Path, route.IsPublic, route.Summary.Length > 0 ? route.Summary : null))];
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw ArtifactWriter.SourceUnreadable(file.FullPath, e);
        }
    }

    /// <summary>After a failure the manifest goes on to describe the zip that is still there.</summary>
    private static ManifestArtifact? Surviving(ManifestArtifact? old, string path) => old is not null && File.Exists(path) ? old : null;

    private static ArtifactRecord Record(Artifact artifact, ArtifactOutcome outcome, string path)
    {
        var file = new FileInfo(path);
        return file.Exists
            ? new ArtifactRecord(artifact.Kind, outcome, path, file.Length, file.LastWriteTimeUtc.Ticks)
            : new ArtifactRecord(artifact.Kind, outcome, path, -1, 0);
    }

    /// <summary>A file that is not as packaging left it is hashed: a checkout or a copy may have given it another time.</summary>
    private static bool IsUnchanged(string path, ManifestArtifact old, IReadOnlyList<ArtifactRecord> previous)
    {
        if (previous.Any(record => record.Path == path && record.IsIntact())) return true;
        if (!File.Exists(path) || new FileInfo(path).Length != old.Bytes) return false;
        using var file = File.OpenRead(path);
        return Convert.ToHexStringLower(SHA256.HashData(file)) == old.Sha256;
    }

    private Task<WheelContents> ContentsAsync(Artifact artifact, ResolvedWheel wheel, CancellationToken cancellation) => _contents.GetOrAdd(wheel.Sha256 + wheel.FileName,
        _ => new Lazy<Task<WheelContents>>(() => Task.Run(async () => WheelContents.Read(await wheels(artifact, wheel, cancellation).ConfigureAwait(false)), cancellation))).Value;

    /// <summary>All that decides the zip's bytes.</summary>
    private string Fingerprint(Artifact artifact, IReadOnlyList<SourceFile> sources, IReadOnlyList<ResolvedWheel> resolved)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        void Add(string line) => hash.AppendData(Encoding.UTF8.GetBytes(line + '\n'));
        Add($"{module.Sdk} {artifact.Kind} {module.TargetFramework} {module.Architecture}");
        foreach (var wheel in resolved) Add($"{wheel.Sha256} {wheel.FileName}");
        foreach (var source in sources)
        {
            try
            {
                using var file = new FileStream(ArtifactEntry.OpenFile(source.FullPath), FileAccess.Read, bufferSize: 0);
                Add($"{Convert.ToHexStringLower(SHA256.HashData(file))} {source.RelativePath}");
            }
            catch (Exception e) when (e is IOException or UnauthorizedAccessException)
            {
                throw ArtifactWriter.SourceUnreadable(source.FullPath, e);
            }
        }
        return Convert.ToHexStringLower(hash.GetHashAndReset());
    }

    private void CheckNativeFiles(IReadOnlyList<SourceFile> sources)
    {
        var glibc = new Version(2, TargetPlatform.Of(module).GlibcMinor);
        foreach (var source in sources.Where(source => source.RelativePath.EndsWith(".so", StringComparison.Ordinal) || source.RelativePath.Contains(".so.", StringComparison.Ordinal)))
        {
            if (ElfFile.Check(source.FullPath, module.Architecture, glibc) is { } finding) throw new CoraException(finding);
        }
    }

    private void CreateArtifactsDirectory()
    {
        try
        {
            Directory.CreateDirectory(module.ArtifactsDirectory);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw ArtifactWriter.Unwritable.Error(new Location(module.ArtifactsDirectory), $"The artifacts directory '{module.ArtifactsDirectory}' cannot be made: {e.Message} Give the build the right to write there, or name another with CoraArtifactsDir.");
        }
    }

    /// <summary>Zips of functions and layers that were renamed or removed: left there, they would be deployed.</summary>
    private void RemoveWhatIsGone(IReadOnlyList<ArtifactRecord> previous, Manifest? before)
    {
        var names = module.Artifacts.Select(artifact => artifact.FileName).ToHashSet(StringComparer.Ordinal);
        var here = Path.TrimEndingDirectorySeparator(module.ArtifactsDirectory);
        var gone = previous.Select(record => record.Path)
            .Concat((before?.Artifacts ?? []).Select(entry => Path.Combine(here, Path.GetFileName(entry.File))))
            .Where(path => Path.GetDirectoryName(path) != here || !names.Contains(Path.GetFileName(path)))
            .Distinct(StringComparer.Ordinal)
            .Where(File.Exists);
        foreach (var path in gone)
        {
            // Where case does not matter, a name that differs by case alone is the new file.
            if (Path.GetDirectoryName(path) == here && module.Artifacts.Any(artifact => IsOneName(artifact.FileName, path))
                && Directory.EnumerateFiles(here).Count(file => IsOneName(Path.GetFileName(file), path)) < 2) continue;
            try
            {
                if (File.Exists(path)) File.Delete(path);
            }
            catch (Exception e) when (e is IOException or UnauthorizedAccessException)
            {
                _diagnostics.Add(ArtifactWriter.Unwritable.At(new Location(path), $"'{path}' belongs to no function or layer any more and cannot be deleted: {e.Message} Delete it, so that it is not deployed."));
            }
        }
        // Where the artifacts were made before, nothing is described any more.
        foreach (var directory in previous.Select(record => Path.GetDirectoryName(record.Path)!).Where(directory => directory != here).Distinct(StringComparer.Ordinal))
        {
            if (Directory.Exists(directory)) File.Delete(Path.Combine(directory, Manifest.FileName));
        }

        static bool IsOneName(string fileName, string path) => string.Equals(fileName, Path.GetFileName(path), StringComparison.OrdinalIgnoreCase);
    }
}
