using Cora.Build.Diagnostics;
using Cora.Build.Python.Source;
using Cora.Build.Rules;

namespace Cora.Build.Tests.Rules;

public sealed class HandlerRulesTests
{
    private static LintReport Check(string code, string handler = "lambda_function.lambda_handler") => new LintSources
    {
        Handler = handler,
        ["lambdas/ws/lambda_function.py"] = code,
        ["lambdas/ws/app.py"] = "def lambda_handler(event, context): ...\n",
        ["lambdas/ws/src/api/main.py"] = "def handler(event, context): ...\n",
        ["layers/l/wrapper/__init__.py"] = "def handler(event, context): ...\n",
    }.Check(HandlerRules.Check);

    [PythonTheory]
    [InlineData("def handler(event, context): ...")]
    [InlineData("class A:\n    def lambda_handler(self, event, context): ...")]
    [InlineData("def f():\n    def lambda_handler(event, context): ...")]
    [InlineData("")]
    public void A_handler_that_is_not_defined_is_found(string code) => Assert.Equal(["lambdas/ws/lambda_function.py:1:1 CORA2007"], LintSources.Show(Check(code)));

    [PythonTheory]
    [InlineData("def lambda_handler(event, context): ...")]
    [InlineData("async def lambda_handler(event, context): ...")]
    [InlineData("from app import lambda_handler")]
    [InlineData("from app import *")]
    [InlineData("lambda_handler = lambda event, context: None")]
    [InlineData("import mangum\nlambda_handler = mangum.Mangum(app)")]
    [InlineData("try:\n    from x import lambda_handler\nexcept ImportError:\n    lambda_handler = None")]
    [InlineData("if x:\n    def lambda_handler(event, context): ...")]
    [InlineData("class Handler:\n    def __call__(self, event, context): ...\nlambda_handler = Handler()")]
    [InlineData("globals()['lambda_handler'] = print")]
    [InlineData("from boto3 import *")]
    public void A_handler_that_is_there_or_may_be_is_left_alone(string code) => Assert.Empty(Check(code).Diagnostics);

    [PythonTheory]
    [InlineData("src/api/main.handler", true)]
    [InlineData("src.api.main.handler", true)]
    [InlineData("src.api.main.lambda_handler", false)]
    [InlineData("wrapper.handler", true)]
    [InlineData("wrapper.nope", false)]
    public void The_items_handler_is_looked_for(string handler, bool isThere) => Assert.Equal(isThere, Check("", handler).Diagnostics.Count == 0);

    [PythonFact]
    public void The_message_names_handler_and_remedy() => Assert.Equal(
        "The handler of function 'ws' is 'lambda_function.lambda_handler', and 'lambda_function' does not define 'lambda_handler'. Did you mean 'handler'? Define it, or name another with the item's Handler metadata.",
        Assert.Single(Check("def handler(event, context): ...").Diagnostics).Message);

    [PythonFact]
    public void A_syntax_error_is_found_at_its_place_and_hides_nothing_else()
    {
        var report = new LintSources
        {
            ["lambdas/ws/lambda_function.py"] = "import app\ndef lambda_handler(event, context)\n    return app.nope\n",
            ["lambdas/ws/app.py"] = "import requests\nx = (\n",
            ["lambdas/ws/other.py"] = "import requests\n",
        }.CheckAll();
        Assert.Equal(["lambdas/ws/app.py:2:5 CORA2006", "lambdas/ws/lambda_function.py:2:35 CORA2006", "lambdas/ws/other.py:1:8 CORA2004"], LintSources.Show(report));
        Assert.Equal("Not valid in python3.11: expected ':'.", report.Diagnostics.Single(item => item.Location.File.EndsWith("lambda_function.py", StringComparison.Ordinal)).Message);
    }

    [PythonFact]
    public void What_only_a_newer_Python_could_read_is_a_warning_that_says_so()
    {
        var model = new LintSources { TargetFramework = "python3.14", ["lambdas/ws/lambda_function.py"] = "" }.Model();
        var code = model.Artifacts[0].Code;
        var facts = new SourceFacts { Fault = new SyntaxFault("invalid syntax", new Position(3, 7), MayBeNewer: true) };
        var modules = code.Modules.ToDictionary(item => item.Key, item => item.Value with { Facts = facts });
        var report = new LintReport();
        HandlerRules.Check(new LintModel(model.Module, [model.Artifacts[0] with { Code = code with { Modules = modules } }]), report);

        var finding = Assert.Single(report.Diagnostics);
        Assert.Equal(("CORA2006", Severity.Warning, 3, 7), (finding.Descriptor.Code, finding.Severity, finding.Location.Line, finding.Location.Column));
        Assert.Equal("The Python of this machine cannot read it: invalid syntax. It is older than python3.14, for which this may be valid. Set CoraPythonExecutable to a Python as new as that one.", finding.Message);
    }
}
