using System.Text;
using Cora.Build.Diagnostics;

namespace Cora.Build.Python;

/// <summary>A line of a requirements file as pip reads it: continued lines joined, the comment removed. It knows where its characters came from.</summary>
internal sealed class LogicalLine
{
    /// <summary>The longest line that is read, in UTF-16 units: some thousand hashes.</summary>
    public const int MaxLength = 256 * 1024;

    private readonly string _file;
    private readonly StringBuilder _text = new();
    private readonly List<(int Line, int Column)> _origins = [];

    private LogicalLine(string file) => _file = file;

    public string Text { get; private set; } = "";

    /// <summary>The directory that relative paths start from.</summary>
    public string Directory => Path.GetDirectoryName(_file)!;

    /// <summary>The lines that have something but comment and white space.</summary>
    public static IEnumerable<LogicalLine> ReadAll(string file, string text)
    {
        LogicalLine? line = null;
        using var reader = new StringReader(text);
        for (var number = 1; reader.ReadLine() is { } physical; number++)
        {
            line ??= new(file);
            var isComment = physical.AsSpan().TrimStart() is ['#', ..];
            var continues = !isComment && physical.EndsWith('\\');
            // A comment in the middle ends what it interrupts, so it has to be seen as one.
            if (isComment)
                line.Append(' ', (number, 1));
            var length = continues ? physical.AsSpan().TrimEnd('\\').Length : physical.Length;
            for (var i = 0; i < length; i++)
                line.Append(physical[i], (number, i + 1));
            if (continues)
                continue;
            if (line.RemoveComment())
                yield return line;
            line = null;
        }
        if (line is not null && line.RemoveComment())
            yield return line;
    }

    /// <summary>
    /// The line with <c>${NAME}</c> replaced: capitals, digits and underscores; what is not set or empty stays, as with pip. Not all
    /// of it when it grows longer than <see cref="MaxLength"/>.
    /// </summary>
    public LogicalLine ExpandVariables(Func<string, string?> environment)
    {
        if (!Text.Contains("${", StringComparison.Ordinal))
            return this;
        var expanded = new LogicalLine(_file);
        for (var i = 0; i < Text.Length && expanded._text.Length <= MaxLength; i++)
        {
            var end = VariableEnd(i);
            var value = end > 0 ? environment(Text[(i + 2)..end]) : null;
            foreach (var c in string.IsNullOrEmpty(value) ? Text.AsSpan(i, 1) : value)
                expanded.Append(c, _origins[i]);
            if (!string.IsNullOrEmpty(value))
                i = end;
        }
        expanded.Text = expanded._text.ToString();
        return expanded;
    }

    /// <summary>Where a character came from; the end is behind the last.</summary>
    public Location At(int offset)
    {
        var (line, column) = offset < Text.Length ? _origins[offset] : (_origins[Text.Length - 1].Line, _origins[Text.Length - 1].Column + 1);
        return new(_file, line, column);
    }

    /// <summary>Where the brace of a variable that begins at an offset closes; 0 when none begins there.</summary>
    private int VariableEnd(int start)
    {
        if (string.CompareOrdinal(Text, start, "${", 0, 2) != 0)
            return 0;
        var end = start + 2;
        while (end < Text.Length && (char.IsAsciiLetterUpper(Text[end]) || char.IsAsciiDigit(Text[end]) || Text[end] == '_'))
            end++;
        return end > start + 2 && end < Text.Length && Text[end] == '}' ? end : 0;
    }

    private void Append(char c, (int, int) origin)
    {
        _text.Append(c);
        _origins.Add(origin);
    }

    /// <summary>Removes the comment: from a <c>#</c> on that begins the line or follows white space, so that fragments of URLs stay.</summary>
    private bool RemoveComment()
    {
        var text = _text.ToString();
        for (var i = 0; i < text.Length; i++)
        {
            if (text[i] == '#' && (i == 0 || char.IsWhiteSpace(text[i - 1])))
            {
                text = text[..i];
                break;
            }
        }
        Text = text.TrimEnd();
        return Text.Length > 0;
    }
}
