using System.Diagnostics;
using System.Reflection;

namespace Cora.Build.Tests;

/// <summary>A test with a real S3 server, moto. Without it it is skipped, except in CI, where it fails.</summary>
[AttributeUsage(AttributeTargets.Method)]
public class MotoFactAttribute : FactAttribute
{
    public MotoFactAttribute() => Skip = MotoServer.ReasonToSkip;
}

/// <summary>The same with what Windows does not have.</summary>
[AttributeUsage(AttributeTargets.Method)]
public sealed class UnixMotoFactAttribute : MotoFactAttribute
{
    public UnixMotoFactAttribute() => Skip ??= OperatingSystem.IsWindows() ? "not on Windows" : null;
}

/// <summary>The same with a file system of its own, which not every user may mount, nor root in every container.</summary>
[AttributeUsage(AttributeTargets.Method)]
public sealed class MountMotoFactAttribute : MotoFactAttribute
{
    private static readonly Lazy<bool> s_canMount = new(() =>
    {
        if (!OperatingSystem.IsLinux() || !Environment.IsPrivilegedProcess) return false;
        using var process = Process.Start(new ProcessStartInfo("unshare", ["--mount", "true"]) { RedirectStandardError = true })!;
        process.WaitForExit();
        return process.ExitCode == 0;
    });

    public MountMotoFactAttribute() => Skip ??= s_canMount.Value ? null : "a file system can only be mounted by root on Linux";
}

/// <summary>The same for a theory.</summary>
[AttributeUsage(AttributeTargets.Method)]
public sealed class MotoTheoryAttribute : TheoryAttribute
{
    public MotoTheoryAttribute() => Skip = MotoServer.ReasonToSkip;
}

/// <summary>The same with signals.</summary>
[AttributeUsage(AttributeTargets.Method)]
public sealed class UnixMotoTheoryAttribute : TheoryAttribute
{
    public UnixMotoTheoryAttribute() => Skip = MotoServer.ReasonToSkip ?? (OperatingSystem.IsWindows() ? "not on Windows" : null);
}

/// <summary>
/// moto, which keeps everything in memory and runs nothing, on loopback. It ends with this object; and also with this process, however that ends, because it waits for the
/// end of its input.
/// </summary>
public sealed class MotoServer : IDisposable
{
    private static readonly Lazy<MotoServer> s_shared = new(() => new MotoServer());

    private readonly Process _process;

    public MotoServer()
    {
        var start = new ProcessStartInfo(TestPython.Executable!, ["-B", Script])
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        Clear(start);
        _process = Process.Start(start)!;
        var errors = new System.Text.StringBuilder();
        _process.ErrorDataReceived += (_, line) => errors.AppendLine(line.Data);
        _process.BeginErrorReadLine();
        var port = _process.StandardOutput.ReadLine() ?? throw new InvalidOperationException($"moto did not start: {errors}");
        Port = int.Parse(port, System.Globalization.CultureInfo.InvariantCulture);
    }

    /// <summary>One for all tests of S3: each has buckets of its own.</summary>
    public static MotoServer Shared => s_shared.Value;

    public static string? ReasonToSkip { get; } =
        TestPython.ReasonToSkip
        ?? (Environment.GetEnvironmentVariable("CI") == "true" || HasMoto() ? null : $"{TestPython.Executable} has no moto: pip install 'moto[server]'");

    public int Port { get; }

    public string Url => $"http://127.0.0.1:{Port}";

    /// <summary>Takes the user's own AWS and Terraform settings out of a program's environment.</summary>
    public static void Clear(ProcessStartInfo start)
    {
        string[] prefixes = ["AWS_", "TF_", "MOTO_"];
        foreach (var name in start.Environment.Keys.Where(name => prefixes.Any(prefix => name.StartsWith(prefix, StringComparison.OrdinalIgnoreCase))).ToList())
            start.Environment.Remove(name);
    }

    public void Dispose()
    {
        _process.StandardInput.Close();
        _process.WaitForExit();
        _process.Dispose();
    }

    private static string Script => Path.Combine(
        typeof(MotoServer).Assembly.GetCustomAttributes<AssemblyMetadataAttribute>().Single(item => item.Key == "RepositoryRoot").Value!, "tests/Cora.Build.Tasks.Tests/Publishing/moto_server.py");

    private static bool HasMoto()
    {
        using var process = Process.Start(TestPython.Executable!,
            ["-c", "import importlib.util, sys; sys.exit(any(importlib.util.find_spec(name) is None for name in ('boto3', 'flask', 'moto')))"]);
        process.WaitForExit();
        return process.ExitCode == 0;
    }
}
