using System.IO.Compression;
using System.Text;
using System.Text.Json;

namespace Cora.Build.Sdk.Tests;

/// <summary>The zips of the samples run: unpacked as Lambda does, with real Python, against a database that speaks PostgREST.</summary>
public sealed class SampleTests
{
    private const string User = "11111111-1111-4111-8111-111111111111", Org = "33333333-3333-4333-8333-333333333333", Model = "55555555-5555-4555-8555-555555555555";

    private const string Database = $$"""
        {
          "rows": {
            "user_profiles": [{ "user_id": "{{User}}", "display_name": "Ada" }],
            "orgs": [{ "id": "{{Org}}", "name": "Example", "slug": "example", "is_deleted": false }],
            "org_members": [{ "org_id": "{{Org}}", "user_id": "{{User}}", "role": "admin" }],
            "ai_models": [{ "id": "{{Model}}", "name": "model-1", "display_name": "Model 1", "context_tokens": 100, "max_output_tokens": 40, "is_enabled": true }],
            "ai_cfg_orgs": [{ "org_id": "{{Org}}", "ai_model_id": "{{Model}}", "temperature": 0.2, "max_output_tokens": 50, "monthly_token_limit": 1000, "is_enabled": true }]
          },
          "functions": { "is_org_member": true, "check_org_admin": true, "check_sys_admin": true, "check_ws_admin": true, "delete_expired_workspaces": 0, "get_orgs_by_user": [{ "id": "{{Org}}", "slug": "example" }], "create_module_usage": null }
        }
        """;

    /// <summary>Of each function: the route of an event, its body, and what the answer has to hold.</summary>
    private static readonly (string Zip, string Route, string? Body, string Answer)[] s_events =
    [
        ("module-access/identities-management.zip", "GET /identities/me", null, "\"identities\":[]"),
        ("module-access/idp-config.zip", "GET /orgs/{orgId}/idp-config", null, "404"),
        ("module-access/members.zip", "GET /orgs/{orgId}/members", null, "\"role\":\"admin\""),
        ("module-access/org-email-domains.zip", "GET /orgs/{orgId}/email-domains", null, "[]"),
        ("module-access/orgs.zip", "GET /orgs", null, "\"slug\":\"example\""),
        ("module-access/profiles.zip", "GET /profiles/me", null, "\"display_name\":\"Ada\""),
        ("module-ai/ai-config-handler.zip", "GET /ai/models", null, "\"display_name\":\"Model 1\""),
        ("module-ai/provider.zip", "POST /orgs/{orgId}/ai/tokens", """{"messages":[{"role":"user","content":"How many tokens are there in this question?"}]}""", "\"tokens\":11"),
        ("module-mgmt/lambda-mgmt.zip", "GET /admin/sys/mgmt/modules", null, "\"modules\":[]"),
        ("module-ws/workspace.zip", "GET /orgs/{orgId}/ws", null, "\"workspaces\":[]"),
        ("module-ws/cleanup.zip", "", null, "\"deleted\":0"),
        ("infra/authorizer.zip", "", null, "\"isAuthorized\":false"),
    ];

    [SamplePythonFact]
    public void Each_zip_of_the_samples_with_its_layers_answers_an_event()
    {
        using var samples = new TestDirectory("samples");
        Copy(Path.Combine(SdkPackage.RepositoryRoot, "samples"), samples.Root);
        samples.Environment["PATH"] = OperatingSystem.IsWindows() ? System.Environment.GetEnvironmentVariable("PATH") : "/usr/bin:/bin";

        Assert.Empty(samples.Build("demo-stack/project.coraproj", "-p:CoraPythonExecutable=/nonexistent/python").ShouldSucceed().Warnings);
        Assert.Empty(samples.Build("demo-infra/infra.coraproj").ShouldSucceed().Warnings);

        var built = Directory.GetFiles(samples.Root, "cora-manifest.json", SearchOption.AllDirectories).Select(file => (Directory: Path.GetDirectoryName(file)!, Json: JsonDocument.Parse(File.ReadAllText(file)).RootElement))
            .Where(manifest => manifest.Json.TryGetProperty("artifacts", out _))
            .SelectMany(manifest => manifest.Json.GetProperty("artifacts").EnumerateArray().Select(artifact => (Module: manifest.Json.GetProperty("module").GetString()!, Artifact: artifact, Path: Path.Combine(manifest.Directory, artifact.GetProperty("file").GetString()!)))).ToList();
        var functions = built.Where(item => item.Artifact.GetProperty("kind").GetString() == "function").ToList();
        Assert.Equal(s_events.Select(item => item.Zip).Order(StringComparer.Ordinal), functions.Select(item => $"{item.Module}/{Path.GetFileName(item.Path)}").Order(StringComparer.Ordinal));
        foreach (var (module, function, zip) in functions)
        {
            var opt = Directory.CreateDirectory(zip + ".opt").FullName;
            foreach (var layer in function.GetProperty("layers").EnumerateArray())
            {
                ZipFile.ExtractToDirectory(built.Single(item => item.Module == layer.GetProperty("module").GetString() && item.Artifact.GetProperty("name").GetString() == layer.GetProperty("name").GetString()
                    && item.Artifact.GetProperty("kind").GetString() == "layer").Path, opt);
            }
            ZipFile.ExtractToDirectory(zip, zip + ".task");
            var (_, route, body, answer) = s_events.Single(item => item.Zip == $"{module}/{Path.GetFileName(zip)}");
            var tests = Path.Combine(SdkPackage.RepositoryRoot, "tests");

            var run = TestPython.Run("-I", "-S", "-B", Path.Combine(tests, "Cora.Build.Sdk.Tests", "lambda_host.py"), Path.Combine(tests, "samples"), zip + ".task", opt, function.GetProperty("handler").GetString()!, Event(route, body), Database);

            Assert.True(run.ExitCode == 0, $"{zip}\n{run.Output}{run.Error}");
            var answered = run.Output.Replace("\\\"", "\"", StringComparison.Ordinal).Replace(" ", "", StringComparison.Ordinal);
            Assert.Contains(answer.Replace(" ", "", StringComparison.Ordinal), answered, StringComparison.Ordinal);
        }
    }

    /// <summary>An event of an HTTP API (payload format 2.0) after the authorizer; without a route, one of EventBridge.</summary>
    private static string Event(string route, string? body)
    {
        if (route.Length == 0) return """{ "version": "0", "source": "aws.events", "detail-type": "Scheduled Event", "time": "2026-01-31T03:00:00Z", "detail": {} }""";
        var (method, path) = (route.Split(' ')[0], route.Split(' ')[1].Replace("{orgId}", Org, StringComparison.Ordinal));
        var token = $"e30.{Convert.ToBase64String(Encoding.UTF8.GetBytes($$"""{"sub":"{{User}}"}""")).TrimEnd('=')}.c2ln";
        return JsonSerializer.Serialize(new Dictionary<string, object?>
        {
            ["version"] = "2.0",
            ["routeKey"] = route,
            ["rawPath"] = path,
            ["headers"] = new Dictionary<string, string> { ["authorization"] = $"Bearer {token}" },
            ["queryStringParameters"] = null,
            ["pathParameters"] = route.Contains("{orgId}", StringComparison.Ordinal) ? new Dictionary<string, string> { ["orgId"] = Org } : [],
            ["requestContext"] = new Dictionary<string, object>
            {
                ["http"] = new Dictionary<string, string> { ["method"] = method, ["path"] = path },
                ["requestId"] = "request-1",
                ["stage"] = "$default",
                ["authorizer"] = new Dictionary<string, object> { ["lambda"] = new Dictionary<string, string> { ["sub"] = User } },
            },
            ["body"] = body,
            ["isBase64Encoded"] = false,
        });
    }

    /// <summary>What git would check out: nothing that a build of the samples in place has made.</summary>
    private static void Copy(string from, string to)
    {
        foreach (var file in Directory.GetFiles(from, "*", SearchOption.AllDirectories).Select(path => Path.GetRelativePath(from, path)))
        {
            if (file == "global.json" || file.Split(Path.DirectorySeparatorChar).Any(segment => segment is "obj" or ".build" or "build" or "__pycache__")) continue;
            Directory.CreateDirectory(Path.GetDirectoryName(Path.Combine(to, file))!);
            File.Copy(Path.Combine(from, file), Path.Combine(to, file));
        }
    }
}
