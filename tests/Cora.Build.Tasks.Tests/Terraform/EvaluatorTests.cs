using Cora.Build.Terraform;

namespace Cora.Build.Tests.Terraform;

public sealed class EvaluatorTests
{
    private const string Variables = """
        variable "required" {}
        variable "name" {
          default = "acme"
        }
        variable "enabled" {
          type    = bool
          default = false
        }
        variable "empty" {
          default = ""
        }
        variable "nothing" {
          default = null
        }
        variable "tags" {
          type    = map(string)
          default = { a = "1" }
        }
        variable "options" {
          type = object({ x = optional(string), y = string })
          default = { y = "1" }
        }
        variable "count_text" {
          type    = number
          default = "2"
        }
        locals {
          build_dir = "${path.module}/../backend/.build"
          list      = ["a", "b"]
          map       = { k = { v = 1 } }
          self      = local.self
          ping      = [local.pong]
          pong      = [local.ping]
          nested    = local.build_dir
        }
        """;

    [Theory]
    [InlineData("""local.build_dir""", "\"/m/../backend/.build\"")]
    [InlineData("""basename("${local.nested}/x.zip")""", "\"x.zip\"")]
    [InlineData("""local.map.k.v""", "1")]
    [InlineData("""local.map["k"]["v"]""", "1")]
    [InlineData("""local.list[1]""", "\"b\"")]
    [InlineData("""local.list.1""", "\"b\"")]
    [InlineData("""local.list[*]""", """["a", "b"]""")]
    [InlineData("""[{ a = 1 }, { a = 2 }][*].a""", "[1, 2]")]
    [InlineData("""local.self""", "(unknown)")]
    [InlineData("""local.none""", "local.none")]
    [InlineData("""var.name""", "\"acme\"")]
    [InlineData("""var.required""", "var.required")]
    [InlineData("""var.undeclared.x""", "var.undeclared.x")]
    [InlineData("""var.empty""", "(\"\" | var.empty)")]
    [InlineData("""var.nothing""", "(null | var.nothing)")]
    [InlineData("""var.nothing.x""", "var.nothing.x")]
    [InlineData("""var.nothing == null ? "a" : var.nothing.x["k"].y""", "(\"a\" | var.nothing.x.k.y)")]
    [InlineData("""[var.nothing.x]""", "[var.nothing.x]")]
    [InlineData("""try(var.nothing.x, "a")""", "(var.nothing.x | \"a\")")]
    [InlineData("""var.count_text + 1""", "3")]
    [InlineData("""var.options.x""", "(unknown)")]
    [InlineData("""var.options.y""", "\"1\"")]
    [InlineData("""aws_lambda_function.x[0].invoke_arn""", "aws_lambda_function.x[0].invoke_arn")]
    [InlineData("""data.aws_lambda_layer_version.common.arn""", "data.aws_lambda_layer_version.common.arn")]
    [InlineData("""module.a.api_routes[*].path""", "module.a.api_routes[*].path")]
    [InlineData("""filebase64sha256("${local.build_dir}/x.zip")""", """filebase64sha256("/m/../backend/.build/x.zip")""")]
    [InlineData("""filebase64sha256("${var.required}/x.zip")""", """filebase64sha256("${var.required}/x.zip")""")]
    [InlineData("""concat(module.a.api_routes, module.b.api_routes, [{ path = "/x" }])""", """[module.a.api_routes..., module.b.api_routes..., {path = "/x"}]""")]
    [InlineData("""compact([var.empty, aws_lambda_layer_version.common.arn])""", """[([] | [var.empty])..., aws_lambda_layer_version.common.arn]""")]
    [InlineData("""compact(["", null, "a", var.required])""", """["a", ([var.required] | [])...]""")]
    [InlineData("""var.enabled ? [aws_a.b.arn] : []""", "([] | [aws_a.b.arn])")]
    [InlineData("""var.required ? "a" : "b" """, """("a" | "b")""")]
    [InlineData("""true ? "a" : aws_a.b.c""", "\"a\"")]
    [InlineData("""var.name == "acme" ? 1 : 2""", "(1 | 2)")]
    [InlineData("""lower(var.required ? "A" : "B")""", """("a" | "b")""")]
    [InlineData("""lower(var.required)""", "lower(var.required)")]
    [InlineData(""" "${var.required}-x" """, "\"${var.required}-x\"")]
    [InlineData(""" "${var.required}${1}" """, "\"${var.required}1\"")]
    [InlineData("""join("/", [var.required, "a", 1])""", "\"${var.required}/a/1\"")]
    [InlineData("""format("%s/%s.zip", var.required, "x")""", "\"${var.required}/x.zip\"")]
    [InlineData("""basename("${var.required}/dir/y.zip")""", "\"y.zip\"")]
    [InlineData("""endswith("${var.required}/y.zip", ".zip")""", "true")]
    [InlineData(""" "${var.required}.zip" == "a.tar" """, "false")]
    [InlineData("""merge({ a = 1, b = 2 }, { b = 3 })""", "{a = 1, b = 3}")]
    [InlineData("""merge({ a = 1 }, var.required)""", "{a = (1 | (unknown)), var.required...}")]
    [InlineData("""merge(var.required, { a = 1 }).a""", "1")]
    [InlineData("""merge(var.required, { a = 1 }).b""", "var.required.b")]
    [InlineData("""merge(var.required, var.name2).b""", "(unknown)")]
    [InlineData("""merge(var.required...)""", "{var.required...}")]
    [InlineData("""merge(var.required...).b""", "(unknown)")]
    [InlineData("""try(local.map.none.v, "d")""", "\"d\"")]
    [InlineData("""try(aws_a.b[0].arn, null)""", "(aws_a.b[0].arn | null)")]
    [InlineData("""can(local.map.none)""", "false")]
    [InlineData("""coalesce(var.empty, aws_a.b.arn)""", "(var.empty | aws_a.b.arn)")]
    [InlineData("""[for k, v in { b = 1, a = 2 } : "${k}${v}"]""", """["a2", "b1"]""")]
    [InlineData("""{ for x in ["a", "b", "a"] : x => 1... }""", """{a = [1, 1], b = [1]}""")]
    [InlineData("""[for x in concat(["a"], module.m.x) : upper(x)]""", """["A", (unknown)...]""")]
    [InlineData("""[for x in ["a", "b"] : x if x != var.required]""", """[(["a"] | [])..., (["b"] | [])...]""")]
    [InlineData("""[for x in var.required : x]""", "(unknown)")]
    [InlineData("""flatten([["a"], [["b"]], module.m.x])""", """["a", "b", flatten([module.m.x])...]""")]
    [InlineData("""jsonencode({ a = aws_a.b.arn })""", "jsonencode({a = aws_a.b.arn})")]
    [InlineData("""provider::aws::arn_parse("x")""", "provider::aws::arn_parse(\"x\")")]
    [InlineData("""each.value.path""", "each.value.path")]
    [InlineData("""terraform.workspace""", "terraform.workspace")]
    [InlineData(""" "%{ if var.required }a%{ else }b%{ endif }.zip" """, "\"${(\"a\" | \"b\")}.zip\"")]
    [InlineData("""sensitive(var.required)""", "var.required")]
    [InlineData("""(var.required ? local.list : ["c"])[0]""", """("a" | "c")""")]
    [InlineData("""length([var.required, 1])""", "2")]
    [InlineData("""path.root""", "path.root")]
    [InlineData("""abspath("${path.module}/../x")""", "\"/x\"")]
    public void What_can_be_known_is(string expression, string expected) => Assert.Equal(expected, Evaluate(expression).ToString());

    [Theory]
    [InlineData("range(1000000000)")]
    [InlineData("local.a60")]
    [InlineData("join(\",\", local.a60)")]
    [InlineData("flatten(local.a60)")]
    [InlineData("local.text60")]
    [InlineData("[for a in range(1000) : [for b in range(1000) : [for c in range(1000) : a]]]")]
    [InlineData("setproduct(range(1000), range(1000), range(1000))")]
    [InlineData("format(\"%999999999d\", 1)")]
    [InlineData("replace(local.text12, \"a\", local.text12)")]
    [InlineData("replace(local.text19, \"a\", local.text19)")]
    [InlineData("[for x in range(1000) : \"${x}${local.text18}\"]")]
    [InlineData("formatlist(\"%s${local.text18}\", range(1000))")]
    [InlineData("jsonencode([for x in range(1000) : local.text18])")]
    [InlineData("\"%{for x in range(1000)}${local.text18}%{endfor}\"")]
    public void What_grows_without_end_is_given_up(string expression)
    {
        var doubling = string.Concat(Enumerable.Range(1, 60).Select(i => $"  a{i} = [local.a{i - 1}, local.a{i - 1}]\n  text{i} = \"${{local.text{i - 1}}}${{local.text{i - 1}}}\"\n"));
        var value = Evaluate(expression, $"locals {{\n  a0 = [1]\n  text0 = \"a\"\n{doubling}}}\n");
        Assert.InRange(value.Size, 1, 20_000);
        Assert.False(value.IsKnown);
    }

    [Fact]
    public void A_chain_of_a_hundred_thousand_locals_is_no_stack_overflow()
    {
        var chain = string.Concat(Enumerable.Range(1, 100_000).Select(i => $"  a{i} = [local.a{i - 1}]\n"));
        var module = Module($"locals {{\n  a0 = 1\n{chain}}}\n");
        Assert.True(module.Evaluate(module.Local("a100")!.Value).IsKnown);
        var forwards = Module($"locals {{\n  a0 = 1\n{chain}}}\n");
        foreach (var local in forwards.Locals) Assert.InRange(forwards.Evaluate(local.Value).Depth, 1, 300);
        Assert.False(module.Evaluate(module.Local("a100000")!.Value).IsKnown);
    }

    [Fact]
    public void A_value_says_whether_it_depends_on_a_default()
    {
        Assert.True(Evaluate("var.name").IsDefault);
        Assert.True(Evaluate("\"${var.name}-x\"").IsDefault);
        Assert.True(Evaluate("upper(var.name)").IsDefault);
        Assert.True(Evaluate("[\"x\", var.name]").IsDefault);
        Assert.True(Evaluate("var.tags.a").IsDefault);
        Assert.False(Evaluate("[\"x\", var.name][0]").IsDefault);
        Assert.False(Evaluate("local.build_dir").IsDefault);
    }

    [Fact]
    public void A_call_passes_values_and_the_rest_are_exactly_defaults()
    {
        var module = Module(Variables).With(new Dictionary<string, Value> { ["required"] = new StringValue("r"), ["enabled"] = new BoolValue(true) });
        Assert.Equal("\"r\"", Evaluate(module, "var.required").ToString());
        Assert.Equal("1", Evaluate(module, "var.enabled ? 1 : 0").ToString());
        Assert.Equal("\"\"", Evaluate(module, "var.empty").ToString());
        Assert.False(Evaluate(module, "var.name").IsDefault);
    }

    [Fact]
    public void Values_know_where_they_are_written()
    {
        var module = Module("""
            locals {
              routes = [
                { path = "/a" },
              ]
            }
            output "api_routes" {
              value = concat(local.routes, [{
                path = "/b"
              }])
            }
            """);
        var list = Assert.IsType<ListValue>(module.Evaluate(module.Output("api_routes")!.Value));
        Assert.Equal([3, 7], list.Items.Select(item => item.Origin!.At.Line));
        Assert.Equal(8, ((ObjectValue)list.Items[1])["path"]!.Origin!.At.Line);
    }

    [Fact]
    public void References_come_out_of_all_that_may_be_around_them()
    {
        var value = Evaluate("compact(concat([var.enabled ? aws_a.b.arn : null], [\"${aws_c.d.arn}:1\"], module.e.f, [try(data.g.h.arn, upper(local.x))]))");
        Assert.Equal(["aws_a.b.arn", "aws_c.d.arn", "module.e.f", "data.g.h.arn", "local.x"], value.References().Select(reference => reference.ToString()).Distinct());
    }

    [Fact]
    public void Instances_are_those_of_count_and_for_each()
    {
        var module = Module("""
            resource "a" "one" {}
            resource "a" "none" { count = 0 }
            resource "a" "two" { count = 2 }
            resource "a" "set" {
              for_each = toset(["y", "x"])
              name     = "${each.key}-${each.value}"
            }
            resource "a" "map" {
              for_each = { k = { path = "/p" } }
              name     = each.value.path
            }
            resource "a" "perhaps" { count = var.x ? 1 : 0 }
            resource "a" "any" { for_each = var.x }
            """);
        Assert.Equal(
            ["one:", "two:0", "two:1", "set:\"x\"", "set:\"y\"", "map:\"k\"", "perhaps:?", "any:?"],
            module.Resources("a").SelectMany(resource => module.InstancesOf(resource.Body).Select(instance => $"{resource.Name}:{(!instance.IsKnown ? "?" : instance.Key)}")));
        Assert.Equal(
            ["\"x-x\"", "\"y-y\"", "\"/p\""],
            module.Resources("a").Where(resource => resource.Name is "set" or "map").SelectMany(resource => module.InstancesOf(resource.Body).Select(instance => module.Evaluate(resource.Body, "name", instance).ToString())));
    }

    [Fact]
    public void What_a_dynamic_block_makes_has_its_iterator()
    {
        var module = Module("""
            resource "a" "b" {
              for_each = { k = ["x", "y"] }
              dynamic "c" {
                for_each = each.value
                iterator = item
                content {
                  name = "${each.key}-${item.key}-${item.value}"
                }
              }
              dynamic "c" {
                for_each = var.unknown
                content {
                  name = "${each.key}-${c.value}"
                }
              }
              c {
                name = each.key
              }
            }
            """);
        var body = Assert.Single(module.Resources("a")).Body;
        var resource = Assert.Single(module.InstancesOf(body));
        Assert.Equal(
            ["True \"k-0-x\"", "True \"k-1-y\"", "False \"k-${c.value}\"", "True \"k\""],
            body.BlocksOf("c").SelectMany(block => module.InstancesOf(block, resource).Select(instance => $"{instance.IsKnown} {module.Evaluate(block.Body, "name", instance)}")));
    }

    private static TerraformModule Module(string text)
    {
        var file = HclFile.Read("/m/main.tf", text);
        Assert.Empty(file.Faults);
        return TerraformModule.Of("/m", [file]);
    }

    private static Value Evaluate(string expression, string? text = null) => Evaluate(Module(text ?? Variables), expression);

    private static Value Evaluate(TerraformModule module, string expression)
    {
        var file = HclFile.Read("/m/expression.tf", $"x = {expression}\n");
        Assert.Empty(file.Faults);
        return module.Evaluate(file.Body.Argument("x")!.Value);
    }
}
