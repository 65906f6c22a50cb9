namespace Cora.Build.Sdk.Tests;

/// <summary>What is wrong is said in every build, and nothing that is sound pays for it.</summary>
public sealed class DiagnosticsTests
{
    /// <summary>module-access has a broken function, a broken layer and a warning; module-ws, which refers to it, is sound.</summary>
    private static TestDirectory WithFaults() => new TestDirectory()
        .Module("module-access").Function("module-access", "orgs").Layer("module-access", "org-common")
        .Write("packages/module-access/backend/lambdas/broken/other.py", "").Write("packages/module-access/backend/layers/empty-common/README.md", "")
        .Write("packages/module-access/backend/build.sh", "#!/bin/sh\n")
        .Module("module-ws", "module-access").Function("module-ws", "workspace").Write("packages/module-ws/backend/handlers/stray.py", "")
        .Module("module-ai").Function("module-ai", "provider").Project();

    [Fact]
    public void An_error_in_a_referenced_module_fails_the_build_and_all_sound_zips_are_made()
    {
        using var stack = WithFaults();

        foreach (var target in new[] { "packages/module-ws", "." })
        {
            var first = stack.Build(target).ShouldFailWith("CORA1002", "CORA1003");

            Assert.Equal(["CORA1005", "CORA1010"], first.Warnings.Select(warning => warning.Code).Order(StringComparer.Ordinal));
            Assert.All(first.Errors.Concat(first.Warnings), item => Assert.True(Path.IsPathFullyQualified(item.File!) && Path.Exists(item.File), item.File));
            Assert.Contains("module-access: 1 function built, 1 layer built, 1 function failed, 1 layer failed, ", first.Line("module-access") + ", ", StringComparison.Ordinal);
            Assert.Equal(["cora-manifest.json", "org-common-layer.zip", "orgs.zip"], stack.Artifacts("module-access"));
            Assert.Equal(["cora-manifest.json", "workspace.zip"], stack.Artifacts("module-ws"));
            if (target == ".") Assert.Equal(["cora-manifest.json", "provider.zip"], stack.Artifacts("module-ai"));

            var second = stack.Build(target, "--no-restore").ShouldFailWith("CORA1002", "CORA1003");

            Assert.Equal(first.Reported(), second.Reported());
            stack.Delete("packages/module-access/backend/.build").Delete("packages/module-ws/backend/.build");
        }

        stack.Delete("packages/module-access/backend/lambdas/broken").Delete("packages/module-access/backend/layers/empty-common").Delete("packages/module-access/backend/build.sh").Delete("packages/module-ws/backend/handlers");
        Assert.Empty(stack.Build(".", "--no-restore").ShouldSucceed().Warnings);
    }

    [Theory]
    [InlineData("CoraPackage")]
    [InlineData("CoraResolveDependencies")]
    public void A_target_that_is_called_by_itself_reports_what_it_found(string target)
    {
        using var stack = WithFaults();

        var build = stack.Build("packages/module-access", "-t:" + target).ShouldFailWith("CORA1002", "CORA1003");

        Assert.Equal("CORA1005", Assert.Single(build.Warnings).Code);
        Assert.Equal(target == "CoraPackage", stack.Artifacts("module-access").Contains("orgs.zip"));
        Assert.Equal(build.Reported(), stack.Build("packages/module-access", "--no-restore", "-t:" + target).Reported());
    }

    [Fact]
    public void MSBuilds_switches_for_warnings_hold_for_ours_on_every_build()
    {
        using var stack = new TestDirectory();
        stack.Module("module-access").Function("module-access", "orgs").Write("packages/module-access/backend/build.sh", "")
            .Module("module-ws", "module-access").Function("module-ws", "workspace").Write("packages/module-ws/backend/handlers/stray.py", "");
        foreach (var (properties, errors, warnings) in new (string, string[], string[])[]
        {
            ("", [], ["CORA1005", "CORA1010"]),
            ("<TreatWarningsAsErrors>true</TreatWarningsAsErrors>", ["CORA1005", "CORA1010"], []),
            ("<WarningsAsErrors>CORA1010</WarningsAsErrors>", ["CORA1010"], ["CORA1005"]),
            ("<NoWarn>$(NoWarn);CORA1005</NoWarn>", [], ["CORA1010"]),
            ("<TreatWarningsAsErrors>true</TreatWarningsAsErrors><WarningsNotAsErrors>CORA1005</WarningsNotAsErrors>", ["CORA1010"], ["CORA1005"]),
            ("<TreatWarningsAsErrors>true</TreatWarningsAsErrors><NoWarn>CORA1010;CORA1005</NoWarn>", [], []),
        })
        {
            stack.Write("Directory.Build.props", $"<Project><PropertyGroup>{properties}</PropertyGroup></Project>");
            foreach (var build in new[] { stack.Build("packages/module-ws"), stack.Build("packages/module-ws", "--no-restore") })
            {
                Assert.Equal((properties, string.Join(' ', errors)), (properties, string.Join(' ', build.Errors.Select(item => item.Code).Order(StringComparer.Ordinal))));
                Assert.Equal((properties, string.Join(' ', warnings)), (properties, string.Join(' ', build.Warnings.Select(item => item.Code).Order(StringComparer.Ordinal))));
                Assert.Equal((properties, errors.Length == 0), (properties, build.ExitCode == 0));
            }
        }
        Assert.Equal(["cora-manifest.json", "orgs.zip"], stack.Artifacts("module-access"));
        // On the command line too.
        stack.Delete("Directory.Build.props");
        stack.Build("packages/module-ws", "--no-restore", "-warnaserror:CORA1005").ShouldFailWith("CORA1005");
    }

    [Fact]
    public void Every_error_and_warning_has_a_help_link_to_its_page()
    {
        using var stack = WithFaults();
        var log = Path.Combine(stack.Top, "links.txt");

        stack.Build(".", HelpLinkLogger.Argument(log));
        stack.Build("packages/module-ai", "--no-restore", "-p:CoraArchitecture=mips", HelpLinkLogger.Argument(log));
        stack.Dotnet("pack", "packages/module-ws", "--no-restore", "--no-build", HelpLinkLogger.Argument(log));

        var links = File.ReadAllLines(log).Distinct().Order(StringComparer.Ordinal).ToList();
        Assert.Equal(["CORA0002", "CORA1002", "CORA1003", "CORA1005", "CORA1010", "CORA7030"], links.Select(line => line.Split(' ')[0]));
        Assert.All(links, line => Assert.Equal($"https://github.com/cora-build/Cora.Build.Sdk/blob/main/docs/diagnostics/{line.Split(' ')[0]}.md", line.Split(' ')[1]));
    }
}
