namespace Cora.Build.Sdk.Tests;

public sealed class PublishTests
{
    [PythonFact]
    public void What_ships_is_in_the_publish_directory_as_it_is_in_the_module_and_nothing_of_an_earlier_publish()
    {
        using var stack = new TestDirectory();
        stack.Module("module-ws").Function("module-ws", "workspace").Function("module-ws", "cleanup")
            .Write("packages/module-ws/db/schema/010-ws.sql", "SELECT 1;\n").Write("packages/module-ws/infrastructure/policy.tftpl", "{}\n")
            .Module("module-ai").Function("module-ai", "provider").Project();

        stack.WatchProcesses();
        var published = stack.Dotnet("publish", ".", "-o", stack["out"]);
        Assert.Equal(0, published.ExitCode);
        Assert.Equal(1, published.Messages.Count(message => message.Contains(" -> module-ws: 2 functions", StringComparison.Ordinal)));
        Assert.Equal(1, published.Messages.Count(message => message.Contains($" -> module-ws: 6 files in {stack["out"]}", StringComparison.Ordinal)));

        Assert.Equal(
            [
                "out/module-ai/backend/.build/cora-manifest.json", "out/module-ai/backend/.build/provider.zip", "out/module-ai/cora.sarif",
                "out/module-ws/backend/.build/cleanup.zip", "out/module-ws/backend/.build/cora-manifest.json", "out/module-ws/backend/.build/workspace.zip", "out/module-ws/cora.sarif",
                "out/module-ws/db/schema/010-ws.sql", "out/module-ws/infrastructure/policy.tftpl",
            ],
            Published(stack, "out"));
        stack.StartedProcesses();

        // Without a build, into its own directory; nothing is started.
        Assert.Equal(0, stack.Dotnet("publish", "packages/module-ws", "--no-build", "-o", stack["ws"]).ExitCode);
        Assert.Empty(stack.StartedProcesses());
        Assert.Equal(6, Published(stack, "ws").Count());
        Assert.Equal(File.ReadAllBytes(stack.Artifact("module-ws", "cleanup.zip")), File.ReadAllBytes(stack["ws/backend/.build/cleanup.zip"]));

        stack.Delete("packages/module-ws/backend/lambdas/cleanup").Delete("packages/module-ws/db").Write("ws/notes.txt", "mine");
        Assert.Equal(0, stack.Dotnet("publish", "packages/module-ws", "-o", stack["ws"]).ExitCode);
        Assert.Equal(["ws/backend/.build/cora-manifest.json", "ws/backend/.build/workspace.zip", "ws/cora.sarif", "ws/infrastructure/policy.tftpl", "ws/notes.txt"], Published(stack, "ws"));
        Assert.False(Directory.Exists(stack["ws/db"]));

        // What the next one would remove there would be the module's own.
        var before = stack.Snapshot("packages");
        stack.Dotnet("publish", "packages/module-ws", "--no-build", "-o", stack["packages/module-ws"]).ShouldFailWith("CORA7031");
        stack.Dotnet("publish", ".", "--no-build", "-o", stack["packages"]).ShouldFailWith("CORA7031", "CORA7031");
        Assert.Equal(before, stack.Snapshot("packages"));
    }

    private static IEnumerable<string> Published(TestDirectory stack, string directory) =>
        stack.Snapshot(directory).Keys.Where(path => !path.EndsWith(".cora-published", StringComparison.Ordinal)).Order(StringComparer.Ordinal);
}
