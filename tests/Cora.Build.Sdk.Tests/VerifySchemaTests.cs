using System.Diagnostics;
using System.Globalization;
using Cora.Build.Tests;

namespace Cora.Build.Sdk.Tests;

/// <summary><c>dotnet build -t:CoraVerifySchema</c>, with the PostgreSQL that is installed here.</summary>
public sealed class VerifySchemaTests
{
    private const string Orgs = """
        CREATE TABLE IF NOT EXISTS public.orgs (id UUID PRIMARY KEY);
        ALTER TABLE public.orgs ENABLE ROW LEVEL SECURITY;
        """;

    private const string Orders = """
        CREATE TABLE IF NOT EXISTS public.orders (id UUID PRIMARY KEY, org_id UUID NOT NULL REFERENCES public.orgs(id));
        ALTER TABLE public.orders ENABLE ROW LEVEL SECURITY;
        """;

    [PostgresFact]
    public void The_samples_pass_as_a_project_and_as_a_module()
    {
        using var directory = Stack();
        foreach (var file in Directory.GetFiles(Path.Combine(SdkPackage.RepositoryRoot, "samples", "demo-stack", "packages"), "*.sql", SearchOption.AllDirectories))
        {
            var relative = Path.GetRelativePath(Path.Combine(SdkPackage.RepositoryRoot, "samples", "demo-stack"), file);
            directory.Write(relative, File.ReadAllText(file));
            directory.Module(relative.Split(Path.DirectorySeparatorChar)[1]);
        }
        directory.Delete("packages/module-orders").Delete("packages/module-orgs");

        var project = directory.Dotnet("build", "project.coraproj", "-t:CoraVerifySchema").ShouldSucceed();
        Assert.StartsWith("stack: 15 files of 4 modules run twice in PostgreSQL ", project.Line("stack"), StringComparison.Ordinal);
        Assert.DoesNotContain("not decidable", project.Line("stack"), StringComparison.Ordinal);
        Assert.DoesNotContain("not verified", project.Line("stack"), StringComparison.Ordinal);

        var module = directory.Dotnet("build", "packages/module-ws/module.coraproj", "-t:CoraVerifySchema", "-graph").ShouldSucceed();
        Assert.Contains(" of 3 modules run twice", module.Line("module-ws"), StringComparison.Ordinal);
        Assert.False(module.Ran("ResolveDependencies", "module-ws"));
    }

    [PostgresFact]
    public void A_failure_is_an_error_at_its_place_each_time_and_no_part_of_a_build()
    {
        using var directory = Stack();
        directory.Write("packages/module-orders/db/schema/020-orders.sql", "\nCREATE INDEX idx_orders_org_id ON public.orders (org_id);\nSELECT no_such();\n").Function("module-orders", "f");

        Assert.DoesNotContain("VerifySchema", directory.Build("packages/module-orders/module.coraproj").Tasks);
        for (var i = 0; i < 2; i++)
        {
            var result = directory.Dotnet("build", "packages/module-orders/module.coraproj", "-t:CoraVerifySchema").ShouldFailWith("CORA5091", "CORA5092");
            Assert.All(result.Errors, error => Assert.EndsWith("020-orders.sql", error.File, StringComparison.Ordinal));
            Assert.Equal([(2, 14), (3, 8)], result.Errors.Select(error => (error.Line, error.Column)).Order());
        }
    }

    [PostgresFact]
    public void Properties_and_items_count()
    {
        using var directory = Stack();
        directory.Write("packages/module-orders/module.coraproj", """
            <Project Sdk="Cora.Build.Sdk">
              <PropertyGroup><CoraVerifySchemaDependsOn>Generate</CoraVerifySchemaDependsOn></PropertyGroup>
              <ItemGroup><CoraSchema Include="sql/more.sql" /></ItemGroup>
              <Target Name="Generate"><WriteLinesToFile File="sql/more.sql" Lines="SELECT generated()" Overwrite="true" /></Target>
            </Project>
            """).Write("packages/module-orders/db/migrations/001.sql", "SELECT migrated();");

        var result = directory.Dotnet("build", "project.coraproj", "-t:CoraVerifySchema", "-p:CoraVerifyMigrations=true", "-graph");
        Assert.Equal(["001.sql", "more.sql"], result.ShouldFailWith("CORA5091", "CORA5091").Errors.Select(error => Path.GetFileName(error.File)).Order());

        var missing = directory.Dotnet("build", "packages/module-orgs/module.coraproj", "-t:CoraVerifySchema", "-p:CoraPostgresBin=nowhere").ShouldFailWith("CORA5090").Errors[0];
        Assert.Contains(directory["packages/module-orgs/nowhere"], missing.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_module_without_SQL_is_said_to_have_none()
    {
        using var directory = new TestDirectory().Project().Module("module-empty").Function("module-empty", "f");

        Assert.Equal("module-empty: nothing to verify, there is no db/schema/*.sql",
            directory.Dotnet("build", "packages/module-empty/module.coraproj", "-t:CoraVerifySchema").ShouldSucceed().Line("module-empty"));
    }

    [Theory]
    [InlineData("CoraDatabase")]
    [InlineData("CORADATABASE")]
    public void The_password_of_the_environment_variable_is_in_no_log(string variable)
    {
        using var directory = Stack();
        directory.Environment[variable] = "postgresql://ada:hunter2-secret@127.0.0.1:1/app";

        foreach (var target in new[] { "project.coraproj", "packages/module-orgs/module.coraproj" })
        {
            var result = directory.Dotnet("build", target, "-t:CoraVerifySchema", "-v:diag").ShouldFailWith("CORA5090");
            Assert.DoesNotContain("hunter2", result.Output, StringComparison.Ordinal);
            Assert.DoesNotContain("hunter2", result.BinlogText(), StringComparison.Ordinal);
        }
        Assert.DoesNotContain("hunter2", directory.Build().BinlogText(), StringComparison.Ordinal);
    }

    [Fact]
    public void A_password_in_the_property_is_refused()
    {
        using var directory = Stack();

        var error = directory.Dotnet("build", "packages/module-orgs/module.coraproj", "-t:CoraVerifySchema", "-p:CoraDatabase=postgresql://ada:hunter2@127.0.0.1:1/app").ShouldFailWith("CORA0005").Errors[0];
        Assert.DoesNotContain("hunter2", error.Message, StringComparison.Ordinal);

        Assert.Contains("127.0.0.1", directory.Dotnet("build", "packages/module-orgs/module.coraproj", "-t:CoraVerifySchema", "-p:CoraDatabase=postgresql://ada@127.0.0.1:1/app")
            .ShouldFailWith("CORA5090").Errors[0].Message, StringComparison.Ordinal);
    }

    [PostgresTheory]
    [InlineData("INT")]
    [InlineData("KILL")]
    public async Task A_build_that_is_interrupted_leaves_no_server(string signal)
    {
        using var directory = Stack();
        directory.Write("packages/module-orgs/db/schema/010-orgs.sql", "SELECT pg_sleep(1000);");
        directory.Run("restore", "packages/module-orgs/module.coraproj");
        using var build = Dotnet.Start(directory.Root, directory.Environment, "build", "packages/module-orgs/module.coraproj", "-t:CoraVerifySchema", "--no-restore", "-tl:off");
        var error = build.StandardError.ReadToEndAsync();
        var output = build.StandardOutput.ReadToEndAsync();
        while (!Servers(directory, build).Any(IsReady))
        {
            Assert.False(build.HasExited, "The build ended before its server ran.");
            await Task.Delay(50);
        }
        var server = Servers(directory, build).Single();
        var postgres = int.Parse(File.ReadLines(Path.Combine(server, "data", "postmaster.pid")).First(), CultureInfo.InvariantCulture);

        using (var kill = Process.Start("kill", [$"-{signal}", build.Id.ToString(CultureInfo.InvariantCulture)])) await kill.WaitForExitAsync();
        await build.WaitForExitAsync();
        await output;
        await error;

        while (Directory.Exists(server)) await Task.Delay(50);
        Assert.False(IsRunning(postgres));
    }

    private static bool IsReady(string server) => Path.Combine(server, "data", "postmaster.pid") is var file && File.Exists(file) && File.ReadAllText(file).Contains("ready", StringComparison.Ordinal);

    /// <summary>A process that nobody has waited for is none.</summary>
    private static bool IsRunning(int process) => File.Exists($"/proc/{process}/stat")
        ? !File.ReadAllText($"/proc/{process}/stat").Contains(") Z ", StringComparison.Ordinal)
        : !OperatingSystem.IsLinux() && Process.GetProcesses().Any(other => other.Id == process);

    private static IEnumerable<string> Servers(TestDirectory directory, Process build) =>
        new[] { directory["packages/module-orgs/obj/cora"], "/tmp", Path.GetTempPath() }.Select(Path.TrimEndingDirectorySeparator).Distinct().Where(Directory.Exists)
            .SelectMany(parent => Directory.GetDirectories(parent, $"cora-postgres-{build.Id}-*"));

    private static TestDirectory Stack() => new TestDirectory().Project()
        .Module("module-orgs").Write("packages/module-orgs/db/schema/010-orgs.sql", Orgs)
        .Module("module-orders").Write("packages/module-orders/db/schema/010-orders.sql", Orders);
}
