using System.Collections.Concurrent;
using Cora.Build.Modules;
using Cora.Build.Python;

namespace Cora.Build.Publishing;

/// <summary>What git says of a module: its commit, what is not committed, and which commit changed a layer last. All answers are null where there is no repository or no git.</summary>
/// <remarks>Several modules may be asked about at once. What is of the whole working tree is asked once, and a git for each processor runs at most.</remarks>
/// <param name="processes">Starts git.</param>
internal sealed class GitHistory(Processes processes) : IDisposable
{
    /// <summary>How many commits of a layer are looked at first. Mostly the last one changed it, and the first one may be far away.</summary>
    private const int FirstCommits = 8;

    /// <summary>So that looking takes no lock that a developer's own git would then miss.</summary>
    private static readonly Dictionary<string, string?> s_variables = new() { ["GIT_OPTIONAL_LOCKS"] = "0" };

    private readonly ConcurrentDictionary<string, Lazy<Task<string?>>> _heads = new(StringComparer.Ordinal), _shallow = new(StringComparer.Ordinal);

    private readonly SemaphoreSlim _slots = new(Environment.ProcessorCount);

    /// <summary>The commit that is checked out, in full.</summary>
    public Task<string?> HeadAsync(string directory, CancellationToken cancellation) =>
        OfTreeAsync(_heads, directory, tree => RunAsync(tree, ["rev-parse", "--verify", "HEAD^{commit}"], cancellation));

    /// <summary>Paths below a directory that differ from the commit or that no commit has, as git names them; without what the build makes.</summary>
    public async Task<IReadOnlyList<string>?> ChangesAsync(string directory, string artifactsDirectory, CancellationToken cancellation)
    {
        var artifacts = Path.GetRelativePath(directory, artifactsDirectory).Replace('\\', '/').TrimEnd('/');
        List<string> arguments = ["status", "--porcelain=v1", "-z", "--no-renames", "--untracked-files=all", "--", ".", ":(exclude)obj", ":(exclude)bin"];
        // git takes a path outside of the repository as an error.
        if (!artifacts.StartsWith("..", StringComparison.Ordinal) && !Path.IsPathRooted(artifacts)) arguments.Add($":(exclude,literal){artifacts}");
        return await RunAsync(directory, arguments, cancellation).ConfigureAwait(false) is { } output ? [.. Changed(output)] : null;
    }

    /// <summary>The short id of the last commit that changed what a layer is made of. Null also when something of it is not committed, and when the clone does not reach back that far.</summary>
    public async Task<string?> LabelAsync(Module module, Artifact layer, CancellationToken cancellation)
    {
        var prefix = await RunAsync(module.Directory, ["rev-parse", "--show-prefix"], cancellation).ConfigureAwait(false);
        if (prefix is null) return null;
        var inputs = new LayerInputs(module, layer, prefix.Trim('\r', '\n'));
        var status = await RunAsync(module.Directory,
            ["status", "--porcelain=v1", "-z", "--no-renames", "--untracked-files=all", "--ignored=traditional", "--", .. inputs.Paths], cancellation).ConfigureAwait(false);
        if (status is null || Changed(status).Any(inputs.Contain)) return null;

        var commit = await LastAsync(module.Directory, inputs, [$"--max-count={FirstCommits}"], cancellation).ConfigureAwait(false)
            ?? await LastAsync(module.Directory, inputs, [], cancellation).ConfigureAwait(false);
        return commit is null || await IsBoundaryAsync(module.Directory, commit, cancellation).ConfigureAwait(false) ? null : VersionLabel.OfCommit(commit);
    }

    /// <inheritdoc/>
    public void Dispose() => _slots.Dispose();

    /// <summary>Asks once for what is the same in all of a working tree.</summary>
    private static async Task<string?> OfTreeAsync(ConcurrentDictionary<string, Lazy<Task<string?>>> known, string directory, Func<string, Task<string?>> ask) =>
        GitIgnore.WorkingTree(directory) is { } tree && await known.GetOrAdd(tree, tree => new(() => ask(tree))).Value.ConfigureAwait(false) is { } output ? output.Trim('\r', '\n') : null;

    private async Task<string?> LastAsync(string directory, LayerInputs inputs, IReadOnlyList<string> limit, CancellationToken cancellation) =>
        await RunAsync(directory, ["log", "--format=%x01%H", "--name-only", "--no-renames", "-z", .. limit, "--", .. inputs.Paths], cancellation).ConfigureAwait(false) is { } log ? Last(log, inputs) : null;

    /// <summary>The newest commit with a file of the layer. One that changed its tests alone has made no other layer.</summary>
    private static string? Last(string log, LayerInputs inputs)
    {
        string? commit = null;
        foreach (var token in log.Split('\0').Select(token => token.TrimStart('\n')))
        {
            if (token.StartsWith('\u0001')) commit = token[1..];
            else if (token.Length > 0 && commit is not null && inputs.Contain(token)) return commit;
        }
        return null;
    }

    /// <summary>In a shallow clone the oldest commit seems to have made all that is there, and it is another one in the next clone.</summary>
    private async Task<bool> IsBoundaryAsync(string directory, string commit, CancellationToken cancellation)
    {
        var path = await OfTreeAsync(_shallow, directory, tree => RunAsync(tree, ["rev-parse", "--path-format=absolute", "--git-path", "shallow"], cancellation)).ConfigureAwait(false);
        return path is null || File.Exists(path) && File.ReadLines(path).Contains(commit);
    }

    /// <summary>Two letters, a space, a path.</summary>
    private static IEnumerable<string> Changed(string status) => status.Split('\0', StringSplitOptions.RemoveEmptyEntries).Where(line => line.Length > 3).Select(line => line[3..]);

    private async Task<string?> RunAsync(string directory, IReadOnlyList<string> arguments, CancellationToken cancellation)
    {
        if (GitIgnore.WorkingTree(directory) is null) return null;
        await _slots.WaitAsync(cancellation).ConfigureAwait(false);
        try
        {
            return await processes.RunAsync("git", arguments, directory, null, cancellation, s_variables).ConfigureAwait(false) is { ExitCode: 0 } run ? run.Output : null;
        }
        finally
        {
            _slots.Release();
        }
    }

    /// <summary>The files that decide a layer's content: its sources, its requirements and their lock.</summary>
    private sealed class LayerInputs
    {
        private readonly ExcludePatterns _excludes;
        private readonly string _content;
        private readonly HashSet<string> _files;

        /// <param name="module">The module.</param>
        /// <param name="layer">Its layer.</param>
        /// <param name="prefix">Of the module's directory, from the top of the repository, with a slash at the end where it is not the top.</param>
        public LayerInputs(Module module, Artifact layer, string prefix)
        {
            string[] files = [layer.Requirements, DependencyResolution.LockOf(layer)];
            _excludes = new ExcludePatterns([.. module.DefaultExcludes, .. layer.Excludes]);
            _content = Name(layer.ContentDirectory) + "/";
            _files = files.Select(Name).ToHashSet(StringComparer.Ordinal);
            Paths = [.. files.Append(layer.ContentDirectory).Select(path => $":(literal){Path.GetRelativePath(module.Directory, path).Replace('\\', '/')}")];

            string Name(string path)
            {
                var segments = new List<string>();
                foreach (var segment in (prefix + Path.GetRelativePath(module.Directory, path).Replace('\\', '/')).Split('/', StringSplitOptions.RemoveEmptyEntries))
                {
                    if (segment == ".." && segments.Count > 0) segments.RemoveAt(segments.Count - 1);
                    else segments.Add(segment);
                }
                return string.Join('/', segments);
            }
        }

        /// <summary>What git is asked about.</summary>
        public IReadOnlyList<string> Paths { get; }

        /// <param name="path">From the top of the repository.</param>
        public bool Contain(string path)
        {
            if (_files.Contains(path)) return true;
            if (!path.StartsWith(_content, StringComparison.Ordinal)) return false;
            var relative = path[_content.Length..];
            for (var slash = relative.IndexOf('/'); slash >= 0; slash = relative.IndexOf('/', slash + 1))
            {
                if (_excludes.Matches(relative[..slash])) return false;
            }
            return relative.Length > 0 && !_excludes.Matches(relative);
        }
    }
}
