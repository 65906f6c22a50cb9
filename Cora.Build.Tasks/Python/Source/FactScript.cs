using System.Security.Cryptography;
using System.Text;

namespace Cora.Build.Python.Source;

/// <summary>
/// The program in Python that reads facts, embedded from <c>facts/</c>: a package of modules, which an isolated Python takes from its standard input, because a
/// command line is at most 32,767 characters long on Windows, and because what stands on disk could be another version.
/// </summary>
internal static class FactScript
{
    /// <summary>Each module after those that it imports.</summary>
    private static readonly string[] s_modules =
        ["nodes", "text", "fstrings", "syntax", "suppressions", "conditions", "scopes", "history", "literals", "decorators", "walker", "definitions", "environment", "report", "__main__"];

    /// <summary>Says which Python it is, takes the modules, and runs the last one. It must be readable for any Python that somebody has.</summary>
    private const string Bootstrap = """
        import sys
        print("python %d.%d.%d" % sys.version_info[:3])
        sys.stdout.flush()
        if sys.version_info >= (3, 9):
            import binascii, types
            for _ in range(int(sys.stdin.buffer.readline())):
                name, source = sys.stdin.buffer.readline().decode().split()
                module = sys.modules[name] = types.ModuleType(name)
                exec(compile(binascii.a2b_base64(source), name, "exec"), module.__dict__)
            module.run()
        """;

    private static readonly Lazy<string> s_package = new(() => string.Concat(
        s_modules.Select(name => $"facts.{name} {Convert.ToBase64String(Resource(name))}\n").Prepend($"{s_modules.Length}\n")));

    private static readonly Lazy<string> s_hash = new(() => Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(Bootstrap + s_package.Value))));

    /// <summary>What Python is started with: without the user's settings, site packages and files of byte code.</summary>
    public static IReadOnlyList<string> Arguments { get; } = ["-I", "-S", "-B", "-c", Bootstrap];

    /// <summary>What the standard input begins with.</summary>
    public static string Package => s_package.Value;

    /// <summary>Changes when the program does.</summary>
    public static string Hash => s_hash.Value;

    private static byte[] Resource(string name)
    {
        using var stream = typeof(FactScript).Assembly.GetManifestResourceStream($"facts/{name}.py")!;
        var bytes = new byte[stream.Length];
        stream.ReadExactly(bytes);
        return bytes;
    }
}
