using System.IO.Compression;
using Cora.Build.Diagnostics;
using Microsoft.Win32.SafeHandles;

namespace Cora.Build.Packaging;

/// <summary>Reads what is inside a member of a wheel. Members are packaged without it: their compressed bytes are copied.</summary>
public static class ZipMemberReader
{
    /// <summary>The uncompressed bytes of a member, held against its declared length and CRC-32.</summary>
    /// <param name="path">Full path of the wheel.</param>
    /// <param name="member">A member from the wheel's <see cref="ZipDirectory"/>.</param>
    /// <param name="maxBytes">The most bytes, compressed or not, that are read.</param>
    /// <exception cref="CoraException">CORA4007 when the member is larger, not what it declares, or cannot be read.</exception>
    public static byte[] ReadAllBytes(string path, ZipMember member, int maxBytes)
    {
        using var file = ZipDirectory.Open(path);
        return ReadAllBytes(file, path, member, maxBytes);
    }

    /// <inheritdoc cref="ReadAllBytes(string, ZipMember, int)"/>
    /// <param name="file">The wheel.</param>
    /// <param name="path">Its full path, for messages.</param>
    /// <param name="member">A member from the wheel's <see cref="ZipDirectory"/>.</param>
    /// <param name="maxBytes">The most bytes, compressed or not, that are read.</param>
    public static byte[] ReadAllBytes(SafeFileHandle file, string path, ZipMember member, int maxBytes)
    {
        if (member.Bytes > maxBytes || member.CompressedBytes > maxBytes)
            throw ZipDirectory.Corrupt(path, member.Name, $"has {Math.Max(member.Bytes, member.CompressedBytes)} bytes; more than {maxBytes} are not sound");
        var bytes = new byte[member.Bytes];
        try
        {
            using var content = Open(file, path, member, member.CompressedBytes);
            if (content.ReadAtLeast(bytes, bytes.Length, throwOnEndOfStream: false) < bytes.Length || content.ReadByte() >= 0)
                throw ZipDirectory.Corrupt(path, member.Name, $"does not have the {member.Bytes} bytes that it declares");
        }
        catch (InvalidDataException)
        {
            throw ZipDirectory.Corrupt(path, member.Name, "is not valid deflate data");
        }
        return Crc32.Of(bytes) == member.Crc32 ? bytes : throw ZipDirectory.Corrupt(path, member.Name, "does not have the CRC-32 that it declares");
    }

    /// <summary>Reads the first uncompressed bytes of a member, unchecked; returns how many there were.</summary>
    /// <exception cref="CoraException">CORA4007 when it cannot be read.</exception>
    internal static int ReadStart(SafeFileHandle file, string path, ZipMember member, Span<byte> start)
    {
        // The header of a deflate block (its Huffman codes) takes less than 300 bytes.
        const int Enough = 4096;
        try
        {
            using var content = Open(file, path, member, Math.Min(member.CompressedBytes, Enough + start.Length));
            return content.ReadAtLeast(start, start.Length, throwOnEndOfStream: false);
        }
        catch (InvalidDataException)
        {
            throw ZipDirectory.Corrupt(path, member.Name, "is not valid deflate data");
        }
    }

    private static Stream Open(SafeFileHandle file, string path, ZipMember member, long compressedBytes)
    {
        var compressed = new byte[compressedBytes];
        try
        {
            for (var read = 0; read < compressed.Length;)
            {
                var count = RandomAccess.Read(file, compressed.AsSpan(read), member.DataOffset + read);
                if (count == 0)
                    throw ZipDirectory.Corrupt(path, member.Name, "is cut off");
                read += count;
            }
        }
        catch (IOException failure)
        {
            throw ZipDirectory.Unreadable(path, failure);
        }
        var stream = new MemoryStream(compressed, writable: false);
        return member.Method == ZipMethod.Stored ? stream : new DeflateStream(stream, CompressionMode.Decompress);
    }
}
