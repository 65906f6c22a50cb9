namespace Cora.Build.Sdk.Tests;

/// <summary>What cannot work is said, with a code and what to do: CORA0xxx.</summary>
public sealed class MisuseTests
{
    [Fact]
    public void A_property_or_metadata_that_is_not_valid_is_an_error_at_the_project()
    {
        using var stack = new TestDirectory();
        var project = stack["packages/module-ws/module.coraproj"];
        stack.Module("module-ws").Function("module-ws", "workspace").Run("restore", "packages/module-ws");
        foreach (var (property, code) in new[]
        {
            ("CoraArchitecture=arm32", "CORA0002"), ("CoraInstaller=conda", "CORA0005"), ("CoraZipLimitMB=0", "CORA0005"), ("CoraUnzippedLimitMB=many", "CORA0005"),
            ("CoraUnzippedWarningMB=-1", "CORA0005"), ("CoraLockedMode=maybe", "CORA0005"), ("CoraKind=Stack", "CORA0005"),
            ("CoraPipArguments=--index-url https://me:secret@example.com/simple", "CORA0005"),
        })
        {
            var build = stack.Build("packages/module-ws", "--no-restore", "-p:" + property).ShouldFailWith(code);

            var error = build.Errors.Single();
            Assert.Equal(project, error.File);
            Assert.Contains(property[..property.IndexOf('=', StringComparison.Ordinal)], error.Message, StringComparison.Ordinal);
            Assert.DoesNotContain("secret", error.Message, StringComparison.Ordinal);
        }
        Assert.Empty(stack.Artifacts("module-ws"));
    }

    [Theory]
    [InlineData("<TargetFramework>python3.9</TargetFramework>", "CORA0002")]
    [InlineData("<TargetFramework>net10.0</TargetFramework>", "CORA0002")]
    [InlineData("<TargetFrameworks>python3.11;python3.12</TargetFrameworks>", "CORA0004")]
    [InlineData("<TargetFrameworks>python3.11</TargetFrameworks>", "CORA0004")]
    public void A_target_that_Lambda_does_not_have_or_more_than_one_is_an_error(string property, string code)
    {
        using var stack = new TestDirectory();
        stack.Write("packages/module-ws/module.coraproj", $"""<Project Sdk="Cora.Build.Sdk"><PropertyGroup>{property}</PropertyGroup></Project>""").Function("module-ws", "workspace")
            .Module("module-ai", "module-ws").Function("module-ai", "provider");

        foreach (var module in new[] { "module-ws", "module-ai" })
        {
            var build = stack.Build($"packages/{module}");

            Assert.NotEqual(0, build.ExitCode);
            var error = build.Errors[0];
            Assert.Equal((code, stack["packages/module-ws/module.coraproj"]), (error.Code, error.File));
        }
        Assert.Empty(stack.Artifacts("module-ws"));
    }

    [Fact]
    public void The_SDK_as_a_package_reference_is_an_error()
    {
        using var stack = new TestDirectory();
        stack.Write("app/app.csproj", $"""
            <Project Sdk="Microsoft.NET.Sdk">
              <PropertyGroup><TargetFramework>net10.0</TargetFramework></PropertyGroup>
              <ItemGroup><PackageReference Include="Cora.Build.Sdk" Version="{SdkPackage.Instance.Version}" /></ItemGroup>
            </Project>
            """);

        var error = Assert.Single(stack.Build("app").ShouldFailWith("CORA0007").Errors);

        Assert.Equal(stack["app/app.csproj"], error.File);
    }
}
