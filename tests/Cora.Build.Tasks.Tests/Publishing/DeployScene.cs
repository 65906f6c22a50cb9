using System.Security.Cryptography;
using System.Text.Json.Nodes;
using Amazon.Runtime;
using Amazon.S3;
using Amazon.S3.Model;
using Cora.Build.Diagnostics;
using Cora.Build.Modules;
using Cora.Build.Packaging;
using Cora.Build.Publishing;

namespace Cora.Build.Tests.Publishing;

/// <summary>Modules as a build leaves them, a bucket of their own in a real S3 server, and the proxy before it.</summary>
internal sealed class DeployScene : IDisposable
{
    public const string KeyId = "AKIDSCENE7EXAMPLE", Secret = "scene-secret-do-not-show";

    private readonly List<string> _modules = [];

    public DeployScene(bool withBucket = true)
    {
        Bucket = $"b-{Guid.NewGuid():N}"[..30];
        Proxy = new FaultProxy(MotoServer.Shared.Port);
        Client = new AmazonS3Client(new BasicAWSCredentials("test", "test"), new AmazonS3Config { ServiceURL = MotoServer.Shared.Url, ForcePathStyle = true, AuthenticationRegion = "us-east-1" });
        if (withBucket) Client.PutBucketAsync(Bucket).GetAwaiter().GetResult();
        Options = new DeployOptions
        {
            ProjectFile = Path.Combine(Root, "project.coraproj"),
            Environment = "dev",
            Bucket = Bucket,
            Region = "us-east-1",
            Endpoint = new Uri(Proxy.Url),
            ResultDirectory = Path.Combine(Root, "results"),
            Retries = 2,
            LockTimeout = TimeSpan.FromSeconds(1),
        };
        Environment = new Dictionary<string, string>
        {
            ["PATH"] = System.Environment.GetEnvironmentVariable("PATH")!,
            ["HOME"] = Root,
            ["AWS_ACCESS_KEY_ID"] = KeyId,
            ["AWS_SECRET_ACCESS_KEY"] = Secret,
        };
    }

    public string Root { get; } = Directory.CreateTempSubdirectory("cora-deploy-").FullName;

    public string Bucket { get; }

    public FaultProxy Proxy { get; }

    /// <summary>To the server itself.</summary>
    public AmazonS3Client Client { get; }

    public DeployOptions Options { get; set; }

    public Dictionary<string, string> Environment { get; }

    public List<string> Said { get; } = [];

    public string Variables => Path.Combine(Options.ResultDirectory, "cora-artifacts.auto.tfvars.json");

    public string Record => Path.Combine(Options.ResultDirectory, "cora-deploy.json");

    /// <summary>A build of a module: zips of these sizes, whose content follows from their names and the seed.</summary>
    public DeployScene Module(string name, (string Name, int Bytes)[] functions, (string Name, int Bytes)[]? layers = null, int seed = 0, string version = "1.2.3")
    {
        var directory = Directory.CreateDirectory(Path.Combine(Root, "packages", name)).FullName;
        var artifacts = Path.Combine(directory, "backend", ".build") + Path.DirectorySeparatorChar;
        Directory.CreateDirectory(artifacts);
        var files = new IntermediateFiles(Path.Combine(directory, "obj", "cora"));
        var all = (layers ?? []).Select(layer => (layer.Name, layer.Bytes, Kind: ArtifactKind.Layer)).Concat(functions.Select(function => (function.Name, function.Bytes, Kind: ArtifactKind.Function))).ToList();
        using var template = new TestModule(name);
        var module = template.Module with
        {
            ProjectFile = Path.Combine(directory, "module.coraproj"),
            Version = version,
            ArtifactsDirectory = artifacts,
            Artifacts = [.. all.Select(artifact => new Artifact
            {
                Kind = artifact.Kind,
                Name = artifact.Name,
                FileName = artifact.Kind == ArtifactKind.Layer ? $"{artifact.Name}-layer.zip" : $"{artifact.Name}.zip",
                Directory = Path.Combine(directory, "backend", artifact.Kind == ArtifactKind.Layer ? "layers" : "lambdas", artifact.Name),
                ContentDirectory = Path.Combine(directory, "backend", artifact.Kind == ArtifactKind.Layer ? "layers" : "lambdas", artifact.Name, artifact.Kind == ArtifactKind.Layer ? "python" : ""),
                Requirements = Path.Combine(directory, "backend", artifact.Kind == ArtifactKind.Layer ? "layers" : "lambdas", artifact.Name, "requirements.txt"),
                Handler = artifact.Kind == ArtifactKind.Function ? "lambda_function.lambda_handler" : "",
            })],
        };
        var entries = new List<ManifestArtifact>();
        var records = new List<string>();
        foreach (var (artifact, model) in all.Zip(module.Artifacts))
        {
            var content = Content(name, artifact.Name, artifact.Bytes, seed);
            var path = Path.Combine(artifacts, model.FileName);
            File.WriteAllBytes(path, content);
            records.Add(new ArtifactRecord(artifact.Kind, ArtifactOutcome.Built, path, content.Length, new FileInfo(path).LastWriteTimeUtc.Ticks).ToString());
            entries.Add(new ManifestArtifact
            {
                Kind = artifact.Kind,
                Name = artifact.Name,
                File = model.FileName,
                Sha256 = Convert.ToHexStringLower(SHA256.HashData(content)),
                Sha256Base64 = Convert.ToBase64String(SHA256.HashData(content)),
                Bytes = content.Length,
                UnzippedBytes = content.Length,
                Entries = 1,
                Distributions = [],
                Handler = artifact.Kind == ArtifactKind.Function ? model.Handler : null,
                Layers = artifact.Kind == ArtifactKind.Function ? [] : null,
                TopLevel = artifact.Kind == ArtifactKind.Layer ? [] : null,
                Fingerprint = new string('0', 64),
            });
        }
        IntermediateFiles.Write(files.Module, module.ToBytes());
        IntermediateFiles.WriteLines(files.Artifacts, records);
        IntermediateFiles.Write(files.Report, Findings.ToBytes([]));
        IntermediateFiles.Write(Path.Combine(artifacts, Manifest.FileName),
            new Manifest { Module = name, Version = version, Sdk = "0.1.0", Target = new ManifestTarget("python3.11", "x86_64"), Artifacts = entries }.ToBytes());
        if (!_modules.Contains(files.Directory)) _modules.Add(files.Directory);
        return this;
    }

    public IntermediateFiles Files(string module) => new(Path.Combine(Root, "packages", module, "obj", "cora"));

    public string Zip(string module, string file) => Path.Combine(Root, "packages", module, "backend", ".build", file);

    public static byte[] Content(string module, string name, int bytes, int seed = 0)
    {
        var content = new byte[bytes];
        new Random(HashCode(module + name) + seed).NextBytes(content);
        return content;

        static int HashCode(string text) => text.Aggregate(17, (hash, c) => unchecked(hash * 31 + c));
    }

    public Task<DeployReport> DeployAsync(CancellationToken cancellation = default) => DeployAsync(_modules.Select(directory => new IntermediateFiles(directory)), cancellation);

    public Task<DeployReport> DeployAsync(string module) => DeployAsync([Files(module)], default);

    public Task<DeployReport> DeployPackageAsync(params string[] paths) => Deployment().OfPackagesAsync(paths, null, Path.Combine(Root, "tmp"), default);

    public Deployment Deployment() => new(Options, new Processes(Environment), line => { lock (Said) Said.Add(line); });

    /// <summary>Deploys what must fail: with one finding, without a result, and without the secret in it.</summary>
    public async Task<string> FailAsync(string code, CancellationToken cancellation = default)
    {
        var before = File.Exists(Variables) ? File.ReadAllText(Variables) : null;
        string message;
        try
        {
            var report = await DeployAsync(cancellation);
            var diagnostic = Assert.Single(report.Diagnostics);
            Assert.Equal(code, diagnostic.Descriptor.Code);
            message = diagnostic.Message;
        }
        catch (CoraException e)
        {
            Assert.True(code == e.Diagnostic.Descriptor.Code, $"{e.Diagnostic.Descriptor.Code}: {e.Message}\n{e.InnerException}");
            message = e.Message;
        }
        Assert.Equal(before, File.Exists(Variables) ? File.ReadAllText(Variables) : null);
        Assert.DoesNotContain(Secret, message, StringComparison.Ordinal);
        Assert.DoesNotContain(KeyId, message, StringComparison.Ordinal);
        Assert.DoesNotContain(message, char.IsControl);
        return message;
    }

    /// <summary>What is in the bucket.</summary>
    public async Task<IReadOnlyDictionary<string, byte[]>> ObjectsAsync()
    {
        var objects = new SortedDictionary<string, byte[]>(StringComparer.Ordinal);
        await foreach (var item in Client.Paginators.ListObjectsV2(new ListObjectsV2Request { BucketName = Bucket }).S3Objects)
        {
            using var answer = await Client.GetObjectAsync(Bucket, item.Key);
            var content = new MemoryStream();
            await answer.ResponseStream.CopyToAsync(content);
            objects[item.Key] = content.ToArray();
        }
        return objects;
    }

    /// <summary>Holds that each key with a hash has the content of that hash, and that all that the variables name is there.</summary>
    public async Task AssertSoundAsync()
    {
        var objects = await ObjectsAsync();
        foreach (var (key, content) in objects.Where(item => !item.Key.StartsWith("lambdas/", StringComparison.Ordinal) && !item.Key.StartsWith("layers/", StringComparison.Ordinal)))
            Assert.EndsWith($"/{Convert.ToHexStringLower(SHA256.HashData(content))}.zip", key, StringComparison.Ordinal);
        foreach (var entry in File.Exists(Variables) ? Entries() : [])
        {
            Assert.Equal(entry["source_code_hash"]!.GetValue<string>(), Convert.ToBase64String(SHA256.HashData(objects[entry["s3_key"]!.GetValue<string>()])));
        }
        Assert.Empty((await Client.ListMultipartUploadsAsync(Bucket)).MultipartUploads ?? []);
        Assert.Empty(Directory.Exists(Options.ResultDirectory) ? Directory.GetFiles(Options.ResultDirectory, "*.tmp") : []);
    }

    /// <summary>The entries of all functions and layers in the variables.</summary>
    public IReadOnlyList<JsonNode> Entries() => [.. JsonNode.Parse(File.ReadAllText(Variables))!["cora_artifacts"]!.AsObject()
        .SelectMany(module => module.Value!.AsObject()).SelectMany(group => group.Value!.AsObject()).Select(entry => entry.Value!)];

    public JsonNode Entry(string module, string group, string name) => JsonNode.Parse(File.ReadAllText(Variables))!["cora_artifacts"]![module]![group]![name]!;

    public void Dispose()
    {
        Client.Dispose();
        Proxy.Dispose();
        Directory.Delete(Root, recursive: true);
    }

    private Task<DeployReport> DeployAsync(IEnumerable<IntermediateFiles> modules, CancellationToken cancellation) =>
        Deployment().OfBuildAsync(new IntermediateFiles(Path.Combine(Root, "obj", "cora")), [.. modules], cancellation);
}
