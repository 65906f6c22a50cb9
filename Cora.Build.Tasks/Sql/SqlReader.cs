using Cora.Build.Python.Source;

namespace Cora.Build.Sql;

/// <summary>Reads the statements of a file, and those in its <c>DO</c> blocks that do not depend on what the block computes.</summary>
internal sealed class SqlReader
{
    /// <summary>How deep blocks in blocks are read. Each level reads its text again.</summary>
    private const int MaxDepth = 8;

    private readonly SqlText _source;
    private readonly List<SqlStatement> _statements = [];
    private readonly List<Position> _notRead = [];
    private readonly List<SqlFault> _faults = [];
    private readonly List<SuppressionFact> _suppressions = [];

    private SqlReader(SqlText source) => _source = source;

    public static SqlFile Read(SqlText source)
    {
        var reader = new SqlReader(source);
        if (source.Fault is not null) reader._faults.Add(source.Fault);
        reader.ReadStatements();
        return new()
        {
            Text = source,
            Statements = reader._statements,
            NotRead = reader._notRead,
            Faults = reader._faults,
            Suppressions = reader._suppressions,
        };
    }

    private void ReadStatements()
    {
        var tokens = new SqlTokenizer(_source, 0, _source.Text.Length);
        var statements = new SqlSplitter(_source, tokens);
        while (statements.Next() is { } statement) ReadStatement(new SqlCursor(_source, statement), statements.IsCut, isInBlock: false, depth: 0);
        if (statements.Fault is not null) _faults.Add(statements.Fault);
        _suppressions.AddRange(tokens.Suppressions);
    }

    private void ReadStatement(SqlCursor cursor, bool isCut, bool isInBlock, int depth)
    {
        var at = cursor.At;
        var start = cursor.Start;
        if (cursor.TakeWords("do"))
        {
            ReadBlock(cursor, at, depth);
            return;
        }
        var statement = SqlStatementReader.Read(_source, cursor, isInBlock);
        // How many rows a statement adds shapes nothing.
        if (statement is null || (isCut && statement is InsertRows)) return;
        if (isCut) statement = new UnreadStatement(at, null);
        if (statement is UnreadStatement or CreateFunction { Function.Parameters: null }) _notRead.Add(at);
        cursor.ToEnd();
        _statements.Add(statement with { IsInBlock = depth > 0, Span = cursor.SpanFrom(start) });
    }

    /// <summary>A <c>DO</c> block in PL/pgSQL; one that computes statements is kept as text as well.</summary>
    private void ReadBlock(SqlCursor cursor, Position at, int depth)
    {
        SqlSpan? body = null;
        for (; !cursor.AtEnd; cursor.Index++)
        {
            if (cursor.TakeWords("language"))
            {
                if (!cursor.IsWord("plpgsql") && !cursor.Text.Equals("'plpgsql'", StringComparison.OrdinalIgnoreCase)) return;
                continue;
            }
            if (cursor.IsKind(SqlTokenKind.String)) body = Verbatim(cursor);
        }
        if (body is not { } span || depth == MaxDepth)
        {
            _notRead.Add(at);
            _statements.Add(new UnreadStatement(at, null));
            return;
        }

        var tokens = new SqlTokenizer(_source, span.Start, span.End) { HasCommands = false };
        var statements = new SqlSplitter(_source, tokens);
        var block = new SqlBlock();
        var computes = false;
        while (statements.Next() is { } statement)
        {
            var inner = new SqlCursor(_source, statement);
            block.Follow(inner, _statements);
            if (inner.AtEnd) continue;
            if (inner.IsWord("return") || inner.IsWord("exit")) block.Leave();
            var from = _statements.Count;
            if (inner.TakeWords("execute")) computes |= !ReadExecuted(inner, depth + 1);
            else ReadStatement(inner, statements.IsCut, isInBlock: true, depth + 1);
            if (block.IsConditional) SqlBlock.MarkConditional(_statements, from);
        }
        if (statements.Fault is not null) _faults.Add(statements.Fault);
        _suppressions.AddRange(tokens.Suppressions);
        if (computes) _statements.Add(new DynamicStatements(at, span) { IsInBlock = true, Span = span });
    }

    /// <summary>What <c>EXECUTE</c> runs, when it is one string and nothing else.</summary>
    /// <returns>Whether it is.</returns>
    private bool ReadExecuted(SqlCursor cursor, int depth)
    {
        if (!cursor.IsKind(SqlTokenKind.String) || Verbatim(cursor) is not { } span || depth >= MaxDepth) return false;
        cursor.Index++;
        if (!cursor.AtEnd) return false;
        var tokens = new SqlTokenizer(_source, span.Start, span.End) { HasCommands = false };
        var statements = new SqlSplitter(_source, tokens);
        while (statements.Next() is { } statement) ReadStatement(new SqlCursor(_source, statement), statements.IsCut, isInBlock: false, depth);
        if (statements.Fault is not null) _faults.Add(statements.Fault);
        _suppressions.AddRange(tokens.Suppressions);
        return true;
    }

    /// <summary>The content of the string that comes next; null where PostgreSQL would not take it as it stands there.</summary>
    private static SqlSpan? Verbatim(SqlCursor cursor)
    {
        var content = SqlLiteral.Content(cursor.Text);
        return content.IsVerbatim ? new(cursor.Start + content.Start, cursor.Start + content.End) : null;
    }
}
