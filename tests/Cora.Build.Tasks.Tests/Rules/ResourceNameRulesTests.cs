using Cora.Build.Rules;

namespace Cora.Build.Tests.Rules;

public sealed class ResourceNameRulesTests
{
    private static LintReport Check(string name, string module = "module-access", string more = "")
    {
        var report = new LintReport();
        ResourceNameRules.Check(TerraformCode.Read($$"""
            resource "aws_lambda_function" "orgs" {
              {{more}}
              function_name = {{name}}
            }
            variable "project_name" { type = string }
            variable "environment" { default = "dev" }
            variable "module_name" { default = "access" }
            variable "name_prefix" { default = "" }
            variable "function_name" { default = "orgs" }
            locals {
              prefix = "${var.project_name}-${var.environment}-${var.module_name}"
              names  = { orgs = "${local.prefix}-orgs" }
              short  = { orgs = "${var.project_name}-orgs" }
            }
            """), module, report);
        return report;
    }

    [Theory]
    [InlineData("\"orgs\"", "var.environment")]
    [InlineData("\"demo-dev-access-orgs\"", "var.environment")]
    [InlineData("\"${var.project_name}-orgs\"", "var.environment")]
    [InlineData("\"${var.project_name}-dev-access-orgs\"", "var.environment")]
    [InlineData("\"${var.project_name}-${var.module_name}-${var.environment}-orgs\"", "var.environment")]
    [InlineData("\"${var.project_name}-${var.environment}-orgs\"", "var.module_name")]
    [InlineData("\"${var.environment}-${var.module_name}-orgs\"", "var.project_name")]
    [InlineData("local.short[\"orgs\"]", "var.environment")]
    [InlineData("var.x ? \"orgs\" : \"${var.project_name}-${var.environment}\"", "var.environment")]
    public void A_name_that_lacks_one_of_them_is_found(string name, string missing) => ReportAssert.Findings(Check(name),
        $"3,19 warning CORA6031: The name of function aws_lambda_function.orgs does not begin with project, environment and module: {missing} is missing. Another environment or module would use the same name. Begin it with \"${{var.project_name}}-${{var.environment}}-${{var.module_name}}-\".");

    [Theory]
    [InlineData("\"${local.prefix}-orgs\"")]
    [InlineData("local.names[\"orgs\"]")]
    [InlineData("\"demo-${var.environment}-access-orgs\"")]
    [InlineData("\"${var.project_name}_${var.environment}_access_orgs\"")]
    [InlineData("\"${var.project_name}-${substr(var.environment, 0, 3)}-${lower(var.module_name)}-orgs\"")]
    [InlineData("join(\"-\", [var.project_name, var.environment, var.module_name, \"orgs\"])")]
    [InlineData("format(\"%s-%s-%s-orgs\", var.project_name, var.environment, var.module_name)")]
    [InlineData("\"${var.name_prefix}-orgs\"")]
    [InlineData("var.function_name")]
    [InlineData("\"${var.project_name}-${terraform.workspace}-${var.module_name}-orgs\"")]
    [InlineData("\"${var.project_name}-${var.environment}-${random_id.x.hex}\"")]
    [InlineData("var.x ? \"orgs\" : local.names[\"orgs\"]")]
    [InlineData("lower(\"${var.x}-orgs\")")]
    public void A_name_with_all_of_them_or_that_may_have_them_is_left_alone(string name) => Assert.Empty(Check(name).Diagnostics);

    [Fact]
    public void Each_of_several_functions_is_looked_at()
    {
        Assert.Empty(Check("each.value", more: "for_each = local.names").Diagnostics);
        Assert.Single(Check("each.value", more: "for_each = local.short").Diagnostics);
        Assert.Empty(Check("\"${local.prefix}-${each.key}\"", more: "for_each = var.functions").Diagnostics);
    }

    [Fact]
    public void A_module_may_write_its_own_name_out()
    {
        Assert.Empty(Check("\"${var.project_name}-${var.environment}-eval_studio-orgs\"", "module-eval-studio").Diagnostics);
        Assert.Single(Check("\"${var.project_name}-${var.environment}-studio-orgs\"", "module-eval-studio").Diagnostics);
    }

    [Fact]
    public void A_layer_has_such_a_name_too()
    {
        var report = new LintReport();
        ResourceNameRules.Check(TerraformCode.Read("resource \"aws_lambda_layer_version\" \"org_common\" { layer_name = \"org-common\" }\n"), "module-access", report);
        ReportAssert.Findings(report, "1,65 warning CORA6031: The name of layer aws_lambda_layer_version.org_common does not*");
    }
}
