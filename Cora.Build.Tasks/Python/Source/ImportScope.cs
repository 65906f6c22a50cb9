namespace Cora.Build.Python.Source;

/// <summary>
/// All that the code of one function or layer can import in Lambda, and what its names stand for: through definitions, aliases, imports and star imports of any number of
/// modules. What is said to be missing is missing for certain.
/// </summary>
/// <remarks>Not for several threads at once: what was found out is kept.</remarks>
public sealed partial class ImportScope
{
    /// <summary>Where Lambda looks anyway.</summary>
    private static readonly HashSet<string> s_usualPaths = new(StringComparer.Ordinal) { "/opt/python", "/opt", "/var/task", "/var/runtime", ".", "" };

    /// <summary>What of <c>sys</c> says where modules are.</summary>
    private static readonly HashSet<string> s_paths = new(StringComparer.Ordinal) { "path", "meta_path", "path_hooks", "modules" };

    private readonly StandardLibrary _library;
    private readonly IReadOnlyList<ImportableCode> _all;
    private readonly Dictionary<string, List<(ImportableCode Code, SourceModule Source)>> _modules = new(StringComparer.Ordinal);
    private readonly Dictionary<SourceModule, ImportableCode> _codes = new(ReferenceEqualityComparer.Instance);
    private readonly Dictionary<string, SortedSet<string>> _submodules = new(StringComparer.Ordinal);
    private readonly Dictionary<string, List<ImportableCode>> _sourcesOf = new(StringComparer.Ordinal);
    private readonly HashSet<string> _otherModules = new(StringComparer.Ordinal);
    private readonly HashSet<string> _brought = new(StringComparer.Ordinal);
    private readonly HashSet<(string Module, string Name)> _stored = [];

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
            var last = reference.Attributes[^1].Name;
            if (!reference.IsStore && !s_paths.Contains(last)) continue;
            foreach (var candidate in reference.Candidates)
            {
                var meanings = Resolve(source, [candidate]);
                foreach (var attribute in reference.Attributes.Take(reference.Attributes.Count - 1)) meanings = Attribute(meanings, attribute.Name);
                foreach (var meaning in meanings)
                {
                    if (reference.IsStore && meaning.Kind == MeaningKind.Module) _stored.Add((meaning.Name, last));
                    if (meaning is { Kind: MeaningKind.External, Name: "sys" } && s_paths.Contains(last)) PathChange ??= source;
                }
            }
        }
        foreach (var call in source.Facts.Calls.Where(call => call.Name.Name is "insert" or "append" or "extend" or "addsitedir"))
        {
            var path = call.Positional.Count == 0 ? null : call.Positional[^1].Value?.Text;
            if (path is not null && s_usualPaths.Contains(path.TrimEnd('/'))) continue;
            var isChange = Resolve(source, call.Candidates).Any(meaning => meaning.Kind == MeaningKind.External
                && (meaning.Name == "site.addsitedir" || meaning.Name.StartsWith("sys.path.", StringComparison.Ordinal)));
            if (isChange) PathChange ??= source;
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

    private static string Top(string name) => name.IndexOf('.') is var dot and >= 0 ? name[..dot] : name;

    private static string Parent(string name) => name.LastIndexOf('.') is var dot and >= 0 ? name[..dot] : "";

    private static string Last(string name) => name[(name.LastIndexOf('.') + 1)..];
}
