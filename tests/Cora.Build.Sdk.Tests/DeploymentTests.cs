using System.Security.Cryptography;
using System.Text.Json;
using System.Text.RegularExpressions;

namespace Cora.Build.Sdk.Tests;

/// <summary>What AWS has when the samples' environment is applied.</summary>
[Collection(DeployedSamplesTests.Name)]
public sealed partial class DeploymentTests(DeployedSamples deployed)
{
    private const string Public = "GET /idp-config/discover";

    /// <summary>Functions and the layers that they have, each by its zip and by what Lambda calls it.</summary>
    private static readonly (string Zip, string Function, string[] Layers)[] s_functions =
    [
        ("ai-config-handler.zip", "demo-dev-ai-ai-config-handler", ["org-common", "access-common"]),
        ("authorizer.zip", "demo-dev-authorizer", []),
        ("cleanup.zip", "demo-dev-ws-cleanup", ["org-common"]),
        ("identities-management.zip", "demo-dev-access-identities-management", ["org-common"]),
        ("idp-config.zip", "demo-dev-access-idp-config", ["org-common", "access-common"]),
        ("lambda-mgmt.zip", "demo-dev-mgmt-lambda-mgmt", ["org-common", "access-common", "lambda-mgmt-common"]),
        ("members.zip", "demo-dev-access-members", ["org-common", "access-common"]),
        ("org-email-domains.zip", "demo-dev-access-org-email-domains", ["org-common", "access-common"]),
        ("orgs.zip", "demo-dev-access-orgs", ["org-common", "access-common"]),
        ("profiles.zip", "demo-dev-access-profiles", ["org-common"]),
        ("provider.zip", "demo-dev-ai-provider", ["org-common", "common-ai"]),
        ("workspace.zip", "demo-dev-ws-workspace", ["org-common", "access-common"]),
    ];

    [TerraformFact]
    public async Task Each_function_has_its_zip_its_runtime_its_handler_its_environment_and_its_layers()
    {
        var server = await deployed.ServerAsync();
        var zips = deployed.Samples.Zips.ToDictionary(zip => Path.GetFileName(zip), Sha256);
        var layers = new Dictionary<string, string>();
        foreach (var layer in (await server.GetAsync("lambda", "/2018-10-31/layers")).GetProperty("Layers").EnumerateArray())
        {
            var (name, version) = (Text(layer, "LayerName"), layer.GetProperty("LatestMatchingVersion"));
            Assert.Equal("python3.11", Assert.Single(Texts(version, "CompatibleRuntimes")));
            var content = (await server.GetAsync("lambda", $"/2018-10-31/layers/{name}/versions/{version.GetProperty("Version")}")).GetProperty("Content");
            layers[Text(version, "LayerVersionArn")] = Text(content, "CodeSha256");
        }

        var found = (await server.GetAsync("lambda", "/2015-03-31/functions")).GetProperty("Functions").EnumerateArray().Select(function =>
        {
            var variables = function.GetProperty("Environment").GetProperty("Variables").EnumerateObject().Select(variable => variable.Name);
            return $"{Text(function, "FunctionName")} {Text(function, "CodeSha256")} {Text(function, "Runtime")} {string.Join(',', Texts(function, "Architectures"))}"
                + $" {Text(function, "Handler")} {string.Join(',', variables.Order(StringComparer.Ordinal))}"
                + string.Concat(function.GetProperty("Layers").EnumerateArray().Select(layer => $" {layers[Text(layer, "Arn")]}"));
        });

        var layerZips = s_functions.SelectMany(function => function.Layers).Distinct().Select(layer => $"{layer}-layer.zip");
        Assert.Equal(Lines(zips.Keys), Lines(s_functions.Select(function => function.Zip).Concat(layerZips)));
        var expected = s_functions.Select(function =>
            $"{function.Function} {zips[function.Zip]} python3.11 x86_64 lambda_function.lambda_handler LOG_LEVEL,REGION,SUPABASE_SECRET_ARN"
            + (function.Zip == "lambda-mgmt.zip" ? ",WARMING_RULE_PREFIX" : "")
            + string.Concat(function.Layers.Select(layer => $" {zips[$"{layer}-layer.zip"]}")));
        Assert.Equal(Lines(expected), Lines(found));
    }

    [TerraformFact]
    public async Task Each_documented_route_leads_to_its_function_past_the_authorizer_unless_it_is_public()
    {
        var server = await deployed.ServerAsync();
        var api = Assert.Single((await server.GetAsync("apigateway", "/v2/apis")).GetProperty("items").EnumerateArray());
        var id = Text(api, "apiId");
        var routes = await ItemsAsync("routes");
        var authorizer = await AuthorizerAsync(server, id, routes);
        Assert.Equal(("REQUEST", "2.0"), (Text(authorizer, "authorizerType"), Text(authorizer, "authorizerPayloadFormatVersion")));
        Assert.True(authorizer.GetProperty("enableSimpleResponses").GetBoolean());
        Assert.Equal(["$request.header.Authorization"], Texts(authorizer, "identitySource"));
        Assert.Equal("demo-dev-authorizer", Called(Text(authorizer, "authorizerUri")));
        var integrations = (await ItemsAsync("integrations")).ToDictionary(integration => Text(integration, "integrationId"));

        var found = routes.Select(route =>
        {
            var integration = integrations[Text(route, "target")["integrations/".Length..]];
            Assert.Equal("AWS_PROXY 2.0", $"{Text(integration, "integrationType")} {Text(integration, "payloadFormatVersion")}");
            var authorization = route.TryGetProperty("authorizerId", out var used) && used.ValueKind == JsonValueKind.String
                ? used.GetString() == Text(authorizer, "authorizerId") ? "authorizer" : "another" : "nobody";
            return $"{Text(route, "routeKey")}: {Text(route, "authorizationType")} {authorization} {Called(Text(integration, "integrationUri"))}";
        });

        var documented = DocumentedRoutes();
        Assert.Equal(45, documented.Count);
        Assert.Contains(documented, route => route.Route == Public);
        var expected = documented.Select(route => $"{route.Route}: {(route.Route == Public ? "NONE nobody" : "CUSTOM authorizer")} {route.Function}");
        Assert.Equal(Lines(expected), Lines(found));

        async Task<List<JsonElement>> ItemsAsync(string kind) => [.. (await server.GetAsync("apigateway", $"/v2/apis/{id}/{kind}")).GetProperty("items").EnumerateArray()];
    }

    [TerraformFact]
    public async Task Each_function_lets_those_call_it_who_have_to()
    {
        var server = await deployed.ServerAsync();
        var id = Text(Assert.Single((await server.GetAsync("apigateway", "/v2/apis")).GetProperty("items").EnumerateArray()), "apiId");
        var api = $"arn:aws:execute-api:{AwsServer.Region}:123456789012:{id}";
        var rules = $"arn:aws:events:{AwsServer.Region}:123456789012:rule";
        var routes = (await server.GetAsync("apigateway", $"/v2/apis/{id}/routes")).GetProperty("items").EnumerateArray();
        var authorizer = Text(await AuthorizerAsync(server, id, routes), "authorizerId");

        var found = new List<string>();
        foreach (var (_, function, _) in s_functions)
        {
            var policy = JsonDocument.Parse(Text(await server.GetAsync("lambda", $"/2015-03-31/functions/{function}/policy"), "Policy")).RootElement;
            foreach (var statement in policy.GetProperty("Statement").EnumerateArray())
            {
                var source = Text(statement.GetProperty("Condition").GetProperty("ArnLike"), "AWS:SourceArn");
                found.Add($"{function} {Text(statement, "Sid")} {Text(statement.GetProperty("Principal"), "Service")} {source}");
            }
        }

        var byApi = DocumentedRoutes().Select(route =>
        {
            var (method, path) = (route.Route.Split(' ')[0], route.Route.Split(' ')[1]);
            var words = path.Replace('/', '-').Replace("{", "", StringComparison.Ordinal).Replace("}", "", StringComparison.Ordinal);
            var statement = $"AllowModularAPIGateway-{method}-{words}";
            return $"{route.Function} {statement} apigateway.amazonaws.com {api}/*/{method}{ParameterPattern().Replace(path, "*")}";
        });
        var byRule = s_functions.Where(function => function.Zip != "authorizer.zip")
            .Select(function => $"{function.Function} AllowWarming events.amazonaws.com {rules}/demo-dev-warm-*");
        Assert.Equal(
            Lines([
                .. byApi,
                .. byRule,
                $"demo-dev-authorizer AllowAPIGatewayAuthorizer apigateway.amazonaws.com {api}/authorizers/{authorizer}",
                $"demo-dev-ws-cleanup AllowSchedule events.amazonaws.com {rules}/demo-dev-ws-cleanup",
            ]),
            Lines(found));
    }

    [TerraformFact]
    public async Task Logs_are_kept_for_a_while_and_an_error_of_each_function_raises_an_alarm()
    {
        var server = await deployed.ServerAsync();

        var groups = (await server.CallAsync("logs", "Logs_20140328.DescribeLogGroups", new { })).GetProperty("logGroups").EnumerateArray()
            .Select(group => $"{Text(group, "logGroupName")} {group.GetProperty("retentionInDays")}");
        var alarms = (await server.QueryAsync("monitoring", "2010-08-01", "DescribeAlarms")).Descendants()
            .Where(element => element.Name.LocalName == "Dimensions").Select(dimension => dimension.Descendants().Single(element => element.Name.LocalName == "Value").Value);

        Assert.Equal(Lines(s_functions.Select(function => $"/aws/lambda/{function.Function} 30").Append("/aws/apigateway/demo-dev-api 30")), Lines(groups));
        Assert.Equal(Lines(s_functions.Select(function => function.Function)), Lines(alarms));
    }

    /// <summary>The only authorizer of an API. moto has no list of them, so routes say which ones there are.</summary>
    private static Task<JsonElement> AuthorizerAsync(AwsServer server, string api, IEnumerable<JsonElement> routes)
    {
        var ids = routes.Select(route => route.TryGetProperty("authorizerId", out var id) ? id.GetString() : null).OfType<string>().Distinct();
        return server.GetAsync("apigateway", $"/v2/apis/{api}/authorizers/{Assert.Single(ids)}");
    }

    /// <summary>What the handlers' docstrings say, read without the SDK.</summary>
    private static List<(string Route, string Function)> DocumentedRoutes()
    {
        var packages = Path.Combine(SdkPackage.RepositoryRoot, "samples/demo-stack/packages");
        return [.. from file in Directory.GetFiles(packages, "lambda_function.py", SearchOption.AllDirectories)
                   where file.Contains("lambdas", StringComparison.Ordinal)
                   let function = s_functions.Single(function => function.Zip == Path.GetFileName(Path.GetDirectoryName(file)) + ".zip").Function
                   let docstring = File.ReadAllText(file).Split("\"\"\"")[1]
                   from Match route in RoutePattern().Matches(docstring)
                   select ($"{route.Groups["method"].Value} {route.Groups["path"].Value}", function)];
    }

    /// <summary>The function that API Gateway calls by an invoke ARN.</summary>
    private static string Called(string invokeArn) => InvokePattern().Match(invokeArn).Groups["function"].Value;

    private static string Sha256(string file) => Convert.ToBase64String(SHA256.HashData(File.ReadAllBytes(file)));

    private static string Lines(IEnumerable<string> lines) => string.Join('\n', lines.Order(StringComparer.Ordinal));

    private static IEnumerable<string> Texts(JsonElement json, string property) => json.GetProperty(property).EnumerateArray().Select(item => item.GetString()!);

    private static string Text(JsonElement json, string property) => json.GetProperty(property).GetString()!;

    [GeneratedRegex(@"^- (?<method>[A-Z]+) +(?<path>/\S+)", RegexOptions.Multiline)]
    private static partial Regex RoutePattern();

    [GeneratedRegex(@"\{[^}]+\}")]
    private static partial Regex ParameterPattern();

    [GeneratedRegex(@"/functions/arn:aws:lambda:[^:]+:[^:]+:function:(?<function>[^/:]+)/invocations$")]
    private static partial Regex InvokePattern();
}
