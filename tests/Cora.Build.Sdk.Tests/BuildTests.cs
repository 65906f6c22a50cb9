namespace Cora.Build.Sdk.Tests;

public sealed class BuildTests
{
    [Fact]
    public void A_module_of_one_line_gets_all_its_zips()
    {
        using var stack = new TestDirectory();
        stack.Module("module-ws").Function("module-ws", "workspace").Function("module-ws", "cleanup").Layer("module-ws", "ws-common");

        var build = stack.Build("packages/module-ws").ShouldSucceed();

        Assert.Equal(["cleanup.zip", "cora-manifest.json", "workspace.zip", "ws-common-layer.zip"], stack.Artifacts("module-ws"));
        Assert.Equal(["lambda_function.py"], TestDirectory.Names(stack.Artifact("module-ws", "workspace.zip")));
        Assert.Equal(["python/ws_common/__init__.py"], TestDirectory.Names(stack.Artifact("module-ws", "ws-common-layer.zip")));
        Assert.StartsWith("module-ws: 2 functions built, 1 layer built, ", build.Line("module-ws"), StringComparison.Ordinal);
    }
}
