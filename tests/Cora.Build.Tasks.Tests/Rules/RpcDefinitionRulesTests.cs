using Cora.Build.Rules;
using Cora.Build.Sql;

namespace Cora.Build.Tests.Rules;

public sealed class RpcDefinitionRulesTests
{
    [Theory]
    [InlineData("CREATE FUNCTION get_orgs(user_id uuid) RETURNS SETOF orgs LANGUAGE sql AS $$ $$;",
        "1,26 error CORA5012: The parameter 'user_id' of the RPC 'get_orgs' does not begin with p_. Name it 'p_user_id', here, in the body, and in the code that calls it.")]
    [InlineData("CREATE OR REPLACE FUNCTION public.create_org(\n    p_name TEXT,\n    _slug TEXT DEFAULT NULL,\n    INOUT total INT = 0\n) LANGUAGE plpgsql AS $$ BEGIN END $$;",
        "3,5 error CORA5012: The parameter '_slug' *Name it 'p_slug',*", "4,11 error CORA5012: The parameter 'total' *Name it 'p_total',*")]
    [InlineData("CREATE FUNCTION get_total(VARIADIC ids int[]) RETURNS int LANGUAGE sql AS $$ $$;", "1,36 error CORA5012: *'p_ids',*")]
    [InlineData("CREATE FUNCTION is_member(\"P_Org\" uuid) RETURNS boolean LANGUAGE sql AS $$ $$;", "1,27 error CORA5012: The parameter 'P_Org' *")]
    [InlineData("CREATE FUNCTION update_ws(p_id uuid, in_name text, v_kind text) RETURNS void LANGUAGE sql AS $$ $$;", "1,38 error CORA5012: *'p_name',*", "1,52 error CORA5012: *'p_kind',*")]
    [InlineData("CREATE FUNCTION get_x(pid uuid) RETURNS int LANGUAGE sql AS $$ $$; CREATE FUNCTION get_x(pname text) RETURNS int LANGUAGE sql AS $$ $$;", "1,23 error CORA5012: *", "1,90 error CORA5012: *")]
    public void A_parameter_without_its_prefix_is_found_at_its_name(string sql, params string[] expected) => ReportAssert.Findings(Check(sql), expected);

    [Theory]
    [InlineData("CREATE FUNCTION check_membership(p_org_id uuid) RETURNS boolean LANGUAGE sql AS $$ $$;",
        "1,17 warning CORA5013: The name of the RPC 'check_membership' begins with check_, which only check_sys_admin, check_org_admin and check_ws_admin may. Name it 'can_membership', or with another of is_, can_, get_, create_, update_ and delete_.")]
    [InlineData("CREATE OR REPLACE FUNCTION public.has_access(p_ws_id uuid) RETURNS boolean LANGUAGE sql AS $$ $$;",
        "1,35 warning CORA5013: The name of the RPC 'has_access' begins with has_, which none may. Name it 'is_access', or *")]
    [InlineData("CREATE FUNCTION validate_slug(p_slug text) RETURNS boolean LANGUAGE sql AS $$ $$;", "1,17 warning CORA5013: *begins with validate_*'is_slug'*")]
    [InlineData("CREATE FUNCTION add_usage(p_n int) RETURNS void LANGUAGE sql AS $$ $$;",
        "1,17 warning CORA5013: The name of the RPC 'add_usage' does not begin with is_, can_, get_, create_, update_ or delete_. Give it the one that says what it does, or define it in a schema that PostgREST does not offer when no client calls it.")]
    [InlineData("CREATE FUNCTION getorgs() RETURNS int LANGUAGE sql AS $$ $$;", "1,17 warning CORA5013: *'getorgs' does not begin *")]
    [InlineData("CREATE FUNCTION delete_() RETURNS int LANGUAGE sql AS $$ $$;", "1,17 warning CORA5013: *")]
    [InlineData("CREATE FUNCTION check_org_admins(p_u uuid) RETURNS boolean LANGUAGE sql AS $$ $$;", "1,17 warning CORA5013: *'can_org_admins'*")]
    public void A_name_without_an_allowed_verb_is_found_at_the_name(string sql, params string[] expected) => ReportAssert.Findings(Check(sql), expected);

    [Theory]
    [InlineData("CREATE FUNCTION is_org_member(p_org_id uuid, p_user_id uuid) RETURNS boolean LANGUAGE sql AS $$ $$;")]
    [InlineData("CREATE FUNCTION check_sys_admin(p_user_id uuid) RETURNS boolean LANGUAGE sql AS $$ $$; CREATE FUNCTION check_org_admin(p_u uuid) RETURNS boolean LANGUAGE sql AS $$ $$; CREATE FUNCTION check_ws_admin() RETURNS boolean LANGUAGE sql AS $$ $$;")]
    [InlineData("CREATE FUNCTION get_orgs(p_user_id uuid, OUT total int) LANGUAGE sql AS $$ $$;")]
    [InlineData("CREATE FUNCTION get_orgs() RETURNS TABLE (id uuid, name text) LANGUAGE sql AS $$ $$;")]
    [InlineData("CREATE FUNCTION set_updated_at() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RETURN NEW; END $$;")]
    [InlineData("CREATE FUNCTION on_ddl() RETURNS event_trigger LANGUAGE plpgsql AS $$ BEGIN END $$;")]
    [InlineData("CREATE FUNCTION private.has_role(user_id uuid) RETURNS boolean LANGUAGE sql AS $$ $$;")]
    [InlineData("SET search_path TO private; CREATE FUNCTION has_role(user_id uuid) RETURNS boolean LANGUAGE sql AS $$ $$;")]
    [InlineData("CREATE PROCEDURE cleanup(days int) LANGUAGE sql AS $$ $$;")]
    [InlineData("CREATE FUNCTION get_sum(int, int) RETURNS int LANGUAGE sql AS $$ SELECT $1 + $2 $$;")]
    [InlineData("CREATE FUNCTION median_step(state internal, value numeric) RETURNS internal LANGUAGE sql AS $$ $$;")]
    [InlineData("CREATE FUNCTION levenshtein(a text, b text) RETURNS int LANGUAGE c AS '$libdir/fuzzystrmatch', 'levenshtein';")]
    [InlineData("CREATE FUNCTION has_it(x int) RETURNS int LANGUAGE sql AS $$ $$; DROP FUNCTION has_it;")]
    [InlineData("-- CREATE FUNCTION has_it(x int)\nSELECT 'CREATE FUNCTION has_it(x int)';")]
    public void Names_as_they_should_be_and_what_no_client_calls_are_left_alone(string sql) => ReportAssert.Findings(Check(sql));

    [Fact]
    public void Only_the_module_s_own_schema_is_looked_at()
    {
        SqlSource Source(string module, bool isMigration) => new(module, "/010.sql", SqlFile.Read("CREATE FUNCTION has_it(x int) RETURNS int LANGUAGE sql AS $$ $$;"), isMigration);
        var report = new LintReport();
        RpcDefinitionRules.Check(SqlFunctions.Of([Source("module-other", false), Source("module-test", true)]), "module-test", report);
        Assert.Empty(report.Diagnostics);
        Assert.Equal(0, report.SqlFunctions);
    }

    private static LintReport Check(string sql)
    {
        var report = new LintReport();
        RpcDefinitionRules.Check(SqlFunctions.Of([new("module-test", "/010.sql", SqlFile.Read(sql), IsMigration: false)]), "module-test", report);
        return report;
    }
}
