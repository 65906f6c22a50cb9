using Cora.Build.Rules;
using Cora.Build.Tests.Sql;

namespace Cora.Build.Tests.Rules;

/// <summary>What a real server says the second time, and what the rule says.</summary>
[Collection(PostgresTests.Name)]
public sealed class PostgresIdempotencyTests(PostgresServer server)
{
    private const string Setup = """
        DROP SCHEMA IF EXISTS private CASCADE; DROP EXTENSION IF EXISTS pg_trgm; DROP SCHEMA public CASCADE; CREATE SCHEMA public;
        CREATE TABLE orgs (id int PRIMARY KEY, name text, slug text);
        CREATE TABLE plans (id int GENERATED ALWAYS AS IDENTITY, name text UNIQUE, level int);
        CREATE FUNCTION touch() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RETURN NEW; END $$;
        CREATE TYPE mood AS ENUM ('sad');
        """;

    /// <summary>As much as tells whether a second run left something behind.</summary>
    private const string Contents = """
        SELECT (SELECT count(*) FROM pg_class WHERE relnamespace = 'public'::regnamespace), (SELECT count(*) FROM pg_constraint WHERE connamespace = 'public'::regnamespace),
               (SELECT count(*) FROM plans), (SELECT count(*) FROM pg_enum), (SELECT count(*) FROM pg_policy), (SELECT count(*) FROM pg_trigger)
        """;

    private static readonly string[] s_cases =
    [
        "CREATE TABLE a (id int);",
        "CREATE TABLE IF NOT EXISTS a (id int);",
        "DROP TABLE IF EXISTS a CASCADE; CREATE TABLE a (id int); CREATE INDEX ON a (id); CREATE POLICY p ON a USING (true); ALTER TABLE a ADD CHECK (id > 0), ADD COLUMN b int; INSERT INTO a VALUES (1);",
        "CREATE INDEX i ON orgs (name);",
        "CREATE INDEX ON orgs (name);",
        "CREATE INDEX IF NOT EXISTS i ON orgs (name);",
        "CREATE POLICY p ON orgs USING (true);",
        "DROP POLICY IF EXISTS p ON orgs; CREATE POLICY p ON orgs USING (true);",
        "DROP POLICY IF EXISTS p ON plans; CREATE POLICY p ON orgs USING (true);",
        "CREATE POLICY p ON orgs USING (true); DROP POLICY IF EXISTS p ON orgs; CREATE POLICY p ON orgs USING (false);",
        "CREATE POLICY p ON orgs USING (true); DROP POLICY p ON orgs;",
        "CREATE TRIGGER t BEFORE UPDATE ON orgs FOR EACH ROW EXECUTE FUNCTION touch();",
        "CREATE OR REPLACE TRIGGER t BEFORE UPDATE ON orgs FOR EACH ROW EXECUTE FUNCTION touch();",
        "CREATE VIEW v AS SELECT 1 AS x;",
        "CREATE OR REPLACE VIEW v AS SELECT 1 AS x;",
        "CREATE MATERIALIZED VIEW m AS SELECT 1 AS x;",
        "CREATE FUNCTION f() RETURNS int LANGUAGE sql AS 'SELECT 1';",
        "DROP FUNCTION IF EXISTS f(); CREATE FUNCTION f() RETURNS int LANGUAGE sql AS 'SELECT 1';",
        "CREATE TYPE kind AS ENUM ('a');",
        "DO $$ BEGIN CREATE TYPE kind AS ENUM ('a'); EXCEPTION WHEN duplicate_object THEN NULL; END $$;",
        "DO $$ BEGIN IF EXISTS (SELECT 1 FROM pg_type WHERE typname = 'kind') THEN RETURN; END IF; CREATE TYPE kind AS ENUM ('a'); END $$;",
        "DO $$ BEGIN CREATE TYPE kind AS ENUM ('a'); END $$;",
        "CREATE DOMAIN slug AS text;",
        "DROP DOMAIN IF EXISTS slug; CREATE DOMAIN slug AS text;",
        "CREATE SEQUENCE s;",
        "CREATE SCHEMA private;",
        "CREATE SCHEMA IF NOT EXISTS private; CREATE TABLE IF NOT EXISTS private.keys (id int);",
        "DROP SCHEMA IF EXISTS private CASCADE; CREATE SCHEMA private; CREATE TABLE private.keys (id int);",
        "ALTER TYPE mood ADD VALUE 'glad';",
        "ALTER TYPE mood ADD VALUE IF NOT EXISTS 'glad';",
        "ALTER TABLE orgs ADD COLUMN b int;",
        "ALTER TABLE orgs ADD COLUMN IF NOT EXISTS b int;",
        "ALTER TABLE orgs ADD CONSTRAINT c UNIQUE (slug);",
        "ALTER TABLE orgs DROP CONSTRAINT IF EXISTS c, ADD CONSTRAINT c UNIQUE (slug);",
        "ALTER TABLE orgs ADD CHECK (id > 0);",
        "ALTER TABLE plans ADD PRIMARY KEY (id);",
        "ALTER TABLE orgs RENAME COLUMN slug TO path;",
        "ALTER TABLE orgs RENAME TO organisations;",
        "ALTER TABLE IF EXISTS orgs RENAME TO organisations;",
        "INSERT INTO plans (name) VALUES ('free');",
        "INSERT INTO plans (level) VALUES (1);",
        "INSERT INTO plans (level) SELECT 1;",
        "INSERT INTO plans (name) VALUES ('free') ON CONFLICT DO NOTHING;",
        "INSERT INTO plans (name) SELECT 'free' WHERE NOT EXISTS (SELECT 1 FROM plans WHERE name = 'free');",
        "TRUNCATE plans; INSERT INTO plans (level) VALUES (1);",
        "CREATE TEMP TABLE x (id int); INSERT INTO x VALUES (1);",
        "CREATE TABLE scratch (x int); CREATE INDEX ON scratch (x); DROP TABLE scratch;",
    ];

    [PostgresFact]
    public async Task What_the_rule_finds_is_what_the_server_refuses_or_does_again()
    {
        var database = await server.CreateDatabaseAsync();
        List<string> wrong = [];
        foreach (var sql in s_cases)
        {
            await database.RunAsync(Setup);
            await database.RunAsync(sql);
            var before = await database.TryRunAsync(Contents);
            var again = await database.TryRunAsync(sql);
            var isSame = again.ExitCode == 0 && await database.TryRunAsync(Contents) == before;

            var report = new LintReport();
            SchemaIdempotencyRules.Check(SchemaCode.Sources(("module-test", sql)), "module-test", report);
            if (isSame != (report.Diagnostics.Count == 0)) wrong.Add($"{sql} — {(isSame ? "runs again" : again.Error)}");
        }
        Assert.True(wrong.Count == 0, string.Join('\n', wrong));
    }
}
