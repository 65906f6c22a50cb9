namespace Cora.Build.Sdk.Tests;

/// <summary>However a build is started, it makes the same.</summary>
public sealed class InvocationTests
{
    /// <summary>A diamond with a tail: ws and ai need access, mgmt needs both, eval needs mgmt; a project over all.</summary>
    private static TestDirectory Diamond() => new TestDirectory()
        .Module("module-access").Layer("module-access", "org-common").Function("module-access", "orgs")
        .Module("module-ai", "module-access").Layer("module-ai", "common-ai").Function("module-ai", "provider")
        .Module("module-ws", "module-access").Function("module-ws", "workspace")
        .Module("module-mgmt", "module-ai", "module-ws").Function("module-mgmt", "lambda-mgmt")
        .Module("module-eval", "module-mgmt").Function("module-eval", "evaluate")
        .Project();

    [Theory]
    [InlineData("-m:1")]
    [InlineData("-m:4")]
    [InlineData("-mt")]
    [InlineData("-graph")]
    [InlineData("-graph -isolate --no-restore")]
    [InlineData("-m:4 -graph -isolate --no-restore -mt")]
    public void Chains_and_diamonds_of_references_build_once_each_and_an_error_in_one_keeps_no_zip_from_being_made(string arguments)
    {
        using var stack = Diamond();
        stack.Run("restore");

        var build = stack.Build(".", arguments.Split(' ')).ShouldSucceed();

        Assert.Empty(build.Warnings);
        Assert.Equal(["cora-manifest.json", "org-common-layer.zip", "orgs.zip"], stack.Artifacts("module-access"));
        foreach (var (module, zip) in new[] { ("module-ai", "provider.zip"), ("module-ws", "workspace.zip"), ("module-mgmt", "lambda-mgmt.zip"), ("module-eval", "evaluate.zip") })
        {
            Assert.Contains(zip, stack.Artifacts(module));
            Assert.Contains("1 function built", build.Line(module), StringComparison.Ordinal);
        }
        Assert.Equal("stack: 5 modules, 5 functions, 2 layers", build.Line("stack"));
        Assert.Equal(5, build.Tasks.Count(task => task == "PackageModule"));

        stack.Write("packages/module-access/backend/lambdas/broken/other.py", "").Function("module-mgmt", "second").Delete("packages/module-ws/backend/.build/workspace.zip");
        build = stack.Build(".", [.. arguments.Split(' '), "--no-restore"]);

        Assert.NotEqual(0, build.ExitCode);
        Assert.Equal("CORA1002", Assert.Single(build.Errors, error => !error.Message.StartsWith("MSB4252", StringComparison.Ordinal)).Code);
        Assert.Contains("orgs.zip", stack.Artifacts("module-access"));
        if (arguments.Contains("-isolate", StringComparison.Ordinal)) return; // There MSBuild itself stops what depends on a project with an error.
        Assert.Contains("second.zip", stack.Artifacts("module-mgmt"));
        Assert.Contains("workspace.zip", stack.Artifacts("module-ws"));
        Assert.StartsWith("module-access: 1 function up to date, 1 layer up to date, 1 function failed, ", build.Line("module-access"), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("sln")]
    [InlineData("slnx")]
    public void A_solution_to_which_modules_are_added_builds_and_cleans_them(string format)
    {
        using var stack = Diamond();
        stack.Delete("project.coraproj").Run("new", "sln", "--name", "stack", "--format", format);
        foreach (var module in new[] { "module-eval", "module-mgmt", "module-ws", "module-ai", "module-access" }) stack.Run("sln", "add", $"packages/{module}/module.coraproj");

        var build = stack.Build("stack." + format).ShouldSucceed();

        Assert.Empty(build.Warnings);
        Assert.Contains("evaluate.zip", stack.Artifacts("module-eval"));
        Assert.StartsWith("module-access: 1 function built, 1 layer built, ", build.Line("module-access"), StringComparison.Ordinal);
        Assert.Equal(5, build.Tasks.Count(task => task == "PackageModule"));
        stack.Build("stack." + format, "--no-restore").ShouldHaveDoneNothing();
        stack.Dotnet("clean", "stack." + format).ShouldSucceed();
        Assert.Empty(stack.Artifacts("module-eval"));
    }

    [Fact]
    public void A_C_sharp_project_refers_to_a_module_with_a_plain_reference()
    {
        using var stack = Diamond();
        stack.Write("app/app.csproj", """
            <Project Sdk="Microsoft.NET.Sdk">
              <PropertyGroup><TargetFramework>net10.0</TargetFramework><TreatWarningsAsErrors>true</TreatWarningsAsErrors><UseAppHost>false</UseAppHost></PropertyGroup>
              <ItemGroup><ProjectReference Include="../packages/module-mgmt/module.coraproj" /></ItemGroup>
            </Project>
            """).Write("app/Program.cs", "public static class Program { public static void Main() { } }\n");

        var build = stack.Build("app").ShouldSucceed();

        Assert.Empty(build.Warnings);
        Assert.True(File.Exists(stack["app/bin/Debug/net10.0/app.dll"]));
        Assert.Contains("lambda-mgmt.zip", stack.Artifacts("module-mgmt"));
        Assert.Empty(Directory.GetFiles(stack["app/bin/Debug/net10.0"], "*.zip"));
        Assert.DoesNotContain("PackageModule", stack.Build("app", "--no-restore").ShouldSucceed().Tasks);
        stack.Function("module-access", "late");
        stack.Build("app", "--no-restore", "-graph").ShouldSucceed();
        Assert.Contains("late.zip", stack.Artifacts("module-access"));
        stack.Delete("packages/module-access/backend/lambdas/orgs/lambda_function.py").Write("packages/module-access/backend/lambdas/orgs/other.py", "");
        stack.Build("app", "--no-restore").ShouldFailWith("CORA1002");
    }

    [Fact]
    public void A_reference_that_is_not_there_is_an_error()
    {
        using var stack = new TestDirectory();
        stack.Module("module-ws", "module-acces").Function("module-ws", "workspace").Module("module-access").Function("module-access", "orgs");

        var build = stack.Build("packages/module-ws");

        Assert.NotEqual(0, build.ExitCode);
        var error = Assert.Single(build.Errors);
        Assert.Contains("module-acces", error.Message, StringComparison.Ordinal);
        Assert.NotEmpty(error.Code);
    }

    [Fact]
    public void A_reference_gives_the_layers_of_the_module_that_is_named_and_of_no_other()
    {
        using var stack = new TestDirectory();
        stack.Module("module-access").Layer("module-access", "org-common")
            .Module("module-ai", "module-access").Layer("module-ai", "common-ai").Function("module-ai", "provider")
            .Module("module-eval", "module-ai").Function("module-eval", "evaluate");

        stack.Build("packages/module-eval").ShouldSucceed();

        Assert.Equal(["module-ai/common-ai", "module-access/org-common"], Layers("module-ai"));
        Assert.Equal(["module-ai/common-ai"], Layers("module-eval"));

        IEnumerable<string> Layers(string module) => stack.Manifest(module).GetProperty("artifacts").EnumerateArray()
            .Single(artifact => artifact.GetProperty("kind").GetString() == "function").GetProperty("layers").EnumerateArray()
            .Select(layer => $"{layer.GetProperty("module").GetString()}/{layer.GetProperty("name").GetString()}").ToList();
    }
}
