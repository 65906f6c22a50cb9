using System.Globalization;

namespace Cora.Build.Sdk.Tests;

/// <summary>A copy of the samples, which are clean, with one mistake of each kind: exactly these are found, each at its place.</summary>
public sealed class SeededSampleTests
{
    /// <summary>In what replaces the sound text: where the finding is.</summary>
    private const char Place = '⟦';

    private const string Access = "packages/module-access/backend/", Ai = "packages/module-ai/backend/", Mgmt = "packages/module-mgmt/backend/", Ws = "packages/module-ws/backend/";

    private const string Workspace = Ws + "lambdas/workspace/lambda_function.py", Provider = Ai + "lambdas/provider/requirements.txt";

    private const string AccessSchema = "packages/module-access/db/schema/", WsSchema = "packages/module-ws/db/schema/", SeededSchema = WsSchema + "040-seeded.sql";

    private const string AccessTerraform = "packages/module-access/infrastructure/", AiTerraform = "packages/module-ai/infrastructure/", MgmtTerraform = "packages/module-mgmt/infrastructure/",
        WsTerraform = "packages/module-ws/infrastructure/", Environment = "../demo-infra/envs/dev/main.tf", Production = "../demo-infra/envs/prd/main.tf";

    /// <summary>Codes, file, sound text, text with the mistake. Without sound text the text is added at the end; a file that is not there is made. Without either, the finding is a consequence of another mistake.</summary>
    private static readonly (string Codes, string File, string Sound, string Faulty)[] s_mistakes =
    [
        ("CORA2001", Workspace, "common.execute_query(", "common.⟦query("),
        ("CORA2001", Ai + "lambdas/provider/upstream.py", "transport.send(", "transport.⟦post("),
        ("CORA2002", Mgmt + "lambdas/lambda-mgmt/modules.py", "order=\"name\"", "⟦order_by=\"name\""),
        ("CORA2002", Ws + "lambdas/cleanup/lambda_function.py", "common.is_warming(event)", "common.⟦is_warming()"),
        ("CORA2002", Ai + "lambdas/ai-config-handler/lambda_function.py", "", "\n\ndef seeded():\n    return common.ok({}, ⟦{})\n"),
        ("CORA2003", Mgmt + "lambdas/lambda-mgmt/modules.py", "import require_sys_admin", "import require_sys_admin, ⟦require_admin"),
        ("CORA2004", Ws + "lambdas/cleanup/lambda_function.py", "import datetime", "import datetime\nimport ⟦pydantic"),
        ("CORA2004", Access + "lambdas/orgs/lambda_function.py", "import org_common as common", "import org_common as common\nfrom layers.module_common import ⟦common as old"),
        ("CORA2005", Access + "layers/org-common/python/org_common/settings.py", "    import boto3  #", "    import ⟦boto4\n    import boto3  #"),
        ("CORA2006", Access + "lambdas/org-email-domains/email_domains/names.py", "", "\nseeded = ⟦= 1\n"),
        ("CORA2007", Access + "lambdas/idp-config/lambda_function.py", "def lambda_handler(", "def handle("),
        ("CORA2010", Access + "layers/org-common/python/org_common/membership.py", "rpc(\"is_org_member\"", "rpc(⟦\"is_organisation_member\""),
        ("CORA2011", Access + "layers/access-common/python/access_common/permissions.py", "\"p_ws_id\": ws_id}", "\"p_ws_id\": ws_id, ⟦\"p_role\": None}"),
        ("CORA2012", Ai + "lambdas/provider/lambda_function.py", "common.rpc(\"get_ai_tokens_this_month\", {\"p_org_id\": org_id})", "common.rpc(\"get_ai_tokens_this_month\", ⟦{})"),
        ("CORA2013", Ws + "lambdas/cleanup/lambda_function.py", "            \"delete_expired_workspaces\",", "            ⟦str(\"delete_expired_workspaces\"),"),
        ("CORA2014", Workspace, "", "\n\ndef seeded():\n    return common.rpc(⟦\"get_seeded\")\n"),
        ("", "packages/module-ws/db/migrations/2026/001-seeded.sql", "", "CREATE FUNCTION public.get_seeded() RETURNS INT LANGUAGE sql AS $$ SELECT 1 $$;\n"),
        ("CORA2030", Ws + "lambdas/cleanup/lambda_function.py", "", "\n\ndef seeded_table(org_id):\n    return common.find_many(⟦\"workspace\", {\"org_id\": org_id})\n"),
        ("CORA2031", Ws + "lambdas/cleanup/lambda_function.py", "", "\n\ndef seeded_column(org_id):\n    return common.find_many(\"workspaces\", {⟦\"organization\": org_id})\n"),
        ("CORA5001", SeededSchema, "", Table("⟦ws_log_request", "created_at TIMESTAMPTZ NOT NULL DEFAULT now()")),
        ("CORA5002", SeededSchema, "", Table("⟦crm_log_requests", "created_at TIMESTAMPTZ NOT NULL DEFAULT now()")),
        ("CORA5003", SeededSchema, "", Table("⟦ws_visits_log", "created_at TIMESTAMPTZ NOT NULL DEFAULT now()")),
        ("CORA5004", SeededSchema, "", Table("ws_log_drafts", "⟦workspace_id UUID")),
        ("CORA5005", SeededSchema, "", Table("ws_log_moves", "⟦moved_to UUID REFERENCES public.ws_members(id)")),
        ("CORA5006", SeededSchema, "", Table("ws_log_checks", "⟦passed BOOLEAN NOT NULL")),
        ("CORA5007", SeededSchema, "", Table("ws_log_reads", "⟦user_id TEXT NOT NULL")),
        ("CORA5008", SeededSchema, "", Table("ws_log_plans", "⟦org_id UUID NOT NULL")),
        ("CORA5009", SeededSchema, "", Table("⟦ws_rooms", "name TEXT NOT NULL")),
        ("CORA5010", WsSchema + "010-workspaces.sql", "idx_ws_members_user_id", "⟦ws_members_by_user"),
        ("CORA5011", WsSchema + "010-workspaces.sql", "fk_ws_members_ws_id", "⟦ws_members_workspace"),
        ("CORA5012", SeededSchema, "", "CREATE OR REPLACE FUNCTION public.get_seeded_name(⟦name TEXT) RETURNS TEXT LANGUAGE sql AS $$ SELECT $1 $$;\n"),
        ("CORA5013", SeededSchema, "", "CREATE OR REPLACE FUNCTION public.⟦validate_seed() RETURNS INT LANGUAGE sql AS $$ SELECT 1 $$;\n"),
        ("CORA5014", AccessSchema + "030-identity-providers.sql", "CREATE TABLE IF NOT EXISTS public.org_email_domains", "CREATE TABLE IF NOT EXISTS public.⟦org_email_domains"),
        ("", AccessSchema + "030-identity-providers.sql", "ALTER TABLE public.org_email_domains ENABLE ROW LEVEL SECURITY;\n", ""),
        ("CORA5015", "packages/module-mgmt/db/schema/040-mgmt-policies.sql", "USING (is_enabled)", "USING (⟦active)"),
        ("CORA5016", WsSchema + "030-ws-twice.sql", "", "⟦-- Nothing yet.\n"),
        ("CORA5017", SeededSchema, "", Table("ws_log_files", "⟦\"fileName\" TEXT")),
        ("CORA5018", SeededSchema, "", Table("ws_log_names", "⟦" + new string('n', 64) + " TEXT")),
        ("CORA5019", SeededSchema, "", "⟦CREATE TYPE public.ws_seed AS ENUM ('a');\n"),
        ("CORA6001", AccessTerraform + "main.tf", "local.function_zips[\"orgs\"].source_code_hash", "⟦local.function_zips[\"profiles\"].source_code_hash"),
        ("CORA6001", AccessTerraform + "main.tf", "local.layer_zips[\"org-common\"].source_code_hash", "⟦local.layer_zips[\"org-common\"].version_label"),
        ("", WsTerraform + "main.tf", "local.function_zips[\"workspace\"].s3_key", "local.function_zips[\"cleanup\"].s3_key"),
        ("CORA6001", WsTerraform + "main.tf", "local.function_zips[\"workspace\"].source_code_hash", "⟦local.function_zips[\"workspace\"].source_code_hash"),
        ("CORA6002", AccessTerraform + "main.tf", "local.function_zips[\"members\"].runtime", "⟦\"python3.12\""),
        ("CORA6003 CORA6010", AiTerraform + "main.tf", "[var.org_common_layer_arn, var.access_common_layer_arn]", "⟦[var.access_common_layer_arn]"),
        ("CORA6004", WsTerraform + "main.tf", "create_before_destroy = true", "create_before_destroy = ⟦false"),
        ("CORA6005", MgmtTerraform + "main.tf", "    precondition {", "    ignore_changes = [⟦source_code_hash]\n\n    precondition {"),
        ("CORA6007", WsTerraform + "outputs.tf", "for route in local.workspace_routes : {", "for route in local.workspace_routes : ⟦{"),
        ("", WsTerraform + "outputs.tf", "      public      = false\n", ""),
        ("CORA6008", AccessTerraform + "main.tf", LayerZip("access-common"), LayerZip("access", "⟦")),
        ("", AccessTerraform + "main.tf", "\"org-common\", \"access-common\"]", "\"org-common\", \"access\"]"),
        ("CORA6010", MgmtTerraform + "main.tf", "[var.org_common_layer_arn, var.access_common_layer_arn, aws", "⟦[var.org_common_layer_arn, aws"),
        ("CORA6009", "packages/module-access/backend/layers/access-common", "", ""),
        ("CORA6011", Access + "lambdas/idp-config/lambda_function.py", "- GET    /idp-config/discover", "- ⟦GET    /idp-config/discover"),
        ("CORA6012 CORA6024", AccessTerraform + "routes.tf", "\"/idp-config/discover\"", "⟦\"/api/idp-config/discover\""),
        ("CORA6013", AiTerraform + "outputs.tf", "path = \"/orgs/{orgId}/ai/chat\", integration = aws_lambda_function.provider[0].invoke_arn", "path = \"/orgs/{orgId}/ai/chat\", integration = ⟦aws_lambda_function.ai_config_handler.invoke_arn"),
        ("CORA6014", AccessTerraform + "routes.tf", "{ method = \"PUT\", path = \"/orgs/{orgId}/members/{userId}\" }", "{ method = \"PUT\", path = ⟦\"/orgs/{orgId}/members/{memberId}\" }"),
        ("CORA6015", AccessTerraform + "routes.tf", "path = \"/orgs\" }", "path = ⟦\"/orgs\" }"),
        ("CORA6012 CORA6015", AiTerraform + "outputs.tf", "      { method = \"GET\", path = \"/ai/models\"", "      { method = \"GET\", path = ⟦\"/orgs\", integration = aws_lambda_function.ai_config_handler.invoke_arn, public = false },\n      { method = \"GET\", path = \"/ai/models\""),
        ("CORA6012 CORA6016", WsTerraform + "outputs.tf", "    { method = \"POST\", path = \"/ws/{wsId}/restore\" },", "    { method = \"POST\", path = \"/ws/{wsId}/restore\" },\n    { method = \"GET\", path = ⟦\"/ws/{wsId}/" + new string('x', 90) + "\" },"),
        ("CORA6018", AiTerraform + "outputs.tf", "output \"api_routes\"", "⟦output \"api_routes\""),
        ("", AiTerraform + "outputs.tf", "output \"lambda_invoke_arns\"", "output \"invoke_arns\""),
        ("CORA6018", WsTerraform + "schedule.tf", "var.cleanup_schedule", "⟦var.clean_schedule"),
        ("CORA6019", WsTerraform + "schedule.tf", "", "\n⟦resource \"aws_apigatewayv2_route\" \"seeded\" {\n  api_id    = \"x\"\n  route_key = \"GET /x\"\n}\n"),
        ("", AiTerraform + "main.tf", "[var.org_common_layer_arn, aws_lambda_layer_version.common_ai.arn]", "[data.aws_lambda_layer_version.org_common.arn, aws_lambda_layer_version.common_ai.arn]"),
        ("CORA6020", AiTerraform + "main.tf", "", "\n⟦data \"aws_lambda_layer_version\" \"org_common\" {\n  layer_name = \"${var.project_name}-${var.environment}-access-org-common\"\n}\n"),
        ("CORA6021", MgmtTerraform + "main.tf", "merge(local.environment_variables, { WARMING_RULE_PREFIX = local.warming_rule_prefix })", "⟦local.environment_variables"),
        ("", Mgmt + "lambdas/lambda-mgmt/schedules.py", "os.environ.get(\"WARMING_RULE_PREFIX\")", "os.environ[\"WARMING_RULE_PREFIX\"]"),
        ("CORA6022", WsTerraform + "main.tf", "    variables = local.environment_variables", "    variables = merge(local.environment_variables, { SEEDED = ⟦\"1\" })"),
        ("CORA6023", AccessTerraform + "main.tf", Architectures("org-email-domains", "local.architectures"), Architectures("org-email-domains", "⟦[\"arm64\"]")),
        ("CORA6029", AccessTerraform + "main.tf", "\"lambda_function.lambda_handler\"", "⟦\"lambda_function.handler\""),
        ("CORA6030", MgmtTerraform + "main.tf", "", "\n⟦resource \"aws_ecr_repository\" \"seeded\" {\n  name = \"${local.name_prefix}-seeded\"\n}\n"),
        ("CORA6031", MgmtTerraform + "main.tf", "  function_name     = local.function_name", "  function_name     = ⟦local.function_name"),
        ("", MgmtTerraform + "main.tf", "  function_name = \"${local.name_prefix}-lambda-mgmt\"", "  function_name = \"lambda-mgmt\""),
        ("CORA6025", Environment, "module \"module_ws\"", "⟦module \"module_ws\""),
        ("", Environment, "  module_name             = \"ws\"\n", ""),
        ("CORA6026", Environment, "module_routes = concat(", "module_routes = ⟦concat("),
        ("", Environment, "    module.module_ai.api_routes,\n", ""),
        ("CORA6025", Production, "module \"module_mgmt\"", "⟦module \"module_mgmt\""),
        ("", Production, "  access_common_layer_arn = module.module_access.access_common_layer_arn\n", ""),
        ("CORA6027", "../demo-infra/modules/api-gateway/main.tf", "each.value.public ? \"NONE\" : \"CUSTOM\"", "⟦\"NONE\""),
        ("CORA6028", "../demo-infra/packages/module-seeded", "", ""),
        ("", "../demo-infra/packages/module-seeded/backend/lambdas/seeded/lambda_function.py", "", "def lambda_handler(event, context):\n    return 1\n"),
        ("CORA2020 CORA6011", Access + "lambdas/members/lambda_function.py", "def lambda_handler(event, context):\n", "def lambda_handler(event, context):\n    \"\"\"Routes:\n    - ⟦GET /orgs/{orgId}/members/count - Count them\n    \"\"\"\n"),
        ("CORA2021", Access + "lambdas/profiles/lambda_function.py", "- PUT /profiles/me - Change the caller's profile\n", "- PUT /profiles/me - Change the caller's profile\n⟦- PATCH profiles/me - Change a part of it\n"),
        ("CORA1008", "packages/module-ws/module.json", "\"functions\": [\"cleanup\", \"workspace\"]", "\"provides\": { \"lambdas\": [\"cleanup\", \"workspace\", ⟦\"sweeper\"] }"),
        ("CORA0010", SeededSchema, "", "SELECT 1;  -- noqa: ⟦CORA5001\n"),
        ("CORA3008 CORA3009", Provider, "", "⟦jmespath==1.0\n"),
        ("CORA3009", Provider, "", "⟦six==1.0\n"),
        ("CORA3007 CORA3010", Provider, "cora-sample-retry>=1.0,<2", "⟦cora-sample-retry>=1.0,<2"),
        ("", Ai + "layers/common-ai/requirements.txt", "", "--no-index\n--find-links ../../../../../wheels\ncora-sample-retry==1.0.0\n"),
        ("CORA0010", Ai + "lambdas/ai-config-handler/lambda_function.py", "import org_common as common", "import org_common as common  # noqa: ⟦CORA2001"),
        ("CORA0011", "packages/module-mgmt/cora-baseline.json", "", """{ "schemaVersion": 1, "findings": [{ "rule": "CORA2001", "file": "backend/x.py", "message": "mended" }] }"""),
    ];

    /// <summary>One that has no other mistake.</summary>
    private static string Table(string name, string column) =>
        $"CREATE TABLE IF NOT EXISTS public.{name} (id UUID PRIMARY KEY DEFAULT gen_random_uuid(), {column});\nALTER TABLE public.{name.TrimStart(Place)} ENABLE ROW LEVEL SECURITY;\n";

    /// <summary>A part of a function's resource.</summary>
    private static string Architectures(string name, string architectures) => $"  runtime           = local.function_zips[\"{name}\"].runtime\n  architectures     = {architectures}";

    /// <summary>A part of a layer's resource.</summary>
    private static string LayerZip(string name, string mark = "") => $"""
          filename                 = {mark}local.layer_zips["{name}"].filename
          s3_bucket                = local.layer_zips["{name}"].s3_bucket
          s3_key                   = local.layer_zips["{name}"].s3_key
          s3_object_version        = local.layer_zips["{name}"].s3_object_version
          source_code_hash         = local.layer_zips["{name}"].source_code_hash

        """;

    [PythonFact]
    public void Exactly_the_mistakes_that_are_made_are_found_each_at_its_place()
    {
        using var samples = new TestDirectory("demo-stack");
        BuiltSamples.Copy(Path.Combine(SdkPackage.RepositoryRoot, "samples", "demo-stack"), samples.Root);
        BuiltSamples.Copy(Path.Combine(SdkPackage.RepositoryRoot, "samples", "demo-infra"), samples["../demo-infra"]);
        samples.Delete(Path.Combine(Path.GetDirectoryName(Provider)!, "pylock.toml"));
        Wheel.Write(samples["wheels"], "cora_sample_retry", "1.0.0");
        Wheel.Write(samples["wheels"], "jmespath", "1.0");
        Wheel.Write(samples["wheels"], "six", "1.0");

        foreach (var (_, file, sound, faulty) in s_mistakes.Where(mistake => mistake.Faulty != mistake.Sound)) Seed(samples, file, sound, faulty);
        var expected = s_mistakes
            .SelectMany(mistake => mistake.Codes.Split(' ', StringSplitOptions.RemoveEmptyEntries).Select(code => $"{code} {mistake.File}{Found(samples, mistake.File, mistake.Faulty)}"))
            .ToList();
        foreach (var file in s_mistakes.Select(mistake => mistake.File).Distinct().Where(file => File.Exists(samples[file]))) samples.Write(file, File.ReadAllText(samples[file]).Replace(Place.ToString(), "", StringComparison.Ordinal));

        var build = samples.Build("project.coraproj", "-v:d");

        var found = build.Errors.Concat(build.Warnings).Concat(build.Suggestions).Distinct().Where(item => item.Code is not "CORA1006")
            .Select(item => $"{item.Code} {Path.GetRelativePath(samples.Root, item.File!).Replace('\\', '/')}{(item.Line == 0 ? "" : $"({item.Line},{item.Column})")}");
        Assert.Equal(string.Join('\n', expected.Order(StringComparer.Ordinal)), string.Join("\n", found.Order(StringComparer.Ordinal)));
    }

    private static void Seed(TestDirectory samples, string file, string sound, string faulty)
    {
        var text = File.Exists(samples[file]) ? File.ReadAllText(samples[file]) : "";
        if (sound.Length == 0)
        {
            samples.Write(file, text + (text.Length > 0 && !text.EndsWith('\n') ? "\n" : "") + faulty);
            return;
        }
        var at = text.IndexOf(sound, StringComparison.Ordinal);
        Assert.True(at >= 0, $"{file} has no '{sound}'");
        samples.Write(file, text[..at] + faulty + text[(at + sound.Length)..]);
    }

    /// <summary>Where the mark stands when all of them are gone: <c>(line,column)</c>; what has none is said of the file, or of its first line.</summary>
    private static string Found(TestDirectory samples, string file, string faulty)
    {
        if (!faulty.Contains(Place, StringComparison.Ordinal)) return file.EndsWith(".py", StringComparison.Ordinal) ? "(1,1)" : "";
        var text = File.ReadAllText(samples[file]);
        var before = text[..(text.IndexOf(faulty, StringComparison.Ordinal) + faulty.IndexOf(Place, StringComparison.Ordinal))];
        var line = before[(before.LastIndexOf('\n') + 1)..].Replace(Place.ToString(), "", StringComparison.Ordinal);
        return string.Create(CultureInfo.InvariantCulture, $"({before.Count(c => c == '\n') + 1},{line.Length + 1})");
    }
}
