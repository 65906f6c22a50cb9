namespace Cora.Build.Sdk.Tests;

/// <summary>Names that break scripts: spaces, letters beyond ASCII, <c>;</c> and <c>'</c>.</summary>
public sealed class PathTests
{
    [Theory]
    [InlineData("my project")]
    [InlineData("Größe; it's (1)")]
    public void A_project_whose_names_hold_spaces_letters_semicolons_and_quotes_builds_cleans_and_is_up_to_date(string odd)
    {
        using var stack = new TestDirectory(odd);
        var access = $"module-{odd}";
        var function = $"packages/{access}/backend/lambdas/{odd}";
        stack.Write($"packages/{access}/module.coraproj", """<Project Sdk="Cora.Build.Sdk" />""")
            .Layer(access, "org-common").Function(access, odd).Write($"{function}/{odd} ü.txt", "text").Write($"{function}/{odd}/__init__.py", "")
            .Write($"packages/{access}/backend/layers/{odd}/python/{odd}.py", "")
            .Write("packages/module-ws/module.coraproj", """<Project Sdk="Cora.Build.Sdk"><ItemGroup><ProjectReference Include="../module-*/module.coraproj" Exclude="../module-ws/module.coraproj" /></ItemGroup></Project>""")
            .Function("module-ws", "workspace").Project();

        var build = stack.Build().ShouldSucceed();

        Assert.Empty(build.Warnings);
        Assert.Equal(new[] { $"{odd}.zip", $"{odd}-layer.zip", "cora-manifest.json", "org-common-layer.zip" }.Order(StringComparer.Ordinal), stack.Artifacts(access));
        Assert.Equal(new[] { $"{odd} ü.txt", $"{odd}/__init__.py", "lambda_function.py" }.Order(StringComparer.Ordinal), TestDirectory.Names(stack.Artifact(access, $"{odd}.zip")));
        Assert.Equal([$"python/{odd}.py"], TestDirectory.Names(stack.Artifact(access, $"{odd}-layer.zip")));
        Assert.Equal([$"../packages/{access}/backend/.build/cora-manifest.json", "../packages/module-ws/backend/.build/cora-manifest.json"], stack.ProjectModules());
        stack.Build(".", "--no-restore").ShouldHaveDoneNothing();

        stack.Delete($"{function}/{odd} ü.txt");
        stack.Build($"packages/{access}/module.coraproj", "--no-restore").ShouldSucceed();
        Assert.Equal(new[] { $"{odd}/__init__.py", "lambda_function.py" }.Order(StringComparer.Ordinal), TestDirectory.Names(stack.Artifact(access, $"{odd}.zip")));

        stack.Delete($"{function}/lambda_function.py");
        var error = Assert.Single(stack.Build(".", "--no-restore").ShouldFailWith("CORA1002").Errors);
        Assert.Equal(stack[function], error.File);

        stack.Delete($"{function}").Dotnet("clean", ".").ShouldSucceed();
        Assert.Empty(stack.Artifacts(access));
    }

    [Fact]
    public void A_directory_whose_name_MSBuild_takes_for_another_is_an_error_and_not_a_module_without_its_files()
    {
        using var branch = new TestDirectory("feature%2Fx").Module("module-a").Function("module-a", "f");
        Assert.Contains("feature%2Fx", Assert.Single(branch.Build("packages/module-a").ShouldFailWith("CORA0008").Errors).Message, StringComparison.Ordinal);

        using var other = new TestDirectory("100% ours").Module("module-a").Function("module-a", "f").Write("packages/module-a/db/schema/010-a.sql", "CREATE OR REPLACE FUNCTION public.get_x() RETURNS INT LANGUAGE sql AS $$ SELECT 1 $$;\n");
        Assert.Contains("1 SQL function", other.Build("packages/module-a").ShouldSucceed().Line("module-a"), StringComparison.Ordinal);
    }

    [Fact]
    public void Modules_in_the_plain_project_folder_share_no_intermediate_file_with_UseArtifactsOutput()
    {
        using var stack = new TestDirectory();
        stack.Write("Directory.Build.props", "<Project><PropertyGroup><UseArtifactsOutput>true</UseArtifactsOutput></PropertyGroup></Project>")
            .Module("module-access").Function("module-access", "orgs").Module("module-ws", "module-access").Function("module-ws", "workspace").Project();

        stack.Build().ShouldSucceed();

        Assert.Contains("orgs.zip", stack.Artifacts("module-access"));
        Assert.Contains("workspace.zip", stack.Artifacts("module-ws"));
        stack.Build(".", "--no-restore").ShouldHaveDoneNothing();
        stack.Dotnet("clean", ".").ShouldSucceed();
        Assert.Empty(stack.Artifacts("module-access"));
        Assert.DoesNotContain(stack.Snapshot().Keys, path => path.Contains("/cora/", StringComparison.Ordinal));
    }
}
