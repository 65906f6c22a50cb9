using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using Cora.Build.Modules;
using Cora.Build.Packaging;

namespace Cora.Build.Tests.Packaging;

public sealed class ManifestSchemaTests
{
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
        Distributions = [new ManifestDistribution("typing-extensions", "4.12.2", "typing_extensions-4.12.2-py3-none-any.whl", s_sha256, 1000)],
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
    public void The_manifest_of_a_module_is_as_the_schema_says() => Assert.Null(Schema.Read().Defect(JsonNode.Parse(s_manifest.ToBytes())));

    [Fact]
    public void The_manifest_of_a_project_is_as_the_schema_says() => Assert.Null(Schema.Read().Defect(JsonNode.Parse(s_project.ToBytes())));

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
    [InlineData("$.artifacts.1", "layers", null)]
    [InlineData("$.artifacts.1", "file", "\"../orgs.zip\"")]
    [InlineData("$.artifacts.1.layers.0", "arn", "\"arn:aws:lambda:eu-west-1:1:layer:scipy:7\"")]
    [InlineData("$.artifacts.1.layers.0", "module", null)]
    public void Another_manifest_is_not(string place, string property, string? value)
    {
        var manifest = JsonNode.Parse(s_manifest.ToBytes())!;
        var node = place.Split('.').Skip(1).Aggregate(manifest, (at, step) => int.TryParse(step, out var i) ? at[i]! : at[step]!).AsObject();
        if (value is null) node.Remove(property);
        else node[property] = JsonNode.Parse(value);

        Assert.NotNull(Schema.Read().Defect(manifest));
    }

    [Theory]
    [InlineData(typeof(Manifest))]
    [InlineData(typeof(ManifestTarget))]
    [InlineData(typeof(ManifestArtifact))]
    [InlineData(typeof(ManifestLayer))]
    [InlineData(typeof(ManifestDistribution))]
    [InlineData(typeof(ProjectManifest))]
    [InlineData(typeof(ProjectModule))]
    public void The_schema_has_the_properties_of_the_model(Type model)
    {
        var properties = model.GetProperties().Where(property => !property.GetMethod!.IsStatic).Select(property => JsonNamingPolicy.CamelCase.ConvertName(property.Name));

        Assert.Equal(properties.Order(StringComparer.Ordinal), Schema.Read().Properties(JsonNamingPolicy.CamelCase.ConvertName(model.Name)).Order(StringComparer.Ordinal));
    }

    /// <summary>The keywords of JSON Schema 2020-12 that the schema of the manifest uses. Another keyword throws: it must not be passed over.</summary>
    private sealed class Schema(JsonObject root)
    {
        public static Schema Read() => new(JsonNode.Parse(Repository.Read("docs/cora-manifest.schema.json"))!.AsObject());

        public IEnumerable<string> Properties(string definition) => root["$defs"]![definition]!["properties"]!.AsObject().Select(property => property.Key);

        /// <summary>What is not as the schema says; null when all is.</summary>
        public string? Defect(JsonNode? value) => Defect(root, value, "$");

        private string? Defect(JsonNode? schema, JsonNode? value, string at)
        {
            if (schema is JsonValue constant) return constant.GetValue<bool>() ? null : $"{at} must not be there";
            return schema!.AsObject().Select(keyword => Defect(schema.AsObject(), keyword.Key, keyword.Value!, value, at)).FirstOrDefault(defect => defect is not null);
        }

        private string? Defect(JsonObject schema, string keyword, JsonNode wanted, JsonNode? value, string at) => keyword switch
        {
            "$schema" or "$id" or "$defs" or "title" or "description" => null,
            "$ref" => Defect(root["$defs"]![wanted.GetValue<string>()["#/$defs/".Length..]], value, at),
            "oneOf" => wanted.AsArray().Count(choice => Defect(choice, value, at) is null) == 1 ? null : $"{at} is not one of the choices",
            "const" => JsonNode.DeepEquals(wanted, value) ? null : $"{at} is not {wanted}",
            "enum" => wanted.AsArray().Any(item => JsonNode.DeepEquals(item, value)) ? null : $"{at} is none of {wanted}",
            "type" => HasType(wanted.GetValue<string>(), value) ? null : $"{at} is no {wanted}",
            "pattern" => Regex.IsMatch(value!.GetValue<string>(), wanted.GetValue<string>()) ? null : $"{at} does not match {wanted}",
            "minLength" => value!.GetValue<string>().Length >= wanted.GetValue<int>() ? null : $"{at} is too short",
            "minimum" => value!.GetValue<long>() >= wanted.GetValue<long>() ? null : $"{at} is below {wanted}",
            "required" => wanted.AsArray().Select(name => name!.GetValue<string>()).FirstOrDefault(name => !value!.AsObject().ContainsKey(name)) is { } missing ? $"{at} has no {missing}" : null,
            "properties" => value!.AsObject().Where(property => wanted.AsObject().ContainsKey(property.Key))
                .Select(property => Defect(wanted[property.Key], property.Value, $"{at}.{property.Key}")).FirstOrDefault(defect => defect is not null),
            "additionalProperties" => value!.AsObject().FirstOrDefault(property => !schema["properties"]!.AsObject().ContainsKey(property.Key)) is { Key: { } other } ? $"{at} has {other}" : null,
            "items" => value!.AsArray().Select((item, i) => Defect(wanted, item, $"{at}[{i}]")).FirstOrDefault(defect => defect is not null),
            _ => throw new NotSupportedException(keyword),
        };

        private static bool HasType(string type, JsonNode? value) => value?.GetValueKind() is var kind && type switch
        {
            "object" => kind == JsonValueKind.Object,
            "array" => kind == JsonValueKind.Array,
            "string" => kind == JsonValueKind.String,
            "integer" => kind == JsonValueKind.Number && value!.AsValue().TryGetValue<long>(out _),
            _ => throw new NotSupportedException(type),
        };
    }
}
