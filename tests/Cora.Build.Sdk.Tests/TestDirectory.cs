using System.Diagnostics;
using System.IO.Compression;
using System.Security.Cryptography;
using System.Text.Json;

namespace Cora.Build.Sdk.Tests;

/// <summary>A directory outside the repository in which the packed SDK is found, removed at the end.</summary>
public sealed class TestDirectory : IDisposable
{
    private int _builds;

    /// <param name="name">The directory's name: for tests of paths with spaces, quotes, letters.</param>
    public TestDirectory(string name = "stack")
    {
        Top = Directory.CreateTempSubdirectory("cora-").FullName;
        Root = Directory.CreateDirectory(Path.Combine(Top, name)).FullName;
        var sdk = SdkPackage.Instance;
        File.WriteAllText(Path.Combine(Top, "NuGet.config"),
            $"""<configuration><packageSources><clear /><add key="feed" value="{sdk.Feed}" /></packageSources></configuration>""");
        File.WriteAllText(Path.Combine(Top, "global.json"), $$"""{ "msbuild-sdks": { "Cora.Build.Sdk": "{{sdk.Version}}" } }""");
        Environment = new Dictionary<string, string?>
        {
            ["NUGET_PACKAGES"] = sdk.PackagesFolder,
            ["CoraWheelStore"] = sdk.WheelStore,
        };
    }

    public string Top { get; }

    /// <summary>The project's root.</summary>
    public string Root { get; }

    public Dictionary<string, string?> Environment { get; }

    public string this[string relativePath] => Path.Combine(Root, relativePath);

    /// <summary>Writes a file, and the directories above it.</summary>
    public TestDirectory Write(string relativePath, string content)
    {
        var path = this[relativePath];
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        File.WriteAllText(path, content);
        return this;
    }

    /// <summary>Adds <c>packages/{name}/module.coraproj</c>, which references other modules.</summary>
    public TestDirectory Module(string name, params string[] references) => Write($"packages/{name}/module.coraproj",
        $"""<Project Sdk="Cora.Build.Sdk"><ItemGroup>{string.Concat(references.Select(reference => $"""<ProjectReference Include="../{reference}/module.coraproj" />"""))}</ItemGroup></Project>""");

    /// <summary>Adds a function to a module.</summary>
    public TestDirectory Function(string module, string name, string? requirements = null)
    {
        Write($"packages/{module}/backend/lambdas/{name}/lambda_function.py", $"def lambda_handler(event, context):\n    return {JsonSerializer.Serialize(name)}\n");
        return requirements is null ? this : Write($"packages/{module}/backend/lambdas/{name}/requirements.txt", requirements);
    }

    /// <summary>Adds a layer to a module.</summary>
    public TestDirectory Layer(string module, string name, string? requirements = null)
    {
        Write($"packages/{module}/backend/layers/{name}/python/{name.Replace('-', '_')}/__init__.py", "VALUE = 1\n");
        return requirements is null ? this : Write($"packages/{module}/backend/layers/{name}/requirements.txt", requirements);
    }

    /// <summary>Adds <c>project.coraproj</c>.</summary>
    public TestDirectory Project() => Write("project.coraproj", """<Project Sdk="Cora.Build.Sdk"><PropertyGroup><CoraKind>Project</CoraKind></PropertyGroup></Project>""");

    /// <summary>Full path of an artifact.</summary>
    public string Artifact(string module, string file) => this[$"packages/{module}/backend/.build/{file}"];

    /// <summary>The file names in a module's artifacts directory, sorted.</summary>
    public IReadOnlyList<string> Artifacts(string module) => Directory.Exists(this[$"packages/{module}/backend/.build"])
        ? [.. Directory.GetFiles(this[$"packages/{module}/backend/.build"]).Select(path => Path.GetFileName(path)!).Order(StringComparer.Ordinal)]
        : [];

    /// <summary>The names in a zip.</summary>
    public static IReadOnlyList<string> Names(string zip)
    {
        using var archive = ZipFile.OpenRead(zip);
        return [.. archive.Entries.Select(entry => entry.FullName)];
    }

    /// <summary>Removes a file, or a directory with all that it holds.</summary>
    public TestDirectory Delete(string relativePath)
    {
        if (Directory.Exists(this[relativePath])) Directory.Delete(this[relativePath], recursive: true);
        else File.Delete(this[relativePath]);
        return this;
    }

    /// <summary>Every file below a directory, with its time and its content, under its relative path.</summary>
    public IReadOnlyDictionary<string, (DateTime Modified, string Sha256)> Snapshot(string relativePath = ".") => !Directory.Exists(this[relativePath]) ? new Dictionary<string, (DateTime, string)>()
        : new DirectoryInfo(this[relativePath]).GetFiles("*", SearchOption.AllDirectories)
            .ToDictionary(file => Path.GetRelativePath(Root, file.FullName).Replace('\\', '/'), file => (file.LastWriteTimeUtc, Convert.ToHexStringLower(SHA256.HashData(File.ReadAllBytes(file.FullName)))));

    /// <summary>The zips of a module and its manifest, each by its SHA-256.</summary>
    public IReadOnlyDictionary<string, string> Hashes(string module) =>
        Artifacts(module).ToDictionary(name => name, name => Convert.ToHexStringLower(SHA256.HashData(File.ReadAllBytes(Artifact(module, name)))));

    /// <summary>The names of the artifacts that a module's build wrote since <paramref name="before"/>, the manifest aside.</summary>
    public IReadOnlyList<string> Written(string module, IReadOnlyDictionary<string, (DateTime Modified, string Sha256)> before)
    {
        var after = Snapshot($"packages/{module}/backend/.build");
        return [.. after.Where(pair => pair.Key.EndsWith(".zip", StringComparison.Ordinal) && (!before.TryGetValue(pair.Key, out var old) || old != pair.Value))
            .Select(pair => Path.GetFileName(pair.Key)).Order(StringComparer.Ordinal)];
    }

    /// <summary>The content of a file in a zip, as text.</summary>
    public static string Read(string zip, string name)
    {
        using var archive = ZipFile.OpenRead(zip);
        using var reader = new StreamReader(archive.GetEntry(name)!.Open());
        return reader.ReadToEnd();
    }

    /// <summary><c>cora-manifest.json</c> of a module.</summary>
    public JsonElement Manifest(string module) => JsonDocument.Parse(File.ReadAllText(Artifact(module, "cora-manifest.json"))).RootElement;

    /// <summary>Where the project's manifest says that its modules' are, in its order.</summary>
    public IReadOnlyList<string> ProjectModules() => [.. JsonDocument.Parse(File.ReadAllText(this[".build/cora-manifest.json"])).RootElement
        .GetProperty("modules").EnumerateArray().Select(module => module.GetProperty("manifest").GetString()!)];

    /// <summary>Puts programs on the front of PATH that note that they were started, and start the ones behind them. A Python that runs pip is noted as pip.</summary>
    public TestDirectory WatchProcesses()
    {
        var directory = Directory.CreateDirectory(Path.Combine(Top, "watched")).FullName;
        foreach (var name in new[] { "git", "python", "python3", "py", "pip", "uv" })
        {
            var path = Path.Combine(directory, name);
            if (OperatingSystem.IsWindows())
            {
                File.WriteAllText(path + ".cmd", $"@echo {name}>>\"{StartedLog}\"\r\n{(Behind(name + ".exe") is { } program ? $"@\"{program}\" %*" : "@exit /b 1")}\r\n");
                continue;
            }
            File.WriteAllText(path, $"""
                #!/bin/sh
                case "$*" in *pip*) echo pip ;; *) echo {name} ;; esac >> '{StartedLog}'
                {(Behind(name) is { } real ? $"exec '{real}' \"$@\"" : "exit 1")}

                """);
            File.SetUnixFileMode(path, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
        }
        Environment["PATH"] = directory + Path.PathSeparator + System.Environment.GetEnvironmentVariable("PATH");
        return this;

        static string? Behind(string name) => (System.Environment.GetEnvironmentVariable("PATH") ?? "").Split(Path.PathSeparator).Select(directory => Path.Combine(directory, name)).FirstOrDefault(File.Exists);
    }

    /// <summary>The programs that were started since the last call, as far as <see cref="WatchProcesses"/> watches them.</summary>
    public IReadOnlyList<string> StartedProcesses()
    {
        if (!File.Exists(StartedLog)) return [];
        var started = File.ReadAllLines(StartedLog);
        File.Delete(StartedLog);
        return started;
    }

    private string StartedLog => Path.Combine(Top, "started.log");

    /// <summary>Any command of <c>dotnet</c>, which has to succeed.</summary>
    public string Run(params string[] arguments)
    {
        var (exitCode, output) = Tests.Dotnet.Run(Root, Environment, arguments);
        Assert.True(exitCode == 0, output);
        return output;
    }

    /// <summary>A command of <c>sh</c>, for which <c>$DOTNET</c> is dotnet.</summary>
    public (int ExitCode, string Output) Shell(string command, params (string Name, string Value)[] variables)
    {
        var start = new ProcessStartInfo("sh", ["-c", command]) { WorkingDirectory = Root, RedirectStandardOutput = true, RedirectStandardError = true };
        Tests.Dotnet.Clear(start);
        start.Environment["DOTNET"] = Tests.Dotnet.Path;
        foreach (var (name, value) in Environment.Select(pair => (pair.Key, pair.Value)).Concat(variables.Select(pair => (pair.Name, (string?)pair.Value)))) start.Environment[name] = value;
        using var process = Process.Start(start)!;
        var error = process.StandardError.ReadToEndAsync();
        var output = process.StandardOutput.ReadToEnd();
        process.WaitForExit();
        return (process.ExitCode, output + error.Result);
    }

    /// <summary><c>dotnet build {target} …</c> with a binlog.</summary>
    public BuildResult Build(string target = ".", params string[] arguments) => Dotnet("build", target, arguments);

    /// <summary>Any verb of <c>dotnet</c> that takes a project and a binlog.</summary>
    public BuildResult Dotnet(string verb, string target, params string[] arguments)
    {
        var binlog = Path.Combine(Top, $"{++_builds}.binlog");
        var (exitCode, output) = Tests.Dotnet.Run(Root, Environment, [verb, target, $"-bl:{binlog}", "-tl:off", .. arguments]);
        return new BuildResult(exitCode, output, binlog);
    }

    public void Dispose() => Directory.Delete(Top, recursive: true);
}
