using Cora.Build.Rules;
using Cora.Build.Sql;

namespace Cora.Build.Tests.Rules;

public sealed class RowSecurityRulesTests
{
    [Theory]
    [InlineData("CREATE TABLE IF NOT EXISTS public.orgs (id int);",
        "1,35 error CORA5014: 'orgs' has no row level security: everyone who has the anon key can read and change all rows. Write ALTER TABLE public.orgs ENABLE ROW LEVEL SECURITY; and policies for who may see what.")]
    [InlineData("CREATE TABLE orgs (id int); CREATE POLICY p ON orgs USING (true); ALTER TABLE orgs FORCE ROW LEVEL SECURITY;", "1,14 error CORA5014: *")]
    [InlineData("CREATE TABLE a (id int); ALTER TABLE a ENABLE ROW LEVEL SECURITY; ALTER TABLE a DISABLE ROW LEVEL SECURITY;", "1,14 error CORA5014: 'a' *")]
    [InlineData("CREATE TABLE \"Orgs\" AS SELECT 1 AS id;", "1,14 error CORA5014: 'Orgs' *Write ALTER TABLE public.\"Orgs\" ENABLE *")]
    [InlineData("CREATE TABLE days (d date) PARTITION BY RANGE (d); ALTER TABLE days ENABLE ROW LEVEL SECURITY;\nCREATE TABLE days_1 PARTITION OF days DEFAULT;",
        "2,14 error CORA5014: The partition 'days_1' has no row level security, and that of 'days' does not hold for who asks for the partition itself.*")]
    [InlineData("CREATE SCHEMA private; CREATE TABLE private.keys (id int);", "1,45 warning CORA5014: 'private.keys' has no row level security: whoever may use its schema sees all rows.*")]
    [InlineData("-- ALTER TABLE orgs ENABLE ROW LEVEL SECURITY;\nCREATE UNLOGGED TABLE orgs (id int);", "2,23 error CORA5014: *")]
    public void A_table_without_it_is_found_at_its_name(string sql, params string[] expected) => ReportAssert.Findings(Check(sql), expected);

    [Theory]
    [InlineData("CREATE TABLE orgs (id int); ALTER TABLE public.orgs ENABLE ROW LEVEL SECURITY;")]
    [InlineData("CREATE TABLE a (id int); ALTER TABLE a ENABLE ROW LEVEL SECURITY; ALTER TABLE a RENAME TO b;")]
    [InlineData("CREATE TABLE a (id int); DO $$ BEGIN IF true THEN ALTER TABLE a ENABLE ROW LEVEL SECURITY; END IF; END $$;")]
    [InlineData("CREATE TABLE a (id int); DO $$ BEGIN EXECUTE 'ALTER TABLE a ENABLE ROW LEVEL SECURITY'; END $$;")]
    [InlineData("CREATE TABLE a (id int, x text); ALTER TABLE a ADD COLUMN y int, ENABLE ROW LEVEL SECURITY, ADD CHECK (y > 0);")]
    [InlineData("CREATE TEMP TABLE a (id int); CREATE VIEW v AS SELECT 1 AS x; CREATE FOREIGN TABLE f (id int) SERVER s; CREATE TYPE t AS (id int); CREATE TABLE gone (id int); DROP TABLE gone;")]
    [InlineData("CREATE TABLE IF NOT EXISTS auth.users (id uuid);")]
    public void Tables_with_it_and_what_cannot_have_it_are_left_alone(string sql)
    {
        var report = Check(sql);
        ReportAssert.Findings(report);
        Assert.Equal(0, report.NotDecidable);
    }

    [Theory]
    [InlineData("CREATE TABLE orgs (id int); DO $$ DECLARE t text; BEGIN FOREACH t IN ARRAY ARRAY['orgs', 'teams'] LOOP EXECUTE format('ALTER TABLE public.%I ENABLE ROW LEVEL SECURITY', t); END LOOP; END $$;")]
    [InlineData("CREATE TABLE orgs (id int); DO $$ DECLARE r record; BEGIN FOR r IN SELECT tablename FROM pg_tables WHERE schemaname = 'public' LOOP EXECUTE 'ALTER TABLE ' || r.tablename || ' ENABLE ROW LEVEL SECURITY'; END LOOP; END $$;")]
    [InlineData("CREATE TABLE orgs (id int); SELECT secure_table('orgs');")]
    [InlineData("CREATE TABLE orgs (id int); ALTER TABLE orgs FROBNICATE;")]
    [InlineData("CREATE TABLE orgs (id int); SELECT 'open")]
    public void What_may_enable_it_in_another_way_is_counted_and_not_reported(string sql)
    {
        var report = Check(sql);
        ReportAssert.Findings(report);
        Assert.Equal((1, 1), (report.Tables, report.NotDecidable));
    }

    [Fact]
    public void Another_module_can_enable_it_and_a_migration_only_for_databases_that_exist()
    {
        var report = new LintReport();
        RowSecurityRules.Check(SchemaModel.Of(
        [
            .. SchemaCode.Sources(("module-test", "CREATE TABLE a (id int);\nCREATE TABLE b (id int);"), ("module-other", "ALTER TABLE a ENABLE ROW LEVEL SECURITY; CREATE TABLE c (id int);")),
            new("module-test", "/0001.sql", SqlFile.Read("ALTER TABLE b ENABLE ROW LEVEL SECURITY; CREATE TABLE d (id int);"), IsMigration: true),
        ]), "module-test", report);
        ReportAssert.Findings(report, "2,14 warning CORA5014: Only a migration enables row level security for 'b', so a new database has none for it. Write ALTER TABLE public.b ENABLE ROW LEVEL SECURITY; in db/schema too.");
    }

    private static LintReport Check(string sql)
    {
        var report = new LintReport();
        RowSecurityRules.Check(SchemaCode.Model(("module-test", sql)), "module-test", report);
        return report;
    }
}
