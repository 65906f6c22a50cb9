using Cora.Build.Diagnostics;
using Microsoft.Win32.SafeHandles;

namespace Cora.Build.Packaging;

/// <summary>One file of an artifact, and where its bytes come from: a member of a wheel, or a file of the project.</summary>
public sealed record ArtifactEntry
{
    private ArtifactEntry(string name, string sourcePath, long bytes, UnixFileMode mode, string origin) =>
        (Name, SourcePath, Bytes, Mode, Origin) = (name, sourcePath, bytes, mode, origin);

    /// <summary>Path in the artifact, with <c>/</c>.</summary>
    public string Name { get; init; }

    /// <summary>Full path of the file, or of the wheel that holds the member.</summary>
    public string SourcePath { get; }

    /// <summary>Bytes when unzipped.</summary>
    public long Bytes { get; }

    /// <summary>0644 or 0755.</summary>
    public UnixFileMode Mode { get; }

    /// <summary>What a message calls the source: the file's path, or the wheel's file name.</summary>
    public string Origin { get; init; }

    internal ZipDirectory? Wheel { get; private init; }

    internal ZipMember? Member { get; private init; }

    /// <summary>Mode of a file that is only read: 0644.</summary>
    internal const UnixFileMode Readable = UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.GroupRead | UnixFileMode.OtherRead;

    /// <summary>Mode of a program or native library: 0755.</summary>
    internal const UnixFileMode Runnable = Readable | Execute;

    internal const UnixFileMode Execute = UnixFileMode.UserExecute | UnixFileMode.GroupExecute | UnixFileMode.OtherExecute;

    /// <summary>
    /// An entry for a file of the project. Its mode comes from its first bytes (ELF or <c>#!</c>: 0755), not from the file system, which on
    /// Windows has none.
    /// </summary>
    /// <param name="name">Path in the artifact, with <c>/</c>.</param>
    /// <param name="path">Full path of the file.</param>
    /// <exception cref="CoraException">CORA4011 when the file is gone, CORA4012 when it cannot be read.</exception>
    public static ArtifactEntry FromFile(string name, string path)
    {
        if (!Path.IsPathFullyQualified(path))
            throw new ArgumentException($"Not a full path: {path}", nameof(path));
        try
        {
            using var file = OpenFile(path);
            Span<byte> start = stackalloc byte[4];
            return new ArtifactEntry(name, path, RandomAccess.GetLength(file), ModeOf(start[..RandomAccess.Read(file, start, 0)]), path);
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException or NotSupportedException)
        {
            throw ArtifactWriter.SourceUnreadable(path, failure);
        }
    }

    /// <summary>An entry for a member of a wheel: its compressed bytes are copied as they are.</summary>
    /// <param name="name">Path in the artifact, with <c>/</c>.</param>
    /// <param name="wheel">The wheel that holds <paramref name="member"/>.</param>
    /// <param name="member">Which member.</param>
    /// <param name="executable">0755 when true, else 0644.</param>
    public static ArtifactEntry FromWheel(string name, ZipDirectory wheel, ZipMember member, bool executable) =>
        new(name, wheel.Path, member.Bytes, executable ? Runnable : Readable, Path.GetFileName(wheel.Path)) { Wheel = wheel, Member = member };

    internal static UnixFileMode ModeOf(ReadOnlySpan<byte> start) =>
        start.StartsWith(ElfFile.Magic) || start.StartsWith("#!"u8) ? Runnable : Readable;

    /// <summary>A file without bytes is not opened: it may be a pipe, which would be waited for.</summary>
    internal static SafeFileHandle OpenFile(string path) =>
        File.OpenHandle(!OperatingSystem.IsWindows() && new FileInfo(path).Length == 0 ? "/dev/null" : path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete);
}
