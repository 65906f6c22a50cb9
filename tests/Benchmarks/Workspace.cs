using System.Diagnostics;
using System.IO.Compression;
using System.Text.RegularExpressions;
using Cora.Build.Sdk.Tests;

namespace Cora.Build.Benchmarks;

/// <summary>A directory in which the packed SDK is found, with what is built in it; removed at the end.</summary>
internal sealed partial class Workspace : IDisposable
{
    private readonly Dictionary<string, string?> _environment = new() { ["NUGET_PACKAGES"] = SdkPackage.Instance.PackagesFolder, ["CoraWheelStore"] = SdkPackage.Instance.WheelStore };
    private readonly string _root = Directory.CreateTempSubdirectory("cora-benchmarks-").FullName;

    /// <param name="wheels">Is copied, without wheels for a glibc that python3.11 on Lambda does not have: those get the tag manylinux2014.</param>
    public Workspace(string wheels)
    {
        Write("NuGet.config", $"""<configuration><packageSources><clear /><add key="feed" value="{SdkPackage.Instance.Feed}" /></packageSources></configuration>""");
        Write("global.json", $$"""{ "msbuild-sdks": { "Cora.Build.Sdk": "{{SdkPackage.Instance.Version}}" } }""");
        Directory.CreateDirectory(this["wheels"]);
        foreach (var wheel in Directory.EnumerateFiles(wheels, "*.whl"))
        {
            var name = Path.GetFileName(wheel);
            var renamed = NewerGlibc().Replace(name, "-manylinux2014_$1.whl");
            if (renamed != name) Renamed.Add(name);
            File.Copy(wheel, this[$"wheels/{renamed}"]);
        }
    }

    /// <summary>Wheels whose tag was changed.</summary>
    public List<string> Renamed { get; } = [];

    public string this[string relativePath] => Path.Combine(_root, relativePath);

    public Workspace Write(string relativePath, string content)
    {
        Directory.CreateDirectory(Path.GetDirectoryName(this[relativePath])!);
        File.WriteAllText(this[relativePath], content);
        return this;
    }

    /// <summary>A module; its layers and functions come next.</summary>
    public Workspace Module(string path, params string[] references) => Write($"{path}/module.coraproj",
        $"""<Project Sdk="Cora.Build.Sdk"><ItemGroup>{string.Concat(references.Select(reference => $"""<ProjectReference Include="../{reference}/module.coraproj" />"""))}</ItemGroup></Project>""");

    public Workspace Function(string module, string name, params string[] requirements) =>
        Write($"{module}/backend/lambdas/{name}/lambda_function.py", $"def lambda_handler(event, context):\n    return '{name}'\n")
        .Write($"{module}/backend/lambdas/{name}/requirements.txt", Requirements(requirements));

    public Workspace Layer(string module, string name, params string[] requirements) =>
        Write($"{module}/backend/layers/{name}/python/{name}/__init__.py", "VALUE = 1\n")
        .Write($"{module}/backend/layers/{name}/requirements.txt", Requirements(requirements));

    /// <summary>A wheel with one file of that many bytes, which cannot be compressed, and no dependencies.</summary>
    public Workspace Wheel(string name, int bytes)
    {
        using var wheel = ZipFile.Open(this[$"wheels/{name}-1.0-py3-none-any.whl"], ZipArchiveMode.Create);
        void Add(string path, string content)
        {
            using var writer = new StreamWriter(wheel.CreateEntry(path).Open());
            writer.Write(content);
        }
        Add($"{name}/__init__.py", "");
        Add($"{name}-1.0.dist-info/METADATA", $"Metadata-Version: 2.1\nName: {name}\nVersion: 1.0\n");
        Add($"{name}-1.0.dist-info/WHEEL", "Wheel-Version: 1.0\nRoot-Is-Purelib: true\nTag: py3-none-any\n");
        Add($"{name}-1.0.dist-info/RECORD", "");
        var content = new byte[bytes];
        new Random(1).NextBytes(content);
        using var file = wheel.CreateEntry($"{name}/content.bin", CompressionLevel.NoCompression).Open();
        file.Write(content);
        return this;
    }

    /// <summary>A run of <c>dotnet</c>, without nodes that outlive it.</summary>
    public Process Dotnet(string directory, params string[] arguments) => Sdk.Tests.Dotnet.Start(this[directory], _environment, arguments);

    /// <summary>A run of <c>dotnet</c> that is not measured.</summary>
    public void Do(string directory, params string[] arguments)
    {
        var (exitCode, output) = Sdk.Tests.Dotnet.Run(this[directory], _environment, arguments);
        if (exitCode != 0) throw new InvalidOperationException($"dotnet {string.Join(' ', arguments)} ended with {exitCode}:\n{output}");
    }

    /// <summary>Removes what builds made, in a directory and all below it.</summary>
    public void Unbuild(string directory)
    {
        foreach (var made in new[] { "obj", "bin", ".build" }.SelectMany(name => Directory.EnumerateDirectories(this[directory], name, SearchOption.AllDirectories)).ToList())
        {
            if (Directory.Exists(made)) Directory.Delete(made, recursive: true);
        }
    }

    public void Touch(string handler) => File.AppendAllText(this[handler], $"# {Guid.NewGuid()}\n");

    public void Dispose() => Directory.Delete(_root, recursive: true);

    private string Requirements(string[] requirements) => requirements.Length == 0
        ? "# nothing\n"
        : $"--no-index\n--find-links {this["wheels"]}\n{string.Join('\n', requirements)}\n";

    /// <summary>A wheel for glibc 2.27 or later and for nothing older.</summary>
    [GeneratedRegex(@"-manylinux_2_(?:2[7-9]|[3-9][0-9])_([a-z0-9_]+)\.whl$")]
    private static partial Regex NewerGlibc();
}
