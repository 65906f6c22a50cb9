using Cora.Build.Rules;
using Cora.Build.Terraform;

namespace Cora.Build.Tests.Rules;

public sealed class ModuleInterfaceRulesTests
{
    private const string Variables = """
        variable "project_name" { type = string }
        variable "environment" { type = string }
        variable "module_name" { type = string }
        variable "supabase_secret_arn" { type = string }
        variable "aws_region" { type = string }
        variable "log_level" { type = string }
        variable "sns_topic_arn" {
          type    = string
          default = null
        }

        """;

    private const string Outputs = """
        output "api_routes" { value = [] }
        output "lambda_invoke_arns" { value = {} }

        """;

    private static LintReport Check(TerraformModule terraform)
    {
        var report = new LintReport();
        ModuleInterfaceRules.Check(terraform, report);
        return report;
    }

    private static LintReport CheckMain(string main) => Check(TerraformCode.Read(("main.tf", main), ("outputs.tf", Outputs), ("variables.tf", Variables)));

    [Fact]
    public void A_variable_or_output_that_every_module_has_is_missed_in_the_file_where_it_would_be()
    {
        var report = Check(TerraformCode.Read(
            ("main.tf", "locals { x = 1 }\n"),
            ("outputs.tf", Outputs.Replace("lambda_invoke_arns", "lambda_arns", StringComparison.Ordinal)),
            ("variables.tf", Variables.Replace("\"aws_region\"", "\"region\"", StringComparison.Ordinal).Replace("log_level", "verbosity", StringComparison.Ordinal))));

        ReportAssert.Findings(report,
            "1,1 error CORA6018: The module has no variable 'aws_region', which environments pass to every module. Did you mean 'region'? Add: variable \"aws_region\" { type = string }.",
            "1,1 error CORA6018: The module has no variable 'log_level', which environments pass to every module. Add: variable \"log_level\" { type = string }.",
            "1,1 error CORA6018: The module has no output 'lambda_invoke_arns', which environments take from every module. Did you mean 'lambda_arns'? Add it: the invoke_arn of each function, by name.");
        Assert.Equal(["outputs.tf", "variables.tf", "variables.tf"], report.Diagnostics.OrderBy(item => item.Message, StringComparer.Ordinal).Select(item => Path.GetFileName(item.Location.File)));
    }

    [Fact]
    public void A_variable_that_is_used_and_not_declared_is_found_where_it_is_used() => ReportAssert.Findings(
        CheckMain("""
            locals {
              prefix = "${var.project}-${var.environment}"
              tags   = merge({ Name = var.project }, { for k, v in var.common_tags : k => upper(v) if v != "" })
            }
            """),
        "2,15 error CORA6018: No variable 'project' is declared in infrastructure/. Did you mean 'project_name'? Declare it, or use one that is. It is used in 2 places.",
        "3,56 error CORA6018: No variable 'common_tags' is declared in infrastructure/. Declare it, or use one that is.");

    [Fact]
    public void A_required_variable_that_is_used_and_not_declared_is_said_once() => ReportAssert.Findings(
        Check(TerraformCode.Read(("main.tf", "locals { name = \"${var.project_name}-x\" }\n" + Outputs + Variables.Replace("variable \"project_name\" { type = string }", "", StringComparison.Ordinal)))),
        "1,20 error CORA6018: No variable 'project_name' is declared*");

    [Theory]
    [InlineData("locals { a = var.sns_topic_arn == null ? [] : [var.sns_topic_arn] }")]
    [InlineData("locals { a = [for var in [{ x = 1 }] : var.x] }")]
    [InlineData("locals { a = \"var.nope\" }\n# var.nope")]
    [InlineData("locals { a = { var = 1, b = local.var.nope } }")]
    public void What_is_declared_or_no_variable_is_left_alone(string main) => Assert.Empty(CheckMain(main).Diagnostics);

    [Fact]
    public void Nothing_is_missed_where_not_all_was_read()
    {
        Assert.Empty(Check(TerraformCode.Read("locals { a = var.x }\nvariable \"x\" {\n  default =\n}\n", mayHaveFaults: true)).Diagnostics);
        var others = Directory.CreateTempSubdirectory("cora-terraform-");
        try
        {
            File.WriteAllText(Path.Combine(others.FullName, "main.tf"), "locals { a = var.x }\n");
            Assert.NotEmpty(Check(TerraformModule.Read(others.FullName)).Diagnostics);
            File.WriteAllText(Path.Combine(others.FullName, "variables.tf.json"), "{}");
            Assert.Empty(Check(TerraformModule.Read(others.FullName)).Diagnostics);
        }
        finally
        {
            others.Delete(recursive: true);
        }
    }
}
