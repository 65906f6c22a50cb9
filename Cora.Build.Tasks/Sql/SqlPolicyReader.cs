using Cora.Build.Python.Source;

namespace Cora.Build.Sql;

/// <summary>Reads <c>CREATE POLICY</c> and <c>ALTER POLICY</c> from behind these words (PostgreSQL's grammar: <c>CreatePolicyStmt</c>, <c>AlterPolicyStmt</c>).</summary>
internal static class SqlPolicyReader
{
    public static SqlStatement ReadCreate(SqlCursor cursor, Position at)
    {
        if (TakeTarget(cursor) is not var (name, table)) return new UnreadStatement(at, null);
        var policy = new SqlPolicy(name, table);
        if (cursor.TakeWords("as"))
        {
            policy = policy with { IsRestrictive = cursor.IsWord("restrictive") };
            if (!cursor.TakeAny("restrictive", "permissive")) return new UnreadStatement(at, table);
        }
        if (cursor.TakeWords("for"))
        {
            if (TakeCommand(cursor) is not { } command) return new UnreadStatement(at, table);
            policy = policy with { Command = command };
        }
        return ReadRest(cursor, policy) is { } whole ? new CreatePolicy(at, whole) : new UnreadStatement(at, table);
    }

    public static SqlStatement ReadAlter(SqlCursor cursor, Position at)
    {
        cursor.TakeWords("if", "exists");
        if (TakeTarget(cursor) is not var (name, table)) return new UnreadStatement(at, null);
        var policy = new SqlPolicy(name, table);
        if (cursor.TakeWords("rename", "to")) return cursor.TakeIdentifier() is { } other && cursor.AtEnd ? new AlterPolicy(at, policy, other) : new UnreadStatement(at, table);
        return ReadRest(cursor, policy) is { } whole ? new AlterPolicy(at, whole, null) : new UnreadStatement(at, table);
    }

    /// <summary><c>p ON t</c>.</summary>
    public static (SqlIdentifier Name, SqlName Table)? TakeTarget(SqlCursor cursor) =>
        cursor.TakeIdentifier() is { } name && cursor.TakeWords("on") && cursor.TakeName() is { } table ? (name, table) : null;

    private static SqlPolicyCommand? TakeCommand(SqlCursor cursor)
    {
        foreach (var command in Enum.GetValues<SqlPolicyCommand>())
        {
            if (cursor.TakeWords(command.ToString())) return command;
        }
        return null;
    }

    private static SqlPolicy? ReadRest(SqlCursor cursor, SqlPolicy policy)
    {
        if (cursor.TakeWords("to"))
        {
            List<SqlIdentifier> roles = [];
            do
            {
                if (cursor.TakeIdentifier() is not { } role) return null;
                roles.Add(role);
            }
            while (cursor.TakeSymbol(","));
            policy = policy with { Roles = roles };
        }
        if (cursor.TakeWords("using"))
        {
            if (cursor.TakeParenthesized() is not { } expression) return null;
            policy = policy with { Using = expression };
        }
        if (cursor.TakeWords("with", "check"))
        {
            if (cursor.TakeParenthesized() is not { } expression) return null;
            policy = policy with { WithCheck = expression };
        }
        return cursor.AtEnd ? policy : null;
    }
}
