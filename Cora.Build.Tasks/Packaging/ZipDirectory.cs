using System.Buffers.Binary;
using System.Collections.Immutable;
using System.Text;
using Cora.Build.Diagnostics;
using Microsoft.Win32.SafeHandles;

namespace Cora.Build.Packaging;

/// <summary>
/// The members of a wheel (a zip, PKWARE's APPNOTE.TXT). The central directory is the truth; of a local header only the two lengths are used.
/// What two readers of zips could understand in two ways is refused, as PyPI does on upload.
/// </summary>
/// <param name="Path">Full path of the wheel.</param>
/// <param name="FileBytes">Length of the wheel.</param>
/// <param name="Members">In the order of the central directory; names are unique.</param>
public sealed record ZipDirectory(string Path, long FileBytes, ImmutableArray<ZipMember> Members)
{
    /// <summary>A member that would be written outside of where it belongs, or under two names.</summary>
    public static readonly DiagnosticDescriptor UnsafeMember = new("CORA4006", Severity.Error, "Unsafe member in a wheel");

    /// <summary>A wheel whose bytes are not a sound zip.</summary>
    public static readonly DiagnosticDescriptor CorruptWheel = new("CORA4007", Severity.Error, "Corrupt wheel");

    /// <summary>
    /// Largest central directory that is read, in bytes. 70,000 members take about 9 MB; this bounds the memory that a hostile wheel can ask for.
    /// </summary>
    public const int MaxDirectoryBytes = 64 << 20;

    private const int EndBytes = 22, LocatorBytes = 20, End64Bytes = 56, EntryBytes = 46, LocalBytes = 30;
    private const uint LocatorSignature = 0x07064b50, End64Signature = 0x06064b50, EntrySignature = 0x02014b50, LocalSignature = 0x04034b50;
    private const int Utf8Flag = 1 << 11;
    private static ReadOnlySpan<byte> EndSignature => "PK\u0005\u0006"u8;

    /// <summary>Encrypted, patched data, strong encryption, masked headers.</summary>
    private const int RefusedFlags = 1 << 0 | 1 << 5 | 1 << 6 | 1 << 13;

    /// <summary>Deflate's limit: a match of 258 bytes takes two bits at least.</summary>
    private const long MaxExpansion = 1032;

    private static readonly UTF8Encoding s_utf8 = new(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);

    /// <summary>Upper half of code page 437, the encoding of names without the UTF-8 flag (APPNOTE.TXT appendix D).</summary>
    private const string Cp437 =
        "ÇüéâäàåçêëèïîìÄÅÉæÆôöòûùÿÖÜ¢£¥₧ƒáíóúñÑªº¿⌐¬½¼¡«»░▒▓│┤╡╢╖╕╣║╗╝╜╛┐" +
        "└┴┬├─┼╞╟╚╔╩╦╠═╬╧╨╤╥╙╘╒╓╫╪┘┌█▄▌▐▀αßΓπΣσµτΦΘΩδ∞φε∩≡±≥≤⌠⌡÷≈°∙·√ⁿ²■\u00a0";

    /// <summary>Reads the directory of the wheel at <paramref name="path"/>.</summary>
    /// <exception cref="CoraException">CORA4006 for an unsafe member, CORA4007 for a wheel that is corrupt or cannot be read.</exception>
    public static ZipDirectory Read(string path)
    {
        using var file = Open(path);
        return Read(file, path);
    }

    /// <summary>Reads the directory of an open wheel; <paramref name="path"/> is for messages.</summary>
    /// <exception cref="CoraException">As <see cref="Read(string)"/>.</exception>
    public static ZipDirectory Read(SafeFileHandle file, string path)
    {
        try
        {
            return new Reader(file, path).Read();
        }
        catch (Exception failure) when (failure is IOException or NotSupportedException)
        {
            throw Unreadable(path, failure);
        }
    }

    internal static SafeFileHandle Open(string path)
    {
        try
        {
            return File.OpenHandle(path, FileMode.Open, FileAccess.Read, FileShare.Read | FileShare.Delete);
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            throw Unreadable(path, failure);
        }
    }

    internal static CoraException Corrupt(string path, string? member, string problem) => CorruptWheel.Error(new Location(path),
        $"{Subject(path, member)} {problem}; delete the wheel so that it is fetched again, and if that does not help, tell the distribution's authors");

    internal static CoraException Unreadable(string path, Exception failure) =>
        new(CorruptWheel.At(new Location(path), $"{Subject(path, null)} cannot be read: {failure.Message}"), failure);

    private static string Subject(string path, string? member)
    {
        var wheel = $"wheel '{System.IO.Path.GetFileName(path)}'";
        return member is null ? wheel : $"member '{ArchiveName.Shown(member)}' of {wheel}";
    }

    /// <summary>An entry whose local header is still to be read.</summary>
    /// <param name="Member">All but its <see cref="ZipMember.DataOffset"/>.</param>
    /// <param name="NameAt">Where the name's bytes are in the central directory.</param>
    /// <param name="NameBytes">How many they are.</param>
    /// <param name="HeaderOffset">Where the local header is in the file.</param>
    private readonly record struct Entry(ZipMember Member, int NameAt, int NameBytes, long HeaderOffset);

    private sealed class Reader(SafeFileHandle file, string path)
    {
        private readonly long _fileBytes = RandomAccess.GetLength(file);

        public ZipDirectory Read()
        {
            var (offset, bytes, count) = Locate();
            if (bytes > MaxDirectoryBytes)
                throw Corrupt(path, null, $"has a directory of {bytes} bytes, more than the {MaxDirectoryBytes} that a wheel can need");
            if (count > bytes / EntryBytes)
                throw Corrupt(path, null, $"claims {count} members in a directory of {bytes} bytes");
            var directory = new byte[bytes];
            ReadExactly(directory, offset);
            var entries = ReadEntries(directory, (int)count, offset);
            return new ZipDirectory(path, _fileBytes, ResolveData(directory, entries, offset));
        }

        /// <summary>Offset, bytes and member count of the central directory, which must end where the end records begin.</summary>
        private (long Offset, long Bytes, long Count) Locate()
        {
            var tail = new byte[Math.Min(_fileBytes, LocatorBytes + EndBytes + ushort.MaxValue)];
            ReadExactly(tail, _fileBytes - tail.Length);
            var at = tail.AsSpan().LastIndexOf(EndSignature);
            var end = at < 0 ? default : tail.AsSpan(at);
            if (end.Length < EndBytes || EndBytes + U16(end, 20) != end.Length)
                throw Corrupt(path, null, "does not end with a zip's end record (is it cut off?)");

            var endOffset = _fileBytes - end.Length;
            long disk = U16(end, 4), directoryDisk = U16(end, 6), countHere = U16(end, 8), count = U16(end, 10);
            long bytes = U32(end, 12), offset = U32(end, 16);
            if (at >= LocatorBytes && U32(tail.AsSpan(at - LocatorBytes), 0) == LocatorSignature)
            {
                var locator = tail.AsSpan(at - LocatorBytes, LocatorBytes);
                var end64Offset = InFile(U64(locator, 8));
                var end64 = new byte[End64Bytes];
                if (U32(locator, 4) != 0 || U32(locator, 16) > 1 || end64Offset > endOffset - LocatorBytes - End64Bytes)
                    throw Corrupt(path, null, "has a zip64 locator that points nowhere");
                ReadExactly(end64, end64Offset);
                endOffset -= LocatorBytes;
                if (U32(end64, 0) != End64Signature || U64(end64, 4) != (ulong)(endOffset - end64Offset - 12))
                    throw Corrupt(path, null, "has a damaged zip64 end record");
                endOffset = end64Offset;
                disk = Wide(disk, ushort.MaxValue, U32(end64, 16));
                directoryDisk = Wide(directoryDisk, ushort.MaxValue, U32(end64, 20));
                countHere = Wide(countHere, ushort.MaxValue, U64(end64, 24));
                count = Wide(count, ushort.MaxValue, U64(end64, 32));
                bytes = Wide(bytes, uint.MaxValue, U64(end64, 40));
                offset = Wide(offset, uint.MaxValue, U64(end64, 48));
            }
            if (disk != 0 || directoryDisk != 0 || countHere != count)
                throw Corrupt(path, null, "is one part of a zip that spans several files");
            if (offset + bytes != endOffset)
                throw Corrupt(path, null, "has a directory that is not where its end record says, or bytes before its first or after its last part");
            return (offset, bytes, count);
        }

        /// <summary>The zip64 value; the narrow one must be its placeholder or say the same.</summary>
        private long Wide(long narrow, long placeholder, ulong wide)
        {
            var value = InFile(wide);
            return narrow == placeholder || narrow == value ? value : throw Corrupt(path, null, "has two end records that differ");
        }

        private Entry[] ReadEntries(ReadOnlySpan<byte> directory, int count, long directoryOffset)
        {
            var entries = new Entry[count];
            var names = new HashSet<string>(count, StringComparer.Ordinal);
            var at = 0;
            for (var i = 0; i < count; i++)
            {
                var fixedPart = directory[at..];
                if (fixedPart.Length < EntryBytes || U32(fixedPart, 0) != EntrySignature)
                    throw Corrupt(path, null, $"has a damaged directory at entry {i + 1} of {count}");
                int nameBytes = U16(fixedPart, 28), extraBytes = U16(fixedPart, 30), commentBytes = U16(fixedPart, 32);
                var next = at + EntryBytes + nameBytes + extraBytes + commentBytes;
                if (next > directory.Length)
                    throw Corrupt(path, null, $"has a directory that is cut off at entry {i + 1} of {count}");
                var name = DecodeName(directory.Slice(at + EntryBytes, nameBytes), U16(fixedPart, 8));
                if (ArchiveName.Defect(name) is { } defect)
                    throw Unsafe(name, defect);
                if (!names.Add(name))
                    throw Unsafe(name, "is there twice");
                entries[i] = ReadEntry(fixedPart[..(next - at - commentBytes)], name, at + EntryBytes, directoryOffset);
                at = next;
            }
            return at == directory.Length ? entries : throw Corrupt(path, null, $"has more in its directory than the {count} members that it counts");
        }

        private Entry ReadEntry(ReadOnlySpan<byte> entry, string name, int nameAt, long directoryOffset)
        {
            int madeBy = U16(entry, 4) >> 8, flags = U16(entry, 8), method = U16(entry, 10), nameBytes = U16(entry, 28);
            var mode = (int)(U32(entry, 38) >> 16);
            var (bytes, compressedBytes, headerOffset, disk) = Sizes(entry, entry[(EntryBytes + nameBytes)..], name);

            if ((flags & RefusedFlags) != 0)
                throw Corrupt(path, name, "is encrypted or patched");
            if (disk != 0)
                throw Corrupt(path, name, "lies in another part of a zip that spans several files");
            if (method is not ((int)ZipMethod.Stored or (int)ZipMethod.Deflated))
                throw Corrupt(path, name, $"is compressed with method {method}; wheels are stored (0) or deflated (8)");
            if (headerOffset > directoryOffset || compressedBytes > directoryOffset)
                throw Corrupt(path, name, "reaches beyond the members' part of the file");
            if (method == (int)ZipMethod.Stored ? bytes != compressedBytes : compressedBytes < 2 || bytes > compressedBytes * MaxExpansion)
                throw Corrupt(path, name, $"cannot have {bytes} bytes in {compressedBytes} bytes of the file");
            CheckKind(name, mode & 0xF000, bytes);

            var permissions = (UnixFileMode)(mode & 0xFFF);
            return new Entry(new ZipMember(name, (ZipMethod)method, U32(entry, 16), compressedBytes, bytes, flags, DataOffset: 0,
                madeBy is MadeByUnix or MadeByMacOS ? permissions : null), nameAt, nameBytes, headerOffset);
        }

        private const int MadeByUnix = 3, MadeByMacOS = 19;

        private void CheckKind(string name, int kind, long bytes)
        {
            const int Unsaid = 0, Directory = 0x4000, Regular = 0x8000, SymbolicLink = 0xA000;
            if (kind == SymbolicLink)
                throw Unsafe(name, "is a symbolic link");
            var isDirectory = name.EndsWith('/');
            if (kind is not (Unsaid or Directory or Regular) || kind == Directory && !isDirectory)
                throw Unsafe(name, "is no regular file");
            if (isDirectory && bytes != 0)
                throw Corrupt(path, name, "is a directory with content");
        }

        /// <summary>Sizes and place of a member; what does not fit 32 bits is in the zip64 extra field (APPNOTE.TXT 4.5.3), in this order.</summary>
        private (long Bytes, long CompressedBytes, long HeaderOffset, long Disk) Sizes(ReadOnlySpan<byte> entry, ReadOnlySpan<byte> extra, string name)
        {
            const int Zip64 = 1;
            var wide = ReadOnlySpan<byte>.Empty;
            while (extra.Length >= 4)
            {
                int id = U16(extra, 0), length = U16(extra, 2);
                if (length > extra.Length - 4)
                    throw Corrupt(path, name, "has a damaged extra field");
                if (id == Zip64)
                {
                    wide = extra.Slice(4, length);
                    break;
                }
                extra = extra[(4 + length)..];
            }
            var bytes = Field(U32(entry, 24), uint.MaxValue, 8, ref wide);
            var compressedBytes = Field(U32(entry, 20), uint.MaxValue, 8, ref wide);
            var headerOffset = Field(U32(entry, 42), uint.MaxValue, 8, ref wide);
            var disk = Field(U16(entry, 34), ushort.MaxValue, 4, ref wide);
            return (bytes, compressedBytes, headerOffset, disk);

            long Field(uint narrow, uint placeholder, int width, ref ReadOnlySpan<byte> wide)
            {
                if (narrow != placeholder)
                    return narrow;
                if (wide.Length < width)
                    throw Corrupt(path, name, "has no zip64 field for a size that needs one");
                var value = width == 8 ? U64(wide, 0) : U32(wide, 0);
                wide = wide[width..];
                return value <= long.MaxValue ? (long)value : throw Corrupt(path, name, "declares a size that cannot be");
            }
        }

        /// <summary>Reads the local headers in the order of the file, which shows overlaps too.</summary>
        private ImmutableArray<ZipMember> ResolveData(byte[] directory, Entry[] entries, long directoryOffset)
        {
            var order = new int[entries.Length];
            for (var i = 0; i < order.Length; i++)
                order[i] = i;
            Array.Sort(order, (a, b) => entries[a].HeaderOffset.CompareTo(entries[b].HeaderOffset));

            var members = new ZipMember[entries.Length];
            Span<byte> local = stackalloc byte[LocalBytes + ArchiveName.MaxBytes];
            long free = 0;
            foreach (var i in order)
            {
                var (member, nameAt, nameBytes, headerOffset) = entries[i];
                if (headerOffset < free)
                    throw Corrupt(path, member.Name, "overlaps another member");
                if (headerOffset + LocalBytes + nameBytes > directoryOffset)
                    throw Corrupt(path, member.Name, "reaches beyond the members' part of the file");
                var header = local[..(LocalBytes + nameBytes)];
                ReadExactly(header, headerOffset);
                if (U32(header, 0) != LocalSignature)
                    throw Corrupt(path, member.Name, "has no local header where the directory says");
                if (U16(header, 26) != nameBytes || !header[LocalBytes..].SequenceEqual(directory.AsSpan(nameAt, nameBytes)))
                    throw Corrupt(path, member.Name, "has another name in its local header");
                if (U16(header, 8) != (int)member.Method)
                    throw Corrupt(path, member.Name, "has another compression method in its local header");
                var dataOffset = headerOffset + LocalBytes + nameBytes + U16(header, 28);
                free = dataOffset + member.CompressedBytes;
                if (free > directoryOffset)
                    throw Corrupt(path, member.Name, "reaches beyond the members' part of the file");
                members[i] = member with { DataOffset = dataOffset };
            }
            return ImmutableArray.Create(members);
        }

        private string DecodeName(ReadOnlySpan<byte> name, int flags)
        {
            if (name.Length > ArchiveName.MaxBytes)
                throw Unsafe(Encoding.Latin1.GetString(name), $"has a path of more than {ArchiveName.MaxBytes} bytes");
            if (Ascii.IsValid(name))
                return Encoding.ASCII.GetString(name);
            if ((flags & Utf8Flag) == 0)
                return string.Create(name.Length, name, static (chars, bytes) =>
                {
                    for (var i = 0; i < bytes.Length; i++)
                        chars[i] = bytes[i] < 0x80 ? (char)bytes[i] : Cp437[bytes[i] - 0x80];
                });
            try
            {
                return s_utf8.GetString(name);
            }
            catch (DecoderFallbackException)
            {
                throw Corrupt(path, Encoding.Latin1.GetString(name), "has a name that is not the UTF-8 that it claims to be");
            }
        }

        private CoraException Unsafe(string name, string problem) => UnsafeMember.Error(new Location(path),
            $"{Subject(path, name)} {problem}, which no sound wheel has; delete the wheel, do not use it, and report it to the index that it came from");

        private long InFile(ulong value) =>
            value <= (ulong)_fileBytes ? (long)value : throw Corrupt(path, null, "has an end record that points beyond the file");

        private void ReadExactly(Span<byte> buffer, long offset)
        {
            while (!buffer.IsEmpty)
            {
                var read = RandomAccess.Read(file, buffer, offset);
                if (read == 0)
                    throw Corrupt(path, null, "is cut off");
                buffer = buffer[read..];
                offset += read;
            }
        }

        private static ushort U16(ReadOnlySpan<byte> bytes, int at) => BinaryPrimitives.ReadUInt16LittleEndian(bytes[at..]);

        private static uint U32(ReadOnlySpan<byte> bytes, int at) => BinaryPrimitives.ReadUInt32LittleEndian(bytes[at..]);

        private static ulong U64(ReadOnlySpan<byte> bytes, int at) => BinaryPrimitives.ReadUInt64LittleEndian(bytes[at..]);
    }
}
