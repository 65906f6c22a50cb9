using System.Diagnostics;
using System.Diagnostics.CodeAnalysis;
using System.Runtime.CompilerServices;
using System.Text.Json;
using Cora.Build.Python;

namespace Cora.Build.Tests.Python;

/// <summary>Gets a wheel from a store in a process of its own: this assembly, started as a program.</summary>
internal static class OwnProcess
{
    private const string Variable = "CORA_TEST_GET_WHEEL";

    public static Process Get(string root, WheelSource source) => Process.Start(new ProcessStartInfo(
        Environment.GetEnvironmentVariable("DOTNET_HOST_PATH") ?? "dotnet", [typeof(OwnProcess).Assembly.Location])
    {
        Environment = { [Variable] = JsonSerializer.Serialize<string?[]>([root, source.FileName, source.Location, source.Sha256]) },
    })!;

    // It blocks while the module is being initialized: no other thread may run code of this assembly, hence the method group.
    [ModuleInitializer]
    [SuppressMessage("Usage", "CA2255", Justification = "The program's Main is the test runner's, and does nothing.")]
    internal static void GetIfAsked()
    {
        if (Environment.GetEnvironmentVariable(Variable) is not { } arguments || JsonSerializer.Deserialize<string[]>(arguments) is not [var root, var name, var url, var sha256])
            return;
        new WheelStore(root, new WheelDownloader(Environment.GetEnvironmentVariable)).GetAsync(new WheelSource(name, url, sha256)).GetAwaiter().GetResult();
        Environment.Exit(0);
    }
}
