using System.Text;

namespace Cora.Build.Python.Source;

/// <summary>A docstring as Python sees it, and where each of its characters is written.</summary>
public sealed class Docstring
{
    private readonly SourceText _source;
    private readonly int[] _places;

    private Docstring(SourceText source, string text, int[] places)
    {
        _source = source;
        Text = text;
        _places = places;
    }

    /// <summary>Its text, with the indentation of the source. A line ends with <c>\n</c>.</summary>
    public string Text { get; }

    /// <summary>Where a character is written.</summary>
    /// <param name="index">0-based; the length of the text is the place behind it.</param>
    public Position At(int index) => _source.At(_places[index]);

    /// <summary>The docstring of a file's module: the string that it begins with; null when it begins with something else.</summary>
    public static Docstring? OfModule(SourceText source)
    {
        ArgumentNullException.ThrowIfNull(source);
        return Read(source, new SourceScanner(source.Text).ModuleDocstring());
    }

    /// <summary>The docstring of a function that is defined at the top of a file, under no condition; of several with the name, of the last.</summary>
    public static Docstring? OfFunction(SourceText source, string name)
    {
        ArgumentNullException.ThrowIfNull(source);
        return Read(source, new SourceScanner(source.Text).FunctionDocstring(name));
    }

    private static Docstring? Read(SourceText source, IReadOnlyList<StringToken> tokens)
    {
        if (tokens.Count == 0) return null;
        var text = new StringBuilder();
        var places = new List<int>();
        foreach (var token in tokens)
        {
            if (!Append(source.Text, token, text, places)) return null;
        }
        places.Add(tokens[^1].End);
        return new Docstring(source, text.ToString(), [.. places]);
    }

    /// <summary>What a literal stands for (https://docs.python.org/3/reference/lexical_analysis.html#escape-sequences). Whether it stands for something.</summary>
    private static bool Append(string source, StringToken token, StringBuilder text, List<int> places)
    {
        for (var i = token.Start; i < token.End;)
        {
            var (value, length) = source[i] switch
            {
                '\r' => ("\n", i + 1 < token.End && source[i + 1] == '\n' ? 2 : 1),
                '\\' when !token.IsRaw => Escape(source.AsSpan(i, token.End - i)),
                var other => (other.ToString(), 1),
            };
            if (length == 0) return false;
            foreach (var unit in value)
            {
                text.Append(unit);
                places.Add(i);
            }
            i += length;
        }
        return true;
    }

    /// <summary>What an escape stands for, and how long it is; no length for one that Python refuses.</summary>
    /// <param name="source">From the backslash on.</param>
    private static (string Value, int Length) Escape(ReadOnlySpan<char> source)
    {
        switch (source.Length < 2 ? '\0' : source[1])
        {
            case '\n': return ("", 2);
            case '\r': return ("", source.Length > 2 && source[2] == '\n' ? 3 : 2);
            case '\\': return ("\\", 2);
            case '\'': return ("'", 2);
            case '"': return ("\"", 2);
            case 'a': return ("\a", 2);
            case 'b': return ("\b", 2);
            case 'f': return ("\f", 2);
            case 'n': return ("\n", 2);
            case 'r': return ("\r", 2);
            case 't': return ("\t", 2);
            case 'v': return ("\v", 2);
            case 'x': return Hexadecimal(source, 2);
            case 'u': return Hexadecimal(source, 4);
            case 'U': return Hexadecimal(source, 8);
            case 'N':
                // Which character has the name is of no interest here.
                var end = source.Length > 2 && source[2] == '{' ? source.IndexOf('}') : -1;
                return ("\uFFFD", end + 1);
            case >= '0' and <= '7':
                var length = 1;
                var value = 0;
                while (length < Math.Min(source.Length, 4) && source[length] is >= '0' and <= '7') value = (value * 8) + source[length++] - '0';
                return (((char)value).ToString(), length);
            default:
                return ("\\", 1);
        }
    }

    private static (string Value, int Length) Hexadecimal(ReadOnlySpan<char> source, int digits)
    {
        var value = 0L;
        for (var i = 2; i < 2 + digits; i++)
        {
            if (i >= source.Length || !char.IsAsciiHexDigit(source[i])) return ("", 0);
            value = (value * 16) + Convert.ToInt32(source[i].ToString(), 16);
        }
        return value > 0x10FFFF ? ("", 0) : (value is >= 0xD800 and <= 0xDFFF ? "\uFFFD" : char.ConvertFromUtf32((int)value), 2 + digits);
    }
}
