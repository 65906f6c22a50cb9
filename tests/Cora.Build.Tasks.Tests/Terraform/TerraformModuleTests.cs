using Cora.Build.Terraform;
using Cora.Build.Tests.Packaging;

namespace Cora.Build.Tests.Terraform;

public sealed class TerraformModuleTests
{
    private const string Main = """
        terraform {
          required_version = ">= 1.5"
        }
        provider "aws" {}
        locals {
          build_dir = "${path.module}/../backend/.build"
          zip       = "${local.build_dir}/kb.zip"
          layers    = compact([var.org_common_layer_arn, aws_lambda_layer_version.kb_common.arn])
        }
        resource "aws_lambda_layer_version" "kb_common" {
          filename = "${local.build_dir}/kb-common-layer.zip"
        }
        resource "aws_lambda_function" "kb" {
          count            = var.enable_kb ? 1 : 0
          filename         = local.zip
          source_code_hash = filebase64sha256("${local.build_dir}/kb.zip")
          layers           = local.layers
          environment {
            variables = merge(local.undeclared, { LOG_LEVEL = var.log_level })
          }
        }
        data "aws_lambda_layer_version" "common" {
          layer_name = "org-common"
        }
        module "secrets" {
          source  = "../../modules/secrets"
          version = "1.0"
          name    = "x"
        }
        """;

    private const string Variables = """
        variable "enable_kb" {
          type    = bool
          default = true
        }
        variable "log_level" {
          default   = "INFO"
          sensitive = true
          nullable  = false
        }
        variable "org_common_layer_arn" {
          default = null
        }
        variable "project_name" {
          type = string
        }
        output "api_routes" {
          value = concat([{ method = "GET", path = "/ws/{wsId}/kb", integration = aws_lambda_function.kb[0].invoke_arn, public = false }], module.secrets.routes)
        }
        """;

    [Fact]
    public void A_module_is_all_files_of_its_directory()
    {
        using var directory = new TempDirectory();
        var main = directory.Write("main.tf", System.Text.Encoding.UTF8.GetBytes(Main));
        var variables = directory.Write("variables.tf", System.Text.Encoding.UTF8.GetBytes(Variables));
        directory.Write("main.tf.json", "{}"u8);
        directory.Write("nested/other.tf", "x {}"u8);
        var module = TerraformModule.Read(directory.FullName);

        Assert.Equal([main, variables], module.Files.Select(file => file.Path));
        Assert.Empty(module.Faults);
        Assert.Equal(["enable_kb", "log_level", "org_common_layer_arn", "project_name"], module.Variables.Select(variable => variable.Name));
        Assert.Equal(["project_name"], module.Variables.Where(variable => variable.IsRequired).Select(variable => variable.Name));
        Assert.Equal((true, false, new(5, 10)), (module.Variable("log_level")!.IsSensitive, module.Variable("log_level")!.IsNullable, module.Variable("log_level")!.NameAt));
        Assert.Equal(["build_dir", "zip", "layers"], module.Locals.Select(local => local.Name));
        Assert.Equal(["aws_lambda_layer_version.kb_common", "aws_lambda_function.kb", "data.aws_lambda_layer_version.common"], module.AllResources.Select(resource => resource.Address));
        Assert.Equal(new(main, 13, 1), Assert.Single(module.Resources("aws_lambda_function")).Block.Location);
        Assert.Single(module.DataSources("aws_lambda_layer_version"));
        Assert.Equal(("secrets", "../../modules/secrets", "name"), Assert.Single(module.ModuleCalls) is var call ? (call.Name, call.Source, string.Join(' ', call.Arguments.Select(argument => argument.Name))) : default);
        Assert.Single(module.Providers);
        Assert.Single(module.Settings);
        Assert.Null(module.Output("none"));
    }

    [Fact]
    public void What_rules_ask_of_a_function_comes_out()
    {
        var module = TerraformModule.Of("/m", [HclFile.Read("/m/main.tf", Main), HclFile.Read("/m/variables.tf", Variables)]);
        var function = Assert.Single(module.Resources("aws_lambda_function"));

        var filename = module.Evaluate(function.Body, "filename");
        Assert.Equal("/m/../backend/.build/kb.zip", filename.Text);
        var hash = Assert.IsType<CallValue>(module.Evaluate(function.Body, "source_code_hash"));
        Assert.Equal(("filebase64sha256", filename), (hash.Name, hash.Arguments[0]));

        var layers = Assert.IsType<ListValue>(module.Evaluate(function.Body, "layers"));
        Assert.False(layers.IsComplete);
        Assert.Equal("kb_common", Assert.IsType<ReferenceValue>(layers.Items[1]).Name);
        Assert.Equal(["var.org_common_layer_arn", "aws_lambda_layer_version.kb_common.arn"], layers.References().Select(reference => reference.ToString()));
        Assert.Equal("kb-common-layer.zip", Path.GetFileName(module.Evaluate(module.Resource((ReferenceValue)layers.Items[1])!.Body, "filename").Text));

        var variables = Assert.IsType<ObjectValue>(module.Evaluate(function.Body.Block("environment")!.Body, "variables"));
        Assert.Equal((false, "INFO", true), (variables.IsComplete, variables["LOG_LEVEL"]!.Text, variables["LOG_LEVEL"]!.IsDefault));

        var routes = Assert.IsType<ListValue>(module.Evaluate(module.Output("api_routes")!.Value));
        var integration = Assert.IsType<ReferenceValue>(((ObjectValue)routes.Items[0])["integration"]);
        Assert.Equal(("aws_lambda_function", "kb", "invoke_arn"), (integration.Type, integration.Name, integration.Attribute));
        Assert.Equal("module.secrets.routes", Assert.IsType<SpreadValue>(routes.Items[1]).Source.ToString());

        Assert.False(Assert.Single(module.InstancesOf(function.Body)).IsKnown);
        Assert.IsType<NullValue>(module.Evaluate(function.Body, "s3_key"));
    }

    [Fact]
    public void Override_files_change_what_other_files_say()
    {
        var module = TerraformModule.Of("/m", [
            HclFile.Read("/m/main.tf", "locals {\n  a = 1\n  b = 2\n}\nresource \"x\" \"y\" {\n  c = 1\n  d = 2\n  lifecycle {\n    e = 1\n    f = 2\n  }\n  g {}\n  g {}\n}\n"),
            HclFile.Read("/m/dev_override.tf", "locals {\n  a = 3\n}\nresource \"x\" \"y\" {\n  c = 4\n  lifecycle {\n    e = 5\n  }\n  g {}\n}\n")]);
        var body = Assert.Single(module.Resources("x")).Body;
        Assert.Equal(["3", "2"], new[] { "a", "b" }.Select(name => module.Evaluate(module.Local(name)!.Value).ToString()));
        Assert.Equal(["4", "2"], new[] { "c", "d" }.Select(name => module.Evaluate(body, name).ToString()));
        Assert.Equal(["5", "2"], new[] { "e", "f" }.Select(name => module.Evaluate(body.Block("lifecycle")!.Body, name).ToString()));
        Assert.Single(body.BlocksOf("g"));
    }
}
