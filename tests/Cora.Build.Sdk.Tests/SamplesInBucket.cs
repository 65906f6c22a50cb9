using System.Text.Json;

namespace Cora.Build.Sdk.Tests;

/// <summary>
/// The samples' environment that takes its zips from a bucket: deployed and applied when a test first asks for it, and then deployed again, changed, and taken back, each
/// time planned.
/// </summary>
public sealed class SamplesInBucket : IDisposable
{
    /// <summary>Who is deployed: the stack and the infrastructure's own function.</summary>
    private const string Stack = "demo-stack/project.coraproj", Infrastructure = "demo-infra/infra.coraproj";

    private const string Access = "demo-stack/packages/module-access/module.coraproj", Handler = "demo-stack/packages/module-access/backend/lambdas/orgs/lambda_function.py";
    private const string Environment = "demo-infra/envs/prd", Bucket = "demo-artifacts-prd";

    private readonly Lazy<Task> _story;
    private readonly Dictionary<string, JsonElement> _before = [];
    private AwsServer? _server;
    private TestDirectory? _samples;

    public SamplesInBucket() => _story = new(() => Task.Run(TellAsync));

    /// <summary>The manifests of what was deployed first, by module.</summary>
    public IReadOnlyDictionary<string, JsonElement> Manifests => _before;

    /// <summary>What Terraform was told then: the value of <c>cora_artifacts</c>.</summary>
    public JsonElement Artifacts { get; private set; }

    /// <summary>What AWS had then: a line for each function, with its code and its layers, and one for each layer.</summary>
    public IReadOnlyList<string> Applied { get; private set; } = [];

    /// <summary>What Terraform knew then of where the functions and layers are from.</summary>
    public IReadOnlyList<string> Sources { get; private set; } = [];

    /// <summary>What each deployment said it had done.</summary>
    public Dictionary<string, string> Deployed { get; } = [];

    /// <summary>What each plan would have changed.</summary>
    public Dictionary<string, IReadOnlyList<string>> Plans { get; } = [];

    /// <summary>What AWS had after the change, and after it was taken back.</summary>
    public (IReadOnlyList<string> Changed, IReadOnlyList<string> TakenBack) AppliedLater { get; private set; }

    /// <summary>Waits until all that has happened.</summary>
    public async Task<SamplesInBucket> AfterwardsAsync()
    {
        await _story.Value;
        return this;
    }

    public void Dispose()
    {
        _server?.Dispose();
        _samples?.Dispose();
    }

    private async Task TellAsync()
    {
        (_server, _samples) = (new AwsServer(), new TestDirectory("samples"));
        BuiltSamples.CheckOut(_samples);
        await _server.CreateBucketAsync(Bucket);
        var terraform = new TerraformDirectory(_samples[Environment], _server);
        var initialized = terraform.InitializeAsync();
        Deploy("first", Stack);
        Deploy("first of the infrastructure", Infrastructure);
        Artifacts = JsonDocument.Parse(File.ReadAllText(_samples[$"{Environment}/cora-artifacts.auto.tfvars.json"])).RootElement.GetProperty("cora_artifacts");
        foreach (var manifest in Directory.GetFiles(_samples.Root, "cora-manifest.json", SearchOption.AllDirectories).Select(file => JsonDocument.Parse(File.ReadAllText(file)).RootElement))
            if (manifest.TryGetProperty("module", out var module)) _before[module.GetString()!] = manifest;
        Assert.Equal(0, _samples.Dotnet("pack", Access, "--no-build", "-p:Version=1.0.0", "-o", _samples["packed"]).ExitCode);

        await initialized;
        await terraform.RunAsync("apply", "-auto-approve", "-input=false", "-no-color");
        Applied = await AskAsync();
        Sources = [.. JsonDocument.Parse(File.ReadAllText(terraform.State)).RootElement.GetProperty("resources").EnumerateArray()
            .Where(resource => Text(resource, "type") is "aws_lambda_function" or "aws_lambda_layer_version")
            .SelectMany(resource => resource.GetProperty("instances").EnumerateArray().Select(instance => instance.GetProperty("attributes")))
            .Select(instance => $"{Text(instance, "filename")}{Text(instance, "s3_bucket")} {Text(instance, "s3_key")} {Text(instance, "s3_object_version")} {Text(instance, "source_code_hash")}")];

        Deploy("again", Stack);
        Deploy("again of the infrastructure", Infrastructure);
        Plans["again"] = await terraform.PlanAsync();

        // Nobody but Terraform changes anything: what it knows is right, and to ask for it takes most of the time of a plan.
        _samples.Write(Handler, File.ReadAllText(_samples[Handler]) + "\n\n_CHANGED = True\n");
        Deploy("changed", Stack);
        Plans["changed"] = await terraform.PlanAsync("-refresh=false");
        await terraform.RunAsync("apply", "-input=false", "-no-color", "test.tfplan");
        var changed = await AskAsync();

        Deploy("taken back", Access, $"-p:CoraPackage={Assert.Single(Directory.GetFiles(_samples["packed"], "*.nupkg"))}");
        Plans["taken back"] = await terraform.PlanAsync("-refresh=false");
        await terraform.RunAsync("apply", "-input=false", "-no-color", "test.tfplan");
        AppliedLater = (changed, await AskAsync());
        Plans["at the end"] = await terraform.PlanAsync("-refresh=false");
    }

    private void Deploy(string name, string project, params string[] arguments)
    {
        foreach (var variable in System.Environment.GetEnvironmentVariables().Keys.Cast<string>().Where(variable => variable.StartsWith("AWS_", StringComparison.Ordinal))) _samples!.Environment[variable] = null;
        foreach (var (variable, value) in _server!.Environment) _samples!.Environment[variable] = value;
        Deployed[name] = _samples!.Dotnet("build", project, ["-t:CoraDeploy", "-p:CoraEnvironment=prd", $"-p:CoraBucket={Bucket}", .. arguments]).ShouldSucceed()
            .Messages.Single(message => message.Contains(": prd: ", StringComparison.Ordinal));
    }

    private async Task<IReadOnlyList<string>> AskAsync()
    {
        var lines = new List<string>();
        var layers = new Dictionary<string, string>();
        foreach (var layer in (await _server!.GetAsync("lambda", "/2018-10-31/layers")).GetProperty("Layers").EnumerateArray())
        {
            var version = layer.GetProperty("LatestMatchingVersion");
            var content = (await _server.GetAsync("lambda", $"/2018-10-31/layers/{Text(layer, "LayerName")}/versions/{version.GetProperty("Version")}")).GetProperty("Content");
            layers[Text(version, "LayerVersionArn")] = Text(content, "CodeSha256");
            lines.Add($"{Text(layer, "LayerName")} {Text(content, "CodeSha256")} {Text(version, "Description").Split(" Version ")[1]}");
        }
        foreach (var function in (await _server.GetAsync("lambda", "/2015-03-31/functions")).GetProperty("Functions").EnumerateArray())
        {
            var attached = function.GetProperty("Layers").EnumerateArray().Select(layer => layers[Text(layer, "Arn")]).Order(StringComparer.Ordinal);
            lines.Add($"{Text(function, "FunctionName")} {Text(function, "CodeSha256")} {Text(function, "Runtime")} {string.Join(' ', attached)}");
        }
        return [.. lines.Order(StringComparer.Ordinal)];
    }

    private static string Text(JsonElement json, string property) => json.GetProperty(property).GetString() ?? "";
}
