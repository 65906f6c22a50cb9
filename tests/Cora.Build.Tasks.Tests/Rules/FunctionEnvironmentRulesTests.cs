using Cora.Build.Rules;

namespace Cora.Build.Tests.Rules;

public sealed class FunctionEnvironmentRulesTests
{
    private static LintReport Check(string environment, string code, string more = "", params (string File, string Code)[] others)
    {
        var sources = new LintSources
        {
            Terraform = { ["infrastructure/main.tf"] = $$"""
                resource "aws_lambda_function" "orgs" {
                  filename = "${path.module}/../backend/.build/orgs.zip"
                  {{environment}}
                }
                {{more}}
                """ },
            ["lambdas/orgs/lambda_function.py"] = code + "\ndef lambda_handler(event, context): ...\n",
        };
        foreach (var (file, text) in others) sources[file] = text;
        return sources.Check((model, report) => FunctionEnvironmentRules.Check(model, model.Terraform!, report));
    }

    [PythonFact]
    public void A_variable_that_the_code_needs_and_nothing_sets_is_found()
    {
        ReportAssert.Findings(
            Check("environment {\n  variables = { REGIO = var.aws_region, LOG_LEVEL = \"INFO\" }\n}", "import os\nREGION = os.environ[\"REGION\"]\nLEVEL = os.environ.get(\"LOG_LEVEL\")\nREGIO = os.getenv(\"REGIO\")\n"),
            "4,15 warning CORA6021: aws_lambda_function.orgs does not set the environment variable 'REGION', and function 'orgs' fails without it (lambda_function.py, line 2). Did you mean 'REGIO'? Add it to environment.variables, or read it with a default.");
        ReportAssert.Findings(Check("", "import os\nREGION = os.environ[\"REGION\"]\n"), "1,1 warning CORA6021: *");
    }

    [PythonTheory]
    [InlineData("environment {\n  variables = merge(local.common, { X = 1 })\n}", "locals { common = { REGION = var.aws_region } }")]
    [InlineData("environment {\n  variables = merge(var.common, { X = 1 })\n}")]
    [InlineData("environment {\n  variables = var.environment_variables\n}")]
    [InlineData("environment {\n  variables = var.x ? { REGION = \"a\" } : {}\n}")]
    [InlineData("dynamic \"environment\" {\n  for_each = var.variables\n  content {\n    variables = environment.value\n  }\n}")]
    public void What_is_set_or_may_be_is_left_alone(string environment, string more = "") =>
        Assert.DoesNotContain(Check(environment, "import os\nREGION = os.environ[\"REGION\"]\nLAMBDA = os.environ[\"AWS_LAMBDA_FUNCTION_NAME\"]\n", more).Diagnostics, finding => finding.Descriptor.Code == "CORA6021");

    [PythonFact]
    public void A_variable_that_nothing_reads_is_found_where_it_is_set() => ReportAssert.Findings(
        Check("environment {\n  variables = {\n    REGION = var.aws_region\n    OLD = \"x\"\n    PYTHONPATH = \"/x\"\n  }\n}", "import os\nREGION = os.environ[\"REGION\"]\n"),
        "6,11 suggestion CORA6022: The environment variable 'OLD' is set, and function 'orgs' does not read it. Remove it.");

    [PythonFact]
    public void What_functions_share_is_read_when_one_of_them_reads_it()
    {
        const string Shared = "environment {\n  variables = local.common\n}";
        const string Members = "locals { common = { REGION = var.aws_region } }\nresource \"aws_lambda_function\" \"members\" {\n  filename = \"${path.module}/../backend/.build/members.zip\"\n  " + Shared + "\n}\n";
        Assert.Empty(Check(Shared, "", Members, ("lambdas/members/lambda_function.py", "import os\nREGION = os.environ[\"REGION\"]\ndef lambda_handler(event, context): ...\n")).Diagnostics);
        ReportAssert.Findings(Check(Shared, "", Members, ("lambdas/members/lambda_function.py", "def lambda_handler(event, context): ...\n")), "7,30 suggestion CORA6022: *and none of 2 functions reads it. Remove it.");
        // A function whose zip nobody knows may read it.
        Assert.Empty(Check(Shared, "", Members.Replace("backend/.build/members.zip", "${var.zip}", StringComparison.Ordinal)).Diagnostics);
    }

    [PythonFact]
    public void Code_that_passes_its_environment_on_may_read_all() =>
        Assert.Empty(Check("environment {\n  variables = { OLD = \"x\" }\n}", "import os\nprint(dict(os.environ))\n").Diagnostics);
}
