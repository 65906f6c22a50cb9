using System.Text;
using Cora.Build.Diagnostics;
using Cora.Build.Modules;
using Cora.Build.Python.Source;

namespace Cora.Build.Tests.Python.Source;

/// <summary>When Python is started, what is kept, and what happens when it fails.</summary>
public sealed class FactReaderTests : IDisposable
{
    private const string Code = "import common\ncommon.rpc('f', {'p_x': 1})\n";

    private readonly TestModule _module = new();

    public void Dispose() => _module.Dispose();

    private string Cache => _module["obj/cora/facts.json"];

    private string Started => Path.Combine(_module.Root, "started");

    private int Starts => File.Exists(Started) ? File.ReadAllLines(Started).Length : 0;

    /// <summary>A Python that counts how often it is started.</summary>
    private void Python(string arguments = "\"$@\"", string name = "python3", string before = "") =>
        _module.Script(name, $"echo >> '{Started}'\n{before}\nexec '{HostPython.Default}' {arguments}");

    private async Task<IReadOnlyList<SourceFacts>> ReadAsync(IEnumerable<string> sources, int target = 11, string python = "", CancellationToken cancellation = default) =>
        await new FactReader(new Processes(_module.Environment), python, new Location(_module["module.coraproj"]))
            .ReadAsync([.. sources.Select(Encoding.UTF8.GetBytes)], Facts.Target(target), Cache, cancellation);

    private async Task<Diagnostic> FailAsync(string python = "") => (await Assert.ThrowsAsync<CoraException>(() => ReadAsync([Code], python: python))).Diagnostic;

    [UnixPythonFact]
    public async Task One_process_reads_all_that_is_new_and_none_is_started_when_nothing_is()
    {
        Python();
        var sources = Enumerable.Range(0, 50).Select(number => $"x{number} = 1\n").Append(Code).Append(Code).ToList();
        var first = await ReadAsync(sources);
        Assert.Equal(1, Starts);
        var second = await ReadAsync(sources);
        Assert.Equal(1, Starts);
        Assert.Equal(first.Select(Calls), second.Select(Calls));
        Assert.Equal(["x7"], first[7].Bindings.Select(binding => binding.Name));
        Assert.Equal("#0.rpc@2:8 (\"f\", {p_x})", Calls(first[51]));

        await ReadAsync([.. sources, "y = 1"]);
        Assert.Equal(2, Starts);

        static string Calls(SourceFacts facts) => string.Join('\n', facts.Calls.Select(Show.Of));
    }

    [UnixPythonFact]
    public async Task What_is_not_asked_for_is_forgotten()
    {
        Python();
        await ReadAsync(["a = 1", "b = 1"]);
        await ReadAsync(["a = 1"]);
        Assert.Equal(1, Starts);
        await ReadAsync(["b = 1"]);
        Assert.Equal(2, Starts);
    }

    [UnixPythonFact]
    public async Task Another_target_and_another_Python_read_again()
    {
        Python();
        await ReadAsync([Code]);
        await ReadAsync([Code], target: 12);
        Assert.Equal(2, Starts);
        Python("-X dev \"$@\"");
        await ReadAsync([Code], target: 12);
        Assert.Equal(3, Starts);
        await ReadAsync([Code], target: 12);
        Assert.Equal(3, Starts);
    }

    [UnixPythonFact]
    public async Task A_damaged_cache_is_as_good_as_none()
    {
        Python();
        await ReadAsync([Code]);
        var whole = await File.ReadAllTextAsync(Cache);
        var starts = 1;
        foreach (var damaged in new[] { "", "nonsense", "[]", "{\"key\":5}", "null", whole[..^20], whole[..(whole.Length / 2)], whole.Replace("\"imports\":[[", "\"imports\":[[[", StringComparison.Ordinal), whole.Replace("\"calls\"", "\"fails\"", StringComparison.Ordinal) })
        {
            await File.WriteAllTextAsync(Cache, damaged);
            Assert.Single((await ReadAsync([Code]))[0].Calls);
            Assert.Equal(++starts, Starts);
            Assert.Equal(whole, await File.ReadAllTextAsync(Cache));
        }
    }

    [UnixPythonFact]
    public async Task A_fault_that_a_newer_Python_may_not_have_is_not_kept()
    {
        if (Enumerable.Range(9, 5).Select(HostPython.Find).FirstOrDefault(path => path is not null) is not { } oldest) return;
        _module.Script("python3", $"echo >> '{Started}'\nexec '{oldest}' \"$@\"");
        var facts = await ReadAsync(["x = = 1", Code], target: 14);
        Assert.True(facts[0].Fault!.MayBeNewer);
        await ReadAsync(["x = = 1", Code], target: 14);
        Assert.Equal(2, Starts);
    }

    [Fact]
    public async Task Without_sources_nothing_is_started() => Assert.Empty(await ReadAsync([]));

    [Fact]
    public async Task Without_Python_it_is_said_what_to_install()
    {
        var error = await FailAsync();
        Assert.Equal(("CORA0003", new Location(_module["module.coraproj"])), (error.Descriptor.Code, error.Location));
        Assert.Contains("no Python is on PATH. Install Python 3.9 or later, or set CoraPythonExecutable", error.Message, StringComparison.Ordinal);
        Assert.Contains("CoraPythonExecutable is '/no/python'", (await FailAsync("/no/python")).Message, StringComparison.Ordinal);
    }

    [UnixFact]
    public async Task A_program_that_is_no_Python_is_named_with_what_it_says()
    {
        _module.Script("python3", "echo 'python3: command not found' >&2; exit 127");
        Assert.Contains("'python3' does not start as a Python 3.9 or later: it ends with 127 and says 'python3: command not found'", (await FailAsync()).Message, StringComparison.Ordinal);
    }

    [UnixFact]
    public async Task A_Python_that_is_too_old_is_named_with_its_version()
    {
        _module.Script("python3", "echo 'python 2.7.18'");
        Assert.Contains("'python3' is Python 2.7.18: 3.9 or later is needed", (await FailAsync()).Message, StringComparison.Ordinal);
    }

    [UnixPythonFact]
    public async Task The_next_Python_is_tried()
    {
        _module.Script("python3", "echo 'python 3.8.1'");
        Python(name: "python");
        Assert.Single((await ReadAsync([Code]))[0].Calls);
    }

    /// <summary>A limit on memory stands for whatever may end CPython in the middle of a file.</summary>
    [UnixPythonFact]
    public async Task A_file_that_ends_CPython_is_at_fault_alone()
    {
        var killing = Convert.ToBase64String(Encoding.UTF8.GetBytes("kill = 1"));
        var script = """
            import sys, subprocess
            lines = sys.stdin.buffer.read().split(b"\n")
            at = next((index for index, line in enumerate(lines) if line == b"KILL"), len(lines))
            run = subprocess.run([sys.executable, *sys.argv[1:]], input=b"\n".join(lines[:at]) + b"\n", stdout=subprocess.PIPE)
            sys.stdout.buffer.write(run.stdout + (b'{"imports":[[1' if at < len(lines) else b""))
            sys.stdout.flush()
            if at < len(lines): sys.exit("out of luck")
            """.Replace("KILL", killing, StringComparison.Ordinal);
        await File.WriteAllTextAsync(_module.Write("wrapper.py"), script);
        Python($"'{_module["wrapper.py"]}' \"$@\"");
        var facts = await ReadAsync(["a = 1", "kill = 1", Code, "kill = 1", "b = 1"]);
        Assert.Equal([true, false, true, false, true], facts.Select(fact => fact.Fault is null));
        Assert.Contains("said 'out of luck'", facts[1].Fault!.Message, StringComparison.Ordinal);
        Assert.Single(facts[2].Calls);
        Assert.Equal(3, Starts);
        // It may have been the machine: it is tried again.
        await ReadAsync(["kill = 1"]);
        Assert.Equal(4, Starts);
    }

    [Fact]
    public async Task A_file_beyond_all_measure_is_not_read()
    {
        var facts = await ReadAsync([new string(' ', 9 << 20)]);
        Assert.Contains("files above 8388608 bytes are not read", facts[0].Fault!.Message, StringComparison.Ordinal);
    }

    [UnixPythonFact]
    public async Task Nothing_of_the_user_is_imported_or_executed()
    {
        Python();
        foreach (var name in new[] { "ast", "json", "re", "facts", "tokenize", "sitecustomize", "usercustomize" })
            await File.WriteAllTextAsync(_module.Write(name + ".py"), $"open('{Path.Combine(_module.Root, "imported")}', 'w')");
        _module.Environment["PYTHONPATH"] = _module.Directory;
        _module.Environment["PYTHONSTARTUP"] = _module["json.py"];
        var facts = await ReadAsync([$"# noqa: CORA2001\nopen('{_module["executed"]}', 'w')\nimport antigravity"]);
        Assert.Null(facts[0].Fault);
        Assert.False(File.Exists(Path.Combine(_module.Root, "imported")) || File.Exists(_module["executed"]));
        Assert.Empty(Directory.GetDirectories(_module.Directory, "__pycache__"));
    }

    [UnixFact]
    public async Task Cancellation_ends_Python()
    {
        _module.Script("python3", $"echo $$ > '{Started}'; exec sleep 600");
        _module.Environment["PATH"] += ":/usr/bin:/bin";
        using var cancel = new CancellationTokenSource();
        var reading = ReadAsync([Code], cancellation: cancel.Token);
        while (Starts == 0) await Task.Delay(10);
        await cancel.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => reading);
    }

    /// <summary>Real files of every kind: each gets an answer, and those that CPython compiles have no fault.</summary>
    [PythonFact]
    public void The_standard_library_is_read_by_every_Python_that_is_here()
    {
        foreach (var minor in Enumerable.Range(9, 6))
        {
            if (HostPython.Find(minor) is not { } python) continue;
            var library = Path.Combine(Path.GetDirectoryName(Path.GetDirectoryName(python)!)!, "lib", $"python3.{minor}");
            if (!Directory.Exists(library)) continue;
            // All of it once; elsewhere what has most of the syntax.
            var files = python == HostPython.Default || HostPython.Default.Contains($"3.{minor}", StringComparison.Ordinal)
                ? Directory.GetFiles(library, "*.py").Concat(new[] { "asyncio", "collections", "email", "importlib", "json", "unittest" }.SelectMany(name => Directory.GetFiles(Path.Combine(library, name), "*.py"))).ToList()
                : [.. new[] { "ast", "dataclasses", "typing", "enum", "functools", "inspect" }.Select(name => Path.Combine(library, name + ".py"))];
            var facts = Facts.Of([.. files.Select(File.ReadAllBytes)], Math.Max(minor, 10), python);
            Assert.All(files.Zip(facts), pair => Assert.True(pair.Second.Fault is null, $"{pair.First}: {pair.Second.Fault}"));
            Assert.NotEmpty(facts.SelectMany(fact => fact.References));
        }
    }

    /// <summary>The bytes of a source, cut and mixed: each gets an answer, and CPython survives.</summary>
    [PythonFact]
    public void Damaged_sources_are_read_or_refused()
    {
        var random = new Random(20240917);
        var source = Encoding.UTF8.GetBytes("import a as b\n@b.c(d='é')\nclass E(b.f):\n    g: int = field(default=1)\n    def h(self, *i, j={**k}, **l):\n        try:\n            return f'{self!r:>{b.m}}'\n        except (n, o) as p: pass  # noqa: CORA2001\nq = [r for s, *t in u if (v := w)]\n__all__ = ['x'] + []\n");
        var damaged = Enumerable.Range(0, 400).Select(_ =>
        {
            var bytes = source.ToList();
            for (var times = random.Next(1, 5); times > 0; times--)
            {
                var at = random.Next(bytes.Count);
                switch (random.Next(4))
                {
                    case 0: bytes[at] = (byte)random.Next(256); break;
                    case 1: bytes.RemoveRange(at, random.Next(Math.Min(9, bytes.Count - at))); break;
                    case 2: bytes.Insert(at, (byte)"()[]{}'\":,*\n\\@"[random.Next(14)]); break;
                    default: bytes.InsertRange(at, bytes.GetRange(random.Next(bytes.Count / 2), random.Next(20))); break;
                }
            }
            return bytes.ToArray();
        }).ToList();
        var facts = Facts.Of(damaged);
        Assert.Equal(400, facts.Count);
        Assert.All(facts, fact => Assert.DoesNotContain("cannot be read", fact.Fault?.Message ?? "", StringComparison.Ordinal));
        Assert.Contains(facts, fact => fact.Fault is null);
    }
}
