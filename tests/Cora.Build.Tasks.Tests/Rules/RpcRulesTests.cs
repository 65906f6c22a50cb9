using Cora.Build.Rules;
using Cora.Build.Sql;

namespace Cora.Build.Tests.Rules;

public sealed class RpcRulesTests
{
    private const string Schema = """
        CREATE OR REPLACE FUNCTION public.is_org_member(p_org_id uuid, p_user_id uuid) RETURNS boolean LANGUAGE sql STABLE AS $$ SELECT true $$;
        CREATE OR REPLACE FUNCTION get_kb_documents(p_kb_ids uuid[], p_query text, p_limit int DEFAULT 20) RETURNS TABLE (id uuid, title text) LANGUAGE sql AS $$ SELECT NULL, NULL $$;
        CREATE FUNCTION get_orgs() RETURNS SETOF orgs LANGUAGE sql AS $$ SELECT * FROM orgs $$;
        CREATE FUNCTION create_usage(INOUT p_total int, OUT p_day date, VARIADIC p_events text[]) LANGUAGE sql AS $$ SELECT 1, now()::date $$;
        CREATE FUNCTION update_ws(p_ws_id uuid, p_name text) RETURNS void LANGUAGE sql AS $$ $$;
        CREATE FUNCTION update_ws(p_ws_id uuid, p_settings jsonb, p_merge boolean = true) RETURNS void LANGUAGE sql AS $$ $$;
        CREATE FUNCTION create_events(jsonb) RETURNS void LANGUAGE sql AS $$ $$;
        CREATE FUNCTION create_document(text) RETURNS void LANGUAGE sql AS $$ $$;
        CREATE FUNCTION get_sum(int, int) RETURNS int LANGUAGE sql AS $$ SELECT 1 $$;
        CREATE FUNCTION get_square(int) RETURNS int LANGUAGE sql AS $$ SELECT 1 $$;
        CREATE FUNCTION set_updated_at() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RETURN NEW; END $$;
        CREATE PROCEDURE delete_old(p_days int) LANGUAGE sql AS $$ $$;
        CREATE FUNCTION private.get_secret(p_name text) RETURNS text LANGUAGE sql AS $$ SELECT 'x' $$;
        CREATE FUNCTION get_odd(p_a int int int) RETURNS int LANGUAGE sql AS $$ SELECT 1 $$;
        CREATE FUNCTION get_gone(p_a int) RETURNS int LANGUAGE sql AS $$ SELECT 1 $$;
        DROP FUNCTION get_gone(int);
        CREATE FUNCTION "getMixed"("pOrgId" uuid) RETURNS int LANGUAGE sql AS $$ SELECT 1 $$;
        DO $$ BEGIN EXECUTE format('CREATE FUNCTION get_made() RETURNS int LANGUAGE sql AS %L', 'SELECT 1'); END $$;
        """;

    private const string Migration = """
        CREATE FUNCTION get_legacy(p_id uuid) RETURNS int LANGUAGE sql AS $$ SELECT 1 $$;
        CREATE FUNCTION update_ws(p_ws_id uuid, p_owner uuid) RETURNS void LANGUAGE sql AS $$ $$;
        CREATE FUNCTION get_older(p_id uuid) RETURNS int LANGUAGE sql AS $$ SELECT 1 $$;
        DROP FUNCTION get_older;
        """;

    [Theory]
    [InlineData("common.rpc('is_org_member', {'p_org_id': org_id, 'p_user_id': request.user_id})")]
    [InlineData("rpc('is_org_member', {'p_org_id': org_id, 'p_user_id': user_id}, jwt)")]
    [InlineData("common.rpc(\n    function_name='get_kb_documents',\n    params={\n        'p_kb_ids': ids, 'p_query': q,\n    },\n)")]
    [InlineData("common.rpc('get_kb_documents', {'p_kb_ids': [a, b], 'p_query': f(x, {'p_no': 1}), 'p_limit': 3})")]
    [InlineData("rpc('get_orgs')")]
    [InlineData("rpc('get_orgs', {})")]
    [InlineData("rpc('get_orgs', None, user_jwt=jwt)")]
    [InlineData("rpc('create_usage', {'p_total': 1, 'p_events': []})")]
    [InlineData("rpc('update_ws', {'p_ws_id': i, 'p_name': n})")]
    [InlineData("rpc('update_ws', {'p_ws_id': i, 'p_settings': s})")]
    [InlineData("rpc('update_ws', {'p_ws_id': i, 'p_settings': s, 'p_merge': False})")]
    [InlineData("rpc('create_events', {'anything': 1})")]
    [InlineData("rpc('create_events')")]
    [InlineData("rpc('create_document', {})")]
    [InlineData("rpc('getMixed', {'pOrgId': o})")]
    [InlineData("rpc('is_org_member', {'p_org_id': o, **more})")]
    [InlineData("rpc('is_org_member', {**more})")]
    public void A_call_that_fits_is_left_alone(string code)
    {
        var report = Check(code);
        Assert.Empty(report.Diagnostics);
        Assert.Equal((1, 0), (report.RpcCalls, report.NotDecidable));
    }

    [Theory]
    [InlineData("rpc('is_org_member', params)", 1)]
    [InlineData("rpc('is_org_member', *rest)", 1)]
    [InlineData("rpc(*all)", 0)]
    [InlineData("rpc('get_odd', {'p_x': 1})", 0)]
    [InlineData("rpc('get_made', {'p_x': 1})", 0)]
    public void What_only_running_the_code_would_tell_is_counted_and_not_reported(string code, int compared)
    {
        var report = Check(code);
        Assert.Empty(report.Diagnostics);
        Assert.Equal((compared, 1), (report.RpcCalls, report.NotDecidable));
    }

    [Theory]
    [InlineData("x = common.rpc('is_org_membr', {})", "1,16 error CORA2010: No schema of the project defines the function 'is_org_membr'. Did you mean 'is_org_member'?")]
    [InlineData("common.rpc(\n    'get_weather',\n    {},\n)", "2,5 error CORA2010: No schema of the project defines the function 'get_weather'.")]
    [InlineData("rpc(function_name=\"get_gone\", params={'p_a': 1})", "1,19 error CORA2010: No schema of the project defines the function 'get_gone'.*")]
    [InlineData("rpc('GET_ORGS')", "1,5 error CORA2010: No schema of the project defines the function 'GET_ORGS'. Did you mean 'get_orgs'?")]
    [InlineData("rpc('public.get_orgs')", "1,5 error CORA2010: No schema of the project defines the function 'public.get_orgs'. Did you mean 'get_orgs'?")]
    [InlineData("rpc('get_older', {'p_id': i})", "1,5 error CORA2010: No schema of the project defines the function 'get_older'.*")]
    [InlineData("rpc('set_updated_at')", "1,5 error CORA2010: 'set_updated_at' is a trigger's function (010-rpc.sql of module-test), which only a trigger can call.")]
    [InlineData("rpc('delete_old', {'p_days': 3})", "1,5 error CORA2010: 'delete_old' is a procedure (010-rpc.sql of module-test), and PostgREST calls functions only. Define it with CREATE FUNCTION.")]
    [InlineData("rpc('get_sum', {})", "1,5 error CORA2010: 'get_sum' has parameters without names (010-rpc.sql of module-test), and PostgREST passes arguments by name. Name them in its definition.")]
    [InlineData("rpc('get_square', {})", "1,5 error CORA2010: 'get_square' has parameters without names *")]
    [InlineData("rpc('get_secret', {'p_name': n})", "1,5 warning CORA2010: 'get_secret' is in schema 'private' (010-rpc.sql of module-test), and PostgREST looks in 'public' when the request does not say otherwise. Define it in 'public'.")]
    public void A_name_that_cannot_be_called_is_found_at_the_name(string code, string expected) => AssertFindings(code, expected);

    [Theory]
    [InlineData("rpc('get_kb_documents', {'p_kb_id': ids,\n    'p_query': q})", "1,26 error CORA2011: 'get_kb_documents' (010-rpc.sql of module-test) has no parameter 'p_kb_id'. Did you mean 'p_kb_ids'?")]
    [InlineData("rpc('is_org_member', {'p_org_id': o, 'p_user_id': u, 'p_role': r})", "1,54 error CORA2011: 'is_org_member' (010-rpc.sql of module-test) has no parameter 'p_role'. Its parameters are 'p_org_id' and 'p_user_id'.")]
    [InlineData("rpc('get_orgs', {'p_org_id': o})", "1,18 error CORA2011: 'get_orgs' (010-rpc.sql of module-test) has no parameter 'p_org_id'. It has no parameters.")]
    [InlineData("rpc('create_usage', {'p_total': 1, 'p_day': d, 'p_events': []})", "1,36 error CORA2011: 'create_usage' (010-rpc.sql of module-test) has no parameter 'p_day'. Its parameters are 'p_total' and 'p_events'.")]
    [InlineData("rpc('is_org_member', {'p_orgid': o, **more})", "1,23 error CORA2011: *Did you mean 'p_org_id'?")]
    [InlineData("rpc('is_org_member', {'p_orgid': o, 'p_userid': u})", "1,23 error CORA2011: *Did you mean 'p_org_id'?", "1,37 error CORA2011: *Did you mean 'p_user_id'?")]
    [InlineData("rpc('update_ws', {'p_ws_id': i, 'p_name': n, 'p_merge': True})",
        "1,46 error CORA2011: 'update_ws' (010-rpc.sql of module-test) has no parameter 'p_merge'. Its parameters are 'p_ws_id' and 'p_name'. It is defined 2 times; this one comes closest.")]
    [InlineData("rpc('getMixed', {'porgid': o})", "1,18 error CORA2011: *Did you mean 'pOrgId'?")]
    public void A_key_that_the_function_does_not_have_is_found_at_the_key(string code, params string[] expected) => AssertFindings(code, expected);

    [Theory]
    [InlineData("rpc('is_org_member', {'p_org_id': o})", "1,22 error CORA2012: 'p_user_id' of 'is_org_member' (010-rpc.sql of module-test) has no default and is not passed. Add it to the call.")]
    [InlineData("rpc('is_org_member')", "1,5 error CORA2012: 'p_org_id' and 'p_user_id' of 'is_org_member' (010-rpc.sql of module-test) have no default and are not passed. Add them to the call.")]
    [InlineData("rpc('is_org_member', params=None)", "1,29 error CORA2012: 'p_org_id' and 'p_user_id' of *")]
    [InlineData("rpc('create_usage', {'p_events': []})", "1,21 error CORA2012: 'p_total' of *")]
    [InlineData("rpc('create_usage', {'p_total': 1})", "1,21 error CORA2012: 'p_events' of *")]
    [InlineData("rpc('update_ws', {'p_name': n})", "1,18 error CORA2012: 'p_ws_id' of *It is defined 2 times; this one comes closest.")]
    [InlineData("rpc('get_kb_documents', {'p_kb_id': ids})", "1,25 error CORA2012: 'p_query' of *", "1,26 error CORA2011: *Did you mean 'p_kb_ids'?")]
    public void A_parameter_that_is_needed_and_not_passed_is_found_at_the_dict(string code, params string[] expected) => AssertFindings(code, expected);

    [Theory]
    [InlineData("rpc(names[kind], {})", "1,5 suggestion CORA2013: The name of this RPC is computed, so it is not compared with the SQL.*")]
    [InlineData("rpc(params={}, function_name=f'get_{x}')", "1,16 suggestion CORA2013: *")]
    public void A_computed_name_is_a_suggestion(string code, string expected)
    {
        AssertFindings(code, expected);
        Assert.Equal((0, 1), (Check(code).RpcCalls, Check(code).NotDecidable));
    }

    [Theory]
    [InlineData("rpc('get_legacy', {'p_id': i})", "1,5 suggestion CORA2014: Only a migration defines 'get_legacy' (0001-old.sql of module-test), so a new database does not have it. Define it in db/schema too.")]
    [InlineData("rpc('get_legacy', dict(x))", "1,5 suggestion CORA2014: *")]
    [InlineData("rpc('update_ws', {'p_ws_id': i, 'p_owner': o})", "1,5 suggestion CORA2014: Only a migration defines 'update_ws' with these parameters (0001-old.sql of module-test)*")]
    [InlineData("rpc('get_legacy', {'p_ids': i})", "1,20 error CORA2011: 'get_legacy' (0001-old.sql of module-test) has no parameter 'p_ids'. Did you mean 'p_id'?")]
    public void What_only_a_migration_defines_is_a_suggestion(string code, params string[] expected) => AssertFindings(code, expected);

    [Fact]
    public void A_project_without_any_function_gives_no_finding()
    {
        var report = new LintReport();
        RpcRules.Check(RpcCode.Calls("/x.py", "rpc('get_x', {'p_a': 1})"), SqlFunctions.Of([]), report);
        Assert.Empty(report.Diagnostics);
        Assert.Equal((0, 1), (report.RpcCalls, report.NotDecidable));
    }

    [Theory]
    [InlineData("rpc('get_x', {})")]
    [InlineData("rpc('is_org_member', {})")]
    public void A_file_that_cannot_be_read_to_its_end_may_define_it(string code)
    {
        var report = Check(code, new SqlSource("module-other", "/020-broken.sql", SqlFile.Read("SELECT 'open"), IsMigration: false));
        Assert.Empty(report.Diagnostics);
        Assert.Equal(1, report.NotDecidable);
    }

    [Fact]
    public void What_one_module_drops_is_still_there_for_another()
    {
        var other = new SqlSource("module-other", "/020.sql", SqlFile.Read("DROP FUNCTION IF EXISTS get_orgs(); CREATE OR REPLACE FUNCTION is_org_member(p_org uuid, p_user uuid) RETURNS boolean RETURN true;"), IsMigration: false);
        Assert.Empty(Check("rpc('get_orgs')\nrpc('is_org_member', {'p_org': o, 'p_user': u})\nrpc('is_org_member', {'p_org_id': o, 'p_user_id': u})", other).Diagnostics);
    }

    private static LintReport Check(string code, params SqlSource[] others)
    {
        var functions = SqlFunctions.Of(
        [
            new("module-test", "/db/schema/010-rpc.sql", SqlFile.Read(Schema), IsMigration: false),
            new("module-test", "/db/migrations/0001-old.sql", SqlFile.Read(Migration), IsMigration: true),
            .. others,
        ]);
        var report = new LintReport();
        RpcRules.Check(RpcCode.Calls("/x.py", code), functions, report);
        return report;
    }

    /// <summary><c>*</c> at the end, or before the last words, stands for the rest.</summary>
    private static void AssertFindings(string code, params string[] expected)
    {
        var findings = Check(code).Diagnostics.OrderBy(finding => (finding.Location.Line, finding.Location.Column))
            .Select(finding => $"{finding.Location.Line},{finding.Location.Column} {finding.Severity.ToString().ToLowerInvariant()} {finding.Descriptor.Code}: {finding.Message}").ToList();
        Assert.Equal(expected.Length, findings.Count);
        foreach (var (text, finding) in expected.Zip(findings))
        {
            var parts = text.Split('*');
            Assert.StartsWith(parts[0], finding, StringComparison.Ordinal);
            Assert.EndsWith(parts[^1], finding, StringComparison.Ordinal);
            if (parts.Length == 1) Assert.Equal(text, finding);
        }
    }
}
