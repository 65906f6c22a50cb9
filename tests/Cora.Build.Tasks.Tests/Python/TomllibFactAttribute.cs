using System.Diagnostics;
using System.Text;
using System.Text.Json;

namespace Cora.Build.Tests.Python;

/// <summary>A test that compares with CPython's <c>tomllib</c> (3.11 and later); skipped where that one reads more than TOML 1.0.</summary>
[AttributeUsage(AttributeTargets.Method)]
public sealed class TomllibFactAttribute : PythonFactAttribute
{
    public TomllibFactAttribute() => Skip ??= Tomllib.ReasonToSkip.Value;
}

/// <summary>CPython's TOML reader, in a process of its own.</summary>
internal static class Tomllib
{
    // Values are tagged with their type. tomllib has integers of any length and microseconds; TOML asks for 64 bits and milliseconds.
    private const string Script = """
        import base64, json, math, struct, sys, tomllib

        def plain(value):
            if isinstance(value, dict):
                return {key: plain(item) for key, item in value.items()}
            if isinstance(value, list):
                return [plain(item) for item in value]
            if isinstance(value, bool):
                return f"bool {value}"
            if isinstance(value, int):
                if not -2**63 <= value < 2**63:
                    raise ValueError("64 bits")
                return f"int {value}"
            if isinstance(value, float):
                return "float nan" if math.isnan(value) else f"float {struct.pack('>d', value).hex()}"
            if isinstance(value, str):
                return f"str {value}"
            return f"{type(value).__name__} {value.isoformat()}"

        def read(snippet):
            try:
                return plain(tomllib.loads(base64.b64decode(snippet).decode()))
            except ValueError:
                return None

        json.dump([read(snippet) for snippet in json.load(sys.stdin)], sys.stdout)
        """;

    public static Lazy<string?> ReasonToSkip { get; } = new(() => Run("""
        try:
            import tomllib
            tomllib.loads(r'escape = "\e"')
            print("this Python's tomllib reads TOML 1.1")
        except ImportError:
            print("this Python has no tomllib: it is older than 3.11")
        except ValueError:
            pass
        """, "").Output.Trim() switch
    {
        "" => null,
        var reason when reason.Contains("no tomllib", StringComparison.Ordinal) && Environment.GetEnvironmentVariable("CI") == "true" => null,
        var reason => reason,
    });

    /// <summary>What tomllib makes of each document; null for those that it refuses.</summary>
    public static IReadOnlyList<JsonElement> Read(IEnumerable<byte[]> documents)
    {
        var (exitCode, output) = Run(Script, JsonSerializer.Serialize(documents.Select(Convert.ToBase64String)));
        Assert.Equal(0, exitCode);
        return [.. JsonDocument.Parse(output, new JsonDocumentOptions { MaxDepth = 1000 }).RootElement.EnumerateArray()];
    }

    private static (int ExitCode, string Output) Run(string script, string input)
    {
        using var process = Process.Start(new ProcessStartInfo(TestPython.Executable!, ["-I", "-c", script])
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            StandardInputEncoding = new UTF8Encoding(encoderShouldEmitUTF8Identifier: false),
            StandardOutputEncoding = Encoding.UTF8,
        })!;
        var output = process.StandardOutput.ReadToEndAsync();
        process.StandardInput.Write(input);
        process.StandardInput.Close();
        process.WaitForExit();
        return (process.ExitCode, output.Result);
    }
}
