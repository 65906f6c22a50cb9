using Npgsql;

namespace Cora.Build.Database;

/// <summary>A file that a database has.</summary>
/// <param name="Module">Name of its module.</param>
/// <param name="Name">Its place in the module.</param>
/// <param name="IsMigration">Whether it runs once.</param>
/// <param name="Sha256">Lower-case hex, of the text that was applied.</param>
/// <param name="Environment">The <c>CoraEnvironment</c> it was applied for.</param>
/// <param name="Time">When that was, in UTC, such as <c>2026-03-01 12:00</c>.</param>
internal sealed record AppliedFile(string Module, string Name, bool IsMigration, string Sha256, string Environment, string Time);

/// <summary>The table that says which files a database has. It is in a schema of its own, which no API shows, and nobody but its owner may look into it.</summary>
internal static class AppliedFiles
{
    /// <summary>Its name.</summary>
    public const string Table = "cora_build.applied_files";

    /// <summary>Of the advisory lock that is held while a file is applied.</summary>
    private const long LockKey = 0x436f72614170706c;

    private static readonly string[] s_create =
    [
        "CREATE SCHEMA IF NOT EXISTS cora_build",
        $"""
        CREATE TABLE IF NOT EXISTS {Table} (
            module TEXT NOT NULL,
            file TEXT NOT NULL,
            is_migration BOOLEAN NOT NULL,
            sha256 TEXT NOT NULL,
            environment TEXT NOT NULL,
            commit TEXT,
            applied_at TIMESTAMPTZ NOT NULL DEFAULT now(),
            PRIMARY KEY (module, file)
        )
        """,
        $"ALTER TABLE {Table} ENABLE ROW LEVEL SECURITY",
    ];

    /// <summary>Whether the table is there. Who may use it need not be allowed to create it.</summary>
    public static async Task<bool> AreNotedAsync(NpgsqlConnection connection, CancellationToken cancellation) =>
        (await Statements.QueryAsync(connection, $"SELECT to_regclass('{Table}')", cancellation).ConfigureAwait(false))[0][0] is not null;

    /// <summary>Whether the user sees its rows: for all but the owner it seems to be empty.</summary>
    public static async Task<bool> AreSeenAsync(NpgsqlConnection connection, CancellationToken cancellation) =>
        (await Statements.QueryAsync(connection, $"SELECT row_security_active('{Table}')::text", cancellation).ConfigureAwait(false))[0][0] == "false";

    /// <summary>All of them.</summary>
    public static async Task<IReadOnlyList<AppliedFile>> ReadAsync(NpgsqlConnection connection, CancellationToken cancellation)
    {
        var rows = await Statements.QueryAsync(connection, Select(""), cancellation).ConfigureAwait(false);
        return [.. rows.Select(Of)];
    }

    /// <summary>Makes the table where it is not there.</summary>
    /// <param name="connection">In no transaction.</param>
    /// <param name="say">Is told what is waited for.</param>
    /// <param name="cancellation">Stops waiting.</param>
    public static async Task CreateAsync(NpgsqlConnection connection, Action<string> say, CancellationToken cancellation)
    {
        var transaction = await connection.BeginTransactionAsync(cancellation).ConfigureAwait(false);
        await using (transaction.ConfigureAwait(false))
        {
            await LockAsync(connection, say, cancellation).ConfigureAwait(false);
            foreach (var statement in s_create) await Statements.ExecuteAsync(connection, statement, cancellation).ConfigureAwait(false);
            await transaction.CommitAsync(cancellation).ConfigureAwait(false);
        }
    }

    /// <summary>Keeps others from applying anything until the transaction ends. It is the transaction's and not the session's, so that it holds behind a pooler too.</summary>
    /// <param name="connection">In a transaction.</param>
    /// <param name="say">Is told what is waited for.</param>
    /// <param name="cancellation">Stops waiting.</param>
    public static async Task LockAsync(NpgsqlConnection connection, Action<string> say, CancellationToken cancellation)
    {
        if ((await Statements.QueryAsync(connection, $"SELECT pg_try_advisory_xact_lock({LockKey})::text", cancellation).ConfigureAwait(false))[0][0] == "true") return;
        say("Waiting for somebody else who applies a schema to this database");
        await Statements.ExecuteAsync(connection, $"SELECT pg_advisory_xact_lock({LockKey})", cancellation).ConfigureAwait(false);
    }

    /// <summary>What the database has of a file now; null when it has not.</summary>
    public static async Task<AppliedFile?> FindAsync(NpgsqlConnection connection, SchemaSource source, CancellationToken cancellation)
    {
        var rows = await Statements.QueryAsync(connection, Select($"WHERE module = {Statements.Literal(source.Module)} AND file = {Statements.Literal(source.Name)}"), cancellation).ConfigureAwait(false);
        return rows.Select(Of).FirstOrDefault();
    }

    /// <summary>Notes a file, in the transaction that applies it.</summary>
    public static Task NoteAsync(NpgsqlConnection connection, SchemaSource source, string environment, string? commit, CancellationToken cancellation) => Statements.ExecuteAsync(connection, $"""
        INSERT INTO {Table} (module, file, is_migration, sha256, environment, commit)
        VALUES ({Statements.Literal(source.Module)}, {Statements.Literal(source.Name)}, {source.IsMigration}, '{source.Sha256}', {Statements.Literal(environment)}, {(commit is null ? "NULL" : Statements.Literal(commit))})
        ON CONFLICT (module, file) DO UPDATE SET is_migration = excluded.is_migration, sha256 = excluded.sha256, environment = excluded.environment, commit = excluded.commit, applied_at = now()
        """, cancellation);

    private static string Select(string condition) =>
        $"SELECT module, file, is_migration::text, sha256, environment, to_char(applied_at AT TIME ZONE 'UTC', 'YYYY-MM-DD HH24:MI') FROM {Table} {condition}";

    private static AppliedFile Of(string?[] row) => new(row[0]!, row[1]!, row[2] == "true", row[3]!, row[4]!, row[5]!);
}
