namespace Cora.Build.Packaging;

/// <summary>How the bytes of a member are held (APPNOTE.TXT 4.4.5). Wheels use no other (and no other is accepted).</summary>
public enum ZipMethod
{
    /// <summary>As they are.</summary>
    Stored = 0,

    /// <summary>Deflate, RFC 1951.</summary>
    Deflated = 8,
}

/// <summary>One member of a zip, as the central directory declares it.</summary>
/// <param name="Name">Path with <c>/</c>; a directory ends with <c>/</c>. Checked: relative, no <c>..</c>, no backslash, no control character.</param>
/// <param name="Method">Stored or deflated.</param>
/// <param name="Crc32">CRC-32 of the uncompressed bytes, as declared.</param>
/// <param name="CompressedBytes">Bytes that it takes in the file.</param>
/// <param name="Bytes">Bytes when uncompressed, as declared.</param>
/// <param name="Flags">General purpose bit flag (APPNOTE.TXT 4.4.4).</param>
/// <param name="DataOffset">Where its compressed bytes start in the file.</param>
/// <param name="UnixMode">Permission bits when the zip was made by Unix or macOS; else <c>null</c>.</param>
public sealed record ZipMember(
    string Name, ZipMethod Method, uint Crc32, long CompressedBytes, long Bytes, int Flags, long DataOffset, UnixFileMode? UnixMode)
{
    /// <summary>Whether it is the entry of a directory.</summary>
    public bool IsDirectory => Name.EndsWith('/');
}
