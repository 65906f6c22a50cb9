using Cora.Build.Rules;

namespace Cora.Build.Tests.Rules;

public sealed class TerraformHandlerRulesTests
{
    private static LintReport Check(string handler, string layers = "[]") => new LintSources
    {
        ["lambdas/orgs/lambda_function.py"] = "def lambda_handler(event, context): ...\n",
        ["lambdas/orgs/app/main.py"] = "def run(event, context): ...\n",
        ["layers/wrapper/wrapper/__init__.py"] = "def handler(event, context): ...\n",
        Terraform = { ["infrastructure/main.tf"] = $"resource \"aws_lambda_function\" \"orgs\" {{\n  filename = \"${{path.module}}/../backend/.build/orgs.zip\"\n  handler  = {handler}\n  layers   = {layers}\n}}\n" },
    }.Check((model, report) => TerraformHandlerRules.Check(model, model.Terraform!, report));

    [PythonTheory]
    [InlineData("index.handler", "the zip of function 'orgs' has no 'index.py'")]
    [InlineData("lambda_function.handler", "'lambda_function' in the zip of function 'orgs' does not define 'handler'")]
    [InlineData("app/main.handler", "'app.main' in the zip of function 'orgs' does not define 'handler'")]
    [InlineData("lambda_handler", "that is not a file and a function: file.function")]
    public void A_handler_that_is_not_there_is_found(string handler, string reason) => ReportAssert.Findings(Check($"\"{handler}\""),
        $"3,14 error CORA6029: The handler of aws_lambda_function.orgs is '{handler}', and {reason}. Name what is there, such as 'lambda_function.lambda_handler'.");

    [PythonTheory]
    [InlineData("\"lambda_function.lambda_handler\"")]
    [InlineData("\"app/main.run\"")]
    [InlineData("\"app.main.run\"")]
    [InlineData("\"wrapper.handler\"")]
    [InlineData("var.handler")]
    [InlineData("var.x ? \"index.handler\" : \"lambda_function.lambda_handler\"")]
    [InlineData("\"datadog_lambda.handler.handler\"", "[var.datadog_layer_arn]")]
    public void One_that_is_there_or_may_be_is_left_alone(string handler, string layers = "[]") => Assert.Empty(Check(handler, layers).Diagnostics);
}
