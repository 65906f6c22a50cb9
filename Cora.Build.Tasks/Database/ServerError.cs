using System.Globalization;
using System.Text.RegularExpressions;
using Cora.Build.Sql;
using Npgsql;

namespace Cora.Build.Database;

/// <summary>What PostgreSQL says of a statement that it refuses, and where in the file that is.</summary>
internal static partial class ServerError
{
    private const string Undefined = "42P01 42703 42883 42704 3F000";

    private const string Exists = "42P07 42710 42723 42P06 42701 23505";

    /// <summary>Whether an error is about something that is missing.</summary>
    public static bool IsUndefined(PostgresException error) => Undefined.Contains(error.SqlState, StringComparison.Ordinal);

    /// <summary>Whether the object is there already, so that what needs it does not fail.</summary>
    public static bool IsThere(PostgresException error) => Exists.Contains(error.SqlState, StringComparison.Ordinal);

    /// <summary>What PostgreSQL says, on one line.</summary>
    /// <param name="error">The error.</param>
    /// <param name="hasRealRows">Whether the database has rows that logs are not to show: of data that does not fit, the detail is a row.</param>
    public static string Words(PostgresException error, bool hasRealRows = false)
    {
        var isValue = hasRealRows && error.SqlState.StartsWith("22", StringComparison.Ordinal);
        var showsRow = isValue || (hasRealRows && error.SqlState.StartsWith("23", StringComparison.Ordinal));
        // A value that has a place in the file is of the file.
        var message = isValue && error is { Position: 0, InternalPosition: 0 } ? ValuePattern.Replace(error.MessageText, "\"…\"") : error.MessageText;
        var text = $"{message.TrimEnd('.')} ({error.SqlState}).";
        if (!string.IsNullOrEmpty(error.Detail) && !showsRow) text += $" {error.Detail.TrimEnd('.')}.";
        if (!string.IsNullOrEmpty(error.Hint)) text += $" {error.Hint.TrimEnd('.')}.";
        return text.ReplaceLineEndings(" ");
    }

    /// <summary>The name in <c>column "x" does not exist</c> and <c>column t.x does not exist</c>; empty where it says something else.</summary>
    public static string MissingColumn(PostgresException error) => ColumnPattern.Match(error.MessageText).Groups[1].Value;

    /// <summary>An offset that PostgreSQL gives, which counts characters from 1, in UTF-16 units from 0; null when it is not in the text.</summary>
    public static int? Offset(string text, int position)
    {
        if (position <= 0) return null;
        var offset = 0;
        for (var i = 1; i < position && offset < text.Length; i++) offset += char.IsSurrogatePair(text, offset) ? 2 : 1;
        return offset;
    }

    /// <summary>Where the statement is wrong.</summary>
    public static int OffsetOf(SchemaScript script, int index, PostgresException error)
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

    [GeneratedRegex("""^column (?:"?[^" ]+"?\.)?"?([^". ]+)"? """)]
    private static partial Regex ColumnPattern { get; }

    [GeneratedRegex("\"([^\"]+)\"")]
    private static partial Regex QuotedPattern { get; }

    [GeneratedRegex("\".*\"", RegexOptions.Singleline)]
    private static partial Regex ValuePattern { get; }

    [GeneratedRegex("inline_code_block line ([0-9]+)")]
    private static partial Regex BlockLinePattern { get; }
}
