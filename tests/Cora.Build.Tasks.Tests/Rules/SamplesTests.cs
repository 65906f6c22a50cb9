using Cora.Build.Python.Source;
using Cora.Build.Rules;

namespace Cora.Build.Tests.Rules;

public sealed class SamplesTests
{
    /// <summary>The whole of <c>samples/demo-stack</c>: all functions, each with all layers.</summary>
    private static LintSources Sources()
    {
        var sources = new LintSources();
        foreach (var path in Repository.Files("samples/demo-stack/packages", ".py", ".txt").Where(path => !path.Contains("/tests/", StringComparison.Ordinal)))
        {
            var file = path[(path.IndexOf("/backend/", StringComparison.Ordinal) + "/backend/".Length)..].Replace("/python/", "/", StringComparison.Ordinal);
            var name = file.Split('/')[1];
            if (file.EndsWith(".py", StringComparison.Ordinal)) sources[file] = Repository.Read(path);
            else if (file.EndsWith("/requirements.txt", StringComparison.Ordinal)) sources.Distributions[name] = [.. Requirements(path)];
        }
        return sources;
    }

    private static IEnumerable<ImportableDistribution> Requirements(string path) => Repository.Read(path).Split('\n')
        .Where(line => line.Length > 0 && char.IsAsciiLetter(line[0])).Select(line => line.Split('=', '>', '<', '~', ' ')[0]).Select(name => new ImportableDistribution(name, "1", [name.Replace('-', '_')]));

    [PythonFact]
    public void The_samples_are_clean()
    {
        var report = Sources().Check(HandlerRules.Check, ImportRules.Check, LayerApiRules.Check, RouteDocstringRules.Check);

        Assert.Equal(45, report.Routes);
        Assert.Empty(report.Diagnostics.Select(item => $"{item.Location.File}:{item.Location.Line}:{item.Location.Column} {item.Message}"));
        Assert.Empty(report.Notes);
        Assert.Equal(0, report.NotDecidable);
        Assert.InRange(report.LayerCalls, 300, 1000);
        Assert.InRange(report.Imports, 300, 1000);
    }

    [PythonFact]
    public void Which_functions_of_the_samples_answer_requests_is_known_from_their_code()
    {
        var model = Sources().Model();

        Assert.Equal(["cleanup"], model.Artifacts.Where(artifact => artifact.Artifact.Handler.Length > 0 && !HttpFunctions.IsHttp(model, artifact)).Select(artifact => artifact.Artifact.Name));
    }

    [PythonFact]
    public void A_mistake_of_each_kind_in_the_samples_is_found_where_it_is()
    {
        var sources = Sources();
        Replace("lambdas/orgs/lambda_function.py", "org = common.rpc(", "org = common.call_rpc(");
        Replace("lambdas/lambda-mgmt/schedules.py", "order=\"config_key\", limit=limit", "order_by=\"config_key\", limit=limit");
        Replace("lambdas/lambda-mgmt/usage.py", "from org_common.validation import date,", "from org_common.validation import dates,");
        Replace("layers/common-ai/ai_common/messages.py", "import one_of, text", "import one_of, text\nimport tiktokens");
        Replace("lambdas/cleanup/lambda_function.py", "def lambda_handler(", "def handler(");
        Replace("lambdas/members/lambda_function.py", "import org_common as common", "from layers.module_common import common");

        sources.Expect(
            "lambdas/cleanup/lambda_function.py:1:1 CORA2007", "lambdas/lambda-mgmt/schedules.py:31:49 CORA2002", "lambdas/lambda-mgmt/usage.py:7:35 CORA2003",
            "lambdas/members/lambda_function.py:10:34 CORA2004", "lambdas/orgs/lambda_function.py:31:18 CORA2001", "layers/common-ai/ai_common/messages.py:8:8 CORA2004");

        void Replace(string file, string old, string replacement)
        {
            Assert.Contains(old, sources[file], StringComparison.Ordinal);
            sources[file] = sources[file].Replace(old, replacement, StringComparison.Ordinal);
        }
    }
}
