using Cora.Build.Tests.Sql;

namespace Cora.Build.Tests.Database;

/// <summary>Whether a database is as its files say, when all of them have run.</summary>
[Collection(PostgresTests.Name)]
public sealed class ModelCheckTests(PostgresServer server)
{
    private const string Orgs = """
        CREATE TABLE IF NOT EXISTS public.orgs (
            id UUID PRIMARY KEY,
            name TEXT NOT NULL
        );
        ALTER TABLE public.orgs ENABLE ROW LEVEL SECURITY;
        CREATE INDEX IF NOT EXISTS idx_orgs_name ON public.orgs (name);

        """;

    [PostgresTheory]
    [InlineData("CREATE TABLE public.orgs (name TEXT, title TEXT); CREATE INDEX idx_orgs_name ON public.orgs (title);",
        "(2,5) The table orgs of {db} has no column 'id'. It was there before, and CREATE TABLE IF NOT EXISTS does not change it: write ALTER TABLE public.orgs ADD COLUMN IF NOT EXISTS id in the schema.",
        "(6,28) The index idx_orgs_name of orgs is on (title) in {db}, and on (name) here. CREATE INDEX IF NOT EXISTS changes no index that is there: give this one another name, and drop the old one in a migration.")]
    [InlineData("CREATE TABLE public.orgs (id UUID PRIMARY KEY, name TEXT); CREATE UNIQUE INDEX idx_orgs_name ON public.orgs (name);",
        "(6,28) The index idx_orgs_name of orgs is a unique one on (name) in {db}, and on (name) here. CREATE INDEX IF NOT EXISTS changes no index that is there: give this one another name, and drop the old one in a migration.")]
    [InlineData("CREATE TABLE public.orgs (id UUID PRIMARY KEY, name TEXT); CREATE INDEX idx_orgs_name ON public.orgs (lower(name), id);",
        "(6,28) The index idx_orgs_name of orgs is on (an expression, id) in {db}, and on (name) here. CREATE INDEX IF NOT EXISTS changes no index that is there: give this one another name, and drop the old one in a migration.")]
    [InlineData("CREATE TABLE public.others (name TEXT); CREATE INDEX idx_orgs_name ON public.others (name);",
        "(6,28) The index idx_orgs_name of {db} is one of others, and not of orgs: an index's name is there once in a schema. Give one of them another name.")]
    [InlineData("CREATE TABLE public.orgs (id UUID PRIMARY KEY, name TEXT); CREATE INDEX idx_orgs_name ON public.orgs (name); UPDATE pg_index SET indisvalid = false WHERE indexrelid = 'idx_orgs_name'::regclass;",
        "(6,28) The index idx_orgs_name of orgs is there in {db}, and was never finished, so no query uses it, and CREATE INDEX IF NOT EXISTS leaves it so. Run DROP INDEX public.idx_orgs_name, and apply again.")]
    public async Task What_was_there_before_and_stays_as_it_was_is_found(string before, params string[] expected)
    {
        var database = await server.CreateDatabaseAsync();
        await database.RunAsync(before);

        Assert.Equal(expected, await FoundAsync(database, new AppliedProject(database).Write("module-a/db/schema/010-orgs.sql", Orgs)));
    }

    [PostgresTheory]
    [InlineData("ALTER TABLE public.orgs DISABLE ROW LEVEL SECURITY",
        "(1,35) Row level security of orgs is off in {db} when all files have run, so the API gives all of its rows to everybody. Look for what turns it off, and apply again.")]
    [InlineData("DROP INDEX public.idx_orgs_name", "(6,28) The index idx_orgs_name of orgs is not in {db} when all files have run. Look for what drops it, and apply again.")]
    [InlineData("DROP TABLE public.orgs", "(1,35) The table orgs is not in {db} when all files have run. Look for a view of that name, or for what drops or renames it.")]
    [InlineData("DROP POLICY orgs_select ON public.orgs", "(8,15) The table orgs of {db} has no policy 'orgs_select' when all files have run. Look for what drops it, and apply again.")]
    public async Task What_the_database_itself_changes_is_found(string change, string expected)
    {
        var database = await server.CreateDatabaseAsync();
        await database.RunAsync($"CREATE SCHEMA hidden; CREATE FUNCTION hidden.change() RETURNS void LANGUAGE plpgsql AS $$ BEGIN {change}; END $$;");
        var project = new AppliedProject(database)
            .Write("module-a/db/schema/010-orgs.sql", Orgs + "DROP POLICY IF EXISTS orgs_select ON public.orgs;\nCREATE POLICY orgs_select ON public.orgs FOR SELECT USING (true);\n")
            .Write("module-a/db/schema/020-change.sql", "SELECT hidden.change();");

        Assert.Equal([expected], await FoundAsync(database, project));
    }

    [PostgresTheory]
    // A migration has the last word.
    [InlineData("", "ALTER TABLE public.orgs DROP COLUMN name;")]
    [InlineData("", "DROP INDEX public.idx_orgs_name;")]
    [InlineData("", "ALTER INDEX public.idx_orgs_name RENAME TO idx_orgs_title;")]
    [InlineData("", "ALTER TABLE public.orgs RENAME TO organisations;")]
    [InlineData("", "ALTER TABLE public.orgs RENAME COLUMN name TO title;")]
    [InlineData("", "DROP TABLE public.orgs;")]
    [InlineData("", "ALTER TABLE public.orgs SET SCHEMA other;")]
    [InlineData("", "ALTER TABLE public.orgs DISABLE ROW LEVEL SECURITY;")]
    [InlineData("", "DO $$ BEGIN EXECUTE 'ALTER TABLE public.orgs DROP COLUMN name'; END $$;")]
    // What runs on a condition may have run.
    [InlineData("", "DO $$ BEGIN IF true THEN DROP INDEX public.idx_orgs_name; END IF; END $$;")]
    [InlineData("", "DO $$ BEGIN IF true THEN DROP INDEX public.idx_orgs_name; END IF; END $$; CREATE INDEX IF NOT EXISTS idx_orgs_name ON public.orgs (id);")]
    [InlineData("", "DO $$ BEGIN IF true THEN ALTER INDEX public.idx_orgs_name RENAME TO idx_orgs_title; END IF; END $$;")]
    [InlineData("", "DO $$ BEGIN IF true THEN ALTER TABLE public.orgs RENAME COLUMN name TO title; END IF; END $$;")]
    [InlineData("", "DO $$ BEGIN IF true THEN ALTER TABLE public.orgs DROP COLUMN name; END IF; END $$;")]
    [InlineData("", "DO $$ BEGIN IF true THEN ALTER TABLE public.orgs DISABLE ROW LEVEL SECURITY; END IF; END $$;")]
    [InlineData("CREATE TABLE IF NOT EXISTS public.open (id INT); DO $$ BEGIN IF false THEN ALTER TABLE public.open ENABLE ROW LEVEL SECURITY; END IF; END $$;", "")]
    [InlineData("DROP POLICY IF EXISTS p ON public.orgs; CREATE POLICY p ON public.orgs USING (true);", "DO $$ BEGIN IF true THEN DROP POLICY p ON public.orgs; END IF; END $$;")]
    [InlineData("DROP POLICY IF EXISTS p ON public.orgs; CREATE POLICY p ON public.orgs USING (true); DO $$ BEGIN IF false THEN ALTER POLICY p ON public.orgs RENAME TO q; END IF; END $$;", "")]
    // What a column takes along.
    [InlineData("CREATE INDEX IF NOT EXISTS idx_orgs_lower ON public.orgs (lower(name));", "ALTER TABLE public.orgs DROP COLUMN name;")]
    [InlineData("CREATE INDEX IF NOT EXISTS idx_orgs_some ON public.orgs (id) WHERE name <> '';", "ALTER TABLE public.orgs DROP COLUMN name;")]
    [InlineData("DROP POLICY IF EXISTS p ON public.orgs; CREATE POLICY p ON public.orgs USING (name <> '');", "ALTER TABLE public.orgs DROP COLUMN name CASCADE;")]
    // Where a session makes things.
    [InlineData("SET SCHEMA 'other'; CREATE TABLE IF NOT EXISTS things (id INT);", "")]
    [InlineData("SELECT pg_catalog.set_config('search_path', '\"other\", public', false); CREATE TABLE IF NOT EXISTS things (id INT);", "")]
    // What is there in all its forms.
    [InlineData("CREATE TABLE IF NOT EXISTS public.parts (id INT, day DATE) PARTITION BY RANGE (day); ALTER TABLE public.parts ENABLE ROW LEVEL SECURITY; CREATE TABLE IF NOT EXISTS public.parts_1 PARTITION OF public.parts FOR VALUES FROM ('2026-01-01') TO ('2027-01-01'); CREATE INDEX IF NOT EXISTS idx_parts_day ON ONLY public.parts (day);", "")]
    [InlineData("CREATE INDEX IF NOT EXISTS idx_orgs_lower ON public.orgs (lower(name), id DESC NULLS LAST) WHERE name <> '';", "")]
    [InlineData("CREATE UNIQUE INDEX IF NOT EXISTS idx_orgs_more ON public.orgs USING btree (name text_pattern_ops) INCLUDE (id);", "")]
    [InlineData("CREATE INDEX ON public.orgs (id, name);", "")]
    [InlineData("CREATE TABLE IF NOT EXISTS public.\"Odd Names\" (id INT, \"A b\" TEXT); ALTER TABLE public.\"Odd Names\" ENABLE ROW LEVEL SECURITY; CREATE INDEX IF NOT EXISTS \"Odd idx\" ON public.\"Odd Names\" (\"A b\");", "")]
    [InlineData("CREATE TABLE IF NOT EXISTS other.things (id INT); ALTER TABLE other.things ENABLE ROW LEVEL SECURITY; CREATE INDEX IF NOT EXISTS idx_orgs_name ON other.things (id);", "")]
    [InlineData("CREATE TABLE IF NOT EXISTS public.parts (id INT, day DATE) PARTITION BY RANGE (day); ALTER TABLE public.parts ENABLE ROW LEVEL SECURITY; CREATE INDEX IF NOT EXISTS idx_parts_day ON public.parts (day); CREATE TABLE IF NOT EXISTS public.parts_1 PARTITION OF public.parts FOR VALUES FROM ('2026-01-01') TO ('2027-01-01'); ALTER TABLE public.parts_1 ENABLE ROW LEVEL SECURITY;", "")]
    [InlineData("CREATE TABLE IF NOT EXISTS public.copies (LIKE public.orgs INCLUDING ALL); ALTER TABLE public.copies ENABLE ROW LEVEL SECURITY;", "")]
    [InlineData("CREATE TABLE IF NOT EXISTS public.an_exceedingly_long_name_of_a_table_that_postgresql_cuts_off_at_sixty_three_bytes (id INT); ALTER TABLE public.an_exceedingly_long_name_of_a_table_that_postgresql_cuts_off_at_sixty_three_bytes ENABLE ROW LEVEL SECURITY;", "")]
    [InlineData("DO $$ BEGIN IF false THEN CREATE TABLE public.never (id INT); END IF; END $$;", "")]
    [InlineData("DO $$ BEGIN IF false THEN CREATE INDEX idx_never ON public.orgs (id); END IF; END $$;", "")]
    [InlineData("CREATE TEMP TABLE t (id INT); DROP TABLE t;", "")]
    [InlineData("CREATE OR REPLACE VIEW public.names AS SELECT name FROM public.orgs;", "")]
    [InlineData("DROP TABLE IF EXISTS public.gone; CREATE TABLE public.gone (id INT); DROP TABLE public.gone;", "")]
    [InlineData("ALTER TABLE public.orgs ADD COLUMN IF NOT EXISTS old TEXT; ALTER TABLE public.orgs DROP COLUMN IF EXISTS old;", "")]
    public async Task What_is_so_and_what_may_be_so_is_left_alone(string more, string migration)
    {
        var database = await server.CreateDatabaseAsync();
        await database.RunAsync("CREATE SCHEMA other;");
        var project = new AppliedProject(database).Write("module-a/db/schema/010-orgs.sql", Orgs).Write("module-a/db/schema/020-more.sql", more).Write("module-a/db/migrations/001.sql", migration);

        Assert.Empty(await FoundAsync(database, project));
    }

    [PostgresFact]
    public async Task Where_the_server_has_a_search_path_of_its_own_the_table_of_the_same_name_is_not_meant()
    {
        var database = await server.CreateDatabaseAsync();
        await database.RunAsync("CREATE SCHEMA app; CREATE TABLE public.orgs (); DO $$ BEGIN EXECUTE format('ALTER DATABASE %I SET search_path = app, public', current_database()); END $$;");

        var report = await new AppliedProject(database).Write("module-a/db/schema/010-orgs.sql", "CREATE TABLE IF NOT EXISTS orgs (id UUID PRIMARY KEY);\nALTER TABLE orgs ENABLE ROW LEVEL SECURITY;").RunAsync();
        Assert.EndsWith("; 0 tables, 0 indexes, 0 policies as the files say, 1 not decidable", report.Line(), StringComparison.Ordinal);
    }

    [PostgresFact]
    public async Task What_another_module_takes_away_may_be_gone()
    {
        var database = await server.CreateDatabaseAsync();
        var project = new AppliedProject(database)
            .Write("module-a/db/schema/010-orgs.sql", Orgs + "DROP POLICY IF EXISTS p ON public.orgs;\nCREATE POLICY p ON public.orgs USING (true);")
            .Write("module-b/db/schema/010-more.sql", "DROP INDEX IF EXISTS public.idx_orgs_name;\nDROP POLICY IF EXISTS p ON public.orgs;\nALTER TABLE public.orgs DISABLE ROW LEVEL SECURITY;");

        Assert.Empty(await FoundAsync(database, project));
    }

    [PostgresFact]
    public async Task Only_what_the_applied_modules_make_is_compared_and_a_comment_leaves_a_line_alone()
    {
        var database = await server.CreateDatabaseAsync();
        await database.RunAsync("CREATE TABLE public.orgs (id UUID PRIMARY KEY);");
        var project = new AppliedProject(database)
            .Write("module-a/db/schema/010-orgs.sql", "CREATE TABLE IF NOT EXISTS public.orgs (id UUID PRIMARY KEY,\n  name TEXT -- noqa: CORA7025\n);\nALTER TABLE public.orgs ENABLE ROW LEVEL SECURITY;")
            .Write("module-b/db/schema/010-more.sql", "ALTER TABLE public.orgs ADD COLUMN IF NOT EXISTS size INT;\nCREATE INDEX IF NOT EXISTS idx_orgs_size ON public.orgs (size);\nCREATE TABLE IF NOT EXISTS public.bs (id INT);");

        Assert.Empty(await FoundAsync(database, project, "module-a"));
    }

    [PostgresFact]
    public async Task What_cannot_be_known_is_counted()
    {
        var database = await server.CreateDatabaseAsync();
        var project = new AppliedProject(database).Write("module-a/db/schema/010-orgs.sql", Orgs)
            .Write("module-a/db/schema/020-if.sql", "DO $$ BEGIN IF true THEN CREATE TABLE IF NOT EXISTS public.maybe (id INT); ALTER TABLE public.maybe ENABLE ROW LEVEL SECURITY; END IF; END $$;");

        Assert.EndsWith("; 1 table, 1 index, 0 policies as the files say, 1 not decidable", (await project.RunAsync()).Line(), StringComparison.Ordinal);
    }

    private static async Task<IEnumerable<string>> FoundAsync(PostgresDatabase database, AppliedProject project, string modules = "")
    {
        var name = (await database.RunAsync("SELECT current_database()")).Trim();
        var report = await project.RunAsync(modules);
        Assert.All(report.Diagnostics, item => Assert.Equal("CORA7025", item.Descriptor.Code));
        return report.Diagnostics.Select(item => $"({item.Location.Line},{item.Location.Column}) {System.Text.RegularExpressions.Regex.Replace(item.Message, $"/[^ ]*/{name}", "{db}")}");
    }
}
