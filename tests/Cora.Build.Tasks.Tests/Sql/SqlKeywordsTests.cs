using Cora.Build.Sql;

namespace Cora.Build.Tests.Sql;

[Collection(PostgresTests.Name)]
public sealed class SqlKeywordsTests(PostgresServer server)
{
    [PostgresFact]
    public async Task Reserved_words_are_those_of_the_server()
    {
        var database = await server.CreateDatabaseAsync();
        var rows = await database.QueryAsync("SELECT word, catcode FROM pg_get_keywords() ORDER BY word");
        // Later versions have more of them.
        string[] later = ["system_user"];
        foreach (var row in rows)
        {
            var (word, category) = (row.GetProperty("word").GetString()!, row.GetProperty("catcode").GetString()!);
            if (later.Contains(word)) continue;
            Assert.Equal((word, category is "R" or "T", category is "R"), (word, SqlKeywords.IsReserved(word), SqlKeywords.IsReserved(word, isFunctionOrType: true)));
        }
        Assert.True(rows.Count > 400);
    }

    [Theory]
    [InlineData("name")]
    [InlineData("value")]
    [InlineData("role")]
    [InlineData("status")]
    [InlineData("time")]
    [InlineData("orders")]
    [InlineData("ORDER")]
    public void Other_words_are_not_reserved(string name) => Assert.False(SqlKeywords.IsReserved(name));
}
