using Cora.Build.Rules;

namespace Cora.Build.Tests.Rules;

public sealed class EnvironmentVariablesTests
{
    private const string Layer = """
        import os
        REGION = os.environ["LAYER_REGION"]
        def get_setting(name, default=None):
            return os.environ.get(name) or default
        def need(name):
            return os.environ[name]
        def connect():
            return _open(os.environ["URL"])
        def _open(url):
            return os.environ["KEY"]
        def mail():
            return os.environ["SMTP"], need("MAIL")
        class Client:
            def __init__(self):
                self.url = os.environ["CLIENT"]
        """;

    private static LintSources Sources(string handler) => new()
    {
        ["lambdas/f/lambda_function.py"] = handler.ReplaceLineEndings("\n"),
        ["lambdas/f/settings.py"] = "import os\nTABLE = os.environ['TABLE']\ndef f():\n    return os.environ['OWN']\n",
        ["lambdas/f/script.py"] = "import os\nos.environ[x]\nos.environ['SCRIPT']\n",
        ["layers/common/org_common/__init__.py"] = "from .settings import get_setting, need, connect, mail, Client\n",
        ["layers/common/org_common/settings.py"] = Layer.ReplaceLineEndings("\n"),
        ["layers/common/org_common/other.py"] = "import os\nos.environ['OTHER']\n",
    };

    private static EnvironmentUse Of(LintSources sources)
    {
        var model = sources.Model();
        return EnvironmentVariables.Of(model, model.Artifacts.Single(artifact => artifact.Artifact.Name == "f"));
    }

    /// <summary><c>URL! KEY ?</c>: required ones with <c>!</c>, <c>?</c> when there may be others.</summary>
    private static string Show(EnvironmentUse use) => string.Join(' ', use.Reads.GroupBy(read => read.Name).Select(reads => reads.Key + (reads.Any(read => read.IsRequired) ? "!" : "")).Order(StringComparer.Ordinal)
        .Concat(use.IsComplete ? [] : ["?"]));

    private static string Show(string handler) => Show(Of(Sources(handler)));

    [PythonFact]
    public void Files_that_the_handler_leads_to_count_and_others_do_not()
    {
        Assert.Equal("", Show("def lambda_handler(event, context): pass\n"));
        Assert.Equal("OWN! TABLE!", Show("import settings\n"));
        Assert.Equal("OWN! TABLE!", Show("def f():\n    from settings import TABLE\n"));
        Assert.Equal("A! B", Show("import os\nos.environ['A']\ndef unused():\n    os.environ.get('B')\n"));
    }

    [PythonFact]
    public void What_a_layer_requires_when_it_is_imported_or_called_is_required()
    {
        Assert.Equal("CLIENT KEY LAYER_REGION! MAIL SMTP URL", Show("import org_common\n"));
        Assert.Equal("CLIENT KEY! LAYER_REGION! MAIL SMTP URL!", Show("import org_common as common\ndef lambda_handler(event, context):\n    common.connect()\n"));
        Assert.Equal("CLIENT KEY LAYER_REGION! MAIL! SMTP! URL", Show("from org_common import mail as post\ndef lambda_handler(event, context):\n    post()\n"));
        Assert.Equal("CLIENT KEY LAYER_REGION! MAIL SMTP URL", Show("import org_common as common\nif x:\n    common = None\nc = common.Client()\ncommon.settings\n"));
        Assert.Equal("CLIENT KEY LAYER_REGION! MAIL OTHER! SMTP URL", Show("from org_common import other\n"));
    }

    [PythonFact]
    public void A_name_that_is_passed_is_read_where_it_is_written()
    {
        var use = Of(Sources("import org_common as common\ndef lambda_handler(event, context):\n    common.get_setting('A')\n    common.need('B')\n    common.get_setting(default='x', name='C')\n    common.need(name=NAME)\nNAME = 'D'\n"));

        Assert.Equal("A B! C CLIENT D! KEY LAYER_REGION! MAIL SMTP URL", Show(use));
        Assert.Equal(["lambdas/f/lambda_function.py:3:24", "lambdas/f/lambda_function.py:4:17", "lambdas/f/lambda_function.py:5:37", "lambdas/f/lambda_function.py:6:17"],
            use.Reads.Where(read => read.Name.Length == 1).OrderBy(read => read.Name, StringComparer.Ordinal).Select(read => $"{read.At.File}:{read.At.Line}:{read.At.Column}"));
    }

    [PythonTheory]
    [InlineData("common.get_setting(name)")]
    [InlineData("common.get_setting(f'{name}_URL')")]
    [InlineData("common.get_setting(*names)")]
    [InlineData("common.get_setting(**names)")]
    [InlineData("map(common.get_setting, names)")]
    [InlineData("settings = [common.get_setting(x) for x in 'AB']")]
    [InlineData("from org_common import get_setting\nmap(get_setting, names)")]
    [InlineData("from org_common.settings import need\nsettings = {name: need(name) for name in names}")]
    [InlineData("import os\nos.environ[name]")]
    [InlineData("import os, subprocess\nsubprocess.run('x', env=os.environ)")]
    [InlineData("import importlib\nimportlib.import_module(name)")]
    [InlineData("import sys\nsys.path.insert(0, '/x')")]
    [InlineData("import sentry_sdk")]
    [InlineData("from pydantic_settings import BaseSettings")]
    [InlineData("from org_common import *\nimport unknown_to_all")]
    public void Where_more_may_be_read_that_is_known(string code)
    {
        var sources = Sources($"import org_common as common\n{code}\n");
        sources.Distributions["f"] = [new("sentry-sdk", "1", ["sentry_sdk"])];
        sources.Distributions["common"] = [new("pydantic-settings", "1", ["pydantic_settings"])];
        sources.Incomplete.Add("common");
        if (!code.Contains("unknown_to_all", StringComparison.Ordinal)) sources.Incomplete.Clear();

        Assert.False(Of(sources).IsComplete);
        Assert.True(Of(sources).MayRead("ANYTHING"));
    }

    [PythonFact]
    public void What_Lambda_sets_is_not_required_and_what_the_runtime_may_read_is_read()
    {
        var use = Of(Sources("import os\nos.environ['AWS_REGION'], os.environ['A'], os.environ['A'], os.environ['AWS_LAMBDA_FUNCTION_NAME'], os.environ.get('B')\n"));

        Assert.Equal(["A"], use.Required.Select(read => read.Name));
        Assert.True(use.MayRead("B"));
        Assert.True(use.MayRead("AWS_MAX_ATTEMPTS"));
        Assert.True(use.MayRead("PYTHONUNBUFFERED"));
        Assert.True(use.MayRead("https_proxy"));
        Assert.False(use.MayRead("C"));
    }

    [PythonFact]
    public void A_function_without_the_file_of_its_handler_is_not_known()
    {
        var sources = new LintSources { Handler = "elsewhere.handler", ["lambdas/f/x.py"] = "import os\nos.environ['A']\n" };
        Assert.Equal("?", Show(Of(sources)));
    }

    [PythonFact]
    public void The_samples_read_what_their_layers_read()
    {
        var sources = new LintSources();
        foreach (var path in Repository.Files("samples/demo-stack/packages", ".py").Where(path => !path.Contains("/tests/", StringComparison.Ordinal)))
            sources[path[(path.IndexOf("/backend/", StringComparison.Ordinal) + "/backend/".Length)..].Replace("/python/", "/", StringComparison.Ordinal)] = Repository.Read(path);
        var model = sources.Model();
        string Of(string function) => Show(EnvironmentVariables.Of(model, model.Artifacts.Single(artifact => artifact.Artifact.Name == function)));

        Assert.Equal("LOG_LEVEL REGION SUPABASE_ANON_KEY SUPABASE_SECRET_ARN SUPABASE_SERVICE_ROLE_KEY SUPABASE_URL", Of("orgs"));
        Assert.Equal("LOG_LEVEL REGION SUPABASE_ANON_KEY SUPABASE_SECRET_ARN SUPABASE_SERVICE_ROLE_KEY SUPABASE_URL WARMING_RULE_PREFIX", Of("lambda-mgmt"));
    }
}
