using System.Text.Json;

namespace Cora.Build.Sdk.Tests;

/// <summary>An environment that takes its zips from S3 runs what was deployed there, changes with what was deployed, and goes back with it.</summary>
public sealed class BucketEnvironmentTests(SamplesInBucket samples) : IClassFixture<SamplesInBucket>
{
    private const string Orgs = "update module.module_access.aws_lambda_function.orgs";

    [TerraformFact]
    public async Task Each_function_and_layer_is_the_zip_that_was_deployed()
    {
        var deployed = await samples.AfterwardsAsync();
        var artifacts = deployed.Manifests.SelectMany(module => module.Value.GetProperty("artifacts").EnumerateArray().Select(artifact => (Module: module.Key, Json: artifact))).ToList();
        Assert.Equal((12, 4), (artifacts.Count(IsFunction), artifacts.Count(artifact => !IsFunction(artifact))));
        var hashes = artifacts.ToDictionary(artifact => (artifact.Module, Text(artifact.Json, "kind"), Text(artifact.Json, "name")), artifact => Text(artifact.Json, "sha256Base64"));

        var expected = artifacts.Select(artifact =>
        {
            var (kind, name) = (Text(artifact.Json, "kind"), Text(artifact.Json, "name"));
            var line = $"{(artifact.Module == "infra" ? "demo-prd-authorizer" : $"demo-prd-{artifact.Module["module-".Length..]}-{name}")} {hashes[(artifact.Module, kind, name)]}";
            if (kind == "layer") return $"{line} {Text(Entry(artifact), "version_label")}.";
            var layers = artifact.Json.GetProperty("layers").EnumerateArray().Select(layer => hashes[(Text(layer, "module"), "layer", Text(layer, "name"))]).Order(StringComparer.Ordinal);
            return $"{line} python3.11 {string.Join(' ', layers)}";
        });
        Assert.Equal(Lines(expected), Lines(deployed.Applied));

        // And that is where they are from: nothing was uploaded from here.
        var named = artifacts.Select(Entry).Select(entry => $"{Text(entry, "s3_bucket")} {Text(entry, "s3_key")} {Text(entry, "s3_object_version")} {Text(entry, "source_code_hash")}");
        Assert.Equal(Lines(named), Lines(deployed.Sources));
        Assert.Contains("15 sent, 0 there already", deployed.Deployed["first"], StringComparison.Ordinal);

        JsonElement Entry((string Module, JsonElement Json) artifact) =>
            deployed.Artifacts.GetProperty(artifact.Module).GetProperty(IsFunction(artifact) ? "lambdas" : "layers").GetProperty(Text(artifact.Json, "name"));
        static bool IsFunction((string Module, JsonElement Json) artifact) => Text(artifact.Json, "kind") == "function";
    }

    [TerraformFact]
    public async Task Deployed_again_nothing_is_sent_and_nothing_changes()
    {
        var deployed = await samples.AfterwardsAsync();

        Assert.Contains(": prd: 0 sent, 15 there already, 0 B in ", deployed.Deployed["again"], StringComparison.Ordinal);
        Assert.Contains(": prd: 0 sent, 1 there already, 0 B in ", deployed.Deployed["again of the infrastructure"], StringComparison.Ordinal);
        Assert.Empty(deployed.Plans["again"]);
    }

    [TerraformFact]
    public async Task A_changed_handler_is_sent_and_changes_its_function_and_nothing_else()
    {
        var deployed = await samples.AfterwardsAsync();

        Assert.Contains(": prd: 1 sent, 14 there already", deployed.Deployed["changed"], StringComparison.Ordinal);
        Assert.Equal([Orgs], deployed.Plans["changed"]);
        Assert.StartsWith("demo-prd-access-orgs ", Assert.Single(deployed.AppliedLater.Changed.Except(deployed.Applied)), StringComparison.Ordinal);
    }

    [TerraformFact]
    public async Task An_older_package_takes_its_function_back_and_nothing_else()
    {
        var deployed = await samples.AfterwardsAsync();

        Assert.Contains(": prd: 0 sent, 8 there already", deployed.Deployed["taken back"], StringComparison.Ordinal);
        Assert.Equal([Orgs], deployed.Plans["taken back"]);
        Assert.Equal(deployed.Applied, deployed.AppliedLater.TakenBack);
        Assert.Empty(deployed.Plans["at the end"]);
    }

    [Fact]
    public void The_documentation_declares_the_variable_as_the_samples_do()
    {
        const string Declaration = "variable \"cora_artifacts\" {";
        var (documentation, declared) = (Read("docs/deploy.md"), Read("samples/demo-infra/envs/prd/variables.tf"));

        Assert.Contains(Block(declared), documentation, StringComparison.Ordinal);

        static string Block(string text) => text[text.IndexOf(Declaration, StringComparison.Ordinal)..(text.IndexOf("\n}\n", StringComparison.Ordinal) + 3)];
        static string Read(string file) => File.ReadAllText(Path.Combine(SdkPackage.RepositoryRoot, file)).ReplaceLineEndings("\n");
    }

    private static string Lines(IEnumerable<string> lines) => string.Join('\n', lines.Order(StringComparer.Ordinal));

    private static string Text(JsonElement json, string property) => json.GetProperty(property).GetString()!;
}
