using System.IO.Enumeration;
using System.Text.Json;
using Cora.Build.Tests.Sql;

namespace Cora.Build.Sdk.Tests;

/// <summary>
/// module-mgmt as it is deployed: its functions run from their zips with the environment that Terraform gave them, before a real database and the test AWS
/// server.
/// </summary>
[Collection(DeployedSamplesTests.Name)]
public sealed class WarmingTests(DeployedSamples deployed, PostgresServer database) : IAsyncLifetime
{
    private const string Mgmt = "module-mgmt/lambda-mgmt", Schedule = "/admin/sys/mgmt/schedule", Orgs = "demo-dev-access-orgs", Workspaces = "demo-dev-ws-workspace";

    private readonly string _runtime = Directory.CreateTempSubdirectory("cora-lambda-runtime-").FullName;

    private AwsServer _aws = null!;
    private SampleStack _stack = null!;

    public Task InitializeAsync() => Task.CompletedTask;

    public async Task DisposeAsync()
    {
        if (_stack is not null) await _stack.DisposeAsync();
        Directory.Delete(_runtime, recursive: true);
    }

    [TerraformDatabaseFact]
    public async Task Warming_schedules_become_rules_that_call_the_functions_and_keep_them_warm()
    {
        await StartAsync();
        var root = await _stack.SignUpAsync("Root");
        await _stack.Database.RunAsync($"INSERT INTO sys_admins (user_id) VALUES ('{root.Id}')");
        await SetAsync("orgs", Orgs, "rate(10 minutes)", isEnabled: true);
        await SetAsync("workspace", Workspaces, "cron(0/15 6-18 ? * MON-FRI *)", isEnabled: true);
        await SetAsync("profiles", "demo-dev-access-profiles", "rate(10 minutes)", isEnabled: false);

        var functions = (await CallAsync("GET /admin/sys/mgmt/functions")).GetProperty("functions");
        Assert.Equal(
            ["demo-dev-access-orgs True", "demo-dev-access-profiles False", "demo-dev-ws-workspace True"],
            functions.EnumerateArray().Select(function => $"{Text(function, "function_name")} {function.GetProperty("is_warming_enabled").GetBoolean()}"));
        Assert.Empty(await RulesAsync());

        Assert.Equal("""{"put":["demo-dev-warm-orgs","demo-dev-warm-workspace"],"removed":[],"wanted":2}""", await SyncAsync());
        Assert.Equal(["demo-dev-warm-orgs rate(10 minutes)", "demo-dev-warm-workspace cron(0/15 6-18 ? * MON-FRI *)"], await RulesAsync());
        Assert.Equal("""{"put":[],"removed":[],"wanted":2}""", await SyncAsync());

        await WarmAsync("demo-dev-warm-orgs", Orgs, "module-access/orgs");
        await WarmAsync("demo-dev-warm-workspace", Workspaces, "module-ws/workspace");

        await SetAsync("orgs", Orgs, "rate(5 minutes)", isEnabled: true);
        await SetAsync("workspace", Workspaces, "cron(0/15 6-18 ? * MON-FRI *)", isEnabled: false);
        Assert.Equal("""{"put":["demo-dev-warm-orgs"],"removed":["demo-dev-warm-workspace"],"wanted":1}""", await SyncAsync());
        Assert.Equal(["demo-dev-warm-orgs rate(5 minutes)"], await RulesAsync());
        Assert.Equal(["orgs"], (await CallAsync("GET " + Schedule)).GetProperty("schedules").EnumerateArray()
            .Where(schedule => schedule.GetProperty("is_warming_enabled").GetBoolean() && schedule.GetProperty("last_synced_at").ValueKind == JsonValueKind.String)
            .Select(schedule => Text(schedule, "config_key")));
        // Terraform's own rule is nobody else's.
        Assert.Equal(["demo-dev-ws-cleanup cron(0 3 * * ? *)"], await RulesAsync("demo-dev-ws-"));

        async Task SetAsync(string key, string function, string expression, bool isEnabled)
        {
            var schedule = new { function_name = function, schedule_expression = expression, is_warming_enabled = isEnabled };
            Assert.InRange((await _stack.CallAsync(root, Mgmt, $"PUT {Schedule}/{{configKey}}", schedule, ("configKey", key))).Status, 200, 201);
        }

        async Task<JsonElement> CallAsync(string route) => (await _stack.CallAsync(root, Mgmt, route)).ShouldBe(200);

        async Task<string> SyncAsync() => (await CallAsync($"POST {Schedule}/sync")).GetRawText();
    }

    /// <summary>Does what EventBridge does when a rule's time has come.</summary>
    private async Task WarmAsync(string rule, string function, string sample)
    {
        var found = await _aws.CallAsync("events", "AWSEvents.DescribeRule", new { Name = rule });
        Assert.Equal("ENABLED", Text(found, "State"));
        var target = Assert.Single((await _aws.CallAsync("events", "AWSEvents.ListTargetsByRule", new { Rule = rule })).GetProperty("Targets").EnumerateArray());
        Assert.Equal(Text(await ConfigurationAsync(function), "FunctionArn"), Text(target, "Arn"));
        var policy = JsonDocument.Parse(Text(await _aws.GetAsync("lambda", $"/2015-03-31/functions/{function}/policy"), "Policy")).RootElement;
        Assert.Contains(policy.GetProperty("Statement").EnumerateArray(), statement =>
            Text(statement.GetProperty("Principal"), "Service") == "events.amazonaws.com"
            && FileSystemName.MatchesSimpleExpression(SourceArn(statement), Text(found, "Arn"), ignoreCase: false));

        Assert.Equal("""{"warmed":true}""", Text(await _stack.InvokeAsync(sample, Text(target, "Input")), "body"));

        static string SourceArn(JsonElement statement) => Text(statement.GetProperty("Condition").GetProperty("ArnLike"), "AWS:SourceArn");
    }

    private async Task<IEnumerable<string>> RulesAsync(string prefix = "demo-dev-warm-") =>
        (await _aws.CallAsync("events", "AWSEvents.ListRules", new { NamePrefix = prefix })).GetProperty("Rules").EnumerateArray()
            .Select(rule => $"{Text(rule, "Name")} {Text(rule, "ScheduleExpression")}").Order(StringComparer.Ordinal);

    private async Task StartAsync()
    {
        _aws = await deployed.ServerAsync();
        foreach (var path in Boto3()) Directory.CreateSymbolicLink(Path.Combine(_runtime, Path.GetFileName(path)), path);
        _stack = await SampleStack.CreateAsync(deployed.Samples, database, EnvironmentAsync);
        var secret = new { SecretId = "demo-dev-supabase", SecretString = JsonSerializer.Serialize(_stack.Settings) };
        await _aws.CallAsync("secretsmanager", "secretsmanager.PutSecretValue", secret);
    }

    /// <summary>What Lambda would give a function: what Terraform set, and the way to AWS.</summary>
    private async Task<IReadOnlyDictionary<string, string>> EnvironmentAsync(string sample)
    {
        var (module, name) = (sample.Split('/')[0].Replace("module-", "", StringComparison.Ordinal), sample.Split('/')[1]);
        var configuration = await ConfigurationAsync(module == "infra" ? $"demo-dev-{name}" : $"demo-dev-{module}-{name}");
        var environment = new Dictionary<string, string>(_aws.Environment)
        {
            ["AWS_REGION"] = AwsServer.Region,
            ["LAMBDA_RUNTIME_DIR"] = _runtime,
            ["CORA_TEST_FUNCTION_ARN"] = Text(configuration, "FunctionArn"),
        };
        var variables = configuration.GetProperty("Environment").GetProperty("Variables");
        foreach (var variable in variables.EnumerateObject()) environment[variable.Name] = variable.Value.GetString()!;
        return environment;
    }

    private Task<JsonElement> ConfigurationAsync(string function) => _aws.GetAsync("lambda", $"/2015-03-31/functions/{function}/configuration");

    /// <summary>Where the packages of Lambda's runtime are that a function may use without bringing them.</summary>
    private static string[] Boto3()
    {
        const string script = """
            import importlib.util, os
            for name in ("boto3", "botocore", "dateutil", "jmespath", "s3transfer", "six", "urllib3"):
                origin = importlib.util.find_spec(name).origin
                print(os.path.dirname(origin) if origin.endswith("__init__.py") else origin)
            """;
        var (exitCode, output, error) = TestPython.Run("-c", script);
        return exitCode == 0 ? output.Split('\n', StringSplitOptions.RemoveEmptyEntries) : throw new InvalidOperationException(error);
    }

    private static string Text(JsonElement json, string property) => json.GetProperty(property).GetString()!;
}
