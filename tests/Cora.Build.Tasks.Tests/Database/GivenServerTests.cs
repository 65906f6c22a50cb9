using Cora.Build.Database;
using Cora.Build.Diagnostics;
using Cora.Build.Modules;
using Npgsql;

namespace Cora.Build.Tests.Database;

/// <summary>Verification on a server that has something else to do: <c>CoraDatabase</c>.</summary>
[Collection(VerificationTests.Name)]
public sealed class GivenServerTests : IAsyncLifetime
{
    private const string Schema = """
        CREATE TABLE IF NOT EXISTS public.orgs (id UUID PRIMARY KEY);
        ALTER TABLE public.orgs ENABLE ROW LEVEL SECURITY;
        GRANT SELECT ON public.orgs TO authenticated;

        """;

    private readonly string _directory = Directory.CreateTempSubdirectory("cora-given-").FullName;
    private PostgresCluster? _cluster;

    public async Task InitializeAsync()
    {
        if (TestPostgres.Binaries is null) return;
        var processes = new Processes(Environment.GetEnvironmentVariables().Cast<System.Collections.DictionaryEntry>().ToDictionary(variable => (string)variable.Key, variable => (string)variable.Value!));
        _cluster = await PostgresCluster.StartAsync(new(TestPostgres.Binaries), processes, _directory, "/x/module.coraproj", isLocal: false, default);
    }

    public async Task DisposeAsync()
    {
        if (_cluster is not null) await _cluster.DisposeAsync();
        Directory.Delete(_directory, recursive: true);
    }

    [PostgresFact]
    public async Task A_server_is_left_as_it_was()
    {
        await RunAsync("CREATE ROLE service_role NOLOGIN", "CREATE DATABASE cora_verify_0123456789abcdef", "CREATE TABLE public.orgs (mine INT)");
        var before = await StateAsync();
        using var project = Project().Write("module-a/010-a.sql", Schema);

        var report = await project.RunAsync();

        Assert.Empty(VerifiedProject.Found(report));
        Assert.Equal(1, report.Tables);
        Assert.Equal(before, await StateAsync());
    }

    [PostgresFact]
    public async Task Two_at_once_do_not_meet()
    {
        var before = await StateAsync();
        using var first = Project().Write("module-a/010-a.sql", Schema);
        using var second = Project().Write("module-a/010-a.sql", Schema + "SELECT nope;");

        var reports = await Task.WhenAll(first.RunAsync(), second.RunAsync());

        Assert.Empty(VerifiedProject.Found(reports[0]));
        Assert.Single(VerifiedProject.Found(reports[1]));
        Assert.Equal(before, await StateAsync());
    }

    [PostgresFact]
    public async Task What_a_killed_verification_left_is_dropped_and_nothing_that_looks_like_it()
    {
        const string mark = "Made by CoraVerifySchema, and dropped by it.";
        await RunAsync("CREATE DATABASE cora_verify_aa", $"COMMENT ON DATABASE cora_verify_aa IS '{mark}'", "CREATE DATABASE cora_verify_bb", "CREATE DATABASE app", $"COMMENT ON DATABASE app IS '{mark}'");
        using var project = Project().Write("module-a/010-a.sql", Schema);

        await project.RunAsync();

        Assert.Equal("app, cora_verify_bb, postgres, template0, template1", await ScalarAsync("SELECT string_agg(datname, ', ' ORDER BY datname) FROM pg_database"));
    }

    [PostgresFact]
    public async Task What_reaches_beyond_the_database_does_not_run()
    {
        var before = await StateAsync();
        using var project = Project().Write("module-a/010-a.sql", Schema + """
            CREATE ROLE app_user;
            GRANT SELECT ON public.orgs TO app_user;
            DO $$ BEGIN EXECUTE 'CREATE ROLE other_user'; END $$;
            DO $$ BEGIN IF true THEN CREATE ROLE other_user; END IF; END $$;
            ALTER SYSTEM SET work_mem = '8MB';
            DROP DATABASE IF EXISTS app;
            ALTER DATABASE postgres SET work_mem = '8MB';
            GRANT service_role TO authenticated;
            COPY public.orgs TO '/tmp/cora-given-orgs';
            COMMENT ON ROLE postgres IS 'x';
            ALTER DEFAULT PRIVILEGES FOR ROLE CURRENT_USER IN SCHEMA public GRANT SELECT ON TABLES TO authenticated;
            CREATE TABLE IF NOT EXISTS public.users (id UUID PRIMARY KEY);
            ALTER TABLE public.users ENABLE ROW LEVEL SECURITY;
            DROP TABLE IF EXISTS public.none;
            COMMENT ON TABLE public.users IS 'create role';
            """);

        var report = await project.RunAsync();

        Assert.Empty(VerifiedProject.Found(report));
        Assert.Equal(before, await StateAsync());
        Assert.Equal(9, report.Notes.Count);
        Assert.False(File.Exists("/tmp/cora-given-orgs"));
    }

    [PostgresFact]
    public async Task Cancelling_drops_the_database()
    {
        var before = await StateAsync();
        using var project = Project().Write("module-a/010-a.sql", "SELECT pg_sleep(1000);");
        using var source = new CancellationTokenSource();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => project.RunAsync(progress: text =>
        {
            if (text.StartsWith("Running", StringComparison.Ordinal)) source.CancelAfter(TimeSpan.FromMilliseconds(200));
        }, cancellation: source.Token));

        Assert.Equal(before, await StateAsync());
    }

    [PostgresFact]
    public async Task A_password_is_in_no_message()
    {
        var connection = new NpgsqlConnectionStringBuilder(_cluster!.Connection.ConnectionString) { Password = "hunter2-and-more" };
        using var project = new VerifiedProject().Variable("CoraDatabase", connection.ConnectionString).Write("module-a/010-a.sql", Schema);

        var error = await Assert.ThrowsAsync<CoraException>(() => project.RunAsync());
        Assert.Equal("CORA5090", error.Diagnostic.Descriptor.Code);
        Assert.Contains("password authentication failed", error.Message, StringComparison.Ordinal);
        Assert.DoesNotContain("hunter2", error + string.Concat(project.Progress), StringComparison.Ordinal);

        connection.Port = 1;
        using var unreachable = new VerifiedProject().Variable("CoraDatabase", connection.ConnectionString).Write("module-a/010-a.sql", Schema);
        error = await Assert.ThrowsAsync<CoraException>(() => unreachable.RunAsync());
        Assert.Equal("CORA5090", error.Diagnostic.Descriptor.Code);
        Assert.DoesNotContain("hunter2", error + string.Concat(unreachable.Progress), StringComparison.Ordinal);
    }

    private VerifiedProject Project() => new VerifiedProject { PostgresBin = "/nowhere" }.Variable("CoraDatabase", _cluster!.Connection.ConnectionString);

    /// <summary>Databases, roles with what they may, and tables.</summary>
    private Task<string> StateAsync() => ScalarAsync("""
        SELECT (SELECT string_agg(datname || coalesce(shobj_description(oid, 'pg_database'), ''), ', ' ORDER BY datname) FROM pg_database) || ' | '
            || (SELECT string_agg(rolname || rolbypassrls || coalesce(shobj_description(oid, 'pg_authid'), ''), ', ' ORDER BY rolname) FROM pg_roles) || ' | '
            || (SELECT count(*) FROM pg_auth_members) || ' | ' || (SELECT count(*) FROM pg_db_role_setting) || ' | '
            || (SELECT coalesce(string_agg(relname, ', ' ORDER BY relname), '') FROM pg_class WHERE relnamespace = 'public'::regnamespace)
        """);

    private async Task RunAsync(params string[] statements)
    {
        foreach (var statement in statements) await ScalarAsync(statement);
    }

    private async Task<string> ScalarAsync(string query)
    {
        await using var connection = new NpgsqlConnection(_cluster!.Connection.ConnectionString + ";Pooling=false");
        await connection.OpenAsync();
        await using var command = new NpgsqlCommand(query, connection);
        return Convert.ToString(await command.ExecuteScalarAsync(), System.Globalization.CultureInfo.InvariantCulture)!;
    }
}
