using System.IO.Compression;
using System.Text.Json;
using Cora.Build.Tests.Sql;

namespace Cora.Build.Sdk.Tests;

/// <summary>Tests that share one build of the samples, one after the other.</summary>
[CollectionDefinition(Name)]
public sealed class SamplesTests : ICollectionFixture<BuiltSamples>, ICollectionFixture<PostgresServer>
{
    public const string Name = "Samples";
}

/// <summary>A function of a sample, unpacked.</summary>
/// <param name="Name">Module and zip, <c>module-ws/workspace.zip</c>.</param>
/// <param name="Task">The directory of its zip, Lambda's <c>/var/task</c>.</param>
/// <param name="Opt">The directory of its layers, Lambda's <c>/opt</c>.</param>
/// <param name="Handler">Module and function, <c>lambda_function.lambda_handler</c>.</param>
public sealed record UnpackedFunction(string Name, string Task, string Opt, string Handler);

/// <summary>
/// The samples, built with the packed SDK when a test first asks for them, their zips unpacked as Lambda does. Collections of tests that run at the same
/// time share one build.
/// </summary>
public sealed class BuiltSamples : IDisposable
{
    /// <summary>What a build in place makes, a deployment, and Terraform.</summary>
    private static readonly string[] s_made =
        ["global.json", "obj", ".build", "build", "__pycache__", "cora-artifacts.auto.tfvars.json", "cora-deploy.json", ".cora-deploy.lock", ".terraform", ".terraform.lock.hcl"];

    private static readonly Lock s_lock = new();
    private static Lazy<(TestDirectory Directory, IReadOnlyList<UnpackedFunction> Functions)> s_shared = null!;
    private static int s_users;

    private readonly Lazy<(TestDirectory Directory, IReadOnlyList<UnpackedFunction> Functions)> _built;

    public BuiltSamples()
    {
        lock (s_lock)
        {
            if (s_users++ == 0) s_shared = new(Build);
            _built = s_shared;
        }
    }

    public IReadOnlyList<UnpackedFunction> Functions => _built.Value.Functions;

    /// <summary>Full paths of the zips.</summary>
    public IReadOnlyList<string> Zips => FindZips(_built.Value.Directory.Root);

    /// <summary>Copies the samples with their zips.</summary>
    public void CopyTo(string directory) => Copy(_built.Value.Directory.Root, directory, withZips: true);

    public void Dispose()
    {
        lock (s_lock)
        {
            if (--s_users == 0 && _built.IsValueCreated) _built.Value.Directory.Dispose();
        }
    }

    private static (TestDirectory, IReadOnlyList<UnpackedFunction>) Build()
    {
        var samples = new TestDirectory("samples");
        try
        {
            CheckOut(samples);
            Assert.Empty(samples.Build("demo-stack/project.coraproj").ShouldSucceed().Warnings);
            Assert.Empty(samples.Build("demo-infra/infra.coraproj").ShouldSucceed().Warnings);
            return (samples, Unpack(samples.Root));
        }
        catch
        {
            samples.Dispose();
            throw;
        }
    }

    private static List<UnpackedFunction> Unpack(string root)
    {
        var built = Directory.GetFiles(root, "cora-manifest.json", SearchOption.AllDirectories)
            .Select(file => (Directory: Path.GetDirectoryName(file)!, Json: JsonDocument.Parse(File.ReadAllText(file)).RootElement))
            .Where(manifest => manifest.Json.TryGetProperty("artifacts", out _))
            .SelectMany(manifest => manifest.Json.GetProperty("artifacts").EnumerateArray().Select(artifact =>
                (Module: Text(manifest.Json, "module"), Kind: Text(artifact, "kind"), Json: artifact, Path: Path.Combine(manifest.Directory, Text(artifact, "file")))))
            .ToList();
        var functions = new List<UnpackedFunction>();
        foreach (var (module, _, function, zip) in built.Where(artifact => artifact.Kind == "function"))
        {
            var opt = Directory.CreateDirectory(zip + ".opt").FullName;
            foreach (var layer in function.GetProperty("layers").EnumerateArray())
            {
                var artifact = built.Single(other => (other.Kind, other.Module, Text(other.Json, "name")) == ("layer", Text(layer, "module"), Text(layer, "name")));
                ZipFile.ExtractToDirectory(artifact.Path, opt);
            }
            ZipFile.ExtractToDirectory(zip, zip + ".task");
            functions.Add(new($"{module}/{Path.GetFileName(zip)}", zip + ".task", opt, Text(function, "handler")));
        }
        return functions;

        static string Text(JsonElement json, string property) => json.GetProperty(property).GetString()!;
    }

    /// <summary>Copies the samples into a directory in which they can be built.</summary>
    internal static void CheckOut(TestDirectory samples)
    {
        Copy(Path.Combine(SdkPackage.RepositoryRoot, "samples"), samples.Root);
        samples.Environment["PATH"] = OperatingSystem.IsWindows() ? Environment.GetEnvironmentVariable("PATH") : "/usr/bin:/bin";
    }

    /// <summary>Copies what git would check out, nothing that a build of the samples in place has made, or Terraform; and the zips if they are wanted.</summary>
    internal static void Copy(string from, string to, bool withZips = false)
    {
        var sources = Directory.GetFiles(from, "*", SearchOption.AllDirectories).Where(file => IsSource(Path.GetRelativePath(from, file)));
        foreach (var file in sources.Concat(withZips ? FindZips(from) : []))
        {
            var copy = Path.Combine(to, Path.GetRelativePath(from, file));
            Directory.CreateDirectory(Path.GetDirectoryName(copy)!);
            File.Copy(file, copy);
        }

        static bool IsSource(string file) =>
            !file.Split(Path.DirectorySeparatorChar).Any(segment => s_made.Contains(segment)) && !file.Contains(".tfstate", StringComparison.Ordinal);
    }

    private static IReadOnlyList<string> FindZips(string root) => [.. Directory.GetFiles(root, "*.zip", SearchOption.AllDirectories)
        .Where(zip => Path.GetFileName(Path.GetDirectoryName(zip)) is ".build" or "build").Order(StringComparer.Ordinal)];
}
