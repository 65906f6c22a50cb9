using System.Diagnostics;
using Cora.Build.Tests;

namespace Cora.Build.Sdk.Tests;

/// <summary>A test that runs CPython. Without one it is skipped, except in CI, where it fails.</summary>
[AttributeUsage(AttributeTargets.Method)]
public class PythonFactAttribute : FactAttribute
{
    public PythonFactAttribute() => Skip = TestPython.ReasonToSkip;
}

/// <summary>The same for a test that runs the samples, which are written for Python 3.11 and later.</summary>
[AttributeUsage(AttributeTargets.Method)]
public class SamplePythonFactAttribute : FactAttribute
{
    public SamplePythonFactAttribute() => Skip = TestPython.ReasonToSkip
        ?? (Environment.GetEnvironmentVariable("CI") == "true" || TestPython.Run("-c", "import sys; sys.exit(sys.version_info < (3, 11))").ExitCode == 0 ? null : $"{TestPython.Executable} is older than 3.11");
}

/// <summary>The same for a test that has the samples and a PostgreSQL server.</summary>
[AttributeUsage(AttributeTargets.Method)]
public sealed class SampleDatabaseFactAttribute : SamplePythonFactAttribute
{
    public SampleDatabaseFactAttribute() => Skip ??= TestPostgres.ReasonToSkip;
}

/// <summary>The interpreter that tests compare with: <c>CORA_TEST_PYTHON</c>, else <c>python3</c> or <c>python</c> of the PATH.</summary>
internal static class TestPython
{
    public static string? Executable { get; } = Find();

    public static string? ReasonToSkip =>
        Executable is null && Environment.GetEnvironmentVariable("CI") != "true" ? "no python3 on the PATH, and CORA_TEST_PYTHON is not set" : null;

    public static (int ExitCode, string Output, string Error) Run(params string[] arguments)
    {
        using var process = Process.Start(new ProcessStartInfo(Executable!, arguments) { RedirectStandardOutput = true, RedirectStandardError = true })!;
        var error = process.StandardError.ReadToEndAsync();
        var output = process.StandardOutput.ReadToEnd();
        process.WaitForExit();
        return (process.ExitCode, output, error.Result);
    }

    private static string? Find()
    {
        if (Environment.GetEnvironmentVariable("CORA_TEST_PYTHON") is { Length: > 0 } configured)
            return configured;
        var suffix = OperatingSystem.IsWindows() ? ".exe" : "";
        return (from name in new[] { "python3", "python" }
                from directory in (Environment.GetEnvironmentVariable("PATH") ?? "").Split(Path.PathSeparator)
                select Path.Combine(directory, name + suffix)).FirstOrDefault(File.Exists);
    }
}
