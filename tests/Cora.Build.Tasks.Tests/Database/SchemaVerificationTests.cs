namespace Cora.Build.Tests.Database;

[Collection(VerificationTests.Name)]
public sealed class SchemaVerificationTests
{
    private const string Orgs = """
        CREATE TABLE IF NOT EXISTS public.orgs (id UUID PRIMARY KEY, name TEXT NOT NULL);
        ALTER TABLE public.orgs ENABLE ROW LEVEL SECURITY;
        DROP POLICY IF EXISTS orgs_select ON public.orgs;
        CREATE POLICY orgs_select ON public.orgs FOR SELECT TO authenticated USING (id = auth.uid());

        """;

    [PostgresFact]
    public async Task The_samples_pass_each_module_with_what_it_needs()
    {
        using var project = Samples();

        var all = await project.RunAsync();
        Assert.Empty(VerifiedProject.Found(all));
        Assert.Empty(all.Notes);
        Assert.Equal((15, 0), (all.Files, all.NotVerified));
        Assert.InRange(all.Tables, 10, 100);
        Assert.InRange(all.Policies, 10, 100);
        Assert.InRange(all.Functions, 15, 100);
        Assert.True(all.Undecided.Count == 0, string.Join("\n", all.Undecided));

        var access = await project.RunAsync("module-access");
        Assert.Equal(["module-access"], access.Modules);
        var workspaces = await project.RunAsync("module-ws");
        Assert.Empty(VerifiedProject.Found(workspaces));
        Assert.Contains("module-access", workspaces.Modules);
        Assert.DoesNotContain("module-ai", workspaces.Modules);
        Assert.True(workspaces.Tables < access.Tables);
    }

    [PostgresFact]
    public async Task An_error_is_at_its_place_and_the_rest_runs()
    {
        using var project = new VerifiedProject()
            .Write("module-a/010-a.sql", Orgs + """
                -- 'Straße' and an emoji 🎉 before the error: PostgreSQL counts characters.
                CREATE TABLE IF NOT EXISTS public.things (id UUID PRIMARY KEY, note TEXT DEFAULT '🎉🎉', org_id UUID REFERENCES public.org(id));
                CREATE INDEX IF NOT EXISTS idx_things_org_id ON public.things (org_id);
                CREATE TABLE IF NOT EXISTS public.others (id UUID PRIMARY KEY, thing_id UUID REFERENCES public.things(id));
                CREATE INDEX IF NOT EXISTS idx_orgs_nam ON public.orgs (nam);
                """);

        var report = await project.RunAsync();

        Assert.Equal(
        [
            "010-a.sql(6,113) CORA5091 relation \"public.org\" does not exist (42P01). Did you mean 'orgs'?",
            "010-a.sql(9,57) CORA5091 column \"nam\" does not exist (42703).",
        ], VerifiedProject.Found(report));
        Assert.Equal(2, report.NotVerified);
    }

    [PostgresFact]
    public async Task Syntax_is_wrong_at_the_character()
    {
        using var project = new VerifiedProject().Write("module-a/010-a.sql", Orgs + "SELECT '🎉🎉ß' AS x FORM public.orgs;\nCREATE TABLE IF NOT EXISTS public.more (id UUID, x TXT);\nDO $$\nBEGIN\n  IF true THEN\n    ALTER TABLE public.orgs ADD CONSTRAINT c CHECK (nope > 1);\n  END IF;\nEND $$;");

        Assert.Equal(
        [
            "010-a.sql(5,21) CORA5091 syntax error at or near \"FORM\" (42601).",
            "010-a.sql(6,52) CORA5091 type \"txt\" does not exist (42704).",
            "010-a.sql(10,53) CORA5091 column \"nope\" does not exist (42703). Perhaps you meant to reference the column \"orgs.name\".",
        ], VerifiedProject.Found(await project.RunAsync()));
    }

    [PostgresFact]
    public async Task What_cannot_run_again_is_found_by_the_second_run()
    {
        using var project = new VerifiedProject().Write("module-a/010-a.sql", Orgs + """
            CREATE TYPE public.mood AS ENUM ('ok');
            CREATE POLICY orgs_all ON public.orgs FOR ALL TO service_role USING (true);
            ALTER TABLE public.orgs RENAME COLUMN name TO title;
            """);

        var found = VerifiedProject.Found(await project.RunAsync());

        Assert.Equal(3, found.Count);
        Assert.StartsWith("010-a.sql(5,20) CORA5092 The second run fails: type \"mood\" already exists (42710). A schema is run again with each deployment; write IF NOT EXISTS", found[0], StringComparison.Ordinal);
        Assert.StartsWith("010-a.sql(6,15) CORA5092 The second run fails: policy \"orgs_all\" for table \"orgs\" already exists (42710).", found[1], StringComparison.Ordinal);
        Assert.StartsWith("010-a.sql(7,39) CORA5092 The second run fails: column \"name\" does not exist (42703).", found[2], StringComparison.Ordinal);
    }

    [PostgresFact]
    public async Task Modules_run_after_those_that_they_need_file_by_file()
    {
        using var project = new VerifiedProject()
            .Write("module-a/010-a.sql", "CREATE TABLE IF NOT EXISTS a_items (id UUID PRIMARY KEY, z_id UUID REFERENCES z_things(id)); ALTER TABLE a_items ENABLE ROW LEVEL SECURITY;")
            .Write("module-z/010-z.sql", "CREATE TABLE IF NOT EXISTS z_things (id UUID PRIMARY KEY); ALTER TABLE z_things ENABLE ROW LEVEL SECURITY;")
            .Write("module-z/020-z.sql", "CREATE OR REPLACE VIEW z_view WITH (security_invoker) AS SELECT z_id FROM a_items;")
            .Write("module-q/010-q.sql", "CREATE TABLE IF NOT EXISTS q_things (id UUID PRIMARY KEY); CREATE TABLE oops;");

        var report = await project.RunAsync("module-a");

        Assert.Empty(VerifiedProject.Found(report));
        Assert.Equal(3, report.Files);
        Assert.Equal(1, report.Tables);
    }

    [PostgresFact]
    public async Task Files_that_need_each_other_are_explained()
    {
        using var project = new VerifiedProject()
            .Write("module-a/010-a.sql", "CREATE TABLE IF NOT EXISTS a_items (id UUID PRIMARY KEY, b_id UUID REFERENCES public.b_items(id)); ALTER TABLE a_items ENABLE ROW LEVEL SECURITY;")
            .Write("module-b/010-b.sql", "CREATE TABLE IF NOT EXISTS b_items (id UUID PRIMARY KEY, a_id UUID REFERENCES a_items(id)); ALTER TABLE b_items ENABLE ROW LEVEL SECURITY;");

        var report = await project.RunAsync();

        var found = Assert.Single(VerifiedProject.Found(report));
        Assert.StartsWith("010-a.sql(1,79) CORA5091 relation \"public.b_items\" does not exist (42P01).", found, StringComparison.Ordinal);
        Assert.Contains("module-b", found, StringComparison.Ordinal);
        Assert.Contains("neither can run first", found, StringComparison.Ordinal);
    }

    [PostgresFact]
    public async Task What_is_made_later_in_its_module_is_said()
    {
        using var project = new VerifiedProject()
            .Write("module-a/010-a.sql", "CREATE OR REPLACE VIEW v AS SELECT * FROM orgs; CREATE OR REPLACE VIEW w AS SELECT * FROM orgz;")
            .Write("module-a/020-a.sql", Orgs);

        Assert.Equal(
        [
            "010-a.sql(1,43) CORA5091 relation \"orgs\" does not exist (42P01). It is made in '020-a.sql', which runs later: give the files numbers in the order in which they need each other.",
            "010-a.sql(1,91) CORA5091 relation \"orgz\" does not exist (42P01). Did you mean 'orgs'?",
        ], VerifiedProject.Found(await project.RunAsync()).Where(item => item.Contains("5091", StringComparison.Ordinal)));
    }

    [PostgresFact]
    public async Task A_table_without_row_level_security_is_found_where_it_is_made()
    {
        using var project = new VerifiedProject().Write("module-a/010-a.sql", """
            CREATE TABLE IF NOT EXISTS public.bare (id UUID);
            CREATE TABLE IF NOT EXISTS public.known (id UUID); -- noqa: CORA5093
            DROP POLICY IF EXISTS p ON public.bare;
            CREATE POLICY p ON public.bare USING (true);
            CREATE TEMP TABLE IF NOT EXISTS scratch (id INT);
            DO $$ BEGIN EXECUTE format('ALTER TABLE public.%I ENABLE ROW LEVEL SECURITY', 'sec' || 'ured'); EXCEPTION WHEN undefined_table THEN NULL; END $$;
            CREATE TABLE IF NOT EXISTS public.secured (id UUID);
            DO $$ BEGIN EXECUTE format('ALTER TABLE public.%I ENABLE ROW LEVEL SECURITY', 'sec' || 'ured'); END $$;
            """);

        Assert.Equal(
            ["010-a.sql(1,28) CORA5093 Row level security of public.bare is off when all files have run, so the API gives all of its rows to everybody. Its policy has no effect without it. Write ALTER TABLE public.bare ENABLE ROW LEVEL SECURITY."],
            VerifiedProject.Found(await project.RunAsync()));
    }

    [PostgresFact]
    public async Task Bodies_in_PLpgSQL_are_checked()
    {
        using var project = new VerifiedProject().Write("module-a/010-a.sql", Orgs + """
            CREATE OR REPLACE FUNCTION public.f(p_id UUID, OUT total INT) LANGUAGE plpgsql SET search_path = '' AS $$
            DECLARE
              v_org public.orgs%ROWTYPE;
              v_name public.orgs.name%TYPE := (SELECT o.nam FROM public.orgs o);
              r RECORD;
            BEGIN
              SELECT count(*) INTO total FROM public.orgs o WHERE o.id = p_id;
              SELECT * INTO STRICT v_org FROM public.orgs WHERE id = p_id;
              IF EXISTS (SELECT 1 FROM public.org_members m WHERE m.user_id = p_id) THEN
                total := public.no_such(p_id, v_org.name);
              ELSIF v_org.nam = 'x' THEN
                UPDATE public.orgs SET titel = v_name WHERE id = v_org.id;
              END IF;
              FOR r IN SELECT o.id FROM public.orgs o WHERE o.nome = v_name LOOP
                INSERT INTO public.orgs (id, name) VALUES (r.id, 'x') RETURNING id INTO p_id;
              END LOOP;
              FOR i IN 1..10 LOOP
                PERFORM public.orgs_total(i);
              END LOOP;
              EXECUTE 'SELECT 1 FROM ' || v_name;
              RETURN;
            EXCEPTION WHEN others THEN
              RAISE WARNING 'x %', SQLERRM;
            END $$;
            CREATE OR REPLACE FUNCTION public.t() RETURNS trigger LANGUAGE plpgsql AS $$
            BEGIN
              NEW.name := upper(NEW.name);
              NEW.title := 'x';
              IF TG_OP = 'UPDATE' AND OLD.name IS DISTINCT FROM NEW.name THEN
                INSERT INTO public.logs (id) VALUES (NEW.id);
              END IF;
              RETURN NEW;
            END $$;
            CREATE OR REPLACE TRIGGER orgs_t BEFORE UPDATE ON public.orgs FOR EACH ROW EXECUTE FUNCTION public.t();
            """);

        var report = await project.RunAsync();

        Assert.Equal(
        [
            "(8,43) column o.nam does not exist", "(13,28) relation \"public.org_members\" does not exist", "(14,14) function public.no_such(uuid, text) does not exist",
            "(15,9) record \"v_org\" has no field \"nam\"", "(16,28) column \"titel\" of relation \"orgs\" does not exist", "(18,49) column o.nome does not exist", "(22,13) function public.orgs_total(integer) does not exist",
            "(32,3) record \"new\" has no field \"title\"", "(34,17) relation \"public.logs\" does not exist",
        ], report.Diagnostics.Select(item => $"({item.Location.Line},{item.Location.Column}) {item.Message.Split("here: ")[1].Split(" (4")[0]}"));
        Assert.All(report.Diagnostics, item => Assert.Equal("CORA5094", item.Descriptor.Code));
        // The statement with r, and EXECUTE; plpgsql_check knows more.
        Assert.True(report.NotDecidable is 0 or 2, string.Join('\n', report.Undecided));
    }

    [PostgresFact]
    public async Task What_bodies_may_do_is_left_alone()
    {
        using var project = new VerifiedProject().Write("module-a/010-a.sql", Orgs + """
            CREATE OR REPLACE FUNCTION public.f(p_ids UUID[], VARIADIC p_rest TEXT[]) RETURNS TABLE (id UUID, n BIGINT) LANGUAGE plpgsql AS $$
            <<outer_block>>
            DECLARE
              v_rows public.orgs[];
              v_row public.orgs;
              v_alias ALIAS FOR $1;
              c CURSOR FOR SELECT o.id FROM public.orgs o;
              v_case INT := CASE WHEN cardinality(p_ids) > 1 THEN 1 ELSE 0 END;
              v_json JSONB;
            BEGIN
              CREATE TEMP TABLE scratch (x INT) ON COMMIT DROP;
              INSERT INTO scratch SELECT 1;
              SELECT array_agg(o) INTO v_rows FROM public.orgs o WHERE o.id = ANY (p_ids);
              v_row := v_rows[1];
              v_rows[1] := v_row;
              v_row.name = 'x';
              DECLARE
                v_case TEXT;
              BEGIN
                v_case := 'inner';
              END;
              CASE v_row.name
                WHEN 'x' THEN PERFORM 1;
                ELSE NULL;
              END CASE;
              WITH moved AS (DELETE FROM public.orgs o WHERE o.id = ANY (v_alias) RETURNING o.id) SELECT count(*) INTO v_case FROM moved;
              INSERT INTO public.orgs AS o (id, name) SELECT gen_random_uuid(), unnest(p_rest) ON CONFLICT ON CONSTRAINT orgs_pkey DO UPDATE SET name = excluded.name;
              GET DIAGNOSTICS v_case = ROW_COUNT;
              v_json := jsonb_build_object('n', f.p_ids, 'm', outer_block.v_row);
              RETURN QUERY SELECT o.id, count(*) FROM public.orgs o GROUP BY 1;
              RETURN QUERY EXECUTE 'SELECT gen_random_uuid(), 1::bigint';
              WHILE FOUND LOOP EXIT; END LOOP;
              FOREACH v_row IN ARRAY v_rows LOOP CONTINUE WHEN v_row.name = ''; END LOOP;
              OPEN c; FETCH c INTO v_row.id; CLOSE c;
              RETURN;
            END $$;
            CREATE OR REPLACE FUNCTION public.g() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN INSERT INTO public.orgs SELECT NEW.nobody_knows; RETURN NULL; END $$;
            CREATE OR REPLACE FUNCTION public.h(a anyelement) RETURNS anyelement LANGUAGE plpgsql AS $$ BEGIN RETURN a; END $$;
            CREATE OR REPLACE FUNCTION public.i(int) RETURNS int BEGIN ATOMIC; SELECT CASE WHEN $1 > 0 THEN 1 ELSE 2 END; END;
            CREATE OR REPLACE PROCEDURE public.j(p INT) LANGUAGE plpgsql AS $$ BEGIN UPDATE public.orgs SET name = $1::text; COMMIT; END $$;
            """);

        var report = await project.RunAsync();

        Assert.Empty(VerifiedProject.Found(report));
        Assert.Equal(5, report.Functions);
    }

    [PostgresFact]
    public async Task A_function_in_SQL_that_a_later_file_breaks_is_found()
    {
        using var project = new VerifiedProject()
            .Write("module-a/010-a.sql", Orgs + "SET check_function_bodies = off;\nCREATE OR REPLACE FUNCTION f() RETURNS bigint LANGUAGE sql AS $$\n  SELECT count(*) FROM missing\n$$;");

        var found = Assert.Single(VerifiedProject.Found(await project.RunAsync()));
        Assert.StartsWith("010-a.sql(7,24) CORA5094 The function public.f fails when it comes here: relation \"missing\" does not exist (42P01).", found, StringComparison.Ordinal);
    }

    [PostgresFact]
    public async Task A_function_in_SQL_is_checked_with_the_search_path_that_it_sets()
    {
        using var project = new VerifiedProject().Write("module-a/010-a.sql", """
            CREATE SCHEMA IF NOT EXISTS private;
            CREATE TABLE IF NOT EXISTS private.keys (id int, val text);
            ALTER TABLE private.keys ENABLE ROW LEVEL SECURITY;
            CREATE OR REPLACE FUNCTION private.get_key() RETURNS text LANGUAGE sql SET search_path = private, pg_temp AS $$ SELECT val FROM keys $$;
            CREATE TABLE IF NOT EXISTS public.orgs (id int);
            ALTER TABLE public.orgs ENABLE ROW LEVEL SECURITY;
            CREATE OR REPLACE FUNCTION public.get_org() RETURNS int LANGUAGE sql AS $$ SELECT id FROM orgs $$;
            SET check_function_bodies = off;
            CREATE OR REPLACE FUNCTION public.get_bare() RETURNS int LANGUAGE sql SET search_path = '' AS $$ SELECT id FROM orgs $$;
            """);

        var found = Assert.Single(VerifiedProject.Found(await project.RunAsync()));
        Assert.StartsWith("010-a.sql(9,113) CORA5094 The function public.get_bare fails when it comes here: relation \"orgs\" does not exist (42P01).", found, StringComparison.Ordinal);
    }

    [PostgresFact]
    public async Task A_table_that_is_in_another_schema_than_where_it_is_looked_for_is_said_with_it()
    {
        using var project = new VerifiedProject().Write("module-a/010-a.sql", Orgs + "SELECT set_config('search_path', '', false);\nCREATE INDEX IF NOT EXISTS idx_orgs_x ON orgs (id);");

        var found = Assert.Single(VerifiedProject.Found(await project.RunAsync()));
        Assert.EndsWith(" CORA5091 relation \"orgs\" does not exist (42P01). The project makes public.orgs: name it with its schema, or look for what drops it.", found, StringComparison.Ordinal);
    }

    [PostgresFact]
    public async Task Transactions_rows_and_commands_in_a_file_are_as_in_psql()
    {
        using var project = new VerifiedProject().Write("module-a/010-a.sql", """
            \set ON_ERROR_STOP on
            \ir other.sql
            BEGIN;
            CREATE TABLE IF NOT EXISTS public.orgs (id INT, name TEXT);
            ALTER TABLE public.orgs ENABLE ROW LEVEL SECURITY;
            SELECT nope;
            CREATE INDEX IF NOT EXISTS idx_orgs_id ON public.orgs (id);
            COMMIT;
            COPY public.orgs (id, name) FROM stdin;
            1	it's; \\.
            2	\N
            \.
            CREATE INDEX CONCURRENTLY IF NOT EXISTS idx_orgs_name ON public.orgs (name);
            VACUUM public.orgs;
            DO $$ BEGIN IF (SELECT count(*) FROM public.orgs) NOT IN (2, 4) THEN RAISE EXCEPTION 'rows'; END IF; END $$;
            """);

        var report = await project.RunAsync();

        Assert.Equal(["010-a.sql(6,8) CORA5091 column \"nope\" does not exist (42703)."], VerifiedProject.Found(report));
        Assert.Contains(report.Notes, note => note.EndsWith("010-a.sql(2,1): commands of psql are not run.", StringComparison.Ordinal));
    }

    [PostgresFact]
    public async Task What_only_a_whole_Supabase_has_is_counted_and_not_reported()
    {
        using var project = new VerifiedProject().Write("module-a/010-a.sql", Orgs + """
            CREATE POLICY x ON storage.objects FOR SELECT USING (bucket_id = 'a');
            ALTER PUBLICATION supabase_realtime ADD TABLE public.orgs;
            CREATE EXTENSION IF NOT EXISTS no_such_extension;
            CREATE TABLE IF NOT EXISTS public.vectors (id UUID, v no_such_type(3));
            CREATE INDEX IF NOT EXISTS idx_vectors_v ON public.vectors (v);
            CREATE POLICY y ON storagx.objects FOR SELECT USING (true);
            """);

        var report = await project.RunAsync();

        Assert.StartsWith("010-a.sql(10,20) CORA5091 schema \"storagx\" does not exist", Assert.Single(VerifiedProject.Found(report)), StringComparison.Ordinal);
        Assert.Equal(5, report.NotVerified);
        Assert.Contains(report.Notes, note => note.Contains("'no_such_extension' is not installed", StringComparison.Ordinal));
    }

    [PostgresFact]
    public async Task Migrations_run_when_they_are_asked_for()
    {
        using var project = new VerifiedProject().Write("module-a/010-a.sql", Orgs).Write("module-a/migrations/001.sql", "ALTER TABLE public.orgs ADD COLUMN IF NOT EXISTS name TEXT;\nALTER TABLE public.org ADD COLUMN x INT;");

        Assert.Empty(VerifiedProject.Found(await project.RunAsync()));
        project.WithMigrations = true;
        var report = await project.RunAsync();
        Assert.Equal(["001.sql(2,13) CORA5091 relation \"public.org\" does not exist (42P01). Did you mean 'orgs'?"], VerifiedProject.Found(report));
        Assert.Equal(1, report.Migrations);
    }

    [PostgresFact]
    public async Task Text_that_is_no_SQL_is_an_error_at_its_place()
    {
        using var project = new VerifiedProject()
            .Write("module-a/010-a.sql", Orgs + "SELECT 'not closed;\n")
            .Write("module-a/020-a.sql", "SELECT 1;\nSELECT \0;")
            .Write("module-a/030-a.sql", new string('(', 100_000))
            .Write("module-a/040-a.sql", "SELECT " + string.Concat(Enumerable.Repeat("(", 20_000)) + "1" + new string(')', 20_000) + ";");

        var found = VerifiedProject.Found(await project.RunAsync());

        Assert.Contains(found, item => item.StartsWith("010-a.sql(5,8) CORA5091", StringComparison.Ordinal));
        Assert.Contains(found, item => item.StartsWith("020-a.sql(2,8) CORA5091 There is a NUL", StringComparison.Ordinal));
        Assert.Contains(found, item => item.StartsWith("030-a.sql(1,1000) CORA5091 This parenthesis is not closed", StringComparison.Ordinal));
        Assert.Contains(found, item => item.StartsWith("040-a.sql(1,", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Nothing_to_verify_is_said_and_needs_no_server()
    {
        using var project = new VerifiedProject { PostgresBin = "/nowhere" }.Write("module-b/010-b.sql", Orgs);

        Assert.Equal("nothing to verify, there is no db/schema/*.sql", (await project.RunAsync("module-a")).Line());
    }

    private static VerifiedProject Samples()
    {
        var project = new VerifiedProject();
        foreach (var path in Repository.Files("samples/demo-stack/packages", ".sql"))
        {
            if (path.Split('/') is [.., var module, "db", "schema", var name]) project.Write($"{module}/{name}", Repository.Read(path));
        }
        return project;
    }
}
