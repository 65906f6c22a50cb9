using Cora.Build.Terraform;

namespace Cora.Build.Tests.Terraform;

public sealed class ArtifactResourceTests
{
    private static IEnumerable<string> Of(string text)
    {
        var file = HclFile.Read("/m/infrastructure/main.tf", text);
        Assert.Empty(file.Faults);
        using var test = new TestModule().Function("orders").Function("authorizer");
        var module = test.Discover().Module;
        module = module with { Name = "module-orders", Artifacts = [.. module.Artifacts.Select(artifact => artifact.Name == "authorizer" ? artifact with { FileName = "auth.zip" } : artifact)] };
        return ArtifactResource.Of(TerraformModule.Of("/m/infrastructure", [file]), module)
            .Select(resource => $"{resource.Resource.Name} {resource.Kind} {(resource.Paths.Any(path => path.IsLocal) ? "here" : "elsewhere")} {(resource.FileNames is null ? "?" : string.Join('|', resource.FileNames))}");
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
    public void What_a_deployment_sent_is_known_by_the_name_under_which_it_says_so() => Assert.Equal(
        [
            "own Function elsewhere orders.zip", "renamed Function elsewhere auth.zip", "keyed Function elsewhere orders.zip", "other Function elsewhere ?", "layer Layer elsewhere common-layer.zip",
            "each Function elsewhere new.zip", "each Function elsewhere orders.zip", "either Function here orders.zip", "map Function here orders.zip", "mixed Function here orders.zip|auth.zip", "any Function elsewhere ?",
        ],
        Of("""
            variable "artifacts" { default = null }
            variable "deployed" {}
            resource "aws_lambda_function" "own" { s3_key = var.deployed.lambdas["orders"].s3_key }
            resource "aws_lambda_function" "renamed" { s3_key = var.artifacts.lambdas.authorizer.s3_key }
            resource "aws_lambda_function" "keyed" { s3_key = var.cora_artifacts["module-orders"].lambdas["orders"].s3_key }
            resource "aws_lambda_function" "other" { s3_key = var.cora_artifacts["module-access"].lambdas["orders"].s3_key }
            resource "aws_lambda_layer_version" "layer" { s3_key = var.deployed["layers"]["common"]["s3_key"] }
            resource "aws_lambda_function" "each" {
              for_each = toset(["orders", "new"])
              s3_key   = var.deployed.lambdas[each.key].s3_key
            }
            resource "aws_lambda_function" "either" {
              filename = var.artifacts == null ? "build/orders.zip" : null
              s3_key   = var.artifacts == null ? null : var.artifacts.lambdas["orders"].s3_key
            }
            locals {
              zips = {
                for name in ["orders"] : name => var.artifacts == null ? { filename = "build/${name}.zip", s3_key = null } : merge(var.artifacts.lambdas[name], { filename = null })
              }
            }
            resource "aws_lambda_function" "map" {
              filename = local.zips["orders"].filename
              s3_key   = local.zips["orders"].s3_key
            }
            resource "aws_lambda_function" "mixed" {
              filename = var.artifacts == null ? "build/orders.zip" : null
              s3_key   = try(var.artifacts.lambdas["authorizer"].s3_key, null)
            }
            resource "aws_lambda_function" "any" { s3_key = var.deployed.lambdas[var.name].s3_key }
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
        using var test = new TestModule().Function("orders").Function("other");
        test.Write("backend/layers/orders/python/x.py");
        var module = test.Discover().Module;
        var resources = ArtifactResource.Of(TerraformModule.Of("/m", [file]), module);
        var artifacts = module.Artifacts.ToDictionary(artifact => artifact.FileName);

        Assert.Equal([true, null], resources.Select(resource => resource.MayTake(artifacts["orders.zip"])));
        Assert.Equal([false, null], resources.Select(resource => resource.MayTake(artifacts["other.zip"])));
        Assert.Equal([false, false], resources.Select(resource => resource.MayTake(artifacts["orders-layer.zip"])));
    }
}
