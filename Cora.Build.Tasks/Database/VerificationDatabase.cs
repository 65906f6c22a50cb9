using System.Globalization;
using System.Security.Cryptography;
using System.Text.RegularExpressions;
using Cora.Build.Diagnostics;
using Cora.Build.Sql;
using Npgsql;

namespace Cora.Build.Database;

/// <summary>
/// A database that is made for one verification and dropped after it. Of a server that others use too it touches nothing else: no other database, and no role that it has not
/// made. What it makes says so in its comment, and nothing without that comment is ever dropped.
/// </summary>
internal sealed partial class VerificationDatabase : IAsyncDisposable
{
    private const string Mark = "Made by CoraVerifySchema, and dropped by it.";

    /// <summary>Of the advisory lock that is held while databases and roles are made and dropped.</summary>
    private const long LockKey = 0x436f7261;

    /// <summary>No statement of a schema takes as long, in milliseconds.</summary>
    private const int StatementTimeout = 120_000;

    private readonly string _name;
    private readonly NpgsqlDataSource _maintenance;
    private readonly NpgsqlDataSource _source;

    /// <summary>Shows others that the database is in use.</summary>
    private NpgsqlConnection? _keeper;

    private VerificationDatabase(NpgsqlConnectionStringBuilder server, bool isOwnServer)
    {
        IsOwnServer = isOwnServer;
        _name = $"cora_verify_{Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(16))}";
        var source = new ServerSessions(server, "CoraVerifySchema", TimeSpan.FromMilliseconds(StatementTimeout + 30_000));
        _maintenance = source.Of(database: null);
        _source = source.Of(_name);
    }

    /// <summary>Whether the server is there for this verification alone.</summary>
    public bool IsOwnServer { get; }

    /// <summary>Such as <c>15.14</c>.</summary>
    public string ServerVersion { get; private set; } = "";

    /// <summary>Makes a database in which a schema finds what Supabase has.</summary>
    /// <param name="server">Where; its database is only used to get in.</param>
    /// <param name="isOwnServer">Whether the server is there for this verification alone.</param>
    /// <param name="projectFile">Where a failure is reported.</param>
    /// <param name="cancellation">Stops it; nothing is left then.</param>
    /// <exception cref="CoraException">CORA5090: the server cannot be reached, or does not let a database be made.</exception>
    public static async Task<VerificationDatabase> CreateAsync(NpgsqlConnectionStringBuilder server, bool isOwnServer, string projectFile, CancellationToken cancellation)
    {
        var database = new VerificationDatabase(server, isOwnServer);
        try
        {
            await database.CreateAsync(cancellation).ConfigureAwait(false);
            return database;
        }
        catch (Exception e)
        {
            await database.TryDropAsync().ConfigureAwait(false);
            if (e is OperationCanceledException) throw;
            if (e is not (NpgsqlException or TimeoutException)) throw;
            throw DatabaseDiagnostics.s_noServer.Error(new Location(projectFile), $"The server of CoraDatabase cannot be used: {ServerSessions.Describe(e, server)} It must let the user make databases, roles and extensions, as a superuser can.");
        }
    }

    /// <summary>A session of its own.</summary>
    public async Task<NpgsqlConnection> OpenAsync(CancellationToken cancellation)
    {
        var connection = await _source.OpenConnectionAsync(cancellation).ConfigureAwait(false);
        try
        {
            await Statements.ExecuteAsync(connection, $"SET statement_timeout = {StatementTimeout.ToString(CultureInfo.InvariantCulture)}", cancellation).ConfigureAwait(false);
            return connection;
        }
        catch
        {
            await connection.DisposeAsync().ConfigureAwait(false);
            throw;
        }
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync() => await TryDropAsync().ConfigureAwait(false);

    private async Task CreateAsync(CancellationToken cancellation)
    {
        var maintenance = await _maintenance.OpenConnectionAsync(cancellation).ConfigureAwait(false);
        await using (maintenance.ConfigureAwait(false))
        {
            ServerVersion = VersionPattern.Match(maintenance.ServerVersion).Value;
            await Statements.ExecuteAsync(maintenance, $"SELECT pg_advisory_lock({LockKey})", cancellation).ConfigureAwait(false);
            var before = IsOwnServer ? [] : await RolesAsync(maintenance, cancellation).ConfigureAwait(false);
            if (!IsOwnServer) await DropAbandonedAsync(maintenance, cancellation).ConfigureAwait(false);
            await Statements.ExecuteAsync(maintenance, $"CREATE DATABASE {_name} TEMPLATE template0 ENCODING 'UTF8' LC_COLLATE 'C' LC_CTYPE 'C'", cancellation).ConfigureAwait(false);
            _keeper = await OpenAsync(cancellation).ConfigureAwait(false);
            await Statements.ExecuteAsync(maintenance, $"COMMENT ON DATABASE {_name} IS '{Mark}'", cancellation).ConfigureAwait(false);

            var preamble = SqlScript.Read(new SqlText(Supabase.Preamble));
            foreach (var statement in preamble.Statements) await Statements.ExecuteAsync(_keeper, preamble.Text.Text[statement.Span.Start..statement.Span.End], cancellation).ConfigureAwait(false);
            if (IsOwnServer) return;
            foreach (var role in (await RolesAsync(maintenance, cancellation).ConfigureAwait(false)).Except(before))
                await Statements.ExecuteAsync(maintenance, $"COMMENT ON ROLE {Statements.Quote(role)} IS '{Mark}'", cancellation).ConfigureAwait(false);
        }
    }

    /// <summary>Not cancelled, and without a word about a server that is gone: its database has gone with it, or the next verification drops it.</summary>
    private async Task TryDropAsync()
    {
        try
        {
            if (_keeper is not null) await _keeper.DisposeAsync().ConfigureAwait(false);
            // With a server that is there for this alone, all of it goes.
            if (IsOwnServer) return;
            var maintenance = await _maintenance.OpenConnectionAsync().ConfigureAwait(false);
            await using (maintenance.ConfigureAwait(false))
            {
                await Statements.ExecuteAsync(maintenance, $"SELECT pg_advisory_lock({LockKey})", CancellationToken.None).ConfigureAwait(false);
                await Statements.ExecuteAsync(maintenance, $"SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = '{_name}'", CancellationToken.None).ConfigureAwait(false);
                await Statements.ExecuteAsync(maintenance, $"DROP DATABASE IF EXISTS {_name}", CancellationToken.None).ConfigureAwait(false);
                await DropAbandonedAsync(maintenance, CancellationToken.None).ConfigureAwait(false);
                if ((await DatabasesAsync(maintenance, CancellationToken.None).ConfigureAwait(false)).Count == 0) await DropRolesAsync(maintenance).ConfigureAwait(false);
            }
        }
        catch (Exception e) when (e is NpgsqlException or TimeoutException)
        {
            // As the summary says.
        }
        finally
        {
            await _source.DisposeAsync().ConfigureAwait(false);
            await _maintenance.DisposeAsync().ConfigureAwait(false);
        }
    }

    /// <summary>Drops the databases that killed verifications have left: they have the mark, and nobody is in them.</summary>
    private static async Task DropAbandonedAsync(NpgsqlConnection maintenance, CancellationToken cancellation)
    {
        foreach (var row in await DatabasesAsync(maintenance, cancellation).ConfigureAwait(false))
        {
            if (row[1] != "0") continue;
            try
            {
                await Statements.ExecuteAsync(maintenance, $"DROP DATABASE {Statements.Quote(row[0]!)}", cancellation).ConfigureAwait(false);
            }
            catch (PostgresException)
            {
                // Another user's.
            }
        }
    }

    /// <summary>Names of the databases with the mark, and how many sessions each has.</summary>
    private static Task<List<string?[]>> DatabasesAsync(NpgsqlConnection maintenance, CancellationToken cancellation) => Statements.QueryAsync(maintenance, $"""
        SELECT d.datname::text, (SELECT count(*) FROM pg_stat_activity a WHERE a.datname = d.datname)::text
        FROM pg_database d
        WHERE d.datname ~ '^cora_verify_[0-9a-f]+$' AND shobj_description(d.oid, 'pg_database') = '{Mark}'
        """, cancellation);

    private static async Task<List<string>> RolesAsync(NpgsqlConnection maintenance, CancellationToken cancellation) =>
        [.. (await Statements.QueryAsync(maintenance, "SELECT rolname::text FROM pg_roles", cancellation).ConfigureAwait(false)).Select(row => row[0]!)];

    private static async Task DropRolesAsync(NpgsqlConnection maintenance)
    {
        foreach (var role in await Statements.QueryAsync(maintenance, $"SELECT rolname::text FROM pg_roles WHERE shobj_description(oid, 'pg_authid') = '{Mark}'", CancellationToken.None).ConfigureAwait(false))
        {
            try
            {
                await Statements.ExecuteAsync(maintenance, $"DROP ROLE {Statements.Quote(role[0]!)}", CancellationToken.None).ConfigureAwait(false);
            }
            catch (PostgresException)
            {
                // Somebody uses it by now, in another database.
            }
        }
    }

    [GeneratedRegex(@"^[0-9]+(\.[0-9]+)*")]
    private static partial Regex VersionPattern { get; }
}
