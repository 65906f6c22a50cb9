using System.Globalization;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using Cora.Build.Python;

namespace Cora.Build.Tests.Python;

public sealed class TomlReaderTests
{
    public static TheoryData<string> Valid => [.. TomlCorpus.Valid];

    public static TheoryData<string> Invalid => [.. TomlCorpus.Invalid];

    [Theory, MemberData(nameof(Valid))]
    public void A_document_of_TOML_is_read(string text) => Assert.NotNull(Read(text));

    [Theory, MemberData(nameof(Invalid))]
    public void A_document_that_is_no_TOML_is_refused_at_a_place_inside_it(string text)
    {
        var error = Assert.Throws<TomlException>(() => Read(text));
        var lines = text.Split('\n');
        Assert.InRange(error.Line, 1, lines.Length);
        Assert.InRange(error.Column, 1, lines[error.Line - 1].Length + 1);
        Assert.DoesNotContain(error.Message, char.IsControl);
    }

    [TomllibFact]
    public void The_corpus_is_read_as_tomllib_reads_it() => AssertSameAsTomllib([.. TomlCorpus.Valid.Concat(TomlCorpus.Invalid)]);

    [TomllibFact]
    public void Altered_documents_are_read_as_tomllib_reads_them()
    {
        var random = new Random(20240217);
        AssertSameAsTomllib([.. Enumerable.Range(0, 20_000).Select(_ => Mutate(random))]);
    }

    [Theory]
    [InlineData("a = 1\nb = [1,\n  oops]", 3, 3, "'oops' is no value")]
    [InlineData("a = 1\r\na = 2", 2, 1, "'a' is already defined in line 1")]
    [InlineData("a = \"x", 1, 5, "no end")]
    [InlineData("😀", 1, 1, "U+1F600")]
    [InlineData("'é😀' = 😀", 1, 9, "U+1F600")]
    [InlineData("a = '''\n\n''' b", 3, 5, "expected the end of the line, not 'b'")]
    [InlineData("[a]\n[ b . 'c\n']", 2, 7, "no end on its line")]
    public void An_error_says_where_and_what(string text, int line, int column, string message)
    {
        var error = Assert.Throws<TomlException>(() => Read(text));
        Assert.Equal((line, column), (error.Line, error.Column));
        Assert.Contains(message, error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_value_knows_its_line_and_column()
    {
        var entries = Read("a = 1\n[[ b ]]\n  'c' = [ 1,\n { d.e = 2 } ]").Entries;
        Assert.Equal(new TomlValue(1L, 1, 5), entries["a"]);
        Assert.Equal((2, 4), Position(entries["b"]));
        var element = Assert.IsType<TomlTable>(Assert.Single(Assert.IsAssignableFrom<IReadOnlyList<TomlValue>>(entries["b"].Value)).Value);
        var array = Assert.IsAssignableFrom<IReadOnlyList<TomlValue>>(element.Entries["c"].Value);
        Assert.Equal([(3, 11), (4, 2)], array.Select(Position));

        static (int, int) Position(TomlValue value) => (value.Line, value.Column);
    }

    [Fact]
    public void A_byte_order_mark_is_skipped_at_the_start_alone()
    {
        Assert.Equal(1L, TomlReader.Read("\uFEFFa = 1"u8).Entries["a"].Value);
        Assert.Throws<TomlException>(() => Read("\uFEFF\uFEFFa = 1"));
    }

    [Theory]
    [InlineData(new byte[] { (byte)'a', (byte)'\n', (byte)'"', 0xC3, 0xA9, 0xFF }, 2, 3)]
    [InlineData(new byte[] { 0xED, 0xA0, 0x80 }, 1, 1)]
    [InlineData(new byte[] { (byte)'#', 0xC0, 0x80 }, 1, 2)]
    [InlineData(new byte[] { (byte)'#', 0xF0, 0x9F, 0x98 }, 1, 2)]
    public void Bytes_that_are_not_UTF8_are_refused_where_they_stand(byte[] bytes, int line, int column)
    {
        var error = Assert.Throws<TomlException>(() => TomlReader.Read(bytes));
        Assert.Equal((line, column), (error.Line, error.Column));
        Assert.Contains("is not UTF-8", error.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("a = {0}", "[", "]")]
    [InlineData("a = {0}", "{{b = ", "}}")]
    [InlineData("a = {0}", "[{{b.c = ", "}}]")]
    public void Nesting_has_an_end(string format, string open, string close)
    {
        (open, close) = (open.Replace("{{", "{", StringComparison.Ordinal), close.Replace("}}", "}", StringComparison.Ordinal));
        var each = open.Count(c => c is '[' or '{' or '.');
        Assert.NotNull(Read(Nested((TomlReader.MaximumDepth - 1) / each)));
        Assert.Contains("deeper", Assert.Throws<TomlException>(() => Read(Nested(TomlReader.MaximumDepth / each + 1))).Message, StringComparison.Ordinal);
        Assert.Throws<TomlException>(() => Read(Nested(1_000_000)));

        string Nested(int depth) => string.Format(CultureInfo.InvariantCulture, format,
            new StringBuilder().Insert(0, open, depth).Append('1').Insert(open.Length * depth + 1, close, depth));
    }

    [Theory]
    [InlineData("", " = 1")]
    [InlineData("[", "]")]
    [InlineData("[[", "]]")]
    public void A_key_has_an_end(string before, string after)
    {
        Assert.NotNull(Read(before + string.Join('.', Enumerable.Repeat("a", TomlReader.MaximumDepth - 1)) + after));
        Assert.Contains("deeper", Assert.Throws<TomlException>(() => Read(before + string.Join('.', Enumerable.Repeat("a", 1_000_000)) + after)).Message,
            StringComparison.Ordinal);
    }

    [Fact]
    public void A_document_beyond_the_limit_is_refused_unread() =>
        Assert.Contains("67108865 bytes", Assert.Throws<TomlException>(() => TomlReader.Read(new byte[TomlReader.MaximumBytes + 1])).Message, StringComparison.Ordinal);

    private static TomlTable Read(string text) => TomlReader.Read(Encoding.UTF8.GetBytes(text));

    private static void AssertSameAsTomllib(IReadOnlyList<string> texts)
    {
        var documents = texts.Select(Encoding.UTF8.GetBytes).ToList();
        var theirs = Tomllib.Read(documents);
        var different = texts.Zip(documents.Select(Ours), theirs).Where(entry => !Same(entry.Second, entry.Third)).Select(entry => JsonSerializer.Serialize(entry.First));
        Assert.Empty(different);
        Assert.InRange(theirs.Count(element => element.ValueKind != JsonValueKind.Null), texts.Count / 5, texts.Count * 4 / 5);

        static bool Same(JsonNode? ours, JsonElement theirs) => JsonNode.DeepEquals(ours, theirs.ValueKind == JsonValueKind.Null ? null : JsonObject.Create(theirs));
    }

    private static JsonNode? Ours(byte[] document)
    {
        try
        {
            return Plain(TomlReader.Read(document));
        }
        catch (TomlException)
        {
            return null;
        }
    }

    private static JsonNode Plain(object value) => value switch
    {
        TomlTable table => new JsonObject(table.Entries.Select(entry => KeyValuePair.Create(entry.Key, (JsonNode?)Plain(entry.Value.Value)))),
        IReadOnlyList<TomlValue> array => new JsonArray([.. array.Select(element => Plain(element.Value))]),
        bool boolean => $"bool {boolean}",
        long integer => $"int {integer}",
        double.NaN => "float nan",
        double number => $"float {BitConverter.DoubleToInt64Bits(number):x16}",
        string text => $"str {text}",
        TomlDateTime date => IsoFormat(date),
        _ => throw new ArgumentException($"{value.GetType()} is no type of TOML", nameof(value)),
    };

    /// <summary>What Python's <c>isoformat</c> gives.</summary>
    private static string IsoFormat(TomlDateTime date)
    {
        var type = date.Kind switch { TomlDateTimeKind.LocalDate => "date", TomlDateTimeKind.LocalTime => "time", _ => "datetime" };
        var text = date.Text.ToUpperInvariant().Replace(' ', 'T').Replace("Z", "+00:00", StringComparison.Ordinal).Replace("-00:00", "+00:00", StringComparison.Ordinal);
        text = Regex.Replace(text, @"\.([0-9]+)", match => match.Groups[1].Value.PadRight(6, '0')[..6] is var micros && micros == "000000" ? "" : "." + micros);
        return $"{type} {text}";
    }

    private static string Mutate(Random random)
    {
        const string Alphabet = "ab=.,[]{}\"'#\\ \t\r\n0123456789_+-:TZeExou";
        var text = new StringBuilder(Pick());
        for (var change = random.Next(1, 3); change > 0; change--)
        {
            var at = random.Next(text.Length + 1);
            switch (random.Next(5))
            {
                case 0: text.Insert(at, Alphabet[random.Next(Alphabet.Length)]); break;
                case 1 when at < text.Length: text.Remove(at, 1); break;
                case 2 when at < text.Length: text[at] = Alphabet[random.Next(Alphabet.Length)]; break;
                case 3: text.Append('\n').Append(Pick()); break;
                default: text.Insert(0, Pick() + "\n"); break;
            }
        }
        return text.ToString();

        // One in eight is invalid from the start; another name for 'a' lets two documents stand in one.
        string Pick()
        {
            var corpus = random.Next(8) == 0 ? TomlCorpus.Invalid : TomlCorpus.Valid;
            return corpus[random.Next(corpus.Length)].Replace('a', "abc"[random.Next(3)]);
        }
    }
}
