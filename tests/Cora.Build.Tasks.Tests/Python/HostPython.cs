using System.Diagnostics;

namespace Cora.Build.Tests.Python;

/// <summary>The Pythons of this machine that have pip, by the paths of the interpreters themselves: version managers put scripts on PATH that need an environment.</summary>
internal static class HostPython
{
    private static readonly Lazy<string> s_default = new(() => RealPath(TestPython.Executable!) ?? throw new InvalidOperationException($"'{TestPython.Executable}' has no pip"));

    /// <summary>The one that <see cref="PythonFactAttribute"/> asks for.</summary>
    public static string Default => s_default.Value;

    /// <summary>Python 3.x, or null.</summary>
    public static string? Find(int minor)
    {
        var name = $"python3.{minor}{(OperatingSystem.IsWindows() ? ".exe" : "")}";
        var pyenv = Environment.GetEnvironmentVariable("PYENV_ROOT") ?? Path.Combine(Environment.GetFolderPath(Environment.SpecialFolder.UserProfile), ".pyenv");
        var versions = Path.Combine(pyenv, "versions");
        return (Environment.GetEnvironmentVariable("PATH") ?? "").Split(Path.PathSeparator)
            .Concat(Directory.Exists(versions) ? Directory.GetDirectories(versions).Select(version => Path.Combine(version, "bin")) : [])
            .Select(directory => Path.Combine(directory, name)).Where(File.Exists).Select(RealPath).FirstOrDefault(path => path is not null);
    }

    private static string? RealPath(string python)
    {
        using var process = Process.Start(new ProcessStartInfo(python, ["-c", "import pip, sys; print(sys.executable)"]) { RedirectStandardOutput = true, RedirectStandardError = true })!;
        var error = process.StandardError.ReadToEndAsync();
        var output = process.StandardOutput.ReadToEnd().Trim();
        process.WaitForExit();
        error.Wait();
        return process.ExitCode == 0 ? output : null;
    }
}
