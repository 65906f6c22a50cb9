using System.Collections.Concurrent;
using System.Security.Cryptography;
using System.Text;
using Cora.Build.Diagnostics;
using Cora.Build.Modules;
using Cora.Build.Packaging;

namespace Cora.Build.Python;

/// <summary>What resolving a module's dependencies gave.</summary>
/// <param name="Dependencies">The wheels of each artifact.</param>
/// <param name="Diagnostics">CORA0003, CORA30xx.</param>
/// <param name="Files">What was read besides the requirements files themselves: included files, directories of wheels.</param>
public sealed record ResolvedModule(Dependencies Dependencies, IReadOnlyList<Diagnostic> Diagnostics, IReadOnlyList<string> Files);

/// <summary>Resolves the dependencies of a module's artifacts: from the lock beside a requirements file, or by uv or pip; equal requirements once, different ones in parallel.</summary>
/// <param name="module">The module.</param>
/// <param name="processes">Starts installers, and knows the environment.</param>
/// <param name="temporary">A directory for what installers are given; it is removed.</param>
/// <param name="progress">Is told of what takes long.</param>
public sealed class DependencyResolution(Module module, Processes processes, string temporary, Action<string> progress)
{
    internal static readonly DiagnosticDescriptor s_staleLock = new("CORA3005", Severity.Error, "Lock that does not satisfy the requirements");

    private readonly TargetPlatform _target = TargetPlatform.Of(module);

    /// <summary>How often an installer is asked again for what it left out: more often only where an index makes up ever new dependencies.</summary>
    private const int MaxRounds = 10;

    /// <summary>Wheels that are fetched at once, for one requirements file.</summary>
    private const int MaxDownloads = 8;

    /// <summary>Older than any build that is still running.</summary>
    private static readonly TimeSpan s_leftoverAge = TimeSpan.FromDays(1);

    private static readonly string[] s_indexVariables = ["PIP_INDEX_URL", "PIP_EXTRA_INDEX_URL", "PIP_FIND_LINKS", "UV_INDEX_URL", "UV_EXTRA_INDEX_URL", "UV_DEFAULT_INDEX", "UV_INDEX", "UV_FIND_LINKS"];

    private readonly ConcurrentBag<Diagnostic> _diagnostics = [];
    private readonly ConcurrentDictionary<string, Lazy<(RequirementsFile File, WheelStore Store)>> _stores = new(StringComparer.Ordinal);

    /// <summary>How long an installer may take: an index can send a byte now and then for ever.</summary>
    public TimeSpan InstallerTimeout { get; init; } = TimeSpan.FromHours(1);

    /// <summary>Full path of the lock beside an artifact's requirements file, whether it is there or not.</summary>
    public static string LockOf(Artifact artifact) => LockOf(artifact.Requirements);

    /// <summary>Resolves all artifacts. What was resolved before, for the same requirements and target, is taken over.</summary>
    /// <param name="previous">The last result.</param>
    /// <param name="cancellation">Kills the installers.</param>
    public async Task<ResolvedModule> ResolveAsync(Dependencies previous, CancellationToken cancellation)
    {
        var byArtifact = new SortedDictionary<string, string>(StringComparer.Ordinal);
        var failed = new List<string>();
        var sets = new ConcurrentDictionary<string, IReadOnlyList<ResolvedWheel>>(StringComparer.Ordinal);
        var unknown = new Dictionary<string, Func<CancellationToken, Task<IReadOnlyList<ResolvedWheel>>>>(StringComparer.Ordinal);
        var files = Read();
        RemoveLeftovers();
        foreach (var (path, file) in files)
        {
            var artifacts = module.SoundArtifacts.Where(artifact => artifact.Requirements == path).Select(artifact => artifact.FileName);
            if (HasErrors(file)) failed.AddRange(artifacts);
            if (HasErrors(file) || file.Requirements.IsEmpty) continue;
            var lockPath = LockOf(path);
            var key = Key(file, lockPath);
            if (previous.Sets.TryGetValue(key, out var known)) sets[key] = known;
            else unknown[key] = token => File.Exists(lockPath) ? FromLockAsync(file, lockPath, token) : FromInstallerAsync(file, token);
            foreach (var artifact in artifacts) byArtifact[artifact] = key;
        }
        // As many installers at once as there are processors.
        await Parallel.ForEachAsync(unknown, cancellation, async (item, token) =>
        {
            if (await Guarded(() => item.Value(token)).ConfigureAwait(false) is { } wheels) sets[item.Key] = wheels;
        }).ConfigureAwait(false);
        failed.AddRange(byArtifact.Where(pair => !sets.ContainsKey(pair.Value)).Select(pair => pair.Key));
        foreach (var artifact in failed) byArtifact.Remove(artifact);
        return new ResolvedModule(
            new Dependencies { ByArtifact = byArtifact, Failed = failed, Sets = new SortedDictionary<string, IReadOnlyList<ResolvedWheel>>(sets, StringComparer.Ordinal) },
            [.. _diagnostics],
            [.. files.Values.SelectMany(file => file.Files.Concat(file.Options.FindLinks.Where(Path.IsPathFullyQualified)).Concat(LocalWheels(file)))
                .Concat(sets.Values.SelectMany(wheels => wheels.Select(wheel => wheel.Source)).Where(Path.IsPathFullyQualified))
                .Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal)]);
    }

    /// <summary>Makes the lock of each requirements file anew, except those that another tool made.</summary>
    /// <returns>Findings, and each lock: its path, and whether it is another one now.</returns>
    public async Task<(IReadOnlyList<Diagnostic> Diagnostics, IReadOnlyList<(string Path, bool IsWritten)> Locks)> LockAsync(CancellationToken cancellation)
    {
        var locks = new ConcurrentBag<(string Path, bool IsWritten)>();
        await Parallel.ForEachAsync(Read().Values.Where(file => !HasErrors(file) && !file.Requirements.IsEmpty), cancellation, async (file, token) => await Guarded(async () =>
        {
            var path = LockOf(file.Path);
            if (File.Exists(path) && !PyLock.Read(path).IsOurs)
            {
                throw s_staleLock.Error(new Location(path), $"'{path}' was made by another tool, and is not rewritten. Update it with that tool, or delete it to have one made here.");
            }
            var wheels = await FromInstallerAsync(file, token).ConfigureAwait(false);
            locks.Add((path, WriteLock(file, path, wheels)));
            return wheels;
        }).ConfigureAwait(false)).ConfigureAwait(false);
        return ([.. _diagnostics], [.. locks.OrderBy(item => item.Path, StringComparer.Ordinal)]);
    }

    /// <summary>Full path of a wheel whose bytes have the hash that is expected; fetched again when the store has it no more, or not whole.</summary>
    public async Task<string> VerifiedAsync(Artifact artifact, ResolvedWheel wheel, CancellationToken cancellation)
    {
        var (file, store) = _stores.GetOrAdd(artifact.Requirements, path => new(() =>
        {
            var file = RequirementsFile.Read(path, processes.Variable);
            return (file, StoreFor(file));
        })).Value;
        var source = new WheelSource(wheel.FileName, wheel.Source, wheel.Sha256, wheel.Bytes) { NeededBy = file.PlaceOf(wheel.Name) };
        return (await FetchAsync(file, store, [source], verify: true, cancellation).ConfigureAwait(false))[0].Path;
    }

    /// <summary><c>pylock.toml</c> beside <c>requirements.txt</c>; beside a file of another name, a lock that is named after it (PEP 751, "File name").</summary>
    private static string LockOf(string requirements)
    {
        var name = Path.GetFileNameWithoutExtension(requirements);
        return Path.Combine(Path.GetDirectoryName(requirements)!, name == "requirements" ? "pylock.toml" : $"pylock.{name.Replace('.', '-')}.toml");
    }

    private static bool HasErrors(RequirementsFile file) => file.Diagnostics.Any(diagnostic => diagnostic.Severity == Severity.Error);

    private SortedDictionary<string, RequirementsFile> Read()
    {
        var files = new SortedDictionary<string, RequirementsFile>(StringComparer.Ordinal);
        foreach (var path in module.SoundArtifacts.Select(artifact => artifact.Requirements).Distinct(StringComparer.Ordinal))
        {
            files[path] = RequirementsFile.Read(path, processes.Variable);
            foreach (var diagnostic in files[path].Diagnostics) _diagnostics.Add(diagnostic);
        }
        return files;
    }

    private string Key(RequirementsFile file, string lockPath)
    {
        var locked = File.Exists(lockPath) ? Convert.ToHexStringLower(SHA256.HashData(File.ReadAllBytes(lockPath))) : "";
        // A lock says which wheels, by their hashes. Without one, wheels that come, go or change in a directory change what is resolved.
        var local = locked.Length > 0 ? "" : string.Join('\n', LocalWheels(file).Select(IntermediateFiles.StatLine));
        var text = string.Join('\n', module.Sdk, _target, module.Dependencies.Installer, module.Dependencies.PythonExecutable, module.Dependencies.InstallerArguments, locked, local, file.Key);
        return Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(text)));
    }

    /// <summary>Full paths of the wheels that are named, or are in directories that are named with <c>--find-links</c>.</summary>
    private static IEnumerable<string> LocalWheels(RequirementsFile file) => file.Options.FindLinks.Where(Directory.Exists)
        .SelectMany(directory => Directory.EnumerateFiles(directory, "*.whl", new EnumerationOptions { IgnoreInaccessible = true }))
        .Concat(file.Requirements.Select(line => Uri.TryCreate(line.Requirement.Url, UriKind.Absolute, out var url) && url.IsFile ? url.LocalPath : null).OfType<string>())
        .Order(StringComparer.Ordinal);

    private async Task<IReadOnlyList<ResolvedWheel>?> Guarded(Func<Task<IReadOnlyList<ResolvedWheel>>> resolve)
    {
        try
        {
            return await Task.Run(resolve).ConfigureAwait(false);
        }
        catch (CoraException e)
        {
            _diagnostics.Add(e.Diagnostic);
            return null;
        }
    }

    private async Task<IReadOnlyList<ResolvedWheel>> FromLockAsync(RequirementsFile file, string lockPath, CancellationToken cancellation)
    {
        var locked = PyLock.Read(lockPath);
        var selection = LockSelection.Of(locked, _target);
        var closure = Explained(await ClosureAsync(file, selection.Wheels, cancellation).ConfigureAwait(false), selection);
        if (closure.IsComplete) return Wheels(closure);

        var why = selection.NotFor ?? string.Join(' ', closure.Reasons(_target));
        if (module.Dependencies.LockedMode)
        {
            throw s_staleLock.Error(new Location(lockPath), $"The lock does not satisfy '{file.Path}' for {_target}, and CoraLockedMode is on. {why} {(locked.IsOurs ? "Run 'dotnet build -t:CoraLock' and commit the lock." : "Lock again with the tool that made it.")}");
        }
        if (!locked.IsOurs)
        {
            throw s_staleLock.Error(new Location(lockPath), $"The lock, which another tool made, does not satisfy '{file.Path}' for {_target}. {why} Lock again with that tool, or delete it.");
        }
        var wheels = await FromInstallerAsync(file, cancellation).ConfigureAwait(false);
        WriteLock(file, lockPath, wheels);
        _diagnostics.Add(s_staleLock.At(new Location(lockPath), $"The lock did not satisfy '{file.Path}' for {_target} and was made again: commit it. {why}") with { Severity = Severity.Warning });
        return wheels;
    }

    private async Task<IReadOnlyList<ResolvedWheel>> FromInstallerAsync(RequirementsFile file, CancellationToken cancellation)
    {
        var environment = MarkerEnvironment.For(_target);
        // Markers are ours to evaluate: pip would evaluate them for the machine that it runs on.
        var applicable = file with
        {
            Requirements = [.. file.Requirements.Where(line => line.Requirement.AppliesTo(environment)).Select(line => line.WithoutMarker())],
            Constraints = [.. file.Constraints.Where(line => line.Requirement.AppliesTo(environment)).Select(line => line.WithoutMarker())],
        };
        if (applicable.Requirements.IsEmpty) return [];

        var useUv = module.Dependencies.Installer switch { "uv" => true, "pip" => false, _ => UvInstaller.IsPresent(processes) };
        var added = new List<string>();
        for (var round = 1; ; round++)
        {
            var selection = await AskAsync(useUv, file, [.. applicable.Render(), .. added], applicable.RenderConstraints(), cancellation).ConfigureAwait(false);
            var closure = Explained(await ClosureAsync(file, selection.Wheels, cancellation).ConfigureAwait(false), selection);
            if (closure.IsComplete) return Wheels(closure);
            // What the installer left out because of a marker that holds only for the target, it is asked for by name.
            var missing = closure.Unmet.Where(unmet => unmet.Offered is null).Select(unmet => unmet.Requirement.WithoutMarker().ToString()).Except(added).ToList();
            if (missing.Count == 0 || round == MaxRounds)
            {
                var findings = closure.Diagnostics(_target).ToList();
                foreach (var finding in findings.Skip(1)) _diagnostics.Add(finding);
                throw new CoraException(findings[0]);
            }
            added.AddRange(missing);
        }
    }

    /// <summary>What is not there because it has no wheel for the target does not fit; it is not missing.</summary>
    private Closure Explained(Closure closure, LockSelection selection) => closure with
    {
        Unmet = [.. closure.Unmet.Where(unmet => !selection.LeftOut.ContainsKey(unmet.Requirement.NormalizedName))],
        Unfit = [.. closure.Unfit, .. closure.Unmet.Where(unmet => selection.LeftOut.ContainsKey(unmet.Requirement.NormalizedName))
            .Select(unmet => Closure.s_unfit.At(unmet.Location, $"{selection.LeftOut[unmet.Requirement.NormalizedName]} Require a version that has a wheel for {_target}."))],
    };

    private async Task<LockSelection> AskAsync(bool useUv, RequirementsFile file, IReadOnlyList<string> lines, IReadOnlyList<string> constraints, CancellationToken cancellation)
    {
        var started = TimeProvider.System.GetTimestamp();
        var installer = useUv ? "uv" : "pip";
        using var timer = new Timer(_ => progress($"{module.Name}: {installer} is still resolving '{file.Path}' ({TimeProvider.System.GetElapsedTime(started).TotalSeconds:0} s)"), null, TimeSpan.FromSeconds(10), TimeSpan.FromSeconds(10));
        using var limited = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        limited.CancelAfter(InstallerTimeout);
        try
        {
            return await InTemporaryDirectoryAsync(async directory => useUv
                ? await new UvInstaller(processes, module.Dependencies, directory, _target).ResolveAsync(file, lines, constraints, limited.Token).ConfigureAwait(false)
                : LockSelection.All(await new PipInstaller(processes, module.Dependencies, directory, _target).ResolveAsync(file, lines, constraints, limited.Token).ConfigureAwait(false))).ConfigureAwait(false);
        }
        catch (OperationCanceledException) when (!cancellation.IsCancellationRequested)
        {
            throw PipInstaller.s_unresolvable.Error(new Location(file.Path, 1), $"{installer} has not resolved '{file.Path}' within {InstallerTimeout.TotalMinutes:0.#} minutes and was stopped. Check the network and the indexes, and build again.");
        }
    }

    /// <summary>A directory that only the owner reads (installers are given credentials of indexes), removed afterwards.</summary>
    private async Task<T> InTemporaryDirectoryAsync<T>(Func<string, Task<T>> use)
    {
        var directory = Path.Combine(temporary, Path.GetRandomFileName());
        if (OperatingSystem.IsWindows()) Directory.CreateDirectory(directory);
        else Directory.CreateDirectory(directory, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
        try
        {
            return await use(directory).ConfigureAwait(false);
        }
        finally
        {
            Directory.Delete(directory, recursive: true);
        }
    }

    /// <summary>Follows the requirements through the wheels, fetching only those that they lead to.</summary>
    private async Task<Closure> ClosureAsync(RequirementsFile file, IReadOnlyList<WheelSource> sources, CancellationToken cancellation)
    {
        var byName = sources.ToLookup(source => WheelFileName.Parse(source.FileName).NormalizedName, StringComparer.Ordinal);
        var store = StoreFor(file);
        var candidates = new Dictionary<string, Candidate>(StringComparer.Ordinal);
        while (true)
        {
            var closure = Closure.Of(file, candidates, _target);
            var wanted = closure.Unmet.Where(unmet => unmet.Offered is null).Select(unmet => unmet.Requirement.NormalizedName).Distinct()
                .Where(name => byName.Contains(name) && !candidates.ContainsKey(name)).ToList();
            if (wanted.Count == 0) return closure;
            List<WheelSource> chosen = [.. wanted.Select(name => byName[name].First())];
            // Packaging verifies the content before it uses it.
            var wheels = await FetchAsync(file, store, chosen, verify: false, cancellation).ConfigureAwait(false);
            foreach (var candidate in await Task.WhenAll(chosen.Zip(wheels, (source, wheel) => CandidateAsync(file, store, source, wheel, cancellation))).ConfigureAwait(false))
            {
                candidates[candidate.Wheel.Name] = candidate;
            }
        }
    }

    private static async Task<Candidate> CandidateAsync(RequirementsFile file, WheelStore store, WheelSource source, StoredWheel wheel, CancellationToken cancellation)
    {
        WheelContents contents;
        try
        {
            contents = WheelContents.Read(wheel.Path);
        }
        catch (CoraException) when (source.Sha256 is not null)
        {
            // Damaged in the store, or really so: then it says so again.
            wheel = await store.GetAsync(source, verify: true, cancellation).ConfigureAwait(false);
            contents = WheelContents.Read(wheel.Path);
        }
        var name = WheelFileName.Parse(source.FileName);
        return new Candidate(
            new ResolvedWheel(name.NormalizedName, name.Version.ToString(), source.FileName, wheel.Sha256, wheel.Bytes, source.Path ?? source.DisplayLocation, contents.TopLevelNames),
            WheelMetadata.Parse(contents.Metadata, wheel.Path),
            await HashesAsync(file, name, wheel, cancellation).ConfigureAwait(false));
    }

    /// <summary>The SHA-256, and what else the requirements file has hashes of.</summary>
    private static async Task<IReadOnlySet<string>> HashesAsync(RequirementsFile file, WheelFileName name, StoredWheel wheel, CancellationToken cancellation)
    {
        var hashes = new HashSet<string>(StringComparer.Ordinal) { $"sha256:{wheel.Sha256}" };
        var asked = file.Requirements.Where(line => line.Requirement.NormalizedName == name.NormalizedName).SelectMany(line => line.Hashes).ToList();
        if (asked.Exists(hash => hash.StartsWith("sha384:", StringComparison.Ordinal))) hashes.Add($"sha384:{await HashAsync(SHA384.HashDataAsync).ConfigureAwait(false)}");
        if (asked.Exists(hash => hash.StartsWith("sha512:", StringComparison.Ordinal))) hashes.Add($"sha512:{await HashAsync(SHA512.HashDataAsync).ConfigureAwait(false)}");
        return hashes;

        async Task<string> HashAsync(Func<Stream, CancellationToken, ValueTask<byte[]>> hash)
        {
            var content = File.OpenRead(wheel.Path);
            await using (content.ConfigureAwait(false)) return Convert.ToHexStringLower(await hash(content, cancellation).ConfigureAwait(false));
        }
    }

    /// <summary>Has wheels in the store. Those that an index does not give to us, pip is asked to fetch: it may know a login or a certificate of which we know nothing.</summary>
    private async Task<IReadOnlyList<StoredWheel>> FetchAsync(RequirementsFile file, WheelStore store, IReadOnlyList<WheelSource> sources, bool verify, CancellationToken cancellation)
    {
        var denied = new ConcurrentDictionary<WheelSource, CoraException>();
        var fetched = new StoredWheel?[sources.Count];
        await Parallel.ForAsync(0, fetched.Length, new ParallelOptions { MaxDegreeOfParallelism = MaxDownloads, CancellationToken = cancellation }, async (i, token) =>
        {
            try
            {
                fetched[i] = await store.GetAsync(sources[i], verify, token).ConfigureAwait(false);
            }
            catch (CoraException e) when (WheelDownloader.IsDenied(e))
            {
                denied[sources[i]] = e;
            }
        }).ConfigureAwait(false);
        if (denied.IsEmpty) return fetched!;
        if (module.Dependencies.Installer == "uv" || denied.Keys.Any(source => source.Sha256 is null)) throw denied.Values.First();

        return await InTemporaryDirectoryAsync(async directory =>
        {
            if (await new PipInstaller(processes, module.Dependencies, directory, _target).DownloadAsync(file, denied.Keys, cancellation).ConfigureAwait(false) is not { } downloaded) throw denied.Values.First();
            return await Task.WhenAll(sources.Zip(fetched, (source, wheel) => wheel is not null
                ? Task.FromResult(wheel)
                : store.GetAsync(source with { Location = Path.Combine(downloaded, source.FileName) }, verify, cancellation))).ConfigureAwait(false);
        }).ConfigureAwait(false);
    }

    private static IReadOnlyList<ResolvedWheel> Wheels(Closure closure) => [.. closure.Reachable.Select(candidate => candidate.Wheel)];

    private bool WriteLock(RequirementsFile file, string path, IReadOnlyList<ResolvedWheel> wheels)
    {
        var locked = new PyLock
        {
            Path = path,
            RequiresPython = $"=={_target.PythonVersion}.*",
            Environments = [$"sys_platform == 'linux' and platform_machine == '{_target.Machine}'"],
            Packages = [.. wheels.Select(wheel => new LockedPackage(wheel.Name, wheel.Version, null, null,
                [Path.IsPathFullyQualified(wheel.Source)
                    ? new LockedWheel(wheel.FileName, null, wheel.Source, wheel.Sha256, wheel.Bytes)
                    : new LockedWheel(wheel.FileName, new Uri(wheel.Source), null, wheel.Sha256, wheel.Bytes)]))],
            Origin = new LockOrigin([.. file.Requirements.Select(line => IndexUrl.Redact(line.Requirement.ToString()))], module.TargetFramework, module.Architecture),
        };
        return IntermediateFiles.WriteIfDifferent(path, locked.ToBytes());
    }

    private WheelStore StoreFor(RequirementsFile file)
    {
        // pip and uv take these indexes from the environment; their credentials are for what comes from there.
        string?[] indexes = [file.Options.IndexUrl, .. file.Options.ExtraIndexUrls, .. file.Options.FindLinks, .. file.Requirements.Select(line => line.Requirement.Url),
            .. s_indexVariables.SelectMany(name => (processes.Variable(name) ?? "").Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries)).Select(WithoutName)];
        var root = module.Dependencies.WheelStore.Length > 0 ? module.Dependencies.WheelStore : WheelStore.DefaultRoot(processes.Variable);
        var urls = indexes.Select(index => Uri.TryCreate(index, UriKind.Absolute, out var url) && url.UserInfo.Length > 0 ? url : null).OfType<Uri>();
        return new WheelStore(root, new WheelDownloader(processes.Variable, [.. urls], new DownloadReport(progress)), [.. file.Options.FindLinks.Where(Path.IsPathFullyQualified)]);

        // uv lets an index have a name: name=https://…
        static string WithoutName(string index) => index.IndexOf('=') is var name and > 0 && name < index.IndexOf(':') ? index[(name + 1)..] : index;
    }

    /// <summary>What builds that were killed have left: requirements with the credentials of indexes.</summary>
    private void RemoveLeftovers()
    {
        if (!Directory.Exists(temporary)) return;
        foreach (var leftover in new DirectoryInfo(temporary).EnumerateDirectories().Where(directory => directory.LastWriteTimeUtc < DateTime.UtcNow - s_leftoverAge)) leftover.Delete(recursive: true);
    }
}

/// <summary>Says how far a long download is, every ten seconds.</summary>
internal sealed class DownloadReport(Action<string> progress) : IProgress<DownloadProgress>
{
    private static readonly TimeSpan s_interval = TimeSpan.FromSeconds(10);

    private long _last = TimeProvider.System.GetTimestamp();

    public void Report(DownloadProgress value)
    {
        var last = Interlocked.Read(ref _last);
        if (TimeProvider.System.GetElapsedTime(last) < s_interval || Interlocked.CompareExchange(ref _last, TimeProvider.System.GetTimestamp(), last) != last) return;
        progress($"Downloading {value.FileName}: {BuildSummary.Size(value.Bytes)}{(value.TotalBytes is { } total ? $" of {BuildSummary.Size(total)}" : "")}");
    }
}
