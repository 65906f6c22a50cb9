using Cora.Build.Diagnostics;
using Cora.Build.Rules;

namespace Cora.Build.Tests.Rules;

public sealed class RouteWiringRulesTests
{
    /// <summary>Two functions with resources of other names, and a local list of routes.</summary>
    private const string Functions = """
        variable "is_on" { default = false }
        variable "routes" {}
        locals { build_dir = "${path.module}/../backend/.build" }
        resource "aws_lambda_function" "workspace_api" {
          function_name = "demo-dev-ws-workspace"
          filename      = "${local.build_dir}/ws.zip"
        }
        resource "aws_lambda_function" "docs" {
          count    = var.is_on ? 1 : 0
          filename = "${local.build_dir}/kb.zip"
        }
        resource "aws_lambda_alias" "live" { function_name = aws_lambda_function.workspace_api.function_name }
        resource "aws_lambda_function" "s3" { filename = var.routes }
        """;

    private static LintSources Sources(string ws, string kb, string routes) => new()
    {
        ["lambdas/ws/lambda_function.py"] = $"'''Workspaces.\n\nRoutes:\n{ws}\n'''\n".ReplaceLineEndings("\n"),
        ["lambdas/kb/lambda_function.py"] = $"'''Documents.\n\nRoutes:\n{kb}\n'''\n".ReplaceLineEndings("\n"),
        Terraform = { ["infrastructure/main.tf"] = Functions, ["infrastructure/outputs.tf"] = routes.ReplaceLineEndings("\n") },
    };

    private static LintReport Check(LintSources sources) => sources.Check(RouteDocstringRules.Check, RouteWiringRules.Check);

    private static LintReport Check(string ws, string kb, string routes) => Check(Sources(ws, kb, $"output \"api_routes\" {{\n  value = {routes}\n}}\n"));

    private static void Expect(string ws, string kb, string routes, params string[] findings)
    {
        var report = Check(ws, kb, routes);
        Assert.Equal(findings, LintSources.Show(report).Select(finding => finding.Replace("/lambda_function.py", "", StringComparison.Ordinal).Replace("infrastructure/", "", StringComparison.Ordinal).Replace("lambdas/", "", StringComparison.Ordinal)));
    }

    private const string Ws = "integration = aws_lambda_function.workspace_api.invoke_arn, public = false";

    private const string Kb = "integration = aws_lambda_function.docs[0].invoke_arn, public = false";

    [PythonFact]
    public void What_is_documented_and_wired_is_left_alone()
    {
        var report = Check("- GET    /ws/{wsId} - Get\n- POST /ws", "- GET /kb/:kbId",
            $$"""concat([{ method = "GET", path = "/ws/{wsId}", {{Ws}} }], [for m in ["POST"] : { method = m, path = "/ws", integration = aws_lambda_alias.live.invoke_arn, public = true }], [{ method = "GET", path = "/kb/{kbId}", {{Kb}} }])""");

        // The one of Express style.
        Assert.Equal(["lambdas/kb/lambda_function.py:4:3 CORA6024"], LintSources.Show(report));
        Assert.Equal(3, report.Routes);
        Assert.Equal(0, report.NotDecidable);
    }

    [PythonFact]
    public void A_route_that_is_not_wired_is_found_in_the_docstring()
    {
        Expect("- GET /ws\n- POST /ws", "", $$"""[{ method = "GET", path = "/ws", {{Ws}} }]""", "ws:5:3 CORA6011");
        Expect("- GET /ws\n- POST /ws", "", "[]", "ws:4:3 CORA6011", "ws:5:3 CORA6011");
        Assert.Equal("'POST /ws' is documented, and no element of api_routes has it: calls of it are answered with 404. Add it to api_routes in infrastructure/, or remove this line.",
            Assert.Single(Check("- POST /ws", "", "[]").Diagnostics).Message);
    }

    [PythonFact]
    public void A_route_that_is_not_documented_is_found_in_Terraform()
    {
        Expect("- GET /ws", "", $$"""
            [
              { method = "GET", path = "/ws", {{Ws}} },
              {
                method = "POST"
                path   = "/ws"
                integration = aws_lambda_function.workspace_api.invoke_arn
                public = false
              },
            ]
            """, "outputs.tf:6:14 CORA6012");
        Assert.Equal("'POST /ws' is wired, and the docstring of function 'ws' does not declare it. Add a line '- POST /ws - what it does' there, or remove the route.",
            Assert.Single(Check("- GET /ws", "", $$"""[{ method = "GET", path = "/ws", {{Ws}} }, { method = "POST", path = "/ws", {{Ws}} }]""").Diagnostics).Message);
    }

    [PythonFact]
    public void A_function_that_Terraform_gives_routes_and_that_declares_none_is_found_once() =>
        Expect("", "- GET /kb", $$"""[{ method = "GET", path = "/ws", {{Ws}} }, { method = "POST", path = "/ws", {{Ws}} }, { method = "GET", path = "/kb", {{Kb}} }]""", "ws:1:1 CORA6006");

    [PythonFact]
    public void A_route_that_leads_to_another_function_is_found_where_it_is_wired()
    {
        var routes = $$"""[{ method = "GET", path = "/ws", {{Ws}} }, { method = "GET", path = "/ws/{wsId}", {{Kb}} }, { method = "GET", path = "/kb", {{Kb}} }]""";
        Expect("- GET /ws\n- GET /ws/{wsId}", "- GET /kb", routes, "outputs.tf:2:175 CORA6013");
        var finding = Assert.Single(Check("- GET /ws\n- GET /ws/{wsId}", "- GET /kb", routes).Diagnostics);
        Assert.Equal(("'GET /ws/{wsId}' is wired to 'kb', and documented in 'ws'. Wire it to 'ws', or move the line to the docstring of the other.", Severity.Error), (finding.Message, finding.Severity));
    }

    [PythonFact]
    public void A_route_that_two_functions_document_is_found_in_the_one_that_does_not_have_it()
    {
        Expect("- GET /ws\n- GET /kb", "- GET /kb", $$"""[{ method = "GET", path = "/ws", {{Ws}} }, { method = "GET", path = "/kb", {{Kb}} }]""", "ws:5:3 CORA6013");
        Assert.Equal("'GET /kb' is wired to 'kb', which documents it too. Remove it from the docstring of 'ws', or wire it to 'ws'.",
            Assert.Single(Check("- GET /kb", "- GET /kb", $$"""[{ method = "GET", path = "/kb", {{Kb}} }]""").Diagnostics).Message);
    }

    [PythonFact]
    public void Other_parameter_names_are_found_instead_of_two_findings()
    {
        var routes = $$"""[{ method = "GET", path = "/ws/{id}/x/{xId}", {{Ws}} }, { method = "PUT", path = "/ws/{wsId}", {{Ws}} }]""";
        Expect("- GET /ws/{wsId}/x/{xId}\n- PUT /ws/{wsId}", "", routes, "outputs.tf:2:37 CORA6014");
        Assert.Equal("'GET /ws/{id}/x/{xId}' is 'GET /ws/{wsId}/x/{xId}' in the docstring of function 'ws'. The function finds parameters by their names: write the same ones in both.",
            Assert.Single(Check("- GET /ws/{wsId}/x/{xId}\n- PUT /ws/{wsId}", "", routes).Diagnostics).Message);
        // Of another function it is another route.
        Expect("- GET /ws/{wsId}\n- GET /ws", "- GET /kb", $$"""[{ method = "GET", path = "/ws", {{Ws}} }, { method = "GET", path = "/ws/{id}", {{Kb}} }, { method = "GET", path = "/kb", {{Kb}} }]""", "outputs.tf:2:147 CORA6012", "ws:4:3 CORA6011");
    }

    [PythonTheory]
    [InlineData("- GET /ws/{wsId}\n- POST /ws", """[{ method = "ANY", path = "/ws", {ws} }, { method = "ANY", path = "/ws/{proxy+}", {ws} }]""")]
    [InlineData("- GET /ws/{wsId}/x\n- GET /ws/{wsId}", """[{ method = "GET", path = "/ws/{proxy+}", {ws} }]""")]
    [InlineData("- ANY /ws", """[for m in ["GET", "POST"] : { method = m, path = "/ws", {ws} }]""")]
    [InlineData("- GET /ws", """[for m in ["GET", "OPTIONS"] : { method = m, path = "/ws", {ws} }]""")]
    [InlineData("- GET /ws", """var.is_on ? [{ method = "GET", path = "/ws", {ws} }] : []""")]
    [InlineData("- GET /ws", """[{ method = "GET", path = "/ws", integration = aws_lambda_function.s3.invoke_arn, public = true }]""")]
    [InlineData("- GET /ws", """[{ method = "GET", path = "/ws", integration = module.functions.invoke_arn, public = true }]""")]
    [InlineData("- GET /ws", """[{ method = "GET", path = "/ws", integration = "arn:aws:apigateway:x:lambda:path/2015-03-31/functions/${aws_lambda_function.workspace_api.arn}/invocations", public = var.is_on }]""")]
    public void What_is_met_in_another_way_is_left_alone(string ws, string routes) => Expect(ws, "", routes.Replace("{ws}", Ws, StringComparison.Ordinal));

    [PythonTheory]
    [InlineData("""concat([{ method = "GET", path = "/ws", {ws} }], var.routes)""", 1)]
    [InlineData("""concat([{ method = "GET", path = "/ws", {ws} }], module.more.api_routes)""", 1)]
    [InlineData("""[{ method = "GET", path = "/ws", {ws} }, { method = "GET", path = var.routes, {ws} }]""", 1)]
    [InlineData("""[for route in var.routes : { method = route.method, path = route.path, {ws} }]""", 2)]
    [InlineData("""[{ method = "GET", path = "/ws", {ws} }, merge(var.routes, { {ws} })]""", 1)]
    [InlineData("var.routes", 2)]
    [InlineData("""[{ method = "GET", path = "/ws", {ws} }]""" + "\n}\nlocals {\n  x = = 1", 1)]
    public void Where_not_all_routes_are_known_none_is_said_to_be_missing(string routes, int notDecidable)
    {
        var report = Check("- GET /ws\n- POST /ws", "", routes.Replace("{ws}", Ws, StringComparison.Ordinal));

        Assert.Empty(LintSources.Show(report));
        Assert.Equal(notDecidable, report.NotDecidable);
    }

    [PythonFact]
    public void Without_the_output_nothing_is_compared()
    {
        Assert.Empty(Check(Sources("- GET /ws", "", "output \"lambda_invoke_arns\" { value = {} }\n")).Diagnostics);
        var without = Sources("- GET /ws", "", "");
        without.Terraform.Clear();
        Assert.Empty(Check(without).Diagnostics);
    }

    [PythonFact]
    public void A_function_of_which_the_docstring_is_not_known_is_left_alone()
    {
        var sources = Sources("- GET /ws", "- GET /kb", $$"""output "api_routes" { value = [{ method = "PUT", path = "/ws", {{Ws}} }, { method = "PUT", path = "/kb", {{Kb}} }, { method = "PUT", path = "/x", integration = module.x.arn, public = false }] }""");
        var model = sources.Model();
        var report = new LintReport();
        RouteWiringRules.Check(new LintModel(model.Module, [model.Artifacts[0] with { Routes = null }, model.Artifacts[1]]) { Terraform = model.Terraform }, report);

        Assert.Equal(["infrastructure/outputs.tf:1:167 CORA6012", "lambdas/kb/lambda_function.py:4:3 CORA6011"], LintSources.Show(report));
        Assert.Equal(2, report.NotDecidable);
    }

    [PythonFact]
    public void An_element_that_lacks_something_is_found_where_it_is_written()
    {
        var report = Check("- GET /ws\n- PUT /ws\n- GET /x\n- PUT /x\n- HEAD /x", "", """
            concat(
              [{ method = "GET", path = "/ws", integration = aws_lambda_function.workspace_api.invoke_arn }],
              [{ method = "PUT", path = "/ws", integration = null, public = null }],
              [for m in ["GET", "PUT", "HEAD"] : { method = m, path = "/x", integration = aws_lambda_function.workspace_api.invoke_arn }],
              [{}, "GET /x", merge(var.routes, { method = "GET" })],
            )
            """);

        Assert.Equal(["3:4", "4:4", "5:38", "6:4", "6:8"], Missing(report).Select(finding => $"{finding.Location.Line}:{finding.Location.Column}"));
        Assert.Equal(
            [
                "'GET /ws' has no public. The gateway needs method, path, integration and public of each route: add what is missing.",
                "'PUT /ws' has no integration, public. The gateway needs method, path, integration and public of each route: add what is missing.",
                "'GET /x' (and 2 more from here) has no public. The gateway needs method, path, integration and public of each route: add what is missing.",
                "This element has no method, path, integration, public. The gateway needs method, path, integration and public of each route: add what is missing.",
                "This element has no method, path, integration, public. The gateway needs method, path, integration and public of each route: add what is missing.",
            ], Missing(report).Select(finding => finding.Message));

        static IEnumerable<Diagnostic> Missing(LintReport report) => report.Diagnostics.Where(finding => finding.Descriptor.Code == "CORA6007").OrderBy(finding => finding.Location.Line).ThenBy(finding => finding.Location.Column);
    }

    [PythonFact]
    public void A_path_against_the_standard_is_found_in_Terraform_where_no_docstring_has_it() =>
        Expect("- GET /api/ws", "", $$"""[for m in ["GET", "PUT"] : { method = m, path = "/api/ws", {{Ws}} }]""", "outputs.tf:2:59 CORA6012", "ws:4:3 CORA6024");

    [PythonFact]
    public void A_path_of_Terraform_alone_against_the_standard_is_found_there() =>
        Expect("- GET /ws", "", $$"""[{ method = "GET", path = "/ws", {{Ws}} }, { method = "GET", path = "/ws/", {{Ws}} }]""", "outputs.tf:2:147 CORA6012", "outputs.tf:2:147 CORA6024");

    [PythonFact]
    public void Each_instance_of_a_resource_has_its_own_zip()
    {
        var sources = Sources("- GET /ws", "- GET /kb", """
            resource "aws_lambda_function" "each" {
              for_each = toset(["ws", "kb"])
              filename = "${local.build_dir}/${each.key}.zip"
            }
            output "api_routes" {
              value = [for name in ["ws", "kb"] : { method = "GET", path = "/${name}", integration = aws_lambda_function.each[name].invoke_arn, public = false }]
            }
            """);
        Assert.Empty(LintSources.Show(Check(sources)));

        sources.Terraform["infrastructure/outputs.tf"] = sources.Terraform["infrastructure/outputs.tf"].Replace("each[name]", "each[\"kb\"]", StringComparison.Ordinal);
        Assert.Equal(["infrastructure/outputs.tf:6:90 CORA6013"], LintSources.Show(Check(sources)));
    }
}
