using Cora.Build.Sql;

namespace Cora.Build.Tests.Sql;

public sealed class SqlRowsTests
{
    [Theory]
    [InlineData("INSERT INTO public.plans (name) VALUES ('a'), ((SELECT x FROM t WHERE y))", "public.plans")]
    [InlineData("insert into plans as p default values", "plans")]
    [InlineData("INSERT INTO plans OVERRIDING SYSTEM VALUE VALUES (1) ON CONFLICT (id) DO UPDATE SET a = excluded.a WHERE plans.b", "plans conflict")]
    [InlineData("INSERT INTO plans (a, b) SELECT 1, 2", "plans")]
    [InlineData("INSERT INTO plans SELECT 'on conflict' FROM (SELECT 1 WHERE NOT EXISTS (SELECT 1 FROM plans)) AS x", "plans chooses")]
    [InlineData("INSERT INTO plans (SELECT 1 EXCEPT SELECT id FROM plans) ON CONFLICT DO NOTHING", "plans conflict chooses")]
    [InlineData("INSERT INTO plans WITH x AS (SELECT 1 AS id) SELECT id FROM x LEFT JOIN plans USING (id)", "plans chooses")]
    public void An_insert_says_whether_it_can_run_again(string text, string expected)
    {
        var insert = Assert.IsType<InsertRows>(Assert.Single(SqlFile.Read(text).Statements));
        Assert.Equal(expected, $"{insert.Table}{(insert.HandlesConflict ? " conflict" : "")}{(insert.Chooses ? " chooses" : "")}");
    }

    [Theory]
    [InlineData("TRUNCATE a, ONLY public.b CASCADE", "a public.b")]
    [InlineData("TRUNCATE TABLE a", "a")]
    [InlineData("DELETE FROM ONLY a WHERE b = 1", "a")]
    public void What_empties_tables_names_them(string text, string expected) =>
        Assert.Equal(expected, string.Join(' ', Assert.IsType<ClearTables>(Assert.Single(SqlFile.Read(text).Statements)).Tables));

    [Fact]
    public void What_stands_behind_a_return_of_a_block_may_not_run()
    {
        var file = SqlFile.Read("DO $$ BEGIN CREATE TABLE a (x int); IF true THEN RETURN; END IF; CREATE TABLE b (x int); END $$;");
        Assert.Equal([false, true], file.Statements.Select(statement => statement.IsConditional));
    }
}
