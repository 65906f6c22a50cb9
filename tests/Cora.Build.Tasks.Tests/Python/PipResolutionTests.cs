using System.Formats.Tar;
using System.IO.Compression;
using System.Security.Cryptography;
using System.Text;
using Cora.Build.Diagnostics;
using Cora.Build.Modules;

namespace Cora.Build.Tests.Python;

/// <summary>The real pip against an index on the loopback.</summary>
public sealed class PipResolutionTests : IDisposable
{
    private readonly PackageIndex _index = new();
    private readonly TestModule _module;

    public PipResolutionTests()
    {
        _module = new TestModule();
        if (TestPython.Executable is not null) _module.With(options => options with { PythonExecutable = HostPython.Default });
    }

    public void Dispose()
    {
        _index.Dispose();
        _module.Dispose();
    }

    private TestModule Function(string requirements, string name = "f") => _module.Function(name, $"--index-url {_index.Url}\n{requirements}\n");

    private Location Line(int line, string name = "f") => new(_module[$"backend/lambdas/{name}/requirements.txt"], line, 1);

    [PythonFact]
    public async Task The_wheels_that_run_on_the_target_are_chosen_and_in_the_store()
    {
        _index.With(
            new TestWheel("native", Tag: "cp311-cp311-manylinux_2_17_x86_64") { Requires = ["pure>=1"] },
            new TestWheel("native", Tag: "cp311-cp311-win_amd64"),
            new TestWheel("native", Tag: "cp311-cp311-macosx_11_0_arm64"),
            new TestWheel("native", Tag: "cp311-cp311-manylinux_2_17_aarch64"),
            new TestWheel("native", "2", Tag: "cp311-cp311-manylinux_2_28_x86_64"),
            new TestWheel("native", "2", Tag: "cp312-cp312-manylinux_2_17_x86_64"),
            new TestWheel("pure", "1.5"),
            new TestWheel("other"));
        Function("native");
        var resolved = await _module.ResolveAsync();

        TestModule.AssertNone(resolved.Diagnostics);
        var wheels = resolved.Dependencies.Of("f.zip");
        Assert.Equal(["native-1-cp311-cp311-manylinux_2_17_x86_64.whl", "pure-1.5-py3-none-any.whl"], wheels.Select(wheel => wheel.FileName));
        Assert.All(wheels, wheel =>
        {
            Assert.Equal((_index.Sha256(wheel.FileName), (long?)_index.Content(wheel.FileName).Length, _index.FileUrl(wheel.FileName)), (wheel.Sha256, wheel.Bytes, wheel.Source));
            Assert.Equal(_index.Content(wheel.FileName), File.ReadAllBytes(Path.Combine(_module.Root, "store", wheel.Sha256, wheel.FileName)));
        });
        _module.AssertNothingTemporary();
    }

    [PythonFact]
    public async Task An_extra_index_is_asked_too_and_so_are_those_of_the_environment()
    {
        using PackageIndex extra = new(), configured = new();
        _index.With(new TestWheel("a"));
        extra.With(new TestWheel("b"));
        configured.With(new TestWheel("c"));
        Function($"--extra-index-url {extra.Url}\na\nb");
        _module.Function("g", "c");
        _module.Environment["PIP_INDEX_URL"] = configured.Url;
        var resolved = await _module.ResolveAsync();
        TestModule.AssertNone(resolved.Diagnostics);
        Assert.Equal(["a", "b"], resolved.Dependencies.Of("f.zip").Select(wheel => wheel.Name));
        Assert.Equal(["c"], resolved.Dependencies.Of("g.zip").Select(wheel => wheel.Name));
    }

    /// <summary>On this machine's default Python, and on one that is older and one that is newer where there are such.</summary>
    public static TheoryData<string, string, string> HostsAndTargets
    {
        get
        {
            var data = new TheoryData<string, string, string>();
            foreach (var host in ((string[])["", HostPython.Find(10) ?? "", HostPython.Find(13) ?? ""]).Distinct())
            {
                data.Add(host, "python3.11", "x86_64");
                data.Add(host, "python3.13", "arm64");
            }
            return data;
        }
    }

    [PythonTheory, MemberData(nameof(HostsAndTargets))]
    public async Task A_marker_is_evaluated_for_the_target_whatever_Python_pip_runs_on(string host, string runtime, string architecture)
    {
        if (host.Length > 0) _module.With(options => options with { PythonExecutable = host });
        _module.Module = _module.Module with { TargetFramework = runtime, Architecture = architecture };
        _index.With(
            new TestWheel("a")
            {
                Requires =
                [
                    "old ; python_version < '3.12'", "new ; python_version >= '3.12'", "windows ; sys_platform == 'win32'", "mac ; platform_system == 'Darwin'",
                    "arm ; platform_machine == 'aarch64'", "intel ; platform_machine == 'x86_64'",
                ],
            },
            new TestWheel("old") { Requires = ["backport ; python_full_version < '3.12.1'"] },
            new TestWheel("backport"), new TestWheel("new"), new TestWheel("windows"), new TestWheel("mac"), new TestWheel("arm"), new TestWheel("intel"), new TestWheel("own"));
        Function($"a\nown ; python_version == '{runtime["python".Length..]}'\nwindows ; os_name == 'nt'");
        Assert.Equal(
            runtime == "python3.11" ? ["a", "backport", "intel", "old", "own"] : ["a", "arm", "new", "own"],
            (await _module.WheelsOf("f")).Select(name => name.Split('-')[0]));
    }

    [PythonFact]
    public async Task A_version_that_a_marker_chose_for_the_host_is_an_error()
    {
        var isOld = await MinorOfDefault() < 12;
        _module.Module = _module.Module with { TargetFramework = isOld ? "python3.13" : "python3.11" };
        _index.With(new TestWheel("a") { Requires = ["b<2 ; python_version < '3.12'", "b>=2 ; python_version >= '3.12'"] }, new TestWheel("b"), new TestWheel("b", "2"));
        Function("# first\na");
        var error = await _module.FailAsync("CORA3003");
        Assert.Equal(Line(3), error.Location);
        Assert.Contains(isOld ? "a 1 needs 'b>=2; python_version >= \"3.12\"'" : "a 1 needs 'b<2; python_version < \"3.12\"'", error.Message, StringComparison.Ordinal);
        Assert.Contains(isOld ? "has b 1." : "has b 2.", error.Message, StringComparison.Ordinal);
    }

    [PythonFact]
    public async Task Extras_and_constraints_hold()
    {
        _index.With(
            new TestWheel("a") { Extras = ["x"], Requires = ["b ; extra == 'x'", "c ; extra == 'y'"] },
            new TestWheel("b"), new TestWheel("b", "2"), new TestWheel("c"), new TestWheel("d"));
        _module.Write("backend/constraints.txt", "b<2\nd==7\n");
        Function("-c ../../constraints.txt\na[X]");
        Assert.Equal(["a-1-py3-none-any.whl", "b-1-py3-none-any.whl"], await _module.WheelsOf("f"));
    }

    [PythonFact]
    public async Task A_distribution_that_is_not_there_is_an_error_at_its_line()
    {
        _index.With(new TestWheel("a"));
        Function("a\n\nmissing>=1.2");
        var error = await _module.FailAsync("CORA3001");
        Assert.Equal(Line(4), error.Location);
        Assert.Contains("No matching distribution found for missing>=1.2", error.Message, StringComparison.Ordinal);
    }

    [PythonFact]
    public async Task A_distribution_without_a_wheel_for_the_glibc_of_the_runtime_is_an_error_that_names_the_wheels()
    {
        _index.With(new TestWheel("a", Tag: "cp311-cp311-manylinux_2_28_x86_64"), new TestWheel("a", Tag: "cp311-cp311-win_amd64"));
        Function("a");
        var error = await _module.FailAsync("CORA3001");
        Assert.Equal(Line(2), error.Location);
        Assert.Contains("python3.11 on x86_64", error.Message, StringComparison.Ordinal);
        Assert.Contains("a-1-cp311-cp311-manylinux_2_28_x86_64.whl", error.Message, StringComparison.Ordinal);
    }

    [PythonFact]
    public async Task A_conflict_is_shown_as_pip_explains_it()
    {
        _index.With(new TestWheel("a") { Requires = ["c<2"] }, new TestWheel("b") { Requires = ["c>=2"] }, new TestWheel("c"), new TestWheel("c", "2"));
        Function("a\nb");
        var error = await _module.FailAsync("CORA3001");
        Assert.Contains("a 1 depends on c<2 b 1 depends on c>=2", error.Message, StringComparison.Ordinal);
    }

    private static byte[] SourceDistribution(string name, string touch)
    {
        var content = new MemoryStream();
        using (var zip = new GZipStream(content, CompressionLevel.Fastest, leaveOpen: true))
        using (var tar = new TarWriter(zip, TarEntryFormat.Pax))
        {
            // It needs nothing from an index to be built.
            Add("backend.py", $"open({System.Text.Json.JsonSerializer.Serialize(touch)}, 'w').close()\n");
            Add("pyproject.toml", "[build-system]\nrequires = []\nbuild-backend = 'backend'\nbackend-path = ['.']\n");
            Add("PKG-INFO", $"Metadata-Version: 2.1\nName: {name}\nVersion: 1\n");

            void Add(string file, string text) => tar.WriteEntry(new PaxTarEntry(TarEntryType.RegularFile, $"{name}-1/{file}") { DataStream = new MemoryStream(Encoding.UTF8.GetBytes(text)) });
        }
        return content.ToArray();
    }

    [PythonFact]
    public async Task A_distribution_that_is_only_there_as_source_is_an_error_at_its_line_and_not_executed()
    {
        var executed = _module["executed"];
        _index.With("sourceonly-1.tar.gz", SourceDistribution("sourceonly", executed));
        Function("\nsourceonly");
        var error = await _module.FailAsync("CORA3002");
        Assert.Equal(Line(3), error.Location);
        Assert.Contains("sourceonly-1.tar.gz", error.Message, StringComparison.Ordinal);
        Assert.False(File.Exists(executed));
    }

    [PythonTheory]
    [InlineData("")]
    [InlineData("git+")]
    public async Task What_a_wheel_names_by_the_URL_of_its_source_is_not_executed(string scheme)
    {
        var executed = _module["executed"];
        _index.With("hidden-1.tar.gz", SourceDistribution("hidden", executed));
        _index.With(new TestWheel("a") { Requires = [$"hidden @ {scheme}{_index.FileUrl("hidden-1.tar.gz")}"] });
        Function("a");
        var error = await _module.FailAsync("CORA3002");
        Assert.Contains($"'hidden@ {scheme}{_index.FileUrl("hidden-1.tar.gz")} (from a", error.Message, StringComparison.Ordinal);
        Assert.False(File.Exists(executed));
    }

    [PythonFact]
    public async Task A_wheel_with_one_of_the_required_hashes_is_taken()
    {
        _index.With(new TestWheel("a"), new TestWheel("b"));
        var sha512 = Convert.ToHexStringLower(SHA512.HashData(_index.Content("b-1-py3-none-any.whl")));
        Function($"a==1 --hash=sha256:{new string('0', 64)} --hash=sha256:{_index.Sha256("a-1-py3-none-any.whl")}\nb==1 \\\n  --hash=sha512:{sha512}");
        Assert.Equal(["a-1-py3-none-any.whl", "b-1-py3-none-any.whl"], await _module.WheelsOf("f"));
    }

    [PythonFact]
    public async Task A_wheel_with_another_hash_than_required_is_an_error()
    {
        _index.With(new TestWheel("a"));
        Function($"a==1 --hash=sha256:{new string('0', 64)}");
        var error = await _module.FailAsync("CORA3001");
        Assert.Contains("DO NOT MATCH THE HASHES", error.Message, StringComparison.Ordinal);
    }

    [PythonFact]
    public async Task A_wheel_with_another_hash_than_the_index_says_is_an_error()
    {
        _index.With("a-1-py3-none-any.whl", new TestWheel("a").ToBytes(), new string('0', 64));
        Function("a");
        Assert.Contains("DO NOT MATCH THE HASHES", (await _module.FailAsync("CORA3001")).Message, StringComparison.Ordinal);
    }

    [PythonTheory]
    [InlineData("/simple/a/", 500, "too many 500 error responses")]
    [InlineData("/simple/a/", 401, "401")]
    [InlineData("/files/a-1-py3-none-any.whl", 500, "too many 500 error responses")]
    [InlineData("/files/a-1-py3-none-any.whl", 404, "404 Client Error")]
    public async Task What_an_index_answers_is_said_and_its_recovery_noticed(string path, int status, string expected)
    {
        _index.With(new TestWheel("a"));
        Function("a");
        _index.Trouble = asked => Task.FromResult<(int, byte[], int)?>(asked == path ? (status, [], 0) : null);
        var error = await _module.FailAsync("CORA3001");
        Assert.Contains(expected, error.Message, StringComparison.Ordinal);

        _index.Trouble = _ => Task.FromResult<(int, byte[], int)?>(null);
        Assert.Equal(["a-1-py3-none-any.whl"], await _module.WheelsOf("f"));
    }

    [PythonFact]
    public async Task A_wheel_that_breaks_off_is_an_error()
    {
        var content = new TestWheel("a") { Code = new string('#', 100_000) + Guid.NewGuid() }.ToBytes();
        _index.With("a-1-py3-none-any.whl", content);
        Function("a");
        _index.Trouble = path => Task.FromResult<(int, byte[], int)?>(path.StartsWith("/files/", StringComparison.Ordinal) ? (200, content[..(content.Length / 2)], content.Length) : null);
        await _module.FailAsync("CORA3001");
        Assert.Empty(Directory.Exists(Path.Combine(_module.Root, "store")) ? Directory.GetFiles(Path.Combine(_module.Root, "store"), "*.whl", SearchOption.AllDirectories) : []);
    }

    [PythonFact]
    public async Task An_index_that_does_not_come_to_an_end_is_an_error_after_a_while()
    {
        Function("a");
        _index.Trouble = async _ =>
        {
            await Task.Delay(Timeout.Infinite);
            return null;
        };
        var error = await _module.FailAsync("CORA3001", _module.Resolution(timeout: TimeSpan.FromSeconds(3)));
        Assert.Contains("within 0.1 minutes", error.Message, StringComparison.Ordinal);
        await _index.ClientLeft.WaitAsync(TimeSpan.FromSeconds(30));
    }

    [PythonFact]
    public async Task Cancelling_ends_pip_and_leaves_nothing()
    {
        using var cancel = new CancellationTokenSource();
        Function("a");
        _index.Trouble = async _ =>
        {
            await cancel.CancelAsync();
            await Task.Delay(Timeout.Infinite);
            return null;
        };
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => _module.ResolveAsync(cancellation: cancel.Token));
        await _index.ClientLeft.WaitAsync(TimeSpan.FromSeconds(30));
        _module.AssertNothingTemporary();
    }

    [PythonFact]
    public async Task Equal_requirements_are_resolved_once_and_different_ones_at_the_same_time()
    {
        _index.With(new TestWheel("a"), new TestWheel("b"));
        Function("a", "f1");
        Function("a  # the same", "f2");
        Function("b", "f3");
        // Neither page is answered before both are asked for.
        using var both = new CountdownEvent(2);
        var open = new TaskCompletionSource();
        _index.Trouble = async path =>
        {
            if (path.StartsWith("/simple/", StringComparison.Ordinal))
            {
                if (both.Signal()) open.SetResult();
                await open.Task.WaitAsync(TimeSpan.FromMinutes(1));
            }
            return null;
        };
        var resolved = await _module.ResolveAsync();
        TestModule.AssertNone(resolved.Diagnostics);
        Assert.Equal((1, 1), (_index.Asked("/simple/a/"), _index.Asked("/simple/b/")));
        Assert.Equal(["a", "a", "b"], new[] { "f1.zip", "f2.zip", "f3.zip" }.Select(name => resolved.Dependencies.Of(name).Single().Name));
        Assert.Equal(2, resolved.Dependencies.Sets.Count);
    }

    [PythonFact]
    public async Task What_is_resolved_is_taken_over_without_a_process()
    {
        _index.With(new TestWheel("a"));
        Function("a");
        var first = await _module.ResolveAsync();
        var asked = _index.Requests.Count;
        _module.With(options => options with { WheelStore = Path.Combine(_module.Root, "other") });

        var second = await _module.ResolveAsync(first.Dependencies);
        Assert.Equal(first.Dependencies.ToBytes(), second.Dependencies.ToBytes());
        Assert.Equal(asked, _index.Requests.Count);

        Function("a>=1");
        await _module.ResolveAsync(first.Dependencies);
        Assert.NotEqual(asked, _index.Requests.Count);
    }

    [PythonFact]
    public async Task A_wheel_of_a_directory_that_was_built_again_is_resolved_again()
    {
        var wheel = new TestWheel("own") { Code = "version = 1" };
        var path = _module.Write($"wheels/{wheel.FileName}", wheel.ToBytes());
        _module.Function("f", "--no-index\n--find-links ../../../wheels\nown\n");
        var first = await _module.ResolveAsync();
        Assert.Equal(path, first.Dependencies.Of("f.zip").Single().Source);
        Assert.Contains(path, first.Files);

        _module.Write($"wheels/{wheel.FileName}", (wheel with { Code = "version = 2000" }).ToBytes());
        var second = await _module.ResolveAsync(first.Dependencies);
        Assert.Equal(Convert.ToHexStringLower(SHA256.HashData(File.ReadAllBytes(path))), second.Dependencies.Of("f.zip").Single().Sha256);
    }

    [PythonFact]
    public async Task A_wheel_that_is_required_by_path_is_taken_from_there()
    {
        var wheel = new TestWheel("own");
        var path = _module.Write($"wheels/{wheel.FileName}", wheel.ToBytes());
        _module.Function("f", $"--no-index\n../../../wheels/{wheel.FileName}\n");
        var resolved = await _module.ResolveAsync();
        TestModule.AssertNone(resolved.Diagnostics);
        Assert.Equal(path, resolved.Dependencies.Of("f.zip").Single().Source);
        Assert.Contains(path, resolved.Files);
    }

    [PythonFact]
    public async Task Arguments_for_pip_may_have_spaces_in_quotes()
    {
        var wheel = new TestWheel("own");
        _module.Write($"my wheels/{wheel.FileName}", wheel.ToBytes());
        _module.Function("f", "own\n").With(options => options with { InstallerArguments = $"--no-index  --find-links \"{_module["my wheels"]}\"" });
        Assert.Equal([wheel.FileName], await _module.WheelsOf("f"));
    }

    private async Task<int> MinorOfDefault()
    {
        var run = await new Processes(_module.Environment).RunAsync(HostPython.Default, ["-c", "import sys; print(sys.version_info[1])"], _module.Root, null, default);
        return int.Parse(run!.Output);
    }
}
