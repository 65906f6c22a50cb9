using System.Text.Json;

namespace Cora.Build.Sdk.Tests;

/// <summary>What is wrong in the sources fails the build, at its place, and keeps no zip from being made.</summary>
public sealed class LintTests
{
    private const string Handler = "packages/module-ws/backend/lambdas/workspace/lambda_function.py";

    private const string Common = "packages/module-access/backend/layers/org-common/python/org_common/";

    /// <summary>module-access has the layer that calls the database; module-ws uses it, and has the function that it calls.</summary>
    private static TestDirectory Stack(string handler) => new TestDirectory()
        .Module("module-access").Function("module-access", "orgs", "").Layer("module-access", "org-common")
        .Write(Common + "__init__.py", "from .db import find_one, rpc\n")
        .Write(Common + "db.py", "def rpc(function_name, params=None, user_jwt=None):\n    return None\n\n\ndef find_one(table, filters, order=None):\n    return None\n")
        .Module("module-ws", "module-access").Function("module-ws", "workspace", "")
        .Write("packages/module-ws/db/schema/002-ws-rpc.sql", "CREATE OR REPLACE FUNCTION create_workspace(p_name TEXT, p_org_id UUID DEFAULT NULL) RETURNS UUID LANGUAGE sql AS $$ SELECT p_org_id $$;\n")
        .Write(Handler, handler)
        .Project();

    private const string Sound = """
        import org_common as common


        def lambda_handler(event, context):
            return common.rpc('create_workspace', {'p_name': event['name']})

        """;

    private const string Faulty = """
        import org_common as common


        def lambda_handler(event, context):
            return common.call_rpc('create_workspace', {'p_name': event['name']})

        """;

    [PythonFact]
    public void A_mistake_fails_the_build_at_its_place_on_every_build_and_all_zips_are_made()
    {
        using var stack = Stack(Faulty);
        stack.Module("module-ai", "module-ws").Function("module-ai", "provider");

        foreach (var target in new[] { "packages/module-ws", "packages/module-ai", "." })
        {
            var first = stack.Build(target).ShouldFailWith("CORA2001");
            var error = Assert.Single(first.Errors);
            Assert.Equal((stack[Handler], 5, 19), (error.File, error.Line, error.Column));
            Assert.Contains("'rpc'", error.Message, StringComparison.Ordinal);
            Assert.Equal(["cora-manifest.json", "workspace.zip"], stack.Artifacts("module-ws"));
            Assert.Equal(["cora-manifest.json", "org-common-layer.zip", "orgs.zip"], stack.Artifacts("module-access"));
            if (target != "packages/module-ws") Assert.Equal(["cora-manifest.json", "provider.zip"], stack.Artifacts("module-ai"));

            var zips = stack.Snapshot("packages/module-ws/backend/.build");
            var second = stack.Build(target, "--no-restore").ShouldFailWith("CORA2001");
            Assert.Equal(first.Reported(), second.Reported());
            Assert.Equal(zips, stack.Snapshot("packages/module-ws/backend/.build"));
        }
    }

    [PythonFact]
    public void The_summary_says_what_was_looked_at_and_a_second_build_looks_at_nothing()
    {
        using var stack = Stack(Sound);

        var first = stack.Build().ShouldSucceed();

        Assert.Empty(first.Warnings);
        Assert.EndsWith("; 1 layer call, 1 RPC call, 1 import, 1 SQL function checked", first.Line("module-ws"), StringComparison.Ordinal);
        Assert.Equal("stack: 2 modules, 2 functions, 1 layer; 1 layer call, 1 RPC call, 3 imports, 1 SQL function checked", first.Line("stack"));
        var before = stack.Snapshot();
        stack.WatchProcesses();
        var second = stack.Build(".", "--no-restore").ShouldHaveDoneNothing();
        Assert.Empty(stack.StartedProcesses());
        Assert.Equal(before, stack.Snapshot());
        Assert.Equal(first.Line("stack"), second.Line("stack"));
    }

    [PythonFact]
    public void Only_what_changed_is_looked_at_again_and_a_change_elsewhere_counts()
    {
        using var stack = Stack(Sound);
        stack.Build().ShouldSucceed();

        // The SQL of another module of the project, without a reference to it.
        stack.Module("module-mgmt").Write("packages/module-mgmt/db/schema/001-rpc.sql", "CREATE FUNCTION other() RETURNS INT LANGUAGE sql AS $$ SELECT 1 $$;\n").Function("module-mgmt", "mgmt");
        stack.Write("packages/module-ws/db/schema/002-ws-rpc.sql", "-- moved\n");
        stack.Build("packages/module-ws").ShouldFailWith("CORA2010");
        stack.Write("packages/module-mgmt/db/schema/001-rpc.sql", "CREATE FUNCTION public.create_workspace(p_name TEXT) RETURNS INT LANGUAGE sql AS $$ SELECT 1 $$;\n");
        stack.Build("packages/module-ws", "--no-restore").ShouldSucceed();

        // The API of a referenced module's layer.
        stack.Write(Common + "__init__.py", "from .db import find_one, rpc as execute\n");
        var build = stack.Build("packages/module-ws", "--no-restore").ShouldFailWith("CORA2001");
        Assert.Contains("workspace.zip", stack.Artifacts("module-ws"));
        Assert.StartsWith("module-ws: 1 function up to date, ", build.Line("module-ws"), StringComparison.Ordinal);

        // Only the file that changed is parsed: the others' facts are kept, and a file that comes back costs no process.
        stack.Write(Common + "__init__.py", "from .db import find_one, rpc\n");
        stack.Build("packages/module-ws", "--no-restore").ShouldSucceed();
        Assert.False(stack.Build("packages/module-ws", "--no-restore").ShouldSucceed().Ran("LintModule", "module-ws"));
    }

    [PythonFact]
    public void What_editorconfig_says_of_names_is_looked_at_when_it_changes()
    {
        using var stack = Stack(Sound);
        stack.Write("packages/module-ws/db/schema/003-leads.sql", "CREATE TABLE IF NOT EXISTS public.crm_log_leads (id UUID PRIMARY KEY);\nALTER TABLE public.crm_log_leads ENABLE ROW LEVEL SECURITY;\n");
        var first = stack.Build("packages/module-ws").ShouldSucceed();
        Assert.Equal(["CORA5002"], first.Warnings.Select(warning => warning.Code));

        stack.Write("packages/.editorconfig", "root = true\n[*.sql]\ncora_table_prefixes = +crm_\n");
        Assert.Empty(stack.Build("packages/module-ws", "--no-restore").ShouldSucceed().Warnings);
        Assert.False(stack.Build("packages/module-ws", "--no-restore").ShouldSucceed().Ran("LintModule", "module-ws"));

        stack.Write("packages/module-ws/db/schema/.editorconfig", "[*.sql]\ncora_table_prefixes = CRM LEADS\n");
        var error = Assert.Single(stack.Build("packages/module-ws", "--no-restore").ShouldFailWith("CORA0005").Errors);
        Assert.Equal((stack["packages/module-ws/db/schema/.editorconfig"], 2), (error.File, error.Line));
    }

    [PythonFact]
    public void CoraLint_checks_without_packaging_the_module()
    {
        using var stack = Stack(Faulty);

        stack.Build("packages/module-ws", "-t:CoraLint").ShouldFailWith("CORA2001");
        Assert.Empty(stack.Artifacts("module-ws"));

        stack.Build(".", "-t:CoraLint").ShouldFailWith("CORA2001");
        stack.Build("packages/module-ws", "-t:CoraPackage;CoraLint").ShouldFailWith("CORA2001");
        Assert.Contains("workspace.zip", stack.Artifacts("module-ws"));

        stack.Write(Handler, Sound);
        Assert.EndsWith("1 layer call, 1 RPC call, 1 import, 1 SQL function checked", stack.Build("packages/module-ws", "-t:CoraLint").ShouldSucceed().Line("module-ws"), StringComparison.Ordinal);
        Assert.Contains("3 imports, 1 SQL function checked", stack.Build(".", "-t:CoraLint").ShouldSucceed().Line("stack"), StringComparison.Ordinal);
    }

    [PythonFact]
    public void Severities_and_suppressions_hold_in_every_build()
    {
        using var stack = Stack(Faulty + "\n\ndef other(name):\n    return common.rpc(name)\n");
        foreach (var (editorConfig, property, errors, warnings) in new (string, string, string[], string[])[]
        {
            ("", "", ["CORA2001"], []),
            ("[*.py]\ncora_diagnostic.CORA2001.severity = warning", "", [], ["CORA2001"]),
            ("[*.sql]\ncora_diagnostic.CORA2001.severity = warning", "", ["CORA2001"], []),
            ("[**/lambdas/**]\ncora_diagnostic.CORA2001.severity = none\ncora_diagnostic.CORA2013.severity = warning", "", [], ["CORA2013"]),
            ("[*.py]\ncora_diagnostic.CORA2001.severity = warning", "-p:TreatWarningsAsErrors=true", ["CORA2001"], []),
            ("[*.py]\ncora_diagnostic.CORA2001.severity = warning", "-warnaserror:CORA2001", ["CORA2001"], []),
            ("", "-p:NoWarn=CORA2001", [], []),
            ("", "-p:WarningsAsErrors=CORA2013", ["CORA2001", "CORA2013"], []),
        })
        {
            stack.Write("packages/.editorconfig", editorConfig);
            foreach (var build in new[] { stack.Build("packages/module-ws", ["-v:d", .. property.Split(' ', StringSplitOptions.RemoveEmptyEntries)]), stack.Build("packages/module-ws", ["--no-restore", "-v:d", .. property.Split(' ', StringSplitOptions.RemoveEmptyEntries)]) })
            {
                Assert.Equal((editorConfig, property, string.Join(' ', errors)), (editorConfig, property, string.Join(' ', build.Errors.Select(item => item.Code).Order(StringComparer.Ordinal))));
                Assert.Equal((editorConfig, property, string.Join(' ', warnings)), (editorConfig, property, string.Join(' ', build.Warnings.Select(item => item.Code).Order(StringComparer.Ordinal))));
                Assert.Equal((editorConfig, property, errors.Length == 0), (editorConfig, property, build.ExitCode == 0));
            }
        }

        stack.Delete("packages/.editorconfig").Write(Handler, Faulty.Replace("})", "})  # noqa: CORA2001", StringComparison.Ordinal));
        Assert.Empty(stack.Build("packages/module-ws", "--no-restore", "-v:d").ShouldSucceed().Suggestions);
        stack.Write(Handler, Sound.Replace("})", "})  # noqa: CORA2001", StringComparison.Ordinal));
        var needless = Assert.Single(stack.Build("packages/module-ws", "--no-restore", "-v:d").ShouldSucceed().Suggestions);
        Assert.Equal(("CORA0010", 5, stack[Handler]), (needless.Code, needless.Line, needless.File));
    }

    [PythonFact]
    public void A_baseline_lets_only_what_is_new_fail_the_build()
    {
        using var stack = Stack(Faulty);
        stack.Write("packages/module-access/backend/build.sh", "");

        var made = stack.Build(".", "-t:CoraBaseline").ShouldSucceed();

        Assert.Empty(made.Warnings);
        Assert.True(File.Exists(stack["packages/module-ws/cora-baseline.json"]) && File.Exists(stack["packages/module-access/cora-baseline.json"]), made.Output);
        var build = stack.Build(".", "--no-restore").ShouldSucceed();
        Assert.Empty(build.Warnings);
        Assert.EndsWith(", 1 in the baseline", build.Line("module-ws"), StringComparison.Ordinal);
        Assert.EndsWith(", 2 in the baseline", build.Line("stack"), StringComparison.Ordinal);

        stack.Write(Handler, "# moved\n\n" + Faulty + "\n\ncommon.execute_rpc()\n");
        Assert.Equal(10, Assert.Single(stack.Build("packages/module-ws", "--no-restore").ShouldFailWith("CORA2001").Errors).Line);

        stack.Write(Handler, Sound);
        Assert.Equal("CORA0011", Assert.Single(stack.Build("packages/module-ws", "--no-restore", "-v:d").ShouldSucceed().Suggestions).Code);
        stack.Build("packages/module-ws", "-t:CoraBaseline").ShouldSucceed();
        Assert.False(File.Exists(stack["packages/module-ws/cora-baseline.json"]));
    }

    [PythonFact]
    public void The_sarif_log_has_the_findings_of_the_module()
    {
        using var stack = Stack(Faulty);

        stack.Build("packages/module-ws").ShouldFailWith("CORA2001");

        var result = Assert.Single(JsonDocument.Parse(File.ReadAllText(stack["packages/module-ws/obj/cora/cora.sarif"])).RootElement.GetProperty("runs")[0].GetProperty("results").EnumerateArray());
        Assert.Equal("CORA2001", result.GetProperty("ruleId").GetString());
        Assert.Equal("backend/lambdas/workspace/lambda_function.py", result.GetProperty("locations")[0].GetProperty("physicalLocation").GetProperty("artifactLocation").GetProperty("uri").GetString());
        Assert.Empty(JsonDocument.Parse(File.ReadAllText(stack["packages/module-access/obj/cora/cora.sarif"])).RootElement.GetProperty("runs")[0].GetProperty("results").EnumerateArray());
    }

    [Fact]
    public void Without_Python_the_build_says_what_to_install_and_still_makes_the_zips()
    {
        using var stack = Stack(Sound);

        var build = stack.Build("packages/module-ws", "-p:CoraPythonExecutable=/nonexistent/python").ShouldFailWith("CORA0003", "CORA0003");

        Assert.All(build.Errors, error => Assert.Contains("CoraPythonExecutable", error.Message, StringComparison.Ordinal));
        Assert.Contains("workspace.zip", stack.Artifacts("module-ws"));
        Assert.DoesNotContain(" checked", build.Line("module-ws"), StringComparison.Ordinal);
    }

    [PythonFact]
    public void RPC_calls_without_any_SQL_in_the_project_are_a_warning()
    {
        using var stack = Stack(Sound);
        stack.Delete("packages/module-ws/db");

        var warning = Assert.Single(stack.Build("packages/module-ws").ShouldSucceed().Warnings);

        Assert.Equal(("CORA0012", stack[Handler]), (warning.Code, warning.File));
    }

    [PythonFact]
    public void A_referenced_layer_that_could_not_be_built_brings_no_further_findings()
    {
        using var stack = Stack(Sound);
        stack.Write("packages/module-access/backend/layers/org-common/requirements.txt", "nothing-of-this-name==1\n");

        stack.Build("packages/module-ws", "-p:CoraPipArguments=--no-index").ShouldFailWith("CORA3001");
    }
}
