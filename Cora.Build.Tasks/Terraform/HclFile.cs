using System.Buffers;
using System.Text;
using System.Text.Unicode;
using Cora.Build.Python.Source;

namespace Cora.Build.Terraform;

/// <summary>A file of HCL, native syntax (<c>*.tf</c>; not the JSON syntax of <c>*.tf.json</c>).</summary>
/// <param name="Path">The path that places in it name.</param>
/// <param name="Text">What spans are of. A byte order mark is not part of it.</param>
/// <param name="Body">What it says, as far as it could be read.</param>
public sealed record HclFile(string Path, string Text, HclBody Body)
{
    /// <summary>What makes it no HCL, in the order of the file; only the first hundred. What stands around them is read.</summary>
    public required IReadOnlyList<HclFault> Faults { get; init; }

    /// <summary><c># noqa: CORA…</c> and <c>// noqa: CORA…</c> comments.</summary>
    public required IReadOnlyList<SuppressionFact> Suppressions { get; init; }

    /// <summary>Reads a file's bytes.</summary>
    /// <param name="path">What places name.</param>
    /// <param name="bytes">UTF-8. Other bytes are a fault, and become U+FFFD.</param>
    public static HclFile Read(string path, ReadOnlySpan<byte> bytes)
    {
        if (bytes is [0xFF, 0xFE, ..] or [0xFE, 0xFF, ..])
        {
            var start = new HclPlace(path, new(1, 1), default);
            return new(path, "", HclBody.Empty) { Faults = [new HclFault("The file is UTF-16. Save it as UTF-8.", start)], Suppressions = [] };
        }
        if (bytes is [0xEF, 0xBB, 0xBF, ..]) bytes = bytes[3..];
        return new HclParser(path, Encoding.UTF8.GetString(bytes), InvalidAt(bytes)).ReadFile();
    }

    /// <summary>Reads a text.</summary>
    /// <param name="path">What places name.</param>
    /// <param name="text">All of the file.</param>
    public static HclFile Read(string path, string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        return new HclParser(path, text is ['\uFEFF', ..] ? text[1..] : text, null).ReadFile();
    }

    /// <summary>The text of a part of the file.</summary>
    public ReadOnlySpan<char> TextOf(HclPlace place) => Text.AsSpan(place.Span.Start..place.Span.End);

    /// <summary>The first byte that is no UTF-8, and the offset of the character that it became.</summary>
    private static (int Offset, byte Byte)? InvalidAt(ReadOnlySpan<byte> bytes)
    {
        if (Utf8.IsValid(bytes)) return null;
        var chars = ArrayPool<char>.Shared.Rent(bytes.Length);
        Utf8.ToUtf16(bytes, chars, out var read, out var written, replaceInvalidSequences: false);
        ArrayPool<char>.Shared.Return(chars);
        return (written, bytes[read]);
    }
}
