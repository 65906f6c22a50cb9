namespace Cora.Build.Sdk.Tests;

/// <summary>What an IDE does while somebody types.</summary>
public sealed class DesignTimeTests
{
    private static readonly string[] s_properties = ["-p:DesignTimeBuild=true", "-p:BuildingProject=false", "-p:BuildingInsideVisualStudio=true", "-p:SkipCompilerExecution=true", "-p:ProvideCommandLineArgs=true"];

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void A_design_time_build_succeeds_starts_no_process_and_writes_nothing_outside_obj(bool isRestored)
    {
        using var stack = new TestDirectory();
        stack.Module("module-access").Layer("module-access", "org-common").Write("packages/module-access/backend/lambdas/broken/other.py", "")
            .Module("module-ws", "module-access").Function("module-ws", "workspace", "no-such-distribution==1.0\n").Project().WatchProcesses();
        if (isRestored) stack.Run("restore");
        var before = stack.Snapshot().Where(pair => !pair.Key.Contains("obj/", StringComparison.Ordinal));

        foreach (var target in new[] { "packages/module-ws/module.coraproj", "project.coraproj" })
        {
            foreach (var targets in new[]
            {
                "Compile;CompileDesignTime;ResolveProjectReferences;ResolveAssemblyReferencesDesignTime;ResolveProjectReferencesDesignTime;GetTargetPath",
                "CoreCompile", "ResolvePackageDependenciesDesignTime;CollectPackageReferences;GenerateSupportedTargetFrameworkAlias", "Build",
            })
            {
                var build = stack.Dotnet("msbuild", target, ["-t:" + targets, .. s_properties]).ShouldSucceed();

                Assert.Empty(build.Tasks.Intersect(["CollectModule", "CheckStructure", "ResolveDependencies", "PackageModule", "ReportFindings", "Csc", "Exec"]));
            }
        }

        Assert.Empty(stack.StartedProcesses());
        Assert.Equal(before, stack.Snapshot().Where(pair => !pair.Key.Contains("obj/", StringComparison.Ordinal)));
    }

    [Fact]
    public void An_IDE_is_told_what_the_project_holds_and_what_makes_it_out_of_date()
    {
        using var stack = new TestDirectory();
        stack.Module("module-ws").Function("module-ws", "workspace").Layer("module-ws", "ws-common").Write("packages/module-ws/backend/lambdas/workspace/__pycache__/x.pyc", "");

        var items = stack.Run(["msbuild", "packages/module-ws/module.coraproj", "-getItem:None", "-getItem:UpToDateCheckInput", "-getItem:UpToDateCheckBuilt", .. s_properties]);

        Assert.Contains("backend/lambdas/workspace/lambda_function.py", items, StringComparison.Ordinal);
        Assert.Contains("backend/layers/ws-common/python/ws_common/__init__.py", items, StringComparison.Ordinal);
        Assert.Contains("\"UpToDateCheckBuilt\"", items, StringComparison.Ordinal);
        Assert.Contains("package.stamp", items, StringComparison.Ordinal);
    }
}
