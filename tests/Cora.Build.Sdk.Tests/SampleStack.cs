using System.Net.Http.Headers;
using System.Text;
using System.Text.Json;
using Cora.Build.Tests.Sql;

namespace Cora.Build.Sdk.Tests;

/// <summary>Somebody who has signed up.</summary>
internal sealed record SampleUser(string Id, string Name, string Email);

/// <summary>An answer of HTTP.</summary>
/// <param name="Status">Its status.</param>
/// <param name="Body">Its body; undefined when there is none.</param>
internal sealed record SampleAnswer(int Status, JsonElement Body)
{
    /// <summary>The body of an answer that has to have this status.</summary>
    public JsonElement ShouldBe(int status)
    {
        Assert.True(status == Status, $"{status} was expected. The answer was {this}");
        return Body;
    }

    public override string ToString() => $"{Status} {(Body.ValueKind == JsonValueKind.Undefined ? "" : Body.GetRawText())}";
}

/// <summary>The samples as they are deployed: a database with all schemas, PostgREST before it, the functions, and the authorizer before them.</summary>
internal sealed class SampleStack : IAsyncDisposable
{
    private const string Secret = "the-secret-of-the-tests-is-longer-than-32-bytes";

    /// <summary>In an order in which their schemas can run: policies of module-ai and module-ws ask what module-mgmt defines.</summary>
    private static readonly string[] s_modules = ["module-access", "module-mgmt", "module-ai", "module-ws"];

    /// <summary>Routes that the gateway gives no authorizer.</summary>
    private static readonly string[] s_public = ["GET /idp-config/discover"];

    private readonly BuiltSamples _samples;
    private readonly Postgrest _postgrest;
    private readonly HttpClient _client = new();
    private readonly Dictionary<string, RunningFunction> _running = [];

    private SampleStack(BuiltSamples samples, PostgresDatabase database)
    {
        (_samples, Database, _postgrest) = (samples, database, new Postgrest(database, Secret));
        (AnonKey, ServiceKey) = (AccessToken.Sign(new { role = "anon" }, Secret), AccessToken.Sign(new { role = "service_role" }, Secret));
    }

    public PostgresDatabase Database { get; }

    public string AnonKey { get; }

    public string ServiceKey { get; }

    /// <summary>What the secret of <c>SUPABASE_SECRET_ARN</c> holds.</summary>
    public IReadOnlyDictionary<string, string> Settings => new Dictionary<string, string>
    {
        ["SUPABASE_URL"] = _postgrest.Url,
        ["SUPABASE_ANON_KEY"] = AnonKey,
        ["SUPABASE_SERVICE_ROLE_KEY"] = ServiceKey,
        ["SUPABASE_JWT_SECRET"] = Secret,
    };

    private Func<string, Task<IReadOnlyDictionary<string, string>>>? EnvironmentOf { get; init; }

    /// <param name="samples">Have the functions.</param>
    /// <param name="server">Gets a database for this stack.</param>
    /// <param name="environmentOf">The environment of a function, which is named as in a call. Without it the function has the settings themselves, and no AWS.</param>
    public static async Task<SampleStack> CreateAsync(
        BuiltSamples samples, PostgresServer server, Func<string, Task<IReadOnlyDictionary<string, string>>>? environmentOf = null)
    {
        var database = await server.CreateDatabaseAsync();
        var schemas = s_modules.Select(module => Path.Combine(SdkPackage.RepositoryRoot, "samples/demo-stack/packages", module, "db/schema"))
            .SelectMany(directory => Directory.GetFiles(directory, "*.sql").Order(StringComparer.Ordinal));
        string[] files = [Path.Combine(SdkPackage.RepositoryRoot, "Cora.Build.Tasks/Sql/supabase.sql"), .. schemas];
        await database.RunAsync(string.Join('\n', files.Select(File.ReadAllText)));
        await database.RunAsync("""
            DO $$ BEGIN CREATE ROLE authenticator LOGIN NOINHERIT; EXCEPTION WHEN duplicate_object THEN NULL; END $$;
            GRANT anon, authenticated, service_role TO authenticator;
            """);
        return new(samples, database) { EnvironmentOf = environmentOf };
    }

    /// <summary>Somebody signs up, which Supabase Auth writes down.</summary>
    public async Task<SampleUser> SignUpAsync(string name, string domain = "people.test", bool isConfirmed = true)
    {
        var user = new SampleUser(Guid.NewGuid().ToString(), name, $"{name.ToLowerInvariant()}@{domain}");
        var confirmed = isConfirmed ? "now()" : "NULL";
        await Database.RunAsync($"INSERT INTO auth.users (id, email, email_confirmed_at) VALUES ('{user.Id}', '{user.Email}', {confirmed})");
        return user;
    }

    /// <summary>The token with which they come.</summary>
    /// <param name="user">Whose it is.</param>
    /// <param name="secret">Another than the project's, for a forgery.</param>
    /// <param name="seconds">How long it is good; less than 0 when it was.</param>
    public string Token(SampleUser user, string secret = Secret, int seconds = 3600)
    {
        return AccessToken.Sign(
            new
            {
                sub = user.Id,
                role = "authenticated",
                aud = "authenticated",
                iss = $"{_postgrest.Url}/auth/v1",
                exp = DateTimeOffset.UtcNow.ToUnixTimeSeconds() + seconds,
                email = user.Email,
                app_metadata = new { provider = "email" },
                user_metadata = new { full_name = user.Name },
            },
            secret);
    }

    /// <summary>A request to the API: the authorizer is asked, and then the function.</summary>
    /// <param name="user">Who asks; null for nobody.</param>
    /// <param name="function">Its module and its directory, <c>module-ws/workspace</c>.</param>
    /// <param name="route">The route's key.</param>
    /// <param name="body">What is sent as JSON, if anything.</param>
    /// <param name="parameters">Of path and query.</param>
    public Task<SampleAnswer> CallAsync(
        SampleUser? user, string function, string route, object? body = null, params (string Name, string Value)[] parameters) =>
        CallWithTokenAsync(user is null ? null : Token(user), function, route, body, parameters);

    /// <summary>The same with any token.</summary>
    public async Task<SampleAnswer> CallWithTokenAsync(
        string? token, string function, string route, object? body = null, params (string Name, string Value)[] parameters)
    {
        if (s_public.Contains(route)) return await CallFunctionAsync(token, null, function, route, body, parameters);
        var authorized = await InvokeAsync("infra/authorizer", LambdaEvent.Http(route, token, null, null, parameters));
        return authorized.GetProperty("isAuthorized").GetBoolean()
            ? await CallFunctionAsync(token, authorized.GetProperty("context"), function, route, body, parameters)
            : new(token is null ? 401 : 403, default);
    }

    /// <summary>The function alone, told whatever claims.</summary>
    public async Task<SampleAnswer> CallFunctionAsync(
        string? token, JsonElement? claims, string function, string route, object? body = null, params (string Name, string Value)[] parameters)
    {
        var answer = await InvokeAsync(function, LambdaEvent.Http(route, token, claims, body is null ? null : JsonSerializer.Serialize(body), parameters));
        var status = answer.GetProperty("statusCode").GetInt32();
        Assert.True(status != 500, $"{route}\n{_running[function].Log}");
        return new(status, answer.TryGetProperty("body", out var text) ? JsonDocument.Parse(text.GetString()!).RootElement : default);
    }

    /// <summary>The answer of a function to an event.</summary>
    public async Task<JsonElement> InvokeAsync(string function, string lambdaEvent)
    {
        if (!_running.TryGetValue(function, out var running))
        {
            var environment = EnvironmentOf is null ? new Dictionary<string, string>(Settings) { ["LOG_LEVEL"] = "WARNING" } : await EnvironmentOf(function);
            _running[function] = running = new(_samples.Functions.Single(unpacked => unpacked.Name == $"{function}.zip"), environment);
        }
        return await running.InvokeAsync(lambdaEvent);
    }

    /// <summary>A request past the functions, to the database's own API: what row level security lets through when no code stands before it.</summary>
    /// <param name="token">A user's, or one of the project's keys.</param>
    /// <param name="request">Method, table and query: <c>GET orgs?select=id</c>.</param>
    /// <param name="body">What is sent as JSON, if anything.</param>
    public async Task<SampleAnswer> AskDatabaseAsync(string token, string request, object? body = null)
    {
        var (method, path) = (request.Split(' ')[0], request[(request.IndexOf(' ') + 1)..]);
        using var message = new HttpRequestMessage(new HttpMethod(method), $"{_postgrest.Url}/rest/v1/{path}");
        message.Headers.Add("apikey", token == ServiceKey ? ServiceKey : AnonKey);
        message.Headers.Add("Prefer", "return=representation");
        message.Headers.Authorization = new AuthenticationHeaderValue("Bearer", token);
        if (body is not null) message.Content = new StringContent(JsonSerializer.Serialize(body), Encoding.UTF8, "application/json");
        using var response = await _client.SendAsync(message);
        var text = await response.Content.ReadAsStringAsync();
        return new((int)response.StatusCode, text.Length == 0 ? default : JsonDocument.Parse(text).RootElement);
    }

    public ValueTask DisposeAsync()
    {
        foreach (var function in _running.Values) function.Dispose();
        _client.Dispose();
        _postgrest.Dispose();
        return ValueTask.CompletedTask;
    }
}
