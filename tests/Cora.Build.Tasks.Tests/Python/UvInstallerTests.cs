using Cora.Build.Modules;
using Cora.Build.Python;

namespace Cora.Build.Tests.Python;

/// <summary>What passes between the SDK and uv. A shell script stands in for uv, records what it is given and answers with a lock that the test wrote; the real one is asked where it is installed.</summary>
public sealed class UvInstallerTests : IDisposable
{
    private readonly PackageIndex _index = new();
    private readonly TestModule _module = new();

    public UvInstallerTests() => _module.With(options => options with { Installer = "auto" });

    public void Dispose()
    {
        _index.Dispose();
        _module.Dispose();
    }

    private string Recorded(string name) => File.ReadAllText(Path.Combine(_module.Root, name));

    private string Package(string fileName, string? marker = null) => $$"""
        [[packages]]
        name = "{{fileName.Split('-')[0]}}"
        version = "{{fileName.Split('-')[1]}}"
        {{(marker is null ? "" : $"marker = \"{marker}\"")}}
        wheels = [{ url = "{{_index.FileUrl(fileName)}}", hashes = { sha256 = "{{_index.Sha256(fileName)}}" } }]

        """;

    private void StandIn(string packages) => StandInWith($$"""
        lock-version = "1.0"
        created-by = "uv"
        {{packages}}
        """);

    private void StandInWith(string answer)
    {
        File.WriteAllText(Path.Combine(_module.Root, "answer"), answer);
        _module.Script("uv", $"""
            PATH=/usr/bin:/bin
            cd '{_module.Root}'
            printf '%s\n' "$@" > arguments
            echo >> starts
            cp "$3" requirements
            while [ $# -gt 0 ]; do
                case "$1" in
                --output-file) cp answer "$2" ;;
                --constraints) cp "$2" constraints ;;
                esac
                shift
            done
            """);
    }

    [UnixFact]
    public async Task Uv_resolves_where_it_is_there_for_the_target_and_wheels_alone()
    {
        _index.With(new TestWheel("a") { Requires = ["b"] }, new TestWheel("b"));
        StandIn(Package("a-1-py3-none-any.whl") + Package("b-1-py3-none-any.whl"));
        _module.Write("backend/constraints.txt", "b<2\n");
        _module.Function("f", "-c ../../constraints.txt\n--index-url http://user:secret@h/simple\na[x]>=1 ; python_version < '3.12'\nwindows ; sys_platform == 'win32'\n")
            .With(options => options with { InstallerArguments = "--offline \"--cache-dir=/my cache\"" });
        Assert.Equal(["a-1-py3-none-any.whl", "b-1-py3-none-any.whl"], await _module.WheelsOf("f"));

        var arguments = Recorded("arguments").TrimEnd().Split('\n');
        Assert.Equal(["pip", "compile"], arguments[..2]);
        Assert.Equal("pylock.toml", Value("--format"));
        Assert.Equal("pylock.toml", Path.GetFileName(Value("--output-file")));
        Assert.Equal("3.11", Value("--python-version"));
        Assert.Equal("x86_64-manylinux2014", Value("--python-platform"));
        Assert.Equal(":all:", Value("--only-binary"));
        Assert.Contains("--no-python-downloads", arguments);
        Assert.Equal(["--offline", "--cache-dir=/my cache"], arguments[^2..]);
        Assert.DoesNotContain("secret", Recorded("arguments"), StringComparison.Ordinal);
        Assert.Equal(["--index-url http://user:secret@h/simple", "a[x]>=1"], Recorded("requirements").TrimEnd().Split('\n'));
        Assert.Equal("b<2\n", Recorded("constraints"));
        _module.AssertNothingTemporary();

        string Value(string option) => arguments[Array.IndexOf(arguments, option) + 1];
    }

    [UnixFact]
    public async Task Pip_can_be_chosen_though_uv_is_there()
    {
        StandIn("packages = []");
        _module.Function("f", "a").With(options => options with { Installer = "pip" });
        await _module.FailAsync("CORA0003");
        Assert.False(File.Exists(Path.Combine(_module.Root, "starts")));
    }

    [UnixFact]
    public async Task What_is_missing_is_asked_for_by_name()
    {
        _index.With(new TestWheel("a") { Requires = ["b>=1 ; python_version < '3.12'"] });
        StandIn(Package("a-1-py3-none-any.whl"));
        _module.Function("f", "a");
        var error = await _module.FailAsync("CORA3003");
        Assert.Contains("a 1 needs 'b>=1; python_version < \"3.12\"' on python3.11 on x86_64, and the resolved set has no b.", error.Message, StringComparison.Ordinal);
        Assert.Equal("\n\n", Recorded("starts"));
        Assert.Equal("a\nb>=1\n", Recorded("requirements"));
    }

    [UnixFact]
    public async Task An_index_that_makes_up_ever_new_dependencies_comes_to_an_end()
    {
        // Each answer has one distribution more, which needs the next.
        foreach (var i in Enumerable.Range(1, 30)) _index.With(new TestWheel($"a{i}") { Requires = [$"a{i + 1}"] });
        var packages = Enumerable.Range(1, 30).Select(i => Package($"a{i}-1-py3-none-any.whl"));
        foreach (var (text, i) in packages.Select((text, i) => (text, i)))
            File.WriteAllText(Path.Combine(_module.Root, $"package{i}"), text);
        StandIn("");
        _module.Script("uv", $"""
            PATH=/usr/bin:/bin
            cd '{_module.Root}'
            echo >> starts
            count=$(wc -l < starts)
            for last; do case "$before" in --output-file) output=$last ;; esac; before=$last; done
            cp answer "$output"
            for i in $(seq 0 $count); do cat package$i >> "$output"; done
            """);
        _module.Function("f", "a1");
        await _module.FailAsync("CORA3003");
        Assert.Equal(10, Recorded("starts").Length);
    }

    [UnixFact]
    public async Task A_wheel_for_a_newer_glibc_than_the_runtime_has_does_not_fit()
    {
        _index.With(new TestWheel("a", Tag: "cp311-cp311-manylinux_2_28_x86_64"));
        StandIn(Package("a-1-cp311-cp311-manylinux_2_28_x86_64.whl"));
        _module.Function("f", "\na");
        var error = await _module.FailAsync("CORA3004");
        Assert.Equal(2, error.Location.Line);
        Assert.Contains("a-1-cp311-cp311-manylinux_2_28_x86_64.whl", error.Message, StringComparison.Ordinal);
        Assert.Contains("python3.11 on x86_64 (glibc 2.26)", error.Message, StringComparison.Ordinal);
    }

    [UnixFact]
    public async Task What_a_marker_added_for_another_machine_is_not_packaged()
    {
        _index.With(new TestWheel("a") { Requires = ["b ; sys_platform == 'win32'"] }, new TestWheel("b"), new TestWheel("c"));
        StandIn(Package("a-1-py3-none-any.whl") + Package("b-1-py3-none-any.whl") + Package("c-1-py3-none-any.whl"));
        _module.Function("f", "a");
        Assert.Equal(["a-1-py3-none-any.whl"], await _module.WheelsOf("f"));
        Assert.Equal(["/files/a-1-py3-none-any.whl"], _index.Requests);
    }

    [UnixTheory]
    [InlineData("printf '  \\033[31m×\\033[0m No solution found:\\n  ╰─▶ Because a was not found\\n   http://user:secret@h/ said so\\n' >&2; exit 1", "CORA3001", "uv says: ×[0m No solution found")]
    [InlineData("echo \"error: unexpected argument '--format' found\" >&2; exit 2", "CORA0003", "uv self update")]
    public async Task What_uv_says_is_said(string script, string code, string expected)
    {
        _module.Script("uv", script);
        _module.Function("f", "a");
        var error = await _module.FailAsync(code);
        Assert.Contains(expected.Split(' ')[0], error.Message, StringComparison.Ordinal);
        Assert.Contains(expected.Split(' ')[^1], error.Message, StringComparison.Ordinal);
        Assert.DoesNotContain("secret", error.Message, StringComparison.Ordinal);
    }

    [UnixFact]
    public async Task A_lock_that_uv_garbled_is_an_error()
    {
        StandInWith("lock-version = 1");
        _module.Function("f", "a");
        await _module.FailAsync("CORA3012");
    }

    [UvFact]
    public async Task The_real_uv_resolves_for_the_target()
    {
        _index.With(
            new TestWheel("a", Tag: "cp311-cp311-manylinux_2_17_x86_64") { Requires = ["old ; python_version < '3.12'", "new ; python_version >= '3.12'", "windows ; sys_platform == 'win32'"] },
            new TestWheel("a", "2", Tag: "cp312-cp312-manylinux_2_17_x86_64"),
            new TestWheel("old"), new TestWheel("new"), new TestWheel("windows"));
        _module.Environment["PATH"] = Environment.GetEnvironmentVariable("PATH")!;
        _module.Function("f", $"--index-url {_index.Url}\na");
        Assert.Equal(["a-1-cp311-cp311-manylinux_2_17_x86_64.whl", "old-1-py3-none-any.whl"], await _module.WheelsOf("f"));
    }

    /// <summary>uv is optional, in CI too.</summary>
    private sealed class UvFactAttribute : FactAttribute
    {
        public UvFactAttribute() => Skip = new Processes(new Dictionary<string, string> { ["PATH"] = Environment.GetEnvironmentVariable("PATH") ?? "" }) is var processes && UvInstaller.IsPresent(processes)
            ? null
            : "uv is not on the PATH";
    }
}
