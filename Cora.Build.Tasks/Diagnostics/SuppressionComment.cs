using System.Buffers;
using Cora.Build.Python.Source;

namespace Cora.Build.Diagnostics;

/// <summary>Reads <c>-- noqa: CORA5001, CORA5009</c> and <c># noqa: CORA6001</c>. It may stand behind other text of a comment, and name codes of other tools.</summary>
internal static class SuppressionComment
{
    private static readonly SearchValues<char> s_codeCharacters = SearchValues.Create("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789_");

    /// <summary>What a comment suppresses.</summary>
    /// <param name="comment">From its <c>--</c> or <c>#</c> to the end of the line.</param>
    /// <param name="positionAt">The place of an offset in it.</param>
    /// <param name="openers">What begins a comment. One of them stands right before the <c>noqa</c>.</param>
    /// <returns>Null when it names no code of ours.</returns>
    public static SuppressionFact? Read(ReadOnlySpan<char> comment, Func<int, Position> positionAt, params ReadOnlySpan<string> openers)
    {
        for (var next = 0; comment[next..].IndexOf("noqa", StringComparison.OrdinalIgnoreCase) is >= 0 and var found;)
        {
            var at = next + found;
            next = at + 4;
            if (!EndsWithAny(comment[..at].TrimEnd(" \t"), openers)) continue;
            var codes = Codes(comment, next, positionAt);
            if (codes.Count > 0) return new(codes[0].At.Line, codes);
        }
        return null;
    }

    private static bool EndsWithAny(ReadOnlySpan<char> text, ReadOnlySpan<string> openers)
    {
        foreach (var opener in openers)
            if (text.EndsWith(opener, StringComparison.Ordinal)) return true;
        return false;
    }

    /// <summary>The codes behind a colon, separated by commas or blanks, up to what is none.</summary>
    private static List<NameAt> Codes(ReadOnlySpan<char> comment, int from, Func<int, Position> positionAt)
    {
        List<NameAt> codes = [];
        from = SkipBlanks(comment, from);
        if (from == comment.Length || comment[from] != ':') return codes;
        from++;
        while (true)
        {
            from = SkipBlanks(comment, from);
            var length = comment[from..].IndexOfAnyExcept(s_codeCharacters);
            var code = length < 0 ? comment[from..] : comment[from..(from + length)];
            if (!IsCode(code)) return codes;
            if (code is ['C' or 'c', 'O' or 'o', 'R' or 'r', 'A' or 'a', _, _, _, _]) codes.Add(new(code.ToString().ToUpperInvariant(), positionAt(from)));
            from = SkipBlanks(comment, from + code.Length);
            if (from < comment.Length && comment[from] == ',') from++;
        }
    }

    /// <summary>Letters and then digits.</summary>
    private static bool IsCode(ReadOnlySpan<char> word)
    {
        var digits = word.TrimStart("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz");
        return digits.Length > 0 && digits.Length < word.Length && !digits.ContainsAnyExceptInRange('0', '9');
    }

    private static int SkipBlanks(ReadOnlySpan<char> comment, int from)
    {
        while (from < comment.Length && comment[from] is ' ' or '\t') from++;
        return from;
    }
}
