using Cora.Build.Diagnostics;
using Cora.Build.Python;

namespace Cora.Build.Tests.Python;

/// <summary>Resolving from a committed lock. Nothing is on PATH; where a lock is made, a script stands in for uv.</summary>
public sealed class LockResolutionTests : IDisposable
{
    private readonly PackageIndex _index = new();
    private readonly TestModule _module = new();

    public void Dispose()
    {
        _index.Dispose();
        _module.Dispose();
    }

    private string LockPath => _module["backend/lambdas/f/pylock.toml"];

    private string Wheel(string fileName, string? sha256 = null) => $$"""{ url = "{{_index.FileUrl(fileName)}}", hashes = { sha256 = "{{sha256 ?? _index.Sha256(fileName)}}" } }""";

    private string Package(string fileName, string more = "") => $$"""

        [[packages]]
        name = "{{fileName.Split('-')[0]}}"
        version = "{{fileName.Split('-')[1]}}"
        {{more}}
        wheels = [{{Wheel(fileName)}}]

        """;

    private void Lock(string packages, string head = "", string createdBy = "uv") =>
        _module.Write("backend/lambdas/f/pylock.toml", $"lock-version = '1.0'\ncreated-by = '{createdBy}'\n{head}\n{packages}");

    private void StandInForUv(string packages)
    {
        File.WriteAllText(Path.Combine(_module.Root, "answer"), $"lock-version = '1.0'\ncreated-by = 'uv'\n{packages}");
        _module.With(options => options with { Installer = "uv" }).Script("uv", $"""
            PATH=/usr/bin:/bin
            for last; do case "$before" in --output-file) cp '{_module.Root}/answer' "$last" ;; esac; before=$last; done
            """);
    }

    [Theory]
    [InlineData("requirements.txt", "pylock.toml")]
    [InlineData("../shared/extra.txt", "../shared/pylock.extra.toml")]
    [InlineData("requirements-3.11.txt", "pylock.requirements-3-11.toml")]
    public void Each_requirements_file_has_a_lock_of_its_own(string requirements, string expected)
    {
        _module.Function("f", "a");
        var artifact = _module.Discover().Module.Artifacts.Single() with { Requirements = Path.GetFullPath(requirements, _module["backend/lambdas/f"]) };
        Assert.Equal(Path.GetFullPath(expected, _module["backend/lambdas/f"]), DependencyResolution.LockOf(artifact));
    }

    [Fact]
    public async Task A_lock_needs_no_resolver_and_no_Python()
    {
        _index.With(new TestWheel("a") { Requires = ["b"] }, new TestWheel("b"));
        _module.Function("f", "a>=1");
        Lock(Package("a-1-py3-none-any.whl") + Package("b-1-py3-none-any.whl"));
        Assert.Equal(["a-1-py3-none-any.whl", "b-1-py3-none-any.whl"], await _module.WheelsOf("f"));
        Assert.Equal(["/files/a-1-py3-none-any.whl", "/files/b-1-py3-none-any.whl"], _index.Requests);
    }

    [Fact]
    public async Task With_lock_and_store_no_network_is_needed()
    {
        _index.With(new TestWheel("a"));
        _module.Function("f", "a");
        Lock(Package("a-1-py3-none-any.whl"));
        await _module.WheelsOf("f");
        _index.Requests.Clear();
        Assert.Equal(["a-1-py3-none-any.whl"], await _module.WheelsOf("f"));
        Assert.Empty(_index.Requests);
    }

    [Fact]
    public async Task A_wheel_with_another_hash_than_the_lock_has_is_an_error()
    {
        _index.With("a-1-py3-none-any.whl", new TestWheel("a").ToBytes(), new string('0', 64));
        _module.Function("f", "a");
        Lock(Package("a-1-py3-none-any.whl"));
        var error = await _module.FailAsync("CORA3006");
        Assert.Equal((LockPath, 9), (error.Location.File, error.Location.Line));
    }

    [Fact]
    public async Task A_locked_wheel_beside_the_project_is_found_by_its_relative_path()
    {
        _index.With(new TestWheel("a"));
        _module.Write("wheels/a-1-py3-none-any.whl", _index.Content("a-1-py3-none-any.whl"));
        _module.Function("f", "a");
        Lock($$"""
            [[packages]]
            name = "a"
            wheels = [{ path = "../../../wheels/a-1-py3-none-any.whl", hashes = { sha256 = "{{_index.Sha256("a-1-py3-none-any.whl")}}" } }]
            """);
        Assert.Equal(["a-1-py3-none-any.whl"], await _module.WheelsOf("f"));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_lock_of_another_tool_is_used_for_the_target_and_never_rewritten(bool lockedMode)
    {
        _index.With(
            new TestWheel("a", Tag: "cp311-cp311-manylinux_2_17_x86_64") { Requires = ["old ; python_version < '3.12'", "windows ; os_name == 'nt'"] },
            new TestWheel("a", Tag: "cp311-cp311-manylinux_2_28_x86_64"), new TestWheel("a", Tag: "cp312-cp312-manylinux_2_17_x86_64"), new TestWheel("a", Tag: "cp311-cp311-win_amd64"),
            new TestWheel("old"), new TestWheel("windows"), new TestWheel("dev"), new TestWheel("a", "2"));
        _module.Function("f", "a").With(options => options with { LockedMode = lockedMode });
        string[] wheels = [.. new[] { "manylinux_2_28_x86_64", "manylinux_2_17_x86_64", "win_amd64" }.Select(tag => Wheel($"a-1-cp311-cp311-{tag}.whl")), Wheel("a-1-cp312-cp312-manylinux_2_17_x86_64.whl")];
        Lock($"""
            [[packages]]
            name = "a"
            version = "1"
            marker = "python_version < '3.13'"
            requires-python = ">=3.9"
            wheels = [{string.Join(", ", wheels)}]
            {Package("a-2-py3-none-any.whl", "marker = \"python_version >= '3.13'\"")}
            {Package("old-1-py3-none-any.whl")}
            {Package("windows-1-py3-none-any.whl", "marker = \"sys_platform == 'win32'\"")}
            {Package("dev-1-py3-none-any.whl", "marker = \"'dev' in dependency_groups\"")}
            """, "requires-python = '>=3.9'\nenvironments = [\"sys_platform == 'linux'\", \"sys_platform == 'darwin'\"]\ndependency-groups = ['dev']");
        var before = File.ReadAllBytes(LockPath);
        Assert.Equal(["a-1-cp311-cp311-manylinux_2_17_x86_64.whl", "old-1-py3-none-any.whl"], await _module.WheelsOf("f"));
        Assert.Equal(before, File.ReadAllBytes(LockPath));

        _module.Function("f", "a>=2");
        var stale = await _module.FailAsync("CORA3005");
        Assert.Equal(LockPath, stale.Location.File);
        Assert.Contains("needs 'a>=2' on python3.11 on x86_64, and the resolved set has a 1.", stale.Message, StringComparison.Ordinal);
        var (diagnostics, locks) = await _module.Resolution().LockAsync(default);
        Assert.Equal("CORA3005", Assert.Single(diagnostics).Descriptor.Code);
        Assert.Empty(locks);
        Assert.Equal(before, File.ReadAllBytes(LockPath));
    }

    [Theory]
    [InlineData("requires-python = '>=3.12'", "It is for Python >=3.12.")]
    [InlineData("environments = [\"platform_machine == 'aarch64'\"]", "It is for other environments: platform_machine == 'aarch64'.")]
    public async Task A_lock_for_another_target_says_so(string head, string expected)
    {
        _index.With(new TestWheel("a"));
        _module.Function("f", "a");
        Lock(Package("a-1-py3-none-any.whl"), head);
        Assert.Contains(expected, (await _module.FailAsync("CORA3005")).Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("", "a 1 is locked as source alone (sdist), and nothing is built here.")]
    [InlineData("a-1-cp311-cp311-win_amd64.whl", "Of the wheels of a 1 none runs on python3.11 on x86_64 (glibc 2.26): a-1-cp311-cp311-win_amd64.whl.")]
    public async Task A_package_without_a_wheel_for_the_target_says_what_it_has(string wheel, string expected)
    {
        _index.With(new TestWheel("a", Tag: "cp311-cp311-win_amd64"));
        _module.Function("f", "a");
        Lock($$"""
            [[packages]]
            name = "a"
            version = "1"
            sdist = { url = "{{_index.FileUrl("a-1.tar.gz")}}", hashes = { sha256 = "{{new string('0', 64)}}" } }
            wheels = [{{(wheel.Length > 0 ? Wheel(wheel) : "")}}]
            """);
        Assert.Contains(expected, (await _module.FailAsync("CORA3005")).Message, StringComparison.Ordinal);
        Assert.Empty(_index.Requests);
    }

    [Theory]
    [InlineData("marker = \"python_version ~~ 1\"", "")]
    [InlineData("requires-python = 'three'", "")]
    [InlineData("", "requires-python = 'three'")]
    [InlineData("", "environments = ['nonsense']")]
    public async Task A_lock_with_a_marker_or_version_that_is_none_is_an_error_at_its_place(string package, string head)
    {
        _index.With(new TestWheel("a"));
        _module.Function("f", "a");
        Lock(Package("a-1-py3-none-any.whl", package), head);
        var error = await _module.FailAsync("CORA3012");
        Assert.Equal(LockPath, error.Location.File);
        Assert.Equal(package.Length > 0, error.Location.Line > 0);
    }

    [Fact]
    public async Task Two_entries_of_a_package_for_one_target_are_an_error()
    {
        _index.With(new TestWheel("a"), new TestWheel("a", "2"));
        _module.Function("f", "a");
        Lock(Package("a-1-py3-none-any.whl") + Package("a-2-py3-none-any.whl"));
        Assert.Contains("'a' has two entries", (await _module.FailAsync("CORA3012")).Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_stale_lock_is_an_error_in_locked_mode_and_not_touched()
    {
        _index.With(new TestWheel("a"));
        _module.Function("f", "a\nb").With(options => options with { LockedMode = true });
        Lock(Package("a-1-py3-none-any.whl"), createdBy: PyLock.Creator);
        var before = File.ReadAllBytes(LockPath);
        var error = await _module.FailAsync("CORA3005");
        Assert.Equal(LockPath, error.Location.File);
        Assert.Contains("needs 'b' on python3.11 on x86_64, and the resolved set has no b.", error.Message, StringComparison.Ordinal);
        Assert.Contains("-t:CoraLock", error.Message, StringComparison.Ordinal);
        Assert.Equal(before, File.ReadAllBytes(LockPath));
    }

    [UnixFact]
    public async Task A_stale_lock_of_ours_is_made_again_with_a_warning()
    {
        _index.With(new TestWheel("a"), new TestWheel("b"));
        _module.Function("f", "a\nb");
        Lock(Package("a-1-py3-none-any.whl"), createdBy: PyLock.Creator);
        StandInForUv(Package("a-1-py3-none-any.whl") + Package("b-1-py3-none-any.whl"));
        var resolved = await _module.ResolveAsync();
        var warning = Assert.Single(resolved.Diagnostics);
        Assert.Equal(("CORA3005", Severity.Warning, LockPath), (warning.Descriptor.Code, warning.Severity, warning.Location.File));
        Assert.Equal(["a", "b"], resolved.Dependencies.Of("f.zip").Select(wheel => wheel.Name));

        _module.With(options => options with { LockedMode = true });
        File.Delete(Path.Combine(_module.Root, "bin", "uv"));
        Assert.Equal(["a-1-py3-none-any.whl", "b-1-py3-none-any.whl"], await _module.WheelsOf("f"));
    }

    [UnixFact]
    public async Task A_lock_has_the_same_bytes_wherever_it_is_made_and_holds_no_credentials()
    {
        _index.With(new TestWheel("a") { Requires = ["own"] });
        var own = new TestWheel("own");
        string? first = null;
        foreach (var order in (string[])["a\nown>=1", "# other\nown>=1\na ; os_name == 'posix'\na"])
        {
            using var other = new TestModule();
            var wheel = other.Write($"wheels/{own.FileName}", own.ToBytes());
            other.Function("f", $"--index-url http://user:secret@h/simple\n--find-links ../../../wheels\n{order}\nz @ http://h/z-1-py3-none-any.whl?token=secret ; sys_platform == 'win32'\n");
            File.WriteAllText(Path.Combine(other.Root, "answer"), $$"""
                lock-version = '1.0'
                created-by = 'uv'
                {{Package("a-1-py3-none-any.whl")}}
                [[packages]]
                name = 'own'
                wheels = [{ path = '{{wheel}}', hashes = { sha256 = '{{Convert.ToHexStringLower(System.Security.Cryptography.SHA256.HashData(own.ToBytes()))}}' } }]
                """);
            other.With(options => options with { Installer = "uv" }).Script("uv", $"""
                PATH=/usr/bin:/bin
                for last; do case "$before" in --output-file) cp '{other.Root}/answer' "$last" ;; esac; before=$last; done
                """);
            var (diagnostics, locks) = await other.Resolution().LockAsync(default);
            TestModule.AssertNone(diagnostics);
            var text = File.ReadAllText(Assert.Single(locks).Path);
            Assert.Contains("path = \"../../../wheels/own-1-py3-none-any.whl\"", text, StringComparison.Ordinal);
            Assert.DoesNotContain("secret", text, StringComparison.Ordinal);
            Assert.DoesNotContain(other.Root, text, StringComparison.Ordinal);
            text = text[..text.IndexOf("[tool.cora]", StringComparison.Ordinal)];
            Assert.Equal(first ?? text, text);
            first = text;

            // It is what another checkout without an installer builds from; writing it again changes nothing.
            Assert.False(Assert.Single((await other.Resolution().LockAsync(default)).Locks).IsWritten);
            other.With(options => options with { Installer = "pip", LockedMode = true });
            Assert.Equal(["a-1-py3-none-any.whl", own.FileName], await other.WheelsOf("f"));
        }
    }

    [Fact]
    public async Task A_damaged_wheel_in_the_store_is_fetched_again()
    {
        _index.With(new TestWheel("a") { Code = "good = True" });
        _module.Function("f", "a");
        Lock(Package("a-1-py3-none-any.whl"));
        var wheel = Assert.Single((await _module.ResolveAsync()).Dependencies.Of("f.zip"));
        var stored = Path.Combine(_module.Root, "store", wheel.Sha256, wheel.FileName);
        var artifact = _module.Discover().Module.Artifacts.Single();

        // As long as it should be, and no zip at all: noticed when its metadata is read.
        File.WriteAllBytes(stored, new byte[wheel.Bytes!.Value]);
        await _module.WheelsOf("f");
        Assert.Equal(_index.Content(wheel.FileName), File.ReadAllBytes(stored));

        // Still a zip, with a changed byte: noticed when it is to be packaged.
        var damaged = File.ReadAllBytes(stored);
        damaged[damaged.AsSpan().IndexOf("good"u8) is var at and >= 0 ? at : 40]++;
        File.WriteAllBytes(stored, damaged);
        Assert.Equal(stored, await _module.Resolution().VerifiedAsync(artifact, wheel, default));
        Assert.Equal(_index.Content(wheel.FileName), File.ReadAllBytes(stored));

        Directory.Delete(Path.Combine(_module.Root, "store"), recursive: true);
        Assert.Equal(stored, await _module.Resolution().VerifiedAsync(artifact, wheel, default));
        Assert.Equal(_index.Content(wheel.FileName), File.ReadAllBytes(stored));
    }

    [Fact]
    public async Task A_changed_lock_is_read_again()
    {
        _index.With(new TestWheel("a"), new TestWheel("a", "2"));
        _module.Function("f", "a");
        Lock(Package("a-1-py3-none-any.whl"));
        var first = await _module.ResolveAsync();
        Lock(Package("a-2-py3-none-any.whl"));
        Assert.Equal("2", (await _module.ResolveAsync(first.Dependencies)).Dependencies.Of("f.zip").Single().Version);
    }
}
