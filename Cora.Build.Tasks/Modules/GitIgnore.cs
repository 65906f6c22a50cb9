using Cora.Build.Diagnostics;

namespace Cora.Build.Modules;

/// <summary>What git says about a module's files.</summary>
public static class GitIgnore
{
    internal static readonly DiagnosticDescriptor s_ignoredSource = new("CORA1007", Severity.Warning, "Source ignored by git");
    internal static readonly DiagnosticDescriptor s_artifactsNotIgnored = new("CORA1011", Severity.Suggestion, "Artifacts directory not ignored by git");

    /// <summary>The working tree that holds a directory, or null.</summary>
    public static string? WorkingTree(string directory)
    {
        for (var at = directory; at is not null; at = Path.GetDirectoryName(at))
        {
            if (Path.Exists(Path.Combine(at, ".git"))) return at;
        }
        return null;
    }

    /// <summary>The files that decide what is ignored: the ignore files above and below <paramref name="directory"/>, and git's own.</summary>
    /// <param name="directory">The module's.</param>
    /// <param name="sourceDirectories">Those below it that hold sources.</param>
    /// <param name="withIndex">Also the index: a tracked file is never ignored. It changes with most of what one does with git, so it is left out where nothing was found.</param>
    public static IEnumerable<string> RuleFiles(string directory, IEnumerable<string> sourceDirectories, bool withIndex)
    {
        if (WorkingTree(directory) is not { } tree) return [];
        var directories = new SortedSet<string>(StringComparer.Ordinal);
        foreach (var start in sourceDirectories.Append(directory))
        {
            for (var at = start; at is not null && at.Length >= tree.Length && directories.Add(at); at = Path.GetDirectoryName(at)) { }
        }
        return directories.Select(at => Path.Combine(at, ".gitignore"))
            .Append(Path.Combine(tree, ".git", "info", "exclude"))
            .Concat(withIndex ? [Path.Combine(tree, ".git", "index")] : []);
    }

    /// <summary>CORA1007 for each ignored file, CORA1011. Nothing where there is no repository or no git.</summary>
    public static async Task<IReadOnlyList<Diagnostic>> CheckAsync(Module module, Processes processes, CancellationToken cancellation)
    {
        if (WorkingTree(module.Directory) is not { } tree) return [];
        var files = module.SoundArtifacts.SelectMany(artifact => module.SourcesOf(artifact).Select(source => source.FullPath)
                .Concat(File.Exists(artifact.Requirements) ? [artifact.Requirements] : []))
            .Concat(module.Schemas)
            .ToHashSet(StringComparer.Ordinal);
        // The directory is asked for with a file in it: a pattern such as `.build/` holds for directories only, and it may not be there yet.
        var artifact = Path.Combine(module.ArtifactsDirectory, "cora-manifest.json");
        // git takes a path through a link as an error, so each must be inside the working tree as it stands.
        var asked = files.Append(artifact).Where(path => path.StartsWith(tree + Path.DirectorySeparatorChar, StringComparison.Ordinal));

        var run = await processes.RunAsync("git", ["check-ignore", "--stdin", "-z"], tree, string.Join('\0', asked) + '\0', cancellation).ConfigureAwait(false);
        // 0: some are ignored; 1: none is; anything else: no answer, for example because git does not trust the directory's owner.
        if (run is null or { ExitCode: not (0 or 1) }) return [];

        var ignored = run.Output.Split('\0', StringSplitOptions.RemoveEmptyEntries).ToHashSet(StringComparer.Ordinal);
        var diagnostics = ignored.Where(files.Contains)
            .Select(path => s_ignoredSource.At(new Location(path), $"'{path}' is packaged here, and ignored by git: it will be missing in every other checkout. Change the .gitignore, or add it with 'git add -f'."))
            .ToList();
        if (!ignored.Contains(artifact) && artifact.StartsWith(tree + Path.DirectorySeparatorChar, StringComparison.Ordinal))
        {
            diagnostics.Add(s_artifactsNotIgnored.At(new Location(module.ProjectFile), $"The artifacts in '{module.ArtifactsDirectory}' are not ignored by git. Add '.build/' to .gitignore."));
        }
        return diagnostics;
    }
}
