using Cora.Build.Terraform;

namespace Cora.Build.Tests.Terraform;

public sealed class ArtifactResourceTests
{
    private static IEnumerable<string> Of(string text)
    {
        var file = HclFile.Read("/m/infrastructure/main.tf", text);
        Assert.Empty(file.Faults);
        return ArtifactResource.Of(TerraformModule.Of("/m/infrastructure", [file]))
            .Select(resource => $"{resource.Resource.Name} {resource.Kind} {(resource.IsLocal ? "here" : "elsewhere")} {(resource.FileNames is null ? "?" : string.Join('|', resource.FileNames))}");
    }

    [Fact]
    public void A_resource_is_linked_by_the_file_name_of_its_zip()
    {
        Assert.Equal(
            ["orders Function here create-order.zip", "variable Function here workspace.zip", "required Function here x.zip", "common Layer here org-common-layer.zip", "s3 Function elsewhere s3-orders.zip", "prefix Function elsewhere y.zip"],
            Of("""
            variable "workspace_lambda_zip" { default = "../backend/.build/workspace.zip" }
            variable "directory" {}
            locals { build_dir = "${path.module}/../backend/.build" }
            resource "aws_lambda_function" "orders" {
              function_name = "x"
              filename      = "${local.build_dir}/create-order.zip"
            }
            resource "aws_lambda_function" "variable" { filename = "${path.module}/${var.workspace_lambda_zip}" }
            resource "aws_lambda_function" "required" { filename = "${var.directory}/sub/x.zip" }
            resource "aws_lambda_layer_version" "common" { filename = "${local.build_dir}/org-common-layer.zip" }
            resource "aws_lambda_function" "s3" {
              s3_bucket = "b"
              s3_key    = "lambdas/s3-orders.zip"
            }
            resource "aws_lambda_function" "prefix" { s3_key = "${var.directory}/y.zip" }
            data "aws_lambda_function" "other" { function_name = "x" }
            resource "aws_lambda_alias" "live" { name = "live" }
            """));
    }

    [Fact]
    public void What_is_not_known_may_be_any_zip() => Assert.Equal(
        ["a Function here ?", "b Function here ?", "c Function here ?", "d Function elsewhere ?", "e Function here ?"],
        Of("""
            variable "zip" {}
            resource "aws_lambda_function" "a" { filename = var.zip }
            resource "aws_lambda_function" "b" { filename = data.archive_file.b.output_path }
            resource "aws_lambda_function" "c" { filename = "${path.module}/${var.zip}-x.zip" }
            resource "aws_lambda_function" "d" { image_uri = "x" }
            resource "aws_lambda_function" "e" { filename = "build/" }
            """));

    [Fact]
    public void Instances_and_conditions_make_several() => Assert.Equal(
        ["many Function here a.zip", "many Function here b.zip", "either Function here new.zip|old.zip", "perhaps Function here p.zip"],
        Of("""
            variable "is_new" { default = false }
            variable "is_on" {}
            resource "aws_lambda_function" "many" {
              for_each = toset(["b", "a"])
              filename = "build/${each.key}.zip"
            }
            resource "aws_lambda_function" "either" { filename = var.is_on ? "build/new.zip" : "build/old.zip" }
            resource "aws_lambda_function" "perhaps" {
              count    = var.is_on ? 1 : 0
              filename = "build/p.zip"
            }
            """));

    [Fact]
    public void It_may_take_the_zip_of_an_artifact_of_its_kind()
    {
        var file = HclFile.Read("/m/main.tf", "resource \"aws_lambda_function\" \"a\" {\n  filename = \"x/orders.zip\"\n}\nresource \"aws_lambda_function\" \"b\" {\n  filename = var.x\n}\n");
        var resources = ArtifactResource.Of(TerraformModule.Of("/m", [file]));
        using var test = new TestModule().Function("orders").Function("other");
        test.Write("backend/layers/orders/python/x.py");
        var artifacts = test.Discover().Module.Artifacts.ToDictionary(artifact => artifact.FileName);

        Assert.Equal([true, null], resources.Select(resource => resource.MayTake(artifacts["orders.zip"])));
        Assert.Equal([false, null], resources.Select(resource => resource.MayTake(artifacts["other.zip"])));
        Assert.Equal([false, false], resources.Select(resource => resource.MayTake(artifacts["orders-layer.zip"])));
    }
}
