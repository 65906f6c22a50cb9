using System.ComponentModel;
using System.Diagnostics;
using System.Text;

namespace Cora.Build.Modules;

/// <summary>A process that has ended.</summary>
public sealed record ProcessResult(int ExitCode, string Output, string Error);

/// <summary>Starts programs by name, without a shell.</summary>
/// <param name="environment">The build's environment, which need not be this process's.</param>
public sealed class Processes(IReadOnlyDictionary<string, string> environment)
{
    /// <summary>The environment.</summary>
    public IReadOnlyDictionary<string, string> Variables => environment;

    /// <summary>The variable of that name, or null.</summary>
    public string? Variable(string name) => environment.TryGetValue(name, out var value) && value.Length > 0 ? value : null;

    /// <summary>Full path of a program on PATH, or null. A full path is given back when there is a program; any other path is none.</summary>
    public string? Find(string program)
    {
        if (program.AsSpan().ContainsAny('/', '\\')) return Path.IsPathFullyQualified(program) && IsProgram(program) ? program : null;
        string[] extensions = OperatingSystem.IsWindows() ? [".exe", ".cmd", ".bat"] : [""];
        return (Variable("PATH") ?? "").Split(Path.PathSeparator, StringSplitOptions.RemoveEmptyEntries)
            .Where(Path.IsPathFullyQualified)
            .SelectMany(directory => extensions.Select(extension => Path.Combine(directory, program + extension)))
            .FirstOrDefault(IsProgram);
    }

    /// <summary>Runs a program to its end; when cancelled it is killed with all that it started, and has ended. Null when there is no such program.</summary>
    public async Task<ProcessResult?> RunAsync(string program, IReadOnlyList<string> arguments, string directory, string? input, CancellationToken cancellation,
        IReadOnlyDictionary<string, string?>? variables = null)
    {
        if (Find(program) is not { } path) return null;
        var start = new ProcessStartInfo(path, arguments)
        {
            WorkingDirectory = directory,
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            StandardInputEncoding = new UTF8Encoding(false),
            StandardOutputEncoding = Encoding.UTF8,
            StandardErrorEncoding = Encoding.UTF8,
            UseShellExecute = false,
            CreateNoWindow = true,
        };
        start.Environment.Clear();
        foreach (var (name, value) in environment) start.Environment[name] = value;
        foreach (var (name, value) in variables ?? new Dictionary<string, string?>())
        {
            if (value is null) start.Environment.Remove(name);
            else start.Environment[name] = value;
        }

        using var process = new Process { StartInfo = start };
        try
        {
            process.Start();
        }
        catch (Win32Exception)
        {
            return null; // Not executable: as good as absent.
        }
        try
        {
            var output = process.StandardOutput.ReadToEndAsync(cancellation);
            var error = process.StandardError.ReadToEndAsync(cancellation);
            try
            {
                await process.StandardInput.WriteAsync((input ?? "").AsMemory(), cancellation).ConfigureAwait(false);
                process.StandardInput.Close();
            }
            catch (IOException)
            {
                // It ended without reading its input; its exit code says why.
            }
            await process.WaitForExitAsync(cancellation).ConfigureAwait(false);
            return new ProcessResult(process.ExitCode, await output.ConfigureAwait(false), await error.ConfigureAwait(false));
        }
        catch (OperationCanceledException)
        {
            process.Kill(entireProcessTree: true);
            // The caller removes what the program was writing to.
            await process.WaitForExitAsync(CancellationToken.None).ConfigureAwait(false);
            throw;
        }
    }

    private static bool IsProgram(string path) => File.Exists(path)
        && (OperatingSystem.IsWindows() || (File.GetUnixFileMode(path) & (UnixFileMode.UserExecute | UnixFileMode.GroupExecute | UnixFileMode.OtherExecute)) != 0);
}
