using System.Diagnostics;
using System.Globalization;
using System.Text.Json.Nodes;
using Cora.Build.Tests;
using Cora.Build.Tests.Sql;

namespace Cora.Build.Sdk.Tests;

/// <summary><c>dotnet build -t:CoraApplySchema</c>, with a real PostgreSQL.</summary>
public sealed class ApplySchemaTests(PostgresServer server) : IClassFixture<PostgresServer>
{
    private const string Password = "hunter2-secret";

    private const string Orgs = """
        CREATE TABLE IF NOT EXISTS public.orgs (id UUID PRIMARY KEY);
        ALTER TABLE public.orgs ENABLE ROW LEVEL SECURITY;
        DROP POLICY IF EXISTS orgs_select ON public.orgs;
        CREATE POLICY orgs_select ON public.orgs FOR SELECT USING (true);
        """;

    private const string Orders = """
        CREATE TABLE IF NOT EXISTS public.orders (id UUID PRIMARY KEY);
        ALTER TABLE public.orders ENABLE ROW LEVEL SECURITY;
        DROP POLICY IF EXISTS orders_select ON public.orders;
        CREATE POLICY orders_select ON public.orders FOR SELECT USING (EXISTS (SELECT FROM public.orgs WHERE orgs.id = orders.id));
        """;

    [PostgresFact]
    public async Task The_samples_are_applied_as_a_project_and_then_as_a_module()
    {
        var database = await server.CreateDatabaseAsync();
        await database.RunAsync(File.ReadAllText(Path.Combine(SdkPackage.RepositoryRoot, "Cora.Build.Tasks", "Sql", "supabase.sql")));
        using var directory = Connected(new TestDirectory().Project(), database);
        foreach (var file in Directory.GetFiles(Path.Combine(SdkPackage.RepositoryRoot, "samples", "demo-stack", "packages"), "*.sql", SearchOption.AllDirectories))
        {
            var relative = Path.GetRelativePath(Path.Combine(SdkPackage.RepositoryRoot, "samples", "demo-stack"), file);
            directory.Write(relative, File.ReadAllText(file)).Module(relative.Split(Path.DirectorySeparatorChar)[1]);
        }

        var first = Apply(directory, "project.coraproj").ShouldSucceed();
        Assert.Contains("dev: 15 schema files applied, in ", Line(first, "stack"), StringComparison.Ordinal);
        Assert.Matches(@"; \d\d tables, \d+ indexes, \d+ policies as the files say$", Line(first, "stack"));
        Assert.Single(first.Tasks, "ApplySchema");

        Assert.Contains("dev: 3 schema files applied, in ", Line(Apply(directory, "packages/module-ws/module.coraproj", "-graph").ShouldSucceed(), "module-ws"), StringComparison.Ordinal);
        Assert.Equal("15", (await database.RunAsync("SELECT count(*) FROM cora_build.applied_files")).Trim());
    }

    [PostgresFact]
    public async Task A_failure_in_the_middle_is_an_error_at_its_place_and_what_was_applied_is_recorded()
    {
        var database = await server.CreateDatabaseAsync();
        using var directory = Stack(database);
        directory.Write("packages/module-orders/db/migrations/001-first.sql", "SELECT 1;").Write("packages/module-orders/db/migrations/002-second.sql", "SELECT 1;\nSELECT 1 / 0;\n");

        var failed = Apply(directory, "project.coraproj").ShouldFailWith("CORA7023");
        Assert.Equal(directory["packages/module-orders/db/migrations/002-second.sql"], failed.Errors[0].File);
        Assert.Equal((2, 1), (failed.Errors[0].Line, failed.Errors[0].Column));
        Assert.StartsWith("division by zero (22012). The file was taken back. 3 files before it are applied and stay; none comes after it.", failed.Errors[0].Message, StringComparison.Ordinal);
        Assert.Contains(failed.Messages, message => message.EndsWith("  module-orders/db/migrations/001-first.sql", StringComparison.Ordinal));

        var record = JsonNode.Parse(File.ReadAllText(directory[".build/dev/cora-deploy.json"]))!["schemas"]!["module-orders"]!.AsArray().Single()!;
        Assert.Equal(["db/schema/010-orders.sql", "db/migrations/001-first.sql"], record["files"]!.AsArray().Select(file => file!["file"]!.GetValue<string>()));
        Assert.EndsWith("/" + Name(database), record["database"]!.GetValue<string>(), StringComparison.Ordinal);

        directory.Write("packages/module-orders/db/migrations/002-second.sql", "SELECT 2;\n");
        Assert.Contains("dev: 2 schema files and 1 migration applied, 1 migration there already, in ", Line(Apply(directory, "project.coraproj").ShouldSucceed(), "stack"), StringComparison.Ordinal);
        Assert.Equal(2, JsonNode.Parse(File.ReadAllText(directory[".build/dev/cora-deploy.json"]))!["schemas"]!["module-orders"]!.AsArray().Count);
    }

    [PostgresFact]
    public async Task It_is_never_part_of_a_build_and_nothing_has_a_default()
    {
        using var directory = Stack(await server.CreateDatabaseAsync());

        Assert.DoesNotContain("ApplySchema", directory.Build("project.coraproj", "-p:CoraEnvironment=dev").ShouldSucceed().Tasks);
        Assert.Contains("CoraEnvironment is not set, and has no default. Nothing was applied.", directory.Build("project.coraproj", "-t:CoraApplySchema").ShouldFailWith("CORA7020").Errors[0].Message, StringComparison.Ordinal);
        directory.Environment.Remove("CoraDatabase");
        Assert.Contains("CoraEnvironment and CoraDatabase are not set, and have no default.",
            directory.Build("packages/module-orgs/module.coraproj", "-t:CoraApplySchema").ShouldFailWith("CORA7020").Errors[0].Message, StringComparison.Ordinal);
    }

    [PostgresFact]
    public async Task A_build_with_errors_is_not_applied()
    {
        var database = await server.CreateDatabaseAsync();
        using var directory = Stack(database);
        directory.Write("packages/module-orders/db/schema/020-more.sql", "CREATE TABLE IF NOT EXISTS public.secrets (id UUID PRIMARY KEY);");

        Apply(directory, "project.coraproj").ShouldFailWith("CORA5014");
        Assert.Equal("f", (await database.RunAsync("SELECT to_regclass('public.orgs') IS NOT NULL")).Trim());
    }

    [PostgresFact]
    public async Task With_NoBuild_only_what_the_last_build_checked_is_applied()
    {
        var database = await server.CreateDatabaseAsync();
        using var directory = Stack(database);
        directory.Build("project.coraproj").ShouldSucceed();

        var applied = Apply(directory, "project.coraproj", "-p:NoBuild=true").ShouldSucceed();
        Assert.Contains("dev: 2 schema files applied, in ", Line(applied, "stack"), StringComparison.Ordinal);
        Assert.DoesNotContain("LintModule", applied.Tasks);

        directory.Write("packages/module-orders/db/schema/010-orders.sql", Orders + "\nCREATE TABLE IF NOT EXISTS public.secrets (id UUID PRIMARY KEY);");
        Assert.Contains("010-orders.sql' is not as the last build saw it. Nothing was deployed.", Apply(directory, "project.coraproj", "-p:NoBuild=true").ShouldFailWith("CORA7002").Errors[0].Message, StringComparison.Ordinal);
        Assert.Equal("f", (await database.RunAsync("SELECT to_regclass('public.secrets') IS NOT NULL")).Trim());
    }

    [PostgresFact]
    public async Task A_dry_run_lists_what_would_run_and_writes_nothing()
    {
        var database = await server.CreateDatabaseAsync();
        using var directory = Stack(database);

        var dry = Apply(directory, "project.coraproj", "-p:CoraDryRun=true").ShouldSucceed();
        Assert.Equal(["would apply  new      module-orgs/db/schema/010-orgs.sql", "would apply  new      module-orders/db/schema/010-orders.sql"], dry.Messages.Where(message => message.Contains("would apply  ", StringComparison.Ordinal)).Select(message => message.Trim()));
        Assert.Contains("dry run for dev: 2 schema files would be applied to ", Line(dry, "stack"), StringComparison.Ordinal);
        Assert.Equal("f|f", (await database.RunAsync("SELECT to_regclass('public.orgs') IS NOT NULL, to_regclass('cora_build.applied_files') IS NOT NULL")).Trim());
        Assert.False(Directory.Exists(directory[".build/dev"]));
    }

    [PostgresFact]
    public async Task The_password_is_in_no_log_result_or_record()
    {
        var database = await server.CreateDatabaseAsync();
        using var directory = Stack(database);

        AssertNoPassword(directory, Apply(directory, "project.coraproj", "-v:diag").ShouldSucceed());
        directory.Environment["CoraDatabase"] = $"postgresql://ada:{Password}@127.0.0.1:1/app";
        AssertNoPassword(directory, Apply(directory, "packages/module-orgs/module.coraproj", "-v:diag").ShouldFailWith("CORA7021"));
    }

    [PostgresFact]
    public async Task Packages_are_applied_without_a_build_and_know_the_same_files()
    {
        var database = await server.CreateDatabaseAsync();
        using var directory = Stack(database);
        directory.Write("packages/module-orders/db/migrations/2026/001 first.sql", "SELECT 1;").Write("packages/module-orders/db/migrations/archive/000.sql", "SELECT 1 / 0;")
            .Write("packages/module-orgs/db/migrations/B.sql", "CREATE VIEW public.ones AS SELECT 1 AS one;").Write("packages/module-orgs/db/migrations/a.sql", "SELECT one FROM public.ones;")
            .Write("packages/module-orders/sql/020-more.sql", "SELECT 2;").Write("packages/module-orders/module.coraproj", """
                <Project Sdk="Cora.Build.Sdk"><ItemGroup><CoraSchema Include="sql/020-more.sql" /></ItemGroup></Project>
                """);
        directory.Run("pack", "project.coraproj", "-o", directory["packed"], "-p:RepositoryCommit=0123456789abcdef0123456789abcdef01234567");
        var packages = Directory.GetFiles(directory["packed"]);
        Assert.Equal(2, packages.Length);
        foreach (var module in new[] { "module-orgs", "module-orders" }) directory.Delete($"packages/{module}/db").Delete($"packages/{module}/obj");

        var applied = Apply(directory, "project.coraproj", $"-p:CoraPackage=\"{string.Join(';', packages)}\"").ShouldSucceed();
        Assert.Contains("dev: 3 schema files and 3 migrations applied, in ", Line(applied, "stack"), StringComparison.Ordinal);
        Assert.DoesNotContain("PackageModule", applied.Tasks);
        Assert.Equal("db/migrations/2026/001 first.sql|0123456789abcdef0123456789abcdef01234567\ndb/schema/010-orders.sql|0123456789abcdef0123456789abcdef01234567\ndb/schema/020-more.sql|0123456789abcdef0123456789abcdef01234567",
            (await database.RunAsync("SELECT file, commit FROM cora_build.applied_files WHERE module = 'module-orders' ORDER BY 1")).Trim());

        directory.Write("packages/module-orgs/db/schema/010-orgs.sql", Orgs)
            .Write("packages/module-orders/db/schema/010-orders.sql", Orders).Write("packages/module-orders/db/migrations/2026/001 first.sql", "SELECT 1;");
        Assert.Contains("dev: 2 schema files applied, 1 migration there already, in ", Line(Apply(directory, "packages/module-orders/module.coraproj").ShouldSucceed(), "module-orders"), StringComparison.Ordinal);

        var other = packages.Single(path => path.Contains("Orgs", StringComparison.Ordinal));
        Assert.Contains("is a package of 'module-orgs', and this project is 'module-orders'", Apply(directory, "packages/module-orders/module.coraproj", $"-p:CoraPackage={other}").ShouldFailWith("CORA7011").Errors[0].Message, StringComparison.Ordinal);
        Assert.Contains("is a second package of 'module-orgs'", Apply(directory, "project.coraproj", $"-p:CoraPackage=\"{other};{other}\"").ShouldFailWith("CORA7011").Errors[0].Message, StringComparison.Ordinal);
    }

    [PostgresFact]
    public async Task What_is_applied_when_the_time_is_over_is_told_and_recorded()
    {
        using var directory = Stack(await server.CreateDatabaseAsync());
        directory.Write("packages/module-orders/db/migrations/001.sql", "SELECT pg_sleep(600);");

        var late = Apply(directory, "project.coraproj", "-p:CoraDeployTimeoutMinutes=0.1").ShouldFailWith("CORA7013");
        Assert.Contains(late.Messages, message => message.EndsWith("  module-orders/db/schema/010-orders.sql", StringComparison.Ordinal) && message.Contains("applied  new", StringComparison.Ordinal));
        var record = JsonNode.Parse(File.ReadAllText(directory[".build/dev/cora-deploy.json"]))!["schemas"]!;
        Assert.Equal("db/schema/010-orders.sql", Assert.Single(record["module-orders"]!.AsArray().Single()!["files"]!.AsArray())!["file"]!.GetValue<string>());
    }

    [PostgresTheory]
    [InlineData("INT")]
    [InlineData("KILL")]
    public async Task A_build_that_is_interrupted_leaves_whole_files(string signal)
    {
        var database = await server.CreateDatabaseAsync();
        using var directory = Stack(database);
        directory.Write("packages/module-orders/db/migrations/001.sql", "CREATE TABLE public.half (id INT);\nALTER TABLE public.half ENABLE ROW LEVEL SECURITY;\nSELECT pg_sleep(600);");
        directory.Run("restore", "project.coraproj");
        using var build = Dotnet.Start(directory.Root, directory.Environment, "build", "project.coraproj", "-t:CoraApplySchema", "-p:CoraEnvironment=dev", "--no-restore", "-tl:off", "-m:1", "-nr:false");
        var error = build.StandardError.ReadToEndAsync();
        var output = build.StandardOutput.ReadToEndAsync();
        while ((await database.RunAsync("SELECT count(*) FROM pg_stat_activity WHERE query LIKE 'SELECT pg_sleep(600)%' AND state = 'active' AND datname = current_database()")).Trim() == "0")
        {
            Assert.False(build.HasExited, "The build ended before the migration ran.");
            await Task.Delay(50);
        }

        using (var kill = Process.Start("kill", [$"-{signal}", build.Id.ToString(CultureInfo.InvariantCulture)])) await kill.WaitForExitAsync();
        await build.WaitForExitAsync();
        await output;
        await error;

        // A server does not notice at once that its client was killed.
        await database.RunAsync("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid()");
        Assert.Equal("f|2", (await database.RunAsync("SELECT to_regclass('public.half') IS NOT NULL, (SELECT count(*) FROM cora_build.applied_files)")).Trim());

        directory.Write("packages/module-orders/db/migrations/001.sql", "SELECT 1;");
        Assert.Contains("dev: 2 schema files and 1 migration applied, in ", Line(Apply(directory, "project.coraproj").ShouldSucceed(), "stack"), StringComparison.Ordinal);
    }

    private static TestDirectory Stack(PostgresDatabase database) => Connected(new TestDirectory().Project()
        .Module("module-orgs").Write("packages/module-orgs/db/schema/010-orgs.sql", Orgs)
        .Module("module-orders").Write("packages/module-orders/db/schema/010-orders.sql", Orders), database);

    private static TestDirectory Connected(TestDirectory directory, PostgresDatabase database)
    {
        directory.Environment["CoraDatabase"] = database.ConnectionString + ";Password=" + Password;
        return directory;
    }

    private static BuildResult Apply(TestDirectory directory, string target, params string[] arguments) => directory.Build(target, ["-t:CoraApplySchema", "-p:CoraEnvironment=dev", .. arguments]);

    private static string Name(PostgresDatabase database) => database.ConnectionString[(database.ConnectionString.LastIndexOf('=') + 1)..];

    /// <summary>The line of what was applied, which comes after that of the build.</summary>
    private static string Line(BuildResult result, string project) =>
        Assert.Single(result.Messages, message => message.Contains($" -> {project}: dev: ", StringComparison.Ordinal) || message.Contains($" -> {project}: dry run ", StringComparison.Ordinal));

    private static void AssertNoPassword(TestDirectory directory, BuildResult result)
    {
        var texts = new List<string> { result.Output, result.BinlogText() };
        texts.AddRange(Directory.GetFiles(directory.Root, "*", SearchOption.AllDirectories).Where(file => Path.GetExtension(file) is not (".zip" or ".dll")).Select(File.ReadAllText));
        Assert.All(texts, text => Assert.DoesNotContain(Password, text, StringComparison.Ordinal));
    }
}
