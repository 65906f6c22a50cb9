using Cora.Build.Rules;

namespace Cora.Build.Tests.Rules;

public sealed class ArtifactUseRulesTests
{
    private static LintReport Check(string text, params string[] artifacts) => TerraformCode.Check("locals { build_dir = \"${path.module}/../backend/.build\" }\n" + text, ArtifactUseRules.Check, artifacts);

    private static string Function(string name, string path) => $"resource \"aws_lambda_function\" \"{name}\" {{\n  filename = {path}\n}}\n";

    [Fact]
    public void A_zip_that_the_module_does_not_make_is_found() => ReportAssert.Findings(
        Check(Function("orgs", "\"${local.build_dir}/orgs.zip\"") + Function("members", "\"${local.build_dir}/member.zip\""), "orgs.zip", "members.zip"),
        "0,0 warning CORA6009: Nothing in infrastructure/ takes 'members.zip', the zip of function 'members': it is built and never deployed. Add a resource \"aws_lambda_function\", or delete the directory.",
        "6,14 error CORA6008: aws_lambda_function.members takes 'member.zip', and the module makes no such zip. Did you mean 'members.zip'? Name the zip of a function, or remove the resource.");

    [Fact]
    public void So_it_is_where_only_other_resources_say_that_zips_are_there() => ReportAssert.Findings(
        Check(Function("orgs", "\"${var.build_dir}/orgs.zip\"") + Function("members", "\"${var.build_dir}/nothing.zip\""), "orgs.zip"),
        "6,14 error CORA6008: aws_lambda_function.members takes 'nothing.zip', and*");

    [Fact]
    public void The_zip_of_a_layer_is_no_functions_and_one_of_another_directory_is_not_the_one_that_is_built() => ReportAssert.Findings(
        Check(Function("orgs", "\"${local.build_dir}/org-common-layer.zip\"") + Function("members", "\"${path.module}/../backend/dist/members.zip\"")
            + "resource \"aws_lambda_layer_version\" \"l\" { filename = \"${local.build_dir}/org-common-layer.zip\" }\n", "org-common-layer.zip", "members.zip"),
        "3,14 error CORA6008: aws_lambda_function.orgs takes 'org-common-layer.zip', which is the zip of layer 'org-common'. Name the zip of a function.*",
        "6,14 error CORA6008: aws_lambda_function.members takes 'members.zip' of /src/packages/module-access/backend/dist/, and the zip of function 'members' is made in /src/packages/module-access/backend/.build/. Name that directory.");

    [Fact]
    public void A_zip_that_no_deployment_of_the_module_sends_is_found() => ReportAssert.Findings(
        Check(Deployed("orgs", "var.artifacts.lambdas[\"orgs\"].s3_key") + Deployed("members", "var.artifacts.lambdas[\"member\"].s3_key") + Deployed("l", "var.artifacts.layers[\"org-common\"].s3_key"), "orgs.zip", "members.zip", "org-common-layer.zip"),
        "0,0 warning CORA6009: Nothing in infrastructure/ takes 'members.zip'*",
        "0,0 warning CORA6009: Nothing in infrastructure/ takes 'org-common-layer.zip'*",
        "6,12 error CORA6008: aws_lambda_function.members takes 'member.zip', and the module makes no such zip. Did you mean 'members.zip'? Name the zip of a function, or remove the resource.",
        "9,12 error CORA6008: aws_lambda_function.l takes 'org-common-layer.zip', which is the zip of layer 'org-common'. Name the zip of a function.*");

    [Theory]
    [InlineData("var.artifacts.lambdas[\"orgs\"].s3_key", "var.vendor.lambdas[\"shim\"].s3_key")]
    [InlineData("var.cora_artifacts[\"module-access\"].lambdas[\"orgs\"].s3_key", "var.cora_artifacts[\"module-other\"].lambdas[\"shim\"].s3_key")]
    [InlineData("var.artifacts.lambdas[\"orgs\"].s3_key", "var.artifacts.lambdas[var.shim].s3_key")]
    public void What_another_module_deploys_is_left_alone(string own, string other) => Assert.Empty(Check(Deployed("orgs", own) + Deployed("shim", other), "orgs.zip").Diagnostics);

    private static string Deployed(string name, string key) => $"resource \"aws_lambda_function\" \"{name}\" {{\n  s3_key = {key}\n}}\n";

    [Theory]
    [InlineData("\"${path.module}/vendor/shim.zip\"")]
    [InlineData("\"${var.somewhere}/shim.zip\"")]
    [InlineData("var.zip")]
    [InlineData("data.archive_file.shim.output_path")]
    public void A_zip_from_elsewhere_is_left_alone(string path) => Assert.Empty(Check(Function("shim", path) + Function("orgs", "\"${local.build_dir}/orgs.zip\""), "orgs.zip").Diagnostics);

    [Theory]
    [InlineData("resource \"aws_lambda_function\" \"all\" {\n  for_each = var.functions\n  filename = \"${local.build_dir}/${each.key}.zip\"\n}")]
    [InlineData("module \"functions\" { source = \"./functions\" }")]
    [InlineData("resource \"aws_s3_object\" \"orgs\" { source = \"${local.build_dir}/orgs.zip\" }")]
    [InlineData("resource \"aws_lambda_function\" \"orgs\" {\n  s3_key = \"lambda/${var.environment}/orgs.zip\"\n}")]
    [InlineData("resource \"aws_lambda_function\" \"orgs\" {\n  filename = var.x ? \"${local.build_dir}/orgs.zip\" : \"${local.build_dir}/members.zip\"\n}\nresource \"aws_lambda_function\" \"m\" {\n  filename = \"${local.build_dir}/members.zip\"\n}")]
    public void A_zip_that_something_may_take_is_left_alone(string text) => Assert.DoesNotContain(Check(text, "orgs.zip", "members.zip").Diagnostics, finding => finding.Message.Contains("'orgs.zip'", StringComparison.Ordinal));

    [Fact]
    public void A_layer_that_nothing_deploys_is_found() => ReportAssert.Findings(
        Check(Function("orgs", "\"${local.build_dir}/orgs.zip\""), "orgs.zip", "org-common-layer.zip"),
        "0,0 warning CORA6009: Nothing in infrastructure/ takes 'org-common-layer.zip', the zip of layer 'org-common'*resource \"aws_lambda_layer_version\", or delete the directory.");
}
