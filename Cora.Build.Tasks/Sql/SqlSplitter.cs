namespace Cora.Build.Sql;

/// <summary>Statements, one after the other. A semicolon ends one, unless it stands in parentheses or in a body between <c>BEGIN ATOMIC</c> and its <c>END</c>.</summary>
internal sealed class SqlSplitter(SqlText source, SqlTokenizer tokens)
{
    /// <summary>As many tokens of a statement are kept. A schema's are a thousand times shorter; rows of data may be longer.</summary>
    private const int MaxTokens = 1_000_000;

    /// <summary>As many open parentheses are remembered by their place.</summary>
    private const int MaxPlaces = 1000;

    private readonly List<SqlToken> _statement = [];

    /// <summary>What is not closed; the statement that it is in is not read, and none after it.</summary>
    public SqlFault? Fault { get; private set; }

    /// <summary>The rows behind the statement that came last, when it is <c>COPY … FROM stdin</c>.</summary>
    public SqlSpan? CopiedRows { get; private set; }

    /// <summary>Whether the statement that was read last has more tokens than were kept.</summary>
    public bool IsCut { get; private set; }

    /// <summary>Offset behind the last token of the statement that was read last, also when that was not kept.</summary>
    public int End { get; private set; }

    /// <summary>The next statement's tokens without the semicolon, valid up to the next call. At least one.</summary>
    /// <returns>Null at the end.</returns>
    public IReadOnlyList<SqlToken>? Next()
    {
        _statement.Clear();
        IsCut = false;
        List<int> parentheses = [];
        var deeper = 0;
        var blocks = 0;
        var blockAt = 0;
        var definesRoutine = false;
        CopiedRows = null;
        while (tokens.TryRead(out var token))
        {
            switch (token.Kind)
            {
                case SqlTokenKind.Punctuation when source.Text[token.Start] is ';' or '\\':
                    if (parentheses.Count > 0 || blocks > 0) break;
                    if (_statement.Count == 0) continue;
                    if (IsCopyFromInput())
                    {
                        var behind = tokens.Offset;
                        tokens.SkipCopiedRows();
                        CopiedRows = new(behind, tokens.Offset);
                    }
                    return _statement;
                case SqlTokenKind.Punctuation when source.Text[token.Start] == '(':
                    if (parentheses.Count < MaxPlaces) parentheses.Add(token.Start);
                    else deeper++;
                    break;
                case SqlTokenKind.Punctuation when source.Text[token.Start] == ')':
                    if (deeper > 0) deeper--;
                    else if (parentheses.Count > 0) parentheses.RemoveAt(parentheses.Count - 1);
                    break;
                // As in psql: CASE has an END of its own, and what is in parentheses is closed in them.
                case SqlTokenKind.Word when parentheses.Count == 0:
                    if (blocks == 0 && Is(token, "atomic") && _statement.Count > 0 && Is(_statement[^1], "begin") && definesRoutine) (blocks, blockAt) = (1, _statement[^1].Start);
                    else if (blocks > 0 && !IsName() && (Is(token, "case") || Is(token, "begin"))) blocks++;
                    else if (blocks > 0 && !IsName() && Is(token, "end")) blocks--;
                    else if (Is(token, "function") || Is(token, "procedure")) definesRoutine |= IsCreated();
                    break;
            }
            End = token.End;
            if (_statement.Count < MaxTokens) _statement.Add(token);
            else IsCut = true;
        }
        Fault = tokens.Fault;
        if (Fault is null && parentheses.Count > 0)
            Fault = new("This parenthesis is not closed, so nothing behind it can be read. Write ) where it ends.", source.PositionAt(parentheses[^1]));
        else if (Fault is null && blocks > 0)
            Fault = new("This BEGIN ATOMIC has no END, so nothing behind it can be read. Write END where it ends.", source.PositionAt(blockAt));
        return Fault is null && _statement.Count > 0 ? _statement : null;
    }

    private bool Is(SqlToken token, string word) =>
        token.Kind == SqlTokenKind.Word && token.End - token.Start == word.Length && source.Text.AsSpan(token.Start, word.Length).Equals(word, StringComparison.OrdinalIgnoreCase);

    /// <summary>Whether a word that comes next can only be a name: <c>AS end</c>, <c>t.end</c>.</summary>
    private bool IsName() => _statement.Count > 0 && (Is(_statement[^1], "as") || source.Text[_statement[^1].Start] == '.');

    /// <summary>Whether what comes next is what a <c>CREATE</c> makes.</summary>
    private bool IsCreated()
    {
        var count = _statement.Count;
        if (count >= 3 && Is(_statement[count - 1], "replace") && Is(_statement[count - 2], "or")) count -= 2;
        return count >= 1 && Is(_statement[count - 1], "create");
    }

    private bool IsCopyFromInput()
    {
        if (!Is(_statement[0], "copy")) return false;
        for (var i = 1; i + 1 < _statement.Count; i++)
        {
            if (Is(_statement[i], "from") && Is(_statement[i + 1], "stdin")) return true;
        }
        return false;
    }
}
