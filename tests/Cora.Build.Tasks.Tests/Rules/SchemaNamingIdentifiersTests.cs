using Cora.Build.Rules;
using Cora.Build.Sql;

namespace Cora.Build.Tests.Rules;

public sealed class SchemaNamingIdentifiersTests
{
    /// <summary>64 bytes.</summary>
    private const string Long = "a2345678901234567890123456789012345678901234567890123456789_1234";

    private const string Kept = "a2345678901234567890123456789012345678901234567890123456789_123";

    [Theory]
    [InlineData("CREATE TABLE \"order\" (id uuid)", "1,14 warning CORA5017: 'order' is a reserved word of PostgreSQL, so that this table needs quotes wherever it is used. Give it another name.")]
    [InlineData("CREATE TABLE t (id uuid,\n  \"user\" text)", "2,3 warning CORA5017: 'user' is a reserved word of PostgreSQL, so that this column needs quotes wherever it is used. Give it another name.")]
    [InlineData("CREATE TABLE t (\"left\" int)", "1,17 warning CORA5017: 'left' is a reserved word *")]
    [InlineData("CREATE TABLE t (\"orgId\" uuid)", "1,17 warning CORA5017: The name of the column 'orgId' is not snake_case, and needs quotes wherever it is used. Call it 'org_id'.")]
    [InlineData("CREATE TABLE \"Org Members\" (id uuid)", "1,14 warning CORA5017: The name of the table 'Org Members' is not snake_case, and needs quotes wherever it is used. Call it 'org_members'.")]
    [InlineData("CREATE TABLE t (orgID uuid)", "1,17 warning CORA5017: PostgreSQL has no capitals without quotes: the column 'orgID' is called 'orgid'. Call it 'org_id'.")]
    [InlineData("CREATE TABLE public.OrgMembers (id uuid)", "1,21 warning CORA5017: PostgreSQL has no capitals without quotes: the table 'OrgMembers' is called 'orgmembers'. Call it 'org_members'.")]
    [InlineData("CREATE TABLE t (größe int)", "1,17 warning CORA5017: The name of the column 'größe' is not snake_case, and needs quotes wherever it is used. Use small letters, digits and underscores.")]
    [InlineData("CREATE TABLE t (\"2fa\" text)", "1,17 warning CORA5017: The name of the column '2fa' is not snake_case, *")]
    [InlineData("CREATE TABLE t (id uuid); CREATE INDEX \"idx-t-id\" ON t (id)", "1,40 warning CORA5017: The name of the index 'idx-t-id' is not snake_case, and needs quotes wherever it is used. Call it 'idx_t_id'.")]
    [InlineData("CREATE FUNCTION \"getOrgs\"() RETURNS int LANGUAGE sql AS $$ SELECT 1 $$", "1,17 warning CORA5017: The name of the function 'getOrgs' is not snake_case, *")]
    [InlineData("CREATE FUNCTION get_orgs(p_orgId uuid) RETURNS int LANGUAGE sql AS $$ SELECT 1 $$", "1,26 warning CORA5017: PostgreSQL has no capitals without quotes: the parameter 'p_orgId' is called 'p_orgid'. Call it 'p_org_id'.")]
    [InlineData("CREATE TYPE \"Status\" AS ENUM ('a', 'b')", "1,13 warning CORA5017: The name of the type 'Status' is not snake_case, and needs quotes wherever it is used. Call it 'status'.")]
    [InlineData("CREATE VIEW \"group\" AS SELECT 1 AS n", "1,13 warning CORA5017: 'group' is a reserved word of PostgreSQL, so that this view *")]
    [InlineData("CREATE TABLE t (id uuid CONSTRAINT \"PK\" PRIMARY KEY)", "1,36 warning CORA5017: The name of the constraint 'PK' is not snake_case, *")]
    [InlineData("CREATE TABLE t (id uuid); CREATE TRIGGER \"T\" BEFORE UPDATE ON t FOR EACH ROW EXECUTE FUNCTION f()", "1,42 warning CORA5017: The name of the trigger 'T' *")]
    public void A_name_that_needs_quotes_or_loses_its_words_is_found(string schema, string expected) => NamingSchema.AssertOnly(expected, NamingSchema.Find("CORA5017", schema));

    [Theory]
    [InlineData("CREATE TABLE ORGS2 (ID uuid, Name text, \"org_id\" uuid)")]
    [InlineData("CREATE TABLE Org_Members2 (User_Id uuid)")]
    [InlineData("CREATE TABLE t (value text, type text, role text, position int, status text, timestamp timestamptz, date date, level int, year int)")]
    [InlineData("CREATE TABLE _t (a1 int, _hidden int, trailing_ int)")]
    [InlineData("CREATE TABLE t (id uuid); CREATE POLICY \"Members can read\" ON t USING (true); CREATE POLICY \"select\" ON t USING (true)")]
    [InlineData("CREATE EXTENSION IF NOT EXISTS \"uuid-ossp\"")]
    [InlineData("CREATE FUNCTION overlaps(orgId uuid, OUT \"userId\" uuid) LANGUAGE sql AS $$ SELECT 1 AS \"orderId\" $$")]
    [InlineData("CREATE FUNCTION get_orgs() RETURNS TABLE (\"orgId\" uuid) LANGUAGE sql AS $$ SELECT 1 $$")]
    [InlineData("CREATE TABLE t (id uuid); COMMENT ON TABLE t IS 'orgId \"order\"'")]
    [InlineData("CREATE TABLE t (\"orgId\" uuid); ALTER TABLE t RENAME COLUMN \"orgId\" TO org_id")]
    [InlineData("CREATE TABLE storage.\"Buckets\" (\"Id\" uuid)")]
    public void A_plain_name_and_one_that_nothing_refers_to_are_left_alone(string schema) => Assert.Empty(NamingSchema.Find("CORA5017", schema));

    [Theory]
    [InlineData("CREATE TABLE " + Long + " (id uuid)", "1,14 error CORA5018: The name of this table has 64 bytes, and PostgreSQL keeps 63: it is called '" + Kept + "'. Shorten it.")]
    [InlineData("CREATE TABLE t (id uuid,\n " + Long + " int)", "2,2 error CORA5018: The name of this column has 64 bytes, *")]
    [InlineData("CREATE TABLE t (id uuid); ALTER TABLE t ADD COLUMN " + Long + " int", "1,52 error CORA5018: The name of this column *")]
    [InlineData("CREATE TABLE t (id uuid); CREATE INDEX " + Long + " ON t (id)", "1,40 error CORA5018: The name of this index *")]
    [InlineData("CREATE TABLE t (id uuid); CREATE POLICY \"" + Long + "\" ON t USING (true)", "1,41 error CORA5018: The name of this policy *")]
    [InlineData("CREATE TABLE t (id uuid); CREATE TRIGGER " + Long + " BEFORE UPDATE ON t FOR EACH ROW EXECUTE FUNCTION f()", "1,42 error CORA5018: The name of this trigger *")]
    [InlineData("CREATE FUNCTION " + Long + "() RETURNS int LANGUAGE sql AS $$ SELECT 1 $$", "1,17 error CORA5018: The name of this function *")]
    [InlineData("CREATE FUNCTION f(" + Long + " int) RETURNS int LANGUAGE sql AS $$ SELECT 1 $$", "1,19 error CORA5018: The name of this parameter *")]
    [InlineData("CREATE TABLE t (id uuid CONSTRAINT " + Long + " PRIMARY KEY)", "1,36 error CORA5018: The name of this constraint *")]
    [InlineData("CREATE TABLE t (id uuid); ALTER TABLE t ADD CONSTRAINT " + Long + " UNIQUE (id)", "1,56 error CORA5018: The name of this constraint *")]
    [InlineData("CREATE TABLE t (id uuid); ALTER TABLE t RENAME TO " + Long, "1,51 error CORA5018: The name of this table *")]
    [InlineData("CREATE VIEW " + Long + " AS SELECT 1", "1,13 error CORA5018: The name of this view *")]
    [InlineData("CREATE TYPE " + Long + " AS ENUM ('a')", "1,13 error CORA5018: The name of this type *")]
    [InlineData("CREATE TABLE t (\"größegrößegrößegrößegrößegrößegrößegrößegröße1\" int)", "1,17 error CORA5018: The name of this column has 64 bytes*")]
    public void A_name_that_is_cut_is_found(string schema, string expected) => NamingSchema.AssertOnly(expected, NamingSchema.Find("CORA5018", schema));

    [Theory]
    [InlineData("CREATE TABLE " + Kept + " (" + Kept + " uuid)")]
    [InlineData("CREATE TABLE t (\"größegrößegrößegrößegrößegrößegrößegrößegröße\" int)")]
    [InlineData("CREATE TABLE t (id text DEFAULT '" + Long + "' /* " + Long + " */)")]
    [InlineData("CREATE TYPE t AS ENUM ('" + Kept + "')")]
    [InlineData("DROP TABLE IF EXISTS " + Long)]
    [InlineData("CREATE FUNCTION f() RETURNS int LANGUAGE sql AS $$ SELECT 1 AS " + Long + " $$")]
    public void A_name_of_63_bytes_and_text_are_left_alone(string schema) => Assert.Empty(NamingSchema.Find("CORA5018", schema));

    [Fact]
    public void The_sample_modules_are_clean()
    {
        var modules = Directory.GetDirectories(Path.Combine(Repository.Root, "samples/demo-stack/packages")).Order(StringComparer.Ordinal).ToList();
        SqlSource[] sources = [.. modules.SelectMany(module => Directory.GetFiles(Path.Combine(module, "db/schema"), "*.sql").Order(StringComparer.Ordinal)
            .Select(file => new SqlSource(Path.GetFileName(module), file, SqlFile.Read(File.ReadAllBytes(file)), IsMigration: false)))];
        var model = SchemaModel.Of(sources);
        var report = new LintReport();
        foreach (var module in modules) SchemaNaming.Check(model, Path.GetFileName(module), SchemaNamingSettings.Default, report);
        Assert.Equal((4, true), (modules.Count, model.Tables.Count() > 12));
        Assert.Empty(report.Diagnostics);
        Assert.Equal(0, report.NotDecidable);
    }
}
