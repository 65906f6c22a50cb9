namespace Cora.Build.Tests;

/// <summary>The Terraform that tests run: <c>CORA_TEST_TERRAFORM</c>, else <c>terraform</c> of the PATH.</summary>
internal static class TestTerraform
{
    public static string? Executable { get; } = Find();

    public static string? ReasonToSkip =>
        Executable is null && Environment.GetEnvironmentVariable("CI") != "true" ? "no terraform on the PATH, and CORA_TEST_TERRAFORM is not set" : null;

    private static string? Find()
    {
        if (Environment.GetEnvironmentVariable("CORA_TEST_TERRAFORM") is { Length: > 0 } configured) return configured;
        var name = OperatingSystem.IsWindows() ? "terraform.exe" : "terraform";
        return (Environment.GetEnvironmentVariable("PATH") ?? "").Split(Path.PathSeparator).Select(directory => Path.Combine(directory, name)).FirstOrDefault(File.Exists);
    }
}
