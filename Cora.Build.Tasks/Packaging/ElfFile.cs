using System.Buffers.Binary;
using System.Collections.Immutable;
using Cora.Build.Diagnostics;

namespace Cora.Build.Packaging;

/// <summary>What a native program or library of Linux needs to run (System V ABI, ELF; versions as in the LSB, "Symbol versioning").</summary>
/// <param name="Bits">32 or 64.</param>
/// <param name="Machine">Machine (<c>e_machine</c>): <see cref="X8664"/>, <see cref="AArch64"/> or another.</param>
/// <param name="RequiredGlibc">The highest <c>GLIBC_x.y</c> that it asks for; <c>null</c> when none (static, or another libc).</param>
/// <param name="IsDamaged">Whether its headers point outside the file or contradict each other; a loader refuses it.</param>
public sealed record ElfFile(int Bits, int Machine, Version? RequiredGlibc, bool IsDamaged)
{
    /// <summary>A native file in the sources that the runtime cannot load.</summary>
    public static readonly DiagnosticDescriptor UnfitNativeFile = new("CORA4008", Severity.Error, "Native file that does not fit the runtime");

    /// <summary>EM_X86_64.</summary>
    public const int X8664 = 62;

    /// <summary>EM_AARCH64.</summary>
    public const int AArch64 = 183;

    /// <summary>The first bytes of each ELF file.</summary>
    internal static ReadOnlySpan<byte> Magic => "\u007fELF"u8;

    /// <summary>Reads an ELF file; <c>null</c> when <paramref name="stream"/> (which can seek) is none.</summary>
    public static ElfFile? TryRead(Stream stream)
    {
        Span<byte> header = stackalloc byte[64];
        stream.Position = 0;
        header = header[..stream.ReadAtLeast(header, header.Length, throwOnEndOfStream: false)];
        if (!header.StartsWith(Magic))
            return null;
        var wide = header.Length > 4 && header[4] == 2;
        var bits = wide ? 64 : 32;
        if (header.Length < (wide ? 64 : 52) || header[4] is not (1 or 2) || header[5] is not (1 or 2))
            return new ElfFile(bits, 0, null, IsDamaged: true);

        var reader = new Reader(stream, wide, littleEndian: header[5] == 1);
        var machine = reader.U16(header, 18);
        try
        {
            return new ElfFile(bits, machine, reader.RequiredGlibc(header), IsDamaged: false);
        }
        catch (InvalidDataException)
        {
            return new ElfFile(bits, machine, null, IsDamaged: true);
        }
    }

    /// <summary>Says why the runtime cannot load a file of the project; <c>null</c> when it can, or when the file is not native.</summary>
    /// <param name="path">Full path of the file.</param>
    /// <param name="architecture"><c>x86_64</c> or <c>arm64</c>, as Lambda calls it.</param>
    /// <param name="glibc">The runtime's glibc, major and minor.</param>
    /// <returns>CORA4008, or <c>null</c>.</returns>
    /// <exception cref="CoraException">CORA4011 when the file is gone, CORA4012 when it cannot be read.</exception>
    public static Diagnostic? Check(string path, string architecture, Version glibc)
    {
        var machine = architecture switch
        {
            "x86_64" => X8664,
            "arm64" => AArch64,
            _ => throw new ArgumentException($"Not an architecture of Lambda: {architecture}", nameof(architecture)),
        };
        try
        {
            using var stream = new FileStream(ArtifactEntry.OpenFile(path), FileAccess.Read);
            var problem = TryRead(stream) switch
            {
                null when IsMacLibrary(stream, path) => "is a library of macOS",
                null => null,
                { IsDamaged: true } => "is a damaged ELF file, which no system loads",
                var elf when elf.Machine != machine || elf.Bits != 64 => $"is built for {MachineName(elf)}",
                var elf when elf.RequiredGlibc > glibc => $"needs glibc {elf.RequiredGlibc}",
                _ => null,
            };
            return problem is null ? null : UnfitNativeFile.At(new Location(path),
                $"'{Path.GetFileName(path)}' {problem}; the runtime is Linux on {architecture} with glibc {glibc}. " +
                "Build it for that runtime (in a manylinux image), or depend on a wheel that brings it");
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException or NotSupportedException)
        {
            throw ArtifactWriter.SourceUnreadable(path, failure);
        }
    }

    /// <summary>A <c>.so</c> that begins as Mach-O, 64 bits, does: what compiling an extension module on a Mac gives.</summary>
    private static bool IsMacLibrary(Stream stream, string path)
    {
        Span<byte> start = stackalloc byte[4];
        stream.Position = 0;
        return path.EndsWith(".so", StringComparison.OrdinalIgnoreCase)
            && stream.ReadAtLeast(start, start.Length, throwOnEndOfStream: false) == start.Length
            && (start.SequenceEqual<byte>([0xCF, 0xFA, 0xED, 0xFE]) || start.SequenceEqual<byte>([0xCA, 0xFE, 0xBA, 0xBE]));
    }

    private static string MachineName(ElfFile elf) => (elf.Machine, elf.Bits) switch
    {
        (X8664, 64) => "x86_64",
        (AArch64, 64) => "arm64",
        (X8664, _) => "x32",
        (3, _) => "32-bit x86",
        (40, _) => "32-bit ARM",
        var (machine, bits) => $"machine {machine} ({bits} bits)",
    };

    /// <summary>
    /// Follows what the dynamic loader follows: program headers, the dynamic segment, the table of needed versions. Section headers are not
    /// used: they can be stripped. What points outside the file or is endless throws <see cref="InvalidDataException"/>.
    /// </summary>
    private sealed class Reader(Stream stream, bool wide, bool littleEndian)
    {
        private const uint LoadSegment = 1, DynamicSegment = 2;
        private const ulong EndTag = 0, StringsTag = 5, StringsBytesTag = 10, VersionsNeededTag = 0x6ffffffe;
        private const int WeakVersion = 2;

        /// <summary>Bounds that no real file comes near: tables in bytes, records of needed versions, the length of a version's name.</summary>
        private const int MaxTableBytes = 1 << 20, MaxVersions = 4096, MaxVersionBytes = 64;

        private readonly long _fileBytes = stream.Length;

        private readonly record struct Segment(uint Type, ulong FileOffset, ulong Address, ulong FileBytes);

        public Version? RequiredGlibc(ReadOnlySpan<byte> header)
        {
            var segments = ReadSegments(header);
            var dynamic = segments.FirstOrDefault(segment => segment.Type == DynamicSegment);
            if (dynamic == default)
                return null;

            ulong strings = 0, stringsBytes = 0, versions = 0;
            var word = wide ? 8 : 4;
            var table = ReadTable(dynamic.FileOffset, dynamic.FileBytes).AsSpan();
            for (; table.Length >= 2 * word; table = table[(2 * word)..])
            {
                var (tag, value) = (Word(table, 0), Word(table, word));
                if (tag == EndTag)
                    break;
                if (tag == StringsTag)
                    strings = value;
                else if (tag == StringsBytesTag)
                    stringsBytes = value;
                else if (tag == VersionsNeededTag)
                    versions = value;
            }
            return versions == 0 ? null : HighestGlibc(FileOffset(segments, versions), FileOffset(segments, strings), stringsBytes);
        }

        private ImmutableArray<Segment> ReadSegments(ReadOnlySpan<byte> header)
        {
            var offset = wide ? Word(header, 32) : Word(header, 28);
            int size = U16(header, wide ? 54 : 42), count = U16(header, wide ? 56 : 44);
            if (count == 0)
                return [];
            if (size != (wide ? 56 : 32))
                throw new InvalidDataException();
            var table = ReadTable(offset, (ulong)(size * count));
            var segments = ImmutableArray.CreateBuilder<Segment>(count);
            for (var at = 0; at < table.Length; at += size)
            {
                var entry = table.AsSpan(at, size);
                segments.Add(wide
                    ? new Segment(U32(entry, 0), Word(entry, 8), Word(entry, 16), Word(entry, 32))
                    : new Segment(U32(entry, 0), Word(entry, 4), Word(entry, 8), Word(entry, 16)));
            }
            return segments.MoveToImmutable();
        }

        private Version? HighestGlibc(ulong at, ulong strings, ulong stringsBytes)
        {
            Version? highest = null;
            var read = 0;
            Span<byte> record = stackalloc byte[16];
            // Elf_Verneed: version, count, file, first Vernaux, next. Elf_Vernaux: hash, flags, other, name, next.
            // All distances are from the record itself.
            for (uint next = 1; next != 0; at += next)
            {
                ReadRecord(at, record);
                next = U32(record, 12);
                var version = at + U32(record, 8);
                for (uint nextVersion = 1; nextVersion != 0; version += nextVersion)
                {
                    ReadRecord(version, record);
                    nextVersion = U32(record, 12);
                    ulong name = U32(record, 8);
                    if (name >= stringsBytes)
                        throw new InvalidDataException();
                    if ((U16(record, 4) & WeakVersion) == 0 && GlibcVersion(ReadString(strings + name)) is { } glibc && !(glibc < highest))
                        highest = glibc;
                }
            }
            return highest;

            void ReadRecord(ulong offset, Span<byte> into)
            {
                if (++read > MaxVersions)
                    throw new InvalidDataException();
                ReadExactly(offset, into);
            }
        }

        private static Version? GlibcVersion(ReadOnlySpan<byte> name)
        {
            const string Prefix = "GLIBC_";
            var text = System.Text.Encoding.Latin1.GetString(name);
            if (text == "GLIBC_ABI_DT_RELR")
                return new Version(2, 36);      // The marker of packed relative relocations, which came with this version.
            return text.StartsWith(Prefix, StringComparison.Ordinal) && Version.TryParse(text.AsSpan(Prefix.Length), out var version) ? version : null;
        }

        private byte[] ReadString(ulong offset)
        {
            var text = new byte[Math.Min(MaxVersionBytes, Remaining(offset))];
            ReadExactly(offset, text);
            var end = text.AsSpan().IndexOf((byte)0);
            return end >= 0 ? text[..end] : throw new InvalidDataException();
        }

        private byte[] ReadTable(ulong offset, ulong bytes)
        {
            if (bytes > MaxTableBytes || bytes > (ulong)Remaining(offset))
                throw new InvalidDataException();
            var table = new byte[bytes];
            ReadExactly(offset, table);
            return table;
        }

        private void ReadExactly(ulong offset, Span<byte> into)
        {
            if (Remaining(offset) < into.Length)
                throw new InvalidDataException();
            stream.Position = (long)offset;
            if (stream.ReadAtLeast(into, into.Length, throwOnEndOfStream: false) < into.Length)
                throw new InvalidDataException();
        }

        private long Remaining(ulong offset) => offset <= (ulong)_fileBytes ? _fileBytes - (long)offset : throw new InvalidDataException();

        private static ulong FileOffset(ImmutableArray<Segment> segments, ulong address)
        {
            foreach (var segment in segments)
            {
                if (segment.Type == LoadSegment && address >= segment.Address && address - segment.Address < segment.FileBytes)
                    return segment.FileOffset + (address - segment.Address);
            }
            throw new InvalidDataException();
        }

        public ushort U16(ReadOnlySpan<byte> bytes, int at) =>
            littleEndian ? BinaryPrimitives.ReadUInt16LittleEndian(bytes[at..]) : BinaryPrimitives.ReadUInt16BigEndian(bytes[at..]);

        private uint U32(ReadOnlySpan<byte> bytes, int at) =>
            littleEndian ? BinaryPrimitives.ReadUInt32LittleEndian(bytes[at..]) : BinaryPrimitives.ReadUInt32BigEndian(bytes[at..]);

        private ulong U64(ReadOnlySpan<byte> bytes, int at) =>
            littleEndian ? BinaryPrimitives.ReadUInt64LittleEndian(bytes[at..]) : BinaryPrimitives.ReadUInt64BigEndian(bytes[at..]);

        /// <summary>An address, offset or size of the file's class.</summary>
        private ulong Word(ReadOnlySpan<byte> bytes, int at) => wide ? U64(bytes, at) : U32(bytes, at);
    }
}
