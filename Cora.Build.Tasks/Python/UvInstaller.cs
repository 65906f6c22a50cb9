using Cora.Build.Diagnostics;
using Cora.Build.Modules;

namespace Cora.Build.Python;

/// <summary>Asks uv which wheels a set of requirements resolves to. It evaluates markers for the target, builds nothing when told so, and answers with a PEP 751 lock.</summary>
/// <param name="processes">Starts uv.</param>
/// <param name="options">More arguments.</param>
/// <param name="directory">A directory that only the owner reads, for the files that uv is given.</param>
/// <param name="target">For which Python and platform.</param>
public sealed class UvInstaller(Processes processes, DependencyOptions options, string directory, TargetPlatform target)
{
    /// <summary>Whether uv is on PATH.</summary>
    public static bool IsPresent(Processes processes) => processes.Find("uv") is not null;

    /// <inheritdoc cref="PipInstaller.ResolveAsync"/>
    public async Task<LockSelection> ResolveAsync(RequirementsFile file, IEnumerable<string> lines, IEnumerable<string> constraints, CancellationToken cancellation)
    {
        var requirements = Path.Combine(directory, "requirements.in");
        var lockFile = Path.Combine(directory, "pylock.toml");
        await File.WriteAllLinesAsync(requirements, lines, cancellation).ConfigureAwait(false);
        List<string> arguments =
        [
            "pip", "compile", requirements, "--format", "pylock.toml", "--output-file", lockFile, "--python-version", target.PythonVersion,
            "--python-platform", target.UvPlatform, "--only-binary", ":all:", "--no-header", "--no-annotate", "--no-python-downloads", "--color", "never", "--quiet",
        ];
        if (constraints.ToList() is { Count: > 0 } constraintLines)
        {
            var constraintsFile = Path.Combine(directory, "constraints.in");
            await File.WriteAllLinesAsync(constraintsFile, constraintLines, cancellation).ConfigureAwait(false);
            arguments.AddRange(["--constraints", constraintsFile]);
        }
        arguments.AddRange(options.SplitInstallerArguments);

        var run = await processes.RunAsync("uv", arguments, directory, null, cancellation).ConfigureAwait(false)
            ?? throw HostPython.s_noPython.Error(new Location(file.Path), $"'{file.Path}' has requirements, CoraInstaller is uv, and uv is not on PATH. Install uv, or set CoraInstaller to pip or auto.");
        if (run.ExitCode == 0) return LockSelection.Of(PyLock.Read(lockFile), target);

        var said = PipInstaller.OneLine(run.Error.Replace(requirements, file.Path, StringComparison.Ordinal), 2000);
        // An older one does not know the format, and says so of the value or of the option.
        if (said.Contains("--format", StringComparison.Ordinal))
        {
            throw HostPython.s_noPython.Error(new Location(file.Path), $"'{file.Path}' has requirements, and this uv cannot write a pylock.toml. Upgrade it ('uv self update'), or set CoraInstaller to pip. uv says: {said}");
        }
        throw PipInstaller.s_unresolvable.Error(new Location(file.Path, 1), $"The requirements cannot be resolved for {target}. uv says: {said}");
    }
}
