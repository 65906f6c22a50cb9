using System.Diagnostics;
using System.Text;
using System.Text.Json;
using Cora.Build.Terraform;
using Cora.Build.Tests.Packaging;

namespace Cora.Build.Tests.Terraform;

/// <summary>What our evaluator says of expressions, against what <c>terraform console</c> says.</summary>
public sealed class TerraformConsoleTests
{
    private const string Module = """
        variable "name" {
          default = "acme"
        }
        variable "set" {
          type    = set(string)
          default = ["b", "a", "b"]
        }
        variable "text" {
          type    = string
          default = 5
        }
        locals {
          list    = ["a", "b", "c"]
          map     = { k = { v = 1 }, "x y" = { v = 2 } }
          routes  = [{ path = "/b", method = "GET" }, { path = "/a", method = "POST" }]
          heredoc = <<-EOT
            one ${var.name}
              %{for x in local.list~}
              <${x}>
              %{endfor~}
            two
          EOT
        }
        """;

    private static readonly string[] s_expressions =
    [
        // Literals and templates.
        "1", "1.50", "-3", "1e3", "0.1 + 0.2", "100000000000 * 100000", "true", "null", "\"a\\n\\\"\\u00e9\\\\$${x}\"", "\"<&>\"",
        "\"x${1.50}-${true}\"", "\"${local.list[0]}${\"b\"}\"", "\"%{if true}a%{else}b%{endif}\"", "\"%{for k, v in {b = 1, a = 2}}${k}=${v};%{endfor}\"",
        "\"a ${~ \"b\" ~} c\"", "local.heredoc", "\"${[1]}\" == [1]", "\"$${a}%%{b}\"",
        // Operators.
        "1 + 2 * 3 - 4 / 2 % 3", "7 / 2", "-7 % 3", "7 % -3", "5 % 2.5", "!true || true && false", "1 == 1.0", "\"1\" == 1", "[1] == [1]", "{ a = 1 } == { a = 1 }", "null == null",
        "\"\" == null", "1 < 2 == true", "\"5\" + 1", "true ? 1 : 2", "false ? \"a\" : \"b\"", "1 != 2", "\"2\" > 1", "-\"5\"", "!\"true\"",
        // Steps.
        "local.map.k.v", "local.map[\"x y\"].v", "local.list[1]", "local.list.2", "local.routes[*].path", "local.routes.*.method", "local.routes[0][\"path\"]", "local.list[*]",
        "\"a\"[*]", "null[*]", "{ a = 1 }[*].a", "local.list[\"1\"]", "[[1, 2], [3]][*][0]",
        // For.
        "[for x in local.list : upper(x)]", "[for i, x in local.list : \"${i}${x}\"]", "[for k, v in local.map : \"${k}${v.v}\"]", "{ for x in local.list : x => upper(x) if x != \"b\" }",
        "{ for r in local.routes : r.method => r.path... }", "[for x in var.set : x]", "[for k, v in var.set : k == v]", "[for x in [] : x]", "{ for k, v in local.map : k => { w = v.v } }",
        // Strings.
        "lower(\"AbÉ\")", "upper(\"aß\")", "title(\"hello wORLD foo-bar a_b\")", "trim(\"--a-b--\", \"-\")", "trimprefix(\"abab\", \"ab\")", "trimsuffix(\"abab\", \"ab\")", "trimspace(\"  a \\n\")",
        "chomp(\"a\\r\\n\\n\")", "substr(\"hello\", 1, 3)", "substr(\"hello\", -3, -1)", "substr(\"hello\", 0, 99)", "substr(\"hello\", 9, 1)", "substr(\"hello\", -3, 2)",
        "replace(\"a/b/c\", \"/\", \"-\")", "replace(\"ab12cd\", \"/[0-9]+/\", \"_\")", "replace(\"ab\", \"/(a)(b)/\", \"$2$1\")", "replace(\"ab\", \"/(?P<x>a)/\", \"<$${x}>\")",
        "replace(\"/ws/{wsId}/kb\", \"/[{}]/\", \"\")", "replace(\"abc\", \"\", \"-\")", "replace(\"a.b\", \".\", \"$1\")", "replace(\"a\", \"/\", \"b\")",
        "split(\",\", \"a,b,,c\")", "split(\",\", \"\")", "split(\"\", \"abc\")", "join(\",\", local.list)", "join(\",\", [])", "join(\"-\", [\"a\"], [\"b\", \"c\"])", "join(\",\", var.set)", "join(\",\", [1, true, \"x\"])",
        "format(\"%s-%d-%t-%v\", \"a\", 5, true, 1.5)", "format(\"%03d|%5s|%-5s|%%\", 7, \"ab\", \"cd\")", "format(\"%q\", \"a\\\"b\")", "format(\"%v\", [1, \"a\"])", "format(\"%s\", 5)", "format(\"%d\", \"12\")", "format(\"%04d\", -5)",
        "formatlist(\"%s.zip\", local.list)", "formatlist(\"%s-%s\", \"x\", local.list)", "formatlist(\"%s\", [])",
        "startswith(\"abc\", \"ab\")", "endswith(\"abc\", \"ab\")", "strcontains(\"abc\", \"b\")", "strrev(\"abc\")",
        "regex(\"[a-z]+\", \"12ab3\")", "regex(\"([a-z])([0-9])\", \"a1\")", "regex(\"(?P<l>[a-z])(?P<d>[0-9])?\", \"a\")", "regexall(\"[a-z]\", \"a1b2\")", "regexall(\"([a-z])([0-9])\", \"a1b2\")", "regexall(\"x\", \"a\")",
        "basename(\"a/b/c.zip\")", "basename(\"a/b/\")", "basename(\"\")", "basename(\"/\")", "dirname(\"a/b/c.zip\")", "dirname(\"a/../b/c\")", "dirname(\"c\")", "dirname(\"/c\")", "dirname(\"a/b/\")",
        "tostring(1.0)", "tostring(true)", "tostring(null)", "tonumber(\"1.5\")", "tobool(\"true\")", "tonumber(null)", "pathexpand(\"a/b\")",
        // Collections.
        "concat([1], [2, 3], [])", "compact([\"a\", \"\", null, \"b\"])", "merge({ a = 1, b = 2 }, { b = 3 }, null)", "merge()", "flatten([[1, [2]], [], [[3, [4]]]])", "flatten([\"a\", var.set])",
        "coalesce(null, \"\", \"x\")", "coalesce(null, 0)", "coalescelist([], [1])", "contains(local.list, \"b\")", "contains(local.list, \"z\")", "contains([1, 2], 2)", "distinct([\"a\", \"b\", \"a\"])", "element(local.list, 4)",
        "index(local.list, \"b\")", "keys({ b = 1, a = 2 })", "values({ b = 1, a = 2 })", "length(local.list)", "length({ a = 1 })", "length(\"abc\")", "lookup({ a = 1 }, \"a\", 2)", "lookup({ a = 1 }, \"b\", 2)",
        "one([])", "one([1])", "range(3)", "range(1, 4)", "range(4, 1)", "range(0, 10, 3)", "range(0)", "range(3, 0, -1)", "reverse([1, 2, 3])", "slice(local.list, 1, 3)", "sort([\"b\", \"a\", \"B\", \"é\"])", "sort([10, 9])",
        "zipmap([\"a\", \"b\"], [1, 2])", "transpose({ a = [\"1\", \"2\"], b = [\"2\"] })", "chunklist([1, 2, 3], 2)", "toset([\"b\", \"a\", \"b\"])", "toset([3, 1, 2, 10])", "tolist([\"a\", 1])", "toset([1, \"a\"])", "tolist(var.set)",
        "setunion([\"a\"], [\"c\", \"b\"])", "setintersection([\"a\", \"b\"], [\"b\"])", "setsubtract([\"a\", \"b\"], [\"b\"])", "setproduct([\"a\", \"b\"], [\"x\", \"y\"])", "setproduct(toset([\"b\", \"a\"]), toset([\"x\"]))",
        "alltrue([true, true])", "alltrue([])", "anytrue([false, true])", "anytrue([])", "alltrue([true, false])", "sum([1, 2.5])", "tomap({ a = 1, b = 2 })",
        // Numbers.
        "max(1, 3, 2)", "min(1, 3, 2)", "max([1, 2]...)", "floor(1.7)", "ceil(1.2)", "floor(-1.5)", "abs(-2)", "signum(-5)", "parseint(\"ff\", 16)", "parseint(\"-101\", 2)",
        // Encoding.
        "jsonencode({ b = [1, true, null], a = \"<é>\" })", "jsondecode(\"{\\\"a\\\": [1, 2.5, null]}\")", "jsondecode(\"\\\"x\\\"\").y == null ? 1 : 2", "base64encode(\"é\")", "jsonencode(var.set)",
        // Errors that are caught.
        "try(local.map.none.v, \"d\")", "try(local.list[9], \"d\")", "can(local.map.none)", "can(local.map.k)", "try(jsondecode(\"{\"), \"bad\")", "can(regex(\"x\", \"a\"))", "try(tonumber(\"a\"), 0)", "try(one([1, 2]), \"many\")",
        "try(1 / 0, \"inf\")", "can(tobool(\"x\"))", "try(element([], 0), \"none\")", "try(range(2000), \"long\")", "lookup({}, \"a\", \"d\")", "try({ a = 1 }.b, \"d\")", "try([for x in null : x], \"d\")",
        // Variables.
        "var.name", "var.set", "var.text", "\"${var.name}-${var.text}\"",
    ];

    [TerraformFact]
    public void Expressions_come_to_what_Terraform_says()
    {
        using var directory = new TempDirectory();
        File.WriteAllText(Path.Combine(directory.FullName, "main.tf"), Module);
        var file = HclFile.Read(Path.Combine(directory.FullName, "expressions.tf"), string.Concat(s_expressions.Select((expression, index) => $"e{index} = jsonencode({expression})\n")));
        Assert.Empty(file.Faults);
        // As when a call passes nothing: then defaults are the values.
        var module = TerraformModule.Read(directory.FullName).With(new Dictionary<string, Value>());

        var wrong = new List<string>();
        var notKnown = new List<string>();
        foreach (var ((expression, expected), index) in s_expressions.Zip(Console(directory.FullName, s_expressions)).Select((pair, index) => (pair, index)))
        {
            var actual = module.Evaluate(file.Body.Argument($"e{index}")!.Value);
            if (expected is null) (actual.IsKnown ? wrong : []).Add($"{expression}: an error in Terraform, here {actual}");
            else if (actual.Text is null) notKnown.Add($"{expression}: {expected}, here {actual}");
            else if (actual.Text != expected) wrong.Add($"{expression}: {expected}, here {actual.Text}");
        }
        Assert.True(wrong.Count == 0, string.Join('\n', wrong));
        Assert.True(notKnown.Count == 0, string.Join('\n', notKnown));
    }

    /// <summary>Each expression as JSON; null where Terraform takes it for an error.</summary>
    private static List<string?> Console(string directory, IEnumerable<string> expressions)
    {
        var start = new ProcessStartInfo(TestTerraform.Executable ?? throw new InvalidOperationException("There is no terraform on the PATH, and CORA_TEST_TERRAFORM is not set."), ["console"])
        {
            WorkingDirectory = directory,
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            Environment = { ["CHECKPOINT_DISABLE"] = "1", ["NO_COLOR"] = "1" },
        };
        using var process = Process.Start(start)!;
        var errors = process.StandardError.ReadToEndAsync();
        process.StandardInput.Write($"base64encode(jsonencode([{string.Join(", ", expressions.Select(expression => $"try(jsonencode({expression}), null)"))}]))\n");
        process.StandardInput.Close();
        var output = process.StandardOutput.ReadToEnd().Trim();
        process.WaitForExit();
        Assert.True(process.ExitCode == 0 && output.StartsWith('"'), $"{output}\n{errors.Result}");
        return JsonSerializer.Deserialize<List<string?>>(Encoding.UTF8.GetString(Convert.FromBase64String(output.Trim('"'))))!;
    }
}
