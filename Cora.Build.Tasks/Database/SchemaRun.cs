using Cora.Build.Diagnostics;
using Npgsql;

namespace Cora.Build.Database;

/// <summary>
/// Runs files statement by statement, each file in a session of its own, as psql does: without a transaction around it. A statement that fails does not keep the others from
/// running; one that fails because of it is not reported.
/// </summary>
internal sealed class SchemaRun(VerificationDatabase database, SchemaPlan plan, VerificationReport report)
{
    private readonly HashSet<(SchemaScript Script, int Statement)> _failed = [];
    private readonly HashSet<string> _extensions = [];
    private bool _skipped;

    /// <summary>Names that are missing because of what was reported, or because only a whole Supabase has them.</summary>
    public HashSet<string> Missing { get; } = new(SupabaseNames.BeyondPreamble, StringComparer.Ordinal);

    /// <summary>Runs a file.</summary>
    /// <param name="script">The file.</param>
    /// <param name="isSecond">Whether it has run before: what failed then is left out.</param>
    /// <param name="cancellation">Stops it.</param>
    public async Task RunAsync(SchemaScript script, bool isSecond, CancellationToken cancellation)
    {
        if (!isSecond)
        {
            foreach (var fault in script.Script.Faults) report.Add(DatabaseDiagnostics.s_refused.At(new Location(script.Path, fault.At.Line, fault.At.Column), fault.Message));
            if (script.Script.Commands is [var first, ..])
                Note($"{script.Path}({first.Line},{first.Column}): commands of psql are not run.", script.Script.Commands.Count);
        }
        var connection = await database.OpenAsync(cancellation).ConfigureAwait(false);
        try
        {
            var isInTransaction = false;
            for (var i = 0; i < script.Script.Statements.Count; i++)
            {
                if (isSecond && _failed.Contains((script, i))) continue;
                var names = script.Names[i];
                if (names.ReachesBeyondDatabase && !database.IsOwnServer)
                {
                    if (!isSecond) Note($"{At(script, i)}: this reaches beyond the database, so it is not run on the server of CoraDatabase.", 1);
                    _skipped = true;
                    _failed.Add((script, i));
                    continue;
                }
                try
                {
                    await RunAsync(connection, script, i, isInTransaction, cancellation).ConfigureAwait(false);
                    if (!isSecond) report.Statements++;
                    isInTransaction = names.FirstWord switch
                    {
                        "begin" or "start" => true,
                        "commit" or "end" or "abort" => false,
                        "rollback" when !names.Words.Contains("to") => false,
                        _ => isInTransaction,
                    };
                }
                catch (PostgresException e)
                {
                    Fail(script, i, e, isSecond);
                }
                catch (Exception e) when (e is NpgsqlException or TimeoutException && !cancellation.IsCancellationRequested)
                {
                    var message = $"PostgreSQL ended the session at this statement: {e.Message.TrimEnd('.')}.";
                    report.Add((isSecond ? DatabaseDiagnostics.s_notIdempotent : DatabaseDiagnostics.s_refused).At(script.Place(script.Script.Statements[i].Span.Start), message));
                    _failed.Add((script, i));
                    await connection.DisposeAsync().ConfigureAwait(false);
                    connection = await database.OpenAsync(cancellation).ConfigureAwait(false);
                    isInTransaction = false;
                }
            }
        }
        finally
        {
            await connection.DisposeAsync().ConfigureAwait(false);
        }
    }

    private static async Task RunAsync(NpgsqlConnection connection, SchemaScript script, int index, bool isInTransaction, CancellationToken cancellation)
    {
        // Where the file has a transaction of its own, an error must not be the end of it.
        var isGuarded = isInTransaction && script.Names[index].FirstWord is not ("commit" or "end" or "abort" or "rollback" or "savepoint" or "release");
        if (isGuarded) await Statements.ExecuteAsync(connection, "SAVEPOINT cora_statement", cancellation).ConfigureAwait(false);
        try
        {
            await Statements.RunAsync(connection, script.Script, index, cancellation).ConfigureAwait(false);
        }
        catch (PostgresException) when (isGuarded)
        {
            await Statements.ExecuteAsync(connection, "ROLLBACK TO SAVEPOINT cora_statement", cancellation).ConfigureAwait(false);
            throw;
        }
        if (isGuarded) await Statements.ExecuteAsync(connection, "RELEASE SAVEPOINT cora_statement", cancellation).ConfigureAwait(false);
    }

    private void Fail(SchemaScript script, int index, PostgresException error, bool isSecond)
    {
        var names = script.Names[index];
        _failed.Add((script, index));
        var isKnown = ServerError.IsUndefined(error) && (names.Words.Overlaps(Missing) || (error.SqlState is "42704" or "42883" && _extensions.Count > 0) || (error.SqlState == "42704" && _skipped));
        if (names.FirstWord == "create" && names.Words.Contains("extension") && error.SqlState is "0A000" or "58P01")
        {
            var extension = names.Words.Except(["create", "extension", "if", "not", "exists", "with", "schema", "extensions", "public", "version", "cascade"]).FirstOrDefault() ?? "";
            if (_extensions.Add(extension)) Note($"{At(script, index)}: the extension '{extension}' is not installed on this server, so what needs it is not verified.", 0);
            Missing.Add(extension);
            isKnown = true;
        }
        if (!ServerError.IsThere(error))
        {
            Missing.UnionWith(names.Defines.Where(name => !name.IsLater).Select(name => name.Name));
            Missing.UnionWith(names.Columns);
        }
        if (isKnown)
        {
            report.NotVerified++;
            return;
        }
        var offset = ServerError.OffsetOf(script, index, error);
        report.Add(isSecond
            ? DatabaseDiagnostics.s_notIdempotent.At(script.Place(offset), $"The second run fails: {ServerError.Words(error)} A schema is run again with each deployment; {Remedy(error)}.")
            : DatabaseDiagnostics.s_refused.At(script.Place(offset), ServerError.Words(error) + new MissingObject(plan).Explain(script, offset, error)));
    }

    private static string Remedy(PostgresException error) => ServerError.IsThere(error)
        ? "write IF NOT EXISTS or OR REPLACE, or drop it with IF EXISTS before"
        : "make the statement one that can run when its work is done already";

    private static string At(SchemaScript script, int index)
    {
        var place = script.Place(script.Script.Statements[index].Span.Start);
        return $"{place.File}({place.Line},{place.Column})";
    }

    private void Note(string sentence, int notVerified)
    {
        report.NotVerified += notVerified;
        report.Notes.Add(sentence);
    }
}
