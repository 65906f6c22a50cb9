using System.Diagnostics;
using System.Runtime.Versioning;
using Cora.Build.Database;
using Cora.Build.Diagnostics;
using Cora.Build.Modules;
using Npgsql;

namespace Cora.Build.Tests.Database;

[UnsupportedOSPlatform("windows")]
[Collection(VerificationTests.Name)]
public sealed class PostgresClusterTests : IDisposable
{
    private readonly string _directory = Directory.CreateTempSubdirectory("cora-cluster-").FullName;

    private Processes Processes { get; } = new(Environment.GetEnvironmentVariables().Cast<System.Collections.DictionaryEntry>()
        .Where(variable => (string)variable.Key != "CoraDatabase").ToDictionary(variable => (string)variable.Key, variable => (string)variable.Value!));

    [PostgresFact]
    public async Task A_server_is_gone_with_its_files_when_it_is_disposed()
    {
        var cluster = await StartAsync();
        var server = await ServerOf(cluster);
        Assert.True(Directory.Exists(cluster.Directory));
        Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute, File.GetUnixFileMode(cluster.Directory));

        await cluster.DisposeAsync();

        await AssertGoneAsync(cluster, server);
    }

    [PostgresFact]
    public async Task A_server_with_a_port_wants_a_password()
    {
        await using var cluster = await StartAsync(isLocal: false);
        Assert.Equal("127.0.0.1", cluster.Connection.Host);
        Assert.Equal("1", await ScalarAsync(cluster.Connection.ConnectionString, "SELECT 1"));

        var without = new NpgsqlConnectionStringBuilder(cluster.Connection.ConnectionString) { Password = "wrong" };
        Assert.Equal("28P01", (await Assert.ThrowsAsync<PostgresException>(() => ScalarAsync(without.ConnectionString, "SELECT 1"))).SqlState);
    }

    [PostgresFact]
    public async Task A_server_whose_path_is_too_long_for_a_socket_is_made_elsewhere()
    {
        var deep = Path.Combine(_directory, string.Join('/', Enumerable.Repeat("a-directory-with-a-long-name", 5)));
        await using var cluster = await StartAsync(deep);

        Assert.False(cluster.Directory.StartsWith(deep, StringComparison.Ordinal));
        Assert.Equal("1", await ScalarAsync(cluster.Connection.ConnectionString, "SELECT 1"));
    }

    [PostgresFact]
    public async Task A_server_that_does_not_start_says_why()
    {
        var binaries = Directory.CreateDirectory(Path.Combine(_directory, "bin")).FullName;
        foreach (var name in new[] { "initdb", "postgres", "pg_ctl" })
        {
            var path = Path.Combine(binaries, name);
            File.WriteAllText(path, $"#!/bin/sh\necho '{name}: no space left on this device' >&2\nexit 1\n");
            File.SetUnixFileMode(path, (UnixFileMode)0x1ed);
        }
        File.SetUnixFileMode(_directory, (UnixFileMode)0x1ed);

        var error = await Assert.ThrowsAsync<CoraException>(() => PostgresCluster.StartAsync(new(binaries), Processes, _directory, "/x/module.coraproj", default));

        Assert.Equal("CORA5090", error.Diagnostic.Descriptor.Code);
        Assert.Contains("initdb: no space left on this device", error.Message, StringComparison.Ordinal);
        Assert.Empty(Directory.GetDirectories(_directory, "cora-postgres-*"));
    }

    [PostgresFact]
    public async Task A_server_whose_owner_was_killed_stops_by_itself()
    {
        var cluster = await StartAsync();
        var server = await ServerOf(cluster);

        // What happens to the pipe when this process dies.
        cluster.Abandon();

        await AssertGoneAsync(cluster, server);
        await cluster.DisposeAsync();
    }

    [PostgresFact]
    public async Task What_killed_builds_have_left_is_removed_and_what_is_in_use_is_not()
    {
        await using var first = await StartAsync();
        var parent = Path.GetDirectoryName(first.Directory)!;
        var left = Directory.CreateDirectory(Path.Combine(parent, "cora-postgres-0-left")).FullName;
        File.WriteAllText(Path.Combine(left, "owner.lock"), "");
        var made = Directory.CreateDirectory(Path.Combine(parent, "cora-postgres-0-made")).FullName;

        await using var second = await StartAsync();

        Assert.False(Directory.Exists(left));
        Assert.True(Directory.Exists(made));
        Assert.Equal("1", await ScalarAsync(first.Connection.ConnectionString, "SELECT 1"));
        Directory.Delete(made);
    }

    [PostgresTheory]
    [InlineData("Starting")]
    [InlineData("Running")]
    [InlineData("Checking")]
    public async Task Cancelling_leaves_no_server_and_no_file(string step)
    {
        using var project = new VerifiedProject().Write("module-a/010-a.sql", "SELECT pg_sleep(0.1);");
        using var source = new CancellationTokenSource();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => project.RunAsync(progress: text =>
        {
            if (text.StartsWith(step, StringComparison.Ordinal)) source.Cancel();
        }, cancellation: source.Token));

        Assert.Empty(Directories(project));
    }

    [PostgresFact]
    public async Task A_statement_that_sleeps_is_cancelled_with_the_build()
    {
        using var project = new VerifiedProject().Write("module-a/010-a.sql", "SELECT pg_sleep(1000);");
        using var source = new CancellationTokenSource();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => project.RunAsync(progress: text =>
        {
            if (text.StartsWith("Running", StringComparison.Ordinal)) source.CancelAfter(TimeSpan.FromMilliseconds(200));
        }, cancellation: source.Token));

        Assert.Empty(Directories(project));
    }

    public void Dispose() => Directory.Delete(_directory, recursive: true);

    private Task<PostgresCluster> StartAsync(string? preferred = null, bool isLocal = true) =>
        PostgresCluster.StartAsync(PostgresBinaries.Find(TestPostgres.Binaries!, Processes)!, Processes, preferred ?? _directory, "/x/module.coraproj", isLocal, default);

    private static async Task<int> ServerOf(PostgresCluster cluster)
    {
        Assert.Equal("on", await ScalarAsync(cluster.Connection.ConnectionString, "SELECT current_setting('is_superuser')"));
        return int.Parse(File.ReadLines(Path.Combine(cluster.Directory, "data", "postmaster.pid")).First(), System.Globalization.CultureInfo.InvariantCulture);
    }

    private static async Task AssertGoneAsync(PostgresCluster cluster, int server)
    {
        while (Directory.Exists(cluster.Directory)) await Task.Delay(50);
        Assert.Throws<ArgumentException>(() => Process.GetProcessById(server));
    }

    private static async Task<string> ScalarAsync(string connectionString, string query)
    {
        await using var connection = new NpgsqlConnection(connectionString + ";Pooling=false");
        await connection.OpenAsync();
        await using var command = new NpgsqlCommand(query, connection);
        return Convert.ToString(await command.ExecuteScalarAsync(), System.Globalization.CultureInfo.InvariantCulture)!;
    }

    /// <summary>Those of servers, where root and others make them, by this process.</summary>
    private static List<string> Directories(VerifiedProject project) => [.. new[] { Path.Combine(project.Root, "obj"), "/tmp", Path.GetTempPath() }.Where(Directory.Exists)
        .SelectMany(parent => Directory.GetDirectories(parent, $"cora-postgres-{Environment.ProcessId}-*")).Where(path => Directory.Exists(path) )];
}
