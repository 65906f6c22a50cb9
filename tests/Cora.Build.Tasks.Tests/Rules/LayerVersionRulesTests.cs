using Cora.Build.Rules;

namespace Cora.Build.Tests.Rules;

public sealed class LayerVersionRulesTests
{
    private static LintReport Check(string text)
    {
        var report = new LintReport();
        LayerVersionRules.Check(TerraformCode.Read(text), report);
        return report;
    }

    [Theory]
    [InlineData("layer_name = \"${var.project_name}-org-common\"")]
    [InlineData("layer_name = \"demo-dev-access-org-common\"")]
    [InlineData("layer_name = aws_lambda_layer_version.org_common.layer_name")]
    [InlineData("layer_name = var.org_common_layer_name")]
    public void A_layer_that_a_data_source_reads_lags_behind(string name) => ReportAssert.Findings(
        Check($$"""
            data "aws_lambda_layer_version" "org_common" {
              {{name}}
            }

            resource "aws_lambda_function" "orgs" {
              layers = [data.aws_lambda_layer_version.org_common.arn]
            }
            """),
        "1,1 warning CORA6020: data.aws_lambda_layer_version.org_common is read before this plan makes a new version of the layer, so functions get the one before. Take the ARN*");

    [Theory]
    [InlineData("layer_name = \"org-common\"\n  version    = var.org_common_version")]
    [InlineData("layer_name = \"org-common\"\n  depends_on = [aws_lambda_layer_version.org_common]")]
    [InlineData("layer_name = \"arn:aws:lambda:eu-central-1:017000801446:layer:AWSLambdaPowertoolsPythonV3-python311-x86_64\"")]
    [InlineData("layer_name = \"arn:aws:lambda:${var.aws_region}:017000801446:layer:AWSLambdaPowertoolsPythonV3-python311-x86_64\"")]
    [InlineData("layer_name = var.powertools_layer_arn")]
    [InlineData("layer_name = var.powertools")]
    [InlineData("count      = 0\n  layer_name = \"org-common\"")]
    public void One_of_a_certain_version_or_another_account_does_not(string body) => Assert.Empty(Check($$"""
        data "aws_lambda_layer_version" "layer" {
          {{body}}
        }

        resource "aws_lambda_function" "orgs" {
          layers = [data.aws_lambda_layer_version.layer.arn]
        }
        """).Diagnostics);

    [Fact]
    public void One_that_nothing_uses_is_left_alone() => Assert.Empty(Check("data \"aws_lambda_layer_version\" \"layer\" { layer_name = \"org-common\" }\n").Diagnostics);
}
