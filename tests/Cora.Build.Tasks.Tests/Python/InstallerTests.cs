using Cora.Build.Diagnostics;
using Cora.Build.Modules;

namespace Cora.Build.Tests.Python;

/// <summary>Which installer is started, what it is given, and what is said when there is none that works.</summary>
public sealed class InstallerTests : IDisposable
{
    private readonly TestModule _module = new();

    public void Dispose() => _module.Dispose();

    private string Started => Path.Combine(_module.Root, "started");

    [Fact]
    public async Task Without_Python_it_is_said_what_to_install()
    {
        _module.Function("f", "a");
        var error = await _module.FailAsync("CORA0003");
        Assert.Equal(new Location(_module["backend/lambdas/f/requirements.txt"]), error.Location);
        Assert.Contains("neither uv nor Python is on PATH", error.Message, StringComparison.Ordinal);
        Assert.Contains("CoraPythonExecutable", error.Message, StringComparison.Ordinal);
        Assert.Contains("pylock.toml", error.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("no-such-python")]
    [InlineData("bin/python")]
    [InlineData("/no/such/python")]
    public async Task A_configured_Python_that_is_not_there_is_named(string python)
    {
        _module.Function("f", "a").With(options => options with { PythonExecutable = python });
        Assert.Contains($"CoraPythonExecutable is '{python}'", (await _module.FailAsync("CORA0003")).Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Without_uv_where_it_is_asked_for_it_is_said()
    {
        _module.Function("f", "a").With(options => options with { Installer = "uv" });
        Assert.Contains("uv is not on PATH", (await _module.FailAsync("CORA0003")).Message, StringComparison.Ordinal);
    }

    [UnixFact]
    public async Task A_program_that_is_no_Python_is_named_with_what_it_says()
    {
        _module.Script("python3", "echo 'shim: python3: command not found' >&2; exit 127");
        _module.Function("f", "a");
        var error = await _module.FailAsync("CORA0003");
        Assert.Contains("'python3' does not start as a Python", error.Message, StringComparison.Ordinal);
        Assert.Contains("ends with 127 and says 'shim: python3: command not found'", error.Message, StringComparison.Ordinal);
    }

    [UnixFact]
    public async Task A_file_that_cannot_be_executed_is_no_program()
    {
        File.WriteAllText(Path.Combine(_module.Environment["PATH"], "python3"), "#!/bin/sh\n");
        _module.Function("f", "a");
        Assert.Contains("neither uv nor Python is on PATH", (await _module.FailAsync("CORA0003")).Message, StringComparison.Ordinal);
    }

    [PythonFact]
    public async Task A_Python_without_pip_is_named()
    {
        if (OperatingSystem.IsWindows()) return;
        // Without site there are no site-packages.
        _module.Script("python3", $"exec '{HostPython.Default}' -S \"$@\"");
        _module.Function("f", "a");
        var error = await _module.FailAsync("CORA0003");
        Assert.Contains("'python3' has no pip", error.Message, StringComparison.Ordinal);
        Assert.Contains("ensurepip", error.Message, StringComparison.Ordinal);
    }

    [PythonFact]
    public async Task A_pip_that_is_too_old_is_named_with_its_version()
    {
        if (OperatingSystem.IsWindows()) return;
        File.WriteAllText(_module.Write("old/pip/__init__.py"), "__version__ = '21.3.1'");
        _module.Write("old/pip/__main__.py", "raise SystemExit('no such option: --report')");
        _module.Script("python3", $"PYTHONPATH='{_module["old"]}' exec '{HostPython.Default}' \"$@\"");
        _module.Function("f", "a");
        Assert.Contains("the pip of 'python3' is 21.3", (await _module.FailAsync("CORA0003")).Message, StringComparison.Ordinal);
    }

    [PythonFact]
    public async Task The_next_Python_is_tried_where_the_first_has_no_pip()
    {
        if (OperatingSystem.IsWindows()) return;
        using var index = new PackageIndex().With(new TestWheel("a"));
        _module.Script("python3", $"exec '{HostPython.Default}' -S \"$@\"");
        _module.Script("python", $"exec '{HostPython.Default}' \"$@\"");
        _module.Function("f", $"--index-url {index.Url}\na");
        Assert.Equal(["a-1-py3-none-any.whl"], await _module.WheelsOf("f"));
    }

    [UnixTheory]
    [InlineData("$(touch x)")]
    [InlineData("a; touch x")]
    [InlineData("a `touch x`")]
    [InlineData("a && touch x")]
    [InlineData("a | touch x")]
    [InlineData("--index-url http://h/$(touch${IFS}x)`touch x`")]
    [InlineData("--extra-index-url http://h/ --report=/x")]
    [InlineData("--find-links 'http://h/\"; touch x'")]
    [InlineData("--trusted-host=--report=/x")]
    [InlineData("--python-version 2")]
    [InlineData("--target x")]
    [InlineData("--config-settings x")]
    [InlineData("-e .")]
    [InlineData("git+https://h/r")]
    [InlineData("./directory")]
    public async Task A_line_that_is_no_requirement_starts_nothing(string line)
    {
        _module.Script("python3", $"touch '{Started}'");
        _module.Script("uv", $"touch '{Started}'");
        _module.Function("f", line + "\n").With(options => options with { Installer = "auto" });
        var resolved = await _module.ResolveAsync();
        Assert.All(resolved.Diagnostics, diagnostic => Assert.Equal(("CORA3002", 1), (diagnostic.Descriptor.Code, diagnostic.Location.Line)));
        Assert.NotEmpty(resolved.Diagnostics);
        Assert.Equal(["f.zip"], resolved.Dependencies.Failed);
        Assert.False(File.Exists(Started));
    }

    [UnixTheory]
    [InlineData(null)]
    [InlineData("")]
    [InlineData("# nothing\n\n   # more\n")]
    [InlineData("a ; sys_platform == 'win32'\nb ; python_version < '3.8'")]
    public async Task Without_requirements_for_the_target_nothing_is_started(string? requirements)
    {
        _module.Script("python3", $"touch '{Started}'");
        _module.Script("uv", $"touch '{Started}'");
        _module.Function("f", requirements).With(options => options with { Installer = "auto" });
        Assert.Empty(await _module.WheelsOf("f"));
        Assert.False(File.Exists(Started));
    }

    [UnixFact]
    public async Task What_a_requirements_file_says_is_never_an_argument()
    {
        _module.Script("python3", $"echo \"$@\" > '{Started}'; exit 1");
        _module.Function("f", "--index-url http://user:secret@h/$(id)/simple\na[x]==1 ; python_version > '3' and os_name != '`id`'\n");
        await _module.FailAsync("CORA0003");
        var arguments = File.ReadAllText(Started);
        Assert.Contains("--requirement", arguments, StringComparison.Ordinal);
        Assert.DoesNotContain("secret", arguments, StringComparison.Ordinal);
        Assert.DoesNotContain("id", arguments.Split(' ').Select(word => word.Trim('`', '$', '(', ')')));
    }

    [PythonFact]
    public async Task What_configures_pip_otherwise_does_not_count()
    {
        using var index = new PackageIndex().With(new TestWheel("a") { Requires = ["b"] }, new TestWheel("b"));
        _module.With(options => options with { PythonExecutable = HostPython.Default }).Function("f", $"--index-url {index.Url}\na");
        foreach (var (name, value) in new Dictionary<string, string>
        {
            ["PIP_TARGET"] = _module["target"],
            ["PIP_PREFIX"] = _module["prefix"],
            ["PIP_USER"] = "1",
            ["PIP_REQUIRE_VIRTUALENV"] = "1",
            ["PIP_NO_DEPS"] = "1",
            ["PIP_NO_BINARY"] = ":all:",
            ["PIP_QUIET"] = "3",
            ["PIP_EDITABLE"] = _module.Directory,
            ["PYTHONPATH"] = _module["shadow"],
        }) _module.Environment[name] = value;
        _module.Write("shadow/pip/__init__.py", "raise SystemExit('shadowed')");
        Assert.Equal(["a-1-py3-none-any.whl", "b-1-py3-none-any.whl"], await _module.WheelsOf("f"));
        Assert.False(Directory.Exists(_module["target"]) || Directory.Exists(_module["prefix"]));
    }

    [UnixFact]
    public async Task A_program_that_is_cancelled_is_killed_with_what_it_started()
    {
        _module.Script("parent", $"/bin/sh -c 'echo $$ > {_module.Root}/child; exec sleep 600' & wait");
        _module.Environment["PATH"] += ":/usr/bin:/bin";
        using var cancel = new CancellationTokenSource();
        var running = new Processes(_module.Environment).RunAsync("parent", [], _module.Root, null, cancel.Token);
        var child = Path.Combine(_module.Root, "child");
        while (!File.Exists(child) || File.ReadAllText(child) is not [.., '\n']) await Task.Delay(10);
        await cancel.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => running);
        var id = int.Parse(File.ReadAllText(child));
        for (var attempt = 0; attempt < 500 && IsRunning(id); attempt++) await Task.Delay(20);
        Assert.False(IsRunning(id));

        // A zombie that nobody has reaped yet runs no more.
        static bool IsRunning(int id)
        {
            try
            {
                using var process = System.Diagnostics.Process.GetProcessById(id);
                return !process.HasExited && !(File.Exists($"/proc/{id}/stat") && File.ReadAllText($"/proc/{id}/stat").Contains(") Z ", StringComparison.Ordinal));
            }
            catch (Exception e) when (e is ArgumentException or IOException)
            {
                return false;
            }
        }
    }
}
