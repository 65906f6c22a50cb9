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
        while (statements.Next() is { } statement) ReadStatement(new SqlCursor(_source, statement), isConditional: false, depth: 0);
        if (statements.Fault is not null) _faults.Add(statements.Fault);
        _suppressions.AddRange(tokens.Suppressions);
    }

    private void ReadStatement(SqlCursor cursor, bool isConditional, int depth)
    {
        var at = cursor.At;
        if (cursor.TakeWords("do")) ReadBlock(cursor, at, depth);
        else if (cursor.TakeWords("create")) Add(ReadCreate(cursor, at), isConditional);
        else if (cursor.TakeWords("drop")) Add(ReadDrop(cursor, at), isConditional);
        else if (cursor.TakeWords("alter")) Add(ReadAlter(cursor, at), isConditional);
        else if (cursor.TakeWords("set")) Add(ReadSet(cursor, at), isConditional);
    }

    private void Add(SqlStatement? statement, bool isConditional)
    {
        if (statement is not null) _statements.Add(isConditional ? statement with { IsConditional = true } : statement);
    }

    private SqlStatement? NotRead(Position at)
    {
        _notRead.Add(at);
        return null;
    }

    private SqlStatement? ReadCreate(SqlCursor cursor, Position at)
    {
        var replaces = cursor.TakeWords("or", "replace");
        var isProcedure = cursor.IsWord("procedure");
        if (!cursor.TakeAny("function", "procedure")) return null;
        var function = SqlFunctionReader.Read(_source, cursor, isProcedure, replaces);
        if (function?.Parameters is null) NotRead(at);
        return function is null ? null : new CreateFunction(at, function);
    }

    private SqlStatement? ReadDrop(SqlCursor cursor, Position at)
    {
        if (!cursor.TakeAny("function", "procedure", "routine")) return null;
        var ifExists = cursor.TakeWords("if", "exists");
        List<SqlFunctionReference> functions = [];
        do
        {
            if (SqlFunctionReader.ReadReference(cursor) is not { } function) return NotRead(at);
            functions.Add(function);
        }
        while (cursor.TakeSymbol(","));
        return new DropFunctions(at, functions, ifExists);
    }

    private SqlStatement? ReadAlter(SqlCursor cursor, Position at)
    {
        if (!cursor.TakeAny("function", "procedure", "routine")) return null;
        if (SqlFunctionReader.ReadReference(cursor) is not { } function) return NotRead(at);
        if (cursor.TakeWords("rename", "to")) return cursor.TakeIdentifier() is { } name ? new RenameFunction(at, function, name) : NotRead(at);
        if (cursor.TakeWords("set", "schema")) return cursor.TakeIdentifier() is { } schema ? new MoveFunction(at, function, schema) : NotRead(at);
        return null;
    }

    /// <summary><c>SET search_path TO app, public</c>.</summary>
    private static SetSearchPath? ReadSet(SqlCursor cursor, Position at)
    {
        cursor.TakeAny("session", "local");
        if (!cursor.TakeWords("search_path") || (!cursor.TakeWords("to") && !cursor.TakeSymbol("="))) return null;
        if (cursor.IsWord("default")) return new(at, "public");
        do
        {
            var schema = cursor.TakeString() ?? cursor.TakeIdentifier()?.Name;
            // A schema that is called like the user is there on no Supabase.
            if (schema is not (null or "" or "$user")) return new(at, schema);
        }
        while (cursor.TakeSymbol(","));
        return new(at, null);
    }

    /// <summary>A <c>DO</c> block in PL/pgSQL. Its statements may be conditional; one that computes statements is kept as text as well.</summary>
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
            if (!cursor.IsKind(SqlTokenKind.String)) continue;
            var content = SqlLiteral.Content(cursor.Text);
            body = content.IsVerbatim ? new(cursor.Start + content.Start, cursor.Start + content.End) : null;
        }
        if (body is not { } span || depth == MaxDepth)
        {
            _notRead.Add(at);
            return;
        }

        var tokens = new SqlTokenizer(_source, span.Start, span.End) { HasCommands = false };
        var statements = new SqlSplitter(_source, tokens);
        var computes = false;
        while (statements.Next() is { } statement)
        {
            var block = new SqlCursor(_source, statement);
            SkipControl(block);
            if (block.AtEnd) continue;
            computes |= block.IsWord("execute");
            ReadStatement(new SqlCursor(_source, [.. statement.Skip(block.Index)]), isConditional: true, depth + 1);
        }
        if (statements.Fault is not null) _faults.Add(statements.Fault);
        _suppressions.AddRange(tokens.Suppressions);
        if (computes) _statements.Add(new DynamicStatements(at, span));
    }

    /// <summary>What may stand before a statement of PL/pgSQL: <c>BEGIN</c>, <c>IF x THEN</c>, <c>FOR x IN y LOOP</c>, <c>EXCEPTION WHEN x THEN</c>, a label.</summary>
    private static void SkipControl(SqlCursor cursor)
    {
        while (!cursor.AtEnd)
        {
            if (cursor.TakeAny("begin", "else", "loop", "exception")) continue;
            var last = cursor.IsWord("if") || cursor.IsWord("elsif") || cursor.IsWord("elseif") || cursor.IsWord("case") || cursor.IsWord("when") ? "then"
                : cursor.IsWord("for") || cursor.IsWord("foreach") || cursor.IsWord("while") ? "loop"
                : null;
            if (last is null && !cursor.IsSymbol("<<")) return;
            while (!cursor.AtEnd && !(last is null ? cursor.TakeSymbol(">>") : cursor.TakeWords(last)))
            {
                if (!cursor.SkipNested()) cursor.Index++;
            }
        }
    }
}
