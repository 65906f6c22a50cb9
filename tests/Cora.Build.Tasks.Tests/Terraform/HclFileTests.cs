using System.Text;
using Cora.Build.Python.Source;
using Cora.Build.Terraform;

namespace Cora.Build.Tests.Terraform;

public sealed class HclFileTests
{
    [Fact]
    public void Everything_knows_its_place()
    {
        var file = HclFile.Read("/m/main.tf", "resource \"aws_lambda_function\" \"x\" {\n  layers = [local.a, \"b\"]\r\n\tname   = \"é𝄞${ f(var.x[0]) }\"\n}\n");
        Assert.Empty(file.Faults);
        var block = Assert.Single(file.Body.Blocks);
        Assert.Equal((new Position(1, 1), 4), (block.At, Lines(file, block.Place)));
        Assert.Equal([new(1, 10), new(1, 32)], block.Labels.Select(label => label.At));
        var layers = block.Body.Argument("layers")!;
        Assert.Equal((new Position(2, 3), "layers = [local.a, \"b\"]"), (layers.At, TextOf(file, layers)));
        Assert.Equal(["local.a", "\"b\""], ((HclTuple)layers.Value).Items.Select(item => TextOf(file, item)));
        Assert.Equal(new("/m/main.tf", 2, 22), ((HclTuple)layers.Value).Items[1].Location);
        var template = (HclTemplate)block.Body.Argument("name")!.Value;
        Assert.Equal([(12, "é𝄞"), (18, "f(var.x[0])")], template.Parts.Select(part => (part.At.Column, TextOf(file, part))));
        Assert.Equal(new(4, 1), block.Body.End.At);
    }

    [Theory]
    [InlineData("a = [1 + 2 * 3, -x.y]", "[1 + 2 * 3|-x.y")]
    [InlineData("a = f((1 + 2) * 3, !x)", "[(1 + 2) * 3|!x")]
    public void An_expression_goes_from_its_first_token_to_its_last(string text, string expected)
    {
        var file = HclFile.Read("x", text);
        var parts = file.Body.Argument("a")!.Value switch { HclTuple tuple => tuple.Items, HclCall call => call.Arguments, _ => [] };
        Assert.Equal(expected, "[" + string.Join('|', parts.Select(part => TextOf(file, part))));
    }

    [Theory]
    [InlineData("a = provider::aws::arn_parse(x)", "(call provider::aws::arn_parse@1:5 (x@1:30))")]
    [InlineData("a = provider :: aws :: arn_parse (x)", "(call provider::aws::arn_parse@1:5 (x@1:35))")]
    public void Functions_of_providers_are_calls(string text, string expected)
    {
        var file = HclFile.Read("x", text);
        Assert.Empty(file.Faults);
        Assert.Equal(expected, HclTree.Of(file.Body.Argument("a")!.Value));
    }

    [Theory]
    [InlineData("a = ", "1:5 Expected an expression; found the end of the file.")]
    [InlineData("a = 1 b = 2", "1:7 Expected the end of the line behind the argument; found 'b'.")]
    [InlineData("a = [1 2]", "1:8 Expected ',' or ']' behind an element; found '2'.")]
    [InlineData("a = {\n  b\n}", "2:4 Expected '=' or ':' and a value behind the key; found the end of the line.")]
    [InlineData("a \"b\"\n{\n}", "1:6 Expected a block's label, or '{' on the same line; found the end of the line.")]
    [InlineData("a = 'b'", "1:5 Strings stand in double quotes in HCL.")]
    [InlineData("a = \"b\nc = 1", "1:5 The string is not closed on its line.")]
    [InlineData("a = \"${b\nc = 1", "2:1 Expected '}' that closes the '${'; found 'c'.")]
    [InlineData("a = <<EOT\nb\n", "1:5 The heredoc is not closed: there is no line with only 'EOT' behind it, with a line end.")]
    [InlineData("a = 1 /* b\nc = 2", "1:7 The comment is not closed")]
    [InlineData("/* b\nc = 2", "1:1 The comment is not closed")]
    [InlineData("a = \"\\q\"", "1:6 This is no escape.")]
    [InlineData("a = \"\\u12\"", "1:6 '\\u' needs 4 hexadecimal digits behind it.")]
    [InlineData("a {", "1:3 The block is not closed: there is no '}' for it up to the end of the file.")]
    [InlineData("a = 1\na = 2", "2:1 The argument 'a' is set twice: first in line 1.")]
    [InlineData("a = \0", "1:5 There is a NUL character here.")]
    [InlineData("a = 1\rb = 2", "1:6 There is a carriage return here without a line feed.")]
    [InlineData("a = \"%{ if b }\"", "1:6 There is no '%{ endif }' for this up to the end of the string.")]
    [InlineData("a = b & c", "1:7 HCL has no '&'. For \"and\" write '&&'.")]
    [InlineData("}", "1:1 Expected the end of the file or a block, but there is no block to close; found '}'.")]
    [InlineData("a = 1.2.3", "1:5 '1.2.3' is no number.")]
    public void A_fault_says_what_is_wrong_and_where(string text, string expected)
    {
        var fault = HclFile.Read("x", text).Faults[0];
        Assert.StartsWith(expected, $"{fault.At.Line}:{fault.At.Column} {fault.Message}");
    }

    [Theory]
    [InlineData("resource \"a\" \"b\" {\n  x = [1, 2\n  y = 3\n}\n\nresource \"c\" \"d\" {\n}\n", "3:3", "a.b(x,y) c.d()")]
    [InlineData("resource \"a\" \"b\" {\n  x = \"open\n  y = 3\n}\nresource \"c\" \"d\" {}\n", "2:7", "a.b(x,y) c.d()")]
    [InlineData("resource \"a\" \"b\" {\n  x = \"${f(\"open}\"\n  y = 3\n}\nresource \"c\" \"d\" {}\n", "3:3", "a.b(x,y) c.d()")]
    [InlineData("resource \"a\" \"b\" {\n  x = {\n    y = 1\n    z 2\n  }\n  w = 3\n}\nresource \"c\" \"d\" {}\n", "4:7", "a.b(x,w) c.d()")]
    [InlineData("resource \"a\" \"b\" {\n  x = 1\n\nresource \"c\" \"d\" {\n  y = 1\n}\n", "1:18", "a.b(x) c.d(y)")]
    [InlineData("resource \"a\" \"b\" {\n  x = {\n    y = 1\n\nresource \"c\" \"d\" {\n  z = 1\n}\n", "5:10", "a.b(x) c.d(z)")]
    [InlineData("resource \"a\" \"b\" {\n  inner {\n    x = ]\n    y = 2\n  }\n  z = 3\n}\nresource \"c\" \"d\" {}\n", "3:9", "a.b(z,inner(x,y)) c.d()")]
    [InlineData("resource \"a\" \"b\" { x = 1, y = 2 }\nresource \"c\" \"d\" {}\n", "1:25", "a.b(x) c.d()")]
    [InlineData("resource \"a\" \"b\" = {\n  x = 1\n}\nresource \"c\" \"d\" {}\n", "1:18", "c.d()")]
    [InlineData("resource \"a\" \"b\" {\n  x = jsonencode({\n    y = [\n      { z = 1 }\n      { z = 2 }\n    ]\n  })\n  w = 1\n}\nresource \"c\" \"d\" {}\n", "5:7", "a.b(x,w) c.d()")]
    public void What_stands_around_a_fault_is_read(string text, string at, string expected)
    {
        var file = HclFile.Read("x", text);
        Assert.Equal(at, string.Join(' ', file.Faults.Select(fault => $"{fault.At.Line}:{fault.At.Column}")));
        Assert.Equal(expected, string.Join(' ', file.Body.Blocks.Select(block => $"{string.Join('.', block.Labels.Select(label => label.Name))}({Contents(block.Body)})")));

        static string Contents(HclBody body) => string.Join(',', body.Arguments.Select(argument => argument.Name).Concat(body.Blocks.Select(block => $"{block.Type}({Contents(block.Body)})")));
    }

    [Theory]
    [InlineData("[", "]")]
    [InlineData("(", ")")]
    [InlineData("{ a = ", " }")]
    [InlineData("f(", ")")]
    [InlineData("\"${", "}\"")]
    [InlineData("\"%{ if true }${", "}%{ endif }\"")]
    [InlineData("-", "")]
    [InlineData("!", "")]
    [InlineData("a[", "]")]
    [InlineData("[for a in ", " : a]")]
    [InlineData("true ? 1 : ", "")]
    [InlineData("true ? ", " : 1")]
    public void Ten_thousand_levels_are_a_fault_at_their_place(string open, string close)
    {
        foreach (var closing in new[] { close, "" })
        {
            var file = HclFile.Read("x", $"a = {Repeat(open, 10_000)}1{Repeat(closing, 10_000)}\nb = 1\n");
            var fault = file.Faults[0];
            Assert.Equal(1, fault.At.Line);
            Assert.Contains("levels deep", fault.Message, StringComparison.Ordinal);
            Assert.InRange(fault.At.Column, 100, 10_000);
            if (closing.Length > 0 || close.Length == 0) Assert.NotNull(file.Body.Argument("b"));
        }
    }

    [Fact]
    public void Blocks_and_directives_ten_thousand_levels_deep_are_a_fault_at_their_place()
    {
        var blocks = HclFile.Read("x", $"{Repeat("a {\n", 10_000)}{Repeat("}\n", 10_000)}b {{\n}}\n");
        Assert.Equal(201, Assert.Single(blocks.Faults).At.Line);
        Assert.Equal(["a", "b"], blocks.Body.Blocks.Select(block => block.Type));
        Assert.Contains("levels deep", HclFile.Read("x", $"{Repeat("a {\n", 10_000)}").Faults[0].Message, StringComparison.Ordinal);
        Assert.Contains("levels deep", HclFile.Read("x", $"a = \"{Repeat("%{ if a }", 10_000)}{Repeat("%{ endif }", 10_000)}\"").Faults[0].Message, StringComparison.Ordinal);
        Assert.Contains("in a row", HclFile.Read("x", $"a = 1{Repeat(" + 1", 10_000)}\n").Faults[0].Message, StringComparison.Ordinal);
        Assert.Empty(HclFile.Read("x", $"a = b{Repeat(".c", 100_000)}{Repeat("[0]", 10_000)}{Repeat("[*]", 10_000)}\n").Faults);
    }

    [Fact]
    public void A_text_that_is_all_of_one_kind_is_read_in_one_pass()
    {
        // What takes time with the square of the size takes many minutes here, not seconds.
        const int size = 1 << 18;
        foreach (var part in new[]
        {
            "[", "(", "\"", "${", "\"${", "a = 1\n", "a {\n", "}\n", "a {}\n", "<<A\n", "/*", "#\n", "a.", "1 + ", "-", "\\", "\0", "$", "a = \"\n", "x = [\n", "'", "%{ if a }",
            "a = <<A\n${\n", "a = \"${\n", "a \"", "a = \"${b\nresource \"x\" {\n", "b = a[*].c.*\n",
        })
        {
            var repeated = Repeat(part, size / part.Length);
            foreach (var text in new[] { repeated, $"a = {repeated}", $"a = <<A\n{repeated}" }) Assert.InRange(HclFile.Read("x", text).Faults.Count, 0, 100);
        }
    }

    [Fact]
    public void Ten_megabytes_are_read()
    {
        const string Resource = "resource \"aws_lambda_function\" \"x\" {\n  filename = \"${local.build_dir}/x.zip\"\n  layers   = compact([var.a, aws_b.c.arn])\n}\n";
        const int count = (10 << 20) / 115;
        var file = HclFile.Read("x", $"{Repeat(Resource, count)}resource \"a\" \"b\" {{\n  c = [\n");
        Assert.Equal(new((4 * count) + 3, 1), Assert.Single(file.Faults).At);
        Assert.Equal(count + 1, file.Body.Blocks.Count);
        Assert.Equal(new(1, 1), Assert.Single(HclFile.Read("x", $"<<A\n{Repeat("x\n", 5 << 20)}").Faults).At);
    }

    [Fact]
    public void Bytes_that_are_no_UTF_8_and_NUL_are_faults_at_their_place_and_the_rest_is_read()
    {
        var invalid = HclFile.Read("x", [.. "# é\n# b"u8, 0xE9, .. "\na = 1\n"u8]);
        Assert.Equal((new Position(2, 4), "The byte 0xE9 is not UTF-8 here. Save the file as UTF-8."), (Assert.Single(invalid.Faults).At, invalid.Faults[0].Message));
        Assert.NotNull(invalid.Body.Argument("a"));

        var nul = HclFile.Read("x", "a = \0\nb = 1\n"u8);
        Assert.Equal(new(1, 5), Assert.Single(nul.Faults).At);
        Assert.NotNull(nul.Body.Argument("b"));

        Assert.Equal(new(1, 1), Assert.Single(HclFile.Read("x", Encoding.Unicode.GetPreamble().Concat(Encoding.Unicode.GetBytes("a = 1")).ToArray()).Faults).At);
        Assert.Equal(new(1, 1), HclFile.Read("x", [0xF0, 0x9F]).Faults[0].At);
        Assert.Equal(new(1, 1), HclFile.Read("x", [0xEF, 0xBB, 0xBF, .. "a = 1\n"u8]).Body.Argument("a")!.At);
    }

    [Theory]
    [InlineData("a = 1 # noqa: CORA6001", 1, "CORA6001@15")]
    [InlineData("a = 1 // noqa: cora6001, CORA6002 because", 1, "CORA6001@16", "CORA6002@26")]
    [InlineData("a = [\n  1, # the old one # noqa: CORA6001\n]", 2, "CORA6001@28")]
    [InlineData("a = 1 // why # noqa: E501 CORA6001", 1, "CORA6001@27")]
    public void Suppressions_name_the_codes_and_where_they_stand(string text, int line, params string[] codes)
    {
        var file = HclFile.Read("x", text);
        Assert.Empty(file.Faults);
        var suppression = Assert.Single(file.Suppressions);
        Assert.Equal(line, suppression.Line);
        Assert.Equal(codes, suppression.Codes.Select(code => $"{code.Name}@{code.At.Column}"));
    }

    [Theory]
    [InlineData("a = 1 # noqa")]
    [InlineData("a = 1 # noqa: E501")]
    [InlineData("a = 1 # see noqa: CORA6001")]
    [InlineData("a = \"# noqa: CORA6001\"")]
    [InlineData("a = 1 /* # noqa: CORA6001 */")]
    [InlineData("a = <<A\n# noqa: CORA6001\nA\n")]
    [InlineData("a = 1 # noqa CORA6001")]
    [InlineData("a = 1 # -- noqa: CORA6001")]
    public void What_is_no_suppression_is_none(string text) => Assert.Empty(HclFile.Read("x", text).Suppressions);

    [Fact]
    public void Blocks_that_dynamic_makes_are_blocks_of_their_type()
    {
        var body = HclFile.Read("x", """
            environment {
              variables = 1
            }
            dynamic "environment" {
              for_each = var.x
              iterator = item
              content {
                variables = item.value
              }
            }
            dynamic "vpc_config" {
              for_each = var.y
              content {}
            }
            """).Body;
        Assert.Equal([null, "item"], body.BlocksOf("environment").Select(block => block.Dynamic?.Iterator));
        Assert.Equal([1, 4], body.BlocksOf("environment").Select(block => block.At.Line));
        Assert.Equal("vpc_config", body.Block("vpc_config")!.Dynamic!.Iterator);
        Assert.Null(body.Block("timeouts"));
        Assert.Equal(["environment", "dynamic", "dynamic"], body.Blocks.Select(block => block.Type));
    }

    private static int Lines(HclFile file, HclPlace place) => file.TextOf(place).Count('\n') + 1;

    private static string TextOf(HclFile file, HclNode node) => file.TextOf(node.Place).ToString();

    private static string Repeat(string part, int count) => new StringBuilder(part.Length * count).Insert(0, part, count).ToString();
}
