using System.Text.Json;

namespace Cora.Build.Sdk.Tests;

/// <summary>Events as functions get them.</summary>
internal static class LambdaEvent
{
    /// <summary>One of an EventBridge schedule.</summary>
    /// <param name="time">As AWS writes it, <c>2026-01-31T03:00:00Z</c>.</param>
    public static string Scheduled(string time) =>
        JsonSerializer.Serialize(new Dictionary<string, object>
        {
            ["version"] = "0",
            ["source"] = "aws.events",
            ["detail-type"] = "Scheduled Event",
            ["time"] = time,
            ["detail"] = new { },
        });

    /// <summary>One of an HTTP API, payload format 2.0.</summary>
    /// <param name="route">The route's key, <c>GET /orgs/{orgId}</c>.</param>
    /// <param name="token">The caller's, if there is one.</param>
    /// <param name="claims">What the authorizer answered, if the route has one.</param>
    /// <param name="body">JSON.</param>
    /// <param name="parameters">Those whose names are in the route belong to the path, the others to the query.</param>
    public static string Http(string route, string? token, JsonElement? claims, string? body, params (string Name, string Value)[] parameters)
    {
        var inPath = parameters.Where(parameter => route.Contains($"{{{parameter.Name}}}", StringComparison.Ordinal)).ToDictionary();
        var query = parameters.Where(parameter => !inPath.ContainsKey(parameter.Name)).ToDictionary();
        var (method, path) = (route.Split(' ')[0], route.Split(' ')[1]);
        foreach (var (name, value) in inPath) path = path.Replace($"{{{name}}}", value, StringComparison.Ordinal);
        return JsonSerializer.Serialize(new Dictionary<string, object?>
        {
            ["version"] = "2.0",
            ["routeKey"] = route,
            ["rawPath"] = path,
            ["headers"] = token is null ? [] : new Dictionary<string, string> { ["authorization"] = $"Bearer {token}" },
            ["queryStringParameters"] = query.Count == 0 ? null : query,
            ["pathParameters"] = inPath.Count == 0 ? null : inPath,
            ["requestContext"] = new Dictionary<string, object?>
            {
                ["http"] = new { method, path },
                ["requestId"] = "request-1",
                ["stage"] = "$default",
                ["authorizer"] = claims is null ? null : new { lambda = claims },
            },
            ["body"] = body,
            ["isBase64Encoded"] = false,
        });
    }
}
