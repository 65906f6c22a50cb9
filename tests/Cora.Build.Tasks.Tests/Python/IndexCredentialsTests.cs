using System.Text;
using Cora.Build.Diagnostics;
using Cora.Build.Modules;

namespace Cora.Build.Tests.Python;

/// <summary>An index that wants a login, and the ways to give it one. The password is nowhere afterwards.</summary>
public sealed class IndexCredentialsTests : IDisposable
{
    private const string Password = "s3cr3t-pa%20ss";

    private readonly PackageIndex _index = new PackageIndex { Login = "user:s3cr3t-pa ss" }.With(new TestWheel("a") { Requires = ["b"] }, new TestWheel("b"));
    private readonly TestModule _module;

    public IndexCredentialsTests()
    {
        _module = new TestModule();
        if (TestPython.Executable is not null) _module.With(options => options with { PythonExecutable = HostPython.Default });
    }

    public void Dispose()
    {
        _index.Dispose();
        _module.Dispose();
    }

    [PythonTheory]
    [InlineData("requirements")]
    [InlineData("variable in requirements")]
    [InlineData("PIP_INDEX_URL")]
    [InlineData("PIP_EXTRA_INDEX_URL")]
    [InlineData("netrc")]
    [InlineData("pip.conf")]
    public async Task A_login_is_used_and_its_password_written_nowhere(string place)
    {
        var url = _index.UrlWith($"user:{Password}");
        var requirements = "a";
        var configuration = Path.Combine(_module.Root, "pip.conf");
        switch (place)
        {
            case "requirements":
                requirements = $"--index-url {url}\na";
                break;
            case "variable in requirements":
                requirements = $"--index-url {_index.UrlWith("user:${TOKEN}")}\na";
                _module.Environment["TOKEN"] = Password;
                break;
            case "PIP_EXTRA_INDEX_URL":
                _module.Environment["PIP_INDEX_URL"] = "http://127.0.0.1:9/simple";
                _module.Environment[place] = $"\n  {url}\n";
                break;
            case "PIP_INDEX_URL":
                _module.Environment[place] = url;
                break;
            case "netrc":
                requirements = $"--index-url {_index.Url}\na";
                _module.Environment["NETRC"] = Path.Combine(_module.Root, "logins");
                File.WriteAllText(_module.Environment["NETRC"], "machine 127.0.0.1 login user password \"s3cr3t-pa ss\"\n");
                break;
            case "pip.conf":
                _module.Environment["PIP_CONFIG_FILE"] = configuration;
                File.WriteAllText(configuration, $"[global]\nindex-url = {url}\n");
                break;
        }
        var path = _module.Function("f", requirements)["backend/lambdas/f/requirements.txt"];
        var resolved = await _module.ResolveAsync();
        TestModule.AssertNone(resolved.Diagnostics);
        Assert.Equal(["a", "b"], resolved.Dependencies.Of("f.zip").Select(wheel => wheel.Name));
        Assert.All(resolved.Dependencies.Of("f.zip"), wheel => Assert.Equal(_index.FileUrl(wheel.FileName), wheel.Source));

        if (place == "requirements") Assert.Equal([_module["backend/lambdas/f/pylock.toml"]], (await _module.Resolution().LockAsync(default)).Locks.Select(item => item.Path));
        IntermediateFiles.WriteIfDifferent(_module.Files.Dependencies, resolved.Dependencies.ToBytes());
        IntermediateFiles.WriteIfDifferent(_module.Files.RequirementFiles, resolved.Files);
        AssertNoPassword(resolved.Diagnostics, except: [path, configuration, _module.Environment.GetValueOrDefault("NETRC", "")]);

        // What vanished from the store is fetched again, with the same login.
        Directory.Delete(Path.Combine(_module.Root, "store"), recursive: true);
        var artifact = _module.Discover().Module.Artifacts.Single();
        Assert.All(resolved.Dependencies.Of("f.zip"), wheel => Assert.Equal(_index.Content(wheel.FileName), File.ReadAllBytes(_module.Resolution().VerifiedAsync(artifact, wheel, default).GetAwaiter().GetResult())));
        AssertNoPassword([], except: [path, configuration, _module.Environment.GetValueOrDefault("NETRC", "")]);
    }

    [PythonFact]
    public async Task A_login_that_is_refused_is_an_error_without_the_password()
    {
        _index.Login = "user:another";
        var path = _module.Function("f", $"--index-url {_index.UrlWith($"user:{Password}")}\na")["backend/lambdas/f/requirements.txt"];
        var error = await _module.FailAsync("CORA3001");
        Assert.Contains("401", error.Message, StringComparison.Ordinal);
        AssertNoPassword([error], except: path);
    }

    [PythonFact]
    public async Task Without_a_login_the_remedy_is_said()
    {
        _index.Trouble = path => Task.FromResult<(int, byte[], int)?>(path.StartsWith("/files/", StringComparison.Ordinal) ? (403, [], 0) : null);
        _index.Login = null;
        _module.Function("f", "a");
        _module.Write("backend/lambdas/f/pylock.toml", $$"""
            lock-version = "1.0"
            created-by = "uv"
            [[packages]]
            name = "a"
            wheels = [{ url = "{{_index.FileUrl("a-1-py3-none-any.whl")}}", hashes = { sha256 = "{{_index.Sha256("a-1-py3-none-any.whl")}}" } }]
            """);
        var error = await _module.FailAsync("CORA3014");
        Assert.Contains("403", error.Message, StringComparison.Ordinal);
        Assert.Contains("netrc", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task What_a_killed_build_left_is_removed_when_it_is_old()
    {
        var old = Directory.GetParent(_module.Write("obj/cora/tmp/old/requirements.txt", Password))!;
        var recent = Directory.GetParent(_module.Write("obj/cora/tmp/recent/requirements.txt", Password))!;
        old.LastWriteTimeUtc = DateTime.UtcNow.AddDays(-2);
        _module.Function("f");
        await _module.ResolveAsync();
        Assert.Equal((false, true), (Directory.Exists(old.FullName), Directory.Exists(recent.FullName)));
    }

    private void AssertNoPassword(IEnumerable<Diagnostic> diagnostics, params string[] except)
    {
        string[] forms = ["s3cr3t", Convert.ToBase64String(Encoding.UTF8.GetBytes("user:s3cr3t-pa ss"))];
        var texts = diagnostics.Select(diagnostic => diagnostic.ToString())
            .Concat(_module.Progress)
            .Concat(Directory.EnumerateFileSystemEntries(_module.Root, "*", SearchOption.AllDirectories))
            .Concat(Directory.EnumerateFiles(_module.Root, "*", SearchOption.AllDirectories).Except(except).Select(file => $"{file}: {Encoding.Latin1.GetString(File.ReadAllBytes(file))}"));
        Assert.All(texts, text => Assert.All(forms, form => Assert.DoesNotContain(form, text, StringComparison.Ordinal)));
        _module.AssertNothingTemporary();
    }
}
