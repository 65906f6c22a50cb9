using System.Text.Json;

namespace Cora.Build.Sdk.Tests;

/// <summary>What the properties are when nothing is said, and when a user says something.</summary>
public sealed class PropertyTests
{
    /// <summary>Property, what the user writes into the project file (null: nothing), what it evaluates to; <c>{module}</c> and <c>{root}</c> are directories.</summary>
    private static readonly (string Property, string? Written, string Expected)[] s_table =
    [
        ("TargetFramework", null, "python3.11"),
        ("TargetFramework", "python3.13", "python3.13"),
        ("TargetFrameworkMoniker", null, ".NETStandard,Version=v2.0"),
        ("TargetPlatformMoniker", null, ""),
        ("CoraArchitecture", null, "x86_64"),
        ("CoraArchitecture", "arm64", "arm64"),
        ("CoraKind", null, "Module"),
        ("CoraModuleName", null, "module-eval-studio"),
        ("CoraModuleName", "evaluation", "evaluation"),
        ("CoraArtifactsDir", null, "{module}/backend/.build/"),
        ("CoraArtifactsDir", "out", "{module}/out/"),
        ("CoraArtifactsDir", "../../dist/eval", "{root}/dist/eval/"),
        ("CoraProjectRoot", null, "{root}"),
        ("CoraProjectRoot", "/elsewhere", "/elsewhere"),
        ("CoraInstaller", null, "auto"),
        ("CoraInstaller", "uv", "uv"),
        ("CoraLockedMode", null, "false"),
        ("ContinuousIntegrationBuild", "true", "true"),
        ("CoraLockedMode", "true", "true"),
        ("CoraZipLimitMB", null, "50"),
        ("CoraZipLimitMB", "10", "10"),
        ("CoraUnzippedLimitMB", null, "250"),
        ("CoraUnzippedLimitMB", "100", "100"),
        ("CoraUnzippedWarningMB", null, "200"),
        ("CoraUnzippedWarningMB", "80", "80"),
        ("EnableDefaultCompileItems", null, "false"),
        ("AssemblyName", null, "module-eval-studio"),
        ("PackageId", null, "Cora.Module.EvalStudio"),
        ("PackageId", "Acme.Eval", "Acme.Eval"),
        ("Version", null, "1.0.0"),
        ("Version", "2.3.4", "2.3.4"),
        ("ErrorOnMissingProjectReference", null, "true"),
        ("MSBuildTreatWarningsAsErrors", null, "false"),
        ("DefaultProjectTypeGuid", null, "{13B669BE-BB05-4DDF-9536-439F39A36129}"),
    ];

    [Fact]
    public void Properties_have_their_defaults_and_take_what_the_user_writes()
    {
        using var stack = new TestDirectory();
        var directory = stack["packages/module-eval-studio"];
        // Two evaluations: what nobody writes, and everything that somebody writes; the last value of a property wins as it does in a project file.
        foreach (var rows in new[] { s_table.Where(row => row.Written is null), s_table.Where(row => row.Written is not null).GroupBy(row => row.Property).Select(same => same.Last()), s_table.Where(row => row.Written is not null).GroupBy(row => row.Property).Select(same => same.First()) })
        {
            var written = string.Concat(rows.Where(row => row.Written is not null).Select(row => $"<{row.Property}>{row.Written}</{row.Property}>"));
            stack.Write("packages/module-eval-studio/module.coraproj", $"""<Project Sdk="Cora.Build.Sdk"><PropertyGroup>{written}</PropertyGroup></Project>""");
            var json = stack.Run("msbuild", "packages/module-eval-studio/module.coraproj", "-getProperty:" + string.Join(',', rows.Select(row => row.Property)));
            var values = JsonDocument.Parse(json).RootElement.GetProperty("Properties");
            foreach (var (property, _, expected) in rows)
            {
                var wanted = expected.Replace("{module}", directory, StringComparison.Ordinal).Replace("{root}", stack.Root, StringComparison.Ordinal);
                Assert.Equal((property, wanted.Replace('\\', '/')), (property, values.GetProperty(property).GetString()!.Replace('\\', '/')));
            }
        }
    }

    [Fact]
    public void In_CI_locks_are_not_remade()
    {
        using var stack = new TestDirectory();
        stack.Module("module-ws").Write("Directory.Build.props", "<Project><PropertyGroup><ContinuousIntegrationBuild>true</ContinuousIntegrationBuild></PropertyGroup></Project>");

        Assert.Equal("true", stack.Run("msbuild", "packages/module-ws/module.coraproj", "-getProperty:CoraLockedMode").Trim());
    }

    [Fact]
    public void Package_ids_are_in_PascalCase_and_no_two_modules_share_one()
    {
        using var stack = new TestDirectory();
        string[] names = ["module-lambda-mgmt", "module-größe", "module-gr sse", "module-gr-sse"];
        var ids = names.Select(name =>
        {
            stack.Module(name);
            return stack.Run("msbuild", $"packages/{name}/module.coraproj", "-getProperty:PackageId").Trim();
        }).ToList();

        Assert.Equal("Cora.Module.LambdaMgmt", ids[0]);
        Assert.Equal(names.Length, ids.Distinct(StringComparer.OrdinalIgnoreCase).Count());
        Assert.All(ids, id => Assert.Matches("^[A-Za-z0-9_.-]+$", id));
    }

    [Fact]
    public void Properties_on_the_command_line_mean_what_they_mean_in_the_project_file()
    {
        using var stack = new TestDirectory();
        stack.Module("module-access").Layer("module-access", "org-common").Module("module-ws", "module-access").Function("module-ws", "workspace");

        var build = stack.Build("packages/module-ws", "-p:CoraArtifactsDir=out", "-p:CoraArchitecture=arm64").ShouldSucceed();

        Assert.Empty(build.Warnings);
        Assert.Equal(["packages/module-ws/out/cora-manifest.json", "packages/module-ws/out/workspace.zip"], stack.Snapshot("packages/module-ws/out").Keys.Order(StringComparer.Ordinal));
        Assert.True(File.Exists(stack["packages/module-access/out/org-common-layer.zip"]));
        Assert.Equal("python3.11 arm64", Target(stack["packages/module-ws/out/cora-manifest.json"]));
        stack.Build("packages/module-access", "-p:CoraArtifactsDir=../../dist", "-f", "python3.12").ShouldSucceed();
        Assert.True(File.Exists(stack["dist/org-common-layer.zip"]));
        Assert.Equal("python3.12 x86_64", Target(stack["dist/cora-manifest.json"]));

        static string Target(string manifest)
        {
            var target = JsonDocument.Parse(File.ReadAllText(manifest)).RootElement.GetProperty("target");
            return $"{target.GetProperty("runtime").GetString()} {target.GetProperty("architecture").GetString()}";
        }
    }
}
