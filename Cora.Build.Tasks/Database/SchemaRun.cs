using System.Globalization;
using System.Text.RegularExpressions;
using Cora.Build.Diagnostics;
using Cora.Build.Sql;
using Npgsql;

namespace Cora.Build.Database;

/// <summary>
/// Runs files statement by statement, each file in a session of its own, as psql does: without a transaction around it. A statement that fails does not keep the others from
/// running; one that fails because of it is not reported.
/// </summary>
internal sealed partial class SchemaRun(VerificationDatabase database, SchemaPlan plan, VerificationReport report)
{
    private const string Undefined = "42P01 42703 42883 42704 3F000";

    /// <summary>The object is there, so what needs it does not fail.</summary>
    private const string Exists = "42P07 42710 42723 42P06 42701 23505";

    private readonly HashSet<(SchemaScript Script, int Statement)> _failed = [];
    private readonly HashSet<string> _extensions = [];
    private bool _skipped;

    /// <summary>Names that are missing because of what was reported, or because only a whole Supabase has them.</summary>
    public HashSet<string> Missing { get; } = new(SupabaseNames.BeyondPreamble, StringComparer.Ordinal);

    /// <summary>Whether an error is about something that is missing.</summary>
    public static bool IsUndefined(PostgresException error) => Undefined.Contains(error.SqlState, StringComparison.Ordinal);

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
                    report.Add((isSecond ? DatabaseDiagnostics.s_notIdempotent : DatabaseDiagnostics.s_refused).At(Place(script, script.Script.Statements[i].Span.Start), message));
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

    /// <summary>A place in a file, for a finding.</summary>
    public static Location Place(SchemaScript script, int offset)
    {
        var at = script.Script.Text.PositionAt(Math.Clamp(offset, 0, script.Script.Text.Text.Length));
        return new(script.Path, at.Line, at.Column);
    }

    /// <summary>What PostgreSQL says, on one line.</summary>
    public static string Words(PostgresException error)
    {
        var text = $"{error.MessageText.TrimEnd('.')} ({error.SqlState}).";
        if (!string.IsNullOrEmpty(error.Detail)) text += $" {error.Detail.TrimEnd('.')}.";
        if (!string.IsNullOrEmpty(error.Hint)) text += $" {error.Hint.TrimEnd('.')}.";
        return text.ReplaceLineEndings(" ");
    }

    /// <summary>An offset that PostgreSQL gives, which counts characters from 1, in UTF-16 units from 0; null when it is not in the text.</summary>
    public static int? Offset(string text, int position)
    {
        if (position <= 0) return null;
        var offset = 0;
        for (var i = 1; i < position && offset < text.Length; i++) offset += char.IsSurrogatePair(text, offset) ? 2 : 1;
        return offset;
    }

    private static async Task RunAsync(NpgsqlConnection connection, SchemaScript script, int index, bool isInTransaction, CancellationToken cancellation)
    {
        var (span, _, rows) = script.Script.Statements[index];
        var text = script.Script.Text.Text;
        var sql = text[span.Start..span.End];
        // Where the file has a transaction of its own, an error must not be the end of it.
        var isGuarded = isInTransaction && script.Names[index].FirstWord is not ("commit" or "end" or "abort" or "rollback" or "savepoint" or "release");
        if (isGuarded) await VerificationDatabase.ExecuteAsync(connection, "SAVEPOINT cora_statement", cancellation).ConfigureAwait(false);
        try
        {
            if (rows is { } copied) await CopyAsync(connection, sql, text[copied.Start..copied.End], cancellation).ConfigureAwait(false);
            else await VerificationDatabase.ExecuteAsync(connection, sql, cancellation).ConfigureAwait(false);
        }
        catch (PostgresException) when (isGuarded)
        {
            await VerificationDatabase.ExecuteAsync(connection, "ROLLBACK TO SAVEPOINT cora_statement", cancellation).ConfigureAwait(false);
            throw;
        }
        if (isGuarded) await VerificationDatabase.ExecuteAsync(connection, "RELEASE SAVEPOINT cora_statement", cancellation).ConfigureAwait(false);
    }

    private static async Task CopyAsync(NpgsqlConnection connection, string sql, string rows, CancellationToken cancellation)
    {
        var lines = rows[(rows.IndexOf('\n', StringComparison.Ordinal) + 1)..];
        var end = EndOfRowsPattern.Match(lines);
        var writer = await connection.BeginTextImportAsync(sql, cancellation).ConfigureAwait(false);
        await using (writer.ConfigureAwait(false)) await writer.WriteAsync((end.Success ? lines[..end.Index] : lines).AsMemory(), cancellation).ConfigureAwait(false);
    }

    private void Fail(SchemaScript script, int index, PostgresException error, bool isSecond)
    {
        var names = script.Names[index];
        _failed.Add((script, index));
        var isKnown = IsUndefined(error) && (names.Words.Overlaps(Missing) || (error.SqlState is "42704" or "42883" && _extensions.Count > 0) || (error.SqlState == "42704" && _skipped));
        if (names.FirstWord == "create" && names.Words.Contains("extension") && error.SqlState is "0A000" or "58P01")
        {
            var extension = names.Words.Except(["create", "extension", "if", "not", "exists", "with", "schema", "extensions", "public", "version", "cascade"]).FirstOrDefault() ?? "";
            if (_extensions.Add(extension)) Note($"{At(script, index)}: the extension '{extension}' is not installed on this server, so what needs it is not verified.", 0);
            Missing.Add(extension);
            isKnown = true;
        }
        if (!Exists.Contains(error.SqlState, StringComparison.Ordinal))
        {
            Missing.UnionWith(names.Defines.Where(name => !name.IsLater).Select(name => name.Name));
            Missing.UnionWith(names.Columns);
        }
        if (isKnown)
        {
            report.NotVerified++;
            return;
        }
        var offset = OffsetOf(script, index, error);
        report.Add(isSecond
            ? DatabaseDiagnostics.s_notIdempotent.At(Place(script, offset), $"The second run fails: {Words(error)} A schema is run again with each deployment; {Remedy(error)}.")
            : DatabaseDiagnostics.s_refused.At(Place(script, offset), Words(error) + Explanation(script, offset, error)));
    }

    private static string Remedy(PostgresException error) => Exists.Contains(error.SqlState, StringComparison.Ordinal)
        ? "write IF NOT EXISTS or OR REPLACE, or drop it with IF EXISTS before"
        : "make the statement one that can run when its work is done already";

    /// <summary>Where the statement is wrong.</summary>
    private static int OffsetOf(SchemaScript script, int index, PostgresException error)
    {
        var (span, tokens, _) = script.Script.Statements[index];
        var text = script.Script.Text.Text;
        if (Offset(text[span.Start..span.End], error.Position) is { } offset) return span.Start + offset;
        // Of a table that a key refers to, and of a column of an index, it says only the name.
        var missing = QuotedPattern.Match(error.MessageText) is { Success: true } quoted ? quoted.Groups[1].Value : "";
        if (script.Names[index].FirstWord != "do" && UseOf(script.Names[index], missing, span.Start) is { } use) return use;
        // In a DO block PostgreSQL says the line, and the statement with a place in it.
        if (BlockLinePattern.Match(error.Where ?? "") is not { Success: true } line || tokens.FirstOrDefault(token => token.Kind == SqlTokenKind.String) is not { End: > 0 } body) return span.Start;
        var start = body.Start + SqlLiteral.Content(text.AsSpan(body.Start, body.End - body.Start)).Start;
        for (var i = int.Parse(line.Groups[1].Value, CultureInfo.InvariantCulture); i > 1 && text.IndexOf('\n', start) is >= 0 and var next && next < body.End; i--) start = next + 1;
        if (error.InternalQuery is { Length: > 0 } query && text.IndexOf(query, start, StringComparison.Ordinal) is >= 0 and var found && found < body.End)
            return found + (Offset(query, error.InternalPosition) ?? 0);
        while (start < body.End && char.IsWhiteSpace(text[start])) start++;
        return UseOf(script.Names[index], missing, start) ?? start;
    }

    /// <summary>Where a name stands in a statement, with its schema; null when it does not.</summary>
    private static int? UseOf(StatementNames names, string name, int from)
    {
        var parts = name.Split('.');
        var uses = names.Uses.Where(use => use.Offset >= from && use.Name == parts[^1] && (parts.Length == 1 || use.Schema == parts[^2])).ToList();
        if (uses.Count == 0) return null;
        return parts.Length == 1 ? uses[0].Offset : uses[0].Offset - (uses[0].QualifierLength ?? 0);
    }

    /// <summary>Where the missing thing is, if it is in the project.</summary>
    private string Explanation(SchemaScript script, int offset, PostgresException error)
    {
        if (!IsUndefined(error) || NameAt(script, offset) is not { } name) return "";
        var position = plan.Scripts.ToList().IndexOf(script);
        var later = plan.Named(name.Name).Where(definition => !definition.Name.IsLater && !definition.Name.IsTemporary).ToList();
        if (later.Find(definition => definition.Script == script && definition.Name.Offset > offset) is { } below)
            return $" It is made in line {Place(script, below.Name.Offset).Line} of this file: move that up.";
        if (later.Find(definition => plan.Scripts.ToList().IndexOf(definition.Script) > position) is not { } after)
        {
            if (error.SqlState != "42P01") return "";
            if (name.Schema is null && later is [{ Name: { Kind: ObjectKind.Relation, Schema: { } schema } }, ..])
                return $" The project makes {SqlIdentifier.Quote(schema)}.{SqlIdentifier.Quote(name.Name)}: name it with its schema, or look for what drops it.";
            return Suggestion.Sentence(name.Name, plan.Definitions.Where(definition => definition.Name.Kind == ObjectKind.Relation).Select(definition => definition.Name.Name).Distinct());
        }
        return after.Script.Module == script.Module
            ? $" It is made in '{System.IO.Path.GetFileName(after.Script.Path)}', which runs later: give the files numbers in the order in which they need each other."
            : $" It is made in '{after.Script.Path}', which needs what '{script.Module}' makes, so neither can run first: move what both need into a file of its own.";
    }

    private static SqlName? NameAt(SchemaScript script, int offset)
    {
        List<SqlToken> tokens = [];
        var tokenizer = new SqlTokenizer(script.Script.Text, offset, script.Script.Text.Text.Length) { HasCommands = false };
        while (tokens.Count < 5 && tokenizer.TryRead(out var token)) tokens.Add(token);
        return tokens.Count == 0 ? null : new SqlCursor(script.Script.Text, tokens).TakeName();
    }

    private static string At(SchemaScript script, int index)
    {
        var place = Place(script, script.Script.Statements[index].Span.Start);
        return $"{place.File}({place.Line},{place.Column})";
    }

    private void Note(string sentence, int notVerified)
    {
        report.NotVerified += notVerified;
        report.Notes.Add(sentence);
    }

    [GeneratedRegex(@"^\\\.\r?$", RegexOptions.Multiline)]
    private static partial Regex EndOfRowsPattern { get; }

    [GeneratedRegex("\"([^\"]+)\"")]
    private static partial Regex QuotedPattern { get; }

    [GeneratedRegex("inline_code_block line ([0-9]+)")]
    private static partial Regex BlockLinePattern { get; }
}
