using Cora.Build.Diagnostics;
using Cora.Build.Modules;
using Cora.Build.Publishing;

namespace Cora.Build.Tests.Publishing;

/// <summary>Who deploys is decided by the build's environment, not by this process's.</summary>
public sealed class AwsAccessTests
{
    private static readonly DeployOptions s_options = new() { ProjectFile = "/src/project.coraproj", Environment = "dev", Bucket = "b", ResultDirectory = "/src/results" };

    [Fact]
    public async Task Keys_come_first_then_the_profile()
    {
        using var directory = new Packaging.TempDirectory();
        var file = directory.Write("credentials", "[default]\naws_access_key_id = DEFAULT\naws_secret_access_key = d\n\n[prd]\naws_access_key_id = PRD\naws_secret_access_key = p\nregion = eu-west-1\n"u8);

        Assert.Equal("KEYS", await KeyAsync(("AWS_ACCESS_KEY_ID", "KEYS"), ("AWS_SECRET_ACCESS_KEY", "k"), ("AWS_PROFILE", "prd"), ("AWS_SHARED_CREDENTIALS_FILE", file)));
        Assert.Equal("PRD", await KeyAsync(("AWS_PROFILE", "prd"), ("AWS_SHARED_CREDENTIALS_FILE", file)));
        Assert.Equal("DEFAULT", await KeyAsync(("AWS_SHARED_CREDENTIALS_FILE", file)));
        Assert.Equal("eu-west-1", Access(("AWS_PROFILE", "prd"), ("AWS_SHARED_CREDENTIALS_FILE", file)).Place(s_options).Region);

        var missing = Assert.Throws<CoraException>(() => Access(("AWS_PROFILE", "stg"), ("AWS_SHARED_CREDENTIALS_FILE", file)).Credentials()).Diagnostic;
        Assert.Equal("CORA7004", missing.Descriptor.Code);
        Assert.Contains("'stg'", missing.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_session_has_its_token()
    {
        var credentials = await Access(("AWS_ACCESS_KEY_ID", "A"), ("AWS_SECRET_ACCESS_KEY", "s"), ("AWS_SESSION_TOKEN", "t")).Credentials().GetCredentialsAsync();

        Assert.Equal(("A", "s", "t"), (credentials.AccessKey, credentials.SecretKey, credentials.Token));
    }

    [Fact]
    public void The_region_is_the_projects_or_AWSs_and_never_guessed()
    {
        Assert.Equal("eu-central-1", Access(("AWS_REGION", "us-west-2")).Place(s_options with { Region = "eu-central-1" }).Region);
        Assert.Equal("us-west-2", Access(("AWS_REGION", "us-west-2"), ("AWS_DEFAULT_REGION", "us-east-2")).Place(s_options).Region);
        Assert.Equal("us-east-2", Access(("AWS_DEFAULT_REGION", "us-east-2")).Place(s_options).Region);
        Assert.Equal("us-east-1", Access().Place(s_options with { Endpoint = new Uri("http://127.0.0.1:9000") }).Region);
        var empty = Access(("AWS_SHARED_CREDENTIALS_FILE", "/nowhere/credentials"), ("AWS_PROFILE", "none"));
        Assert.Equal("CORA7001", Assert.Throws<CoraException>(() => empty.Place(s_options)).Diagnostic.Descriptor.Code);
    }

    [Fact]
    public void The_endpoint_is_the_projects_or_AWSs()
    {
        Assert.Equal("http://a/", Access(("AWS_ENDPOINT_URL_S3", "http://b")).Place(s_options with { Endpoint = new Uri("http://a") }).Endpoint!.AbsoluteUri);
        Assert.Equal("http://b/", Access(("AWS_ENDPOINT_URL_S3", "http://b"), ("AWS_ENDPOINT_URL", "http://c")).Place(s_options).Endpoint!.AbsoluteUri);
        Assert.Equal("http://c/", Access(("AWS_ENDPOINT_URL", "http://c")).Place(s_options).Endpoint!.AbsoluteUri);
        var error = Assert.Throws<CoraException>(() => Access(("AWS_ENDPOINT_URL", "http://ada:hunter2@c")).Place(s_options)).Diagnostic;
        Assert.Equal("CORA0005", error.Descriptor.Code);
        Assert.DoesNotContain("hunter2", error.Message, StringComparison.Ordinal);
    }

    private static AwsAccess Access(params (string Name, string Value)[] variables) => new(new Processes(variables.ToDictionary(item => item.Name, item => item.Value)), "/src/project.coraproj");

    private static async Task<string> KeyAsync(params (string, string)[] variables) => (await Access(variables).Credentials().GetCredentialsAsync()).AccessKey;
}
