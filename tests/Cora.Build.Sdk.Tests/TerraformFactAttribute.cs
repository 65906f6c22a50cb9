using Cora.Build.Tests;

namespace Cora.Build.Sdk.Tests;

/// <summary>A test that runs Terraform against the test AWS server. Without them it is skipped, except in CI, where it fails.</summary>
[AttributeUsage(AttributeTargets.Method)]
public class TerraformFactAttribute : SamplePythonFactAttribute
{
    public TerraformFactAttribute() => Skip ??= TestProvider.ReasonToSkip ?? TestTerraform.ReasonToSkip ?? MotoServer.ReasonToSkip;
}

/// <summary>The same for a test that has a PostgreSQL server too.</summary>
[AttributeUsage(AttributeTargets.Method)]
public sealed class TerraformDatabaseFactAttribute : TerraformFactAttribute
{
    public TerraformDatabaseFactAttribute() => Skip ??= TestPostgres.ReasonToSkip;
}

/// <summary>Terraform's AWS provider.</summary>
internal static class TestProvider
{
    private const string Name = "registry.terraform.io/hashicorp/aws";

    /// <summary>
    /// A directory that has the provider, so that no network is needed: <c>CORA_TEST_TERRAFORM_PLUGINS</c>, else one below <c>/opt</c>. Without one Terraform
    /// looks where it always does.
    /// </summary>
    public static string? Mirror { get; } = Environment.GetEnvironmentVariable("CORA_TEST_TERRAFORM_PLUGINS") is { Length: > 0 } configured ? configured
        : (Directory.Exists("/opt") ? Directory.GetDirectories("/opt") : []).FirstOrDefault(directory => Directory.Exists(Path.Combine(directory, Name)));

    public static string? ReasonToSkip => OperatingSystem.IsWindows() ? "Terraform is started by sh" : null;
}
