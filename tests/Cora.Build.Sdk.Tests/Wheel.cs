using System.IO.Compression;
using System.Security.Cryptography;
using System.Text;

namespace Cora.Build.Sdk.Tests;

/// <summary>Tiny wheels.</summary>
public static class Wheel
{
    /// <summary>Writes <c>{name}-{version}-{tags}.whl</c> with a package of its name, and returns its path.</summary>
    /// <param name="directory">Made when it is missing.</param>
    /// <param name="name">Of the distribution.</param>
    /// <param name="version">Of the distribution.</param>
    /// <param name="tags">Python, ABI and platform.</param>
    /// <param name="requires">What it depends on.</param>
    /// <param name="bytes">Of a further file that does not compress.</param>
    public static string Write(string directory, string name, string version, string tags = "py3-none-any", string[]? requires = null, int bytes = 0)
    {
        Directory.CreateDirectory(directory);
        var path = Path.Combine(directory, $"{name}-{version}-{tags}.whl");
        using var file = File.Create(path);
        using var zip = new ZipArchive(file, ZipArchiveMode.Create);
        Add($"{name}/__init__.py", Encoding.UTF8.GetBytes($"VERSION = '{version}'\n"));
        if (bytes > 0)
        {
            var content = new byte[bytes];
            new Random(bytes).NextBytes(content);
            Add($"{name}/data.bin", content);
        }
        Add($"{name}-{version}.dist-info/METADATA", Encoding.UTF8.GetBytes($"Metadata-Version: 2.1\nName: {name}\nVersion: {version}\n" + string.Concat((requires ?? []).Select(item => $"Requires-Dist: {item}\n"))));
        Add($"{name}-{version}.dist-info/WHEEL", Encoding.UTF8.GetBytes($"Wheel-Version: 1.0\nGenerator: test\nRoot-Is-Purelib: true\nTag: {tags}\n"));
        Add($"{name}-{version}.dist-info/RECORD", ""u8.ToArray());
        return path;

        void Add(string entryName, byte[] content)
        {
            var entry = zip.CreateEntry(entryName);
            entry.LastWriteTime = new DateTimeOffset(2020, 1, 1, 0, 0, 0, TimeSpan.Zero);
            using var stream = entry.Open();
            stream.Write(content);
        }
    }

    /// <summary>In lower-case hexadecimal.</summary>
    public static string Sha256(string path) => Convert.ToHexStringLower(SHA256.HashData(File.ReadAllBytes(path)));
}
