using System.Buffers;
using Cora.Build.Python.Source;

namespace Cora.Build.Sql;

/// <summary>A statement as a server gets it.</summary>
/// <param name="Span">From its first token to its last, without the semicolon.</param>
/// <param name="Tokens">All of it; of one that is longer than any schema's, the first million.</param>
/// <param name="CopiedRows">What stands behind <c>COPY … FROM stdin;</c>, from the end of the statement on; null for all others.</param>
internal sealed record ScriptStatement(SqlSpan Span, IReadOnlyList<SqlToken> Tokens, SqlSpan? CopiedRows);

/// <summary>A file of SQL as psql would run it, statement by statement.</summary>
/// <param name="Text">The text that spans are of.</param>
/// <param name="Statements">In the order of the file.</param>
/// <param name="Commands">Where commands of psql are that change what runs, such as <c>\i</c>: no server knows them.</param>
/// <param name="Faults">What makes the file no SQL. The statements before it are there.</param>
internal sealed record SqlScript(SqlText Text, IReadOnlyList<ScriptStatement> Statements, IReadOnlyList<Position> Commands, IReadOnlyList<SqlFault> Faults)
{
    private static readonly SearchValues<char> s_letters = SearchValues.Create("abcdefghijklmnopqrstuvwxyz_");

    /// <summary>Reads a file's bytes.</summary>
    public static SqlScript Read(ReadOnlySpan<byte> bytes) => Read(SqlText.Decode(bytes));

    /// <summary>Reads a text.</summary>
    public static SqlScript Read(SqlText text)
    {
        List<ScriptStatement> statements = [];
        var tokenizer = new SqlTokenizer(text, 0, text.Text.Length);
        var splitter = new SqlSplitter(text, tokenizer);
        while (splitter.Next() is { } tokens) statements.Add(new(new(tokens[0].Start, splitter.End), [.. tokens], splitter.CopiedRows));
        List<SqlFault> faults = [];
        if (text.Fault is not null) faults.Add(text.Fault);
        if (splitter.Fault is not null) faults.Add(splitter.Fault);
        return new(text, statements, [.. tokenizer.Commands.Where(at => ChangesWhatRuns(text.Text.AsSpan(at + 1))).Select(text.PositionAt)], faults);
    }

    /// <summary>Whether a command includes a file, asks another database, runs what a query makes, or decides; most only change what psql shows.</summary>
    private static bool ChangesWhatRuns(ReadOnlySpan<char> command)
    {
        var length = command.IndexOfAnyExcept(s_letters);
        return (length < 0 ? command : command[..length]) is "i" or "ir" or "include" or "include_relative" or "c" or "connect" or "copy" or "gexec" or "gset" or "if" or "elif" or "else";
    }
}
