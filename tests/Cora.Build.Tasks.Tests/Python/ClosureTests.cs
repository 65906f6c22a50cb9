using Cora.Build.Python;
using Cora.Build.Tests.Packaging;

namespace Cora.Build.Tests.Python;

public sealed class ClosureTests : IDisposable
{
    private readonly TempDirectory _temp = new();

    public void Dispose() => _temp.Dispose();

    private Closure Of(string requirements, TestWheel[] wheels, string runtime = "python3.11", string architecture = "x86_64")
    {
        var file = RequirementsFile.Read(_temp.Write("requirements.txt", System.Text.Encoding.UTF8.GetBytes(requirements)), _ => null);
        Assert.Empty(file.Diagnostics);
        return Closure.Of(file, wheels.ToDictionary(wheel => PackageName.Normalize(wheel.Name), wheel => wheel.ToCandidate($"sha256:{new string('a', 64)}")), Target(runtime, architecture));
    }

    private static TargetPlatform Target(string runtime = "python3.11", string architecture = "x86_64") =>
        TargetPlatform.TryParse(runtime, architecture, out var target) ? target : throw new ArgumentException(runtime);

    private static IEnumerable<string> Names(Closure closure) => closure.Reachable.Select(candidate => candidate.Wheel.Name);

    [Fact]
    public void What_nothing_leads_to_is_left_out()
    {
        var closure = Of("a", [new("a") { Requires = ["B.b>=1"] }, new("b_b") { Requires = ["a"] }, new("c")]);
        Assert.True(closure.IsComplete);
        Assert.Equal(["a", "b-b"], Names(closure));
    }

    [Theory]
    [InlineData("python3.11", "x86_64", "a old x86")]
    [InlineData("python3.12", "arm64", "a arm new")]
    public void Markers_hold_for_the_target(string runtime, string architecture, string expected) => Assert.Equal(expected.Split(' '), Names(Of("a\nwin ; os_name == 'nt'",
        [
            new("a") { Requires = ["old ; python_version < '3.12'", "new ; python_version >= '3.12'", "arm ; platform_machine == 'aarch64'", "x86 ; platform_machine == 'x86_64'", "win ; sys_platform == 'win32'"] },
            new("old"), new("new"), new("arm"), new("x86"), new("win"),
        ], runtime, architecture)));

    [Fact]
    public void An_extra_that_is_asked_for_later_counts_too()
    {
        var closure = Of("a\nb", [new("a") { Requires = ["c ; extra == 'x'", "d ; extra == 'y'"] }, new("b") { Requires = ["a[X]"] }, new("c"), new("d")]);
        Assert.Equal(["a", "b", "c"], Names(closure));
    }

    [Fact]
    public void A_cycle_comes_to_an_end() =>
        Assert.Equal(["a", "b"], Names(Of("a[x]", [new("a") { Requires = ["b[y] ; extra == 'x'"] }, new("b") { Requires = ["a[x] ; extra == 'y'", "b[y]"] }])));

    [Fact]
    public void What_is_missing_is_named_with_who_needs_it()
    {
        var closure = Of("# one\na", [new("a") { Requires = ["b>2 ; python_version < '4'"] }]);
        var finding = Assert.Single(closure.Diagnostics(Target()));
        Assert.Equal(("CORA3003", 2), (finding.Descriptor.Code, finding.Location.Line));
        Assert.StartsWith("a 1 needs 'b>2; python_version < \"4\"' on python3.11 on x86_64, and the resolved set has no b.", finding.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_version_that_does_not_do_is_named()
    {
        var finding = Assert.Single(Of("a>=2", [new("a")]).Diagnostics(Target()));
        Assert.StartsWith("'requirements.txt' needs 'a>=2' on python3.11 on x86_64, and the resolved set has a 1.", finding.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_prerelease_that_was_chosen_does()
    {
        Assert.True(Of("a>=1", [new("a", "2.0rc1")]).IsComplete);
    }

    [Fact]
    public void A_constraint_holds_for_what_is_needed_alone()
    {
        _temp.Write("c.txt", "b<2\nunneeded==7\nc<2 ; sys_platform == 'win32'\n"u8);
        var closure = Of("-c c.txt\na\nc", [new("a") { Requires = ["b"] }, new("b", "2"), new("c", "2")]);
        var unmet = Assert.Single(closure.Unmet);
        Assert.Equal((_temp["c.txt"], 1), (unmet.Location.File, unmet.Location.Line));
        Assert.Contains("A constraint needs 'b<2'", Assert.Single(closure.Diagnostics(Target())).Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("cp311-cp311-manylinux_2_27_x86_64", "python3.11", false)]
    [InlineData("cp311-cp311-manylinux_2_26_x86_64", "python3.11", true)]
    [InlineData("cp312-cp312-manylinux_2_34_x86_64", "python3.12", true)]
    [InlineData("cp312-cp312-manylinux_2_35_x86_64", "python3.12", false)]
    [InlineData("cp311-abi3-manylinux2014_x86_64", "python3.12", true)]
    [InlineData("cp311-cp311-manylinux2014_aarch64", "python3.11", false)]
    [InlineData("cp311-cp311-win_amd64", "python3.11", false)]
    public void A_wheel_that_does_not_run_on_the_target_does_not_fit(string tag, string runtime, bool fits)
    {
        var closure = Of("\n\na", [new("a", Tag: tag)], runtime);
        Assert.Equal(fits, closure.IsComplete);
        if (fits) return;
        var finding = Assert.Single(closure.Diagnostics(Target(runtime)));
        Assert.Equal(("CORA3004", 3), (finding.Descriptor.Code, finding.Location.Line));
        Assert.Contains(tag, finding.Message, StringComparison.Ordinal);
        Assert.Contains("glibc 2.", finding.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(">=3.12", false)]
    [InlineData("<3.12", true)]
    [InlineData(">=3.8,!=3.9.*", true)]
    public void A_wheel_says_which_Python_it_needs(string requiresPython, bool fits) =>
        Assert.Equal(fits, Of("a", [new("a") { RequiresPython = requiresPython }]).Unfit.Count == 0);

    [Theory]
    [InlineData("a==1 --hash=sha256:A", true)]
    [InlineData("a==1 --hash=sha256:B", false)]
    [InlineData("a==1 --hash=sha256:B --hash=sha256:A", true)]
    [InlineData("a==1 --hash=sha256:A\na==1 --hash=sha256:B", false)]
    [InlineData("a==0 ; sys_platform == 'win32' --hash=sha256:B\na==1 --hash=sha256:A", true)]
    public void A_wheel_has_one_of_the_hashes_that_a_line_for_the_target_asks_for(string requirements, bool fits) => Assert.Equal(fits,
        Of(requirements.Replace(":A", $":{new string('a', 64)}", StringComparison.Ordinal).Replace(":B", $":{new string('b', 64)}", StringComparison.Ordinal), [new("a")]).Unfit.Count == 0);

    [Theory]
    [InlineData("a @ https://h/x/a-1-py3-none-any.whl#sha256=0", true)]
    [InlineData("a @ https://h/x/a-2-py3-none-any.whl", false)]
    public void A_URL_is_met_by_the_wheel_that_it_names(string requirement, bool isMet) => Assert.Equal(isMet, Of(requirement, [new("a")]).IsComplete);

    [Fact]
    public void A_password_in_a_URL_of_metadata_is_not_shown()
    {
        var closure = Of("a", [new("a") { Requires = ["b @ https://user:secret@h/b-1-py3-none-any.whl"] }]);
        Assert.DoesNotContain("secret", Assert.Single(closure.Diagnostics(Target())).Message, StringComparison.Ordinal);
        Assert.DoesNotContain("secret", Assert.Single(closure.Reasons(Target())), StringComparison.Ordinal);
    }

    [Fact]
    public void A_wheel_that_says_that_it_is_another_does_not_fit()
    {
        var file = RequirementsFile.Read(_temp.Write("requirements.txt", "a"u8), _ => null);
        var wheel = new TestWheel("a").ToCandidate() with { Metadata = WheelMetadata.Parse("Metadata-Version: 2.1\nName: b\nVersion: 1\n", "a.whl") };
        var closure = Closure.Of(file, new Dictionary<string, Candidate> { ["a"] = wheel }, Target());
        Assert.Contains("says in its METADATA that it is b 1", Assert.Single(closure.Unfit).Message, StringComparison.Ordinal);
    }
}
