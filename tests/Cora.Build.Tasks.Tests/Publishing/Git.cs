using System.Diagnostics;

namespace Cora.Build.Tests.Publishing;

/// <summary>A repository in a directory of a test's own.</summary>
internal static class Git
{
    /// <summary>Commits all that is there, and gives the commit.</summary>
    public static string Commit(string directory)
    {
        if (!Directory.Exists(Path.Combine(directory, ".git")))
        {
            Run(directory, "init", "-q");
            File.WriteAllText(Path.Combine(directory, ".gitignore"), ".build/\nobj/\nresults/\n");
        }
        Run(directory, "add", "-A");
        Run(directory, "-c", "user.name=Ada", "-c", "user.email=ada@example.org", "commit", "-q", "--allow-empty", "-m", "Change");
        return Run(directory, "rev-parse", "HEAD").Trim();
    }

    public static string Run(string directory, params string[] arguments)
    {
        var start = new ProcessStartInfo("git", arguments) { WorkingDirectory = directory, RedirectStandardOutput = true, RedirectStandardError = true };
        start.Environment["GIT_CONFIG_GLOBAL"] = OperatingSystem.IsWindows() ? "nul" : "/dev/null";
        using var process = Process.Start(start)!;
        var error = process.StandardError.ReadToEndAsync();
        var output = process.StandardOutput.ReadToEnd();
        process.WaitForExit();
        return process.ExitCode == 0 ? output : throw new InvalidOperationException(error.Result);
    }
}
