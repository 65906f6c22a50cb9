namespace Cora.Build.Sdk.Tests;

public sealed class ConfigurationErrorTests
{
    [Fact]
    public void A_value_that_is_not_valid_stops_its_module_alone_and_is_said_until_it_is_mended()
    {
        using var stack = new TestDirectory();
        stack.Project()
            .Module("module-a").Layer("module-a", "a-common").Function("module-a", "one")
            .Module("module-b", "module-a").Function("module-b", "two");
        stack.Build("project.coraproj").ShouldSucceed();
        stack.Write("packages/module-a/module.coraproj", """<Project Sdk="Cora.Build.Sdk"><PropertyGroup><CoraZipLimitMB>fifty</CoraZipLimitMB></PropertyGroup></Project>""");

        var first = stack.Build("project.coraproj").ShouldFailWith("CORA0005");
        var second = stack.Build("project.coraproj").ShouldFailWith("CORA0005");
        stack.Dotnet("build", "packages/module-a", "-t:CoraLock").ShouldFailWith("CORA0005");

        Assert.Equal(first.Errors, second.Errors);
        Assert.Contains("failed", second.Line("module-a"), StringComparison.Ordinal);
        Assert.StartsWith("module-b: 1 function up to date", second.Line("module-b"), StringComparison.Ordinal);
        Assert.Equal(["a-common-layer.zip", "cora-manifest.json", "one.zip"], stack.Artifacts("module-a"));

        stack.Module("module-a");
        Assert.DoesNotContain("failed", stack.Build("project.coraproj").ShouldSucceed().Line("module-a"), StringComparison.Ordinal);
    }
}
