using Cora.Build.Rules;

namespace Cora.Build.Tests.Rules;

public sealed class RuntimeRulesTests
{
    private static LintReport Check(string text, string architecture = "x86_64") => TerraformCode.Check(TerraformCode.Read(text), architecture, RuntimeRules.Check, "orgs.zip", "members.zip", "org-common-layer.zip");

    private static string Function(string name, string body) => $"resource \"aws_lambda_function\" \"{name}\" {{\n  filename = \"${{path.module}}/../backend/.build/{name}.zip\"\n  {body}\n}}\n";

    [Fact]
    public void Another_runtime_is_found() => ReportAssert.Findings(
        Check(Function("orgs", "runtime = \"python3.13\"")),
        "3,13 error CORA6002: aws_lambda_function.orgs has runtime python3.13, and its zip is built for python3.11. Make it python3.11, or build for the other with TargetFramework.");

    [Fact]
    public void What_several_take_from_one_place_is_said_there_once() => ReportAssert.Findings(
        Check(Function("orgs", "runtime = local.runtime") + Function("members", "runtime = local.runtime") + "locals { runtime = \"python3.9\" }\n"),
        "9,20 error CORA6002: aws_lambda_function.orgs has runtime python3.9 (so has 1 other), and its zip*");

    [Fact]
    public void A_default_that_no_zip_can_run_on_is_found() => ReportAssert.Findings(
        Check(Function("orgs", "runtime = var.runtime") + "variable \"runtime\" { default = \"python3.9\" }\n"),
        "5,32 error CORA6002: *");

    [Theory]
    [InlineData("var.artifacts == null ? \"python3.9\" : var.artifacts.lambdas[\"orgs\"].runtime", "3,37 error CORA6002: aws_lambda_function.orgs has runtime python3.9, and*")]
    [InlineData("var.artifacts == null ? \"python3.11\" : var.artifacts.lambdas[\"orgs\"].runtime")]
    [InlineData("var.artifacts == null ? \"python3.9\" : var.runtime")]
    [InlineData("var.artifacts.lambdas[\"orgs\"].runtime")]
    public void What_a_deployment_says_is_right_for_its_zip_and_the_other_one_is_compared(string runtime, params string[] findings) =>
        ReportAssert.Findings(Check(Function("orgs", $"runtime = {runtime}") + "variable \"artifacts\" { default = null }\n"), findings);

    [Fact]
    public void So_it_is_of_layers() => ReportAssert.Findings(
        Check("resource \"aws_lambda_layer_version\" \"l\" {\n  filename = \"${path.module}/../backend/.build/org-common-layer.zip\"\n  compatible_runtimes = [var.artifacts == null ? \"python3.9\" : var.artifacts.layers[\"org-common\"].runtime]\n}\nvariable \"artifacts\" { default = null }\n"),
        "3,25 error CORA6002: aws_lambda_layer_version.l has compatible_runtimes python3.9, and*");

    [Fact]
    public void A_layer_for_other_Pythons_alone_is_found() => ReportAssert.Findings(
        Check("resource \"aws_lambda_layer_version\" \"l\" {\n  filename = \"${path.module}/../backend/.build/org-common-layer.zip\"\n  compatible_runtimes = [\"python3.9\", \"python3.10\"]\n  compatible_architectures = [\"arm64\"]\n}\n"),
        "3,25 error CORA6002: aws_lambda_layer_version.l has compatible_runtimes python3.9, python3.10, and its zip is built for python3.11. *",
        "4,30 error CORA6023: aws_lambda_layer_version.l has compatible_architectures arm64, and its zip is built for x86_64. Make it x86_64, or build for the other with CoraArchitecture.");

    [Fact]
    public void Another_architecture_is_found_also_where_none_is_said()
    {
        ReportAssert.Findings(Check(Function("orgs", "architectures = [\"arm64\"]")), "3,19 error CORA6023: aws_lambda_function.orgs has architectures arm64, and*");
        ReportAssert.Findings(Check(Function("orgs", ""), "arm64"), "1,1 error CORA6023: aws_lambda_function.orgs has no architectures, which means x86_64, and its zip is built for arm64. *");
    }

    [Theory]
    [InlineData("runtime = \"python3.11\"\n  architectures = [\"x86_64\"]")]
    [InlineData("")]
    [InlineData("runtime = var.runtime\n  architectures = var.architectures")]
    [InlineData("runtime = var.old ? \"python3.9\" : \"python3.11\"")]
    [InlineData("runtime = \"python3.${var.minor}\"")]
    [InlineData("architectures = [var.architecture]")]
    public void What_fits_or_is_not_known_is_left_alone(string body) => Assert.Empty(Check(Function("orgs", body)).Diagnostics);

    [Fact]
    public void What_is_not_of_the_module_is_left_alone()
    {
        Assert.Empty(Check(Function("other", "runtime = \"nodejs20.x\"")).Diagnostics);
        Assert.Empty(Check("resource \"aws_lambda_function\" \"f\" {\n  filename = var.zip\n  runtime = \"nodejs20.x\"\n}\n").Diagnostics);
        Assert.Empty(Check("resource \"aws_lambda_layer_version\" \"l\" {\n  filename = \"${path.module}/../backend/.build/org-common-layer.zip\"\n  compatible_runtimes = [\"python3.9\", \"python3.11\"]\n}\n").Diagnostics);
    }
}
