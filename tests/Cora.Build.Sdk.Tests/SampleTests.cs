using System.Text;
using System.Text.Json;

namespace Cora.Build.Sdk.Tests;

/// <summary>The zips of the samples run: unpacked as Lambda does, with real Python, against a database that speaks PostgREST.</summary>
[Collection(SamplesTests.Name)]
public sealed class SampleTests(BuiltSamples samples)
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
    public async Task Each_zip_of_the_samples_with_its_layers_answers_an_event()
    {
        Assert.Equal(s_events.Select(item => item.Zip).Order(StringComparer.Ordinal), samples.Functions.Select(function => function.Name).Order(StringComparer.Ordinal));
        foreach (var (zip, route, body, answer) in s_events)
        {
            using var function = new RunningFunction(
                samples.Functions.Single(function => function.Name == zip),
                new Dictionary<string, string> { ["SUPABASE_JWT_SECRET"] = new string('s', 40), ["LOG_LEVEL"] = "ERROR" },
                Database);

            var answered = (await function.InvokeAsync(Event(route, body))).GetRawText().Replace("\\\"", "\"", StringComparison.Ordinal).Replace(" ", "", StringComparison.Ordinal);

            Assert.Contains(answer.Replace(" ", "", StringComparison.Ordinal), answered, StringComparison.Ordinal);
        }
    }

    /// <summary>With a route, what the authorizer let through; without, what a schedule sends.</summary>
    private static string Event(string route, string? body)
    {
        if (route.Length == 0) return LambdaEvent.Scheduled("2026-01-31T03:00:00Z");
        var token = $"e30.{Convert.ToBase64String(Encoding.UTF8.GetBytes($$"""{"sub":"{{User}}"}""")).TrimEnd('=')}.c2ln";
        (string, string)[] parameters = route.Contains("{orgId}", StringComparison.Ordinal) ? [("orgId", Org)] : [];
        return LambdaEvent.Http(route, token, JsonSerializer.SerializeToElement(new { sub = User }), body, parameters);
    }
}
