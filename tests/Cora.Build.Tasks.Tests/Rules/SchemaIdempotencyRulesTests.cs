using Cora.Build.Rules;
using Cora.Build.Sql;

namespace Cora.Build.Tests.Rules;

public sealed class SchemaIdempotencyRulesTests
{
    [Theory]
    [InlineData("CREATE TABLE public.orgs (id uuid PRIMARY KEY);", "1,1 warning CORA5019: CREATE TABLE fails when the schema is applied again, because 'public.orgs' is there then. Write CREATE TABLE IF NOT EXISTS.")]
    [InlineData("CREATE UNLOGGED TABLE a (id int);\n  create table b as select 1 as x;", "1,1 warning CORA5019: *'a'*", "2,3 warning CORA5019: *'b'*")]
    [InlineData("CREATE UNIQUE INDEX idx_orgs_slug ON orgs (slug);", "1,1 warning CORA5019: CREATE INDEX fails *'idx_orgs_slug' is there then. Write CREATE UNIQUE INDEX IF NOT EXISTS.")]
    [InlineData("CREATE INDEX ON orgs (slug);", "1,1 warning CORA5019: This index has no name, so each time the schema is applied makes another one like it. Give it a name, and write CREATE INDEX IF NOT EXISTS.")]
    [InlineData("CREATE POLICY \"Members read\" ON public.orgs USING (true);",
        "1,1 warning CORA5019: CREATE POLICY fails when the schema is applied again, because 'Members read' is there then. Write DROP POLICY IF EXISTS \"Members read\" ON public.orgs; before it.")]
    [InlineData("DROP POLICY IF EXISTS p ON org_members; CREATE POLICY p ON orgs USING (true);", "1,41 warning CORA5019: CREATE POLICY *")]
    [InlineData("CREATE TRIGGER t BEFORE UPDATE ON orgs FOR EACH ROW EXECUTE FUNCTION f();",
        "1,1 warning CORA5019: CREATE TRIGGER fails *'t' is there then. Write CREATE OR REPLACE TRIGGER, or DROP TRIGGER IF EXISTS t ON orgs; before it.")]
    [InlineData("CREATE VIEW v AS SELECT 1 AS x; CREATE MATERIALIZED VIEW m AS SELECT 1 AS x;", "1,1 warning CORA5019: *Write CREATE OR REPLACE VIEW.", "1,33 warning CORA5019: *Write CREATE MATERIALIZED VIEW IF NOT EXISTS, or drop it before.")]
    [InlineData("CREATE FUNCTION f() RETURNS int LANGUAGE sql AS $$ SELECT 1 $$;", "1,1 warning CORA5019: *Write CREATE OR REPLACE FUNCTION.")]
    [InlineData("CREATE TYPE mood AS ENUM ('sad');", "1,1 warning CORA5019: CREATE TYPE fails *'mood' is there then. Put it into a DO block that looks into pg_type first, or catches duplicate_object.")]
    [InlineData("CREATE DOMAIN slug AS text; CREATE SEQUENCE s; CREATE SCHEMA private; CREATE EXTENSION citext;",
        "1,1 warning CORA5019: CREATE DOMAIN *", "1,29 warning CORA5019: *Write CREATE SEQUENCE IF NOT EXISTS.", "1,48 warning CORA5019: *CREATE SCHEMA IF NOT EXISTS.", "1,71 warning CORA5019: *CREATE EXTENSION IF NOT EXISTS.")]
    [InlineData("ALTER TYPE mood ADD VALUE 'glad';", "1,1 warning CORA5019: ADD VALUE fails *'mood' has 'glad' then. Write ADD VALUE IF NOT EXISTS.")]
    [InlineData("ALTER TABLE orgs\n    ADD COLUMN IF NOT EXISTS a int,\n    ADD COLUMN b int,\n    ADD c int;", "3,5 warning CORA5019: ADD COLUMN fails *'orgs' has 'b' then. Write ADD COLUMN IF NOT EXISTS.", "4,5 warning CORA5019: *'c'*")]
    [InlineData("ALTER TABLE orgs ADD CONSTRAINT orgs_slug_key UNIQUE (slug);", "1,18 warning CORA5019: ADD CONSTRAINT fails *'orgs' has 'orgs_slug_key' then. Write DROP CONSTRAINT IF EXISTS orgs_slug_key before it, *")]
    [InlineData("ALTER TABLE orgs ADD CHECK (slug <> ''), ADD PRIMARY KEY (id);", "1,18 warning CORA5019: This constraint has no name, and each time *", "1,42 warning CORA5019: This constraint has no name, and the second time the schema is applied fails.*")]
    [InlineData("ALTER TABLE orgs RENAME COLUMN title TO name; ALTER TABLE org RENAME TO orgs;", "1,18 warning CORA5019: RENAME COLUMN fails *'title' has its new name then.*", "1,63 warning CORA5019: RENAME fails *'org'*")]
    [InlineData("INSERT INTO plans (name) VALUES ('free'), ('pro');",
        "1,1 warning CORA5019: This inserts its rows again, or fails, each time the schema is applied. Add ON CONFLICT DO NOTHING, or ON CONFLICT (…) DO UPDATE, on a unique key of 'plans'.")]
    [InlineData("INSERT INTO plans (name) SELECT unnest(ARRAY['free', 'pro']);", "1,1 warning CORA5019: *")]
    [InlineData("COPY public.plans (id, name) FROM stdin;\n1\tfree\n\\.\nCOPY levels FROM '/data.csv' CSV;",
        "1,1 warning CORA5019: This copies its rows again, or fails, each time the schema is applied. Write INSERT INTO public.plans … ON CONFLICT DO NOTHING instead, or TRUNCATE the table before.", "4,1 warning CORA5019: *levels*")]
    [InlineData("DO $$ BEGIN CREATE TYPE mood AS ENUM ('sad'); END $$;", "1,13 warning CORA5019: CREATE TYPE *")]
    [InlineData("CREATE POLICY p ON orgs USING (true);\nDROP POLICY IF EXISTS p ON orgs;\nCREATE POLICY p ON orgs USING (false);", "1,1 warning CORA5019: *")]
    public void What_fails_or_happens_again_the_second_time_is_found_at_the_statement(string sql, params string[] expected) => ReportAssert.Findings(Check(sql), expected);

    [Theory]
    [InlineData("CREATE TABLE IF NOT EXISTS orgs (id int); CREATE INDEX IF NOT EXISTS i ON orgs (id); ALTER TABLE orgs ENABLE ROW LEVEL SECURITY;")]
    [InlineData("CREATE TEMP TABLE rows_to_load (x int); INSERT INTO rows_to_load VALUES (1);")]
    [InlineData("DROP TABLE IF EXISTS a CASCADE; CREATE TABLE a (id int); CREATE INDEX ON a (id); CREATE POLICY p ON a USING (true); ALTER TABLE a ADD CHECK (id > 0), ADD COLUMN b int; INSERT INTO a VALUES (1);")]
    [InlineData("DROP POLICY IF EXISTS \"Members read\" ON public.orgs; CREATE POLICY \"Members read\" ON orgs USING (true);")]
    [InlineData("CREATE OR REPLACE TRIGGER t BEFORE UPDATE ON orgs FOR EACH ROW EXECUTE FUNCTION f(); DROP TRIGGER IF EXISTS u ON orgs; CREATE CONSTRAINT TRIGGER u AFTER UPDATE ON orgs FOR EACH ROW EXECUTE FUNCTION f();")]
    [InlineData("CREATE OR REPLACE VIEW v AS SELECT 1 AS x; DROP VIEW IF EXISTS w; CREATE VIEW w AS SELECT 1 AS x; CREATE MATERIALIZED VIEW IF NOT EXISTS m AS SELECT 1 AS x;")]
    [InlineData("DROP FUNCTION IF EXISTS f(int); CREATE FUNCTION f(a int) RETURNS int LANGUAGE sql AS $$ SELECT 1 $$; CREATE OR REPLACE FUNCTION g() RETURNS int LANGUAGE sql AS $$ SELECT 1 $$;")]
    [InlineData("DO $$ BEGIN IF NOT EXISTS (SELECT 1 FROM pg_type WHERE typname = 'mood') THEN CREATE TYPE mood AS ENUM ('sad'); END IF; END $$;")]
    [InlineData("DO $$ BEGIN CREATE TYPE mood AS ENUM ('sad'); EXCEPTION WHEN duplicate_object THEN NULL; END $$;")]
    [InlineData("DO $$ BEGIN IF EXISTS (SELECT 1 FROM pg_type WHERE typname = 'mood') THEN RETURN; END IF; CREATE TYPE mood AS ENUM ('sad'); INSERT INTO plans VALUES (1); END $$;")]
    [InlineData("ALTER TABLE orgs DROP CONSTRAINT IF EXISTS c, ADD CONSTRAINT c CHECK (true); ALTER TABLE orgs DROP COLUMN IF EXISTS d; ALTER TABLE orgs ADD COLUMN d int;")]
    [InlineData("ALTER TABLE orgs ADD COLUMN IF NOT EXISTS a int; ALTER TABLE IF EXISTS org RENAME TO orgs; ALTER TYPE mood ADD VALUE IF NOT EXISTS 'glad';")]
    [InlineData("INSERT INTO plans (name) VALUES ('free') ON CONFLICT (name) DO NOTHING; INSERT INTO plans VALUES (1) ON CONFLICT DO NOTHING RETURNING id;")]
    [InlineData("INSERT INTO plans (name) SELECT 'free' WHERE NOT EXISTS (SELECT 1 FROM plans WHERE name = 'free');")]
    [InlineData("TRUNCATE plans; INSERT INTO plans VALUES (1); DELETE FROM public.levels; INSERT INTO levels VALUES (1);")]
    [InlineData("TRUNCATE plans; COPY plans FROM stdin;\n1\n\\.\nCOPY plans TO stdout; COPY (SELECT 1) TO stdout; CREATE TEMP TABLE loaded (x int); COPY loaded FROM stdin;\n1\n\\.")]
    [InlineData("CREATE POLICY p ON orgs USING (true); DROP POLICY p ON orgs;")]
    [InlineData("CREATE TABLE scratch (x int); CREATE INDEX ON scratch (x); DROP TABLE scratch;")]
    [InlineData("DROP SCHEMA IF EXISTS private CASCADE; CREATE SCHEMA private; CREATE TABLE private.keys (id int);")]
    [InlineData("CREATE FUNCTION_; GRANT ALL ON orgs TO authenticated; COMMENT ON TABLE orgs IS 'CREATE TABLE x ();'; -- CREATE TABLE y ();")]
    public void What_can_run_again_is_left_alone(string sql) => ReportAssert.Findings(Check(sql));

    [Theory]
    [InlineData("DO $$ DECLARE r record; BEGIN FOR r IN SELECT policyname, tablename FROM pg_policies LOOP EXECUTE format('DROP POLICY %I ON %I', r.policyname, r.tablename); END LOOP; END $$; CREATE POLICY p ON orgs USING (true);")]
    [InlineData("DO $$ DECLARE t text; BEGIN FOREACH t IN ARRAY ARRAY['orgs'] LOOP EXECUTE format('DROP POLICY IF EXISTS p ON %I', t); END LOOP; END $$; CREATE POLICY p ON orgs USING (true);")]
    [InlineData("SELECT drop_policies('orgs'); CREATE POLICY p ON orgs USING (true);")]
    public void What_a_computed_statement_may_have_dropped_is_counted_and_not_reported(string sql)
    {
        var report = Check(sql);
        ReportAssert.Findings(report);
        Assert.Equal(1, report.NotDecidable);
    }

    [Fact]
    public void A_drop_in_an_earlier_file_of_the_module_counts_and_one_in_another_module_does_not()
    {
        var report = new LintReport();
        SchemaIdempotencyRules.Check(
        [
            new("module-test", "/010.sql", SqlFile.Read("DROP POLICY IF EXISTS p ON orgs;"), false),
            new("module-test", "/020.sql", SqlFile.Read("CREATE POLICY p ON orgs USING (true);\nCREATE POLICY q ON orgs USING (true);"), false),
            new("module-test", "/0001.sql", SqlFile.Read("CREATE TABLE x (id int);"), true),
            new("module-other", "/010.sql", SqlFile.Read("DROP POLICY IF EXISTS q ON orgs; CREATE TABLE y (id int);"), false),
        ], "module-test", report);
        ReportAssert.Findings(report, "2,1 warning CORA5019: *'q'*");
    }

    private static LintReport Check(string sql)
    {
        var report = new LintReport();
        SchemaIdempotencyRules.Check([new("module-test", "/010.sql", SqlFile.Read(sql), IsMigration: false)], "module-test", report);
        return report;
    }
}
