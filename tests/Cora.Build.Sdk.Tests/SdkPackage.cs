using System.Diagnostics;
using System.Reflection;

namespace Cora.Build.Sdk.Tests;

/// <summary>The SDK, packed once for a test run under a version of its own, with a package folder and a wheel store of its own.</summary>
public sealed class SdkPackage : IDisposable
{
    private static readonly Lazy<SdkPackage> s_instance = new(() => new SdkPackage());

    private SdkPackage()
    {
        Root = Directory.CreateTempSubdirectory("cora-sdk-tests-").FullName;
        AppDomain.CurrentDomain.ProcessExit += (_, _) => Dispose();
        Version = $"0.1.0-test.{Guid.NewGuid():N}";
        Directory.CreateDirectory(Feed);
        var project = Path.Combine(RepositoryRoot, "Cora.Build.Sdk", "Cora.Build.Sdk.csproj");
        var run = Dotnet.Run(RepositoryRoot, new Dictionary<string, string?>(),
            "pack", project, "--no-build", "-c", Metadata("Configuration"), $"-p:Version={Version}", "-o", Feed);
        if (run.ExitCode != 0) throw new InvalidOperationException("The SDK could not be packed:\n" + run.Output);
    }

    public static SdkPackage Instance => s_instance.Value;

    public static string RepositoryRoot => Metadata("RepositoryRoot");

    public string Root { get; }

    public string Version { get; }

    public string Feed => Path.Combine(Root, "feed");

    public string PackagesFolder => Path.Combine(Root, "packages");

    public string WheelStore => Path.Combine(Root, "wheels");

    public void Dispose()
    {
        if (Directory.Exists(Root)) Directory.Delete(Root, recursive: true);
    }

    private static string Metadata(string key) => typeof(SdkPackage).Assembly.GetCustomAttributes<AssemblyMetadataAttribute>().Single(item => item.Key == key).Value!;
}

/// <summary>Runs the real <c>dotnet</c>.</summary>
public static class Dotnet
{
    public static string Path { get; } = Environment.GetEnvironmentVariable("DOTNET_HOST_PATH") ?? "dotnet";

    /// <summary>Takes away what the test host's own build left in the environment, and what would make one machine another.</summary>
    public static void Clear(ProcessStartInfo start)
    {
        foreach (var name in start.Environment.Keys.Where(name => name.StartsWith("MSBUILD", StringComparison.OrdinalIgnoreCase)).ToList()) start.Environment.Remove(name);
        start.Environment.Remove("CI");
        start.Environment["MSBUILDDISABLENODEREUSE"] = "1";
        start.Environment["DOTNET_CLI_USE_MSBUILD_SERVER"] = "0";
        start.Environment["DOTNET_CLI_UI_LANGUAGE"] = "en";
        start.Environment["DOTNET_NOLOGO"] = "1";
    }

    public static Process Start(string directory, IReadOnlyDictionary<string, string?> environment, params string[] arguments)
    {
        var start = new ProcessStartInfo(Path, arguments)
        {
            WorkingDirectory = directory,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            RedirectStandardInput = true,
        };
        Clear(start);
        foreach (var (name, value) in environment)
        {
            if (value is null) start.Environment.Remove(name);
            else start.Environment[name] = value;
        }
        return Process.Start(start)!;
    }

    public static (int ExitCode, string Output) Run(string directory, IReadOnlyDictionary<string, string?> environment, params string[] arguments)
    {
        using var process = Start(directory, environment, arguments);
        process.StandardInput.Close();
        var error = process.StandardError.ReadToEndAsync();
        var output = process.StandardOutput.ReadToEnd();
        if (!process.WaitForExit(TimeSpan.FromMinutes(5)))
        {
            process.Kill(entireProcessTree: true);
            throw new TimeoutException($"dotnet {string.Join(' ', arguments)} did not end within five minutes");
        }
        return (process.ExitCode, output + error.Result);
    }
}
