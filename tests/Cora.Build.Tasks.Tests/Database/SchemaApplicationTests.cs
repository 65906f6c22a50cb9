using Cora.Build.Database;
using Cora.Build.Diagnostics;
using Cora.Build.Tests.Sql;

namespace Cora.Build.Tests.Database;

/// <summary>Schemas and migrations applied to a real PostgreSQL.</summary>
[Collection(PostgresTests.Name)]
public sealed class SchemaApplicationTests(PostgresServer server)
{
    private const string Orgs = """
        CREATE TABLE IF NOT EXISTS public.orgs (id UUID PRIMARY KEY, name TEXT NOT NULL);
        ALTER TABLE public.orgs ENABLE ROW LEVEL SECURITY;
        CREATE INDEX IF NOT EXISTS idx_orgs_name ON public.orgs (name);
        DROP POLICY IF EXISTS orgs_select ON public.orgs;
        CREATE POLICY orgs_select ON public.orgs FOR SELECT USING (true);

        """;

    private const string Orders = """
        CREATE TABLE IF NOT EXISTS public.orders (id UUID PRIMARY KEY, org_id UUID NOT NULL REFERENCES public.orgs (id));
        ALTER TABLE public.orders ENABLE ROW LEVEL SECURITY;

        """;

    [PostgresFact]
    public async Task Schemas_run_each_time_in_the_order_in_which_they_need_each_other_and_migrations_once()
    {
        var (database, project) = await StackAsync();
        project.Write("module-orders/db/migrations/001-first.sql", "INSERT INTO public.orgs VALUES (gen_random_uuid(), 'one');")
            .Write("module-zebra/db/migrations/001-zebra.sql", "INSERT INTO public.orgs VALUES (gen_random_uuid(), 'three');")
            .Write("module-orders/db/migrations/2026/002-second.sql", "INSERT INTO public.orgs VALUES (gen_random_uuid(), 'two');");

        var first = await project.RunAsync();
        Assert.Empty(AppliedProject.Found(first));
        Assert.Equal(
            [
                "new      module-zebra/db/schema/010-orgs.sql", "new      module-orders/db/schema/010-orders.sql", "new      module-zebra/db/migrations/001-zebra.sql",
                "new      module-orders/db/migrations/001-first.sql", "new      module-orders/db/migrations/2026/002-second.sql",
            ], Rows(first));
        Assert.Matches(@"^dev: 2 schema files and 3 migrations applied, in \d+\.\d s to .*/test_\d+; 2 tables, 1 index, 1 policy as the files say$", first.Line());
        Assert.Equal(string.Join('\n', Rows(first).Select(row => row[9..])), await project.NotedAsync());

        var second = await project.Write("module-orders/db/schema/010-orders.sql", Orders + "SELECT 1;").RunAsync();
        Assert.Empty(AppliedProject.Found(second));
        Assert.Equal(["again    module-zebra/db/schema/010-orgs.sql", "changed  module-orders/db/schema/010-orders.sql"], Rows(second));
        Assert.StartsWith("dev: 2 schema files applied, 3 migrations there already, ", second.Line(), StringComparison.Ordinal);
        Assert.Equal("3", (await database.RunAsync("SELECT count(*) FROM public.orgs")).Trim());

        Assert.Equal("64|0123abc|dev|f", (await database.RunAsync($"SELECT length(sha256), commit, environment, is_migration FROM {AppliedFiles.Table} WHERE file = 'db/schema/010-orgs.sql'")).Trim());
    }

    [PostgresFact]
    public async Task A_failure_in_the_middle_takes_back_its_file_and_keeps_those_before_it()
    {
        var (database, project) = await StackAsync();
        project.Write("module-orders/db/schema/020-more.sql", "CREATE TABLE IF NOT EXISTS public.half (id INT);\nALTER TABLE public.half ENABLE ROW LEVEL SECURITY;\nSELECT no_such(1);\n")
            .Write("module-orders/db/schema/030-last.sql", "SELECT 1;").Write("module-orders/db/migrations/001.sql", "SELECT 1;");

        var failed = await project.RunAsync();
        Assert.Equal(
            ["020-more.sql(3,8) CORA7023 function no_such(integer) does not exist (42883). No function matches the given name and argument types. You might need to add explicit type casts. "
                + "The file was taken back. 2 files before it are applied and stay; 2 after it are not."],
            AppliedProject.Found(failed));
        Assert.StartsWith("dev: 2 schema files applied, in ", failed.Line(), StringComparison.Ordinal);
        Assert.Equal(2, failed.AppliedSources.Count());
        Assert.Equal("f", (await database.RunAsync("SELECT to_regclass('public.half') IS NOT NULL")).Trim());
        Assert.Equal("module-zebra/db/schema/010-orgs.sql\nmodule-orders/db/schema/010-orders.sql", await project.NotedAsync());

        var mended = await project.Write("module-orders/db/schema/020-more.sql", "CREATE TABLE IF NOT EXISTS public.half (id INT);\nALTER TABLE public.half ENABLE ROW LEVEL SECURITY;").RunAsync();
        Assert.Empty(AppliedProject.Found(mended));
        Assert.Equal(5, mended.Rows().Count);
    }

    [PostgresFact]
    public async Task A_migration_that_fails_runs_again_and_the_one_before_it_does_not()
    {
        var (database, project) = await StackAsync();
        project.Write("module-zebra/db/migrations/001.sql", "INSERT INTO public.orgs VALUES (gen_random_uuid(), 'one');")
            .Write("module-zebra/db/migrations/002.sql", "INSERT INTO public.orgs VALUES (gen_random_uuid(), 'two');\nINSERT INTO public.orgs (id, name) VALUES (NULL, 'private@example.com');");

        var found = Assert.Single(AppliedProject.Found(await project.RunAsync()));
        Assert.StartsWith("002.sql(2,26) CORA7023 null value in column \"id\" of relation \"orgs\" violates not-null constraint (23502). The file was taken back.", found, StringComparison.Ordinal);
        Assert.DoesNotContain("private@example.com", found, StringComparison.Ordinal);

        Assert.Empty(AppliedProject.Found(await project.Write("module-zebra/db/migrations/002.sql", "INSERT INTO public.orgs VALUES (gen_random_uuid(), 'two');").RunAsync()));
        Assert.Equal("one two", (await database.RunAsync("SELECT string_agg(name, ' ' ORDER BY name) FROM public.orgs")).Trim());
    }

    [PostgresFact]
    public async Task What_fails_when_the_transaction_ends_is_taken_back()
    {
        var (database, project) = await StackAsync();
        project.Write("module-orders/db/migrations/001.sql", """
            ALTER TABLE public.orders ADD CONSTRAINT orders_org_later FOREIGN KEY (org_id) REFERENCES public.orgs (id) DEFERRABLE INITIALLY DEFERRED;
            ALTER TABLE public.orders DROP CONSTRAINT orders_org_id_fkey;
            INSERT INTO public.orders VALUES (gen_random_uuid(), gen_random_uuid());
            """);

        var found = Assert.Single(AppliedProject.Found(await project.RunAsync()));
        Assert.StartsWith("001.sql(3,73) CORA7023 At the end of the file: insert or update on table \"orders\" violates foreign key constraint \"orders_org_later\" (23503). The file was taken back.", found, StringComparison.Ordinal);
        Assert.Equal("0", (await database.RunAsync("SELECT count(*) FROM public.orders")).Trim());
    }

    [PostgresFact]
    public async Task An_applied_migration_that_has_changed_is_an_error_before_anything_runs()
    {
        var (_, project) = await StackAsync();
        project.Write("module-orders/db/migrations/001.sql", "SELECT 1;\nSELECT 2;\n");
        await project.RunAsync();
        project.Write("module-orders/db/schema/020-new.sql", "SELECT 1;").Write("module-orders/db/migrations/001.sql", "SELECT 1;\nSELECT 3;\n");

        var changed = await project.RunAsync();
        Assert.Matches(@"^001\.sql\(1,1\) CORA7022 The migration 'db/migrations/001\.sql' of 'module-orders' has changed since it was applied, on \d{4}-\d\d-\d\d \d\d:\d\d UTC, and it runs only once\. Nothing was applied\. .*$",
            Assert.Single(AppliedProject.Found(changed)));
        Assert.Equal("dev: nothing was applied", changed.Line());
        Assert.DoesNotContain("020-new.sql", await project.NotedAsync(), StringComparison.Ordinal);

        project.DryRun = true;
        Assert.Contains("CORA7022", Assert.Single(AppliedProject.Found(await project.RunAsync())), StringComparison.Ordinal);
        project.DryRun = false;

        // Another machine's git, and another editor.
        Assert.Empty(AppliedProject.Found(await project.Write("module-orders/db/migrations/001.sql", "\uFEFFSELECT 1;\r\nSELECT 2;\r\n").RunAsync()));
    }

    [PostgresFact]
    public async Task A_migration_under_another_name_does_not_run_twice_and_one_that_is_gone_is_told()
    {
        var (_, project) = await StackAsync();
        project.Write("module-orders/db/migrations/001.sql", "SELECT 1;").Write("module-orders/db/migrations/002.sql", "SELECT 2;");
        await project.RunAsync();

        var renamed = await project.Delete("module-orders/db/migrations/001.sql").Write("module-orders/db/migrations/0001.sql", "SELECT 1;").RunAsync();
        Assert.Contains("0001.sql(1,1) CORA7022 The migration 'db/migrations/0001.sql' of 'module-orders' was applied as 'db/migrations/001.sql', on ", Assert.Single(AppliedProject.Found(renamed)), StringComparison.Ordinal);

        // The same content is no sign of it as long as both are there; and another module's migrations are its own affair.
        project.Delete("module-orders/db/migrations/0001.sql").Write("module-orders/db/migrations/003.sql", "SELECT 2;").Write("module-zebra/db/migrations/003.sql", "SELECT 1;");
        var gone = await project.RunAsync();
        Assert.Empty(AppliedProject.Found(gone));
        Assert.Equal(["A migration was applied earlier that is not here: module-orders/db/migrations/001.sql"], gone.Notes);
        Assert.Empty((await project.RunAsync("module-zebra")).Notes);
    }

    [PostgresFact]
    public async Task A_dry_run_lists_what_would_run_and_changes_nothing()
    {
        var (database, project) = await StackAsync();
        project.Write("module-orders/db/migrations/001.sql", "SELECT 1;").DryRun = true;

        var dry = await project.RunAsync();
        Assert.Equal(["would apply  new      module-zebra/db/schema/010-orgs.sql", "would apply  new      module-orders/db/schema/010-orders.sql", "would apply  new      module-orders/db/migrations/001.sql"], dry.Rows());
        Assert.Matches(@"^dry run for dev: 2 schema files and 1 migration would be applied to .*/test_\d+; nothing was changed$", dry.Line());
        Assert.Equal("0", (await database.RunAsync("SELECT count(*) FROM pg_namespace WHERE nspname = 'cora_build'")).Trim());
        Assert.Empty(dry.AppliedSources);

        project.DryRun = false;
        await project.RunAsync();
        project.DryRun = true;
        var again = await project.Write("module-orders/db/schema/010-orders.sql", Orders + ";").RunAsync();
        Assert.Equal(["would apply  again    module-zebra/db/schema/010-orgs.sql", "would apply  changed  module-orders/db/schema/010-orders.sql"], again.Rows());
        Assert.Contains(", 1 migration there already; nothing was changed", again.Line(), StringComparison.Ordinal);
    }

    [PostgresFact]
    public async Task A_module_is_applied_alone_and_told_what_it_needs()
    {
        var (_, project) = await StackAsync();

        Assert.Equal(
            ["010-orders.sql(1,96) CORA7023 relation \"public.orgs\" does not exist (42P01). It is made in '/x/module-zebra/db/schema/010-orgs.sql': apply 'module-zebra' first, or the whole project. "
                + "The file was taken back. Nothing was applied."],
            AppliedProject.Found(await project.RunAsync("module-orders")));

        Assert.Empty(AppliedProject.Found(await project.RunAsync("module-zebra")));
        Assert.Equal(["new      module-orders/db/schema/010-orders.sql"], Rows(await project.RunAsync("module-orders")));
    }

    [PostgresFact]
    public async Task A_database_belongs_to_one_environment()
    {
        var (_, project) = await StackAsync();
        await project.RunAsync();
        project.Environment = "prd";

        var error = (await Assert.ThrowsAsync<CoraException>(() => project.RunAsync())).Diagnostic;
        Assert.Equal("CORA7026", error.Descriptor.Code);
        Assert.Contains("has the schema of the environment 'dev', and CoraEnvironment is 'prd'. Nothing was applied.", error.Message, StringComparison.Ordinal);
    }

    [PostgresFact]
    public async Task What_a_file_sets_for_its_session_is_not_the_next_ones()
    {
        var (database, project) = await StackAsync();
        await database.RunAsync("CREATE SCHEMA other; CREATE ROLE cora_nobody NOLOGIN;");
        try
        {
            project.Write("module-zebra/db/schema/020-set.sql", "SET search_path = other;\nSET lock_timeout = '1ms';\nSET ROLE cora_nobody;")
                .Write("module-zebra/db/schema/030-use.sql", "CREATE TABLE IF NOT EXISTS here (id INT);\nALTER TABLE here ENABLE ROW LEVEL SECURITY;");

            Assert.Empty(AppliedProject.Found(await project.RunAsync()));
            Assert.Equal("public", (await database.RunAsync("SELECT schemaname FROM pg_tables WHERE tablename = 'here'")).Trim());
        }
        finally
        {
            await database.RunAsync("DROP ROLE cora_nobody;");
        }
    }

    [PostgresTheory]
    [InlineData("SELECT 1;\nCOMMIT;\nSELECT 2;", "(2,1) CORA7024 COMMIT begins or ends a transaction, and a file is one transaction: all of it is applied, or nothing. Nothing was applied. Take it out, or make two files.")]
    [InlineData("BEGIN;\nSELECT 1;", "(1,1) CORA7024 BEGIN begins or ends")]
    [InlineData("BEGIN ISOLATION LEVEL SERIALIZABLE;\nSELECT 1;\nCOMMIT;", "(1,1) CORA7024 BEGIN begins or ends")]
    [InlineData("BEGIN;\nSELECT 1;\nROLLBACK;\nSELECT 1;\nCOMMIT;", "(3,1) CORA7024 ROLLBACK begins or ends")]
    [InlineData("PREPARE TRANSACTION 'x';", "(1,1) CORA7024 PREPARE begins or ends")]
    [InlineData("SELECT 1;\n\\i other.sql\n", "(2,1) CORA7024 This is a command of psql, which no database knows.")]
    [InlineData("SELECT 1;\nSELECT 'open;", "(2,8) CORA7024 ")]
    public async Task What_cannot_be_one_transaction_is_an_error_before_anything_runs(string sql, string expected)
    {
        var (database, project) = await StackAsync();

        var report = await project.Write("module-orders/db/schema/020-odd.sql", sql).RunAsync();
        Assert.StartsWith("020-odd.sql" + expected, Assert.Single(AppliedProject.Found(report)), StringComparison.Ordinal);
        Assert.Equal("f", (await database.RunAsync("SELECT to_regclass('public.orgs') IS NOT NULL")).Trim());
    }

    [PostgresTheory]
    [InlineData("BEGIN;\nSELECT 1;\nCOMMIT;")]
    [InlineData("start transaction;\nSELECT 1;\nend transaction;")]
    [InlineData("BEGIN WORK;\nSAVEPOINT a;\nSELECT 1;\nROLLBACK TO SAVEPOINT a;\nRELEASE SAVEPOINT a;\nCOMMIT;")]
    [InlineData("PREPARE p AS SELECT 1;\nDEALLOCATE p;")]
    [InlineData("CREATE OR REPLACE FUNCTION f() RETURNS void LANGUAGE plpgsql AS $$ BEGIN NULL; END; $$;\nDO $$ BEGIN PERFORM f(); END $$;")]
    [InlineData("CREATE OR REPLACE FUNCTION g() RETURNS INT LANGUAGE sql BEGIN ATOMIC SELECT 1; END;")]
    [InlineData("\\set ON_ERROR_STOP on\nSELECT 1;")]
    [InlineData("-- nothing at all")]
    [InlineData("COPY (SELECT 1, 'a; b') TO STDOUT;\nSELECT 1;")]
    [InlineData("PREPARE p AS SELECT transaction FROM (SELECT 1 AS transaction) t;")]
    [InlineData("CREATE TABLE t (a INT, b TEXT);\nALTER TABLE t ENABLE ROW LEVEL SECURITY;\nCOPY t FROM stdin;\n1\tone; two\n2\t\\N\n\\.\nSELECT a FROM t;")]
    public async Task What_can_be_one_transaction_is_applied(string sql)
    {
        var (_, project) = await StackAsync();

        Assert.Empty(AppliedProject.Found(await project.Write("module-orders/db/schema/020-odd.sql", sql).RunAsync()));
    }

    [PostgresTheory]
    [InlineData("CREATE INDEX CONCURRENTLY IF NOT EXISTS idx_orgs_x ON public.orgs (name);", "(25001). A file is one transaction: leave out CONCURRENTLY, or run this statement by hand.")]
    [InlineData("CREATE TYPE state AS ENUM ('a');\nALTER TYPE state ADD VALUE 'b';\nSELECT 'b'::state;", "Put ALTER TYPE … ADD VALUE into a file that runs before.")]
    [InlineData("DO $$ BEGIN COMMIT; END $$;", "invalid transaction termination (2D000). A file is one transaction, and a COMMIT or ROLLBACK in it would leave half of it: run this statement by hand.")]
    [InlineData("CREATE TABLE mails (mail TEXT);\nINSERT INTO mails SELECT 'private@example.com';\nALTER TABLE mails ALTER COLUMN mail TYPE INT USING mail::int;", "(3,1) CORA7023 invalid input syntax for type integer: \"…\" (22P02).")]
    [InlineData("SELECT 'abc'::int;", "invalid input syntax for type integer: \"abc\" (22P02).")]
    [InlineData("CREATE INDEX idx_orgs_nme ON public.orgs (nme);", "column \"nme\" does not exist (42703). The file was taken back.")]
    [InlineData("SELECT * FROM public.orgz;", "relation \"public.orgz\" does not exist (42P01). Did you mean 'orgs'?")]
    public async Task A_refusal_says_what_to_do(string sql, string expected)
    {
        var (_, project) = await StackAsync();

        Assert.Contains(expected, Assert.Single(AppliedProject.Found(await project.Write("module-orders/db/schema/020-odd.sql", sql).RunAsync())), StringComparison.Ordinal);
    }

    [PostgresFact]
    public async Task A_column_that_an_older_table_lacks_is_explained()
    {
        var (database, project) = await StackAsync();
        await database.RunAsync("CREATE TABLE public.orgs (id UUID PRIMARY KEY);");

        Assert.StartsWith("010-orgs.sql(3,58) CORA7023 column \"name\" does not exist (42703). The table was there already, and CREATE TABLE IF NOT EXISTS does not change it: before this, write ALTER TABLE … ADD COLUMN IF NOT EXISTS.",
            Assert.Single(AppliedProject.Found(await project.RunAsync())), StringComparison.Ordinal);
    }

    [PostgresFact]
    public async Task A_lock_that_is_not_to_be_had_is_tried_again_and_then_given_up()
    {
        var (database, project) = await StackAsync();
        await project.RunAsync();
        var holder = database.RunAsync("BEGIN; LOCK TABLE public.orgs; SELECT pg_sleep(1.5); COMMIT;");
        while ((await database.RunAsync("SELECT count(*) FROM pg_locks WHERE relation = 'public.orgs'::regclass AND mode = 'AccessExclusiveLock' AND granted")).Trim() == "0") await Task.Delay(20);

        var found = Assert.Single(AppliedProject.Found(await project.RunAsync()));
        Assert.Contains("canceling statement due to lock timeout (55P03)", found, StringComparison.Ordinal);
        Assert.Equal(2, project.Progress.Count(text => text == "module-zebra/db/schema/010-orgs.sql: canceling statement due to lock timeout; trying again"));

        project.LockTimeout = TimeSpan.FromMinutes(1);
        Assert.Empty(AppliedProject.Found(await project.RunAsync()));
        await holder;
    }

    [PostgresFact]
    public async Task Two_at_once_take_turns_and_run_a_migration_once()
    {
        var (database, project) = await StackAsync();
        project.Write("module-orders/db/migrations/001.sql", "SELECT pg_sleep(0.3);\nINSERT INTO public.orgs VALUES (gen_random_uuid(), 'one');").Write("module-orders/db/migrations/002.sql", "SELECT 1;");

        var reports = await Task.WhenAll(Enumerable.Range(0, 4).Select(_ => Task.Run(() => project.RunAsync())));

        Assert.All(reports, report => Assert.Empty(AppliedProject.Found(report)));
        Assert.Equal("1", (await database.RunAsync("SELECT count(*) FROM public.orgs")).Trim());
        Assert.Contains("Waiting for somebody else who applies a schema to this database", project.Progress);
    }

    [PostgresFact]
    public async Task Cancelling_takes_back_the_file_that_runs()
    {
        var (database, project) = await StackAsync();
        project.Write("module-orders/db/schema/020-long.sql", "CREATE TABLE public.half (id INT);\nSELECT pg_sleep(600);");
        using var cancellation = new CancellationTokenSource();
        var run = project.RunAsync("", cancellation.Token);
        while ((await database.RunAsync("SELECT count(*) FROM pg_stat_activity WHERE query LIKE 'SELECT pg_sleep(600)%' AND state = 'active' AND pid <> pg_backend_pid()")).Trim() == "0") await Task.Delay(20);

        await cancellation.CancelAsync();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => run);
        Assert.Equal("f", (await database.RunAsync("SELECT to_regclass('public.half') IS NOT NULL")).Trim());
        Assert.Equal(2, (await project.NotedAsync()).Split('\n').Length);
    }

    [PostgresFact]
    public async Task A_database_that_cannot_be_used_is_an_error_without_its_password()
    {
        var (database, project) = await StackAsync();
        project.ConnectionString = "postgresql://ada:hunter2-secret@127.0.0.1:1/app";
        var unreachable = Assert.Single(AppliedProject.Found(await project.RunAsync()));
        Assert.StartsWith("project.coraproj(0,0) CORA7021 The database 127.0.0.1/app cannot be used: ", unreachable, StringComparison.Ordinal);
        Assert.EndsWith("Nothing was applied. Check CoraDatabase, and apply again: what is there already is known.", unreachable, StringComparison.Ordinal);
        Assert.DoesNotContain("hunter2", unreachable, StringComparison.Ordinal);

        project.ConnectionString = "postgresql://ada@127.0.0.1:1";
        Assert.Equal("CORA7020", (await Assert.ThrowsAsync<CoraException>(() => project.RunAsync())).Diagnostic.Descriptor.Code);

        await database.RunAsync("CREATE ROLE cora_reader LOGIN;");
        try
        {
            project.ConnectionString = database.ConnectionString.Replace("Username=postgres", "Username=cora_reader", StringComparison.Ordinal);
            var forbidden = Assert.Single(AppliedProject.Found(await project.RunAsync()));
            Assert.EndsWith("permission denied for database " + database.ConnectionString.Split('=')[^1] + ". Nothing was applied. The user must own the table cora_build.applied_files, or be allowed to create its schema.", forbidden, StringComparison.Ordinal);
        }
        finally
        {
            await database.RunAsync("DROP ROLE cora_reader;");
        }
    }

    [PostgresFact]
    public async Task What_an_application_wants_of_its_connections_is_no_matter()
    {
        var (database, project) = await StackAsync();
        project.ConnectionString = database.ConnectionString + ";Multiplexing=true;Pooling=true";

        Assert.Empty(AppliedProject.Found(await project.RunAsync()));
    }

    [PostgresFact]
    public async Task A_server_that_goes_away_leaves_what_it_has()
    {
        var (database, project) = await StackAsync();
        project.Write("module-orders/db/schema/020-gone.sql", "CREATE TABLE public.half (id INT);\nSELECT pg_terminate_backend(pg_backend_pid());");

        var found = Assert.Single(AppliedProject.Found(await project.RunAsync()));
        Assert.StartsWith("project.coraproj(0,0) CORA7021 The database ", found, StringComparison.Ordinal);
        Assert.Contains(" cannot be used: terminating connection due to administrator command. 2 files before it are applied and stay; none comes after it. ", found, StringComparison.Ordinal);
        Assert.Equal("f", (await database.RunAsync("SELECT to_regclass('public.half') IS NOT NULL")).Trim());
    }

    [PostgresFact]
    public async Task Each_file_is_told_when_it_is_done_and_a_long_one_now_and_then()
    {
        var (_, project) = await StackAsync();
        project.ProgressInterval = TimeSpan.FromMilliseconds(100);
        project.Write("module-orders/db/migrations/001.sql", "SELECT pg_sleep(1);\nSELECT 1 / 0;");

        var report = await project.RunAsync();
        var lines = project.Progress.ToList();
        Assert.Equal(report.Rows(), lines.Where(line => line.StartsWith("applied ", StringComparison.Ordinal)));
        Assert.True(lines.FindIndex(line => line.StartsWith("module-orders/db/migrations/001.sql is not done after ", StringComparison.Ordinal)) > lines.IndexOf(report.Rows()[^1]));
    }

    [PostgresFact]
    public async Task A_migration_of_a_module_that_has_another_name_now_does_not_run_twice()
    {
        var (database, project) = await StackAsync();
        await project.Write("module-orders/db/migrations/001.sql", "SELECT 1;").Write("module-orders/db/migrations/002.sql", "-- nothing yet").RunAsync();
        project.Delete("module-orders/db/schema/010-orders.sql").Delete("module-orders/db/migrations/001.sql").Delete("module-orders/db/migrations/002.sql");

        project.Write("module-sales/db/migrations/002.sql", "-- nothing yet").Write("module-sales/db/migrations/001.sql", "SELECT 1;");
        Assert.Matches(@"^001\.sql\(1,1\) CORA7022 The migration 'db/migrations/001\.sql' was applied as one of 'module-orders', on .* UTC, and would run again as one of 'module-sales'\. Nothing was applied\. "
            + "If the module has a new name, say so: UPDATE cora_build.applied_files SET module = 'module-sales' WHERE module = 'module-orders'\\.$", Assert.Single(AppliedProject.Found(await project.RunAsync())));

        await database.RunAsync("UPDATE cora_build.applied_files SET module = 'module-sales' WHERE module = 'module-orders'");
        Assert.Contains(", 2 migrations there already, ", (await project.RunAsync()).Line(), StringComparison.Ordinal);

        // As long as the other is there too, each has its own.
        project.Write("module-orders/db/migrations/001.sql", "SELECT 1;");
        Assert.Empty(AppliedProject.Found(await project.RunAsync()));
    }

    [PostgresFact]
    public async Task Two_files_of_one_name_are_an_error_before_anything_runs()
    {
        var (_, project) = await StackAsync();

        Assert.Equal(
            ["010-orders.sql(1,1) CORA7024 This file and '/x/module-orders/db/schema/010-orders.sql' would both be 'module-orders/db/schema/010-orders.sql', by which a database knows what it has. Nothing was applied. Rename one of them."],
            AppliedProject.Found(await project.Write("module-orders/sql/010-orders.sql", "SELECT 1;").RunAsync()));
    }

    [PostgresFact]
    public async Task Who_does_not_see_what_is_applied_applies_nothing_and_who_sees_it_need_not_create_it()
    {
        var (database, project) = await StackAsync();
        await project.Write("module-zebra/db/migrations/001.sql", "SELECT 1;").RunAsync("module-zebra");
        await database.RunAsync("""
            CREATE ROLE cora_deployer LOGIN; GRANT USAGE ON SCHEMA cora_build TO cora_deployer; GRANT ALL ON cora_build.applied_files TO cora_deployer;
            DROP POLICY orgs_select ON public.orgs; ALTER TABLE public.orgs OWNER TO cora_deployer; GRANT CREATE ON SCHEMA public TO cora_deployer;
            """);
        try
        {
            project.ConnectionString = database.ConnectionString.Replace("Username=postgres", "Username=cora_deployer", StringComparison.Ordinal);
            project.DryRun = true;
            var blind = (await Assert.ThrowsAsync<CoraException>(() => project.RunAsync("module-zebra"))).Diagnostic;
            Assert.Equal("CORA7021", blind.Descriptor.Code);
            Assert.StartsWith("The user of CoraDatabase sees no row of the table cora_build.applied_files of ", blind.Message, StringComparison.Ordinal);

            project.DryRun = false;
            await database.RunAsync("ALTER TABLE cora_build.applied_files OWNER TO cora_deployer;");
            Assert.Empty(AppliedProject.Found(await project.RunAsync("module-zebra")));
        }
        finally
        {
            await database.RunAsync("DROP OWNED BY cora_deployer CASCADE; DROP ROLE cora_deployer;");
        }
    }

    [PostgresFact]
    public async Task A_statement_of_any_length_is_applied_whole()
    {
        var (database, project) = await StackAsync();
        project.Write("module-orders/db/migrations/001.sql", $"CREATE TABLE public.numbers (n INT);\nALTER TABLE public.numbers ENABLE ROW LEVEL SECURITY;\nINSERT INTO public.numbers (n) VALUES {string.Join(',', Enumerable.Repeat("(1)", 260_000))};");

        Assert.Empty(AppliedProject.Found(await project.RunAsync()));
        Assert.Equal("260000", (await database.RunAsync("SELECT count(*) FROM public.numbers")).Trim());
    }

    [PostgresFact]
    public async Task Nothing_to_apply_is_said()
    {
        var project = new AppliedProject(await server.CreateDatabaseAsync());

        var report = await project.RunAsync();
        Assert.Empty(AppliedProject.Found(report));
        Assert.Equal("nothing to apply, there is no db/schema/*.sql and no db/migrations/*.sql", report.Line());
    }

    private static IEnumerable<string> Rows(ApplyReport report) => report.Rows().Select(row => System.Text.RegularExpressions.Regex.Replace(row, @"^applied  (.{7})  +[0-9.]+ s  ", "$1  "));

    /// <summary>A module that needs the other, whose name comes later.</summary>
    private async Task<(PostgresDatabase Database, AppliedProject Project)> StackAsync()
    {
        var database = await server.CreateDatabaseAsync();
        return (database, new AppliedProject(database).Write("module-zebra/db/schema/010-orgs.sql", Orgs).Write("module-orders/db/schema/010-orders.sql", Orders));
    }
}
