using System.IO.Compression;
using System.Text;

namespace Cora.Build.Tests.Packaging;

/// <summary>A member as its bytes in a zip say it is: each field can lie.</summary>
internal sealed record RawMember(byte[] Name, byte[] Content)
{
    public RawMember(string name, string content) : this(Encoding.UTF8.GetBytes(name), Encoding.UTF8.GetBytes(content))
    {
        if (!Ascii.IsValid(name))
            Flags = 0x800;
    }

    public int Method { get; init; } = 8;
    public int Flags { get; init; }
    public int MadeBy { get; init; } = 3;
    public uint Mode { get; init; } = 0x81A4;
    public uint? Crc32 { get; init; }
    public uint? Bytes { get; init; }
    public uint? CompressedBytes { get; init; }
    public uint? HeaderOffset { get; init; }
    public int DiskStart { get; init; }
    public byte[]? LocalName { get; init; }
    public int? LocalMethod { get; init; }
    public byte[] LocalExtra { get; init; } = [];
    public byte[] Extra { get; init; } = [];

    /// <summary>Sizes and CRC-32 after the data, and zeros in the local header.</summary>
    public bool DataDescriptor { get; init; }

    /// <summary>Sizes and offset in the directory's zip64 extra field.</summary>
    public bool Zip64 { get; init; }
}

/// <summary>Zips made byte by byte (APPNOTE.TXT), sound or not.</summary>
internal sealed class RawZip
{
    public ulong? Count { get; init; }
    public uint? DirectoryOffset { get; init; }
    public byte[] Comment { get; init; } = [];
    public int Disk { get; init; }
    public bool Zip64 { get; init; }

    /// <summary>Written between the members and the directory.</summary>
    public byte[] Gap { get; init; } = [];

    /// <summary>A wheel of the name <c>demo</c> around <paramref name="members"/>.</summary>
    public static RawMember[] Demo(params RawMember[] members) =>
        [.. members, new RawMember("demo-1.0.dist-info/METADATA", "Metadata-Version: 2.1\nName: demo\nVersion: 1.0\n"), new RawMember("demo-1.0.dist-info/RECORD", "")];

    public byte[] Make(params IReadOnlyList<RawMember> members)
    {
        var file = new MemoryStream();
        using var zip = new BinaryWriter(file);
        var directory = new MemoryStream();
        using var entries = new BinaryWriter(directory);
        foreach (var member in members)
        {
            var data = member.Method == 8 ? Deflate(member.Content) : member.Content;
            var crc = member.Crc32 ?? Crc32Of(member.Content);
            var compressed = member.CompressedBytes ?? (uint)data.Length;
            var bytes = member.Bytes ?? (uint)member.Content.Length;
            var flags = member.Flags | (member.DataDescriptor ? 8 : 0);
            var offset = member.HeaderOffset ?? (uint)file.Position;
            var localName = member.LocalName ?? member.Name;

            zip.Write(0x04034b50);
            Common(zip, flags, member.LocalMethod ?? member.Method, member.DataDescriptor ? 0 : crc, member.DataDescriptor ? 0 : compressed, member.DataDescriptor ? 0 : bytes);
            zip.Write((ushort)localName.Length);
            zip.Write((ushort)member.LocalExtra.Length);
            zip.Write(localName);
            zip.Write(member.LocalExtra);
            zip.Write(data);
            if (member.DataDescriptor)
            {
                zip.Write(0x08074b50);
                zip.Write(crc);
                zip.Write(compressed);
                zip.Write(bytes);
            }

            var extra = member.Zip64
                ? [1, 0, 24, 0, .. BitConverter.GetBytes((ulong)bytes), .. BitConverter.GetBytes((ulong)compressed), .. BitConverter.GetBytes((ulong)offset), .. member.Extra]
                : member.Extra;
            entries.Write(0x02014b50);
            entries.Write((ushort)(member.MadeBy << 8 | 20));
            Common(entries, flags, member.Method, crc, member.Zip64 ? uint.MaxValue : compressed, member.Zip64 ? uint.MaxValue : bytes);
            entries.Write((ushort)member.Name.Length);
            entries.Write((ushort)extra.Length);
            entries.Write((ushort)0);
            entries.Write((ushort)member.DiskStart);
            entries.Write((ushort)0);
            entries.Write(member.Mode << 16);
            entries.Write(member.Zip64 ? uint.MaxValue : offset);
            entries.Write(member.Name);
            entries.Write(extra);
        }
        zip.Write(Gap);
        WriteEnd(zip, directory.ToArray(), Count ?? (ulong)members.Count);
        return file.ToArray();
    }

    private void WriteEnd(BinaryWriter zip, byte[] directory, ulong count)
    {
        var offset = (ulong)zip.BaseStream.Position;
        zip.Write(directory);
        if (Zip64)
        {
            var end64 = (ulong)zip.BaseStream.Position;
            zip.Write(0x06064b50);
            zip.Write(44UL);
            zip.Write(0x002d002d);
            zip.Write(0UL);
            zip.Write(count);
            zip.Write(count);
            zip.Write((ulong)directory.Length);
            zip.Write(offset);
            zip.Write(0x07064b50);
            zip.Write(0U);
            zip.Write(end64);
            zip.Write(1U);
        }
        zip.Write(0x06054b50);
        zip.Write((ushort)Disk);
        zip.Write((ushort)Disk);
        zip.Write(Zip64 ? ushort.MaxValue : (ushort)count);
        zip.Write(Zip64 ? ushort.MaxValue : (ushort)count);
        zip.Write(Zip64 ? uint.MaxValue : (uint)directory.Length);
        zip.Write(Zip64 ? uint.MaxValue : DirectoryOffset ?? (uint)offset);
        zip.Write((ushort)Comment.Length);
        zip.Write(Comment);
    }

    private static void Common(BinaryWriter writer, int flags, int method, uint crc, uint compressed, uint bytes)
    {
        writer.Write((ushort)20);
        writer.Write((ushort)flags);
        writer.Write((ushort)method);
        writer.Write(0x58c8_6b2a);      // a time, which must not come through
        writer.Write(crc);
        writer.Write(compressed);
        writer.Write(bytes);
    }

    private static byte[] Deflate(byte[] content)
    {
        var deflated = new MemoryStream();
        using (var deflate = new DeflateStream(deflated, CompressionLevel.Optimal, leaveOpen: true))
            deflate.Write(content);
        return deflated.Length > 0 ? deflated.ToArray() : [3, 0];
    }

    /// <summary>CRC-32 by the book, one bit at a time.</summary>
    public static uint Crc32Of(ReadOnlySpan<byte> content)
    {
        var crc = uint.MaxValue;
        foreach (var b in content)
        {
            crc ^= b;
            for (var bit = 0; bit < 8; bit++)
                crc = (crc & 1) == 0 ? crc >> 1 : crc >> 1 ^ 0xEDB88320;
        }
        return ~crc;
    }
}
