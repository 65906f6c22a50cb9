namespace Cora.Build.Sql;

/// <summary>
/// Follows the control structure of a block of PL/pgSQL from statement to statement: which of them run whenever the block does. What an <c>EXCEPTION</c> of its
/// block may undo does not. What looks only whether what it makes is there, or only catches that it is, runs in a new database.
/// </summary>
/// <param name="statements">What is read of the file; the block's are added as they are read.</param>
internal sealed class SqlBlock(List<SqlStatement> statements)
{
    /// <summary>How deep blocks are followed one by one. What stands deeper may not run.</summary>
    private const int MaxDepth = 100;

    /// <summary>What is open, from the outside in.</summary>
    private readonly Stack<Frame> _open = [];
    private int _conditions;
    private bool _mayBeLeft;

    /// <summary>Follows a <c>RETURN</c> or <c>EXIT</c>: what comes behind it may not run.</summary>
    public void Leave() => _mayBeLeft = true;

    /// <summary>Steps over what may stand before a statement: <c>BEGIN</c>, <c>IF x THEN</c>, <c>FOR x IN y LOOP</c>, <c>EXCEPTION WHEN x THEN</c>, a label; and over an <c>END</c>.</summary>
    /// <param name="cursor">At the beginning of what stands between two semicolons.</param>
    public void Follow(SqlCursor cursor)
    {
        while (!cursor.AtEnd)
        {
            // END, END IF, END LOOP, END CASE
            if (cursor.IsWord("end") && !IsAssigned(cursor))
            {
                Close();
                cursor.ToEnd();
                return;
            }
            if (cursor.TakeWords("begin"))
            {
                if (_open.Count < MaxDepth) _open.Push(new(FrameKind.Block) { From = statements.Count });
                else Open(new(FrameKind.Condition));
            }
            else if (cursor.TakeWords("exception")) Catch();
            else if (cursor.TakeWords("declare")) continue;
            else if (cursor.TakeWords("else")) Turn();
            else if (cursor.TakeWords("loop")) Open(new(FrameKind.Condition));
            else if (cursor.IsWord("if")) OpenIf(cursor);
            else if (cursor.IsWord("case")) OpenCase(cursor);
            else if (cursor.IsWord("when"))
            {
                if (_open.TryPeek(out var frame) && frame.Kind == FrameKind.Handlers) Handle(frame, cursor);
                SkipTo(cursor, "then");
            }
            else if (cursor.IsWord("elsif") || cursor.IsWord("elseif"))
            {
                Turn();
                SkipTo(cursor, "then");
            }
            else if (cursor.IsWord("for") || cursor.IsWord("foreach") || cursor.IsWord("while"))
            {
                SkipTo(cursor, "loop");
                Open(new(FrameKind.Condition));
            }
            else if (cursor.IsSymbol("<<")) SkipLabel(cursor);
            else return;
        }
    }

    /// <summary>Says of the statements that were read last whether they run.</summary>
    public void Mark(int from)
    {
        if (_conditions == 0 && !_mayBeLeft) return;
        for (var i = from; i < statements.Count; i++)
        {
            var name = NameOf(statements[i]);
            var runsInNew = !_mayBeLeft && _open.All(frame => frame.Kind == FrameKind.Block || (name is not null && frame.Names?.Contains(name) is true));
            statements[i] = statements[i] with { IsConditional = true, RunsInNew = runsInNew && statements[i].RunsInNew };
        }
    }

    /// <summary>What a look would look for.</summary>
    private static string? NameOf(SqlStatement statement) => statement switch
    {
        CreatePolicy create => create.Policy.Name.Name,
        CreateIndex create => create.Index.Name?.Name,
        CreateTrigger create => create.Trigger.Name.Name,
        CreateView create => create.View.Name.Name,
        _ => null,
    };

    private static bool IsAssigned(SqlCursor cursor) => cursor.IsSymbol(":=", 1) || cursor.IsSymbol("=", 1);

    private void Open(Frame frame)
    {
        _open.Push(frame);
        _conditions++;
    }

    private Frame? Close()
    {
        if (!_open.TryPop(out var frame)) return null;
        if (frame.Kind != FrameKind.Block) _conditions--;
        return frame;
    }

    /// <summary><c>IF NOT EXISTS (SELECT … WHERE policyname = 'x') THEN</c> looks; any other condition may hold or not.</summary>
    private void OpenIf(SqlCursor cursor)
    {
        HashSet<string>? names = null;
        if (_open.Count < MaxDepth && cursor.IsWord("not", 1) && cursor.IsWord("exists", 2) && cursor.IsSymbol("(", 3))
        {
            names = new(StringComparer.Ordinal);
            cursor.Index += 3;
            var from = cursor.Index;
            cursor.SkipNested();
            var end = cursor.Index;
            for (cursor.Index = from; cursor.Index < end; cursor.Index++)
            {
                if (cursor.IsKind(SqlTokenKind.String)) names.Add(SqlLiteral.Decode(cursor.Text));
            }
            if (!cursor.IsWord("then")) names = null;
        }
        SkipTo(cursor, "then");
        Open(new(FrameKind.Condition) { Names = names });
    }

    /// <summary><c>ELSE</c>, <c>ELSIF</c>: what follows runs where it is there.</summary>
    private void Turn()
    {
        if (!_open.TryPeek(out var frame) || frame.Names is null) return;
        _open.Pop();
        _open.Push(new(FrameKind.Condition));
    }

    /// <summary><c>EXCEPTION</c>: from here to its <c>END</c> the block is one of handlers.</summary>
    private void Catch()
    {
        var from = Close() is { Kind: FrameKind.Block } block ? block.From : statements.Count;
        for (var i = from; i < statements.Count; i++) statements[i] = statements[i] with { IsConditional = true };
        Open(new(FrameKind.Handlers) { From = from, To = statements.Count });
    }

    /// <summary><c>WHEN duplicate_object OR duplicate_table THEN</c>: in a new database there is no such error.</summary>
    private void Handle(Frame handlers, SqlCursor cursor)
    {
        var areDuplicates = true;
        for (cursor.Index++; !cursor.AtEnd && !cursor.IsWord("then"); cursor.Index++)
        {
            areDuplicates &= cursor.IsWord("or") || cursor.Text.StartsWith("duplicate_", StringComparison.OrdinalIgnoreCase);
        }
        if (areDuplicates) return;
        for (var i = handlers.From; i < handlers.To; i++) statements[i] = statements[i] with { RunsInNew = false };
        // Once is enough.
        _open.Pop();
        _open.Push(new(FrameKind.Handlers));
    }

    /// <summary><c>CASE x WHEN y THEN</c>. As in PL/pgSQL, an expression with a <c>THEN</c> of its own stands in parentheses.</summary>
    private void OpenCase(SqlCursor cursor)
    {
        Open(new(FrameKind.Condition));
        cursor.Index++;
        while (!cursor.AtEnd && !cursor.IsWord("when"))
        {
            cursor.Skip();
        }
    }

    private static void SkipTo(SqlCursor cursor, string word)
    {
        while (!cursor.AtEnd && !cursor.TakeWords(word))
        {
            cursor.Skip();
        }
    }

    private static void SkipLabel(SqlCursor cursor)
    {
        while (!cursor.AtEnd && !cursor.TakeSymbol(">>")) cursor.Index++;
    }

    private enum FrameKind
    {
        /// <summary>What is in it runs when it does.</summary>
        Block,

        /// <summary>What is in it may not run.</summary>
        Condition,

        /// <summary>What is in it runs after an error.</summary>
        Handlers,
    }

    /// <summary>Something that is open.</summary>
    /// <param name="Kind">What it is.</param>
    private readonly record struct Frame(FrameKind Kind)
    {
        /// <summary>The number of the block's first statement.</summary>
        public int From { get; init; }

        /// <summary>Of handlers the number of the first statement that is not the block's.</summary>
        public int To { get; init; }

        /// <summary>Of a condition that says that something is not there: all texts in it, one of which is the name.</summary>
        public IReadOnlySet<string>? Names { get; init; }
    }
}
