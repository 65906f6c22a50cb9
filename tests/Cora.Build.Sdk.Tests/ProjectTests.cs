namespace Cora.Build.Sdk.Tests;

/// <summary>A project over its modules, and functions that belong to no module.</summary>
public sealed class ProjectTests
{
    [Fact]
    public void A_project_builds_all_its_modules_and_points_to_their_manifests()
    {
        using var stack = new TestDirectory("demo-stack");
        stack.Module("module-access").Layer("module-access", "org-common").Module("module-ws", "module-access").Function("module-ws", "workspace")
            .Write("packages/module-legacy/backend/lambdas/old/lambda_function.py", "def lambda_handler(event, context):\n    return None\n").Write("packages/module-notes/README.md", "").Write("packages/shared/backend/x.py", "").Project();

        var build = stack.Build();

        Assert.Equal("CORA1009", Assert.Single(build.Errors).Code);
        Assert.Equal(stack["packages/module-legacy"], build.Errors[0].File);
        Assert.Equal(["cora-manifest.json", "workspace.zip"], stack.Artifacts("module-ws"));
        Assert.Equal(["../packages/module-access/backend/.build/cora-manifest.json", "../packages/module-ws/backend/.build/cora-manifest.json"], stack.ProjectModules());
        Assert.StartsWith("demo-stack: 2 modules, ", build.Line("demo-stack"), StringComparison.Ordinal);
        Assert.Equal(build.Reported(), stack.Build(".", "--no-restore").Reported());

        stack.Module("module-legacy");
        stack.Build().ShouldSucceed();
        Assert.Equal(["cora-manifest.json", "old.zip"], stack.Artifacts("module-legacy"));

        stack.Dotnet("clean", ".").ShouldSucceed();
        Assert.All(["module-access", "module-ws", "module-legacy"], module => Assert.Empty(stack.Artifacts(module)));
        Assert.False(Directory.Exists(stack[".build"]));
    }

    [Fact]
    public void A_project_without_a_module_is_an_error()
    {
        using var stack = new TestDirectory();
        stack.Project();

        var build = stack.Build().ShouldFailWith("CORA1001");

        Assert.Equal(stack["project.coraproj"], build.Errors[0].File);
        Assert.Equal(build.Reported(), stack.Build(".", "--no-restore").Reported());
    }

    [Fact]
    public void Infra_lambdas_build_through_items_to_another_directory_and_name()
    {
        using var infra = new TestDirectory("demo-infra");
        infra.Write("infra.coraproj", """
            <Project Sdk="Cora.Build.Sdk">
              <PropertyGroup><CoraArtifactsDir>build</CoraArtifactsDir></PropertyGroup>
              <ItemGroup><CoraLambda Include="lambdas/api-gateway-authorizer" ArtifactName="authorizer.zip" /></ItemGroup>
            </Project>
            """).Write("lambdas/api-gateway-authorizer/lambda_function.py", "def lambda_handler(event, context):\n    return {}\n").Write("lambdas/api-gateway-authorizer/keys.json", "{}").Write("lambdas/unlisted/lambda_function.py", "").Write("envs/dev/main.tf", "");

        var build = infra.Build().ShouldSucceed();

        Assert.Empty(build.Warnings);
        Assert.Equal(["build/authorizer.zip", "build/cora-manifest.json"], infra.Snapshot("build").Keys.Order(StringComparer.Ordinal));
        Assert.Equal(["keys.json", "lambda_function.py"], TestDirectory.Names(infra["build/authorizer.zip"]));
        Assert.StartsWith("infra: 1 function built, ", build.Line("infra"), StringComparison.Ordinal);
        infra.Build(".", "--no-restore").ShouldHaveDoneNothing();
        infra.Dotnet("clean", ".").ShouldSucceed();
        Assert.False(Directory.Exists(infra["build"]));
    }

    [Fact]
    public void Items_change_names_handlers_requirements_and_excludes_or_replace_what_is_found()
    {
        using var stack = new TestDirectory();
        stack.Write("packages/module-ws/module.coraproj", """
            <Project Sdk="Cora.Build.Sdk">
              <PropertyGroup><CoraModuleName>workspaces</CoraModuleName></PropertyGroup>
              <ItemGroup>
                <CoraLambda Update="backend/lambdas/workspace" ArtifactName="ws-workspace" Handler="app.main.handle" Requirements="deploy.txt">
                  <Exclude>/data;*.sql;!tests</Exclude>
                </CoraLambda>
                <CoraLambda Remove="backend/lambdas/skipped" />
                <CoraLayer Update="backend/layers/ws-common" ArtifactName="common-ws.zip">
                  <Exclude>*.md</Exclude>
                </CoraLayer>
              </ItemGroup>
            </Project>
            """)
            .Write("packages/module-ws/backend/lambdas/workspace/app/main.py", "def handle(event, context):\n    return None\n").Write("packages/module-ws/backend/lambdas/workspace/app/q.sql", "").Write("packages/module-ws/backend/lambdas/workspace/data/x.txt", "")
            .Write("packages/module-ws/backend/lambdas/workspace/tests/kept.py", "").Write("packages/module-ws/backend/lambdas/workspace/deploy.txt", "# none\n").Write("packages/module-ws/backend/lambdas/workspace/requirements.txt", "not-read==1\n")
            .Write("packages/module-ws/backend/lambdas/skipped/other.py", "").Function("module-ws", "cleanup")
            .Layer("module-ws", "ws-common").Write("packages/module-ws/backend/layers/ws-common/python/NOTES.md", "")
            .Write("packages/module-ai/module.coraproj", """
            <Project Sdk="Cora.Build.Sdk">
              <PropertyGroup><EnableDefaultCoraItems>false</EnableDefaultCoraItems></PropertyGroup>
              <ItemGroup><CoraLambda Include="backend/lambdas/provider" /></ItemGroup>
            </Project>
            """).Function("module-ai", "provider").Function("module-ai", "draft").Layer("module-ai", "draft-common").Project();

        stack.Build().ShouldSucceed();

        Assert.Equal(["cleanup.zip", "common-ws.zip", "cora-manifest.json", "ws-workspace.zip"], stack.Artifacts("module-ws"));
        Assert.Equal(["app/main.py", "deploy.txt", "tests/kept.py"], TestDirectory.Names(stack.Artifact("module-ws", "ws-workspace.zip")));
        Assert.Equal(["python/ws_common/__init__.py"], TestDirectory.Names(stack.Artifact("module-ws", "common-ws.zip")));
        var manifest = stack.Manifest("module-ws");
        Assert.Equal("workspaces", manifest.GetProperty("module").GetString());
        Assert.Contains(manifest.GetProperty("artifacts").EnumerateArray(), artifact => artifact.GetProperty("file").GetString() == "ws-workspace.zip"
            && artifact.GetProperty("name").GetString() == "workspace" && artifact.GetProperty("handler").GetString() == "app.main.handle");
        Assert.Equal(["cora-manifest.json", "provider.zip"], stack.Artifacts("module-ai"));
    }
}
