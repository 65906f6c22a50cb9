using Cora.Build.Tests;

namespace Cora.Build.Sdk.Tests;

/// <summary>A test that runs Terraform against the test AWS server. Without them it is skipped, except in CI, where it fails.</summary>
[AttributeUsage(AttributeTargets.Method)]
public class TerraformFactAttribute : SamplePythonFactAttribute
{
    public TerraformFactAttribute() => Skip ??= TestTerraform.ReasonToSkip;
}

/// <summary>The same for a test that has a PostgreSQL server too.</summary>
[AttributeUsage(AttributeTargets.Method)]
public sealed class TerraformDatabaseFactAttribute : TerraformFactAttribute
{
    public TerraformDatabaseFactAttribute() => Skip ??= TestPostgres.ReasonToSkip;
}

/// <summary>The Terraform that tests run: <c>CORA_TEST_TERRAFORM</c>, else the one of the PATH.</summary>
internal static class TestTerraform
{
    private const string Provider = "registry.terraform.io/hashicorp/aws";

    public static string? Executable { get; } = Configured("CORA_TEST_TERRAFORM")
        ?? (Environment.GetEnvironmentVariable("PATH") ?? "").Split(Path.PathSeparator).Select(directory => Path.Combine(directory, "terraform")).FirstOrDefault(File.Exists);

    /// <summary>
    /// A directory that has the provider, so that no network is needed: <c>CORA_TEST_TERRAFORM_PLUGINS</c>, else one below <c>/opt</c>. Without one Terraform
    /// looks where it always does.
    /// </summary>
    public static string? Mirror { get; } = Configured("CORA_TEST_TERRAFORM_PLUGINS")
        ?? (Directory.Exists("/opt") ? Directory.GetDirectories("/opt") : []).FirstOrDefault(directory => Directory.Exists(Path.Combine(directory, Provider)));

    public static string? ReasonToSkip { get; } =
        OperatingSystem.IsWindows() ? "Terraform is started by sh"
        : Environment.GetEnvironmentVariable("CI") == "true" ? null
        : Executable is null ? "no terraform on the PATH, and CORA_TEST_TERRAFORM is not set"
        : TestPython.Executable is not null && !HasMoto() ? $"{TestPython.Executable} has no moto: pip install 'moto[server]'"
        : null;

    private static string? Configured(string variable) => Environment.GetEnvironmentVariable(variable) is { Length: > 0 } value ? value : null;

    private static bool HasMoto()
    {
        const string script = "import importlib.util, sys; sys.exit(any(importlib.util.find_spec(name) is None for name in ('boto3', 'flask', 'moto')))";
        return TestPython.Run("-c", script).ExitCode == 0;
    }
}
