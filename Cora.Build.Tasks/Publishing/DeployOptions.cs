using System.Text.RegularExpressions;
using Cora.Build.Diagnostics;
using Cora.Build.Modules;

namespace Cora.Build.Publishing;

/// <summary>Where the zips of a deployment go and how, as the project says it.</summary>
public sealed partial record DeployOptions : EnvironmentOptions
{
    /// <summary><c>CoraBucket</c>.</summary>
    public required string Bucket { get; init; }

    /// <summary><c>CoraRegion</c>; empty: what AWS's own configuration says.</summary>
    public string Region { get; init; } = "";

    /// <summary><c>CoraEndpoint</c>; null for AWS's own.</summary>
    public Uri? Endpoint { get; init; }

    /// <summary><c>CoraLegacyKeys</c>: whether the keys that older Terraform reads are written too.</summary>
    public bool LegacyKeys { get; init; }

    /// <summary>How often a request is tried again that may succeed then. The waits between grow to 20 s, with jitter.</summary>
    public int Retries { get; init; } = 6;

    /// <summary>How long a request may take, and with it the upload of 16 MB.</summary>
    public TimeSpan RequestTimeout { get; init; } = TimeSpan.FromMinutes(5);

    /// <summary>How often a long deployment says how far it is.</summary>
    public TimeSpan ProgressInterval { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>Reads what the properties say.</summary>
    /// <exception cref="CoraException">CORA7001: something is missing; CORA0005: something is not valid.</exception>
    public static DeployOptions Read(string projectFile, string environment, string bucket, string region, string endpoint, string resultDirectory, string timeoutMinutes)
    {
        var missing = new[] { ("CoraEnvironment", environment), ("CoraBucket", bucket) }.Where(property => property.Item2.Length == 0).Select(property => property.Item1).ToList();
        if (missing.Count > 0)
        {
            throw DeployDiagnostics.s_noTarget.Error(new Location(projectFile),
                $"{string.Join(" and ", missing)} {(missing.Count == 1 ? "is" : "are")} not set, and {(missing.Count == 1 ? "has" : "have")} no default. Nothing was sent. Say where to deploy to: -p:CoraEnvironment=dev -p:CoraBucket=my-artifacts-dev.");
        }
        CheckEnvironment(projectFile, environment);
        if (!BucketPattern.IsMatch(bucket)) throw Invalid(projectFile, "CoraBucket", bucket, "the name of a bucket, without s3:// and without a path");
        if (!RegionPattern.IsMatch(region)) throw Invalid(projectFile, "CoraRegion", region, "a region such as eu-central-1");
        return new DeployOptions
        {
            ProjectFile = projectFile,
            Environment = environment,
            Bucket = bucket,
            Region = region,
            Endpoint = ReadEndpoint(projectFile, "CoraEndpoint", endpoint),
            ResultDirectory = Path.GetFullPath(resultDirectory, Path.GetDirectoryName(projectFile)!),
            Timeout = ReadMinutes(projectFile, timeoutMinutes),
        };
    }

    /// <summary>An http or https URL; null when there is none.</summary>
    /// <exception cref="CoraException">CORA0005. A password in it is not in the message.</exception>
    internal static Uri? ReadEndpoint(string projectFile, string name, string value)
    {
        if (value.Length == 0) return null;
        if (!Uri.TryCreate(value, UriKind.Absolute, out var url) || url.Scheme is not ("http" or "https") || url.UserInfo.Length > 0 || url.Query.Length > 0)
            throw ModuleDiscovery.s_configuration.Error(new Location(projectFile), $"{name} is no URL of an S3 server. Write https://host or http://host:port, without credentials: those come from AWS's own configuration.");
        return url;
    }

    /// <summary>As S3 has them, among them the old ones of us-east-1; or the ARN of an access point.</summary>
    [GeneratedRegex(@"^(?:[A-Za-z0-9][A-Za-z0-9._-]{2,254}|arn:[A-Za-z0-9:/_-]+)\z")]
    private static partial Regex BucketPattern { get; }

    [GeneratedRegex(@"^[a-z0-9-]*\z")]
    private static partial Regex RegionPattern { get; }
}
