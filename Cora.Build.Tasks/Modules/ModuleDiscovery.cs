using System.Buffers;
using Cora.Build.Diagnostics;

namespace Cora.Build.Modules;

/// <summary>A function's or layer's directory as the project file names it.</summary>
/// <param name="Path">Full path.</param>
/// <param name="IsDefault">Found by convention, not written by the user.</param>
/// <param name="Metadata">Looks up the item's metadata; empty when not set.</param>
public sealed record DirectoryItem(string Path, bool IsDefault, Func<string, string> Metadata);

/// <summary>What discovery found.</summary>
/// <param name="Module">The model.</param>
/// <param name="Diagnostics">CORA0005 and CORA10xx.</param>
/// <param name="Sources">The files of each artifact, in the module's order.</param>
public sealed record DiscoveredModule(Module Module, IReadOnlyList<Diagnostic> Diagnostics, IReadOnlyList<IReadOnlyList<SourceFile>> Sources);

/// <summary>Finds a module's functions and layers in the file system, and what is wrong with its structure.</summary>
public static class ModuleDiscovery
{
    internal static readonly DiagnosticDescriptor s_configuration = new("CORA0005", Severity.Error, "Configuration value that is not valid");
    internal static readonly DiagnosticDescriptor s_nothingToBuild = new("CORA1001", Severity.Error, "Nothing to build");
    internal static readonly DiagnosticDescriptor s_noHandlerFile = new("CORA1002", Severity.Error, "Function without its handler file");
    internal static readonly DiagnosticDescriptor s_emptyLayer = new("CORA1003", Severity.Error, "Layer without python/ content");
    internal static readonly DiagnosticDescriptor s_dockerfile = new("CORA1004", Severity.Error, "Dockerfile in a module");
    internal static readonly DiagnosticDescriptor s_buildScript = new("CORA1005", Severity.Warning, "Leftover build script");
    internal static readonly DiagnosticDescriptor s_noRequirements = new("CORA1006", Severity.Suggestion, "Function without requirements.txt");
    internal static readonly DiagnosticDescriptor s_strayPython = new("CORA1010", Severity.Warning, "Python that no artifact contains");
    internal static readonly DiagnosticDescriptor s_sameArtifact = new("CORA1013", Severity.Error, "Two artifacts with one file name");

    /// <summary>What a build, an editor or git leaves behind, and no one's source.</summary>
    private static readonly ExcludePatterns s_debris = new([".*", "__pycache__", "node_modules", "venv"]);

    private static readonly SearchValues<char> s_notInFileNames = SearchValues.Create("/\\:*?\"<>|");

    /// <param name="module">The model without artifacts.</param>
    /// <param name="functions">The <c>CoraLambda</c> items.</param>
    /// <param name="layers">The <c>CoraLayer</c> items.</param>
    public static DiscoveredModule Discover(Module module, IEnumerable<DirectoryItem> functions, IEnumerable<DirectoryItem> layers)
    {
        var diagnostics = new List<Diagnostic>();
        var found = new List<Found>();
        foreach (var (kind, item) in Merge(layers).Select(item => new Listed(ArtifactKind.Layer, item)).Concat(Merge(functions).Select(item => new Listed(ArtifactKind.Function, item))))
        {
            if (item.IsDefault && IsDebris(item.Path)) continue;
            var artifact = ToArtifact(kind, item);
            IReadOnlyList<SourceFile> sources = [];
            try
            {
                CheckNames(artifact, item);
                sources = Directory.Exists(artifact.ContentDirectory) ? module.SourcesOf(artifact) : [];
                Check(artifact, sources);
                if (kind == ArtifactKind.Function && !File.Exists(artifact.Requirements))
                {
                    diagnostics.Add(s_noRequirements.At(new Location(artifact.Directory), $"{Capital(artifact.Display)} has no requirements.txt. An empty one says that it needs nothing."));
                }
            }
            catch (CoraException e)
            {
                diagnostics.Add(e.Diagnostic);
                artifact = artifact with { IsBroken = true };
            }
            found.Add(new Found(artifact, sources));
        }

        found.Sort((a, b) => a.Artifact.Kind == b.Artifact.Kind
            ? string.CompareOrdinal(a.Artifact.FileName, b.Artifact.FileName)
            : b.Artifact.Kind.CompareTo(a.Artifact.Kind));
        foreach (var same in found.GroupBy(pair => pair.Artifact.FileName, StringComparer.OrdinalIgnoreCase).Where(group => group.Key.Length > 0 && group.Count() > 1).ToList())
        {
            var names = string.Join(" and ", same.Select(pair => pair.Artifact.Display));
            diagnostics.Add(s_sameArtifact.At(new Location(same.Last().Artifact.Directory), $"{names} would both be '{same.Key}'. Give one another name with the item's ArtifactName metadata."));
            foreach (var pair in same.ToList()) found[found.IndexOf(pair)] = pair with { Artifact = pair.Artifact with { IsBroken = true } };
        }

        if (found.Count == 0 && (module.Schemas.Count == 0 || HasBackend(module)))
        {
            diagnostics.Add(s_nothingToBuild.At(new Location(module.ProjectFile), $"Module '{module.Name}' has no function in backend/lambdas/ and no layer in backend/layers/. Add one, name others with CoraLambda and CoraLayer items, or remove the project."));
        }
        var artifacts = found.Select(pair => pair.Artifact).ToList();
        try
        {
            diagnostics.AddRange(CheckTree(module, [.. artifacts.Where(artifact => !artifact.IsBroken)]));
        }
        catch (CoraException e)
        {
            diagnostics.Add(e.Diagnostic);
        }

        return new DiscoveredModule(
            module with { Artifacts = artifacts },
            diagnostics,
            [.. found.Select(pair => pair.Sources)]);
    }

    /// <summary>Whether somebody made <c>backend/</c>: for a module of SQL alone the build makes it, for its manifest.</summary>
    private static bool HasBackend(Module module)
    {
        var backend = Path.Combine(module.Directory, "backend");
        if (!Directory.Exists(backend)) return false;
        var entries = Directory.GetFileSystemEntries(backend);
        return entries.Length != 1 || entries[0] != Path.TrimEndingDirectorySeparator(module.ArtifactsDirectory);
    }

    /// <summary>What a project writes of a directory counts, not what was found; twice is fine under two artifact names.</summary>
    private static IEnumerable<DirectoryItem> Merge(IEnumerable<DirectoryItem> items) => items
        .Select(item => item with { Path = Path.TrimEndingDirectorySeparator(item.Path) })
        .GroupBy(item => item.Path, StringComparer.Ordinal)
        .SelectMany(same => same.All(item => item.IsDefault)
            ? same.Take(1)
            : same.Where(item => !item.IsDefault).GroupBy(item => item.Metadata("ArtifactName")).Select(group => group.Last()));

    /// <summary>Gone since it was found; or what git leaves of a directory whose files are on another branch: caches, which git does not see.</summary>
    private static bool IsDebris(string directory) => !Directory.Exists(directory)
        || s_debris.Matches(Path.GetFileName(directory))
        || SourceTree.HoldsOnly(directory, s_debris);

    private static Artifact ToArtifact(ArtifactKind kind, DirectoryItem item)
    {
        var name = Path.GetFileName(item.Path);
        var fileName = item.Metadata("ArtifactName");
        if (fileName.Length == 0) fileName = kind == ArtifactKind.Layer ? $"{name}-layer.zip" : $"{name}.zip";
        if (!fileName.EndsWith(".zip", StringComparison.OrdinalIgnoreCase)) fileName += ".zip";
        var handler = item.Metadata("Handler");
        if (handler.Length == 0) handler = "lambda_function.lambda_handler";
        var requirements = item.Metadata("Requirements");
        return new Artifact
        {
            Kind = kind,
            Name = name,
            // What is no plain file name must not become a path, not even one that Clean would delete.
            FileName = fileName.AsSpan().ContainsAny(s_notInFileNames) || fileName.Any(char.IsControl) || fileName.StartsWith('.') ? "" : fileName,
            Directory = item.Path,
            ContentDirectory = kind == ArtifactKind.Layer ? Path.Combine(item.Path, "python") : item.Path,
            Handler = kind == ArtifactKind.Function ? handler : "",
            Requirements = Path.GetFullPath(requirements.Length == 0 ? "requirements.txt" : requirements, item.Path),
            Excludes = List(item.Metadata("Exclude")) ?? [],
            Layers = kind == ArtifactKind.Function ? List(item.Metadata("Layers")) : null,
        };
    }

    private static void CheckNames(Artifact artifact, DirectoryItem item)
    {
        if (artifact.FileName.Length == 0)
        {
            throw s_configuration.Error(new Location(item.Path), $"The zip of {artifact.Display} would have no plain file name{(item.Metadata("ArtifactName") is { Length: > 0 } name ? $" ('{name}')" : "")}. Give it one with the item's ArtifactName metadata; where the zips are made is said by CoraArtifactsDir.");
        }
        if (artifact.Kind == ArtifactKind.Function && (artifact.Handler.LastIndexOf('.') <= 0 || artifact.Handler.EndsWith('.')))
        {
            throw s_configuration.Error(new Location(item.Path), $"Handler '{artifact.Handler}' of '{artifact.Name}' is not of the form module.function.");
        }
    }

    private static string[]? List(string metadata) => metadata.Length == 0 ? null : metadata.Split(';', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries);

    private static void Check(Artifact artifact, IReadOnlyList<SourceFile> sources)
    {
        if (artifact.Kind == ArtifactKind.Layer)
        {
            if (sources.Count == 0 && !File.Exists(artifact.Requirements))
            {
                throw s_emptyLayer.Error(new Location(artifact.Directory), $"Layer '{artifact.Name}' has nothing in '{artifact.ContentDirectory}'. Put its package there, or delete the directory.");
            }
            return;
        }
        if (!sources.Any(source => artifact.IsHandlerFile(source.RelativePath)))
        {
            var module = artifact.Handler[..artifact.Handler.LastIndexOf('.')].Replace('.', '/');
            throw s_noHandlerFile.Error(new Location(artifact.Directory), $"Function '{artifact.Name}' has no {module}.py, which its handler '{artifact.Handler}' is in. Add the file, name another handler with the item's Handler metadata, or delete the directory.");
        }
    }

    private static IEnumerable<Diagnostic> CheckTree(Module module, IReadOnlyList<Artifact> artifacts)
    {
        foreach (var file in Directory.EnumerateFiles(module.Directory).Where(IsScriptOrDockerfile).Order(StringComparer.Ordinal))
        {
            yield return OfScriptOrDockerfile(file);
        }
        var backend = Path.Combine(module.Directory, "backend");
        if (!Directory.Exists(backend)) yield break;

        var contained = artifacts.Select(artifact => artifact.ContentDirectory + Path.DirectorySeparatorChar).ToArray();
        var functionsAndLayers = new[] { "lambdas", "layers" };
        var notPackaged = new ExcludePatterns(module.DefaultExcludes);
        var stray = new Dictionary<string, List<string>>(StringComparer.Ordinal);
        foreach (var name in SourceTree.Names(backend, s_debris))
        {
            var file = Path.Combine(backend, Path.Combine(name.Split('/')));
            if (IsScriptOrDockerfile(file)) yield return OfScriptOrDockerfile(file);
            if (!name.EndsWith(".py", StringComparison.Ordinal) || name.EndsWith("/setup.py", StringComparison.Ordinal)) continue;
            if (contained.Any(directory => file.StartsWith(directory, StringComparison.Ordinal))) continue;
            var segments = name.Split('/');
            // A directory of lambdas/ or layers/ that is no artifact has a finding of its own.
            if (segments.Length > 2 && functionsAndLayers.Contains(segments[0]) && !artifacts.Any(artifact => IsIn(file, artifact.Directory))) continue;
            if (segments.Select((_, i) => string.Join('/', segments[..(i + 1)])).Any(notPackaged.Matches)) continue;
            var place = segments.Length > 2 && functionsAndLayers.Contains(segments[0]) ? $"{segments[0]}/{segments[1]}" : segments[0];
            if (!stray.TryGetValue(place, out var files)) stray[place] = files = [];
            files.Add(file);
        }
        foreach (var place in stray.Keys.Order(StringComparer.Ordinal))
        {
            var files = stray[place];
            var what = files.Count == 1 ? $"'{files[0]}' is" : $"{files.Count} Python files in '{Path.Combine(backend, place)}' are";
            yield return s_strayPython.At(new Location(files[0]), $"{what} in no artifact, so Lambda will not have {(files.Count == 1 ? "it" : "them")}. Move the code into a function or a layer, or delete it.");
        }
    }

    private static bool IsIn(string file, string directory) => file.StartsWith(directory + Path.DirectorySeparatorChar, StringComparison.Ordinal);

    private static bool IsScriptOrDockerfile(string path)
    {
        var name = Path.GetFileName(path);
        return name == "build.sh" || name == "Dockerfile" || name.StartsWith("Dockerfile.", StringComparison.Ordinal);
    }

    private static Diagnostic OfScriptOrDockerfile(string path) => Path.GetFileName(path) == "build.sh"
        ? s_buildScript.At(new Location(path), $"'{path}' is what this project replaces. Delete it, so that nobody runs it.")
        : s_dockerfile.At(new Location(path), $"'{path}': functions are packaged as zips, not as container images. Delete it.");

    private static string Capital(string text) => char.ToUpperInvariant(text[0]) + text[1..];

    // Reference types: the runtime has code ready for collections of those, and would compile all code for collections of tuples, in every build.
    private sealed record Listed(ArtifactKind Kind, DirectoryItem Item);

    private sealed record Found(Artifact Artifact, IReadOnlyList<SourceFile> Sources);
}
