using Cora.Build.Diagnostics;
using Cora.Build.Modules;
using Cora.Build.Tests.Packaging;

namespace Cora.Build.Tests.Modules;

public sealed class SourceTreeTests : IDisposable
{
    private readonly TempDirectory _temp = new();

    public void Dispose() => _temp.Dispose();

    private string Tree => Directory.CreateDirectory(_temp["tree"]).FullName;

    private IEnumerable<string> List(params string[] excludes) => SourceTree.List(Tree, new ExcludePatterns(excludes)).Select(file => file.RelativePath);

    private Diagnostic Refuse(string code)
    {
        var error = Assert.Throws<CoraException>(() => List().ToList());
        Assert.Equal(code, error.Diagnostic.Descriptor.Code);
        return error.Diagnostic;
    }

    [Fact]
    public void Files_are_listed_in_ordinal_order_with_what_the_file_system_says()
    {
        foreach (var name in new[] { "b.py", "B.py", "a/z.py", "a.py", "a-b.py", "ä.py", "a/sub dir/x;y'.txt" }) _temp.Write($"tree/{name}", "12"u8);
        Assert.Equal(["B.py", "a-b.py", "a.py", "a/sub dir/x;y'.txt", "a/z.py", "b.py", "ä.py"], List());
        var file = SourceTree.List(Tree, new ExcludePatterns([]))[^2];
        Assert.Equal(new SourceFile("b.py", _temp["tree/b.py"], 2, File.GetLastWriteTimeUtc(_temp["tree/b.py"]).Ticks), file);
    }

    [Fact]
    public void What_is_excluded_is_not_entered()
    {
        _temp.Write("tree/keep.py", []);
        _temp.Write("tree/tests/__init__.py", []);
        _temp.Write("tree/a/tests/x", []);
        if (!OperatingSystem.IsWindows())
        {
            File.CreateSymbolicLink(_temp["tree/tests/dangling"], "nowhere");
            _temp.Write("tree/tests/bad\u0001name", []);
        }
        Assert.Equal(["keep.py"], List("tests"));
    }

    [Fact]
    public void A_directory_that_is_gone_is_an_error()
    {
        Directory.Delete(Tree);
        var error = Assert.Throws<CoraException>(() => SourceTree.List(_temp["tree"], new ExcludePatterns([]))).Diagnostic;
        Assert.Equal(("CORA1014", _temp["tree"]), (error.Descriptor.Code, error.Location.File));
    }

    [UnixTheory]
    [InlineData("new\nline")]
    [InlineData("back\\slash")]
    [InlineData("tab\t")]
    [InlineData("delete\u007f")]
    public void A_name_that_no_zip_carries_is_an_error(string name)
    {
        _temp.Write($"tree/{name}", []);
        Assert.Equal(_temp[$"tree/{name}"], Refuse("CORA1012").Location.File);
    }

    [UnixFact]
    public void A_name_that_is_not_Unicode_is_an_error()
    {
        // Latin-1 on Linux; macOS refuses such names itself.
        using var process = System.Diagnostics.Process.Start("/bin/sh", ["-c", $"printf x > \"$(printf '{Tree}/caf\\351.py')\""]);
        process.WaitForExit();
        if (process.ExitCode == 0) Refuse("CORA1012");
        else Assert.True(OperatingSystem.IsMacOS());
        // .NET cannot name it, so it cannot delete it either.
        using var removal = System.Diagnostics.Process.Start("/bin/rm", ["-rf", Tree]);
        removal.WaitForExit();
    }

    [UnixFact]
    public void Links_are_followed_outside_too()
    {
        _temp.Write("outside/shared/x.py", "shared"u8);
        _temp.Write("outside/single.py", "1"u8);
        Directory.CreateSymbolicLink(Path.Combine(Tree, "linked"), "../outside/shared");
        File.CreateSymbolicLink(Path.Combine(Tree, "one.py"), _temp["outside/single.py"]);
        var files = SourceTree.List(Tree, new ExcludePatterns([]));
        Assert.Equal(["linked/x.py", "one.py"], files.Select(file => file.RelativePath));
        Assert.Equal([6L, 1L], files.Select(file => file.Bytes));
    }

    [UnixTheory]
    [InlineData("tree/loop", ".")]
    [InlineData("tree/a/loop", "..")]
    [InlineData("tree/a/b/loop", "../../../tree/a")]
    [InlineData("tree/a/all", "../../..")]
    public void A_link_into_a_directory_that_holds_it_is_passed_over(string link, string target)
    {
        _temp.Write("tree/a/b/x.py", []);
        Directory.CreateSymbolicLink(_temp[link], target);
        Assert.Equal(["a/b/x.py"], List());
    }

    [UnixFact]
    public void Links_that_lead_back_and_forth_come_to_an_end()
    {
        _temp.Write("tree/x.py", []);
        foreach (var name in new[] { "p", "q" })
        {
            _temp.Write($"outside/{name}/{name}.py", []);
            foreach (var (link, other) in new[] { ("one", "p"), ("two", "q"), ("self", ".") })
                Directory.CreateSymbolicLink(_temp[$"outside/{name}/{link}"], other == "." ? "." : $"../{other}");
        }
        Directory.CreateSymbolicLink(_temp["tree/p"], "../outside/p");
        Assert.Equal(["p/p.py", "p/two/q.py", "x.py"], List());
    }

    [UnixFact]
    public void A_link_to_nothing_is_an_error_at_the_link()
    {
        File.CreateSymbolicLink(Path.Combine(Tree, "dangling.py"), "gone.py");
        var error = Refuse("CORA1014");
        Assert.Equal(Path.Combine(Tree, "dangling.py"), error.Location.File);
        Assert.Contains("'gone.py'", error.Message, StringComparison.Ordinal);
    }

    [UnixFact]
    public void Links_in_a_circle_are_an_error()
    {
        File.CreateSymbolicLink(Path.Combine(Tree, "a"), "b");
        File.CreateSymbolicLink(Path.Combine(Tree, "b"), "a");
        Refuse("CORA1014");
    }

    [Fact]
    public void Ten_thousand_files_are_listed()
    {
        foreach (var directory in Enumerable.Range(0, 100))
        {
            Directory.CreateDirectory(Path.Combine(Tree, $"d{directory}"));
            foreach (var file in Enumerable.Range(0, 100)) File.Create(Path.Combine(Tree, $"d{directory}", $"f{file}.py")).Dispose();
        }
        Assert.Equal(10_000, List(TestModule.DefaultExcludes).Count());
    }
}
