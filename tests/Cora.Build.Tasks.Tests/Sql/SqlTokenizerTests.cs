using System.Text;
using Cora.Build.Python.Source;
using Cora.Build.Sql;

namespace Cora.Build.Tests.Sql;

public sealed class SqlTokenizerTests
{
    [Theory]
    [InlineData("SELECT a.\"B c\" FROM t", "SELECT", "a", ".", "\"B c\"", "FROM", "t")]
    [InlineData("'it''s' ''", "'it''s'", "''")]
    [InlineData("'a\\' 'b'", "'a\\'", "'b'")]
    [InlineData("E'it\\'s' e'\\\\' x", "E'it\\'s'", "e'\\\\'", "x")]
    [InlineData("B'01' x'1F' n'a' fe'x'", "B'01'", "x'1F'", "n'a'", "fe", "'x'")]
    [InlineData("'a'\n  'b' 'c'", "'a'\n  'b'", "'c'")]
    [InlineData("'a' -- a comment\n'b'", "'a' -- a comment\n'b'")]
    [InlineData("'a' /* a comment */ 'b'", "'a'", "'b'")]
    [InlineData("'a'\n- 'b'", "'a'", "-", "'b'")]
    [InlineData("E'a'\n'\\'' 1", "E'a'\n'\\''", "1")]
    [InlineData("U&'d!0061' UESCAPE '!' x", "U&'d!0061' UESCAPE '!'", "x")]
    [InlineData("u&\"a\" /* c */ uescape '!'", "u&\"a\" /* c */ uescape '!'")]
    [InlineData("U&'a' uescapes", "U&'a'", "uescapes")]
    [InlineData("u & 'a' u&x", "u", "&", "'a'", "u", "&", "x")]
    [InlineData("$$ it's $x $$ $1", "$$ it's $x $$", "$1")]
    [InlineData("$fn$ $$ a $$ $fn $fn$", "$fn$ $$ a $$ $fn $fn$")]
    [InlineData("a$$b $é$ x $é$", "a$$b", "$é$ x $é$")]
    [InlineData("\"a\"\"b\" \"\"", "\"a\"\"b\"", "\"\"")]
    [InlineData("1 1.5 .5 1e5 1.5E-3 1..10 1_000 0x1F t1.5", "1", "1.5", ".5", "1e5", "1.5E-3", "1", "..", "10", "1_000", "0x1F", "t1", ".5")]
    [InlineData("a::int b:=1 f(x=>1) a[1:2]", "a", "::", "int", "b", ":=", "1", "f", "(", "x", "=>", "1", ")", "a", "[", "1", ":", "2", "]")]
    [InlineData("x=-1 x=@-1 a<>b a->>'b' *-- c\n+-", "x", "=", "-", "1", "x", "=@-", "1", "a", "<>", "b", "a", "->>", "'b'", "*", "+", "-")]
    [InlineData("a/*x /* nested */ y*/b a--c\rd", "a", "b", "a", "d")]
    [InlineData("a/*/ ' */b **/**/c", "a", "b", "**", "c")]
    [InlineData("größe _x été$1", "größe", "_x", "été$1")]
    [InlineData("\\connect \"it's\nSELECT \\gexec\nx", "SELECT", "\\gexec\n", "x")]
    public void Tokens_are_those_of_PostgreSQL(string text, params string[] expected)
    {
        Assert.Equal(expected, Tokens(text, out var fault));
        Assert.Null(fault);
    }

    [Theory]
    [InlineData("SELECT 1;\n  'open", 2, 3)]
    [InlineData("'a'\n'b", 1, 1)]
    [InlineData("é 'a''", 1, 3)]
    [InlineData("E'a\\'", 1, 1)]
    [InlineData("E'a\\", 1, 1)]
    [InlineData("a \"b", 1, 3)]
    [InlineData("x /* a /* b */", 1, 3)]
    [InlineData("x\r\n\t$a$ b $A$ $$", 2, 2)]
    [InlineData("U&\"a", 1, 1)]
    [InlineData("𝄞 'a", 1, 4)]
    public void What_is_not_closed_is_a_fault_where_it_begins(string text, int line, int column)
    {
        Tokens(text, out var fault);
        Assert.Equal(new(line, column), fault?.At);
    }

    [Theory]
    [InlineData("U&'d\\0061t\\+000061 \\\\'", "data \\")]
    [InlineData("U&'d!0061' uescape '!'", "da")]
    [InlineData("U&\"d!0061\" UESCAPE '!'", "da")]
    [InlineData("U&'\\D834\\DD1E'", "𝄞")]
    [InlineData("'it''s'\n '!'", "it's!")]
    [InlineData("'a' -- it's\n 'b'", "ab")]
    [InlineData("E'a\\n\\x41\\101\\u00e9\\'\\q'", "a\nAAé'q")]
    [InlineData("E'a'\n'\\n'", "a\n")]
    [InlineData("'\\n'", "\\n")]
    [InlineData("$x$a'$$b$x$", "a'$$b")]
    [InlineData("\"a\"\"B\"", "a\"B")]
    public void Values_are_decoded(string token, string value) => Assert.Equal(value, SqlLiteral.Decode(token));

    [Fact]
    public void A_text_that_is_all_of_one_kind_is_read_in_one_pass()
    {
        const int count = 1_000_000;
        foreach (var text in new[] { new string('(', count), new string('+', count), new string('$', count), new string('-', count), string.Concat(Enumerable.Repeat("/*", count)) })
            Tokens(text, out _);
        Tokens(string.Concat(Enumerable.Repeat("'a'\n--\n\n", count / 4)) + ";", out var fault);
        Assert.Null(fault);
    }

    [Fact]
    public void Bytes_that_are_no_UTF_8_and_NUL_are_faults_at_their_place_and_the_rest_is_read()
    {
        var invalid = SqlFile.Read([.. "-- é\n-- b"u8, 0xE9, .. "\nDROP FUNCTION f();"u8]);
        Assert.Equal((new Position(2, 5), "The byte 0xE9 is not UTF-8 here. Save the file as UTF-8."), Assert.Single(invalid.Faults) is var fault ? (fault.At, fault.Message) : default);
        Assert.Equal(new(3, 1), Assert.Single(invalid.Statements).At);

        var nul = SqlFile.Read("DROP\0 FUNCTION f();"u8);
        Assert.Equal(new(1, 5), Assert.Single(nul.Faults).At);
        Assert.Single(nul.Statements);

        Assert.Equal(new(1, 1), Assert.Single(SqlFile.Read(Encoding.Unicode.GetPreamble().Concat(Encoding.Unicode.GetBytes("DROP FUNCTION f();")).ToArray()).Faults).At);
        Assert.Equal(new(1, 2), Assert.Single(SqlFile.Read([(byte)'x', 0xF0, 0x9F]).Faults).At);
    }

    [Fact]
    public void A_byte_order_mark_has_no_column()
    {
        var file = SqlFile.Read([0xEF, 0xBB, 0xBF, .. "DROP FUNCTION f();"u8]);
        Assert.Empty(file.Faults);
        Assert.Equal(new(1, 1), Assert.Single(file.Statements).At);
    }

    [Theory]
    [InlineData("-- noqa: CORA5001", 1, "CORA5001@10")]
    [InlineData("x; --NOQA:cora5001,LT01 , CORA5009 because CORA5010", 1, "CORA5001@11", "CORA5009@27")]
    [InlineData("-- the old name -- noqa: CORA5001 CORA5002", 1, "CORA5001@26", "CORA5002@35")]
    [InlineData("'a'\n  -- noqa: CORA5001\n'b'", 2, "CORA5001@12")]
    public void Suppressions_name_the_codes_and_where_they_stand(string text, int line, params string[] codes)
    {
        var suppression = Assert.Single(SqlFile.Read(text + "\n;").Suppressions);
        Assert.Equal(line, suppression.Line);
        Assert.Equal(codes, suppression.Codes.Select(code => $"{code.Name}@{code.At.Column}"));
    }

    [Theory]
    [InlineData("-- noqa")]
    [InlineData("-- noqa: LT01")]
    [InlineData("-- see noqa: CORA5001")]
    [InlineData("'-- noqa: CORA5001'")]
    [InlineData("/* -- noqa: CORA5001 */")]
    [InlineData("SELECT $$\n-- noqa: CORA5001\n$$")]
    [InlineData("-- noqa CORA5001")]
    public void What_is_no_suppression_is_none(string text) => Assert.Empty(SqlFile.Read(text).Suppressions);

    private static List<string> Tokens(string text, out SqlFault? fault)
    {
        var source = new SqlText(text);
        var tokenizer = new SqlTokenizer(source, 0, source.Text.Length);
        List<string> tokens = [];
        while (tokenizer.TryRead(out var token)) tokens.Add(source.Text[token.Start..token.End]);
        fault = tokenizer.Fault;
        return tokens;
    }
}
