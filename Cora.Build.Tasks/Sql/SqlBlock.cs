namespace Cora.Build.Sql;

/// <summary>
/// Follows the control structure of a block of PL/pgSQL from statement to statement: which of them run whenever the block does. What an <c>EXCEPTION</c> of its
/// block may undo does not.
/// </summary>
internal sealed class SqlBlock
{
    /// <summary>How deep blocks are followed one by one. What stands deeper may not run.</summary>
    private const int MaxDepth = 100;

    /// <summary>What is open, from the outside in: a block has the number of statements that were read before it, anything else none.</summary>
    private readonly Stack<int?> _open = [];
    private int _conditions;
    private bool _mayBeLeft;

    /// <summary>Whether the statement that comes next may not run.</summary>
    public bool IsConditional => _conditions > 0 || _mayBeLeft;

    /// <summary>Follows a <c>RETURN</c> or <c>EXIT</c>: what comes behind it may not run.</summary>
    public void Leave() => _mayBeLeft = true;

    /// <summary>Steps over what may stand before a statement: <c>BEGIN</c>, <c>IF x THEN</c>, <c>FOR x IN y LOOP</c>, <c>EXCEPTION WHEN x THEN</c>, a label; and over an <c>END</c>.</summary>
    /// <param name="cursor">At the beginning of what stands between two semicolons.</param>
    /// <param name="statements">What is read up to here, of which a block that catches errors is marked.</param>
    public void Follow(SqlCursor cursor, List<SqlStatement> statements)
    {
        while (!cursor.AtEnd)
        {
            if (cursor.IsWord("end") && !IsAssigned(cursor))
            {
                Close(cursor);
                return;
            }
            if (cursor.TakeWords("begin"))
            {
                if (_open.Count < MaxDepth) _open.Push(statements.Count);
                else Open();
            }
            else if (cursor.TakeWords("exception"))
            {
                // From here to its END the block is one of handlers.
                if (_open.TryPop(out var from) && from is { } first) MarkConditional(statements, first);
                else if (_conditions > 0) _conditions--;
                Open();
            }
            else if (cursor.TakeWords("declare") || cursor.TakeWords("else")) continue;
            else if (cursor.TakeWords("loop")) Open();
            else if (cursor.IsWord("if")) SkipTo(cursor, "then", opens: true);
            else if (cursor.IsWord("case")) OpenCase(cursor);
            else if (cursor.IsWord("elsif") || cursor.IsWord("elseif") || cursor.IsWord("when")) SkipTo(cursor, "then", opens: false);
            else if (cursor.IsWord("for") || cursor.IsWord("foreach") || cursor.IsWord("while")) SkipTo(cursor, "loop", opens: true);
            else if (cursor.IsSymbol("<<")) SkipLabel(cursor);
            else return;
        }
    }

    public static void MarkConditional(List<SqlStatement> statements, int from)
    {
        for (var i = from; i < statements.Count; i++)
        {
            if (!statements[i].IsConditional) statements[i] = statements[i] with { IsConditional = true };
        }
    }

    private static bool IsAssigned(SqlCursor cursor) => cursor.IsSymbol(":=", 1) || cursor.IsSymbol("=", 1);

    private void Open()
    {
        _open.Push(null);
        _conditions++;
    }

    /// <summary><c>END</c>, <c>END IF</c>, <c>END LOOP</c>, <c>END CASE</c>.</summary>
    private void Close(SqlCursor cursor)
    {
        if (_open.TryPop(out var from) && from is null) _conditions--;
        cursor.ToEnd();
    }

    /// <summary><c>CASE x WHEN y THEN</c>. As in PL/pgSQL, an expression with a <c>THEN</c> of its own stands in parentheses.</summary>
    private void OpenCase(SqlCursor cursor)
    {
        Open();
        cursor.Index++;
        while (!cursor.AtEnd && !cursor.IsWord("when"))
        {
            cursor.Skip();
        }
    }

    private void SkipTo(SqlCursor cursor, string word, bool opens)
    {
        cursor.Index++;
        while (!cursor.AtEnd && !cursor.TakeWords(word))
        {
            cursor.Skip();
        }
        if (opens) Open();
    }

    private static void SkipLabel(SqlCursor cursor)
    {
        while (!cursor.AtEnd && !cursor.TakeSymbol(">>")) cursor.Index++;
    }
}
