using System.Text.Json;
using System.Text.RegularExpressions;
using Cora.Build.Diagnostics;
using Cora.Build.Modules;

namespace Cora.Build.Python;

/// <summary>Asks pip which wheels a set of requirements resolves to. Nothing is installed, and nothing of a package is executed.</summary>
/// <param name="processes">Starts pip.</param>
/// <param name="options">Which Python, which arguments.</param>
/// <param name="directory">A directory that only the owner reads, for the files that pip is given; it has nothing that Python would import.</param>
/// <param name="target">For which Python and platform.</param>
public sealed partial class PipInstaller(Processes processes, DependencyOptions options, string directory, TargetPlatform target)
{
    internal static readonly DiagnosticDescriptor s_unresolvable = new("CORA3001", Severity.Error, "Requirements that cannot be resolved");

    /// <summary><c>--report</c> came with it.</summary>
    private static readonly Version s_oldest = new(22, 2);

    private const string Refusal = "only wheels are packaged: nothing is built or checked out";

    /// <summary>
    /// Runs pip in a Python that refuses to start what building needs. <c>--only-binary</c> does not hold for a URL that the metadata of a wheel names:
    /// pip would build what is there, and that runs its code, always in another Python.
    /// </summary>
    private const string Script = $$"""
        import os, re, runpy, sys

        def refuse(event, arguments):
            if event == "subprocess.Popen":
                program = arguments[0] or arguments[1]
                program = os.fsdecode(program if isinstance(program, (str, bytes, os.PathLike)) else program[0]).strip('"')
                if program.startswith(sys.executable) or re.match(r"(.*[\\/])?(git|hg|svn|bzr)(\.exe)?\b", program):
                    raise PermissionError("{{Refusal}}")

        sys.addaudithook(refuse)
        try:
            import pip
        except ImportError:
            sys.exit("No module named pip")
        print("pip", pip.__version__, flush=True)
        runpy.run_module("pip", run_name="__main__", alter_sys=True)
        """;

    /// <summary>What would change what pip does: a module that it could import by accident, another directory, more requirements.</summary>
    private static readonly IReadOnlyDictionary<string, string?> s_variables = new Dictionary<string, string?>(HostPython.Variables)
    {
        ["PIP_USER"] = "0",
        ["PIP_REQUIRE_VIRTUALENV"] = "0",
        ["PIP_TARGET"] = null,
        ["PIP_PREFIX"] = null,
        ["PIP_ROOT"] = null,
        ["PIP_PYTHON"] = null,
        ["PIP_QUIET"] = null,
        ["PIP_VERBOSE"] = null,
        ["PIP_REQUIREMENT"] = null,
        ["PIP_EDITABLE"] = null,
        ["PIP_NO_DEPS"] = null,
    };

    /// <summary>Resolves for the target.</summary>
    /// <param name="file">Which requirements file, for messages.</param>
    /// <param name="lines">Its rendered lines.</param>
    /// <param name="constraints">Its rendered constraints.</param>
    /// <param name="cancellation">Kills pip.</param>
    /// <exception cref="CoraException">CORA0003, CORA3001, CORA3002.</exception>
    public async Task<IReadOnlyList<WheelSource>> ResolveAsync(RequirementsFile file, IEnumerable<string> lines, IEnumerable<string> constraints, CancellationToken cancellation)
    {
        var report = Path.Combine(directory, "report.json");
        var arguments = await ArgumentsAsync(["install", "--dry-run", "--ignore-installed", "--target", Path.Combine(directory, "target"), "--report", report], lines, constraints, cancellation).ConfigureAwait(false);
        var (run, why) = await RunAsync(arguments, cancellation).ConfigureAwait(false);
        if (run is null) throw HostPython.s_noPython.Error(new Location(file.Path), $"'{file.Path}' has requirements, and {why} Or commit a lock (pylock.toml), which needs no Python.");
        if (run.ExitCode != 0) throw await FailureAsync(file, run, arguments, cancellation).ConfigureAwait(false);
        return ReadReport(file, await File.ReadAllBytesAsync(report, cancellation).ConfigureAwait(false));
    }

    /// <summary>Downloads exactly these wheels from the indexes, with logins and certificates that pip alone knows: of its configuration, of a keyring.</summary>
    /// <param name="file">Names the indexes.</param>
    /// <param name="wheels">All with a hash.</param>
    /// <param name="cancellation">Kills pip.</param>
    /// <returns>The directory where they are; null when pip cannot have them either.</returns>
    public async Task<string?> DownloadAsync(RequirementsFile file, IEnumerable<WheelSource> wheels, CancellationToken cancellation)
    {
        var destination = Path.Combine(directory, "wheels");
        var lines = wheels.Select(wheel => $"{WheelFileName.Parse(wheel.FileName).NormalizedName}=={WheelFileName.Parse(wheel.FileName).Version} --hash=sha256:{wheel.Sha256}");
        var arguments = await ArgumentsAsync(["download", "--no-deps", "--dest", destination], [.. file.Options.Lines(url => url), .. lines], [], cancellation).ConfigureAwait(false);
        var (run, _) = await RunAsync(arguments, cancellation).ConfigureAwait(false);
        return run?.ExitCode == 0 ? destination : null;
    }

    private string RequirementsPath => Path.Combine(directory, "requirements.txt");

    private async Task<List<string>> ArgumentsAsync(IEnumerable<string> command, IEnumerable<string> lines, IEnumerable<string> constraints, CancellationToken cancellation)
    {
        await File.WriteAllLinesAsync(RequirementsPath, lines, cancellation).ConfigureAwait(false);
        List<string> arguments = [.. command, "--no-input", "--no-color", "--disable-pip-version-check", "--progress-bar", "off", .. target.PipArguments, "--requirement", RequirementsPath];
        if (constraints.ToList() is { Count: > 0 } constraintLines)
        {
            var constraintsPath = Path.Combine(directory, "constraints.txt");
            await File.WriteAllLinesAsync(constraintsPath, constraintLines, cancellation).ConfigureAwait(false);
            arguments.AddRange(["--constraint", constraintsPath]);
        }
        arguments.AddRange(options.SplitInstallerArguments);
        return arguments;
    }

    /// <summary>pip of the first Python that has one that does; else why there is none, and what to do.</summary>
    private async Task<(ProcessResult? Run, string Why)> RunAsync(IEnumerable<string> arguments, CancellationToken cancellation)
    {
        var script = Path.Combine(directory, "run_pip.py");
        await File.WriteAllTextAsync(script, Script, cancellation).ConfigureAwait(false);
        string? why = null;
        foreach (var name in HostPython.Programs(options.PythonExecutable))
        {
            if (await processes.RunAsync(name, [script, .. arguments], directory, null, cancellation, s_variables).ConfigureAwait(false) is not { } run) continue;
            if (Announcement.Match(run.Output) is { Success: true } announced)
            {
                if (!Version.TryParse(announced.Groups["release"].Value, out var version) || version >= s_oldest) return (run, "");
                why ??= $"the pip of '{name}' is {version}: 22.2 or later is needed. Upgrade it ('{name} -m pip install --upgrade pip'), install uv, or set CoraPythonExecutable to another Python.";
            }
            else if (run.Error.Contains("No module named pip", StringComparison.Ordinal))
            {
                why ??= $"'{name}' has no pip. Install it ('{name} -m ensurepip'), install uv, or set CoraPythonExecutable to a Python that has pip.";
            }
            else
            {
                why ??= $"{HostPython.DoesNotStart(name, run)} Install Python with pip, or uv, or set CoraPythonExecutable to another Python.";
            }
        }
        return (null, why ?? (options.PythonExecutable.Length > 0
            ? $"{HostPython.IsNoProgram(options.PythonExecutable)} Set it to a Python 3.9 or later with pip."
            : "neither uv nor Python is on PATH. Install Python 3.9 or later with pip, or uv, or set CoraPythonExecutable."));
    }

    private async Task<CoraException> FailureAsync(RequirementsFile file, ProcessResult run, List<string> arguments, CancellationToken cancellation)
    {
        var said = $"{run.Error}\n{Conflict.Match(run.Output).Value}".Replace(RequirementsPath, file.Path, StringComparison.Ordinal);
        var lines = said.Split('\n').Where(line => line.Trim().Length > 0 && !line.StartsWith("WARNING: ", StringComparison.Ordinal)).ToList();
        // pip's own failures end with the exception.
        if (lines.Exists(line => line.StartsWith("Traceback ", StringComparison.Ordinal))) lines = lines[^1..];
        var reason = OneLine(string.Join('\n', lines).Replace("ERROR: ", "", StringComparison.Ordinal), 2000);
        if (said.Contains(Refusal, StringComparison.Ordinal))
        {
            var collected = Collecting.Matches(run.Output) is { Count: > 0 } all ? OneLine(all[^1].Groups["what"].Value.Replace(RequirementsPath, file.Path, StringComparison.Ordinal), 500) : "a requirement";
            return RequirementsReader.s_notPackageable.Error(new Location(file.Path, 1), $"'{collected}' is a source distribution or a repository, and {Refusal}. Require a version that has, and depends on, wheels alone.");
        }
        if (NoMatch.Match(said) is not { Success: true } noMatch) return s_unresolvable.Error(new Location(file.Path, 1), $"The requirements cannot be resolved for {target}. pip says: {reason}");

        var missing = noMatch.Groups["requirement"].Value;
        var location = file.PlaceOf(PackageName.Normalize(noMatch.Groups["name"].Value));
        // Why pip passed over what the index has, or could not ask it, is only said at this verbosity.
        var (verbose, _) = await RunAsync([.. arguments, "-vv"], cancellation).ConfigureAwait(false);
        var details = verbose is null ? "" : verbose.Output + verbose.Error;
        var skipped = Skipped.Matches(details).Select(match => (Reason: match.Groups["reason"].Value, File: match.Groups["file"].Value))
            .Where(link => !link.Reason.StartsWith("wrong project name", StringComparison.Ordinal)).ToList();
        var wheels = skipped.Select(link => link.File).Where(name => name.EndsWith(".whl", StringComparison.Ordinal)).Distinct().ToList();
        var source = skipped.LastOrDefault(link => link.Reason.StartsWith("No sources permitted", StringComparison.Ordinal)).File;
        if (source is not null && wheels.Count == 0)
        {
            return RequirementsReader.s_notPackageable.Error(location, $"'{missing}' is only there as source ({source}), and nothing is built here: what Lambda runs must be a wheel. Require a version that has one, or build a wheel yourself and name its directory with --find-links.");
        }
        if (wheels.Count > 0) reason += $" Wheels that do not fit: {string.Join(", ", wheels.TakeLast(5))}.";
        var unreachable = Unreachable.Matches(details).Select(match => OneLine(match.Value, 500)).Where(text => !text.Contains("404 Client Error", StringComparison.Ordinal)).Distinct().ToList();
        if (unreachable.Count > 0) reason += $" {string.Join(" ", unreachable.TakeLast(3))}";
        return s_unresolvable.Error(location, $"The requirements cannot be resolved for {target}. pip says: {reason}");
    }

    private static List<WheelSource> ReadReport(RequirementsFile file, byte[] json)
    {
        using var report = JsonDocument.Parse(json);
        var chosen = new List<WheelSource>();
        foreach (var item in report.RootElement.GetProperty("install").EnumerateArray())
        {
            var download = item.GetProperty("download_info");
            var url = download.GetProperty("url").GetString()!;
            if (!WheelFileName.TryParse(IndexUrl.FileName(url), out var wheel))
            {
                throw RequirementsReader.s_notPackageable.Error(new Location(file.Path, 1), $"pip resolved to '{IndexUrl.Redact(url)}', which is no wheel. Require a version that has one.");
            }
            chosen.Add(new WheelSource(wheel.Text, url.StartsWith("file:", StringComparison.Ordinal) ? new Uri(url).LocalPath : url, Sha256(download)) { NeededBy = file.PlaceOf(wheel.NormalizedName) });
        }
        return chosen;
    }

    private static string? Sha256(JsonElement download)
    {
        if (!download.TryGetProperty("archive_info", out var archive)) return null;
        if (archive.TryGetProperty("hashes", out var hashes)) return hashes.TryGetProperty("sha256", out var sha256) ? sha256.GetString() : null;
        // Before pip 23.1.
        return archive.TryGetProperty("hash", out var hash) && hash.GetString() is { } text && text.StartsWith("sha256=", StringComparison.Ordinal) ? text["sha256=".Length..] : null;
    }

    /// <summary>Text of another program for a message: without credentials, on one line, and not endless.</summary>
    internal static string OneLine(string text, int length)
    {
        var line = string.Join(' ', IndexUrl.Redact(text).Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries).Select(word => string.Concat(word.Where(c => !char.IsControl(c)))));
        return line.Length <= length ? line : line[..length] + "…";
    }

    [GeneratedRegex(@"^pip (?<release>\d+\.\d+)")]
    private static partial Regex Announcement { get; }

    [GeneratedRegex(@"The conflict is caused by:\r?\n(?:.+\r?\n)*")]
    private static partial Regex Conflict { get; }

    [GeneratedRegex(@"No matching distribution found for (?<requirement>(?<name>[A-Za-z0-9._-]+)[^\s(]*)")]
    private static partial Regex NoMatch { get; }

    [GeneratedRegex(@"Skipping link: (?<reason>[^\n]*?): (?:\S*/)?(?<file>[^/\s#]+\.(?:whl|tar\.gz|zip|tar\.bz2|tgz))(?=[#\s]|$)")]
    private static partial Regex Skipped { get; }

    [GeneratedRegex(@"^\s*Collecting (?<what>[^\r\n]+)", RegexOptions.Multiline)]
    private static partial Regex Collecting { get; }

    [GeneratedRegex(@"Could not fetch URL [^\n]*")]
    private static partial Regex Unreachable { get; }
}
