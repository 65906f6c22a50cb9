using System.Text;
using Cora.Build.Sql;

namespace Cora.Build.Tests.Sql;

public sealed class SchemaModelTests
{
    [Fact]
    public void Each_thing_knows_its_module_its_file_and_its_place()
    {
        var model = Of(
            ("module-a", "010.sql", "CREATE TABLE public.orgs (\n    id uuid PRIMARY KEY,\n    CONSTRAINT named CHECK (id IS NOT NULL)\n);\nALTER TABLE orgs ADD COLUMN later text;"),
            ("module-b", "020.sql", "ALTER TABLE orgs ADD b int,\n  ENABLE ROW LEVEL SECURITY;\nCREATE INDEX i ON orgs (b);\nCREATE POLICY \"p p\" ON orgs USING (b = 1);\nCREATE TRIGGER t BEFORE UPDATE ON orgs FOR EACH ROW EXECUTE FUNCTION f();"));
        var orgs = Assert.Single(model.Tables);
        Assert.Equal(("module-a", "010.sql 1:21", true), (orgs.Module, Place(orgs.Origin), orgs.HasRowSecurity));
        Assert.Equal(["id module-a 010.sql 2:5", "later module-a 010.sql 5:29", "b module-b 020.sql 1:22"], orgs.Columns.Select(column => $"{column.Name} {column.Origin.Module} {Place(column.Origin)}"));
        Assert.Equal(["named 010.sql 3:16", "orgs_pkey 010.sql 2:13"], orgs.Constraints.Select(constraint => $"{constraint.Name} {Place(constraint.Origin)}"));
        Assert.Equal(["i 020.sql 3:14", "p p 020.sql 4:15", "t 020.sql 5:16"],
            [$"{orgs.Indexes[0].Name} {Place(orgs.Indexes[0].Origin)}", $"{orgs.Policies[0].Name} {Place(orgs.Policies[0].Origin)}", $"{orgs.Triggers[0].Name} {Place(orgs.Triggers[0].Origin)}"]);
        Assert.Equal(("b = 1", new(4, 36)), (orgs.Policies[0].Using!.Text, orgs.Policies[0].Using!.At));
    }

    [Fact]
    public void A_module_may_add_to_a_table_of_another_in_whatever_order_they_come()
    {
        (string, string, string)[] files =
        [
            ("module-b", "b.sql", "ALTER TABLE orgs ADD COLUMN b int REFERENCES things; CREATE TABLE part PARTITION OF whole DEFAULT; CREATE INDEX ON part (x); CREATE TABLE copy (LIKE orgs); ALTER TABLE orgs ENABLE ROW LEVEL SECURITY"),
            ("module-a", "a.sql", "CREATE TABLE orgs (id int PRIMARY KEY); CREATE TABLE things (id int PRIMARY KEY); CREATE TABLE whole (x int) PARTITION BY LIST (x)"),
        ];
        foreach (var model in new[] { Of(files), Of([.. files.Reverse()]) })
        {
            var orgs = model.Find("public", "orgs")!;
            Assert.True(orgs.HasRowSecurity);
            Assert.Equal("things(id)", $"{orgs.ForeignKeys.Single().References}({orgs.ForeignKeys.Single().ReferencedColumns[0]})");
            Assert.Equal(("part_x_idx", "module-b"), (model.Find("public", "part")!.Indexes[0].Name, model.Find("public", "part")!.Module));
            Assert.Contains("id", model.Find("public", "copy")!.Columns.Select(column => column.Name));
        }
    }

    [Theory]
    [InlineData("DROP TABLE orgs")]
    [InlineData("ALTER TABLE orgs RENAME TO other")]
    [InlineData("DROP SCHEMA public CASCADE")]
    public void What_another_module_takes_away_is_uncertain(string sql)
    {
        const string make = "CREATE TABLE orgs (id int, name text); CREATE POLICY p ON orgs USING (true);";
        var model = Of(("a", "a.sql", make), ("b", "b.sql", sql));
        Assert.True(model.Find("public", "orgs")!.MayBeGone);
        Assert.Equal(SchemaCertainty.Unknown, model.Find(Name("orgs")).Certainty);
        // The module itself knows what it does; under a condition it does not.
        Assert.Null(Of(("a", "a.sql", make + sql)).Find("public", "orgs"));
        Assert.True(Of(("a", "a.sql", $"{make} DO $$ BEGIN IF x THEN {sql}; END IF; END $$")).Find("public", "orgs")!.MayBeGone);
    }

    [Theory]
    [InlineData("ALTER TABLE orgs DROP COLUMN name")]
    [InlineData("ALTER TABLE orgs RENAME name TO title")]
    public void A_column_that_another_module_takes_away_is_uncertain(string sql)
    {
        const string make = "CREATE TABLE orgs (id int, name text);";
        var model = Of(("a", "a.sql", make), ("b", "b.sql", sql));
        Assert.True(model.Find("public", "orgs")!.Column("name")!.MayBeGone);
        Assert.False(model.Find("public", "orgs")!.LacksColumn("name"));
        Assert.Null(Of(("a", "a.sql", make + sql)).Find("public", "orgs")!.Column("name"));
        Assert.False(Of(("a", "a.sql", make + sql)).Find("public", "orgs")!.LacksColumn("name"));
        Assert.True(model.Find("public", "orgs")!.LacksColumn("nothing"));
    }

    [Fact]
    public void A_name_is_found_with_its_schema_and_without()
    {
        var model = Of(("a", "a.sql", "CREATE TABLE public.orgs (id int); CREATE SCHEMA app; CREATE TABLE app.things (id int); SET search_path TO app; CREATE TABLE here (x int); ALTER TABLE orgs ADD b int;"));
        Assert.Equal(["public.orgs", "app.things", "app.here"], model.Tables.Select(table => $"{table.Schema}.{table.Name}"));
        Assert.NotNull(model.Find("public", "orgs")!.Column("b"));
        Assert.Equal(SchemaCertainty.Found, model.Find(Name("orgs")).Certainty);
        Assert.Equal(SchemaCertainty.Found, model.Find(Name("orgs", "public")).Certainty);
        Assert.Equal(SchemaCertainty.Found, model.Find(Name("things"), "app").Certainty);
        // Perhaps the search path has the schema.
        Assert.Equal(SchemaCertainty.Unknown, model.Find(Name("things")).Certainty);
        Assert.Equal(SchemaCertainty.Missing, model.Find(Name("nothing", "app")).Certainty);
        Assert.Equal(SchemaCertainty.Missing, model.Find(Name("nothing")).Certainty);
        Assert.Equal(SchemaCertainty.Unknown, model.Find(Name("users", "auth")).Certainty);
        Assert.Equal(SchemaCertainty.Unknown, model.Find(Name("things", "elsewhere")).Certainty);
        Assert.Equal(SchemaCertainty.Unknown, model.Find(Name("pg_class")).Certainty);
    }

    [Theory]
    [InlineData("DO $$ BEGIN FOR t IN SELECT tablename FROM pg_tables LOOP EXECUTE format('ALTER TABLE %I ENABLE ROW LEVEL SECURITY', t); END LOOP; END $$", true)]
    [InlineData("DO $$ BEGIN FOREACH t IN ARRAY ARRAY['orgs', 'others'] LOOP EXECUTE format('ALTER TABLE %I ENABLE ROW LEVEL SECURITY', t); END LOOP; END $$", true)]
    [InlineData("SELECT secure_table('orgs')", true)]
    [InlineData("CREATE FUNCTION secure_all() RETURNS void LANGUAGE plpgsql AS $$ BEGIN EXECUTE 'ALTER TABLE orgs ENABLE ROW LEVEL SECURITY'; END $$; SELECT secure_all()", true)]
    [InlineData("CREATE FUNCTION secure_all() RETURNS void LANGUAGE plpgsql AS $$ BEGIN EXECUTE 'ALTER TABLE orgs ENABLE ROW LEVEL SECURITY'; END $$", false)]
    [InlineData("SELECT set_config('x', 'orgs', false); SELECT count(*) FROM orgs", false)]
    [InlineData("SELECT secure_table('org_members'); DO $$ BEGIN EXECUTE format('GRANT %I TO x', 'org'); END $$", false)]
    public void What_statements_that_are_made_may_change_is_told(string sql, bool expected)
    {
        var model = Of(("a", "a.sql", $"CREATE TABLE orgs (id int); {sql};"));
        Assert.Equal(expected, model.MayBeChanged(Assert.Single(model.Tables)));
    }

    [Fact]
    public void Tables_that_two_modules_make_have_the_columns_of_either_perhaps()
    {
        var model = Of(("a", "a.sql", "CREATE TABLE IF NOT EXISTS t (id int, a int)"), ("b", "b.sql", "CREATE TABLE IF NOT EXISTS t (id int, b int)"));
        var table = Assert.Single(model.Tables);
        Assert.Equal(["a", "b"], table.Origins.Select(origin => origin.Module));
        Assert.False(table.LacksColumn("b"));
        Assert.True(table.LacksColumn("c"));
    }

    [Fact]
    public void A_statement_that_cannot_be_read_leaves_its_table_open_and_no_other()
    {
        var model = Of(("a", "a.sql", "CREATE TABLE t (id int); CREATE TABLE u (id int); ALTER TABLE t FROBNICATE; CREATE TABLE v (a b c d)"));
        Assert.Equal((false, true), (model.Find("public", "t")!.IsComplete, model.Find("public", "u")!.IsComplete));
        Assert.Equal((SchemaCertainty.Unknown, SchemaCertainty.Missing, true), (model.Find(Name("v")).Certainty, model.Find(Name("w")).Certainty, model.IsComplete));
    }

    [Fact]
    public void Parents_that_nobody_makes_leave_a_table_open()
    {
        var model = Of(("a", "a.sql", "CREATE TABLE t (LIKE nowhere); CREATE TABLE u PARTITION OF elsewhere DEFAULT; CREATE INDEX ON u (x); ALTER TABLE nobody ADD x int"));
        Assert.Equal(["t", "u"], model.Tables.Select(table => table.Name));
        Assert.All(model.Tables, table => Assert.False(table.IsComplete));
        Assert.Single(model.Find("public", "u")!.Indexes);
    }

    [Fact]
    public void Hostile_text_is_an_error_at_its_place_or_a_statement_that_is_not_read()
    {
        const int depth = 100_000;
        Assert.Single(SqlFile.Read("CREATE TABLE t (a int DEFAULT 'x); CREATE TABLE u (b int);").Faults);
        Assert.Single(SqlFile.Read("CREATE TABLE t (a int); /* /* */ CREATE TABLE u (b int);").Faults);
        Assert.Single(SqlFile.Read("CREATE TABLE t (\"a int);").Faults);
        Assert.Single(SqlFile.Read("CREATE TABLE t (a text DEFAULT $x$ y);").Faults);
        Assert.Single(SqlFile.Read("CREATE TABLE t (a\0 int);").Faults);
        Assert.Single(SqlFile.Read([.. "CREATE TABLE t (a text DEFAULT '"u8, 0xFF, .. "');"u8]).Faults);
        Assert.Single(Of(("a", "a.sql", $"CREATE TABLE t (a int CHECK ({Nested("(", ")", depth)}), b int[{Nested("[", "]", depth)}])")).Tables);
        Assert.Single(Of(("a", "a.sql", $"CREATE TABLE t (a int); CREATE POLICY p ON t USING ({Nested("(SELECT ", ")", depth)}); CREATE INDEX ON t (({Nested("(", ")", depth)}))")).Tables);
        Assert.Empty(Of(("a", "a.sql", $"CREATE TABLE t {Nested("(", ")", depth)}")).Tables);
        Assert.Single(SqlFile.Read($"DO $$ BEGIN {Repeat("IF x THEN ", depth)} CREATE TABLE t (a int); {Repeat("END IF; ", depth)} END $$").Statements);
        Assert.Single(SqlFile.Read($"DO $$ {Repeat("BEGIN ", depth)} CREATE TABLE t (a int); {Repeat("END; ", depth)} $$").Statements);
        Assert.Single(SqlFile.Read($"DO $$ {Repeat("END; ", depth)} CREATE TABLE t (a int); $$").Statements);
        var longName = new string('x', 1_000_000);
        var table = Assert.Single(Of(("a", "a.sql", $"CREATE TABLE {longName} (\"{longName}\" {longName} REFERENCES {longName}, UNIQUE ({longName}))")).Tables);
        Assert.Equal((63, 1_000_000), (table.Name.Length, table.Identifier.Written.Length));
        var columns = Enumerable.Range(0, depth).Select(i => $"c{i} int").ToList();
        Assert.IsType<UnreadStatement>(Assert.Single(SqlFile.Read($"CREATE TABLE t ({string.Join(", ", columns)})").Statements));
        Assert.False(Assert.Single(Of(("a", "a.sql", $"CREATE TABLE t (a int); ALTER TABLE t ADD {string.Join(", ADD ", columns)}")).Tables).IsComplete);
        Assert.Single(Of(("a", "a.sql", $"CREATE TABLE t (a int); {Repeat("ALTER TABLE t ADD CHECK (a > 0); ", 5_000)}")).Tables);
        Assert.Single(Of(("a", "a.sql", $"CREATE TABLE t (a int); {Repeat("CREATE INDEX ON t (a); ", 5_000)}")).Tables);
        Assert.Single(SqlFile.Read($"INSERT INTO t VALUES {Repeat("(1, 'x'), ", 1_500_000)} (1, 'x'); CREATE TABLE t (a int);").Statements);
        Assert.Single(SqlFile.Read($"SELECT 1 {Repeat("\\", depth)}; ").Statements.OfType<UnreadStatement>().DefaultIfEmpty(new UnreadStatement(default, null)));
    }

    [Fact]
    public void Any_beginning_of_a_file_can_be_read()
    {
        foreach (var path in Directory.GetFiles(Path.Combine(Repository.Root, "tests/Cora.Build.Tasks.Tests/Sql/corpus"), "*.sql"))
        {
            var text = File.ReadAllText(path);
            for (var length = 0; length < text.Length; length += 7) SchemaReferences.Of(SchemaModel.Of([new("m", path, SqlFile.Read(text[..length]), IsMigration: false)]));
        }
    }

    [Fact]
    public void Words_in_any_order_are_read_or_not_and_nothing_else()
    {
        var words = File.ReadAllText(Path.Combine(Repository.Root, "tests/Cora.Build.Tasks.Tests/Sql/corpus/alter.sql")).Split([' ', '\n'], StringSplitOptions.RemoveEmptyEntries);
        var random = new Random(1);
        for (var run = 0; run < 2_000; run++)
        {
            var text = new StringBuilder();
            for (var i = 0; i < 60; i++) text.Append(words[random.Next(words.Length)]).Append(random.Next(8) == 0 ? ';' : ' ');
            SchemaReferences.Of(SchemaModel.Of([new("m", "x.sql", SqlFile.Read(text.ToString()), IsMigration: false)]));
        }
    }

    private static SchemaModel Of(params (string Module, string File, string Text)[] files) =>
        SchemaModel.Of([.. files.Select(file => new SqlSource(file.Module, file.File, SqlFile.Read(file.Text), IsMigration: false))]);

    private static SqlName Name(string name, string? schema = null) => new(schema is null ? null : new(schema, default), new(name, default));

    private static string Place(SchemaOrigin origin) => $"{origin.Source.File} {origin.At.Line}:{origin.At.Column}";

    private static string Nested(string open, string close, int depth) => $"{Repeat(open, depth)}1{Repeat(close, depth)}";

    private static string Repeat(string text, int count) => new StringBuilder(text.Length * count).Insert(0, text, count).ToString();
}
