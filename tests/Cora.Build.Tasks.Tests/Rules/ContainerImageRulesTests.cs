using Cora.Build.Rules;

namespace Cora.Build.Tests.Rules;

public sealed class ContainerImageRulesTests
{
    private static LintReport Check(string text)
    {
        var report = new LintReport();
        ContainerImageRules.Check(TerraformCode.Read(text), report);
        return report;
    }

    [Fact]
    public void Images_and_their_repositories_are_found() => ReportAssert.Findings(
        Check("""
            resource "aws_ecr_repository" "functions" { name = "functions" }

            resource "aws_lambda_function" "orgs" {
              package_type = "Image"
              image_uri    = "${aws_ecr_repository.functions.repository_url}:latest"
            }

            resource "aws_lambda_function" "members" {
              package_type = "Image"
            }
            """),
        "1,1 error CORA6030: aws_ecr_repository.functions is for container images, and a module's functions are zips. Remove it.",
        "5,3 error CORA6030: aws_lambda_function.orgs is a container image, and a module's functions are zips. Give it filename and source_code_hash of its zip instead of image_uri.",
        "9,3 error CORA6030: aws_lambda_function.members is a container image*instead of package_type.");

    [Theory]
    [InlineData("package_type = \"Zip\"")]
    [InlineData("package_type = var.package_type")]
    [InlineData("image_uri = null")]
    [InlineData("image_uri = var.image_uri")]
    [InlineData("image_uri = var.use_image ? var.image_uri : null")]
    public void A_zip_or_what_may_be_one_is_left_alone(string argument) => Assert.Empty(Check($$"""
        variable "image_uri" {
          type    = string
          default = null
        }

        resource "aws_lambda_function" "orgs" {
          {{argument}}
        }
        """).Diagnostics);
}
