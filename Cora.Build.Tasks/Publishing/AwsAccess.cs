using Amazon.Runtime;
using Amazon.Runtime.CredentialManagement;
using Amazon.Runtime.Credentials;
using Cora.Build.Diagnostics;
using Cora.Build.Modules;

namespace Cora.Build.Publishing;

/// <summary>
/// Who deploys, and where: AWS's standard chain. The keys of environment variables, a role with a web identity, the profile <c>AWS_PROFILE</c> or <c>default</c> (with its role, its
/// sign-on or its program), and the container's or machine's role, in this order.
/// </summary>
/// <remarks>
/// The variables are those of the build, which need not be this process's, and are read here: the AWS SDK would read the process's. What it still reads there itself is what nobody sets for one
/// build alone: <c>AWS_CONFIG_FILE</c>, the container's variables, <c>AWS_EC2_METADATA_DISABLED</c> and the proxy. This process's environment is never changed.
/// </remarks>
/// <param name="processes">The build's environment.</param>
/// <param name="projectFile">Where findings are.</param>
internal sealed class AwsAccess(Processes processes, string projectFile)
{
    private readonly CredentialProfileStoreChain _profiles = new(processes.Variable("AWS_SHARED_CREDENTIALS_FILE"));

    private string Profile => processes.Variable("AWS_PROFILE") ?? "default";

    /// <exception cref="CoraException">CORA7004: there are none.</exception>
    public AWSCredentials Credentials()
    {
        try
        {
            if (processes.Variable("AWS_ACCESS_KEY_ID") is { } id && processes.Variable("AWS_SECRET_ACCESS_KEY") is { } secret)
                return processes.Variable("AWS_SESSION_TOKEN") is { } token ? new SessionAWSCredentials(id, secret, token) : new BasicAWSCredentials(id, secret);
            if (processes.Variable("AWS_WEB_IDENTITY_TOKEN_FILE") is { } file && processes.Variable("AWS_ROLE_ARN") is { } role)
                return new AssumeRoleWithWebIdentityCredentials(file, role, processes.Variable("AWS_ROLE_SESSION_NAME") ?? "cora-deploy");
            if (_profiles.TryGetAWSCredentials(Profile, out var credentials)) return credentials;
        }
        catch (Exception e) when (e is AmazonClientException or ArgumentException or IOException or UnauthorizedAccessException)
        {
            throw None(e.Message);
        }
        if (processes.Variable("AWS_PROFILE") is { } profile) throw None($"AWS_PROFILE is '{profile}', and AWS's configuration has no such profile, or one without credentials.");
        try
        {
            return DefaultAWSCredentialsIdentityResolver.GetCredentials();
        }
        catch (Exception e) when (e is AmazonClientException or InvalidOperationException or OperationCanceledException)
        {
            throw None("There are none in the environment, in AWS's configuration, or from this machine.");
        }
    }

    /// <summary>The region and, where one is configured, the endpoint.</summary>
    /// <exception cref="CoraException">CORA7001: no region; CORA0005.</exception>
    public (string Region, Uri? Endpoint) Place(DeployOptions options)
    {
        var endpoint = options.Endpoint
            ?? DeployOptions.ReadEndpoint(projectFile, "AWS_ENDPOINT_URL_S3", processes.Variable("AWS_ENDPOINT_URL_S3") ?? "")
            ?? DeployOptions.ReadEndpoint(projectFile, "AWS_ENDPOINT_URL", processes.Variable("AWS_ENDPOINT_URL") ?? "");
        var region = options.Region.Length > 0 ? options.Region
            : processes.Variable("AWS_REGION") ?? processes.Variable("AWS_DEFAULT_REGION")
            ?? (_profiles.TryGetProfile(Profile, out var profile) ? profile.Region?.SystemName : null)
            ?? (endpoint is null ? null : "us-east-1");
        return region is null
            ? throw DeployDiagnostics.s_noTarget.Error(new Location(projectFile), "There is no region: neither CoraRegion nor AWS's own configuration names one. Nothing was sent. Say where the bucket is: -p:CoraRegion=eu-central-1.")
            : (region, endpoint);
    }

    /// <summary>What must be in no message: the values of variables that open something.</summary>
    public static IReadOnlyList<string> Secrets(Processes processes) =>
        [.. new[] { "AWS_SECRET_ACCESS_KEY", "AWS_SESSION_TOKEN", "AWS_ACCESS_KEY_ID" }.Select(processes.Variable).OfType<string>().Where(value => value.Length > 3)];

    private CoraException None(string why) => DeployDiagnostics.s_noCredentials.Error(new Location(projectFile),
        $"There are no credentials for AWS. {why} Nothing was sent. Set AWS_PROFILE, or AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY, or sign in ('aws sso login').");
}
