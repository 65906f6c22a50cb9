using System.Text;

namespace Cora.Build.Tests.Python.Source;

/// <summary><c># noqa: CORA…</c></summary>
public sealed class SuppressionFactTests
{
    [PythonTheory]
    [InlineData("x = 1  # noqa: CORA2001", "1 CORA2001@1:16")]
    [InlineData("x = 1  #noqa:cora2001,Cora2003", "1 CORA2001@1:14 CORA2003@1:23")]
    [InlineData("x = 1  # NoQA : CORA2001 CORA2003", "1 CORA2001@1:17 CORA2003@1:26")]
    [InlineData("x = 1  # noqa: E501, CORA2001, F401", "1 CORA2001@1:22")]
    [InlineData("x = 1  # noqa: CORA2001 because of E501", "1 CORA2001@1:16")]
    [InlineData("x = 1  # noqa: CORA2001: because", "1 CORA2001@1:16")]
    [InlineData("x = 1  # type: ignore  # noqa: CORA2001", "1 CORA2001@1:32")]
    [InlineData("x = 'é😀'  # é noqa # noqa: CORA2001", "1 CORA2001@1:29")]
    [InlineData("x = (  # noqa: CORA2001\n  1)  # noqa: CORA2002", "1 CORA2001@1:16", "2 CORA2002@2:15")]
    [InlineData("x = ('a'  # noqa: CORA2001\n  'b')", "1 CORA2001@1:19")]
    [InlineData("\tif x: pass # noqa: CORA2006\n= # noqa: CORA2001", "1 CORA2006@1:21", "2 CORA2001@2:11")]
    [InlineData("x = 1  # noqa")]
    [InlineData("x = 1  # noqa: E501")]
    [InlineData("x = 1  # noqa CORA2001")]
    [InlineData("x = 1  # CORA2001")]
    [InlineData("x = 1  # noqa: CORA2001x")]
    [InlineData("x = 1  # noqa: XCORA2001")]
    [InlineData("x = '# noqa: CORA2001'")]
    [InlineData("x = '''\n# noqa: CORA2001\n'''")]
    [InlineData("x = f'{y}# noqa: CORA2001'")]
    public void Codes_of_ours_are_read_in_comments(string source, params string[] expected)
    {
        string[] texts = [source, source.Replace("\n", "\r\n", StringComparison.Ordinal) + "\r\n", "\ufeff" + source];
        Assert.All(Facts.Of([.. texts.Select(Encoding.UTF8.GetBytes)]), facts =>
            Assert.Equal(expected, facts.Suppressions.Select(fact => $"{fact.Line} {string.Join(' ', fact.Codes.Select(Show.Of))}")));
    }

    [PythonFact]
    public void What_stands_before_a_syntax_error_counts()
    {
        var facts = Facts.Of("import a  # noqa: CORA2004\nx = (\n");
        Assert.NotNull(facts.Fault);
        Assert.Equal(1, Assert.Single(facts.Suppressions).Line);
    }
}
