using System.Globalization;
using System.Text.RegularExpressions;
using Cora.Build.Sql;
using Npgsql;

namespace Cora.Build.Database;

/// <summary>
/// Finds the functions whose bodies name what is not there. PostgreSQL looks at bodies in PL/pgSQL only when they run: where the server has <c>plpgsql_check</c> that is asked,
/// otherwise each static statement is made the body of a function in SQL with the variables as its parameters, which PostgreSQL looks at when it makes it.
/// </summary>
internal sealed partial class FunctionCheck(NpgsqlConnection connection, SchemaPlan plan, IReadOnlyCollection<string> modules, SchemaRun run, VerificationReport report)
{
    /// <summary>PostgreSQL's <c>FUNC_MAX_ARGS</c>.</summary>
    private const int MostParameters = 100;

    private readonly HashSet<string> _laterTables = [.. plan.Definitions.Where(definition => definition.Name.IsTemporary || definition.Name.IsLater).Select(definition => definition.Name.Name)];

    /// <summary>Checks the functions of the modules that are verified.</summary>
    public async Task RunAsync(IReadOnlyList<CatalogFunction> functions, CancellationToken cancellation)
    {
        var sources = plan.Scripts.SelectMany(script => script.Sql.Statements.OfType<CreateFunction>().Select(statement => (Script: script, statement.Function))).Reverse()
            .ToLookup(item => item.Function.Name.Name, StringComparer.Ordinal);
        var hasChecker = await TryInstallCheckerAsync(cancellation).ConfigureAwait(false);
        foreach (var function in functions)
        {
            var candidates = sources[function.Name].Where(item => (item.Function.Name.Schema?.Name ?? function.Schema) == function.Schema).ToList();
            var source = candidates.FirstOrDefault(item => item.Function.Body is { IsVerbatim: true } body && item.Script.Script.Text.Text[body.Span.Start..body.Span.End].ReplaceLineEndings("\n") == function.Body.ReplaceLineEndings("\n"));
            if (source.Script is null)
            {
                if (candidates.Count > 0 && !candidates.Exists(item => modules.Contains(item.Script.Module))) continue;
                report.Functions++;
                // A body between BEGIN ATOMIC and END is looked at when it is made, and what it needs cannot be dropped.
                if (function.Body.Length > 0) report.CannotDecide(new(plan.Scripts[0].Path), $"the function {function.Schema}.{function.Name} stands in no file as PostgreSQL has it.");
                continue;
            }
            if (!modules.Contains(source.Script.Module)) continue;
            report.Functions++;
            if (function.Language == "sql") await ValidateAsync(function, source.Script, source.Function.Body!, cancellation).ConfigureAwait(false);
            else if (function.Language != "plpgsql") report.CannotDecide(source.Script.Place(source.Function.Body!.Span.Start), $"a body in {function.Language}.");
            else if (hasChecker) await AskCheckerAsync(function, source.Script, source.Function.Body!, cancellation).ConfigureAwait(false);
            else await PrepareAsync(function, source.Script, source.Function.Body!, cancellation).ConfigureAwait(false);
        }
    }

    /// <summary>Again, because a later file may have changed what it needs, and a file can turn the validation off.</summary>
    private async Task ValidateAsync(CatalogFunction function, SchemaScript script, SqlBody body, CancellationToken cancellation)
    {
        var transaction = await BeginAsync(function, cancellation).ConfigureAwait(false);
        await using var _ = transaction.ConfigureAwait(false);
        try
        {
            await Statements.ExecuteAsync(connection, $"SELECT fmgr_sql_validator({function.Oid}::oid)", cancellation).ConfigureAwait(false);
        }
        catch (PostgresException e)
        {
            var text = script.Script.Text.Text[body.Span.Start..body.Span.End];
            var offset = e.InternalPosition > 0 ? ServerError.Offset(text, e.InternalPosition) ?? 0 : 0;
            if (ServerError.IsUndefined(e)) Report(function, script, body.Span.Start + offset, e, table: null, field: null);
            else report.CannotDecide(script.Place(body.Span.Start + offset), ServerError.Words(e));
        }
    }

    /// <summary>What is looked at in it is looked at as when the function runs: with the search path that it sets.</summary>
    private async Task<NpgsqlTransaction> BeginAsync(CatalogFunction function, CancellationToken cancellation)
    {
        var transaction = await connection.BeginTransactionAsync(cancellation).ConfigureAwait(false);
        if (function.SearchPath is not null) await Statements.ExecuteAsync(connection, $"SELECT set_config('search_path', {Statements.Literal(function.SearchPath)}, true)", cancellation).ConfigureAwait(false);
        return transaction;
    }

    private async Task<bool> TryInstallCheckerAsync(CancellationToken cancellation)
    {
        try
        {
            if ((await Statements.QueryAsync(connection, "SELECT name FROM pg_available_extensions WHERE name = 'plpgsql_check'", cancellation).ConfigureAwait(false)).Count == 0) return false;
            await Statements.ExecuteAsync(connection, "CREATE EXTENSION IF NOT EXISTS plpgsql_check WITH SCHEMA extensions", cancellation).ConfigureAwait(false);
            return true;
        }
        catch (PostgresException)
        {
            // Only a superuser can, and our own way needs none.
            return false;
        }
    }

    private async Task AskCheckerAsync(CatalogFunction function, SchemaScript script, SqlBody body, CancellationToken cancellation)
    {
        if (function.IsTrigger && function.Tables.Count == 0)
        {
            report.CannotDecide(script.Place(body.Span.Start), "no trigger calls this function, so its rows are not known.");
            return;
        }
        foreach (var table in function.IsTrigger ? function.Tables : [""])
        {
            List<string?[]> rows;
            try
            {
                var relation = table.Length == 0 ? "" : $", relid => {Statements.Literal(table)}::regclass";
                rows = await Statements.QueryAsync(connection,
                    $"SELECT lineno::text, sqlstate, message, detail, hint, position::text, query FROM extensions.plpgsql_check_function_tb({function.Oid}::oid::regprocedure{relation}, fatal_errors => false, other_warnings => false, extra_warnings => false) WHERE level = 'error'",
                    cancellation).ConfigureAwait(false);
            }
            catch (PostgresException e)
            {
                report.CannotDecide(script.Place(body.Span.Start), ServerError.Words(e));
                continue;
            }
            foreach (var row in rows)
            {
                var error = new PostgresException(row[2] ?? "", "ERROR", "ERROR", row[1] ?? "", row[3], row[4]);
                var offset = OffsetOf(script.Script.Text.Text[..body.Span.End], body.Span.Start, int.Parse(row[0] ?? "1", CultureInfo.InvariantCulture), row[6], int.Parse(row[5] ?? "0", CultureInfo.InvariantCulture), error.MessageText);
                // A table that is there only when the function runs.
                if (error.SqlState == "42P01" && _laterTables.Any(name => error.MessageText.Contains($"\"{name}\"", StringComparison.Ordinal))) report.CannotDecide(script.Place(offset), ServerError.Words(error));
                else Report(function, script, offset, error, table.Length == 0 ? null : table, field: null);
            }
        }
    }

    /// <summary>Where <c>plpgsql_check</c> means: it says the line at which the statement, or its block, begins, and often a query with a place in it.</summary>
    private static int OffsetOf(string text, int body, int line, string? query, int position, string message)
    {
        var start = body;
        for (var i = line; i > 1 && text.IndexOf('\n', start) is >= 0 and var next; i--) start = next + 1;
        while (start < text.Length && char.IsWhiteSpace(text[start])) start++;
        if (FieldPattern.Match(message) is { Success: true } field)
        {
            var name = Regex.Escape($"{field.Groups[1].Value}.{field.Groups[2].Value}");
            if (new Regex($@"(?<![\w$.]){name}(?![\w$])", RegexOptions.IgnoreCase | RegexOptions.CultureInvariant).Match(text, Math.Min(start, text.Length)) is { Success: true } use) return use.Index;
        }
        if (string.IsNullOrEmpty(query) || ServerError.Offset(query, position) is not { } inside) return Math.Min(start, text.Length);
        var found = text.IndexOf(query, Math.Min(start, text.Length), StringComparison.Ordinal);
        if (found < 0) found = text.IndexOf(query, body, StringComparison.Ordinal);
        return found < 0 ? Math.Min(start, text.Length) : found + inside;
    }

    private async Task PrepareAsync(CatalogFunction function, SchemaScript script, SqlBody source, CancellationToken cancellation)
    {
        var body = PlpgsqlBody.Read(script.Script.Text, source.Span);
        foreach (var offset in body.NotDecidable) report.CannotDecide(script.Place(offset), "this is made when the function runs, or is not understood.");
        var transaction = await BeginAsync(function, cancellation).ConfigureAwait(false);
        await using (transaction.ConfigureAwait(false))
        {
            foreach (var statement in body.Statements)
            {
                // Once for each table whose rows it gets.
                var isOfRow = function.IsTrigger && statement.Names.Overlaps(s_rows);
                if (isOfRow && function.Tables.Count == 0)
                {
                    report.CannotDecide(script.Place(statement.Span.Start), "no trigger calls this function, so its rows are not known.");
                    continue;
                }
                foreach (var table in isOfRow ? function.Tables : [""]) await PrepareAsync(function, script, body, statement, table, cancellation).ConfigureAwait(false);
            }
            await transaction.RollbackAsync(cancellation).ConfigureAwait(false);
        }
    }

    private async Task PrepareAsync(CatalogFunction function, SchemaScript script, PlpgsqlBody body, StaticStatement statement, string table, CancellationToken cancellation)
    {
        var text = script.Script.Text.Text;
        if (Parameters(function, body, statement, table) is not { } parameters)
        {
            report.CannotDecide(script.Place(statement.Span.Start), "the type of a variable here is only known when the function runs.");
            return;
        }
        var sql = statement.Sql(text);
        var tag = "$cora$";
        while (sql.Contains(tag, StringComparison.Ordinal)) tag = tag[..^1] + "_$";
        var head = $"CREATE FUNCTION pg_temp.{Statements.Quote(function.Name)}({string.Join(", ", parameters)}) RETURNS void LANGUAGE sql AS {tag}";
        await Statements.ExecuteAsync(connection, "SAVEPOINT cora_body", cancellation).ConfigureAwait(false);
        try
        {
            await Statements.ExecuteAsync(connection, $"{head}{sql}{tag}", cancellation).ConfigureAwait(false);
            await Statements.ExecuteAsync(connection, "ROLLBACK TO SAVEPOINT cora_body", cancellation).ConfigureAwait(false);
        }
        catch (PostgresException e)
        {
            await Statements.ExecuteAsync(connection, "ROLLBACK TO SAVEPOINT cora_body", cancellation).ConfigureAwait(false);
            var inside = e.InternalPosition > 0 ? ServerError.Offset(sql, e.InternalPosition) : ServerError.Offset(head + sql, e.Position) - head.Length;
            var isPlaced = inside >= statement.Prefix.Length && inside < sql.Length;
            var offset = statement.Span.Start + (isPlaced ? inside!.Value - statement.Prefix.Length : 0);
            // Without a place the error may be of what stands around the statement.
            if (!isPlaced || e.SqlState is not ("42P01" or "42703" or "42883") || (e.SqlState == "42P01" && (body.MakesTables || _laterTables.Contains(NameAt(script, offset)?.Name ?? ""))))
            {
                report.CannotDecide(script.Place(offset), ServerError.Words(e));
                return;
            }
            var field = e.SqlState == "42P01" && NameAt(script, offset) is { Schema.Name: var record, Name: var name } && parameters.Exists(parameter => parameter.StartsWith(Statements.Quote(record) + " ", StringComparison.Ordinal))
                ? $"record \"{record}\" has no field \"{name}\" (42703)."
                : null;
            Report(function, script, offset, e, table.Length == 0 ? null : table, field);
        }
    }

    private static readonly string[] s_rows = ["new", "old"];

    /// <summary>Variables that PL/pgSQL has everywhere, and in functions of triggers.</summary>
    private static readonly (string Name, string Type)[] s_special =
    [
        ("found", "boolean"), ("sqlstate", "text"), ("sqlerrm", "text"), ("tg_name", "name"), ("tg_when", "text"), ("tg_level", "text"), ("tg_op", "text"), ("tg_relid", "oid"), ("tg_relname", "name"),
        ("tg_table_name", "name"), ("tg_table_schema", "name"), ("tg_nargs", "integer"), ("tg_argv", "text[]"), ("tg_event", "text"), ("tg_tag", "text"),
    ];

    /// <summary>The variables that a statement may name, as parameters; null when the type of one is not known.</summary>
    private static List<string>? Parameters(CatalogFunction function, PlpgsqlBody body, StaticStatement statement, string table)
    {
        // The block's own names come before those of parameters, and these before those of PL/pgSQL.
        Dictionary<string, string?> types = new(StringComparer.Ordinal);
        foreach (var (name, type) in s_special) types[name] = type;
        foreach (var parameter in function.Parameters.Where(parameter => parameter.Name.Length > 0)) types[parameter.Name] = IsPolymorphic(parameter.Type) ? null : parameter.Type;
        foreach (var (name, type) in body.Variables) types[name] = types.TryGetValue(name, out var other) && other != type ? null : type;
        if (function.IsTrigger)
        {
            foreach (var row in s_rows) types[row] = table.Length == 0 ? null : table;
        }
        List<string> parameters = [];
        var numbered = statement.Names.Any(name => name.StartsWith('$'));
        var inputs = function.Parameters.Where(parameter => parameter.Mode is 'i' or 'b' or 'v').ToList();
        if (numbered)
        {
            if (inputs.Exists(input => IsPolymorphic(input.Type))) return null;
            parameters.AddRange(inputs.Select(input => $"{(input.Name.Length > 0 ? Statements.Quote(input.Name) + " " : "")}{input.Type}"));
        }
        foreach (var name in statement.Names.Where(types.ContainsKey))
        {
            if (types[name] is not { } type) return null;
            if (!numbered || !inputs.Exists(input => input.Name == name)) parameters.Add($"{Statements.Quote(name)} {type}");
        }
        return parameters.Count <= MostParameters ? parameters : null;
    }

    private static bool IsPolymorphic(string type) => type.StartsWith("any", StringComparison.Ordinal) || type is "record" or "trigger" or "internal" or "\"any\"";

    private static SqlName? NameAt(SchemaScript script, int offset)
    {
        List<SqlToken> tokens = [];
        var tokenizer = new SqlTokenizer(script.Script.Text, offset, script.Script.Text.Text.Length) { HasCommands = false };
        while (tokens.Count < 3 && tokenizer.TryRead(out var token)) tokens.Add(token);
        return tokens.Count == 0 ? null : new SqlCursor(script.Script.Text, tokens).TakeName();
    }

    private void Report(CatalogFunction function, SchemaScript script, int offset, PostgresException error, string? table, string? field)
    {
        var name = NameAt(script, offset);
        if (name is not null && (run.Missing.Contains(name.Name) || (name.Schema is not null && run.Missing.Contains(name.Schema.Name + "."))))
        {
            report.NotVerified++;
            return;
        }
        var fires = table is null ? "" : $" for a row of {table}";
        report.Add(DatabaseDiagnostics.s_brokenFunction.At(script.Place(offset), $"The function {function.Schema}.{function.Name} fails{fires} when it comes here: {field ?? ServerError.Words(error)}"));
    }

    [GeneratedRegex("^record \"([^\"]+)\" has no field \"([^\"]+)\"")]
    private static partial Regex FieldPattern { get; }
}
