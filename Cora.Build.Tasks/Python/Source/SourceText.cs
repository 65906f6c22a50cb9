using System.Text;
using System.Text.RegularExpressions;

namespace Cora.Build.Python.Source;

/// <summary>The text of a Python file, decoded as CPython does (PEP 263), and the places in it.</summary>
public sealed partial class SourceText
{
    private int[]? _lineStarts;

    private SourceText(string text) => Text = text;

    /// <summary>The text, without a byte order mark.</summary>
    public string Text { get; }

    /// <summary>The text of a file; null for bytes that are no text in the encoding that they declare, or in none that is known: CPython does not read them either.</summary>
    public static SourceText? Of(ReadOnlySpan<byte> content)
    {
        if (content.Contains((byte)0)) return null;
        var isMarked = content.StartsWith("\uFEFF"u8);
        try
        {
            return EncodingOf(content) is { } encoding ? new SourceText(encoding.GetString(isMarked ? content[3..] : content)) : null;
        }
        catch (DecoderFallbackException)
        {
            return null;
        }
    }

    /// <summary>The place of a character.</summary>
    /// <param name="index">0-based; the length of the text is the place behind it.</param>
    public Position At(int index)
    {
        _lineStarts ??= [.. LineStarts()];
        var found = Array.BinarySearch(_lineStarts, index);
        var line = found >= 0 ? found : ~found - 1;
        return new Position(line + 1, index - _lineStarts[line] + 1);
    }

    private IEnumerable<int> LineStarts()
    {
        yield return 0;
        for (var i = 0; i < Text.Length; i++)
        {
            if (Text[i] == '\n' || (Text[i] == '\r' && (i + 1 == Text.Length || Text[i + 1] != '\n'))) yield return i + 1;
        }
    }

    private static Encoding? EncodingOf(ReadOnlySpan<byte> content)
    {
        // A cookie stands in the first two lines, and in the second one only behind a line without code.
        var head = Encoding.Latin1.GetString(content[..Math.Min(content.Length, 4096)]);
        var lines = head.Split(["\r\n", "\r", "\n"], 3, StringSplitOptions.None);
        foreach (var line in lines.Take(2))
        {
            if (CookiePattern.Match(line) is { Success: true } cookie) return Named(cookie.Groups[1].Value);
            if (!BlankPattern.IsMatch(line)) break;
        }
        return Named("utf-8");
    }

    /// <summary>An encoding by a name that Python has for it.</summary>
    private static Encoding? Named(string name)
    {
        var normalized = name.ToLowerInvariant().Replace('_', '-');
        if (normalized is "latin-1" or "latin1" or "iso-latin-1" or "l1") normalized = "iso-8859-1";
        else if (normalized is "utf8" or "u8" || normalized.StartsWith("utf-8-", StringComparison.Ordinal)) normalized = "utf-8";
        else if (normalized is "ascii") normalized = "us-ascii";
        else if (normalized.StartsWith("cp12", StringComparison.Ordinal)) normalized = $"windows-{normalized[2..]}";
        try
        {
            return CodePagesEncodingProvider.Instance.GetEncoding(normalized, EncoderFallback.ExceptionFallback, DecoderFallback.ExceptionFallback)
                ?? Encoding.GetEncoding(normalized, EncoderFallback.ExceptionFallback, DecoderFallback.ExceptionFallback);
        }
        catch (ArgumentException)
        {
            return null;
        }
    }

    [GeneratedRegex(@"^(?:\xEF\xBB\xBF)?[ \t\f]*#.*?coding[:=][ \t]*([-\w.]+)")]
    private static partial Regex CookiePattern { get; }

    [GeneratedRegex(@"^(?:\xEF\xBB\xBF)?[ \t\f]*(?:#.*)?$")]
    private static partial Regex BlankPattern { get; }
}
