namespace Cora.Build.Sdk.Tests;

public sealed class DependencyOnlyLayerTests
{
    [Fact]
    public void A_layer_may_be_its_requirements_alone()
    {
        using var stack = new TestDirectory();
        stack.Module("module-a").Write("packages/module-a/backend/layers/vendor/requirements.txt",
            $"--no-index\n--find-links {Path.Combine(SdkPackage.RepositoryRoot, "samples", "demo-stack", "wheels")}\ncora-sample-retry\n");

        stack.Build("packages/module-a").ShouldSucceed();

        Assert.Contains("python/cora_sample_retry/__init__.py", TestDirectory.Names(stack.Artifact("module-a", "vendor-layer.zip")));
    }

    [Fact]
    public void A_layer_without_sources_and_without_requirements_is_an_empty_artifact()
    {
        using var stack = new TestDirectory();
        stack.Module("module-a").Write("packages/module-a/backend/layers/vendor/requirements.txt", "# nothing yet\n");

        stack.Build("packages/module-a").ShouldFailWith("CORA4004");
    }
}
