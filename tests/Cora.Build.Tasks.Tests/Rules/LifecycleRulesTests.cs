using Cora.Build.Rules;

namespace Cora.Build.Tests.Rules;

public sealed class LifecycleRulesTests
{
    private static LintReport Check(string body, string type = "aws_lambda_function")
    {
        var report = new LintReport();
        LifecycleRules.Check(TerraformCode.Read($"resource \"{type}\" \"orgs\" {{\n{body}\n}}\n"), report);
        return report;
    }

    [Theory]
    [InlineData("", "1,1")]
    [InlineData("lifecycle {\n  prevent_destroy = true\n}", "1,1")]
    [InlineData("lifecycle {\n  create_before_destroy = false\n}", "3,27")]
    public void A_function_or_layer_that_goes_before_its_successor_is_there_is_found(string body, string at)
    {
        ReportAssert.Findings(Check(body), $"{at} warning CORA6004: aws_lambda_function.orgs is destroyed before its successor is there, and until then nothing answers. Add: lifecycle {{ create_before_destroy = true }}.");
        ReportAssert.Findings(Check(body, "aws_lambda_layer_version"), $"{at} warning CORA6004: *");
        Assert.Empty(Check(body, "aws_sqs_queue").Diagnostics);
    }

    [Theory]
    [InlineData("[source_code_hash]", "4,21", "source_code_hash")]
    [InlineData("[tags, filename]", "4,27", "filename")]
    [InlineData("[\"s3_key\"]", "4,21", "s3_key")]
    [InlineData("all", "4,20", "all arguments")]
    public void Ignored_changes_of_the_code_are_found(string ignored, string at, string what) => ReportAssert.Findings(
        Check($"lifecycle {{\n  create_before_destroy = true\n  ignore_changes = {ignored}\n}}"),
        $"{at} error CORA6005: aws_lambda_function.orgs ignores changes of {what}: new code is never deployed. *");

    [Theory]
    [InlineData("lifecycle {\n  create_before_destroy = true\n}")]
    [InlineData("lifecycle {\n  create_before_destroy = true\n  ignore_changes = [tags[\"x\"], layers, last_modified]\n}")]
    [InlineData("lifecycle {\n  create_before_destroy = true\n  ignore_changes = []\n}")]
    public void Others_are_left_alone(string body) => Assert.Empty(Check(body).Diagnostics);

    [Fact]
    public void A_layer_whose_versions_stay_needs_no_order() => Assert.Empty(Check("skip_destroy = true", "aws_lambda_layer_version").Diagnostics);
}
