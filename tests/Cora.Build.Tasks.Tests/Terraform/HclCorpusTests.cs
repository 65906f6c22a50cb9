using System.Globalization;
using Cora.Build.Terraform;

namespace Cora.Build.Tests.Terraform;

/// <summary>
/// Our reader and HashiCorp's own parser over the same files. What HashiCorp's makes of them stands beside them; <c>Corpus/README.md</c> says how it was made.
/// </summary>
public sealed class HclCorpusTests
{
    private static readonly string s_corpus = Path.Combine(Repository.Root, "tests", "Cora.Build.Tasks.Tests", "Terraform", "Corpus");

    /// <summary>Files where HashiCorp's parser points to the end of the file, and ours to what is not closed.</summary>
    private static readonly Dictionary<string, int> s_otherLines = new(StringComparer.Ordinal)
    {
        ["heredoc-marker-without-line-end.tf"] = 1,
        ["index-unclosed.tf"] = 2,
        ["splat-unclosed.tf"] = 1,
        ["unclosed-heredoc.tf"] = 2,
    };

    public static TheoryData<string> Accepted => Files("accepted");

    public static TheoryData<string> Rejected => Files("rejected");

    [Theory]
    [MemberData(nameof(Accepted))]
    public void What_HashiCorp_reads_is_read_as_the_same_tree(string name)
    {
        var file = Read("accepted", name);
        Assert.Empty(file.Faults);
        Assert.Equal(Expected("accepted", name), HclTree.Of(file));
    }

    [Theory]
    [MemberData(nameof(Rejected))]
    public void What_HashiCorp_rejects_is_rejected_at_the_same_line(string name)
    {
        var file = Read("rejected", name);
        Assert.NotEmpty(file.Faults);
        var line = int.Parse(Expected("rejected", name).Split(' ')[0], CultureInfo.InvariantCulture);
        Assert.Equal(s_otherLines.GetValueOrDefault(name, line), file.Faults[0].At.Line);
    }

    private static HclFile Read(string kind, string name)
    {
        var path = Path.Combine(s_corpus, kind, name);
        return HclFile.Read(path, File.ReadAllBytes(path));
    }

    private static string Expected(string kind, string name) => File.ReadAllText(Path.Combine(s_corpus, kind, Path.ChangeExtension(name, ".txt")));

    private static TheoryData<string> Files(string kind) =>
        [.. Directory.GetFiles(Path.Combine(s_corpus, kind), "*.tf").Select(path => Path.GetFileName(path)).Order(StringComparer.Ordinal)];
}
