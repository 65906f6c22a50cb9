using Cora.Build.Rules;

namespace Cora.Build.Tests.Rules;

public sealed class SchemaReferenceRulesTests
{
    private const string Others = """
        CREATE TABLE public.orgs (id uuid PRIMARY KEY, name text, slug text, is_deleted boolean, settings jsonb, created_at timestamptz);
        CREATE TABLE org_members (id uuid PRIMARY KEY, org_id uuid, user_id uuid, role text, is_active boolean);
        CREATE TABLE private.keys (id uuid PRIMARY KEY);
        """;

    [Theory]
    [InlineData("CREATE POLICY p ON org_members USING (active AND user_id = auth.uid());",
        "1,39 error CORA5015: The policy 'p' names the column 'active', which 'org_members' does not have. Did you mean 'is_active'?")]
    [InlineData("CREATE POLICY p ON orgs\n  USING (EXISTS (SELECT 1 FROM org_members m\n    WHERE m.org_id = orgs.id AND m.person_id = (SELECT auth.uid())));", "3,36 error CORA5015: The policy 'p' names the column 'person_id', which 'org_members' does not have. Did you mean 'user_id'?")]
    [InlineData("CREATE POLICY p ON orgs USING (true) WITH CHECK (owner = 1);", "1,50 error CORA5015: *'owner'*Its columns are 'id', 'name', 'slug', 'is_deleted', 'settings', 'created_at'.")]
    [InlineData("CREATE POLICY p ON org_member USING (true);", "1,20 error CORA5015: The policy 'p' names 'org_member', and no schema of the project defines a table or view of this name. Did you mean 'org_members'?")]
    [InlineData("CREATE INDEX idx_orgs_slugs ON orgs (lower(slug), titel, name);", "1,51 error CORA5015: The index 'idx_orgs_slugs' names the column 'titel', *")]
    [InlineData("CREATE INDEX ON orgs (name) WHERE NOT deleted;", "1,39 error CORA5015: This index names the column 'deleted', *Did you mean 'is_deleted'?")]
    [InlineData("CREATE VIEW v AS SELECT o.id, o.titel FROM orgs o;", "1,33 error CORA5015: The view 'v' names the column 'titel', *")]
    [InlineData("CREATE VIEW v AS SELECT m.id FROM org_members m JOIN workspaces w ON w.id = m.org_id;", "1,54 error CORA5015: The view 'v' names 'workspaces', and no schema *")]
    [InlineData("CREATE TRIGGER t BEFORE UPDATE OF nmae ON orgs FOR EACH ROW WHEN (OLD.slugg <> NEW.slug) EXECUTE FUNCTION f();", "1,35 error CORA5015: The trigger 't' names the column 'nmae', *'name'?", "1,71 error CORA5015: *'slugg'*'slug'?")]
    [InlineData("CREATE FUNCTION f(p_id uuid) RETURNS boolean LANGUAGE sql AS $$\n  SELECT EXISTS (SELECT 1 FROM org_members WHERE user_id = p_id AND active);\n$$;", "2,69 error CORA5015: The function 'f' names the column 'active', *")]
    [InlineData("CREATE FUNCTION f() RETURNS void LANGUAGE sql AS $$ INSERT INTO orgs (id, title) VALUES (gen_random_uuid(), 'x') $$;", "1,75 error CORA5015: The function 'f' names the column 'title', *")]
    [InlineData("CREATE VIEW v AS SELECT status FROM orgs o JOIN org_members m ON m.org_id = o.id;", "1,25 error CORA5015: *'status', which neither 'orgs' nor 'org_members' has.")]
    [InlineData("CREATE POLICY p ON private.orgs USING (true);", "1,28 error CORA5015: The policy 'p' names 'private.orgs', which is in schema 'public'. Write public.orgs.")]
    public void A_name_that_stands_for_nothing_is_found_at_the_name(string sql, params string[] expected) => ReportAssert.Findings(Check(sql), expected);

    [Theory]
    [InlineData("CREATE POLICY p ON orgs FOR SELECT TO authenticated USING (NOT is_deleted AND EXISTS (SELECT 1 FROM org_members m WHERE m.org_id = orgs.id AND m.user_id = (SELECT auth.uid()) AND m.is_active));")]
    [InlineData("CREATE POLICY p ON orgs USING ((auth.jwt() ->> 'role') = 'admin' AND settings ->> 'active' = 'x' AND name <> 'active');")]
    [InlineData("CREATE INDEX idx_orgs_name ON public.orgs USING gin ((settings -> 'x') jsonb_path_ops) INCLUDE (id) WHERE created_at > '2020-01-01' AND slug IS NOT NULL;")]
    [InlineData("CREATE VIEW v AS WITH x AS (SELECT id AS org, count(*) AS members FROM org_members GROUP BY id) SELECT o.*, x.members AS total FROM orgs o LEFT JOIN x ON x.org = o.id ORDER BY total;")]
    [InlineData("CREATE VIEW v AS SELECT u.email, u.last_thing FROM auth.users u; CREATE VIEW w AS SELECT * FROM pg_stat_activity;")]
    [InlineData("CREATE TRIGGER t AFTER INSERT OR UPDATE OF name, slug ON orgs FOR EACH ROW WHEN (NEW.name IS DISTINCT FROM OLD.name) EXECUTE FUNCTION f();")]
    [InlineData("CREATE FUNCTION f(active boolean, p_id uuid) RETURNS TABLE (total int) LANGUAGE sql AS $$ SELECT 1 FROM org_members WHERE is_active = active AND id = $2 $$;")]
    [InlineData("CREATE FUNCTION f() RETURNS int LANGUAGE plpgsql AS $$ BEGIN RETURN (SELECT whatever FROM nowhere); END $$;")]
    [InlineData("CREATE FUNCTION f() RETURNS int LANGUAGE sql AS $$ SELECT count(*) FROM jsonb_to_recordset('[]') AS x(a int, b text) WHERE b = 'y' $$;")]
    [InlineData("CREATE TABLE t (old_name int); CREATE INDEX i ON t (old_name); ALTER TABLE t RENAME COLUMN old_name TO name; ALTER TABLE t RENAME TO ts;")]
    [InlineData("DO $$ BEGIN IF EXISTS (SELECT 1) THEN CREATE POLICY p ON nowhere USING (active); END IF; END $$;")]
    [InlineData("-- CREATE POLICY p ON nowhere USING (active);\nCOMMENT ON TABLE orgs IS 'CREATE POLICY p ON nowhere USING (active)';")]
    public void Names_that_stand_for_something_and_what_is_not_certain_are_left_alone(string sql) => ReportAssert.Findings(Check(sql));

    [Fact]
    public void What_another_module_defines_or_may_define_is_left_alone()
    {
        var report = new LintReport();
        SchemaReferenceRules.Check(SchemaCode.Model(
            ("module-test", "CREATE POLICY p ON teams USING (is_open);\nCREATE POLICY q ON made USING (x);"),
            ("module-other", "CREATE TABLE teams (id int, is_open boolean); SELECT make_table('made'); CREATE POLICY r ON teams USING (wrong);")), "module-test", report);
        ReportAssert.Findings(report);
        Assert.Equal((1, 1), (report.Policies, report.NotDecidable));
    }

    private static LintReport Check(string sql)
    {
        var report = new LintReport();
        SchemaReferenceRules.Check(SchemaCode.Model(("module-test", sql), ("module-other", Others)), "module-test", report);
        return report;
    }
}
