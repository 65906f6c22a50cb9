using System.Collections.Concurrent;
using Cora.Build.Diagnostics;
using Cora.Build.Modules;
using Cora.Build.Packaging;
using Cora.Build.Python;

namespace Cora.Build.Tests;

/// <summary>A module in a directory of its own, and an environment in which nothing of this machine's configuration counts.</summary>
internal sealed class TestModule : IDisposable
{
    /// <summary>The SDK's own, in short.</summary>
    public static readonly string[] DefaultExcludes = [".*", "__pycache__", "*.pyc", "tests", "/requirements*.txt", "/pylock*.toml", "README*", "*.sh"];

    public TestModule(string name = "module-test")
    {
        // Where the system's own temporary directory is behind a link, git and Python would know it by another name.
        var created = System.IO.Directory.CreateTempSubdirectory("cora-module-");
        Root = created.FullName;
        Directory = System.IO.Directory.CreateDirectory(Path.Combine(Root, name)).FullName;
        Module = new Module
        {
            Name = name,
            ProjectFile = this["module.coraproj"],
            Version = "1.2.3",
            Sdk = Guid.Parse("11111111-2222-3333-4444-555555555555"),
            TargetFramework = "python3.11",
            Architecture = "x86_64",
            ArtifactsDirectory = this["backend/.build/"],
            Artifacts = [],
            ProjectRoot = Root,
            Schemas = [],
            Migrations = [],
            RpcFunctions = ["rpc"],
            References = [],
            ExternalLayers = [],
            DefaultExcludes = DefaultExcludes,
            Limits = new SizeLimits(LambdaLimits.ZippedBytes, LambdaLimits.UnzippedBytes, LambdaLimits.UnzippedWarningBytes),
            Dependencies = new DependencyOptions
            {
                Installer = "pip",
                PythonExecutable = "",
                InstallerArguments = "",
                WheelStore = Path.Combine(Root, "store"),
                LockedMode = false,
            },
        };
        Environment = new Dictionary<string, string>
        {
            ["PATH"] = System.IO.Directory.CreateDirectory(Path.Combine(Root, "bin")).FullName,
            ["HOME"] = System.IO.Directory.CreateDirectory(Path.Combine(Root, "home")).FullName,
            ["PIP_CONFIG_FILE"] = OperatingSystem.IsWindows() ? "nul" : "/dev/null",
            ["PIP_NO_CACHE_DIR"] = "1",
            ["PIP_RETRIES"] = "0",
        };
        // Without these no Python starts on Windows.
        foreach (var variable in new[] { "SystemRoot", "TEMP", "TMP" })
        {
            if (System.Environment.GetEnvironmentVariable(variable) is { } value) Environment[variable] = value;
        }
        Environment["USERPROFILE"] = Environment["HOME"];
    }

    /// <summary>Holds the module, the wheel store, a home directory, and <c>bin</c>, which is all of PATH.</summary>
    public string Root { get; }

    public string Directory { get; }

    /// <summary>The model; functions and layers are found by <see cref="Discover"/>.</summary>
    public Module Module { get; set; }

    public Dictionary<string, string> Environment { get; }

    public ConcurrentQueue<string> Progress { get; } = new();

    public IntermediateFiles Files => new(this["obj/cora"]);

    /// <summary>Full path of a name with <c>/</c>.</summary>
    public string this[string name] => Path.Combine(Directory, name.Replace('/', Path.DirectorySeparatorChar));

    public string Write(string name, string content = "")
    {
        System.IO.Directory.CreateDirectory(Path.GetDirectoryName(this[name])!);
        File.WriteAllText(this[name], content);
        return this[name];
    }

    public string Write(string name, byte[] content)
    {
        System.IO.Directory.CreateDirectory(Path.GetDirectoryName(this[name])!);
        File.WriteAllBytes(this[name], content);
        return this[name];
    }

    /// <summary>A function, with requirements when there are some.</summary>
    public TestModule Function(string name, string? requirements = null)
    {
        Write($"backend/lambdas/{name}/lambda_function.py", "def lambda_handler(event, context):\n    return None\n");
        if (requirements is not null) Write($"backend/lambdas/{name}/requirements.txt", requirements);
        return this;
    }

    /// <summary>A program on PATH.</summary>
    public string Script(string name, string body)
    {
        var path = Path.Combine(Root, "bin", name);
        File.WriteAllText(path, $"#!/bin/sh\n{body}\n");
        if (!OperatingSystem.IsWindows()) File.SetUnixFileMode(path, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
        return path;
    }

    public TestModule With(Func<DependencyOptions, DependencyOptions> change)
    {
        Module = Module with { Dependencies = change(Module.Dependencies) };
        return this;
    }

    public DiscoveredModule Discover(params DirectoryItem[] items)
    {
        DirectoryItem[] Default(string kind) => System.IO.Directory.Exists(this[$"backend/{kind}"])
            ? [.. System.IO.Directory.GetDirectories(this[$"backend/{kind}"]).Select(path => new DirectoryItem(path, IsDefault: true, _ => ""))]
            : [];
        return ModuleDiscovery.Discover(Module, [.. Default("lambdas"), .. items], Default("layers"));
    }

    public DependencyResolution Resolution(TimeSpan? timeout = null) =>
        new(Discover().Module, new Processes(Environment), Files.Temporary, Progress.Enqueue) { InstallerTimeout = timeout ?? TimeSpan.FromMinutes(5) };

    public Task<ResolvedModule> ResolveAsync(Dependencies? previous = null, CancellationToken cancellation = default) =>
        Resolution().ResolveAsync(previous ?? Dependencies.None, cancellation);

    /// <summary>Resolves what must resolve; the file names of a function's wheels.</summary>
    public async Task<IReadOnlyList<string>> WheelsOf(string function)
    {
        var resolved = await ResolveAsync();
        AssertNone(resolved.Diagnostics);
        return [.. resolved.Dependencies.Of($"{function}.zip").Select(wheel => wheel.FileName)];
    }

    /// <summary>Resolves what must fail with one finding, and leaves nothing behind.</summary>
    public async Task<Diagnostic> FailAsync(string code, DependencyResolution? resolution = null)
    {
        var resolved = await (resolution ?? Resolution()).ResolveAsync(Dependencies.None, default);
        var diagnostic = Assert.Single(resolved.Diagnostics);
        Assert.True(code == diagnostic.Descriptor.Code, $"{diagnostic.Descriptor.Code}: {diagnostic.Message}");
        Assert.Equal(Severity.Error, diagnostic.Severity);
        Assert.DoesNotContain(diagnostic.Message, char.IsControl);
        Assert.Empty(resolved.Dependencies.Sets);
        Assert.NotEmpty(resolved.Dependencies.Failed);
        AssertNothingTemporary();
        return diagnostic;
    }

    public static void AssertNone(IEnumerable<Diagnostic> diagnostics) =>
        Assert.True(!diagnostics.Any(), string.Join('\n', diagnostics.Select(diagnostic => $"{diagnostic.Descriptor.Code}: {diagnostic.Message}")));

    public void AssertNothingTemporary()
    {
        Assert.Empty(System.IO.Directory.Exists(Files.Temporary) ? System.IO.Directory.GetFileSystemEntries(Files.Temporary) : []);
        Assert.Empty(System.IO.Directory.Exists(Path.Combine(Root, "store", ".tmp")) ? System.IO.Directory.GetFileSystemEntries(Path.Combine(Root, "store", ".tmp")) : []);
    }

    public void Dispose() => System.IO.Directory.Delete(Root, recursive: true);
}
