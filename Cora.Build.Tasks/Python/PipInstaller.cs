using System.Text.Json;
using System.Text.RegularExpressions;
using Cora.Build.Diagnostics;
using Cora.Build.Modules;

namespace Cora.Build.Python;

/// <summary>Asks pip which wheels a set of requirements resolves to. Nothing is installed: pip only reports.</summary>
/// <param name="processes">Starts pip.</param>
/// <param name="options">Which Python, which arguments.</param>
/// <param name="directory">A directory that only the owner reads, for the files that pip is given; it has nothing that Python would import.</param>
public sealed partial class PipInstaller(Processes processes, DependencyOptions options, string directory)
{
    internal static readonly DiagnosticDescriptor s_noPython = new("CORA0003", Severity.Error, "Python or its installer is missing");
    internal static readonly DiagnosticDescriptor s_unresolvable = new("CORA3001", Severity.Error, "Requirements that cannot be resolved");

    /// <summary>Resolves for the target.</summary>
    /// <param name="file">Which requirements file, for messages.</param>
    /// <param name="lines">Its rendered lines.</param>
    /// <param name="constraints">Its rendered constraints.</param>
    /// <param name="target">For which Python and platform.</param>
    /// <param name="cancellation">Kills pip.</param>
    /// <exception cref="CoraException">CORA0003, CORA3001, CORA3002.</exception>
    public async Task<IReadOnlyList<WheelSource>> ResolveAsync(RequirementsFile file, IEnumerable<string> lines, IEnumerable<string> constraints, TargetPlatform target, CancellationToken cancellation)
    {
        var requirements = Path.Combine(directory, "requirements.txt");
        var report = Path.Combine(directory, "report.json");
        await File.WriteAllLinesAsync(requirements, lines, cancellation).ConfigureAwait(false);
        List<string> arguments =
        [
            "-m", "pip", "install", "--dry-run", "--ignore-installed", "--no-input", "--no-color", "--disable-pip-version-check",
            "--target", Path.Combine(directory, "target"), "--report", report, .. target.PipArguments, "--requirement", requirements,
        ];
        if (constraints.ToList() is { Count: > 0 } constraintLines)
        {
            var constraintsFile = Path.Combine(directory, "constraints.txt");
            await File.WriteAllLinesAsync(constraintsFile, constraintLines, cancellation).ConfigureAwait(false);
            arguments.AddRange(["--constraint", constraintsFile]);
        }
        arguments.AddRange(options.InstallerArguments.Split(' ', StringSplitOptions.RemoveEmptyEntries));

        var run = await RunAsync(file, arguments, cancellation).ConfigureAwait(false);
        if (run.ExitCode != 0) throw await FailureAsync(file, run, arguments, requirements, cancellation).ConfigureAwait(false);
        return ReadReport(file, await File.ReadAllBytesAsync(report, cancellation).ConfigureAwait(false));
    }

    private async Task<ProcessResult> RunAsync(RequirementsFile file, IReadOnlyList<string> arguments, CancellationToken cancellation)
    {
        string[] names = options.PythonExecutable.Length > 0 ? [options.PythonExecutable] : OperatingSystem.IsWindows() ? ["python", "py", "python3"] : ["python3", "python"];
        // What would change what pip does: a module that it could import by accident, an installation directory.
        var variables = new Dictionary<string, string?>
        {
            ["PYTHONPATH"] = null,
            ["PYTHONHOME"] = null,
            ["PYTHONSAFEPATH"] = "1",
            ["PYTHONDONTWRITEBYTECODE"] = "1",
            ["PYTHONIOENCODING"] = "utf-8",
            ["PIP_USER"] = "0",
            ["PIP_TARGET"] = null,
            ["PIP_PREFIX"] = null,
            ["PIP_REQUIRE_VIRTUALENV"] = "0",
            ["PIP_QUIET"] = null,
            ["PIP_VERBOSE"] = null,
        };
        foreach (var name in names)
        {
            if (await processes.RunAsync(name, arguments, directory, null, cancellation, variables).ConfigureAwait(false) is not { } run) continue;
            if (run.ExitCode != 0 && run.Error.Contains("No module named pip", StringComparison.Ordinal))
            {
                throw s_noPython.Error(new Location(file.Path), $"'{file.Path}' needs pip, and '{name}' has none. Install pip for it ('{name} -m ensurepip'), install uv, set CoraPythonExecutable to a Python that has pip, or commit a lock (pylock.toml).");
            }
            if (run.ExitCode != 0 && run.Error.Contains("no such option: --report", StringComparison.Ordinal))
            {
                throw s_noPython.Error(new Location(file.Path), $"'{file.Path}' needs pip 22.2 or later, and that of '{name}' is older. Upgrade it ('{name} -m pip install --upgrade pip'), install uv, or set CoraPythonExecutable to another Python.");
            }
            return run;
        }
        throw s_noPython.Error(new Location(file.Path), options.PythonExecutable.Length > 0
            ? $"'{file.Path}' has requirements, and CoraPythonExecutable is '{options.PythonExecutable}', which is no program that can be started. Set it to a Python 3.9 or later with pip, or commit a lock (pylock.toml)."
            : $"'{file.Path}' has requirements, and neither uv nor Python is on PATH. Install Python 3.9 or later with pip, or uv; or set CoraPythonExecutable; or commit a lock (pylock.toml), which needs neither.");
    }

    private async Task<CoraException> FailureAsync(RequirementsFile file, ProcessResult run, List<string> arguments, string requirements, CancellationToken cancellation)
    {
        var said = IndexUrl.Redact(run.Error + "\n" + ConflictIn(run.Output)).Replace(requirements, file.Path, StringComparison.Ordinal);
        var errors = said.Split('\n').Select(line => line.TrimEnd()).Where(line => line.Length > 0 && !line.StartsWith("WARNING: ", StringComparison.Ordinal)).ToList();
        var missing = NoMatch().Match(said) is { Success: true } match ? match.Groups[1].Value : null;
        var line = missing is null ? null : file.Requirements.FirstOrDefault(item => item.Requirement.NormalizedName == PackageName.Normalize(NameIn().Match(missing).Value));
        var location = line?.Location ?? new Location(file.Path, 1);

        var skipped = "";
        if (missing is not null)
        {
            // Why pip passed over what the index has is only said at this verbosity.
            var verbose = await RunAsync(file, [.. arguments, "-vv"], cancellation).ConfigureAwait(false);
            var reasons = Skipped().Matches(IndexUrl.Redact(verbose.Output))
                .Select(m => (Reason: m.Groups[1].Value.Trim(), File: m.Groups[2].Value))
                .Where(reason => !reason.Reason.StartsWith("wrong project name", StringComparison.Ordinal))
                .Distinct().ToList();
            var sources = reasons.Where(reason => reason.Reason.StartsWith("No sources permitted", StringComparison.Ordinal)).ToList();
            var wheels = reasons.Where(reason => reason.File.EndsWith(".whl", StringComparison.Ordinal)).Select(reason => reason.File).ToList();
            if (wheels.Count > 0) skipped = $" Wheels that do not fit: {string.Join(", ", wheels.TakeLast(5))}.";
            else if (sources.Count > 0)
            {
                return RequirementsReader.s_notPackageable.Error(location, $"'{missing}' is only there as source ({sources[^1].File}), and nothing is built here: what Lambda runs must be a wheel. Require a version that has one, or build a wheel yourself and name its directory with --find-links.");
            }
        }
        var text = string.Join(' ', errors.Select(error => error.Replace("ERROR: ", "", StringComparison.Ordinal).Trim()));
        if (text.Length > 2000) text = text[..2000] + "…";
        return s_unresolvable.Error(location, $"The requirements cannot be resolved for {target(arguments)}. pip says: {text}{skipped}");

        static string target(List<string> arguments) => $"Python {arguments[arguments.IndexOf("--python-version") + 1]}";
    }

    private static string ConflictIn(string output)
    {
        var start = output.IndexOf("The conflict is caused by:", StringComparison.Ordinal);
        if (start < 0) return "";
        var end = output.IndexOf("\n\n", start, StringComparison.Ordinal);
        return end < 0 ? output[start..] : output[start..end];
    }

    private static List<WheelSource> ReadReport(RequirementsFile file, byte[] json)
    {
        using var report = JsonDocument.Parse(json);
        var chosen = new List<WheelSource>();
        foreach (var item in report.RootElement.GetProperty("install").EnumerateArray())
        {
            var download = item.GetProperty("download_info");
            var url = download.GetProperty("url").GetString()!;
            var name = Uri.UnescapeDataString(url[(url.LastIndexOf('/') + 1)..]).Split('#', '?')[0];
            if (!WheelFileName.TryParse(name, out _))
            {
                throw RequirementsReader.s_notPackageable.Error(new Location(file.Path, 1), $"pip resolved to '{IndexUrl.Redact(url)}', which is no wheel. Require a version that has one.");
            }
            string? sha256 = null;
            if (download.TryGetProperty("archive_info", out var archive) && archive.TryGetProperty("hashes", out var hashes) && hashes.TryGetProperty("sha256", out var hash)) sha256 = hash.GetString();
            chosen.Add(new WheelSource(name, url.StartsWith("file:", StringComparison.Ordinal) ? new Uri(url).LocalPath : url, sha256) { NeededBy = new Location(file.Path, 1) });
        }
        return chosen;
    }

    [GeneratedRegex(@"No matching distribution found for ([^\s(]+)")]
    private static partial Regex NoMatch();

    [GeneratedRegex(@"^[A-Za-z0-9._-]+")]
    private static partial Regex NameIn();

    [GeneratedRegex(@"Skipping link: ([^\n]*?): (?:\S*/)?([^/\s#]+\.(?:whl|tar\.gz|zip|tar\.bz2|tgz))(?:[#\s]|$)")]
    private static partial Regex Skipped();
}
