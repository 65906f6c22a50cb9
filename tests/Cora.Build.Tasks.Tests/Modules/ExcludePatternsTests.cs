using Cora.Build.Modules;

namespace Cora.Build.Tests.Modules;

public sealed class ExcludePatternsTests
{
    [Theory]
    [InlineData("tests", "tests", true)]
    [InlineData("tests", "a/b/tests", true)]
    [InlineData("tests", "tests/x.py", false)]
    [InlineData("tests", "mytests", false)]
    [InlineData("Tests", "tests", false)]
    [InlineData("*.pyc", "a/b.pyc", true)]
    [InlineData("*.pyc", "a.pyc/b", false)]
    [InlineData("test_?.py", "test_a.py", true)]
    [InlineData("test_?.py", "test_ab.py", false)]
    [InlineData(".*", ".git", true)]
    [InlineData(".*", "a/.env", true)]
    [InlineData(".*", "a.b", false)]
    [InlineData("/bin", "bin", true)]
    [InlineData("/bin", "a/bin", false)]
    [InlineData("a/b", "a/b", true)]
    [InlineData("a/b", "x/a/b", false)]
    [InlineData("a\\b", "a/b", true)]
    [InlineData("a/", "x/a", true)]
    [InlineData("**/b", "b", true)]
    [InlineData("**/b", "x/y/b", true)]
    [InlineData("a/**/b", "a/b", true)]
    [InlineData("a/**/b", "a/x/y/b", true)]
    [InlineData("a/**/b", "x/a/b", false)]
    [InlineData("a/**", "a/x", true)]
    [InlineData("a/**", "a", false)]
    [InlineData("**", "anything/at/all", true)]
    [InlineData("./a", "a", true)]
    [InlineData("./a", "x/a", false)]
    [InlineData(" a ", "a", true)]
    [InlineData("", "a", false)]
    [InlineData(" ", "a", false)]
    [InlineData("/", "a", false)]
    [InlineData(".", "a", false)]
    [InlineData("./", "a", false)]
    [InlineData("!", "a", false)]
    [InlineData("ä*", "ärger", true)]
    public void A_pattern_matches_as_in_gitignore(string pattern, string path, bool matches) => Assert.Equal(matches, new ExcludePatterns([pattern]).Matches(path));

    [Theory]
    [InlineData("data.json", false)]
    [InlineData("other.json", true)]
    [InlineData("a/data.json", false)]
    [InlineData("secret/data.json", true)]
    public void The_last_pattern_that_matches_decides(string path, bool matches) =>
        Assert.Equal(matches, new ExcludePatterns(["*.json", "!data.json", "secret/*"]).Matches(path));

    [Fact]
    public void Many_wildcards_cost_little()
    {
        var patterns = new ExcludePatterns([string.Join('/', Enumerable.Repeat("**/a*a*a*a", 4))]);
        Assert.False(patterns.Matches(string.Join('/', Enumerable.Repeat(new string('a', 100) + "b", 30))));
    }
}
