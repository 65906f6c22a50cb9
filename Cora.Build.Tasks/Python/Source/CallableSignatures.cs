namespace Cora.Build.Python.Source;

/// <summary>What arguments functions and classes take, behind their decorators and base classes; null where only running the code would tell.</summary>
public sealed class CallableSignatures(ImportScope scope)
{
    private const string Builtins = "builtins.";

    /// <summary>How many base classes one after the other are looked at.</summary>
    private const int MaxDepth = 32;

    /// <summary>Decorators of the standard library after which a function takes the arguments that it is written with; used without a call.</summary>
    private static readonly HashSet<string> s_keepSignature = new(StringComparer.Ordinal)
    {
        "functools.cache", "functools.lru_cache", "contextlib.contextmanager", "contextlib.asynccontextmanager", "typing.final", "typing.no_type_check", "typing_extensions.final",
        "abc.abstractmethod", "atexit.register", "types.coroutine", "builtins.staticmethod",
    };

    /// <summary>The same, called: <c>@functools.wraps(f)</c>.</summary>
    private static readonly HashSet<string> s_keepSignatureCalled = new(StringComparer.Ordinal)
    {
        "functools.lru_cache", "functools.wraps", "warnings.deprecated", "typing_extensions.deprecated",
    };

    /// <summary>Decorators of classes that leave their constructor alone.</summary>
    private static readonly HashSet<string> s_keepConstructor = new(StringComparer.Ordinal)
    {
        "functools.total_ordering", "typing.final", "typing_extensions.final", "typing.runtime_checkable", "typing_extensions.runtime_checkable",
    };

    /// <summary>Base classes that a constructor does not know of.</summary>
    private static readonly HashSet<string> s_neutralBases = new(StringComparer.Ordinal)
    {
        "builtins.object", "abc.ABC", "typing.Generic", "contextlib.ContextDecorator", "contextlib.AbstractContextManager", "contextlib.AbstractAsyncContextManager",
    };

    /// <summary>Builtin classes whose <c>__new__</c> takes whatever the <c>__init__</c> of a class derived from them takes.</summary>
    private static readonly HashSet<string> s_exceptions = new(StringComparer.Ordinal)
    {
        "BaseException", "Exception", "ArithmeticError", "AssertionError", "AttributeError", "BufferError", "ConnectionError", "EOFError", "FileExistsError", "FileNotFoundError",
        "FloatingPointError", "ImportError", "IndexError", "IOError", "KeyError", "LookupError", "MemoryError", "ModuleNotFoundError", "NameError", "NotImplementedError", "OSError",
        "OverflowError", "PermissionError", "RuntimeError", "RuntimeWarning", "SyntaxError", "TimeoutError", "TypeError", "UserWarning", "ValueError", "Warning", "ZeroDivisionError",
        "StopIteration", "SystemExit", "KeyboardInterrupt", "InterruptedError", "ConnectionResetError", "ConnectionRefusedError", "BrokenPipeError", "NotADirectoryError", "RecursionError",
        "DeprecationWarning", "FutureWarning",
    };

    /// <summary>Those of them that take anything by position and nothing by name.</summary>
    private static readonly HashSet<string> s_plainExceptions = new(StringComparer.Ordinal)
    {
        "BaseException", "Exception", "ArithmeticError", "AssertionError", "BufferError", "EOFError", "FloatingPointError", "IndexError", "KeyError", "LookupError", "MemoryError",
        "NotImplementedError", "OverflowError", "RuntimeError", "RuntimeWarning", "TypeError", "UserWarning", "ValueError", "Warning", "ZeroDivisionError", "RecursionError",
        "DeprecationWarning", "FutureWarning",
    };

    private static readonly Signature s_noParameters = new([], false, false);

    /// <summary>What a class is made of.</summary>
    /// <param name="Constructor">What it takes; null when that is not known.</param>
    /// <param name="IsOwn">Whether that is said by it or a base of it; false when it is what <c>object</c> takes.</param>
    /// <param name="Fields">Of a dataclass or a named tuple, and of what derives from it.</param>
    /// <param name="IsTuple">Whether it is a named tuple or derives from one.</param>
    private sealed record Shape(Signature? Constructor, bool IsOwn, IReadOnlyList<Field> Fields, bool IsTuple = false)
    {
        public static readonly Shape s_unknown = new(null, true, []);
        public static readonly Shape s_object = new(s_noParameters, false, []);
        public static readonly Shape s_exception = new(new Signature([], true, false), true, []);
    }

    private readonly Dictionary<Binding, Shape> _shapes = new(ReferenceEqualityComparer.Instance);

    /// <summary>What a function or class takes; null for anything else.</summary>
    public Signature? Of(Meaning meaning) => meaning switch
    {
        { Kind: MeaningKind.Function, Source: { } source, Binding: { } function } =>
            function.Decorators.All(decorator => KeepsSignature(source, decorator)) ? function.Signature : null,
        { Kind: MeaningKind.Class, Source: { } source, Binding: { } type } => ShapeOf(source, type, 0).Constructor,
        _ => null,
    };

    private bool KeepsSignature(SourceModule source, Decorator decorator) => NamesOf(source, decorator.Targets, decorator.Name).All(meaning => meaning switch
    {
        { Kind: MeaningKind.External } => (decorator.IsCalled ? s_keepSignatureCalled : s_keepSignature).Contains(meaning.Name),
        { Kind: MeaningKind.Function, Binding: { Decorators.Count: 0 } binding } => binding.KeepsSignature == (decorator.IsCalled ? 2 : 1),
        _ => false,
    });

    private Shape ShapeOf(SourceModule source, Binding type, int depth)
    {
        if (_shapes.TryGetValue(type, out var known)) return known;
        if (depth > MaxDepth) return Shape.s_unknown;
        // A class that derives from itself through a circle is not known.
        _shapes[type] = Shape.s_unknown;
        return _shapes[type] = Make(source, type, depth);
    }

    private Shape Make(SourceModule source, Binding type, int depth)
    {
        if (type.Class is not { HasKeywords: false, HasNew: false } facts) return Shape.s_unknown;
        Decorator? dataclass = null;
        foreach (var decorator in type.Decorators)
        {
            if (NamesOf(source, decorator.Targets, decorator.Name) is not [{ Kind: MeaningKind.External, Name: var name }]) return Shape.s_unknown;
            if (name == "dataclasses.dataclass") dataclass = decorator;
            else if (!s_keepConstructor.Contains(name)) return Shape.s_unknown;
        }

        if (BaseOf(source, type, facts, depth) is not { } inherited) return Shape.s_unknown;
        var fields = dataclass is null ? inherited.Fields : Merge(inherited.Fields, facts.Fields, dataclass.Keywords.Contains("kw_only=True"));
        // Python calls both, the tuple's __new__ and the __init__.
        if (type.Signature is not null) return inherited.IsTuple ? Shape.s_unknown : new Shape(type.Signature, true, fields);
        if (inherited.IsTuple && inherited.Constructor is null && inherited.Fields.Count == 0)
            return dataclass is null ? new Shape(SignatureOf(facts.Fields), true, facts.Fields, IsTuple: true) : Shape.s_unknown;
        if (dataclass is not null && !dataclass.Keywords.Contains("init=False")) return inherited.IsTuple ? Shape.s_unknown : new Shape(SignatureOf(fields), true, fields);
        return inherited with { Fields = fields };
    }

    /// <summary>What the bases give; null when one is not known. A shape that is a tuple and has nothing: the class itself is the named tuple.</summary>
    private Shape? BaseOf(SourceModule source, Binding type, ClassFacts facts, int depth)
    {
        var shapes = new List<Shape>();
        foreach (var item in facts.Bases)
        {
            var shape = NamesOf(source, item.Targets, item.Name) switch
            {
                [{ Kind: MeaningKind.Class, Source: { } origin, Binding: { } binding }] => ShapeOf(origin, binding, depth + 1),
                [{ Kind: MeaningKind.External, Name: var name }] when s_neutralBases.Contains(name) || name.StartsWith("collections.abc.", StringComparison.Ordinal) =>
                    Shape.s_object,
                [{ Kind: MeaningKind.External, Name: "typing.NamedTuple" or "typing_extensions.NamedTuple" }] when facts.Bases.Count == 1 =>
                    new Shape(null, true, [], IsTuple: true),
                // The `__init__` of a class derived from an exception says what that takes.
                [{ Kind: MeaningKind.External, Name: var name }] when IsIn(s_exceptions, name) =>
                    type.Signature is not null ? Shape.s_object : IsIn(s_plainExceptions, name) ? Shape.s_exception : Shape.s_unknown,
                _ => Shape.s_unknown,
            };
            // A class whose constructor is not known may be of a metaclass, or have a __new__; but an exception has none.
            if (shape.Constructor is null && !shape.IsTuple && !(type.Signature is not null && IsException(source, item, depth))) return null;
            if (shape.IsOwn || shape.Fields.Count > 0) shapes.Add(shape);
        }
        return shapes.Count switch
        {
            0 => Shape.s_object,
            1 => shapes[0],
            // With an `__init__` of its own it does not matter which base's comes first.
            _ => type.Signature is not null && !shapes.Any(shape => shape.IsTuple) ? Shape.s_object : null,
        };
    }

    /// <summary>Whether a base is an exception, or derives from nothing but exceptions and classes that are known.</summary>
    private bool IsException(SourceModule source, BaseClass item, int depth) => depth <= MaxDepth && NamesOf(source, item.Targets, item.Name) switch
    {
        [{ Kind: MeaningKind.External, Name: var name }] => IsIn(s_exceptions, name),
        [{ Kind: MeaningKind.Class, Source: { } origin, Binding: { Decorators.Count: 0, Class: { HasKeywords: false, HasNew: false, Bases.Count: 1 } facts } }] =>
            IsException(origin, facts.Bases[0], depth + 1),
        _ => false,
    };

    private static bool IsIn(HashSet<string> builtins, string name) =>
        name.StartsWith(Builtins, StringComparison.Ordinal) && builtins.Contains(name[Builtins.Length..]);

    /// <summary>What an expression of a class or function statement stands for; a name that nothing of the file binds is a builtin.</summary>
    private IReadOnlyList<Meaning> NamesOf(SourceModule source, IReadOnlyList<Target> targets, string name)
    {
        if (targets.Count > 0) return scope.Resolve(source, targets);
        return name.Length > 0 && name.All(c => char.IsAsciiLetterOrDigit(c) || c == '_')
            && scope.Lookup(ImportScope.ModuleOf(source), name) is [{ Kind: MeaningKind.Missing }]
            ? [new Meaning(MeaningKind.External, Builtins + name)]
            : [Meaning.s_unknown];
    }

    /// <summary>The fields of a dataclass: those of its base, with own ones of the same name in their place, then the others.</summary>
    private static List<Field> Merge(IReadOnlyList<Field> inherited, IReadOnlyList<Field> own, bool isKeywordOnly)
    {
        var fields = inherited.ToList();
        foreach (var field in own.Select(field => isKeywordOnly ? field with { IsKeywordOnly = true } : field))
        {
            var index = fields.FindIndex(other => other.Name == field.Name);
            if (index < 0) fields.Add(field);
            else fields[index] = field;
        }
        return fields;
    }

    private static Signature SignatureOf(IReadOnlyList<Field> fields) => new(
        [.. fields.Where(field => field.IsInit).OrderBy(field => field.IsKeywordOnly)
            .Select(field => new Parameter(field.Name, field.IsKeywordOnly ? ParameterKind.KeywordOnly : ParameterKind.PositionalOrKeyword, field.HasDefault))], false, false);
}
