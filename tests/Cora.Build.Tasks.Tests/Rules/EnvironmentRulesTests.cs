using Cora.Build.Rules;
using Cora.Build.Terraform;

namespace Cora.Build.Tests.Rules;

public sealed class EnvironmentRulesTests
{
    private const string Access = """
        variable "project_name" { type = string }
        variable "log_level" { type = string }
        variable "sns_topic_arn" { default = null }
        output "api_routes" { value = [{ method = "GET", path = "/orgs", integration = aws_lambda_function.orgs.invoke_arn, public = false }] }
        """;

    private const string AccessCall = """
        module "module_access" {
          source       = "../../../demo-stack/packages/module-access/infrastructure"
          project_name = "demo"
          log_level    = "INFO"
        }

        """;

    private const string Gateway = """
        module "api_gateway" {
          source        = "../../modules/api-gateway"
          module_routes = concat(module.module_access.api_routes, var.more)
        }
        """;

    private static ProjectModel Project(string main, string gateway = "", string module = Access, string wrapper = "")
    {
        const string Infra = "/src/demo-infra";
        var access = Read("/src/demo-stack/packages/module-access/infrastructure", module);
        var modules = new Dictionary<string, TerraformModule?>
        {
            [$"{Infra}/modules/api-gateway"] = Read($"{Infra}/modules/api-gateway", gateway),
            [$"{Infra}/modules/wrapper"] = Read($"{Infra}/modules/wrapper", wrapper),
            [access.Directory] = access,
        };
        return new ProjectModel([new ProjectModule("module-access", access)], [], [new ProjectEnvironment("dev", Read($"{Infra}/envs/dev", main), modules)], []);
    }

    private static TerraformModule Read(string directory, string text) => TerraformModule.Of(directory, [HclFile.Read($"{directory}/main.tf", text)]);

    private static LintReport Check(string main, string module = Access, string wrapper = "")
    {
        var report = new LintReport();
        EnvironmentRules.Check(Project(main, module: module, wrapper: wrapper), report);
        return report;
    }

    private static LintReport CheckGateway(string gateway, string call = Gateway)
    {
        var report = new LintReport();
        GatewayAuthorizerRules.Check(Project(AccessCall + call, gateway), report);
        return report;
    }

    [Fact]
    public void A_module_that_is_not_there_is_found() => ReportAssert.Findings(Check("module \"secrets\" { source = \"../../modules/secrets\" }\n"),
        "1,1 error CORA6025: Environment 'dev' does not have module-access: nothing of it is deployed there. Add: module \"module_access\" { source = \"../../../demo-stack/packages/module-access/infrastructure\" … }.");

    [Theory]
    [InlineData("module_access", "../../../demo-stack/packages/module-acess/infrastructure")]
    [InlineData("access", "../../demo-stack/packages/access/infrastructure")]
    [InlineData("orgs", "../../packages/module-access/infrastructure")]
    public void A_source_that_does_not_lead_to_it_is_found(string name, string source) => ReportAssert.Findings(Check($"module \"{name}\" {{\n  source = \"{source}\"\n}}\n"),
        $"2,12 error CORA6025: The source of module.{name} does not lead to the infrastructure/ of module-access. Make it \"../../../demo-stack/packages/module-access/infrastructure\".");

    [Fact]
    public void A_required_variable_that_is_not_passed_is_found() => ReportAssert.Findings(Check(AccessCall.Replace("log_level ", "loglevel ", StringComparison.Ordinal) + Gateway),
        "1,1 error CORA6025: module.module_access does not pass 'log_level', which module-access requires. Did you mean 'loglevel'? Add it, or give the variable a default.");

    [Fact]
    public void Routes_that_the_gateway_does_not_get_are_found()
    {
        ReportAssert.Findings(Check(AccessCall + Gateway.Replace("module.module_access.api_routes", "module.module_ws.api_routes", StringComparison.Ordinal)),
            "8,19 error CORA6026: The gateway's module_routes lack module.module_access.api_routes: each route of module-access answers 404. Add it.");
        ReportAssert.Findings(Check(AccessCall + Gateway.Replace("module.module_access.api_routes", "module.module_access.lambda_names", StringComparison.Ordinal)), "8,19 error CORA6026: *");
        ReportAssert.Findings(Check(AccessCall), "1,1 error CORA6026: Nothing takes module.module_access.api_routes: each route of module-access answers 404. Add it to the module_routes of the gateway.");
    }

    [Theory]
    [InlineData("module_routes = concat(module.module_access.api_routes, var.more)")]
    [InlineData("module_routes = local.routes", "locals { routes = flatten([for m in [module.module_access, module.module_ws] : m.api_routes]) }")]
    [InlineData("module_routes = var.small ? module.module_ws.api_routes : concat(local.routes, module.module_ws.api_routes)", "locals { routes = module.module_access.api_routes }")]
    [InlineData("module_routes = flatten(values(local.routes))", "locals { routes = { access = module.module_access.api_routes } }")]
    [InlineData("module_routes = [for route in module.module_access.api_routes : merge(route, { path = \"/v1${route.path}\" })]")]
    [InlineData("module_routes = jsondecode(file(\"routes.json\"))")]
    [InlineData("routes = module.module_access.api_routes")]
    public void Routes_that_it_gets_or_may_get_are_left_alone(string routes, string more = "") =>
        Assert.Empty(Check($"{AccessCall}module \"api_gateway\" {{\n  source = \"../../modules/api-gateway\"\n  {routes}\n}}\n{more}\n").Diagnostics);

    [Fact]
    public void A_module_without_routes_needs_no_gateway() =>
        Assert.Empty(Check(AccessCall, Access.Replace("[{", "[] # [{", StringComparison.Ordinal).Replace("# [{ method = \"GET\", path = \"/orgs\", integration = aws_lambda_function.orgs.invoke_arn, public = false }] }", "}", StringComparison.Ordinal)).Diagnostics);

    [Fact]
    public void A_module_that_another_one_has_is_there() =>
        Assert.Empty(Check("module \"all\" { source = \"../../modules/wrapper\" }\n", wrapper: AccessCall.Replace("../../../demo-stack", "../../../demo-stack", StringComparison.Ordinal)
            .Replace("\"../../../demo", "\"../../../demo", StringComparison.Ordinal)).Diagnostics);

    [Theory]
    [InlineData("module \"module_access\" { source = \"git::https://example.com/demo-stack.git//packages/module-access/infrastructure?ref=v1\" }")]
    [InlineData("module \"module_access\" { source = var.source }")]
    [InlineData("module \"module_access\" {\n  source =\n}")]
    public void What_cannot_be_known_is_left_alone(string main) => Assert.DoesNotContain(Check(main).Diagnostics, finding => finding.Descriptor.Code is "CORA6025" or "CORA6026");

    [Fact]
    public void An_environment_that_does_not_parse_is_said() => ReportAssert.Findings(Check("module \"x\" {\n  source =\n}\n"), "2,*error CORA6017: This is no Terraform: *");

    [Theory]
    [InlineData("", "3,1", "aws_apigatewayv2_route.module has no authorizer_id, so that anyone can call routes that are not public.")]
    [InlineData("authorizer_id = null\n  authorization_type = \"CUSTOM\"", "5,19", "The authorizer_id of aws_apigatewayv2_route.module is null for routes that are not public, so that anyone can call them.")]
    [InlineData("authorization_type = each.value.public ? \"CUSTOM\" : \"NONE\"\n  authorizer_id = aws_apigatewayv2_authorizer.this.id", "5,24", "The authorization_type of aws_apigatewayv2_route.module is \"NONE\" for routes*")]
    [InlineData("authorization_type = \"CUSTOM\"\n  authorizer_id = each.value.public ? aws_apigatewayv2_authorizer.this.id : null", "6,19", "The authorizer_id of*")]
    [InlineData("authorizer_id = aws_apigatewayv2_authorizer.this.id", "3,1", "aws_apigatewayv2_route.module has no authorization_type*")]
    public void A_route_that_is_not_public_and_has_no_authorizer_is_found(string arguments, string at, string message) => ReportAssert.Findings(
        CheckGateway($$"""
            variable "module_routes" { type = list(object({ method = string, path = string, integration = string, public = bool })) }
            variable "authorizer_id" { default = "" }
            resource "aws_apigatewayv2_route" "module" {
              for_each = { for route in var.module_routes : "${route.method} ${route.path}" => route }
              {{arguments}}
            }
            """),
        $"{at} error CORA6027: {message}{(message.EndsWith('*') ? "" : " Write authorization_type*")}");

    [Theory]
    [InlineData("authorization_type = each.value.public ? \"NONE\" : \"CUSTOM\"\n  authorizer_id = each.value.public ? null : aws_apigatewayv2_authorizer.this.id")]
    [InlineData("authorization_type = \"CUSTOM\"\n  authorizer_id = var.authorizer_id")]
    [InlineData("authorization_type = \"AWS_IAM\"")]
    [InlineData("authorization_type = each.value.authorization\n  authorizer_id = var.authorizer_id")]
    public void A_gateway_that_has_one_for_it_is_left_alone(string arguments) => Assert.Empty(CheckGateway($$"""
        variable "module_routes" {}
        variable "authorizer_id" {}
        resource "aws_apigatewayv2_route" "module" {
          for_each = { for route in var.module_routes : "${route.method} ${route.path}" => route }
          {{arguments}}
        }
        resource "aws_apigatewayv2_route" "public" {
          for_each = { for route in var.module_routes : "${route.method} ${route.path}" => route if route.public }
        }
        resource "aws_apigatewayv2_route" "default" { route_key = "$default" }
        """).Diagnostics);

    [Fact]
    public void Code_of_a_module_in_the_infra_repo_is_found()
    {
        var report = new LintReport();
        InfraCodeRules.Check(
            new ProjectModel([], [new ModulePart("module-access", "function", "orgs"), new ModulePart("module-access", "layer", "org-common")], [],
            [
                new InfraCode("function", "/src/demo-infra/lambdas/orgs"), new InfraCode("function", "/src/demo-infra/lambdas/api-gateway-authorizer"), new InfraCode("function", "/src/demo-infra/lambdas/org-common"),
                new InfraCode("layer", "/src/demo-infra/layers/org-common"), new InfraCode("module", "/src/demo-infra/packages/module-ws"), new InfraCode("schema", "/src/demo-infra/db/schema"),
            ]),
            report);

        Assert.Equal(
            [
                "/src/demo-infra/lambdas/orgs: Function 'orgs' is one of module-access. Remove this copy: the infra repo has what environments are made of, and no module's code.",
                "/src/demo-infra/layers/org-common: Layer 'org-common' is one of module-access. Remove this copy: the infra repo has what environments are made of, and no module's code.",
                "/src/demo-infra/packages/module-ws: 'module-ws' is a module, with its code. Move it to packages/ of the stack: the infra repo has what environments are made of, and no module's code.",
                "/src/demo-infra/db/schema: This is the schema of a module. Move it to db/schema/ of the module whose tables it makes: the infra repo has what environments are made of, and no module's code.",
            ],
            report.Diagnostics.Select(finding => $"{finding.Location.File}: {finding.Message}"));
    }
}
