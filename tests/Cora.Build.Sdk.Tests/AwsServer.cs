using System.Net.Http.Headers;
using System.Text;
using System.Text.Json;
using System.Xml.Linq;
using Cora.Build.Tests;

namespace Cora.Build.Sdk.Tests;

/// <summary>An AWS of the tests' own, and what it answers: moto.</summary>
public sealed class AwsServer : IDisposable
{
    public const string Region = "eu-central-1";

    private readonly MotoServer _moto = new();
    private readonly HttpClient _client = new(new SocketsHttpHandler { UseProxy = false });

    public string Url => _moto.Url;

    /// <summary>What a program must have in its environment to come here. The keys open nothing else.</summary>
    public IReadOnlyDictionary<string, string> Environment => new Dictionary<string, string>
    {
        ["AWS_ENDPOINT_URL"] = Url,
        ["AWS_ACCESS_KEY_ID"] = "test",
        ["AWS_SECRET_ACCESS_KEY"] = "test",
        ["AWS_CONFIG_FILE"] = "/dev/null",
        ["AWS_SHARED_CREDENTIALS_FILE"] = "/dev/null",
        ["AWS_EC2_METADATA_DISABLED"] = "true",
        ["AWS_MAX_ATTEMPTS"] = "3",
        ["NO_PROXY"] = "127.0.0.1",
    };

    /// <summary>What a REST service answers: Lambda, API Gateway.</summary>
    public async Task<JsonElement> GetAsync(string service, string path) => Json(await SendAsync(service, HttpMethod.Get, path, null));

    /// <summary>What an operation of a JSON service answers: EventBridge, Secrets Manager, CloudWatch Logs.</summary>
    /// <param name="service">As in a signature, <c>events</c>.</param>
    /// <param name="operation">With the service's own prefix, <c>AWSEvents.ListRules</c>.</param>
    /// <param name="request">Its parameters.</param>
    public async Task<JsonElement> CallAsync(string service, string operation, object request)
    {
        using var content = new StringContent(JsonSerializer.Serialize(request), Encoding.UTF8, "application/x-amz-json-1.1");
        content.Headers.Add("X-Amz-Target", operation);
        return Json(await SendAsync(service, HttpMethod.Post, "/", content));
    }

    /// <summary>What an operation of a query service answers: CloudWatch.</summary>
    public async Task<XDocument> QueryAsync(string service, string version, string operation)
    {
        using var content = new FormUrlEncodedContent(new Dictionary<string, string> { ["Action"] = operation, ["Version"] = version });
        return XDocument.Parse(await SendAsync(service, HttpMethod.Post, "/", content));
    }

    /// <summary>Makes a bucket that keeps versions.</summary>
    public async Task CreateBucketAsync(string name)
    {
        using var region = new StringContent($"<CreateBucketConfiguration><LocationConstraint>{Region}</LocationConstraint></CreateBucketConfiguration>", Encoding.UTF8, "application/xml");
        await SendAsync("s3", HttpMethod.Put, $"/{name}", region);
        using var versioning = new StringContent("<VersioningConfiguration><Status>Enabled</Status></VersioningConfiguration>", Encoding.UTF8, "application/xml");
        await SendAsync("s3", HttpMethod.Put, $"/{name}?versioning", versioning);
    }

    public void Dispose()
    {
        _client.Dispose();
        _moto.Dispose();
    }

    /// <summary>moto tells the service from the signature, and checks nothing else of it.</summary>
    private async Task<string> SendAsync(string service, HttpMethod method, string path, HttpContent? content)
    {
        using var request = new HttpRequestMessage(method, Url + path) { Content = content };
        request.Headers.Authorization = new AuthenticationHeaderValue(
            "AWS4-HMAC-SHA256", $"Credential=test/20260101/{Region}/{service}/aws4_request, SignedHeaders=host, Signature=0");
        using var response = await _client.SendAsync(request);
        var text = await response.Content.ReadAsStringAsync();
        return response.IsSuccessStatusCode ? text : throw new InvalidOperationException($"{method} {path}: {(int)response.StatusCode} {text}");
    }

    private static JsonElement Json(string text) => JsonDocument.Parse(text).RootElement;
}
