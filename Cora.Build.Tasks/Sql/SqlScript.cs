using Cora.Build.Python.Source;

namespace Cora.Build.Sql;

/// <summary>A statement as a server gets it.</summary>
/// <param name="Span">From its first token to its last, without the semicolon.</param>
/// <param name="Tokens">All of it.</param>
/// <param name="CopiedRows">What stands behind <c>COPY … FROM stdin;</c>, from the end of the statement on; null for all others.</param>
internal sealed record ScriptStatement(SqlSpan Span, IReadOnlyList<SqlToken> Tokens, SqlSpan? CopiedRows);

/// <summary>A file of SQL as psql would run it, statement by statement.</summary>
/// <param name="Text">The text that spans are of.</param>
/// <param name="Statements">In the order of the file.</param>
/// <param name="Commands">Where commands of psql are, such as <c>\i</c>: no server knows them.</param>
/// <param name="Faults">What makes the file no SQL. The statements before it are there.</param>
internal sealed record SqlScript(SqlText Text, IReadOnlyList<ScriptStatement> Statements, IReadOnlyList<Position> Commands, IReadOnlyList<SqlFault> Faults)
{
    /// <summary>Reads a file's bytes.</summary>
    public static SqlScript Read(ReadOnlySpan<byte> bytes) => Read(SqlText.Decode(bytes));

    /// <summary>Reads a text.</summary>
    public static SqlScript Read(SqlText text)
    {
        List<ScriptStatement> statements = [];
        var splitter = new SqlSplitter(text, new SqlTokenizer(text, 0, text.Text.Length));
        while (splitter.Next() is { } tokens) statements.Add(new(new(tokens[0].Start, tokens[^1].End), [.. tokens], splitter.CopiedRows));
        List<SqlFault> faults = [];
        if (text.Fault is not null) faults.Add(text.Fault);
        if (splitter.Fault is not null) faults.Add(splitter.Fault);
        return new(text, statements, [.. splitter.Commands.Select(text.PositionAt)], faults);
    }
}
