using Cora.Build.Rules;

namespace Cora.Build.Tests.Rules;

public sealed class LayerAttachmentRulesTests
{
    private const string Imports = "import json\nimport boto3\nimport org_common as common\nfrom access_common.permissions import check\n\ndef lambda_handler(event, context): ...\n";

    private static LintReport Check(string layers, string code = Imports, string more = "") => new LintSources
    {
        ["lambdas/orgs/lambda_function.py"] = code,
        ["layers/org-common/org_common/__init__.py"] = "",
        ["layers/access-common/access_common/permissions.py"] = "def check(): ...\n",
        ["layers/own/own_things/__init__.py"] = "",
        Distributions = { ["access-common"] = [new("PyJWT", "2.0", ["jwt"])] },
        Elsewhere = ["org-common", "access-common"],
        Terraform = { ["infrastructure/main.tf"] = $$"""
            resource "aws_lambda_function" "orgs" {
              filename = "${path.module}/../backend/.build/orgs.zip"
              {{layers}}
            }
            variable "org_common_layer_arn" { type = string }
            variable "access_common_layer_arn" { type = string }
            resource "aws_lambda_layer_version" "mine" { filename = "${path.module}/../backend/.build/own-layer.zip" }
            {{more}}
            """ },
    }.Check((model, report) => LayerAttachmentRules.Check(model, model.Terraform!, report));

    private const string OrgCommon = "error CORA6010: aws_lambda_function.orgs does not attach layer 'org-common' of module-access, and function 'orgs' imports 'org_common' of it (lambda_function.py, line 3). Add var.org_common_layer_arn to its layers.";
    private const string Without = "error CORA6003: aws_lambda_function.orgs does not attach layer 'org-common' of module-access, which every function has. Add var.org_common_layer_arn to its layers.";
    private const string AccessCommon = "error CORA6010: aws_lambda_function.orgs does not attach layer 'access-common' of module-access, and function 'orgs' imports 'access_common' of it (lambda_function.py, line 4). Add var.access_common_layer_arn to its layers.";

    [PythonFact]
    public void A_layer_that_is_imported_and_not_attached_is_found()
    {
        ReportAssert.Findings(Check("layers = [var.org_common_layer_arn]"), "3,12 " + AccessCommon);
        ReportAssert.Findings(Check("layers = compact([var.access_common_layer_arn, null])"), "3,12 " + Without, "3,12 " + OrgCommon);
    }

    [PythonTheory]
    [InlineData("")]
    [InlineData("layers = null")]
    public void So_it_is_without_any_layer(string layers)
    {
        var at = layers.Length == 0 ? "1,1" : "3,12";
        ReportAssert.Findings(Check(layers), $"{at} {Without}", $"{at} {OrgCommon}", $"{at} {AccessCommon}");
    }

    [PythonFact]
    public void A_distribution_that_only_a_layer_brings_is_found_too() => ReportAssert.Findings(
        Check("layers = [var.org_common_layer_arn]", "import org_common\nimport jwt\n\ndef lambda_handler(event, context): ...\n"),
        "3,12 error CORA6010: aws_lambda_function.orgs does not attach layer 'access-common' of module-access, and function 'orgs' imports 'jwt' of it (lambda_function.py, line 2). Add var.access_common_layer_arn to its layers.");

    [PythonFact]
    public void A_layer_of_the_module_itself_is_known_by_its_zip()
    {
        const string Code = "import own_things\n\ndef lambda_handler(event, context): ...\n";
        ReportAssert.Findings(Check("layers = [var.org_common_layer_arn]", Code),
            "3,12 error CORA6010: aws_lambda_function.orgs does not attach layer 'own', and function 'orgs' imports 'own_things' of it (lambda_function.py, line 1). Add aws_lambda_layer_version.mine.arn to its layers.");
        Assert.Empty(Check("layers = [var.org_common_layer_arn, aws_lambda_layer_version.mine.arn]", Code).Diagnostics);
    }

    [PythonTheory]
    [InlineData("layers = [var.org_common_layer_arn, var.access_common_layer_arn]")]
    [InlineData("layers = local.layers", "locals { layers = concat([var.org_common_layer_arn], var.more ? [var.access_common_layer_arn] : []) }")]
    [InlineData("layers = [for name in [\"org-common\", \"access-common\"] : var.layer_arns[name]]")]
    [InlineData("layers = [module.access.org_common_layer_arn, data.aws_lambda_layer_version.access.arn]", "data \"aws_lambda_layer_version\" \"access\" { layer_name = \"${var.project_name}-access-common\" }")]
    [InlineData("layers = [\"arn:aws:lambda:eu-central-1:123456789012:layer:demo-dev-access-org-common:3\", \"arn:aws:lambda:${var.aws_region}:123456789012:layer:demo-access-common:1\"]")]
    [InlineData("layers = [var.org_common_layer_arn, var.shared_layer_arn]")]
    [InlineData("layers = var.layers")]
    [InlineData("layers = [aws_lambda_layer_version.unknown.arn]")]
    [InlineData("layers = split(\",\", var.layer_arns)")]
    public void Layers_that_are_attached_or_may_be_are_left_alone(string layers, string more = "") => Assert.Empty(Check(layers, more: more).Diagnostics);

    [PythonFact]
    public void What_the_zip_has_itself_or_what_may_fail_is_left_alone()
    {
        Assert.Empty(Check("layers = [var.org_common_layer_arn]", "try:\n    import access_common\nexcept ImportError:\n    access_common = None\n\ndef lambda_handler(event, context): ...\n").Diagnostics);
        Assert.Empty(Check("layers = [var.org_common_layer_arn]", "from typing import TYPE_CHECKING\nif TYPE_CHECKING:\n    import access_common\n\ndef lambda_handler(event, context): ...\n").Diagnostics);
        ReportAssert.Findings(Check("layers = [var.org_common_layer_arn]", "def lambda_handler(event, context):\n    import access_common\n"), "3,12 warning CORA6010: *");
    }

    [PythonFact]
    public void A_function_without_org_common_is_found_also_where_it_does_not_import_it() => ReportAssert.Findings(
        Check("layers = [var.access_common_layer_arn]", "def lambda_handler(event, context): ...\n"),
        "3,12 " + Without);

    [PythonFact]
    public void Where_no_layer_brings_it_none_is_missed() => Assert.Empty(new LintSources
    {
        ["lambdas/orgs/lambda_function.py"] = "def lambda_handler(event, context): ...\n",
        Terraform = { ["infrastructure/main.tf"] = "resource \"aws_lambda_function\" \"orgs\" { filename = \"${path.module}/../backend/.build/orgs.zip\" }\n" },
    }.Check((model, report) => LayerAttachmentRules.Check(model, model.Terraform!, report)).Diagnostics);
}
