using System.Buffers;
using System.Text;
using System.Text.Unicode;
using Cora.Build.Python.Source;

namespace Cora.Build.Sql;

/// <summary>What makes a file, or a part of it, no SQL.</summary>
/// <param name="Message">What is wrong and what to do, in a sentence or two.</param>
/// <param name="At">Where.</param>
public sealed record SqlFault(string Message, Position At);

/// <summary>The text of a file, which knows the line and column of each of its characters. A byte order mark is not part of it.</summary>
public sealed class SqlText
{
    private readonly List<int> _lines = [0];

    /// <summary>Takes a text.</summary>
    public SqlText(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        Text = text is ['\uFEFF', ..] ? text[1..] : text;
        for (var i = 0; ;)
        {
            var ending = Text.AsSpan(i).IndexOfAny('\r', '\n');
            if (ending < 0) break;
            i += ending + (Text.AsSpan(i + ending) is ['\r', '\n', ..] ? 2 : 1);
            _lines.Add(i);
        }
        if (Text.IndexOf('\0', StringComparison.Ordinal) is >= 0 and var nul)
            Fault = new("There is a NUL character here, which PostgreSQL takes for the end of the text. Remove it.", PositionAt(nul));
    }

    /// <summary>The characters.</summary>
    public string Text { get; }

    /// <summary>Why PostgreSQL would not take the text as it is: the first NUL character, or the first bytes that are not UTF-8.</summary>
    public SqlFault? Fault { get; private init; }

    /// <summary>Decodes a file. Bytes that are not UTF-8 become U+FFFD, so that the rest of it can be read all the same.</summary>
    public static SqlText Decode(ReadOnlySpan<byte> bytes)
    {
        if (bytes is [0xFF, 0xFE, ..] or [0xFE, 0xFF, ..])
            return new("") { Fault = new("The file is UTF-16. Save it as UTF-8.", new(1, 1)) };
        if (bytes is [0xEF, 0xBB, 0xBF, ..]) bytes = bytes[3..];

        var text = new StringBuilder(bytes.Length);
        var buffer = ArrayPool<char>.Shared.Rent(16 * 1024);
        var (faultAt, faultByte) = (-1, (byte)0);
        while (bytes.Length > 0)
        {
            var status = Utf8.ToUtf16(bytes, buffer, out var read, out var written, replaceInvalidSequences: false);
            text.Append(buffer, 0, written);
            bytes = bytes[read..];
            if (status is not (OperationStatus.InvalidData or OperationStatus.NeedMoreData)) continue;
            if (faultAt < 0) (faultAt, faultByte) = (text.Length, bytes[0]);
            text.Append('\uFFFD');
            bytes = bytes[1..];
        }
        ArrayPool<char>.Shared.Return(buffer);

        var result = new SqlText(text.ToString());
        if (faultAt < 0) return result;
        var invalid = new SqlFault($"The byte 0x{faultByte:X2} is not UTF-8 here. Save the file as UTF-8.", result.PositionAt(faultAt));
        return result.Fault is null || Comparer(invalid, result.Fault) < 0 ? new(result.Text) { Fault = invalid } : result;

        static int Comparer(SqlFault a, SqlFault b) => (a.At.Line, a.At.Column).CompareTo((b.At.Line, b.At.Column));
    }

    /// <summary>Line and column of a character.</summary>
    /// <param name="offset">0-based, in UTF-16 units; the text's length is the place behind its last character.</param>
    public Position PositionAt(int offset)
    {
        var line = _lines.BinarySearch(offset);
        if (line < 0) line = ~line - 1;
        return new(line + 1, offset - _lines[line] + 1);
    }

    /// <summary>The offset of a place, as <see cref="PositionAt"/> gives it; -1 where there is none.</summary>
    public int OffsetOf(Position at) => at.Line >= 1 && at.Line <= _lines.Count && at.Column >= 1 && _lines[at.Line - 1] + at.Column - 1 <= Text.Length ? _lines[at.Line - 1] + at.Column - 1 : -1;
}
