using Cora.Build.Diagnostics;
using Cora.Build.Modules;

namespace Cora.Build.Python;

/// <summary>The Pythons of the machine that builds; what is started in one is isolated from the user's settings.</summary>
public static class HostPython
{
    internal static readonly DiagnosticDescriptor s_noPython = new("CORA0003", Severity.Error, "Python or its installer is missing");

    /// <summary>What would change what a program in Python does: a module that it could import by accident.</summary>
    public static IReadOnlyDictionary<string, string?> Variables { get; } = new Dictionary<string, string?>
    {
        ["PYTHONPATH"] = null,
        ["PYTHONHOME"] = null,
        ["PYTHONDONTWRITEBYTECODE"] = "1",
        ["PYTHONIOENCODING"] = "utf-8",
    };

    /// <summary>The programs to try, in this order.</summary>
    /// <param name="configured"><c>CoraPythonExecutable</c>, or empty.</param>
    public static IReadOnlyList<string> Programs(string configured) =>
        configured.Length > 0 ? [configured] : OperatingSystem.IsWindows() ? ["python", "py", "python3"] : ["python3", "python"];

    /// <summary>What is wrong with a program that is no Python, for a message that goes on with what to do.</summary>
    public static string DoesNotStart(string program, ProcessResult run) =>
        $"'{program}' does not start as a Python 3.9 or later: it ends with {run.ExitCode} and says '{PipInstaller.OneLine(run.Error + "\n" + run.Output, 300)}'.";

    /// <summary>The same for a configured program that is not there.</summary>
    public static string IsNoProgram(string configured) => $"CoraPythonExecutable is '{configured}', which is no program that can be started.";
}
