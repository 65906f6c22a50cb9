using Cora.Build.Diagnostics;
using Cora.Build.Python.Source;

namespace Cora.Build.Rules;

/// <summary>An environment variable that a function's code reads.</summary>
/// <param name="Name">Its name.</param>
/// <param name="IsRequired">Whether the function fails without it: at the start, or in code that its handler's files call.</param>
/// <param name="At">Where the name is written: in the function's own files or, of a layer of another module, in its zip.</param>
public sealed record EnvironmentVariable(string Name, bool IsRequired, Location At);

/// <summary>What a function's code reads of its environment: its own files that the handler leads to, and those of layers.</summary>
/// <param name="Reads">In the order of the files, own ones first; a name may be there several times.</param>
/// <param name="IsComplete">Whether that is all; false when a name is computed, the environment is passed on, or code takes part whose source is not looked at.</param>
public sealed record EnvironmentUse(IReadOnlyList<EnvironmentVariable> Reads, bool IsComplete)
{
    /// <summary>Those that the function fails without, each once; not those that Lambda sets itself.</summary>
    public IEnumerable<EnvironmentVariable> Required =>
        Reads.Where(read => read.IsRequired && !LambdaRuntime.EnvironmentVariables.Contains(read.Name)).DistinctBy(read => read.Name, StringComparer.Ordinal);

    /// <summary>Whether the function, the runtime or the interpreter may read a variable: only when this is false, nothing reads it.</summary>
    public bool MayRead(string name) => !IsComplete || Reads.Any(read => read.Name == name) || LambdaRuntime.MayRead(name);
}

/// <summary>Finds out what functions read of their environment.</summary>
public sealed class EnvironmentVariables
{
    private readonly ImportScope _scope;
    private readonly CallableSignatures _signatures;
    private readonly List<SourceModule> _reached = [];
    private readonly HashSet<(SourceModule Source, string Function)> _runs = [];
    private readonly List<EnvironmentVariable> _reads = [];
    private bool _isComplete;

    private EnvironmentVariables(ImportScope scope)
    {
        _scope = scope;
        _signatures = new CallableSignatures(scope);
        _isComplete = scope.PathChange is null;
    }

    /// <summary>What a function reads.</summary>
    public static EnvironmentUse Of(LintModel model, ArtifactCode function)
    {
        ArgumentNullException.ThrowIfNull(model);
        ArgumentNullException.ThrowIfNull(function);
        if (function.HandlerSource is not { } handler) return new EnvironmentUse([], IsComplete: false);
        var variables = new EnvironmentVariables(model.ScopeOf(function));
        variables.Reach(handler, function);
        variables.Run();
        foreach (var source in variables._reached) variables.Read(source);
        return new EnvironmentUse(variables._reads, variables._isComplete);
    }

    /// <summary>All files that the imports of the handler's file lead to.</summary>
    private void Reach(SourceModule handler, ArtifactCode function)
    {
        var code = function.Layers.Append(function.Code).ToList();
        var withoutSource = code.SelectMany(part => part.Distributions.SelectMany(distribution => distribution.TopLevel)
                .Concat(part.TopLevel.Where(top => !part.Modules.Keys.Any(name => name == top || name.StartsWith(top + ".", StringComparison.Ordinal))))
                .Concat(part.OtherModules.Select(name => name.Split('.')[0])))
            .ToHashSet(StringComparer.Ordinal);
        var seen = new HashSet<SourceModule>(ReferenceEqualityComparer.Instance) { handler };
        _reached.Add(handler);
        for (var i = 0; i < _reached.Count; i++)
        {
            var source = _reached[i];
            if (source.Facts is { Fault: not null } or { ImportsByName: true } or { IsDynamic: true }) _isComplete = false;
            foreach (var import in source.Facts.Imports.Where(import => import.Place != ImportPlace.TypeChecking))
            {
                if (ImportScope.FullName(source, import) is not { } module) continue;
                if (withoutSource.Contains(module.Split('.')[0])) _isComplete = false;
                var names = module.Split('.');
                foreach (var name in Enumerable.Range(1, names.Length).Select(count => string.Join('.', names.Take(count))).Append($"{module}.{import.Name}"))
                {
                    var found = _scope.Find(name);
                    if (found is { Kind: MeaningKind.Module, Source: { } next } && seen.Add(next)) _reached.Add(next);
                    if (found.Kind == MeaningKind.Unknown) _isComplete = false;
                }
            }
        }
        _reached.Sort((a, b) => _scope.IsOfLayer(a) == _scope.IsOfLayer(b) ? string.CompareOrdinal(a.File, b.File) : _scope.IsOfLayer(a).CompareTo(_scope.IsOfLayer(b)));
    }

    /// <summary>
    /// What certainly runs, or is there to be run: the top of each file, the functions of the function's own files, and the functions of layers that these call. Methods of
    /// a layer's classes are not followed.
    /// </summary>
    private void Run()
    {
        var open = new Queue<(SourceModule Source, string Function)>();
        foreach (var source in _reached)
        {
            Add((source, ""));
            if (_scope.IsOfLayer(source)) continue;
            foreach (var name in source.Facts.Calls.Select(call => call.Function).Concat(source.Facts.Environment.Select(read => read.Function))) Add((source, name));
        }
        while (open.TryDequeue(out var running))
        {
            foreach (var call in running.Source.Facts.Calls.Where(call => call.IsCertain && call.Function == running.Function))
            {
                if (_scope.Resolve(running.Source, call.Candidates) is [{ Kind: MeaningKind.Function, Source: { } source, Binding: { } function }]) Add((source, function.Name));
            }
        }

        void Add((SourceModule Source, string Function) place)
        {
            if (_runs.Add(place)) open.Enqueue(place);
        }
    }

    private void Read(SourceModule source)
    {
        foreach (var read in source.Facts.Environment)
        {
            if (read.Name is not null) Add(source, read.Name, read.At, read.IsRequired && _runs.Contains((source, read.Function)));
            else if (read.Parameter is null || !ReadByCalls(source, read)) _isComplete = false;
        }
    }

    /// <summary>The names that a function is passed. Whether those are all.</summary>
    private bool ReadByCalls(SourceModule definition, EnvironmentRead read)
    {
        var isComplete = true;
        foreach (var source in _reached)
        {
            var calls = 0;
            foreach (var call in source.Facts.Calls)
            {
                var meanings = _scope.Resolve(source, call.Candidates);
                if (meanings.FirstOrDefault(Is) is not { } meaning) continue;
                calls++;
                var signature = _signatures.Of(meaning);
                var argument = signature?.Parameters.FirstOrDefault(parameter => parameter.Name == read.Parameter) is { } parameter ? ParameterBinding.ArgumentOf(signature, call, parameter) : null;
                if (argument is { Value: { Text: { } name } }) Add(source, name, argument.At, read.IsRequired && meanings.Count == 1 && call.IsCertain && _runs.Contains((source, call.Function)));
                else isComplete = false;
            }
            // Where it is imported and not called, it is passed on: map(get_setting, NAMES). A package only offers it.
            if (calls == 0 && !source.IsPackage && source.Facts.Imports.Any(import => import.Name is not (null or "*") && _scope.Resolve(source, import).Any(Is))) isComplete = false;
            // So it is where it is taken from its module more often than it is called.
            if (source.Facts.References.Count(reference => reference.Attributes.Count > 0 && IsReference(source, reference)) > calls) isComplete = false;
        }
        return isComplete;

        bool Is(Meaning meaning) => meaning.Kind == MeaningKind.Function && ReferenceEquals(meaning.Source, definition) && meaning.Binding!.Name == read.Function;

        bool IsReference(SourceModule source, Python.Source.Reference reference) =>
            reference.Attributes.Aggregate(_scope.Resolve(source, reference.Candidates), (meanings, attribute) => _scope.Attribute(meanings, attribute.Name)).Any(Is);
    }

    private void Add(SourceModule source, string name, Position at, bool isRequired) => _reads.Add(new EnvironmentVariable(name, isRequired, new Location(source.File, at.Line, at.Column)));
}
