namespace Cora.Build.Sdk.Tests;

public sealed class ProjectLockTests
{
    [Fact]
    public void Locking_a_project_locks_all_its_modules()
    {
        using var stack = new TestDirectory();
        var requirements = $"--no-index\n--find-links {Path.Combine(SdkPackage.RepositoryRoot, "samples", "demo-stack", "wheels")}\ncora-sample-retry\n";
        stack.Project().Module("module-a").Function("module-a", "one", requirements).Module("module-b", "module-a").Function("module-b", "two", requirements);

        stack.Build("project.coraproj", "-t:CoraLock").ShouldSucceed();

        Assert.Contains("cora-sample-retry", File.ReadAllText(stack["packages/module-a/backend/lambdas/one/pylock.toml"]), StringComparison.Ordinal);
        Assert.Contains("cora-sample-retry", File.ReadAllText(stack["packages/module-b/backend/lambdas/two/pylock.toml"]), StringComparison.Ordinal);
    }
}
