using Cora.Build.Diagnostics;
using Cora.Build.Modules;
using Cora.Build.Packaging;
using Cora.Build.Python;
using HostPython = Cora.Build.Tests.Python.HostPython;

namespace Cora.Build.Tests.Modules;

public sealed class ModuleLintTests : IDisposable
{
    private readonly TestModule _module = new TestModule().Function("orders", "");

    public void Dispose() => _module.Dispose();

    /// <summary>Code and line of what is found, and all that is found of the functions' and layers' own code.</summary>
    private async Task<string> FoundAsync(Dependencies? dependencies = null, bool withPython = true)
    {
        if (withPython) _module.With(options => options with { PythonExecutable = HostPython.Default });
        var module = _module.Discover().Module;
        await new ModuleLint(module, dependencies ?? Dependencies.None, new ProjectModels(), new Processes(_module.Environment)).LintAsync(_module.Files, default);
        return string.Join(' ', Findings.Read(_module.Files.Findings("lint")).Select(item => $"{item.Descriptor.Code}:{item.Location.Line}"));
    }

    private void Handler(string body) => _module.Write("backend/lambdas/orders/lambda_function.py", body + "\n\ndef lambda_handler(event, context):\n    pass\n");

    [PythonFact]
    public async Task What_pip_left_in_a_function_is_a_distribution_and_not_checked()
    {
        Handler("import requests\nimport nothing_of_the_kind");
        _module.Write("backend/lambdas/orders/requests/__init__.py", "import chardet_of_old\nx = = 1\n");
        _module.Write("backend/lambdas/orders/requests-2.0.dist-info/RECORD", "requests/__init__.py,sha256=x,1\n\"requests-2.0.dist-info/RECORD\",,\n");

        Assert.Equal("CORA2004:2", await FoundAsync());
    }

    [PythonFact]
    public async Task A_native_module_of_a_package_can_be_imported()
    {
        Handler("import pkg._native\nfrom pkg import _native, _other\nimport pkg._none");
        _module.Write("backend/lambdas/orders/pkg/__init__.py", "from . import _native\n");
        _module.Write("backend/lambdas/orders/pkg/_native.cpython-311-x86_64-linux-gnu.so");

        Assert.Equal("CORA2003:2 CORA2004:3", await FoundAsync());
    }

    [PythonFact]
    public async Task A_layer_that_could_not_be_resolved_or_found_brings_no_further_findings()
    {
        Handler("import yaml\nimport common_of_the_layer");
        _module.Write("backend/layers/common/python/common/__init__.py", "import yaml\n");
        _module.Write("backend/layers/common/requirements.txt", "PyYAML\n");
        Assert.Equal("CORA2004:1 CORA2004:2 CORA2004:1 CORA3010:1", await FoundAsync());

        Assert.Equal("CORA3010:1", await FoundAsync(Dependencies.None with { Failed = ["common-layer.zip"] }));
        Assert.Contains(File.ReadAllLines(_module.Files.LintCounts), line => line == Checks.OtherLine(3, "not decidable"));
    }

    [PythonFact]
    public async Task The_layers_of_a_referenced_module_are_what_its_zip_holds()
    {
        Handler("import org_common\norg_common.find_all()\norg_common.find()");
        var other = Path.Combine(_module.Root, "other");
        var zip = Path.Combine(other, "org-common-layer.zip");
        _module.Write("../elsewhere/__init__.py", "from ._db import find\n");
        _module.Write("../elsewhere/_db.py", "def find():\n    pass\n");
        Directory.CreateDirectory(other);
        var written = ArtifactWriter.Write(zip, [ArtifactEntry.FromFile("python/org_common/__init__.py", _module["../elsewhere/__init__.py"]), ArtifactEntry.FromFile("python/org_common/_db.py", _module["../elsewhere/_db.py"])], default);
        IntermediateFiles.Write(Path.Combine(other, Manifest.FileName), new Manifest
        {
            Module = "module-access",
            Version = "1",
            Sdk = "1",
            Target = new ManifestTarget("python3.11", "x86_64"),
            Artifacts =
            [
                new ManifestArtifact
                {
                    Kind = ArtifactKind.Layer, Name = "org-common", File = Path.GetFileName(zip), Sha256 = "", Sha256Base64 = "", Bytes = written.Bytes, UnzippedBytes = written.UnzippedBytes,
                    Entries = 2, TopLevel = ["org_common"], Distributions = [], Fingerprint = "",
                },
            ],
        }.ToBytes());
        _module.Module = _module.Module with { References = [new ModuleReference("module-access", Path.Combine(other, Manifest.FileName), "")] };
        Assert.Equal("CORA2001:2", await FoundAsync());

        // The zip of an earlier build, because this one could not make it: it says nothing of what the code will meet.
        var intermediate = new IntermediateFiles(Path.Combine(other, "obj"));
        IntermediateFiles.WriteLines(intermediate.Artifacts, [new ArtifactRecord(ArtifactKind.Layer, ArtifactOutcome.Failed, zip, 1, 1).ToString()]);
        var references = _module.Module.References;
        _module.Module = _module.Module with { References = [references[0] with { IntermediateDirectory = intermediate.Directory }] };
        Assert.Equal("CORA0012:1", await FoundAsync());
        _module.Module = _module.Module with { References = references };

        // A zip that is gone or damaged: nothing to compare with, and that is said.
        File.WriteAllText(zip, "no zip");
        Assert.Equal("CORA0012:1", await FoundAsync());
        // A module that was never built: its own finding says so.
        File.Delete(Path.Combine(other, Manifest.FileName));
        Assert.Equal("", await FoundAsync());
    }

    [PythonFact]
    public async Task Comments_that_suppress_are_kept_for_the_report()
    {
        Handler("import nothing_of_the_kind  # noqa: E501, CORA2004");
        _module.Module = _module.Module with { Schemas = [_module.Write("db/schema/001-x.sql", "SELECT 1; -- noqa: CORA5001\n")] };

        Assert.Equal("CORA2004:1", await FoundAsync());

        Assert.Equal(
            [new Suppression("CORA2004", new Location(_module["backend/lambdas/orders/lambda_function.py"], 1, 43)), new Suppression("CORA5001", new Location(_module["db/schema/001-x.sql"], 1, 20))],
            Suppression.Read(_module.Files.Suppressions));
    }

    [PythonFact]
    public async Task A_comment_in_a_docstring_suppresses_what_is_said_of_its_route()
    {
        Handler("'''Routes:\n- GET /api/orders  # noqa: CORA6024\n'''");

        Assert.Equal("CORA6024:2", await FoundAsync());

        Assert.Equal([new Suppression("CORA6024", new Location(_module["backend/lambdas/orders/lambda_function.py"], 2, 28))], Suppression.Read(_module.Files.Suppressions));
        Assert.Contains(File.ReadAllLines(_module.Files.LintCounts), line => line == Checks.Line(1, "routes"));
    }

    [PythonFact]
    public async Task Routes_of_a_handler_that_is_no_Python_or_too_large_are_not_looked_at()
    {
        _module.Write("backend/lambdas/orders/lambda_function.py", "'''Routes:\n- GET /api/orders\n'''\nx = = 1\n");
        Assert.Equal("CORA2006:4", await FoundAsync());

        _module.Write("backend/lambdas/orders/lambda_function.py", "'''Routes:\n- GET /api/orders\n'''\nX = '" + new string('x', 8 << 20) + "'\n");
        Assert.Equal("", await FoundAsync());
    }

    [PythonFact]
    public async Task Routes_are_compared_with_the_Terraform_of_the_module_and_of_those_beside_it()
    {
        Handler("'''Routes:\n- GET /orders\n- PUT /orders\n'''");
        const string Route = "integration = aws_lambda_function.api.invoke_arn, public = false }";
        _module.Write("infrastructure/main.tf", "resource \"aws_lambda_function\" \"api\" {\n  filename = \"${path.module}/../backend/.build/orders.zip\"\n}\n");
        _module.Write("infrastructure/outputs.tf", $"output \"api_routes\" {{\n  value = [\n    {{ method = \"GET\", path = \"/orders\", {Route},\n    {{ method = \"POST\", path = \"/orders\", {Route}, # noqa: CORA6012\n  ]\n}}\n");
        Assert.Equal("CORA6011:3 CORA6012:4", OfRoutes(await FoundAsync()));
        Assert.Contains(new Suppression("CORA6012", new Location(_module["infrastructure/outputs.tf"], 4, 118)), Suppression.Read(_module.Files.Suppressions));

        _module.Write("../module-other/infrastructure/main.tf", $"output \"api_routes\" {{\n  value = [{{ method = \"GET\", path = \"/orders\", {Route}]\n}}\n");
        Assert.Equal("CORA6011:3 CORA6015:3 CORA6012:4", OfRoutes(await FoundAsync()));

        static string OfRoutes(string found) => string.Join(' ', found.Split(' ').Where(finding => finding[.."CORA6011".Length] is "CORA6011" or "CORA6012" or "CORA6015"));
    }

    [PythonFact]
    public async Task Functions_that_module_json_lists_and_the_module_does_not_have_are_found_there()
    {
        _module.Write("module.json", "{\"backend\": {\"lambdas\": [\n{\"name\": \"order\"}\n]}}");

        Assert.Equal("CORA1008:1 CORA1008:2", await FoundAsync());
    }

    [PythonFact]
    public async Task An_infrastructure_without_any_function_is_said_where_the_module_has_some()
    {
        _module.Write("infrastructure/main.tf", "resource \"aws_sqs_queue\" \"q\" {\n}\n");
        Assert.Equal("CORA0012:0", await FoundAsync());

        _module.Write("infrastructure/functions.tf", "resource \"aws_lambda_function\" \"orders\" {\n}\n");
        Assert.DoesNotContain("CORA0012", await FoundAsync());

        _module.Write("infrastructure/functions.tf", "module \"functions\" {\n}\n");
        Assert.DoesNotContain("CORA0012", await FoundAsync());

        // What files say that are not read is not known.
        File.Delete(_module["infrastructure/functions.tf"]);
        _module.Write("infrastructure/functions.tf.json", "{}");
        Assert.DoesNotContain("CORA0012", await FoundAsync());
    }

    [PythonFact]
    public async Task Terraform_that_does_not_parse_is_said_at_its_place()
    {
        _module.Write("infrastructure/main.tf", "resource \"aws_sqs_queue\" \"q\" {\n  name = \n}\n# noqa: CORA6017\n");
        Assert.Equal("CORA6017:2", await FoundAsync());

        Assert.Contains(new Suppression("CORA6017", new Location(_module["infrastructure/main.tf"], 4, 9)), Suppression.Read(_module.Files.Suppressions));
        Assert.Contains(File.ReadAllLines(_module.Files.LintCounts), line => line == Checks.Line(1, "resources"));
    }

    [PythonFact]
    public async Task A_schema_that_breaks_off_is_said_where_RPC_calls_need_it()
    {
        _module.Write("../module-other/db/schema/001-x.sql", "CREATE FUNCTION good() RETURNS INT LANGUAGE sql AS $$ SELECT 1 $$;\nSELECT 'it;\n");
        Assert.Equal("", await FoundAsync());

        _module.Write("backend/layers/common/python/common.py", "def rpc(name, params=None):\n    pass\n");
        Handler("import common\ncommon.rpc('good')\ncommon.rpc('goood')");
        Assert.Equal("CORA0012:2", await FoundAsync());
    }

    [PythonFact]
    public async Task CoraRpcFunctions_says_which_functions_of_layers_call_the_database()
    {
        _module.Module = _module.Module with { Schemas = [_module.Write("db/schema/001-x.sql", "CREATE OR REPLACE FUNCTION get_good() RETURNS INT LANGUAGE sql AS $$ SELECT 1 $$;\n")], RpcFunctions = ["call_database"] };
        _module.Write("backend/layers/common/python/common.py", "def rpc(name, params=None):\n    pass\n\n\ndef call_database(tenant, *, payload, function_name):\n    pass\n");
        Handler("import common\ncommon.rpc('goood')\ncommon.call_database(1, payload={}, function_name='goood')");

        Assert.Equal("CORA2010:3", await FoundAsync());
    }

    [PythonFact]
    public async Task What_Lambda_never_runs_keeps_no_function_from_starting()
    {
        Handler("import helper\nif __name__ == '__main__':\n    from dotenv import load_dotenv\n");
        _module.Write("backend/lambdas/orders/helper.py", "import not_there\n");
        _module.Write("backend/lambdas/orders/local_server.py", "import flask\n");

        Assert.Equal("CORA2004:1 CORA2005:1", await FoundAsync());
    }

    [PythonFact]
    public async Task A_layer_of_native_code_alone_has_no_sources_to_read()
    {
        Handler("import fastmath");
        _module.Write("backend/layers/fast/python/fastmath.cpython-311-x86_64-linux-gnu.so");

        Assert.Equal("", await FoundAsync());
    }

    [PythonFact]
    public async Task A_source_that_is_too_large_to_be_looked_at_is_no_error_and_is_said()
    {
        Handler("import large\nlarge.anything()\nlarge.anything(1)");
        _module.Write("backend/lambdas/orders/large.py", "X = '" + new string('x', 8 << 20) + "'\n");

        Assert.Equal("", await FoundAsync());
        Assert.Contains(File.ReadAllLines(_module.Files.LintCounts), line => line.StartsWith("note", StringComparison.Ordinal) && line.Contains("large.py", StringComparison.Ordinal));
    }

    [UnixFact]
    public async Task A_pipe_among_the_sources_is_not_waited_for()
    {
        Handler("");
        _module.With(options => options with { PythonExecutable = HostPython.Default });
        foreach (var pipe in new[] { _module.Write("db/schema/001-x.sql"), _module.Write("backend/lambdas/orders/pipe.py") })
        {
            File.Delete(pipe);
            using var made = System.Diagnostics.Process.Start("mkfifo", [pipe]);
            await made.WaitForExitAsync();
        }
        _module.Module = _module.Module with { Schemas = [_module["db/schema/001-x.sql"]] };

        Assert.Equal("", await FoundAsync());
    }

    [PythonFact]
    public async Task Where_a_newer_Python_might_read_what_this_one_cannot_the_next_build_tries_again()
    {
        _module.Module = _module.Module with { TargetFramework = "python3.14" };
        Handler("type X = = int");
        if (HostPython.Find(14) is not null) return;

        Assert.Equal("CORA2006:1", await FoundAsync());

        Assert.False(File.Exists(_module.Files.LintStamp));
    }

    [Fact]
    public async Task Without_Python_nothing_is_called_checked_and_the_next_build_tries_again()
    {
        IntermediateFiles.Write(_module.Files.LintStamp, []);
        IntermediateFiles.WriteLines(_module.Files.LintCounts, [Checks.Line(1, "imports")]);

        Assert.Equal("CORA0003:0", await FoundAsync(withPython: false));

        Assert.False(File.Exists(_module.Files.LintStamp));
        Assert.False(File.Exists(_module.Files.LintCounts));
    }

    [PythonFact]
    public async Task A_stamp_is_there_whatever_was_found()
    {
        Handler("import nothing_of_the_kind");

        Assert.Equal("CORA2004:1", await FoundAsync());

        Assert.True(File.Exists(_module.Files.LintStamp));
    }
}
