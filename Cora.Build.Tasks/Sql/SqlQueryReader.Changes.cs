namespace Cora.Build.Sql;

/// <content><c>INSERT</c>, <c>UPDATE</c>, <c>DELETE</c>.</content>
internal sealed partial class SqlQueryReader
{
    private bool Insert(SqlScope scope, out IReadOnlySet<string>? columns)
    {
        columns = null;
        // What is inserted does not know the table that it goes into.
        var target = Open(scope);
        if (cursor.TakeName() is not { } name || !Target(target, name)) return false;
        if (cursor.IsSymbol("(") && !IsQueryInside() && !Columns(target)) return false;
        if (cursor.TakeWords("overriding") && !(cursor.TakeAny("system", "user") && cursor.TakeWords("value"))) return false;
        if (!cursor.TakeWords("default", "values"))
        {
            if (!Query(scope, out _)) return false;
        }
        if (cursor.TakeWords("on", "conflict") && !Conflict(target)) return false;
        return Returning(target, out columns);
    }

    /// <summary><c>ON CONFLICT (…) WHERE … DO UPDATE SET …</c>.</summary>
    private bool Conflict(SqlScope target)
    {
        if (cursor.TakeWords("on", "constraint"))
        {
            if (cursor.TakeIdentifier() is null) return false;
        }
        else if (cursor.TakeSymbol("("))
        {
            if (!Sorted(target, mayBeOutput: false) || !cursor.TakeSymbol(")")) return false;
            if (cursor.TakeWords("where") && !Expression(target)) return false;
        }
        if (!cursor.TakeWords("do")) return false;
        if (cursor.TakeWords("nothing")) return true;
        if (!cursor.TakeWords("update", "set")) return false;
        var scope = Open(target);
        scope.Items.Add(target.Items[0] with { Name = "excluded", Schema = null });
        // A name without a table is one of the target's: EXCLUDED has the same.
        return Sets(scope) && (!cursor.TakeWords("where") || Expression(scope));
    }

    private bool Update(SqlScope scope, out IReadOnlySet<string>? columns)
    {
        columns = null;
        cursor.TakeWords("only");
        if (cursor.TakeName() is not { } name) return false;
        cursor.TakeSymbol("*");
        // Columns that are set are those of the target, and of no other table.
        var target = Open(scope);
        if (!Target(target, name) || !cursor.TakeWords("set")) return false;
        var all = Open(scope);
        all.Items.AddRange(target.Items);
        if (!Sets(all, target)) return false;
        if (cursor.TakeWords("from") && !FromAll(all)) return false;
        return (!cursor.TakeWords("where") || Condition(all)) && Returning(all, out columns);
    }

    private bool Delete(SqlScope scope, out IReadOnlySet<string>? columns)
    {
        columns = null;
        cursor.TakeWords("only");
        if (cursor.TakeName() is not { } name) return false;
        cursor.TakeSymbol("*");
        var all = Open(scope);
        if (!Target(all, name)) return false;
        if (cursor.TakeWords("using") && !FromAll(all)) return false;
        return (!cursor.TakeWords("where") || Condition(all)) && Returning(all, out columns);
    }

    /// <summary>Not <c>WHERE CURRENT OF</c>.</summary>
    private bool Condition(SqlScope scope) => !(cursor.IsWord("current") && cursor.IsWord("of", 1)) && Expression(scope);

    private bool FromAll(SqlScope scope)
    {
        do
        {
            if (!From(scope)) return false;
        }
        while (cursor.TakeSymbol(","));
        return true;
    }

    /// <summary>The table that is changed: no common table expression.</summary>
    private bool Target(SqlScope scope, SqlName name)
    {
        var found = model.Find(name, searchPath);
        if (found.Certainty == SchemaCertainty.Missing) MissingTables.Add(name);
        else if (found.Certainty == SchemaCertainty.Unknown) UnknownTables++;
        else FoundTables++;
        var alias = name.Identifier;
        var schema = found.Relation?.Schema;
        if (cursor.TakeWords("as") || (cursor.IsKind(SqlTokenKind.Word) && !IsReserved() && !IsBehindTable()))
        {
            if (cursor.TakeIdentifier() is not { } written) return false;
            (alias, schema) = (written, null);
        }
        scope.Items.Add(new(alias.Name, found.Relation, null) { Schema = schema });
        return true;
    }

    private bool IsQueryInside()
    {
        cursor.Index++;
        var isQuery = IsQuery();
        cursor.Index--;
        return isQuery;
    }

    /// <summary>Columns in parentheses, each perhaps with a field or an element of an array behind it.</summary>
    private bool Columns(SqlScope scope)
    {
        if (!cursor.TakeSymbol("(")) return false;
        do
        {
            if (!Column(scope)) return false;
        }
        while (cursor.TakeSymbol(","));
        return cursor.TakeSymbol(")");
    }

    private bool Column(SqlScope scope)
    {
        if (cursor.TakeIdentifier() is not { } column) return false;
        scope.Columns.Add(new([column], MayBeOutput: false));
        return !cursor.IsSymbol(".") && !cursor.IsSymbol("[");
    }

    private bool Sets(SqlScope scope, SqlScope? target = null)
    {
        do
        {
            var isList = cursor.IsSymbol("(");
            if (!(isList ? Columns(target ?? scope) : Column(target ?? scope)) || !cursor.TakeSymbol("=")) return false;
            if (!cursor.TakeWords("default") && !Expression(scope)) return false;
        }
        while (cursor.TakeSymbol(","));
        return true;
    }

    private bool Returning(SqlScope scope, out IReadOnlySet<string>? columns)
    {
        columns = null;
        if (!cursor.TakeWords("returning")) return true;
        // PostgreSQL 18 can name what was before and after.
        if (cursor.IsWord("with") || !Outputs(scope, out var outputs)) return false;
        columns = Names(scope, outputs);
        return true;
    }
}
