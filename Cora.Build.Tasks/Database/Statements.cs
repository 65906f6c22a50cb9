using System.Globalization;
using System.Runtime.CompilerServices;
using System.Text.RegularExpressions;
using Cora.Build.Sql;
using Npgsql;

namespace Cora.Build.Database;

/// <summary>Statements as PostgreSQL gets them: not a character of them is changed, so that its positions are ours.</summary>
internal static partial class Statements
{
    static Statements()
    {
        // Npgsql cuts texts at semicolons, also at those that end no statement. It looks at this switch once; other users of Npgsql in this process have a copy of their own.
        const string rewriting = "Npgsql.EnableSqlRewriting";
        var was = AppContext.TryGetSwitch(rewriting, out var value) ? value : true;
        AppContext.SetSwitch(rewriting, false);
        RuntimeHelpers.RunClassConstructor(typeof(NpgsqlCommand).TypeHandle);
        AppContext.SetSwitch(rewriting, was);
    }

    /// <summary>A command that sends one statement.</summary>
    public static NpgsqlCommand Command(NpgsqlConnection connection, string statement)
    {
        var command = connection.CreateCommand();
        command.CommandText = statement;
        command.AllResultTypesAreUnknown = true;
        return command;
    }

    /// <summary>Runs one statement as it is.</summary>
    public static async Task ExecuteAsync(NpgsqlConnection connection, string statement, CancellationToken cancellation)
    {
        var command = Statements.Command(connection, statement);
        await using (command.ConfigureAwait(false)) await command.ExecuteNonQueryAsync(cancellation).ConfigureAwait(false);
    }

    /// <summary>The rows of a query, each value as text.</summary>
    public static async Task<List<string?[]>> QueryAsync(NpgsqlConnection connection, string query, CancellationToken cancellation)
    {
        List<string?[]> rows = [];
        var command = Statements.Command(connection, query);
        await using (command.ConfigureAwait(false))
        {
            var reader = await command.ExecuteReaderAsync(cancellation).ConfigureAwait(false);
            await using (reader.ConfigureAwait(false))
            {
                while (await reader.ReadAsync(cancellation).ConfigureAwait(false))
                {
                    rows.Add([.. Enumerable.Range(0, reader.FieldCount).Select(i => reader.IsDBNull(i) ? null : Convert.ToString(reader.GetValue(i), CultureInfo.InvariantCulture))]);
                }
            }
        }
        return rows;
    }

    /// <summary>Runs a statement of a file, with the rows behind it.</summary>
    public static async Task RunAsync(NpgsqlConnection connection, SqlScript script, int index, CancellationToken cancellation)
    {
        var (span, _, rows) = script.Statements[index];
        var statement = script.Text.Text[span.Start..span.End];
        if (rows is not { } copied)
        {
            if (IsCopyToOutput(script, index))
            {
                using var reader = await connection.BeginTextExportAsync(statement, cancellation).ConfigureAwait(false);
                while (await reader.ReadLineAsync(cancellation).ConfigureAwait(false) is not null) { }
                return;
            }
            await ExecuteAsync(connection, statement, cancellation).ConfigureAwait(false);
            return;
        }
        var lines = script.Text.Text[copied.Start..copied.End];
        lines = lines[(lines.IndexOf('\n', StringComparison.Ordinal) + 1)..];
        var end = EndOfRowsPattern.Match(lines);
        var writer = await connection.BeginTextImportAsync(statement, cancellation).ConfigureAwait(false);
        await using (writer.ConfigureAwait(false)) await writer.WriteAsync((end.Success ? lines[..end.Index] : lines).AsMemory(), cancellation).ConfigureAwait(false);
    }

    /// <summary><c>COPY … TO stdout</c>, of which psql shows the rows. A server sends them, and they have to be read.</summary>
    private static bool IsCopyToOutput(SqlScript script, int index)
    {
        var cursor = new SqlCursor(script.Text, script.Statements[index].Tokens);
        return cursor.IsWord("copy") && Enumerable.Range(1, script.Statements[index].Tokens.Count).Any(i => cursor.IsWord("to", i) && cursor.IsWord("stdout", i + 1));
    }

    /// <summary>A name in quotes.</summary>
    public static string Quote(string name) => $"\"{name.Replace("\"", "\"\"", StringComparison.Ordinal)}\"";

    /// <summary>A string in quotes.</summary>
    public static string Literal(string value) => $"'{value.Replace("'", "''", StringComparison.Ordinal)}'";

    [GeneratedRegex(@"^\\\.\r?$", RegexOptions.Multiline)]
    private static partial Regex EndOfRowsPattern { get; }
}
