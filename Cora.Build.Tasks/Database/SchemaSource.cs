using System.Security.Cryptography;
using Cora.Build.Diagnostics;
using Cora.Build.Modules;

namespace Cora.Build.Database;

/// <summary>A file of SQL, for a database that stays.</summary>
/// <param name="Module">Name of its module.</param>
/// <param name="Name">Its place in the module, with forward slashes: by this the database knows it, wherever the module is.</param>
/// <param name="Path">Where findings point: full path, or that of a package with the place in it.</param>
/// <param name="IsMigration">Whether it runs once.</param>
/// <param name="Content">Its bytes.</param>
public sealed record SchemaSource(string Module, string Name, string Path, bool IsMigration, ReadOnlyMemory<byte> Content)
{
    /// <summary>Far above any file that was written by hand, in bytes.</summary>
    internal const int MostBytes = 64 << 20;

    /// <summary>Lower-case hex, of the text: git may give a file other line ends on each machine, and an editor a byte order mark.</summary>
    public string Sha256 { get; } = Convert.ToHexStringLower(SHA256.HashData(Normalized(Content.Span)));

    /// <summary>Reads a file.</summary>
    /// <param name="file">The file.</param>
    /// <param name="name">Its place in the module.</param>
    /// <exception cref="IOException">It cannot be read.</exception>
    /// <exception cref="CoraException">CORA7024: it is too long.</exception>
    public static SchemaSource Read(SchemaFile file, string name)
    {
        ArgumentNullException.ThrowIfNull(file);
        var length = new FileInfo(file.Path).Length;
        if (length > MostBytes) throw TooLong(file.Path);
        // One without bytes may be a pipe, which would be waited for.
        return new(file.Module, name, file.Path, file.IsMigration, length == 0 ? default : File.ReadAllBytes(file.Path));
    }

    internal static CoraException TooLong(string path) =>
        ApplyDiagnostics.s_unusableFile.Error(new Location(path), $"The file has more than {MostBytes >> 20} MB. Nothing was applied. Split it.");

    private static byte[] Normalized(ReadOnlySpan<byte> content)
    {
        if (content.StartsWith("\uFEFF"u8)) content = content[3..];
        var result = new byte[content.Length];
        var length = 0;
        for (var i = 0; i < content.Length; i++)
        {
            if (content[i] != '\r' || i + 1 == content.Length || content[i + 1] != '\n') result[length++] = content[i];
        }
        return result[..length];
    }
}
