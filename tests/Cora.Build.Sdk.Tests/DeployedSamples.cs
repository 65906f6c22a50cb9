using Cora.Build.Tests.Sql;

namespace Cora.Build.Sdk.Tests;

/// <summary>Tests that share one deployment of the samples, one after the other.</summary>
[CollectionDefinition(Name)]
public sealed class DeployedSamplesTests : ICollectionFixture<DeployedSamples>, ICollectionFixture<PostgresServer>
{
    public const string Name = "Deployment";
}

/// <summary>
/// The samples' environment, planned and applied by Terraform when a test first asks for it; and a clone of the samples in another directory, changed and built again and
/// again, each time with the state of what was applied.
/// </summary>
public sealed class DeployedSamples : IDisposable
{
    /// <summary>What is done to the clone, in this order; a change is one line more in a file, and is taken back.</summary>
    public const string
        Built = "built",
        BuiltAgain = "built again from nothing",
        ChangedHandler = "module-access/backend/lambdas/orgs/lambda_function.py",
        ChangedLayer = "module-access/backend/layers/access-common/python/access_common/roles.py",
        ChangedAuthorizer = "api-gateway-authorizer/settings.py";

    private const string Environment = "demo-infra/envs/dev", Stack = "demo-stack/project.coraproj", Infrastructure = "demo-infra/infra.coraproj";
    private const string Alarms = "-var=sns_topic_arn=arn:aws:sns:eu-central-1:123456789012:alarms";

    private readonly Lazy<Task> _deployed;
    private readonly Dictionary<string, TerraformDirectory> _clones = [];
    private AwsServer? _server;
    private TestDirectory? _applied, _clone;

    public DeployedSamples() => _deployed = new(() => Task.Run(DeployAsync));

    /// <summary>What is deployed.</summary>
    public BuiltSamples Samples { get; } = new();

    /// <summary>Where it is deployed.</summary>
    public async Task<AwsServer> ServerAsync()
    {
        await _deployed.Value;
        return _server!;
    }

    /// <summary>What Terraform would change if the clone were deployed after one of the things that are done to it.</summary>
    public async Task<IReadOnlyList<string>> PlanAsync(string done)
    {
        await _deployed.Value;
        return await _clones[done].PlanAsync(Alarms);
    }

    public void Dispose()
    {
        _server?.Dispose();
        _applied?.Dispose();
        _clone?.Dispose();
        Samples.Dispose();
    }

    private async Task DeployAsync()
    {
        (_server, _applied, _clone) = (new AwsServer(), new TestDirectory("samples"), new TestDirectory("another clone"));
        Samples.CopyTo(_applied.Root);
        var terraform = new TerraformDirectory(_applied[Environment], _server);
        await terraform.InitializeAsync();
        await terraform.RunAsync("validate", "-no-color");
        Assert.All(await terraform.PlanAsync(Alarms), change => Assert.StartsWith("create ", change));

        // The provider makes one function of a local zip after the other, and first asks after five seconds whether it is there: most of the time nobody does anything.
        await Task.WhenAll(terraform.RunAsync("apply", "-input=false", "-no-color", "test.tfplan"), Task.Run(() => BuildClonesAsync(terraform)));
        foreach (var clone in _clones.Values) File.Copy(terraform.State, clone.State);
    }

    private async Task BuildClonesAsync(TerraformDirectory initialized)
    {
        BuiltSamples.CheckOut(_clone!);
        foreach (var project in new[] { Stack, Infrastructure }) _clone!.Build(project).ShouldSucceed();
        await KeepAsync(Built);
        foreach (var project in new[] { Stack, Infrastructure }) _clone!.Build(project, "-t:Rebuild").ShouldSucceed();
        await KeepAsync(BuiltAgain);
        await ChangeAsync("demo-stack/packages/", ChangedHandler, Stack);
        await ChangeAsync("demo-stack/packages/", ChangedLayer, Stack);
        // The last one, because nothing builds the infrastructure without it.
        await ChangeAsync("demo-infra/lambdas/", ChangedAuthorizer, Stack, Infrastructure);

        async Task ChangeAsync(string directory, string file, params string[] projects)
        {
            var text = File.ReadAllText(_clone![directory + file]);
            _clone.Write(directory + file, text + "\n\n_CHANGED = True\n");
            foreach (var project in projects) _clone.Build(project).ShouldSucceed();
            _clone.Write(directory + file, text);
            await KeepAsync(file);
        }

        async Task KeepAsync(string done)
        {
            var kept = Path.Combine(_clone!.Top, $"kept {_clones.Count}");
            BuiltSamples.Copy(_clone.Root, kept, withZips: true);
            _clones[done] = new TerraformDirectory(Path.Combine(kept, Environment), _server!);
            await _clones[done].InitializeAsync($"-plugin-dir={initialized.Providers}");
        }
    }
}
