using System.Globalization;
using System.Text;
using System.Text.Json;
using Cora.Build.Diagnostics;
using Cora.Build.Modules;

namespace Cora.Build.Python.Source;

/// <summary>Has CPython read source files. What it said of a source is kept in a file; when nothing is new, no process is started.</summary>
/// <param name="processes">Starts Python.</param>
/// <param name="pythonExecutable"><c>CoraPythonExecutable</c>, or empty.</param>
/// <param name="project">What needs Python, for messages.</param>
public sealed class FactReader(Processes processes, string pythonExecutable, Location project)
{
    /// <summary>What CPython needs for a file grows to a hundred times its size.</summary>
    internal const int MaxBytes = 8 << 20;

    /// <summary>After that a file is given up: some sources take CPython's parser exponential time.</summary>
    private const int MaxSecondsPerFile = 60;

    /// <summary>The facts of each source, in order.</summary>
    /// <param name="sources">The bytes of the files.</param>
    /// <param name="target">Which Python they are for.</param>
    /// <param name="cache">Full path of the file that keeps the facts for the next build.</param>
    /// <param name="cancellation">Kills Python.</param>
    /// <exception cref="CoraException">CORA0003.</exception>
    public async Task<IReadOnlyList<SourceFacts>> ReadAsync(IReadOnlyList<byte[]> sources, TargetPlatform target, string cache, CancellationToken cancellation)
    {
        var programs = HostPython.Programs(pythonExecutable).Select(processes.Find).OfType<string>().ToList();
        var stats = string.Join('\n', programs.Select(IntermediateFiles.StatLine));
        var known = new FactCache(cache, $"{FactScript.Hash} {target.PythonVersion}");
        known.Load(stats);

        var names = sources.Select(source => FactCache.NameOf(source)).ToList();
        var facts = new Dictionary<string, SourceFacts>();
        var python = known.PythonVersion;
        while (true)
        {
            var unknown = new List<(string Name, byte[] Source)>();
            foreach (var (name, source) in names.Zip(sources))
            {
                if (facts.ContainsKey(name)) continue;
                if (source.Length > MaxBytes) facts[name] = Unreadable($"it has {source.Length} bytes, and files above {MaxBytes} bytes are not read");
                else if (known.Find(name) is { } found) facts[name] = found;
                else if (unknown.All(other => other.Name != name)) unknown.Add((name, source));
            }
            if (unknown.Count == 0) break;

            var run = await RunAsync(unknown, target, cancellation).ConfigureAwait(false);
            if (python.Length > 0 && run.PythonVersion != python)
            {
                // A launcher that starts another Python than it did, and reads differently.
                known.Forget();
                facts.Clear();
            }
            python = run.PythonVersion;
            for (var i = 0; i < run.Answers.Count; i++) Take(unknown[i].Name, run.Answers[i]);
            // A file that ends CPython by itself is at fault. Behind others it may have been their memory, or a machine that slept.
            if (run.Answers.Count == 0) facts[unknown[0].Name] = Unreadable($"CPython {python} {run.Failure}");
        }
        known.Save(stats, python);
        return [.. names.Select(name => facts[name])];

        void Take(string name, byte[] answer)
        {
            var read = FactJson.Read(answer);
            facts[name] = read;
            // A launcher can start a newer Python in the next build without being changed itself.
            if (read.Fault is not { MayBeNewer: true }) known.Add(name, answer);
        }
    }

    private static SourceFacts Unreadable(string why) => new() { Fault = new SyntaxFault($"it cannot be read: {why}", new Position(1, 1), MayBeNewer: false) };

    /// <summary>What one process said.</summary>
    /// <param name="PythonVersion">Such as <c>3.11.7</c>.</param>
    /// <param name="Answers">As many as it gave, one for each file from the first.</param>
    /// <param name="Failure">Why there are no more.</param>
    private sealed record Run(string PythonVersion, IReadOnlyList<byte[]> Answers, string Failure);

    private async Task<Run> RunAsync(List<(string Name, byte[] Source)> files, TargetPlatform target, CancellationToken cancellation)
    {
        var input = new StringBuilder(FactScript.Package);
        input.Append(CultureInfo.InvariantCulture, $"{target.PythonVersion} {MaxSecondsPerFile}\n");
        foreach (var (_, source) in files) input.Append(Convert.ToBase64String(source)).Append('\n');

        string? why = null;
        foreach (var program in HostPython.Programs(pythonExecutable))
        {
            if (await StartAsync(program, input.ToString(), cancellation).ConfigureAwait(false) is not { } run) continue;
            var lines = run.Output.Split('\n');
            if (!lines[0].StartsWith("python ", StringComparison.Ordinal) || !Version.TryParse(lines[0]["python ".Length..].TrimEnd(), out var version))
            {
                why ??= HostPython.DoesNotStart(program, run);
                continue;
            }
            if (version < new Version(3, 9))
            {
                why ??= $"'{program}' is Python {version}: 3.9 or later is needed.";
                continue;
            }
            // What stands behind the last line end is half an answer.
            var answers = lines[1..^1].Select(Encoding.UTF8.GetBytes).Where(IsJson).Take(files.Count).ToList();
            return new Run(version.ToString(), answers, FailureOf(run));
        }
        why ??= pythonExecutable.Length > 0 ? HostPython.IsNoProgram(pythonExecutable) : "no Python is on PATH.";
        throw HostPython.s_noPython.Error(project, $"The Python sources cannot be checked: {why} Install Python 3.9 or later, or set CoraPythonExecutable to one.");
    }

    private async Task<ProcessResult?> StartAsync(string program, string input, CancellationToken cancellation)
    {
        // The process gives up a file by itself; this is for one that does not even start.
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        var seconds = 2 * MaxSecondsPerFile + input.Length / 20_000;
        limit.CancelAfter(TimeSpan.FromSeconds(seconds));
        try
        {
            return await processes.RunAsync(program, FactScript.Arguments, Path.GetDirectoryName(project.File)!, input, limit.Token, HostPython.Variables).ConfigureAwait(false);
        }
        catch (OperationCanceledException) when (!cancellation.IsCancellationRequested)
        {
            return new ProcessResult(-1, "", $"nothing within {seconds} seconds");
        }
    }

    private static bool IsJson(byte[] line)
    {
        try
        {
            var json = new Utf8JsonReader(line);
            return json.Read() && json.TokenType == JsonTokenType.StartObject && json.TrySkip();
        }
        catch (JsonException)
        {
            return false;
        }
    }

    private static string FailureOf(ProcessResult run)
    {
        if (run.Error.StartsWith("Timeout (", StringComparison.Ordinal)) return $"did not finish within {MaxSecondsPerFile} seconds";
        var last = run.Error.Split('\n', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries).LastOrDefault();
        return $"ended with {run.ExitCode}{(last is null ? "" : $" and said '{PipInstaller.OneLine(last, 300)}'")}";
    }
}
