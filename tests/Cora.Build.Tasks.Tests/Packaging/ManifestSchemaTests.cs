using System.Text.Json;
using System.Text.Json.Nodes;
using Cora.Build.Modules;
using Cora.Build.Packaging;

namespace Cora.Build.Tests.Packaging;

public sealed class ManifestSchemaTests
{
    private static readonly JsonSchema s_schema = JsonSchema.Read("docs/cora-manifest.schema.json");

    private static readonly string s_sha256 = new('a', 64);

    private static readonly ManifestArtifact s_layer = new()
    {
        Kind = ArtifactKind.Layer,
        Name = "org-common",
        File = "org-common-layer.zip",
        Sha256 = s_sha256,
        Sha256Base64 = Convert.ToBase64String(new byte[32]),
        Bytes = 900,
        UnzippedBytes = 1200,
        Entries = 3,
        TopLevel = ["org_common"],
        Distributions = [new ManifestDistribution("typing-extensions", "4.12.2", "typing_extensions-4.12.2-py3-none-any.whl", s_sha256, 1000, ["typing_extensions"])],
        Fingerprint = s_sha256,
    };

    private static readonly Manifest s_manifest = new()
    {
        Module = "module-Büro",
        Version = "1.0.0",
        Sdk = Manifest.RunningSdkVersion,
        Target = new ManifestTarget("python3.13", "arm64"),
        Artifacts =
        [
            s_layer,
            s_layer with
            {
                Kind = ArtifactKind.Function,
                Name = "orgs",
                File = "orgs.zip",
                Handler = "lambda_function.lambda_handler",
                Layers = [new ManifestLayer("module-Büro", "org-common", null), new ManifestLayer(null, null, "arn:aws:lambda:eu-west-1:1:layer:scipy:7")],
                Routes = [new ManifestRoute("GET", "/orgs/{orgId}", false, "Get an organisation"), new ManifestRoute("ANY", "/orgs/{proxy+}", true, null)],
                TopLevel = null,
                Distributions = [],
            },
        ],
    };

    private static readonly ProjectManifest s_project = new()
    {
        Project = "demo-stack",
        Version = "1.0.0",
        Sdk = Manifest.RunningSdkVersion,
        Modules = [new ProjectModule("module-access", "../packages/module-access/backend/.build/cora-manifest.json")],
    };

    [Fact]
    public void The_manifest_of_a_module_is_as_the_schema_says() => Assert.Null(s_schema.Defect(JsonNode.Parse(s_manifest.ToBytes())));

    [Fact]
    public void The_manifest_of_a_project_is_as_the_schema_says() => Assert.Null(s_schema.Defect(JsonNode.Parse(s_project.ToBytes())));

    [Theory]
    [InlineData("$", "commit", "\"abc\"")]
    [InlineData("$", "module", null)]
    [InlineData("$", "schemaVersion", "2")]
    [InlineData("$.target", "architecture", "\"aarch64\"")]
    [InlineData("$.target", "runtime", "\"python3.11 \"")]
    [InlineData("$.artifacts.0", "kind", "\"Layer\"")]
    [InlineData("$.artifacts.0", "handler", "\"lambda_function.lambda_handler\"")]
    [InlineData("$.artifacts.0", "sha256", "\"AA\"")]
    [InlineData("$.artifacts.0", "path", "\"/src\"")]
    [InlineData("$.artifacts.0", "bytes", "-1")]
    [InlineData("$.artifacts.0", "bytes", "\"900\"")]
    [InlineData("$.artifacts.0.distributions.0", "name", "\"Typing_Extensions\"")]
    [InlineData("$.artifacts.0.distributions.0", "wheel", "\"/src/a.whl\"")]
    [InlineData("$.artifacts.0", "routes", "[]")]
    [InlineData("$.artifacts.1", "layers", null)]
    [InlineData("$.artifacts.1", "routes", null)]
    [InlineData("$.artifacts.1.routes.0", "method", "\"get\"")]
    [InlineData("$.artifacts.1.routes.0", "path", "\"orgs\"")]
    [InlineData("$.artifacts.1.routes.0", "public", null)]
    [InlineData("$.artifacts.1.routes.0", "summary", "\"\"")]
    [InlineData("$.artifacts.1", "file", "\"../orgs.zip\"")]
    [InlineData("$.artifacts.1.layers.0", "arn", "\"arn:aws:lambda:eu-west-1:1:layer:scipy:7\"")]
    [InlineData("$.artifacts.1.layers.0", "module", null)]
    public void Another_manifest_is_not(string place, string property, string? value)
    {
        var manifest = JsonNode.Parse(s_manifest.ToBytes())!;
        var node = place.Split('.').Skip(1).Aggregate(manifest, (at, step) => int.TryParse(step, out var i) ? at[i]! : at[step]!).AsObject();
        if (value is null) node.Remove(property);
        else node[property] = JsonNode.Parse(value);

        Assert.NotNull(s_schema.Defect(manifest));
    }

    [Theory]
    [InlineData(typeof(Manifest))]
    [InlineData(typeof(ManifestTarget))]
    [InlineData(typeof(ManifestArtifact))]
    [InlineData(typeof(ManifestLayer))]
    [InlineData(typeof(ManifestRoute))]
    [InlineData(typeof(ManifestDistribution))]
    [InlineData(typeof(ProjectManifest))]
    [InlineData(typeof(ProjectModule))]
    public void The_schema_has_the_properties_of_the_model(Type model)
    {
        var properties = model.GetProperties().Where(property => !property.GetMethod!.IsStatic).Select(property => JsonNamingPolicy.CamelCase.ConvertName(property.Name));

        Assert.Equal(properties.Order(StringComparer.Ordinal), s_schema.Properties(JsonNamingPolicy.CamelCase.ConvertName(model.Name)).Order(StringComparer.Ordinal));
    }
}
