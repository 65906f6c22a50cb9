using System.Diagnostics.CodeAnalysis;

namespace Cora.Build.Python.Source;

/// <content>What names stand for.</content>
public sealed partial class ImportScope
{
    /// <summary>How many modules and aliases a name is followed through: more were not written by hand, and the stack has an end.</summary>
    private const int MaxDepth = 64;

    /// <summary>How many things a name may stand for.</summary>
    private const int MaxMeanings = 16;

    /// <summary>What every module object has (https://docs.python.org/3/reference/datamodel.html#modules).</summary>
    private static readonly HashSet<string> s_ofModules = new(StringComparer.Ordinal)
    {
        "__name__", "__doc__", "__file__", "__path__", "__package__", "__spec__", "__loader__", "__dict__", "__builtins__", "__cached__", "__annotations__", "__annotate__",
        "__class__", "__delattr__", "__dir__", "__eq__", "__format__", "__ge__", "__getattribute__", "__getstate__", "__gt__", "__hash__", "__init__", "__init_subclass__",
        "__le__", "__lt__", "__ne__", "__new__", "__reduce__", "__reduce_ex__", "__repr__", "__setattr__", "__sizeof__", "__str__", "__subclasshook__",
    };

    private readonly Dictionary<(string Module, string Name), IReadOnlyList<Meaning>> _known = [];
    private readonly HashSet<(string Module, string Name)> _open = [];
    private readonly Dictionary<SourceModule, ILookup<string, Binding>> _bindings = new(ReferenceEqualityComparer.Instance);
    private int _depth;

    /// <summary>What an import brings: a module, or what stands under a name in one.</summary>
    public IReadOnlyList<Meaning> Resolve(SourceModule from, ImportFact import)
    {
        if (import.Place == ImportPlace.TypeChecking || FullName(from, import) is not { Length: > 0 } module) return [Meaning.s_unknown];
        if (import.Name is "*") return [Find(module)];
        if (import.Name is null)
        {
            // `import a.b as c` takes the attribute b of a, which may be a function by now.
            if (import.Alias is null) return [Find(Top(module))];
            var found = Find(module);
            return found.Kind == MeaningKind.Module && Parent(module) is { Length: > 0 } parent && IsBound(parent, Last(module)) ? Lookup(Find(parent), Last(module)) : [found];
        }
        // `from . import x` in the package itself is what makes a submodule a name of it.
        if (module == from.Name && from.IsPackage && Find($"{module}.{import.Name}") is { Kind: not MeaningKind.Missing } submodule) return [submodule];
        return Find(module) is var package && package.Kind == MeaningKind.Module ? Lookup(package, import.Name)
            : [package.Kind == MeaningKind.External ? package with { Name = $"{module}.{import.Name}" } : package];
    }

    /// <summary>What one of some targets stands for; at least one meaning. What would have failed before it is there is <see cref="MeaningKind.Unknown"/>.</summary>
    public IReadOnlyList<Meaning> Resolve(SourceModule from, IEnumerable<Target> targets) =>
        WithoutMissing(Distinct(targets.SelectMany(target => Resolve(from, target))));

    private IReadOnlyList<Meaning> Resolve(SourceModule from, Target target)
    {
        var path = target.Path.AsEnumerable();
        IReadOnlyList<Meaning> meanings;
        if (target.Import < 0)
        {
            if (target.Path.Count == 0) return [Meaning.s_unknown];
            meanings = Lookup(ModuleOf(from), target.Path[0]);
            path = path.Skip(1);
        }
        else
        {
            if (target.Import >= from.Facts.Imports.Count) return [Meaning.s_unknown];
            var import = from.Facts.Imports[target.Import];
            meanings = Resolve(from, import);
            if (import.Name is "*" && target.Path.Count > 0)
            {
                if (meanings is not [{ Kind: MeaningKind.Module, Source: { } source }]) return [Meaning.s_unknown];
                // A star import that does not bring the name leaves it as it is.
                if (!IsExported(source, target.Path[0])) return [];
                meanings = Lookup(meanings[0], target.Path[0]);
                if (meanings is [{ Kind: MeaningKind.Missing }]) return [];
                path = path.Skip(1);
            }
        }
        foreach (var name in path) meanings = Attribute(meanings, name);
        return meanings;
    }

    /// <summary>What an attribute of one of some things stands for.</summary>
    public IReadOnlyList<Meaning> Attribute(IReadOnlyList<Meaning> meanings, string name) => Distinct(meanings.SelectMany(meaning => meaning.Kind switch
    {
        MeaningKind.Module => Lookup(meaning, name),
        MeaningKind.External => [meaning with { Name = $"{meaning.Name}.{name}" }],
        _ => [Meaning.s_unknown],
    }));

    /// <summary>What a name of a module stands for; <see cref="MeaningKind.Missing"/> alone when the module does not have it.</summary>
    /// <param name="module">Of kind <see cref="MeaningKind.Module"/>.</param>
    /// <param name="name">The name.</param>
    public IReadOnlyList<Meaning> Lookup(Meaning module, string name)
    {
        if (module.Kind != MeaningKind.Module) return [Meaning.s_unknown];
        var key = (module.Name, name);
        if (_known.TryGetValue(key, out var known)) return known;
        if (_depth >= MaxDepth || !_open.Add(key)) return [Meaning.s_unknown];
        _depth++;
        try
        {
            return _known[key] = Distinct(LookupIn(module, name));
        }
        finally
        {
            _depth--;
            _open.Remove(key);
        }
    }

    /// <summary>The names that a module has, for suggestions: without those with an underscore, unless that is asked for.</summary>
    public IEnumerable<string> NamesOf(Meaning module, bool withPrivate = false)
    {
        var names = module.Source is null ? [] : Exporters(module.Source, null, out _).SelectMany(source => source.Facts.Bindings
            .Where(binding => binding.Name != "*" && !IsExternal(source, binding) && (ReferenceEquals(source, module.Source) || IsExported(source, binding.Name))))
            .Select(binding => binding.Name);
        return names.Concat(SubmodulesOf(module.Name))
            .Where(name => !name.StartsWith("__", StringComparison.Ordinal) && (withPrivate || name[0] != '_'))
            .Distinct(StringComparer.Ordinal);
    }

    /// <summary>Whether a module defines a name itself.</summary>
    public bool Defines(Meaning module, string name) =>
        module.Source is { } source && Lookup(module, name).Any(meaning => meaning.Binding is not null && ReferenceEquals(meaning.Source, source));

    private bool IsBound(string module, string name) => _modules.TryGetValue(module, out var all) && all.Any(item => BindingsOf(item.Source)[name].Any());

    private ILookup<string, Binding> BindingsOf(SourceModule source)
    {
        if (!_bindings.TryGetValue(source, out var bindings))
            _bindings[source] = bindings = source.Facts.Bindings.ToLookup(binding => binding.Name, StringComparer.Ordinal);
        return bindings;
    }

    private IEnumerable<Meaning> LookupIn(Meaning module, string name)
    {
        if (module.Source is { Facts: { Fault: not null } or { IsDynamic: true } } || _stored.Contains((module.Name, "*")))
            return [Meaning.s_unknown with { Source = module.Source }];
        var submodule = module.Source is { IsPackage: false } ? null : Find($"{module.Name}.{name}");
        var isSubmodule = submodule is not (null or { Kind: MeaningKind.Missing });
        SourceModule? open = null;
        var bound = module.Source is null ? [] : Exporters(module.Source, name, out open)
            .SelectMany(source => BindingsOf(source)[name].Select(binding => (Source: source, Binding: binding))).ToList();

        var meanings = bound.Where(item => !IsOverload(item.Source, item.Binding)).SelectMany(item => MeaningsOf(item.Source, item.Binding)).ToList();
        if (meanings.Count == 0 && bound.Count > 0) meanings.Add(Meaning.s_unknown);
        // `from .validate import validate` hides the module for good; another binding is replaced when the module is imported.
        if (isSubmodule && !(bound.Count > 0 && bound.All(item => IsFrom(item.Source, item.Binding, submodule!.Name)))) meanings.Add(submodule!);
        if (open is not null) meanings.Add(Meaning.s_unknown with { Source = open });
        if (_stored.Contains((module.Name, name)) || (meanings.Count == 0 && s_ofModules.Contains(name))) meanings.Add(new Meaning(MeaningKind.Value, $"{module.Name}.{name}") { Source = module.Source });
        return meanings.Count > 0 ? meanings : [new Meaning(MeaningKind.Missing, name) { Where = module.Name, Source = module.Source }];
    }

    /// <summary>A module, and those whose names it takes with star imports, as far as they give a name (null: any).</summary>
    /// <param name="source">The module.</param>
    /// <param name="name">The name.</param>
    /// <param name="open">A module among them that may have the name without its source showing it.</param>
    private List<SourceModule> Exporters(SourceModule source, string? name, out SourceModule? open)
    {
        open = null;
        var found = new List<SourceModule> { source };
        for (var i = 0; i < found.Count; i++)
        {
            foreach (var import in found[i].Facts.Imports.Where(import => import.Name == "*" && import.Place != ImportPlace.TypeChecking))
            {
                var target = FullName(found[i], import) is { } module ? Find(module) : Meaning.s_unknown;
                if (target is { Kind: MeaningKind.Module, Source: { } exporter })
                {
                    if (exporter.Facts is { Fault: not null } or { IsDynamic: true }) open ??= exporter;
                    else if ((name is null || IsExported(exporter, name)) && !found.Contains(exporter, ReferenceEqualityComparer.Instance)) found.Add(exporter);
                }
                else if (target.Kind != MeaningKind.Missing && name?[0] != '_')
                {
                    open ??= found[i];
                }
            }
        }
        return found;
    }

    private static bool IsExported(SourceModule source, string name) => source.Facts.All is { } all
        ? all.Contains(name)
        : name[0] != '_' || source.Facts.Bindings.Any(binding => binding.Name == "__all__");

    private bool IsExternal(SourceModule source, Binding binding) =>
        ImportOf(source, binding) is { } import && Resolve(source, import).Any(meaning => meaning.Kind == MeaningKind.External);

    private bool IsOverload(SourceModule source, Binding binding) => binding.Kind == BindingKind.Function && binding.Decorators.Any(decorator =>
        Resolve(source, decorator.Targets).Any(meaning => meaning is { Kind: MeaningKind.External, Name: "typing.overload" or "typing_extensions.overload" }));

    private static bool IsFrom(SourceModule source, Binding binding, string module) =>
        ImportOf(source, binding) is { Name: not null } import && FullName(source, import) == module;

    private static ImportFact? ImportOf(SourceModule source, Binding binding) =>
        binding.Kind == BindingKind.Import && binding.Import >= 0 ? source.Facts.Imports.ElementAtOrDefault(binding.Import) : null;

    private IReadOnlyList<Meaning> MeaningsOf(SourceModule source, Binding binding) => binding.Kind switch
    {
        BindingKind.Function => [new Meaning(MeaningKind.Function, $"{source.Name}.{binding.Name}") { Source = source, Binding = binding }],
        BindingKind.Class => [new Meaning(MeaningKind.Class, $"{source.Name}.{binding.Name}") { Source = source, Binding = binding }],
        BindingKind.Import when ImportOf(source, binding) is { } import => WithoutMissing(Resolve(source, import)),
        BindingKind.Alias when binding.Targets.Count > 0 => Resolve(source, binding.Targets),
        _ => [new Meaning(MeaningKind.Value, $"{source.Name}.{binding.Name}") { Source = source, Binding = binding }],
    };

    /// <summary>What cannot be imported binds nothing; the rules say it where it is imported.</summary>
    private static IReadOnlyList<Meaning> WithoutMissing(IReadOnlyList<Meaning> meanings) =>
        meanings.Count > 0 && meanings.All(meaning => meaning.Kind != MeaningKind.Missing) ? meanings
        : meanings.Where(meaning => meaning.Kind != MeaningKind.Missing).ToList() is { Count: > 0 } rest ? rest : [Meaning.s_unknown];

    [SuppressMessage("Performance", "CA1859", Justification = "A list that is not changed.")]
    private static IReadOnlyList<Meaning> Distinct(IEnumerable<Meaning> meanings)
    {
        var distinct = meanings.Take(MaxMeanings + 1).Distinct().ToList();
        return distinct.Count > MaxMeanings ? [Meaning.s_unknown] : distinct;
    }
}
