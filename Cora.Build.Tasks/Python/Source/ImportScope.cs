using System.Diagnostics.CodeAnalysis;

namespace Cora.Build.Python.Source;

/// <summary>
/// All that the code of one function or layer can import in Lambda, and what its names stand for: through definitions, aliases, imports and star imports of any number of
/// modules. What is said to be missing is missing for certain.
/// </summary>
/// <remarks>Not for several threads at once: what was found out is kept.</remarks>
public sealed class ImportScope
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

    /// <summary>Where Lambda looks anyway.</summary>
    private static readonly HashSet<string> s_usualPaths = new(StringComparer.Ordinal) { "/opt/python", "/opt", "/var/task", "/var/runtime", ".", "" };

    private readonly StandardLibrary _library;
    private readonly IReadOnlyList<ImportableCode> _all;
    private readonly Dictionary<string, List<(ImportableCode Code, SourceModule Source)>> _modules = new(StringComparer.Ordinal);
    private readonly Dictionary<SourceModule, ImportableCode> _codes = new(ReferenceEqualityComparer.Instance);
    private readonly Dictionary<string, SortedSet<string>> _submodules = new(StringComparer.Ordinal);
    private readonly Dictionary<string, List<ImportableCode>> _sourcesOf = new(StringComparer.Ordinal);
    private readonly HashSet<string> _otherModules = new(StringComparer.Ordinal);
    private readonly HashSet<string> _brought = new(StringComparer.Ordinal);
    private readonly HashSet<(string Module, string Name)> _stored = [];
    private readonly Dictionary<(string Module, string Name), IReadOnlyList<Meaning>> _known = [];
    private readonly HashSet<(string Module, string Name)> _open = [];
    private readonly Dictionary<SourceModule, ILookup<string, Binding>> _bindings = new(ReferenceEqualityComparer.Instance);
    private int _depth;

    /// <param name="code">The function's or layer's own.</param>
    /// <param name="isFunction">Whether it is a function: Python looks there before it looks into layers, which are unpacked into one directory.</param>
    /// <param name="layers">What stands beside it, in the order in which Python looks.</param>
    /// <param name="library">The standard library of the target.</param>
    public ImportScope(ImportableCode code, bool isFunction, IReadOnlyList<ImportableCode> layers, StandardLibrary library)
    {
        Code = code;
        IsFunction = isFunction;
        Layers = [.. layers.Where(layer => layer != code).DistinctBy(layer => (layer.Module, layer.Name))];
        _library = library;
        _all = [code, .. Layers];
        foreach (var part in _all) Add(part);
        foreach (var source in _codes.Keys) ReadChanges(source);
        // What was looked up for it was looked up before all stores were known.
        _known.Clear();
    }

    /// <summary>The function's or layer's own.</summary>
    public ImportableCode Code { get; }

    /// <summary>Whether <see cref="Code"/> is a function's.</summary>
    public bool IsFunction { get; }

    /// <summary>What stands beside it.</summary>
    public IReadOnlyList<ImportableCode> Layers { get; }

    /// <summary>A file that changes where Python looks for modules (<c>sys.path</c>, <c>sys.meta_path</c>, <c>sys.modules</c>); then no import fails for certain.</summary>
    public SourceModule? PathChange { get; private set; }

    /// <summary>Own sources, by file.</summary>
    public IEnumerable<SourceModule> OwnSources => Code.Modules.Values.OrderBy(source => source.File, StringComparer.Ordinal);

    /// <summary>First names of all that can be imported, for suggestions.</summary>
    public IEnumerable<string> TopLevel => _all.SelectMany(part => part.TopLevel.Concat(part.Modules.Keys.Where(name => !name.Contains('.')))).Concat(_brought)
        .Concat(_library.Names.Where(name => name[0] != '_')).Concat(LambdaRuntime.Names.Where(name => name[0] != '_'));

    /// <summary>Which part has a source.</summary>
    public ImportableCode CodeOf(SourceModule source) => _codes[source];

    /// <summary>Whether a source is a layer's.</summary>
    public bool IsOfLayer(SourceModule source) => !IsFunction || CodeOf(source) != Code;

    /// <summary>Why a module of the standard library is not there, to follow its name.</summary>
    public string? WhyNotInLibrary(string name) => _library.WhyAbsent(name);

    /// <summary>The full name of what an import statement imports, or imports from; null when its dots lead out of the top-level package.</summary>
    public static string? FullName(SourceModule from, ImportFact import)
    {
        if (import.Level == 0) return import.Module;
        var package = from.IsPackage ? from.Name : Parent(from.Name);
        for (var level = 1; level < import.Level && package.Length > 0; level++) package = Parent(package);
        return package.Length == 0 ? null : import.Module.Length == 0 ? package : $"{package}.{import.Module}";
    }

    /// <summary>The module of a name: <see cref="MeaningKind.Module"/>, <see cref="MeaningKind.External"/>, <see cref="MeaningKind.Missing"/> or <see cref="MeaningKind.Unknown"/>.</summary>
    public Meaning Find(string name)
    {
        var top = Top(name);
        if (_library.Names.Contains(top) || LambdaRuntime.Names.Contains(top)) return new Meaning(MeaningKind.External, name);
        if (!_sourcesOf.TryGetValue(top, out var sources))
        {
            return _brought.Contains(top) ? new Meaning(MeaningKind.External, name)
                : PathChange is not null || _all.Any(part => !part.IsComplete) ? Meaning.s_unknown : new Meaning(MeaningKind.Missing, top);
        }
        // A regular package or module of the function hides what layers have under its name.
        if (IsFunction && Code.Modules.ContainsKey(top)) sources = [Code];

        Meaning? found = null;
        for (var end = top.Length; ; end = name.IndexOf('.', end + 1) is var dot and >= 0 ? dot : name.Length)
        {
            var current = name[..end];
            var next = FindOne(current, sources);
            if (next is null) return WhereItStops(found!, current, sources);
            if (next.Kind != MeaningKind.Module) return next.Kind == MeaningKind.External ? new Meaning(MeaningKind.External, name) : next;
            found = next;
            if (end == name.Length) return found;
        }
    }

    /// <summary>What an import brings: a module, or what stands under a name in one.</summary>
    public IReadOnlyList<Meaning> Resolve(SourceModule from, ImportFact import)
    {
        if (import.Place == ImportPlace.TypeChecking || FullName(from, import) is not { Length: > 0 } module) return [Meaning.s_unknown];
        if (import.Name is "*") return [Find(module)];
        if (import.Name is null)
        {
            // `import a.b as c` takes the attribute b of a, which may be a function by now.
            return import.Alias is null ? [Find(Top(module))] : Find(module) is { Kind: MeaningKind.Module } found && Parent(module) is { Length: > 0 } parent && IsBound(parent, Last(module))
                ? Lookup(Find(parent), Last(module))
                : [Find(module)];
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
        return names.Concat(_submodules.GetValueOrDefault(module.Name) ?? []).Where(name => !name.StartsWith("__", StringComparison.Ordinal) && (withPrivate || name[0] != '_'))
            .Distinct(StringComparer.Ordinal);
    }

    /// <summary>Whether a module defines a name itself.</summary>
    public bool Defines(Meaning module, string name) =>
        module.Source is { } source && Lookup(module, name).Any(meaning => meaning.Binding is not null && ReferenceEquals(meaning.Source, source));

    /// <summary>The modules and packages directly in a package.</summary>
    public IEnumerable<string> SubmodulesOf(string package) => _submodules.GetValueOrDefault(package) ?? [];

    /// <summary>The module that a source is.</summary>
    public static Meaning ModuleOf(SourceModule source) => new(MeaningKind.Module, source.Name) { Source = source };

    private void Add(ImportableCode part)
    {
        foreach (var source in part.Modules.Values)
        {
            if (!_codes.TryAdd(source, part)) continue;
            if (!_modules.TryGetValue(source.Name, out var same)) _modules[source.Name] = same = [];
            same.Add((part, source));
            var top = Top(source.Name);
            if (!_sourcesOf.TryGetValue(top, out var parts)) _sourcesOf[top] = parts = [];
            if (!parts.Contains(part)) parts.Add(part);
            AddSubmodule(source.Name);
        }
        foreach (var name in part.OtherModules)
        {
            _otherModules.Add(name);
            AddSubmodule(name);
        }
        _brought.UnionWith(part.TopLevel.Where(top => !_sourcesOf.TryGetValue(top, out var parts) || !parts.Contains(part)));
        _brought.UnionWith(part.Distributions.SelectMany(distribution => distribution.TopLevel));
    }

    private void AddSubmodule(string name)
    {
        while (Parent(name) is { Length: > 0 } parent)
        {
            if (!_submodules.TryGetValue(parent, out var names)) _submodules[parent] = names = new(StringComparer.Ordinal);
            if (!names.Add(Last(name))) return;
            name = parent;
        }
    }

    /// <summary>What one file does to others: it sets attributes of modules, and changes where modules are looked for.</summary>
    private void ReadChanges(SourceModule source)
    {
        foreach (var reference in source.Facts.References)
        {
            foreach (var candidate in reference.Candidates)
            {
                var meanings = Resolve(source, [candidate]);
                foreach (var attribute in reference.Attributes.Take(reference.Attributes.Count - 1)) meanings = Attribute(meanings, attribute.Name);
                foreach (var meaning in meanings)
                {
                    var last = reference.Attributes[^1].Name;
                    if (reference.IsStore && meaning.Kind == MeaningKind.Module) _stored.Add((meaning.Name, last));
                    if (meaning is { Kind: MeaningKind.External, Name: "sys" } && last is "path" or "meta_path" or "path_hooks" or "modules") PathChange ??= source;
                }
            }
        }
        foreach (var call in source.Facts.Calls)
        {
            var last = call.Positional.Count == 0 ? null : call.Positional[^1].Value?.Text;
            if (Resolve(source, call.Candidates).Any(meaning => meaning is { Kind: MeaningKind.External, Name: "sys.path.insert" or "sys.path.append" or "sys.path.extend" or "site.addsitedir" })
                && (last is null || !s_usualPaths.Contains(last.TrimEnd('/'))))
            {
                PathChange ??= source;
            }
        }
    }

    /// <summary>A module of that name, or a namespace package; null when there is none.</summary>
    private Meaning? FindOne(string name, List<ImportableCode> sources)
    {
        var found = _modules.TryGetValue(name, out var all) ? all.Where(item => sources.Contains(item.Code)).ToList() : [];
        return found.Count switch
        {
            1 => ModuleOf(found[0].Source),
            > 1 => Meaning.s_unknown,
            _ => _otherModules.Contains(name) ? new Meaning(MeaningKind.External, name) : _submodules.ContainsKey(name) ? new Meaning(MeaningKind.Module, name) : null,
        };
    }

    private Meaning WhereItStops(Meaning parent, string missing, List<ImportableCode> sources)
    {
        // A package that other parts have a share in, or that says itself where its modules are, may have it there.
        var isOpen = PathChange is not null || parent.Source is { Facts: { Fault: not null } or { IsDynamic: true } } || _brought.Contains(Top(missing))
            || (sources.Any(part => !part.IsComplete) && !_modules.ContainsKey(Top(missing)));
        for (var package = Parent(missing); package.Length > 0 && !isOpen; package = Parent(package)) isOpen = IsBound(package, "__path__");
        return isOpen ? Meaning.s_unknown : new Meaning(MeaningKind.Missing, Last(missing)) { Where = parent.Name, Source = parent.Source };
    }

    private bool IsBound(string module, string name) => _modules.TryGetValue(module, out var all) && all.Any(item => BindingsOf(item.Source)[name].Any());

    private ILookup<string, Binding> BindingsOf(SourceModule source)
    {
        if (!_bindings.TryGetValue(source, out var bindings)) _bindings[source] = bindings = source.Facts.Bindings.ToLookup(binding => binding.Name, StringComparer.Ordinal);
        return bindings;
    }

    private IEnumerable<Meaning> LookupIn(Meaning module, string name)
    {
        if (module.Source is { Facts: { Fault: not null } or { IsDynamic: true } } || _stored.Contains((module.Name, "*"))) return [Meaning.s_unknown with { Source = module.Source }];
        var submodule = module.Source is { IsPackage: false } ? null : Find($"{module.Name}.{name}");
        var isSubmodule = submodule is not (null or { Kind: MeaningKind.Missing });
        SourceModule? open = null;
        var bound = module.Source is null ? [] : Exporters(module.Source, name, out open).SelectMany(source => BindingsOf(source)[name].Select(binding => (Source: source, Binding: binding))).ToList();

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

    private bool IsExternal(SourceModule source, Binding binding) => binding.Kind == BindingKind.Import && source.Facts.Imports.ElementAtOrDefault(binding.Import) is { } import
        && Resolve(source, import).Any(meaning => meaning.Kind == MeaningKind.External);

    private bool IsOverload(SourceModule source, Binding binding) => binding.Kind == BindingKind.Function && binding.Decorators.Any(decorator =>
        Resolve(source, decorator.Targets).Any(meaning => meaning is { Kind: MeaningKind.External, Name: "typing.overload" or "typing_extensions.overload" }));

    private static bool IsFrom(SourceModule source, Binding binding, string module) => binding.Kind == BindingKind.Import && source.Facts.Imports.ElementAtOrDefault(binding.Import) is { Name: not null } import
        && FullName(source, import) == module;

    private IReadOnlyList<Meaning> MeaningsOf(SourceModule source, Binding binding) => binding.Kind switch
    {
        BindingKind.Function => [new Meaning(MeaningKind.Function, $"{source.Name}.{binding.Name}") { Source = source, Binding = binding }],
        BindingKind.Class => [new Meaning(MeaningKind.Class, $"{source.Name}.{binding.Name}") { Source = source, Binding = binding }],
        BindingKind.Import when source.Facts.Imports.ElementAtOrDefault(binding.Import) is { } import => WithoutMissing(Resolve(source, import)),
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

    private static string Top(string name) => name.IndexOf('.') is var dot and >= 0 ? name[..dot] : name;

    private static string Parent(string name) => name.LastIndexOf('.') is var dot and >= 0 ? name[..dot] : "";

    private static string Last(string name) => name[(name.LastIndexOf('.') + 1)..];
}
