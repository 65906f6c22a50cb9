using System.Collections;
using System.Text;
using Cora.Build.Diagnostics;
using Cora.Build.Modules;
using Cora.Build.Python;
using Cora.Build.Python.Source;

namespace Cora.Build.Tests.Python.Source;

/// <summary>Facts of test sources, read by the real reader with a real Python.</summary>
internal static class Facts
{
    public static Processes Processes { get; } = new(Environment.GetEnvironmentVariables().Cast<DictionaryEntry>().ToDictionary(entry => (string)entry.Key, entry => (string)entry.Value!));

    public static TargetPlatform Target(int minor) => TargetPlatform.All.First(target => target.PythonMinor == minor);

    public static SourceFacts Of(string source, int target = 11, string? python = null) => Of(Encoding.UTF8.GetBytes(source.ReplaceLineEndings("\n")), target, python);

    public static SourceFacts Of(byte[] source, int target = 11, string? python = null) => Of([source], target, python)[0];

    public static IReadOnlyList<SourceFacts> Of(IReadOnlyList<byte[]> sources, int target = 11, string? python = null)
    {
        var directory = Directory.CreateTempSubdirectory("cora-facts-").FullName;
        try
        {
            var reader = new FactReader(Processes, python ?? HostPython.Default, new Location(Path.Combine(directory, "module.coraproj")));
            return reader.ReadAsync(sources, Target(target), Path.Combine(directory, "facts.json"), CancellationToken.None).GetAwaiter().GetResult();
        }
        finally
        {
            Directory.Delete(directory, recursive: true);
        }
    }
}
