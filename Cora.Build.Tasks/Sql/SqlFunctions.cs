namespace Cora.Build.Sql;

/// <summary>A file of a module's SQL.</summary>
/// <param name="Module">The module's name.</param>
/// <param name="File">Full path.</param>
/// <param name="Sql">What it says.</param>
/// <param name="IsMigration">Whether it is one of <c>db/migrations</c>: it changes databases that exist, and a new one never sees it.</param>
public sealed record SqlSource(string Module, string File, SqlFile Sql, bool IsMigration);

/// <summary>A function that is there when all files of its module have run.</summary>
/// <param name="Schema">Where it is.</param>
/// <param name="Name">What it is called in the end.</param>
/// <param name="Function">As it was created.</param>
/// <param name="Source">By which file.</param>
public sealed record DefinedFunction(string Schema, string Name, SqlFunction Function, SqlSource Source)
{
    /// <summary>
    /// Whether PostgREST offers it, as far as its parameters go: all of them have names, or there is but one, of a type that can take the whole body.
    /// </summary>
    public bool IsCallableByName => Inputs is [{ Name: "", Type: var type }]
        ? type is { Schema: null, IsArray: false, Name: "json" or "jsonb" or "text" or "bytea" or "xml" }
        : Inputs?.All(parameter => parameter.Name.Length > 0) is true;

    /// <summary>What a caller gives; null where it could not be read.</summary>
    public IReadOnlyList<SqlParameter>? Inputs { get; } = Function.Parameters?.Where(parameter => parameter.IsInput).ToList();
}

/// <summary>
/// The functions of a whole project, by name. Each module's files are followed in their order: what is dropped later is not there, what is created again is there once.
/// In which order modules run is not known, so none of them changes what another defines.
/// </summary>
public sealed class SqlFunctions
{
    private readonly ILookup<string, DefinedFunction> _byName;
    private readonly List<string> _dynamic;

    private SqlFunctions(List<DefinedFunction> all, List<string> @dynamic, bool isComplete)
    {
        All = all;
        IsComplete = isComplete;
        _dynamic = @dynamic;
        _byName = all.ToLookup(function => function.Name, StringComparer.Ordinal);
    }

    /// <summary>Of all schemas, procedures and triggers' functions too; schemas before migrations.</summary>
    public IReadOnlyList<DefinedFunction> All { get; }

    /// <summary>Whether all files could be read to their end.</summary>
    public bool IsComplete { get; }

    /// <summary>All that have a name.</summary>
    public IEnumerable<DefinedFunction> Named(string name) => _byName[name];

    /// <summary>Whether a function of this name may be there although none is found: a file is not read to its end, or a <c>DO</c> block that makes statements names it.</summary>
    public bool MayDefine(string name) => !IsComplete || _dynamic.Exists(text => HasWord(text, name));

    private static bool HasWord(string text, string word)
    {
        static bool IsPart(char c) => char.IsLetterOrDigit(c) || c is '_' or '$';
        for (var at = text.IndexOf(word, StringComparison.Ordinal); at >= 0; at = text.IndexOf(word, at + 1, StringComparison.Ordinal))
        {
            if ((at == 0 || !IsPart(text[at - 1])) && (at + word.Length == text.Length || !IsPart(text[at + word.Length]))) return true;
        }
        return false;
    }

    /// <summary>Follows files.</summary>
    /// <param name="sources">Those of a module in the order in which they run.</param>
    public static SqlFunctions Of(IReadOnlyList<SqlSource> sources)
    {
        List<DefinedFunction> all = [];
        foreach (var group in sources.GroupBy(source => (source.IsMigration, source.Module)).OrderBy(group => group.Key.IsMigration))
        {
            var functions = new Functions();
            foreach (var source in group) functions.Follow(source);
            all.AddRange(functions.All);
        }
        var @dynamic = sources.SelectMany(source => source.Sql.Statements.OfType<DynamicStatements>().Select(statement => source.Sql.Text.Text[statement.Body.Start..statement.Body.End]));
        return new(all, [.. @dynamic], sources.All(source => source.Sql.Faults.Count == 0));
    }

    /// <summary>The functions of one module, file by file.</summary>
    private sealed class Functions
    {
        private readonly Dictionary<(string Schema, string Name), List<(int Order, string? Signature, DefinedFunction Function)>> _byName = [];
        private string _schema = "public";
        private int _order;

        public IEnumerable<DefinedFunction> All => _byName.Values.SelectMany(list => list).OrderBy(item => item.Order).Select(item => item.Function);

        public void Follow(SqlSource source)
        {
            // Each file has a session of its own.
            _schema = "public";
            foreach (var statement in source.Sql.Statements)
            {
                switch (statement)
                {
                    case SetSearchPath path:
                        _schema = path.Schema ?? "public";
                        break;
                    case CreateFunction create:
                        Add(new(create.Function.Name.Schema?.Name ?? _schema, create.Function.Name.Name, create.Function, source));
                        break;
                    // Whether it runs is not known, and to leave the function costs no false alarm.
                    case { IsConditional: true }:
                        break;
                    case DropFunctions drop:
                        foreach (var function in drop.Functions) Take(function);
                        break;
                    case RenameFunction rename when Take(rename.Function) is { } function:
                        Add(function with { Name = rename.NewName.Name });
                        break;
                    case MoveFunction move when Take(move.Function) is { } function:
                        Add(function with { Schema = move.NewSchema.Name });
                        break;
                }
            }
        }

        private void Add(DefinedFunction function)
        {
            if (!_byName.TryGetValue((function.Schema, function.Name), out var overloads)) overloads = _byName[(function.Schema, function.Name)] = [];
            if (function.Function.Signature is { } signature) overloads.RemoveAll(item => item.Signature == signature);
            overloads.Add((_order++, function.Function.Signature, function));
        }

        /// <summary>Removes a function. None when the statement does not name exactly one.</summary>
        private DefinedFunction? Take(SqlFunctionReference reference)
        {
            if (!_byName.TryGetValue((reference.Name.Schema?.Name ?? _schema, reference.Name.Name), out var overloads)
                && (reference.Name.Schema is not null || !_byName.TryGetValue(("public", reference.Name.Name), out overloads))) return null;
            var matching = overloads.FindAll(item => reference.Signature is null || item.Signature == reference.Signature);
            if (matching is not [var (order, _, function)]) return null;
            overloads.RemoveAll(item => item.Order == order);
            return function;
        }
    }
}
