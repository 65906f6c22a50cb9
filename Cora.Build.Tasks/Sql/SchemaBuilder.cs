using System.Text.RegularExpressions;

namespace Cora.Build.Sql;

/// <summary>
/// Follows statements from file to file. One that is about a relation that is not there yet waits: another module may make it. What may not run, and what one module
/// takes away from another, takes nothing away but certainty.
/// </summary>
internal sealed partial class SchemaBuilder
{
    /// <summary>How many statements that wait for each other are followed one after the other: as many as modules can need each other in turn.</summary>
    private const int MostPasses = 1000;

    private readonly List<RelationDraft> _relations = [];
    private readonly Dictionary<SchemaName, RelationDraft> _byName = [];
    /// <summary>Of the file that is followed.</summary>
    private readonly List<RelationDraft> _temporary = [];
    private readonly List<SchemaObject> _objects = [];

    /// <summary>Names of relations that are no tables: indexes, sequences, composite types.</summary>
    private readonly Dictionary<SchemaName, RelationDraft?> _otherNames = [];
    private readonly Dictionary<SchemaName, int> _constraintNames = [];
    private readonly GeneratedName _names = new();
    private readonly HashSet<SchemaName> _uncertain = [];
    private readonly List<(SqlStatement Statement, SqlSource Source, string Schema)> _waiting = [];
    private readonly List<string> _dynamic = [];

    /// <summary>Of the file that is followed.</summary>
    private SqlSource _source = null!;
    private string _schema = "public";

    /// <summary>Whether the statement does what it says: it runs, on what is its own module's.</summary>
    private bool _isCertain;
    private bool _isLast;

    public SchemaParts Follow(IReadOnlyList<SqlSource> sources, SqlFunctions functions)
    {
        foreach (var source in sources) Follow(source);
        FollowWaiting();
        FindReferences();
        foreach (var function in functions.All) FindCreated(function);
        _dynamic.AddRange(CalledBodies(functions));
        var dynamic = new DynamicNames(_dynamic);
        return new()
        {
            Sources = sources,
            Relations = [.. _relations.Where(relation => relation.Persistence != SqlPersistence.Temporary).Select(relation => relation.Freeze(dynamic.MayShape(relation.Name)))],
            Objects = _objects,
            Functions = functions,
            Uncertain = _uncertain,
            Dynamic = dynamic,
            IsComplete = sources.All(source => source.Sql.Faults.Count == 0 && !source.Sql.Statements.Any(statement => statement is UnreadStatement { Name: null })),
        };
    }

    private void Follow(SqlSource source)
    {
        _source = source;
        // Each file has a session of its own.
        _schema = "public";
        foreach (var statement in source.Sql.Statements)
        {
            if (!Apply(statement)) _waiting.Add((statement, source, _schema));
        }
        foreach (var temporary in _temporary)
        {
            _uncertain.Add(new(temporary.Schema, temporary.Name));
            if (_byName.GetValueOrDefault(new(temporary.Schema, temporary.Name)) == temporary) Remove(temporary);
        }
        _temporary.Clear();
    }

    /// <summary>Statements that waited, as long as one of them finds what it is about; and then tables whose parents are in no file.</summary>
    private void FollowWaiting()
    {
        for (var (before, pass) = (-1, 0); before != _waiting.Count || !_isLast; pass++)
        {
            // A table whose parent nobody makes is there all the same.
            _isLast = before == _waiting.Count || pass >= MostPasses;
            before = _waiting.Count;
            var waiting = _waiting.ToList();
            _waiting.Clear();
            foreach (var item in waiting)
            {
                (_source, _schema) = (item.Source, item.Schema);
                if (!Apply(item.Statement)) _waiting.Add(item);
            }
            if (_waiting.Count < before && pass < MostPasses) _isLast = false;
        }
    }

    /// <summary>Follows one statement.</summary>
    /// <returns>False when the relation that it is about is not there.</returns>
    private bool Apply(SqlStatement statement)
    {
        _isCertain = !statement.IsConditional;
        switch (statement)
        {
            case SetSearchPath path:
                _schema = path.Schema ?? "public";
                return true;
            case CreateTable create:
                return Create(create);
            case CreateView create:
                Create(create);
                return true;
            case AlterTable alter:
                return Alter(alter);
            case CreateIndex create:
                return Create(create);
            case CreatePolicy create:
                return Create(create);
            case AlterPolicy alter:
                return Alter(alter);
            case DropPolicy drop:
                return With(drop.Table, relation =>
                {
                    Drop(relation.Policies, policy => policy.Name == drop.Policy.Name, policy => policy.Origin);
                    Replace(relation.Policies, policy => policy.Name == drop.Policy.Name, policy => policy with { MayBeGone = true });
                });
            case CreateTrigger create:
                return Create(create);
            case RenameTrigger rename:
                return With(rename.Table, relation => Replace(relation.Triggers, trigger => trigger.Name == rename.Trigger.Name, trigger => trigger with { Name = rename.NewName.Name }));
            case DropTrigger drop:
                return With(drop.Table, relation => Drop(relation.Triggers, trigger => trigger.Name == drop.Trigger.Name, trigger => trigger.Origin));
            case DropFunctions { IsCascade: true } drop:
                foreach (var function in drop.Functions) DropTriggersOf(function.Name);
                return true;
            case CreateDefinition create:
                Create(create);
                return true;
            case SetEnumValue value:
                Set(value);
                return true;
            case DropObjects drop:
                Drop(drop);
                return true;
            case RenameObject rename:
                Rename(rename);
                return true;
            case MoveObject move:
                Move(move);
                return true;
            case DynamicStatements { Body: var body }:
                _dynamic.Add(_source.Sql.Text.Text[body.Start..body.End]);
                return true;
            case UnreadStatement { Name: { } name }:
                Doubt(name);
                return true;
            default:
                return true;
        }
    }

    /// <summary>Bodies of the project's functions that a statement calls: what they do is done.</summary>
    private List<string> CalledBodies(SqlFunctions functions)
    {
        var called = new DynamicNames(_dynamic);
        return [.. functions.All
            .Where(function => function.Function is { Body: not null, IsTrigger: false } && called.Names(function.Name))
            .Select(function => function.Source.Sql.Text.Text[function.Function.Body!.Span.Start..function.Function.Body.Span.End])];
    }

    /// <summary>Tables that functions make while they run.</summary>
    private void FindCreated(DefinedFunction function)
    {
        if (function.Function.Body is not { } body) return;
        var text = function.Source.Sql.Text.Text[body.Span.Start..body.Span.End];
        foreach (Match match in CreatedTable().Matches(text)) _uncertain.Add(new("pg_temp", match.Groups["name"].Value.ToLowerInvariant()));
    }

    [GeneratedRegex("""\b(table|view)\s+(if\s+not\s+exists\s+)?("?\w+"?\.)?"?(?<name>\w+)""", RegexOptions.IgnoreCase | RegexOptions.CultureInvariant)]
    private static partial Regex CreatedTable();

    private SchemaOrigin Origin(Python.Source.Position at) => new(_source, at, !_isCertain);

    private SchemaText? Text(SqlSpan? span) => span is { } part ? new(_source, part) : null;

    /// <summary>Whether the statement can take away what something made: it certainly runs, behind it.</summary>
    private bool CanTake(SchemaOrigin origin) => _isCertain && (origin.Module == _source.Module || _source.IsMigration);

    /// <summary>What a name stands for; null when it is not there.</summary>
    private RelationDraft? Find(SqlName name)
    {
        if (name.Schema is { } schema) return _byName.GetValueOrDefault(new(schema.Name, name.Name));
        return _byName.GetValueOrDefault(new("pg_temp", name.Name)) ?? _byName.GetValueOrDefault(new(_schema, name.Name)) ?? _byName.GetValueOrDefault(new("public", name.Name));
    }

    /// <summary>The schema in which a name is made.</summary>
    private SchemaName Made(SqlName name, bool isTemporary = false) => new(isTemporary ? "pg_temp" : name.Schema?.Name ?? _schema, name.Name);

    private bool With(SqlName name, Action<RelationDraft> action)
    {
        if (Find(name) is not { } relation) return false;
        action(relation);
        return true;
    }

    private void Add(RelationDraft relation)
    {
        _relations.Add(relation);
        if (relation.Persistence == SqlPersistence.Temporary) _temporary.Add(relation);
        _byName[new(relation.Schema, relation.Name)] = relation;
    }

    private void Remove(RelationDraft relation)
    {
        _relations.Remove(relation);
        _byName.Remove(new(relation.Schema, relation.Name));
        ReleaseAll(relation);
        foreach (var (_, parent) in relation.Parents) parent?.Children.Remove(relation);
        foreach (var child in relation.Children.ToList()) Remove(child);
    }

    /// <summary>Nothing is known of a name any more.</summary>
    private void Doubt(SqlName name)
    {
        _uncertain.Add(Made(name));
        if (Find(name) is not { } relation) return;
        relation.IsComplete = false;
    }

    /// <summary>What another module made may come later than this.</summary>
    private void Drop<T>(List<T> items, Predicate<T> isMeant, Func<T, SchemaOrigin> origin) => items.RemoveAll(item => isMeant(item) && CanTake(origin(item)));

    private static void Replace<T>(List<T> items, Predicate<T> isMeant, Func<T, T> change)
    {
        var index = items.FindIndex(isMeant);
        if (index >= 0) items[index] = change(items[index]);
    }
}
