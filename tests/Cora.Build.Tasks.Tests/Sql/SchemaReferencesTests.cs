using System.Text;
using Cora.Build.Sql;

namespace Cora.Build.Tests.Sql;

public sealed class SchemaReferencesTests
{
    private const string Tables = """
        CREATE TABLE orgs (id uuid PRIMARY KEY, name text, owner_id uuid, data jsonb);
        CREATE TABLE org_members (id uuid PRIMARY KEY, org_id uuid REFERENCES orgs, user_id uuid, role text);
        CREATE VIEW open_view AS SELECT * FROM orgs;
        CREATE VIEW named_view (id, label) AS SELECT id, name FROM orgs;

        """;

    [Fact]
    public void Nothing_is_missing_in_what_PostgreSQL_takes()
    {
        var references = Read(Repository.Read("tests/Cora.Build.Tasks.Tests/Sql/corpus/queries.sql"));
        Assert.Empty(references.Missing);
        // Most of it is understood: what a name stands for where it is a function's result, in a catalog, or another time's.
        Assert.InRange(references.NotDecidable, 1, 25);
        Assert.InRange(references.Found, 200, int.MaxValue);
    }

    [Fact]
    public void Nothing_is_missing_in_the_samples()
    {
        var sources = Directory.GetFiles(Path.Combine(Repository.Root, "samples/demo-stack/packages"), "*.sql", SearchOption.AllDirectories).Order(StringComparer.Ordinal)
            .Select(path => new SqlSource(path.Split(Path.DirectorySeparatorChar)[^4], path, SqlFile.Read(File.ReadAllBytes(path)), IsMigration: false));
        var references = SchemaReferences.Of(SchemaModel.Of([.. sources]));
        Assert.Empty(references.Missing);
        Assert.True(references.Found > 50);
    }

    [Theory]
    [InlineData("CREATE POLICY p ON org_members USING (active)", "active @1:39 org_members")]
    [InlineData("CREATE POLICY p ON org_members USING (person_id = auth.uid() AND org_members.member_id = 1 AND public.org_members.x = 1)", "person_id @1:39 org_members|member_id @1:78 org_members|x @1:115 org_members")]
    [InlineData("CREATE POLICY p ON orgs WITH CHECK (EXISTS (SELECT 1 FROM org_members m WHERE m.org_id = orgs.id AND m.active AND orgs.active AND active))",
        "active @1:104 org_members|active @1:120 orgs|active @1:131 org_members,orgs")]
    [InlineData("CREATE POLICY p ON orgs USING (id IN (SELECT om.organisation_id FROM public.org_members om JOIN orgs o ON o.identifier = om.org_id))", "organisation_id @1:49 org_members|identifier @1:109 orgs")]
    [InlineData("CREATE POLICY p ON orgs USING (id IN (SELECT org_id FROM members))", "TABLE members @1:58")]
    [InlineData("CREATE POLICY p ON organisations USING (x)", "TABLE organisations @1:20")]
    [InlineData("CREATE POLICY p ON public.organisations USING (true)", "TABLE public.organisations @1:27")]
    [InlineData("CREATE POLICY p ON orgs USING ((data ->> 'x')::int = 1 AND CASE WHEN nme = 'x' THEN true END AND coalesce(descr, name) LIKE 'x%')", "nme @1:70 orgs|descr @1:107 orgs")]
    [InlineData("ALTER POLICY p ON orgs USING (nme = 'x')", "nme @1:31 orgs")]
    [InlineData("CREATE INDEX i ON orgs (nme, lower(nme), id) INCLUDE (label) WHERE deleted_at IS NULL", "nme @1:25 orgs|nme @1:36 orgs|label @1:55 orgs|deleted_at @1:68 orgs")]
    [InlineData("CREATE INDEX ON organisations (id)", "TABLE organisations @1:17")]
    [InlineData("CREATE TRIGGER t BEFORE UPDATE OF nme ON orgs FOR EACH ROW WHEN (NEW.name <> OLD.label) EXECUTE FUNCTION f()", "nme @1:35 orgs|label @1:82 orgs")]
    [InlineData("CREATE VIEW v AS SELECT o.nme, x.user_id, x.person_id FROM orgs o, (SELECT user_id, org_id FROM org_members) x WHERE label = 1", "nme @1:27 orgs|label @1:118 orgs")]
    [InlineData("CREATE VIEW v AS SELECT id FROM named_view WHERE name = 'x'", "name @1:50 named_view")]
    [InlineData("CREATE VIEW v AS SELECT name AS label FROM orgs WHERE label = 'x' ORDER BY label, labl", "label @1:55 orgs|labl @1:83 orgs")]
    [InlineData("CREATE VIEW v AS WITH x AS (SELECT id, nme FROM orgs) SELECT * FROM x JOIN members m ON m.id = x.id", "nme @1:40 orgs|TABLE members @1:76")]
    [InlineData("CREATE FUNCTION f(p_id uuid) RETURNS uuid LANGUAGE sql AS $$ SELECT org_id FROM org_members WHERE person_id = p_id $$", "person_id @1:99 org_members")]
    [InlineData("CREATE FUNCTION f(p_id uuid) RETURNS void LANGUAGE sql AS $$ INSERT INTO orgs (id, label) VALUES (p_id, 'x') ON CONFLICT (nme) DO UPDATE SET title = excluded.titel $$",
        "label @1:84 orgs|nme @1:123 orgs|title @1:142 orgs|titel @1:159 orgs")]
    [InlineData("CREATE FUNCTION f() RETURNS void LANGUAGE sql AS $$ UPDATE orgs o SET nme = 'x', user_id = m.user_id FROM org_members m WHERE m.org = o.id; DELETE FROM orgs WHERE label = 'x' RETURNING titel $$",
        "nme @1:71 orgs|user_id @1:82 orgs|org @1:129 org_members|label @1:164 orgs|titel @1:186 orgs")]
    [InlineData("CREATE FUNCTION f() RETURNS int LANGUAGE sql SET search_path = '' AS $$ SELECT 1 FROM public.orgs WHERE nme = 'x' $$", "nme @1:105 orgs")]
    [InlineData("CREATE FUNCTION f() RETURNS text RETURN (SELECT nme FROM orgs)", "nme @1:49 orgs")]
    public void A_name_that_stands_for_nothing_is_found_at_its_place(string sql, string expected) => Assert.Equal(expected, Text(Read(Tables + sql)));

    [Theory]
    // External: Supabase's own, the catalogs, extensions.
    [InlineData("CREATE POLICY p ON storage.objects USING (bucket_id = 'x')")]
    [InlineData("CREATE VIEW v AS SELECT u.email, u.anything, b.x FROM auth.users u, vault.secrets b")]
    [InlineData("CREATE VIEW v AS SELECT relname FROM pg_class, pg_stat_statements, spatial_ref_sys")]
    [InlineData("CREATE VIEW v AS SELECT * FROM other_schema.things WHERE x = 1")]
    // What a function or an unknown query gives.
    [InlineData("CREATE POLICY p ON orgs USING (EXISTS (SELECT 1 FROM jsonb_array_elements(data) e WHERE value = 'x' AND e.anything = 1))")]
    [InlineData("CREATE VIEW v AS SELECT anything FROM open_view; CREATE VIEW w AS SELECT v.anything FROM v")]
    [InlineData("CREATE VIEW v AS SELECT a.b FROM (SELECT id, count(*) FROM orgs GROUP BY 1) a WHERE count > 1")]
    [InlineData("CREATE VIEW v AS SELECT x.anything FROM (SELECT * FROM auth.users) x")]
    // Columns that are not there at another time, or may be.
    [InlineData("ALTER TABLE orgs RENAME name TO title; CREATE POLICY p ON orgs USING (name = 'x')")]
    [InlineData("CREATE POLICY p ON orgs USING (later = 'x'); ALTER TABLE orgs ADD COLUMN later text")]
    [InlineData("DO $$ BEGIN EXECUTE format('ALTER TABLE orgs ADD COLUMN %I text', 'x'); END $$; CREATE POLICY p ON orgs USING (x = 'x')")]
    [InlineData("SELECT add_audit_columns('orgs'); CREATE INDEX ON orgs (created_by)")]
    [InlineData("CREATE TABLE kept AS SELECT * FROM orgs; CREATE INDEX ON kept (anything)")]
    [InlineData("CREATE TABLE copied (LIKE auth.users); CREATE INDEX ON copied (anything)")]
    [InlineData("ALTER TABLE orgs FROBNICATE; CREATE INDEX ON orgs (anything)")]
    [InlineData("CREATE TABLE broken (id uuid, x y z w); CREATE INDEX ON broken (anything); CREATE VIEW v AS SELECT anything FROM broken")]
    [InlineData("CREATE FUNCTION g() RETURNS void LANGUAGE plpgsql AS $$ BEGIN CREATE TEMP TABLE scratch (x int); END $$; CREATE FUNCTION f() RETURNS int LANGUAGE sql AS $$ SELECT x FROM scratch $$")]
    [InlineData("DO $$ BEGIN IF x THEN CREATE POLICY p ON orgs USING (nme = 'x'); END IF; END $$")]
    // What is not understood.
    [InlineData("CREATE VIEW v AS SELECT nme FROM orgs TABLESAMPLE system (1)")]
    [InlineData("CREATE VIEW v AS SELECT nme, xmlelement(name foo, bar) FROM orgs")]
    [InlineData("CREATE FUNCTION f() RETURNS void LANGUAGE sql AS $$ CREATE TABLE x (a int); SELECT nme FROM orgs $$")]
    [InlineData("CREATE FUNCTION f() RETURNS text LANGUAGE sql AS 'SELECT nme || ''x'' FROM orgs'")]
    [InlineData("CREATE FUNCTION f() RETURNS text LANGUAGE plpgsql AS $$ BEGIN RETURN nme FROM orgs; END $$")]
    [InlineData("CREATE POLICY p ON orgs USING (nme nme nme)")]
    [InlineData("CREATE POLICY p ON orgs USING (ctid IS NOT NULL AND tableoid > 0 AND orgs IS NOT NULL)")]
    public void Of_what_may_be_there_nothing_is_said(string sql) => Assert.Equal("", Text(Read(Tables + sql)));

    [Fact]
    public void A_migration_makes_names_uncertain_and_is_not_looked_through()
    {
        var model = SchemaModel.Of(
        [
            new("m", "a.sql", SqlFile.Read("CREATE TABLE t (id int); CREATE INDEX ON t (new_one); CREATE INDEX ON t (nowhere); CREATE VIEW v AS SELECT 1 FROM migrated; CREATE VIEW w AS SELECT 1 FROM missing"), IsMigration: false),
            new("m", "b.sql", SqlFile.Read("ALTER TABLE t ADD COLUMN new_one int; CREATE TABLE migrated (x int); CREATE INDEX ON t (typo)"), IsMigration: true),
        ]);
        Assert.Equal(["nowhere", "missing"], SchemaReferences.Of(model).Missing.Select(missing => missing.Identifier.Name));
        Assert.Null(model.Find("public", "migrated"));
        Assert.NotNull(model.WithMigrations.Find("public", "migrated"));
    }

    [Fact]
    public void A_file_that_is_not_read_to_its_end_leaves_missing_tables_open()
    {
        Assert.Equal("", Text(Read(Tables + "CREATE INDEX ON organisations (id); CREATE TABLE x (")));
        Assert.Equal("", Text(Read(Tables + "CREATE INDEX ON organisations (id); CRATE TABLE x (a int)")));
    }

    [Theory]
    [InlineData("(", "1", ")")]
    [InlineData("(SELECT ", "1", ")")]
    [InlineData("((SELECT 1) + ", "1", ")")]
    [InlineData("CASE WHEN ", "true", " THEN true END")]
    [InlineData("ARRAY[", "1", "]")]
    [InlineData("f(", "1", ")")]
    [InlineData("NOT ", "true", "")]
    [InlineData("1 + ", "1", "")]
    [InlineData("a.", "a", "")]
    [InlineData("x[", "1", "]")]
    public void Nesting_costs_no_stack_and_no_time(string open, string middle, string close)
    {
        var text = new StringBuilder(Tables).Append("CREATE POLICY p ON orgs USING (");
        for (var i = 0; i < 100_000; i++) text.Append(open);
        text.Append(middle);
        for (var i = 0; i < 100_000; i++) text.Append(close);
        Assert.NotNull(Read(text.Append(')').ToString()));
    }

    private static SchemaReferences Read(string sql) => SchemaReferences.Of(SchemaModel.Of([new("module-test", "x.sql", SqlFile.Read(sql), IsMigration: false)]));

    /// <summary>Lines count from behind the tables.</summary>
    private static string Text(SchemaReferences references)
    {
        var first = Tables.Count(character => character == '\n');
        return string.Join('|', references.Missing.Select(missing =>
            $"{(missing.Table is { } table ? $"TABLE {table}" : missing.Identifier.Name)} @{missing.Identifier.At.Line - first}:{missing.Identifier.At.Column} {string.Join(',', missing.Relations.Select(relation => relation.Name))}".TrimEnd()));
    }
}
