using System.Buffers.Binary;
using System.Collections.Immutable;
using System.Security.Cryptography;
using System.Text;
using Cora.Build.Diagnostics;
using Microsoft.Win32.SafeHandles;

namespace Cora.Build.Packaging;

/// <summary>What <see cref="ArtifactWriter.Write"/> made, or found as it should be.</summary>
/// <param name="Sha256">SHA-256 of the zip, 32 bytes.</param>
/// <param name="Bytes">Length of the zip.</param>
/// <param name="UnzippedBytes">Sum of the files' bytes.</param>
/// <param name="EntryCount">Files in the zip.</param>
/// <param name="Changed">False when the same bytes were there already; the file is then untouched.</param>
public sealed record WrittenArtifact(ImmutableArray<byte> Sha256, long Bytes, long UnzippedBytes, int EntryCount, bool Changed)
{
    /// <summary>The SHA-256 as Lambda's <c>CodeSha256</c> and Terraform's <c>filebase64sha256</c> give it.</summary>
    public string CodeSha256 => Convert.ToBase64String(Sha256.AsSpan());
}

/// <summary>
/// Writes the zip of a function or layer. Its bytes are a function of the entries alone: files in the order of their UTF-8 names' bytes,
/// 1980-01-01 00:00, made by Unix, version 2.0 for all, no extra fields, no comments, no directories, no data descriptors, the UTF-8 flag only
/// on names that are not ASCII. Members of wheels keep their compressed bytes; files of the project are stored.
/// </summary>
/// <remarks>
/// The zip is written to <c>{path}.{16 hex digits}.tmp</c> and then moved over <c>{path}</c>, so that others see the old file or the new one.
/// Such temporary files of the same artifact that are older than an hour come from a build that was killed, and are removed. When the data
/// reaches the disk is left to the operating system: a build can be repeated, and waiting would cost more than the whole write.
/// </remarks>
public static class ArtifactWriter
{
    /// <summary>Two files that cannot both be at one path.</summary>
    public static readonly DiagnosticDescriptor TwoSources = new("CORA4005", Severity.Error, "Two sources for one path");

    /// <summary>More than a zip without zip64 can hold.</summary>
    public static readonly DiagnosticDescriptor BeyondZip = new("CORA4010", Severity.Error, "More than a zip can hold");

    /// <summary>A file that was written to or removed in the middle of a build.</summary>
    public static readonly DiagnosticDescriptor SourceChanged = new("CORA4011", Severity.Error, "A source changed while it was packaged");

    /// <summary>No space, no permission, a name that cannot be.</summary>
    public static readonly DiagnosticDescriptor Unwritable = new("CORA4012", Severity.Error, "The artifact could not be written");

    private const int LocalBytes = 30, EntryBytes = 46, EndBytes = 22, BufferBytes = 1 << 20;
    private const uint LocalSignature = 0x04034b50, EntrySignature = 0x02014b50, EndSignature = 0x06054b50;
    private const ushort Version20 = 20, MadeByUnix = 3 << 8, Utf8Flag = 1 << 11;
    private const uint Midnight19800101 = 0x0021_0000, RegularFile = 0x8000;
    private const int TokenBytes = 8;
    private static readonly TimeSpan s_stale = TimeSpan.FromHours(1);
    private static readonly UTF8Encoding s_utf8 = new(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);

    /// <summary>Writes <paramref name="entries"/>, in whatever order they come, to the zip at <paramref name="path"/>.</summary>
    /// <param name="path">Full path of the zip; its directory is made when it is missing.</param>
    /// <param name="entries">The files. Two with the same name, CRC-32 and length are one.</param>
    /// <param name="cancellation">Leaves what was at <paramref name="path"/>.</param>
    /// <exception cref="CoraException">CORA4005, CORA4010, CORA4011, CORA4012; what was at <paramref name="path"/> is still there.</exception>
    /// <exception cref="OperationCanceledException">As asked by <paramref name="cancellation"/>.</exception>
    public static WrittenArtifact Write(string path, IEnumerable<ArtifactEntry> entries, CancellationToken cancellation = default)
    {
        if (!Path.IsPathFullyQualified(path))
            throw new ArgumentException($"Not a full path: {path}", nameof(path));
        var files = Arrange(path, entries, cancellation);
        var bytes = CheckLimits(path, files);
        try
        {
            Directory.CreateDirectory(Path.GetDirectoryName(path)!);
            RemoveStale(path);
            var temporary = $"{path}.{RandomNumberGenerator.GetHexString(2 * TokenBytes, lowercase: true)}.tmp";
            try
            {
                var sha256 = WriteZip(temporary, bytes, files, cancellation);
                var changed = !HasContent(path, bytes, sha256);
                if (changed)
                    Move(temporary, path, cancellation);
                return new WrittenArtifact(ImmutableArray.Create(sha256), bytes, files.Sum(file => file.Entry.Bytes), files.Count, changed);
            }
            finally
            {
                File.Delete(temporary);     // Nothing, after it was moved.
            }
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            throw new CoraException(Unwritable.At(new Location(path), $"'{path}' could not be written: {failure.Message} " +
                $"Make sure that its directory is writable and has {bytes} bytes left, and that no other program holds the file"), failure);
        }
    }

    internal static CoraException SourceUnreadable(string path, Exception failure) => failure is FileNotFoundException or DirectoryNotFoundException
        ? new(SourceChanged.At(new Location(path),
            $"'{path}' was there when the sources were listed and is gone; build again when nothing writes to them"), failure)
        : new(Unwritable.At(new Location(path), $"'{path}' cannot be read: {failure.Message} Make it readable, or exclude it"), failure);

    /// <summary>A file of the zip to be; place and CRC-32 are known when its local header is written.</summary>
    private sealed class ZipFile(ArtifactEntry entry, byte[] name)
    {
        public ArtifactEntry Entry { get; } = entry;

        public byte[] Name { get; } = name;

        public long CompressedBytes => Entry.Member?.CompressedBytes ?? Entry.Bytes;

        public uint Crc32 { get; set; }

        public long Offset { get; set; }
    }

    /// <summary>Sorted, one for each path.</summary>
    private static List<ZipFile> Arrange(string path, IEnumerable<ArtifactEntry> entries, CancellationToken cancellation)
    {
        var sorted = entries.Select(entry => new ZipFile(entry, EncodeName(path, entry))).ToList();
        sorted.Sort(Compare);
        var files = new List<ZipFile>(sorted.Count);
        foreach (var file in sorted)
        {
            if (files is [.., var last] && last.Entry.Name == file.Entry.Name)
            {
                cancellation.ThrowIfCancellationRequested();
                if (last.Entry.Bytes != file.Entry.Bytes || Crc32Of(last.Entry, cancellation) != Crc32Of(file.Entry, cancellation))
                    throw Conflict(last.Entry, file.Entry, $"'{ArchiveName.Shown(file.Entry.Name)}' comes, with different content,");
                continue;
            }
            files.Add(file);
        }
        CheckDirectories(files);
        return files;
    }

    /// <summary>
    /// Names in the order of their bytes. Of equal ones the first is kept; which that is must not depend on the order in which they came: a
    /// file of the project, then the wheel whose file name sorts first.
    /// </summary>
    private static int Compare(ZipFile a, ZipFile b)
    {
        var order = a.Name.AsSpan().SequenceCompareTo(b.Name);
        if (order == 0)
            order = (a.Entry.Member is not null).CompareTo(b.Entry.Member is not null);
        if (order == 0)
            order = string.CompareOrdinal(a.Entry.Origin, b.Entry.Origin);
        return order != 0 || a.Entry.Member is null ? order : a.Entry.Member.DataOffset.CompareTo(b.Entry.Member!.DataOffset);
    }

    private static byte[] EncodeName(string path, ArtifactEntry entry)
    {
        var defect = entry.Name.EndsWith('/') ? "is named like a directory" : ArchiveName.Defect(entry.Name);
        try
        {
            if (defect is null)
                return s_utf8.GetBytes(entry.Name);
        }
        catch (EncoderFallbackException)
        {
            defect = "has a name that is not Unicode";
        }
        throw Unwritable.Error(new Location(entry.SourcePath),
            $"'{ArchiveName.Shown(entry.Name)}' (from '{entry.Origin}') cannot be in '{Path.GetFileName(path)}': it {defect}. Rename the file, or exclude it");
    }

    /// <summary>No path may be a file and the directory of another file.</summary>
    private static void CheckDirectories(List<ZipFile> files)
    {
        var byName = files.ToDictionary(file => file.Entry.Name, StringComparer.Ordinal);
        var names = byName.GetAlternateLookup<ReadOnlySpan<char>>();
        var previous = "";
        foreach (var file in files)
        {
            var name = file.Entry.Name;
            // The directories that it shares with the file before it were looked at with that one.
            for (var slash = name.IndexOf('/', name.AsSpan().CommonPrefixLength(previous)); slash >= 0; slash = name.IndexOf('/', slash + 1))
            {
                if (names.TryGetValue(name.AsSpan(0, slash), out var other))
                    throw Conflict(other.Entry, file.Entry, $"'{ArchiveName.Shown(other.Entry.Name)}' comes as a file and as a directory");
            }
            previous = name;
        }
    }

    private static CoraException Conflict(ArtifactEntry first, ArtifactEntry second, string what) => TwoSources.Error(new Location(first.SourcePath),
        $"{what} from '{first.Origin}' and from '{second.Origin}'; rename or exclude one, or choose versions of the distributions that fit together");

    /// <summary>Length of the zip to be.</summary>
    private static long CheckLimits(string path, List<ZipFile> files)
    {
        if (files.Count > ushort.MaxValue)
            throw TooLarge($"{files.Count} files; a zip holds {ushort.MaxValue}");
        long bytes = EndBytes;
        foreach (var file in files)
        {
            // The largest number is not a size: in a zip it means "see zip64".
            if (file.Entry.Bytes >= uint.MaxValue)
            {
                throw BeyondZip.Error(new Location(file.Entry.SourcePath),
                    $"'{ArchiveName.Shown(file.Entry.Name)}' has {file.Entry.Bytes} bytes; a zip holds less than 4 GiB. Exclude it");
            }
            bytes += LocalBytes + EntryBytes + 2 * file.Name.Length + file.CompressedBytes;
        }
        return bytes < uint.MaxValue ? bytes : throw TooLarge($"{bytes} bytes; a zip holds less than 4 GiB");

        CoraException TooLarge(string what) =>
            BeyondZip.Error(new Location(path), $"'{path}' would have {what}. Leave out what is not needed, or split it into layers");
    }

    private static byte[] WriteZip(string temporary, long bytes, List<ZipFile> files, CancellationToken cancellation)
    {
        using var zip = File.OpenHandle(temporary, FileMode.CreateNew, FileAccess.Write, FileShare.Read, FileOptions.None, preallocationSize: bytes);
        using var output = new Output(zip);
        using var wheels = new Wheels();
        foreach (var file in files)
        {
            cancellation.ThrowIfCancellationRequested();
            file.Offset = output.Position;
            if (file.Entry.Member is { } member)
                WriteMember(output, file, member, wheels.Open(file.Entry), cancellation);
            else
                WriteStored(output, file, cancellation);
        }
        var directoryOffset = output.Position;
        foreach (var file in files)
            WriteEntry(output.Reserve(EntryBytes + file.Name.Length), file);
        var directoryBytes = output.Position - directoryOffset;
        var end = output.Reserve(EndBytes);
        end.Clear();
        Put32(end, 0, EndSignature);
        Put16(end, 8, files.Count);
        Put16(end, 10, files.Count);
        Put32(end, 12, (uint)directoryBytes);
        Put32(end, 16, (uint)directoryOffset);
        return output.Finish();
    }

    private static void WriteMember(Output output, ZipFile file, ZipMember member, SafeFileHandle wheel, CancellationToken cancellation)
    {
        file.Crc32 = member.Crc32;
        WriteLocal(output.Reserve(LocalBytes + file.Name.Length), file);
        output.Copy(wheel, member.DataOffset, member.CompressedBytes, file.Entry, cancellation);
    }

    private static void WriteStored(Output output, ZipFile file, CancellationToken cancellation)
    {
        var entry = file.Entry;
        using var source = OpenSource(entry, entry.Bytes);
        var headerBytes = LocalBytes + file.Name.Length;
        if (entry.Bytes <= BufferBytes - headerBytes)
        {
            var whole = output.Reserve(headerBytes + (int)entry.Bytes);
            var content = whole[headerBytes..];
            ReadSource(source, 0, content, entry);
            file.Crc32 = Crc32.Of(content);
            WriteLocal(whole, file);
            if (ArtifactEntry.ModeOf(content) != entry.Mode)
                throw Changed(entry);
        }
        else
        {
            // The CRC-32 stands before the content, so the content is read twice.
            file.Crc32 = Crc32Of(source, entry, cancellation);
            WriteLocal(output.Reserve(headerBytes), file);
            if (output.Copy(source, 0, entry.Bytes, entry, cancellation) != file.Crc32)
                throw Changed(entry);
        }
        if (RandomAccess.GetLength(source) != entry.Bytes)
            throw Changed(entry);
    }

    private static void WriteLocal(Span<byte> header, ZipFile file)
    {
        Put32(header, 0, LocalSignature);
        WriteCommon(header[4..], file);
        file.Name.CopyTo(header[LocalBytes..]);
    }

    private static void WriteEntry(Span<byte> entry, ZipFile file)
    {
        entry.Clear();
        Put32(entry, 0, EntrySignature);
        Put16(entry, 4, MadeByUnix | Version20);
        WriteCommon(entry[6..], file);
        Put32(entry, 38, (RegularFile | (uint)file.Entry.Mode) << 16);
        Put32(entry, 42, (uint)file.Offset);
        file.Name.CopyTo(entry[EntryBytes..]);
    }

    /// <summary>The 26 bytes that a local header and an entry of the directory share: from the version to the length of the extra field.</summary>
    private static void WriteCommon(Span<byte> header, ZipFile file)
    {
        Put16(header, 0, Version20);
        Put16(header, 2, Ascii.IsValid(file.Name) ? 0 : Utf8Flag);
        Put16(header, 4, (int)(file.Entry.Member?.Method ?? ZipMethod.Stored));
        Put32(header, 6, Midnight19800101);
        Put32(header, 10, file.Crc32);
        Put32(header, 14, (uint)file.CompressedBytes);
        Put32(header, 18, (uint)file.Entry.Bytes);
        Put16(header, 22, file.Name.Length);
        Put16(header, 24, 0);
    }

    private static void Put16(Span<byte> bytes, int at, int value) => BinaryPrimitives.WriteUInt16LittleEndian(bytes[at..], (ushort)value);

    private static void Put32(Span<byte> bytes, int at, uint value) => BinaryPrimitives.WriteUInt32LittleEndian(bytes[at..], value);

    private static uint Crc32Of(ArtifactEntry entry, CancellationToken cancellation)
    {
        if (entry.Member is { } member)
            return member.Crc32;
        using var source = OpenSource(entry, entry.Bytes);
        return Crc32Of(source, entry, cancellation);
    }

    private static uint Crc32Of(SafeFileHandle source, ArtifactEntry entry, CancellationToken cancellation)
    {
        var buffer = new byte[(int)Math.Min(BufferBytes, entry.Bytes)];
        uint crc = 0;
        for (long at = 0; at < entry.Bytes;)
        {
            cancellation.ThrowIfCancellationRequested();
            var part = buffer.AsSpan(0, (int)Math.Min(buffer.Length, entry.Bytes - at));
            ReadSource(source, at, part, entry);
            if (at == 0 && ArtifactEntry.ModeOf(part) != entry.Mode)
                throw Changed(entry);
            crc = Crc32.Of(part, crc);
            at += part.Length;
        }
        return crc;
    }

    private static SafeFileHandle OpenSource(ArtifactEntry entry, long bytes)
    {
        SafeFileHandle? source = null;
        try
        {
            source = ArtifactEntry.OpenFile(entry.SourcePath);
            if (RandomAccess.GetLength(source) == bytes)
                return source;
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException or NotSupportedException)
        {
            source?.Dispose();
            throw SourceUnreadable(entry.SourcePath, failure);
        }
        source.Dispose();
        throw Changed(entry);
    }

    private static void ReadSource(SafeFileHandle source, long offset, Span<byte> into, ArtifactEntry entry)
    {
        try
        {
            while (!into.IsEmpty)
            {
                var read = RandomAccess.Read(source, into, offset);
                if (read == 0)
                    throw Changed(entry);
                into = into[read..];
                offset += read;
            }
        }
        catch (IOException failure)
        {
            throw SourceUnreadable(entry.SourcePath, failure);
        }
    }

    private static CoraException Changed(ArtifactEntry entry) => SourceChanged.Error(new Location(entry.SourcePath),
        $"'{entry.SourcePath}' changed while it was packaged; build again when nothing writes to it");

    private static bool HasContent(string path, long bytes, ReadOnlySpan<byte> sha256)
    {
        try
        {
            if (new FileInfo(path) is not { Exists: true } existing || existing.Length != bytes)
                return false;
            using var stream = new FileStream(path, new FileStreamOptions { Share = FileShare.ReadWrite | FileShare.Delete, BufferSize = BufferBytes });
            return SHA256.HashData(stream).AsSpan().SequenceEqual(sha256);
        }
        catch (FileNotFoundException)
        {
            return false;
        }
    }

    /// <summary>On Windows another program (a virus scanner, a second build) can hold the file for a moment.</summary>
    private static void Move(string temporary, string path, CancellationToken cancellation)
    {
        const int Attempts = 20, PauseMilliseconds = 50;
        for (var attempt = 1; ; attempt++)
        {
            cancellation.ThrowIfCancellationRequested();
            try
            {
                File.Move(temporary, path, overwrite: true);
                return;
            }
            catch (Exception failure) when (failure is IOException or UnauthorizedAccessException
                && OperatingSystem.IsWindows() && attempt < Attempts && !Directory.Exists(path))
            {
                cancellation.WaitHandle.WaitOne(PauseMilliseconds);
            }
        }
    }

    /// <summary>The name that a temporary file is moved to; null when it is not one of ours.</summary>
    internal static string? TargetOfTemporary(string fileName)
    {
        var end = fileName.Length - ".tmp".Length - 2 * TokenBytes - 1;
        return end > 0 && fileName[end] == '.' && fileName.EndsWith(".tmp", StringComparison.Ordinal) && fileName[(end + 1)..^".tmp".Length].All(char.IsAsciiHexDigitLower)
            ? fileName[..end]
            : null;
    }

    private static void RemoveStale(string path)
    {
        foreach (var file in new DirectoryInfo(Path.GetDirectoryName(path)!).EnumerateFiles("*.tmp"))
        {
            if (TargetOfTemporary(file.Name) != Path.GetFileName(path) || DateTime.UtcNow - file.LastWriteTimeUtc < s_stale)
                continue;
            try
            {
                file.Delete();
            }
            catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
            {
                // Someone holds it (Windows): then it is not stale, and it is no reason to fail.
            }
        }
    }

    /// <summary>The wheels that are read from, each opened once.</summary>
    private sealed class Wheels : IDisposable
    {
        private readonly Dictionary<string, SafeFileHandle> _open = new(StringComparer.Ordinal);

        public SafeFileHandle Open(ArtifactEntry entry)
        {
            if (!_open.TryGetValue(entry.SourcePath, out var wheel))
                _open.Add(entry.SourcePath, wheel = OpenSource(entry, entry.Wheel!.FileBytes));
            return wheel;
        }

        public void Dispose()
        {
            foreach (var wheel in _open.Values)
                wheel.Dispose();
        }
    }

    /// <summary>A file that is written once from start to end through one buffer, and its SHA-256.</summary>
    private sealed class Output(SafeFileHandle file) : IDisposable
    {
        private readonly IncrementalHash _sha256 = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        private readonly byte[] _buffer = new byte[BufferBytes];
        private int _used;
        private long _written;

        public long Position => _written + _used;

        /// <summary>The next <paramref name="bytes"/> (at most <see cref="BufferBytes"/>) of the file, for the caller to fill before the next call.</summary>
        public Span<byte> Reserve(int bytes)
        {
            if (_buffer.Length - _used < bytes)
                Flush();
            _used += bytes;
            return _buffer.AsSpan(_used - bytes, bytes);
        }

        /// <summary>Copies a part of <paramref name="source"/>; returns the CRC-32 of a file of the project.</summary>
        public uint Copy(SafeFileHandle source, long offset, long bytes, ArtifactEntry entry, CancellationToken cancellation)
        {
            uint crc = 0;
            while (bytes > 0)
            {
                cancellation.ThrowIfCancellationRequested();
                var part = Reserve((int)Math.Min(bytes, _used < _buffer.Length ? _buffer.Length - _used : _buffer.Length));
                ReadSource(source, offset, part, entry);
                if (entry.Member is null)
                    crc = Crc32.Of(part, crc);
                offset += part.Length;
                bytes -= part.Length;
            }
            return crc;
        }

        public byte[] Finish()
        {
            Flush();
            return _sha256.GetHashAndReset();
        }

        public void Dispose() => _sha256.Dispose();

        private void Flush()
        {
            _sha256.AppendData(_buffer, 0, _used);
            RandomAccess.Write(file, _buffer.AsSpan(0, _used), _written);
            _written += _used;
            _used = 0;
        }
    }
}
