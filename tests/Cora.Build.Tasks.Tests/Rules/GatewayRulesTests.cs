using Cora.Build.Diagnostics;
using Cora.Build.Rules;

namespace Cora.Build.Tests.Rules;

public sealed class GatewayRulesTests
{
    private const string Functions = """
        variable "is_on" { default = false }
        resource "aws_lambda_function" "ws" {
          function_name = "demo-dev-ws-workspace"
          filename      = "build/ws.zip"
        }
        resource "aws_lambda_function" "kb" { filename = "build/kb.zip" }
        """;

    private static LintReport Check(string routes, params (string Module, string Routes)[] others)
    {
        var sources = new LintSources
        {
            ["lambdas/ws/lambda_function.py"] = "",
            ["lambdas/kb/lambda_function.py"] = "",
            Terraform = { ["infrastructure/main.tf"] = Functions, ["infrastructure/outputs.tf"] = $"output \"api_routes\" {{\n  value = {Expand(routes)}\n}}\n" },
        };
        foreach (var (module, text) in others) sources.TerraformElsewhere[module] = $"output \"api_routes\" {{\n  value = {Expand(text)}\n}}\n";
        return sources.Check(GatewayRules.Check);
    }

    /// <summary><c>GET /x ws</c> in backquotes for an element.</summary>
    private static string Expand(string routes) => System.Text.RegularExpressions.Regex.Replace(routes.ReplaceLineEndings("\n"), "`(\\S+) (\\S+) (\\w+)`",
        "{ method = \"$1\", path = \"$2\", integration = aws_lambda_function.$3.invoke_arn, public = false }");

    private static void Expect(LintReport report, params string[] findings) =>
        Assert.Equal(findings, report.Diagnostics.Select(finding => $"{finding.Location.Line}:{finding.Location.Column} {finding.Descriptor.Code} {finding.Message}"));

    [PythonFact]
    public void A_route_that_is_there_twice_is_found()
    {
        Expect(Check("[\n    `GET /x ws`,\n    `GET /x kb`,\n    `PUT /x ws`,\n  ]"), "4:30 CORA6015 'GET /x' is in api_routes twice, and API Gateway takes a method and path once. Remove one of the two.");
        Expect(Check("[`GET /x/{id} ws`, `GET /x/:id ws`]"), "2:140 CORA6015 'GET /x/{id}' is in api_routes twice, and API Gateway takes a method and path once. Remove one of the two.");
    }

    [PythonFact]
    public void A_route_of_another_module_is_found()
    {
        Expect(Check("[\n    `GET /x ws`,\n    `PUT /x ws`,\n  ]", ("module-a", "[`GET /x a`]"), ("module-b", "[`PUT /y a`, `GET /x b`]"), ("module-c", "[for m in [\"PUT\"] : `POST /x a`]")),
            "3:30 CORA6015 'GET /x' is wired by module-a too, and API Gateway takes a method and path once. Give one of the two another path, or remove it.",
            "3:30 CORA6015 'GET /x' is wired by module-b too, and API Gateway takes a method and path once. Give one of the two another path, or remove it.");
    }

    [PythonTheory]
    [InlineData("[`GET /x ws`, `PUT /x ws`, `GET /y ws`]")]
    [InlineData("var.is_on ? [`GET /x ws`] : [`GET /x kb`]")]
    [InlineData("concat([`GET /x ws`], var.is_on ? [`GET /x kb`] : [])")]
    [InlineData("concat([`GET /x ws`], module.more.api_routes)")]
    public void What_is_there_once_is_left_alone(string routes) => Expect(Check(routes, ("module-a", "[`GET /a a`]"), ("module-b", "var.is_on ? [`GET /x a`] : []"), ("module-c", "var.all")));

    [PythonFact]
    public void A_statement_id_that_Lambda_refuses_is_found()
    {
        var path = "/" + new string('a', 72);
        Assert.Empty(Check($"[`GET {path} ws`]").Diagnostics);
        Expect(Check($"[`GET {path}b ws`]"), $"2:37 CORA6016 The gateway's permission for 'GET {path}b' would have the statement id 'AllowModularAPIGateway-GET-{path.Replace('/', '-')}b' of 101 characters, and Lambda takes 100. Shorten the path.");
        Expect(Check("[`ANY /x/{proxy+} ws`, `GET /v1.2/x ws`]"),
            "2:37 CORA6016 The gateway's permission for 'ANY /x/{proxy+}' would have the statement id 'AllowModularAPIGateway-ANY--x-proxy+', and Lambda takes letters, digits, '-' and '_', no '+'. Choose another path: '{name+}' becomes 'name+'.",
            "2:144 CORA6016 The gateway's permission for 'GET /v1.2/x' would have the statement id 'AllowModularAPIGateway-GET--v1.2-x', and Lambda takes letters, digits, '-' and '_', no '.'. Choose another path.");
    }

    [PythonFact]
    public void A_statement_id_that_is_another_routes_too_is_found()
    {
        Expect(Check("[`GET /x/y ws`, `GET /x-y ws`, `GET /x/{y} kb`, `PUT /x-y ws`]"),
            "2:137 CORA6016 The gateway's permission for 'GET /x-y' would have the statement id 'AllowModularAPIGateway-GET--x-y', which is that of 'GET /x/y' too. Give one of the two another path.");
    }

    [PythonFact]
    public void Permissions_that_come_near_the_limit_are_a_warning()
    {
        const string Routes = "[for i in range({0}) : {{ method = \"GET\", path = \"/workspaces/{{wsId}}/items/${{i}}\", integration = aws_lambda_function.ws.invoke_arn, public = false }}]";
        Assert.Empty(Check(string.Format(null, Routes, 40)).Diagnostics);
        var finding = Assert.Single(Check(string.Format(null, Routes, 60)).Diagnostics);

        Assert.Equal(("CORA6016", Severity.Warning, "infrastructure/main.tf", 2), (finding.Descriptor.Code, finding.Severity, finding.Location.File, finding.Location.Line));
        Assert.Matches("^The permissions of the 60 routes of function 'ws' take about 2[0-9],[0-9]{3} bytes, and Lambda's limit for a function's policy is 20,480. Move routes to another function, or use one with '{proxy\\+}'.$", finding.Message);
    }
}
