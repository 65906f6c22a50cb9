using System.Globalization;
using System.Text;

namespace Cora.Build.Packaging;

/// <summary>What a path inside an archive may look like: relative, <c>/</c> between segments, the same on each operating system.</summary>
internal static class ArchiveName
{
    /// <summary>Longest path, in bytes of UTF-8: what Linux allows (PATH_MAX, 4,096) with ample room for <c>/opt/</c> before it.</summary>
    public const int MaxBytes = 1024;

    /// <summary>Longest segment, in bytes of UTF-8: NAME_MAX of Linux.</summary>
    public const int MaxSegmentBytes = 255;

    private const int MaxShown = 160;

    /// <summary>
    /// Why <paramref name="name"/> must not be unpacked (<c>"has a '..' segment"</c>); <c>null</c> when it is sound. One trailing <c>/</c>, a
    /// directory's, is sound.
    /// </summary>
    public static string? Defect(ReadOnlySpan<char> name)
    {
        if (name.IsEmpty)
            return "has an empty name";
        if (name.Contains('\\'))
            return "has a backslash in its name";
        foreach (var c in name)
        {
            if (char.IsControl(c))
                return c == '\0' ? "has a NUL in its name" : "has a control character in its name";
        }
        if (name[0] == '/')
            return "has an absolute path";
        if (name.Length > 1 && name[1] == ':' && char.IsAsciiLetter(name[0]))
            return "has a drive letter";
        if (Encoding.UTF8.GetByteCount(name) > MaxBytes)
            return $"has a path of more than {MaxBytes} bytes";
        var path = name[^1] == '/' ? name[..^1] : name;
        foreach (var range in path.Split('/'))
        {
            var segment = path[range];
            if (segment.IsEmpty)
                return "has an empty segment in its path";
            if (segment is "." or "..")
                return $"has a '{segment}' segment in its path";
            if (Encoding.UTF8.GetByteCount(segment) > MaxSegmentBytes)
                return $"has a name of more than {MaxSegmentBytes} bytes";
        }
        return null;
    }

    /// <summary>The name as a message shows it: on one line, without characters that hide or reorder text, and not endless.</summary>
    public static string Shown(string name)
    {
        var shown = new StringBuilder();
        foreach (var c in name.AsSpan(0, Math.Min(name.Length, MaxShown)))
        {
            var hidden = char.GetUnicodeCategory(c) is UnicodeCategory.Control or UnicodeCategory.Format
                or UnicodeCategory.LineSeparator or UnicodeCategory.ParagraphSeparator or UnicodeCategory.Surrogate;
            _ = hidden ? shown.Append($"\\u{(int)c:x4}") : shown.Append(c);
        }
        return name.Length > MaxShown ? shown.Append('…').ToString() : shown.ToString();
    }
}
