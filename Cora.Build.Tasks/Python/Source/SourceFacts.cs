namespace Cora.Build.Python.Source;

/// <summary>A place in a source file.</summary>
/// <param name="Line">1-based.</param>
/// <param name="Column">1-based, in UTF-16 units.</param>
public readonly record struct Position(int Line, int Column);

/// <summary>A name and where it stands.</summary>
public sealed record NameAt(string Name, Position At);

/// <summary>
/// What CPython's <c>ast</c> says of one source file: what it imports, defines, exports and calls. Docstrings are <see cref="Docstring"/>'s, which needs no Python. Nothing of the file is executed. Code that the target never runs
/// (<c>if sys.version_info &lt; (3, 10):</c>, <c>if False:</c>) gives no facts, and so do annotations where the target does not evaluate them.
/// </summary>
/// <remarks>A host with Python 3.9 counts wrongly in f-strings of several lines.</remarks>
public sealed record SourceFacts
{
    /// <summary>Why the file is no Python; then it has no other facts but <see cref="Suppressions"/>, as far as they could be read.</summary>
    public SyntaxFault? Fault { get; init; }

    /// <summary>All imports, in source order, one for each imported name.</summary>
    public IReadOnlyList<ImportFact> Imports { get; init; } = [];

    /// <summary>What binds the module's names, in source order. A name that is bound several times, or conditionally, is here several times.</summary>
    public IReadOnlyList<Binding> Bindings { get; init; } = [];

    /// <summary>
    /// The names of <c>__all__</c>; null when the file has none, or one that cannot be read without running the file (then it is among the <see cref="Bindings"/>).
    /// </summary>
    public IReadOnlyList<string>? All { get; init; }

    /// <summary>Whether names come to be in a way that only running the file would show: <c>__getattr__</c>, <c>globals()[…] =</c>, <c>setattr(sys.modules[…]…)</c>, <c>exec</c>.</summary>
    public bool IsDynamic { get; init; }

    /// <summary>
    /// Attributes of what is imported: <c>common.rpc</c>, <c>org_common.db.rpc</c>; each chain once, as long as it is. <c>setattr(common, "x", …)</c> stores x;
    /// <c>setattr(common, name, …)</c> stores <c>*</c>: any name.
    /// </summary>
    public IReadOnlyList<Reference> References { get; init; } = [];

    /// <summary>Calls of what is imported, and of functions and classes that are defined at the top of the file.</summary>
    public IReadOnlyList<Call> Calls { get; init; } = [];

    /// <summary>Whether the file imports by names that are made when it runs: <c>importlib.import_module(name)</c>, <c>__import__(name)</c>.</summary>
    public bool ImportsByName { get; init; }

    /// <summary>Reads of environment variables, by whatever names the file has for <c>os.environ</c> and <c>os.getenv</c>.</summary>
    public IReadOnlyList<EnvironmentRead> Environment { get; init; } = [];

    /// <summary><c># noqa: CORA…</c> comments.</summary>
    public IReadOnlyList<SuppressionFact> Suppressions { get; init; } = [];
}

/// <summary>A syntax error.</summary>
/// <param name="Message">CPython's.</param>
/// <param name="At">Where.</param>
/// <param name="MayBeNewer">Whether the host's Python is older than the target, so that it may be valid there.</param>
public sealed record SyntaxFault(string Message, Position At, bool MayBeNewer);

/// <summary>When an import runs.</summary>
public enum ImportPlace
{
    /// <summary>Always, when the module is imported.</summary>
    Top,

    /// <summary>Only perhaps: in a function, under a condition, in a <c>try</c> that catches ImportError, in such an <c>except</c>.</summary>
    Conditional,

    /// <summary>Never: <c>if TYPE_CHECKING:</c>.</summary>
    TypeChecking,
}

/// <summary>
/// One imported name. <c>importlib.import_module("a.b")</c> is one too, of the module a.b. What is imported <c>if TYPE_CHECKING</c> binds nothing.
/// </summary>
/// <param name="At">Of the name (of the statement, when the host is Python 3.9).</param>
/// <param name="Module">Dotted, without leading dots; empty for <c>from . import x</c>.</param>
/// <param name="Level">How many leading dots.</param>
/// <param name="Name">What is taken from the module, <c>*</c> for all; null for <c>import module</c>.</param>
/// <param name="Alias">After <c>as</c>.</param>
/// <param name="Place">When it runs.</param>
/// <param name="Alternatives">
/// Of an import in an <c>except ImportError</c>: indices of the imports in its <c>try</c>, all smaller than its own. It runs only when one of them fails, and that
/// one fails only when it runs: it may be an alternative itself.
/// </param>
public sealed record ImportFact(Position At, string Module, int Level, string? Name, string? Alias, ImportPlace Place, IReadOnlyList<int> Alternatives)
{
    /// <summary>Whether the code is prepared for its failure: <c>try</c> with <c>except ImportError</c>, <c>except Exception</c> and the like.</summary>
    public bool IsGuarded { get; init; }
}

/// <summary>What a name or an expression stands for: a path of names from an import, or from a name of the same file.</summary>
/// <param name="Import">
/// Index of the import; -1: <see cref="Path"/> begins with a name that this file binds at its top. What an import stands for: <c>import a.b as c</c> for module a.b,
/// <c>import a.b</c> for package a, <c>from a import b</c> for b of a.
/// </param>
/// <param name="Path">
/// Attributes from there on. A name that nothing binds, and that no builtin has, may come from a star import; so may one that is bound before the star import. Then each
/// star import is a target, with the name first: it counts when its module exports the name. Of several the last one counts.
/// </param>
public sealed record Target(int Import, IReadOnlyList<string> Path);

/// <summary>What binds a name.</summary>
public enum BindingKind
{
    /// <summary><c>def</c>.</summary>
    Function,

    /// <summary><c>class</c>.</summary>
    Class,

    /// <summary><c>import</c>; a star import binds the name <c>*</c>.</summary>
    Import,

    /// <summary><c>x = common.rpc</c>, <c>x = y</c>.</summary>
    Alias,

    /// <summary>Anything else.</summary>
    Value,
}

/// <summary>A name at the top of a module.</summary>
public sealed record Binding(string Name, BindingKind Kind, Position At)
{
    /// <summary>Of a function: its parameters as written. Of a class: those of the <c>__init__</c> that it defines itself, without <c>self</c>.</summary>
    public Signature? Signature { get; init; }

    /// <summary>Of a function or class: what stands after <c>@</c>, from the top.</summary>
    public IReadOnlyList<Decorator> Decorators { get; init; } = [];

    /// <summary>
    /// Of a function that is a decorator: 1 when what it returns takes and passes on exactly the arguments of what it is given (<c>@functools.wraps</c> over
    /// <c>*args, **kwargs</c>), 2 when it returns such a decorator, 0 otherwise.
    /// </summary>
    public int KeepsSignature { get; init; }

    /// <summary>Of a class.</summary>
    public ClassFacts? Class { get; init; }

    /// <summary>Of an import: its index.</summary>
    public int Import { get; init; } = -1;

    /// <summary>Of an alias: what it may stand for.</summary>
    public IReadOnlyList<Target> Targets { get; init; } = [];
}

/// <summary>The parameters of a function.</summary>
/// <param name="Parameters">In order: positional-only, positional or keyword, keyword-only.</param>
/// <param name="TakesMorePositional"><c>*args</c>.</param>
/// <param name="TakesMoreKeywords"><c>**kwargs</c>.</param>
public sealed record Signature(IReadOnlyList<Parameter> Parameters, bool TakesMorePositional, bool TakesMoreKeywords);

/// <summary>How an argument reaches a parameter.</summary>
public enum ParameterKind
{
    /// <summary>By place alone.</summary>
    PositionalOnly,

    /// <summary>By place or by name.</summary>
    PositionalOrKeyword,

    /// <summary>By name alone.</summary>
    KeywordOnly,
}

/// <summary>A parameter.</summary>
public sealed record Parameter(string Name, ParameterKind Kind, bool HasDefault);

/// <summary>A decorator.</summary>
/// <param name="Targets">What it may stand for; empty when it is not known.</param>
/// <param name="Name">As written, for messages: <c>functools.lru_cache</c>.</param>
/// <param name="IsCalled">Whether it has arguments.</param>
/// <param name="Keywords">Its keyword arguments whose values are constants, as <c>name=value</c>: <c>frozen=True</c>.</param>
public sealed record Decorator(IReadOnlyList<Target> Targets, string Name, bool IsCalled, IReadOnlyList<string> Keywords);

/// <summary>What a class statement says.</summary>
/// <param name="Bases">What each base may stand for, empty for one that is not known, and its name as written.</param>
/// <param name="HasKeywords">Whether it has a metaclass or other keywords.</param>
/// <param name="HasNew">Whether it defines <c>__new__</c>, or is made what it is in another way that its <c>__init__</c> does not tell.</param>
/// <param name="Fields">Annotated names of its body, in order, for dataclasses and named tuples.</param>
public sealed record ClassFacts(IReadOnlyList<BaseClass> Bases, bool HasKeywords, bool HasNew, IReadOnlyList<Field> Fields);

/// <summary>A base of a class.</summary>
public sealed record BaseClass(IReadOnlyList<Target> Targets, string Name);

/// <summary>An annotated name of a class's body.</summary>
/// <param name="Name">The name.</param>
/// <param name="HasDefault">Whether it has one: a value, or <c>field(default=…)</c>, <c>field(default_factory=…)</c>.</param>
/// <param name="IsInit">Whether it is a parameter: not <c>field(init=False)</c>, not a ClassVar.</param>
/// <param name="IsKeywordOnly"><c>field(kw_only=True)</c>, or after <c>KW_ONLY</c>.</param>
public sealed record Field(string Name, bool HasDefault, bool IsInit, bool IsKeywordOnly);

/// <summary>Attributes of something imported.</summary>
/// <param name="Candidates">What stands before the first attribute; several when the name is bound conditionally.</param>
/// <param name="IsCertain">
/// Whether it is one of the candidates: false when the name may also be bound to something unknown. None does not count: it is what is left when an import failed.
/// </param>
/// <param name="Attributes">At least one.</param>
/// <param name="IsStore">Whether the last attribute is assigned to or deleted.</param>
/// <param name="IsGuarded">Whether the code is prepared for its absence: <c>hasattr</c>, <c>except AttributeError</c>.</param>
public sealed record Reference(IReadOnlyList<Target> Candidates, bool IsCertain, IReadOnlyList<NameAt> Attributes, bool IsStore, bool IsGuarded);

/// <summary>A call.</summary>
/// <param name="Candidates">What is called.</param>
/// <param name="IsCertain">As for <see cref="Reference"/>.</param>
/// <param name="Name">The last name of what is called, as written, and where it stands.</param>
/// <param name="Positional">The arguments before any <c>*args</c>.</param>
/// <param name="Keywords">The arguments with names.</param>
/// <param name="HasMorePositional">Whether there is a <c>*args</c>.</param>
/// <param name="HasMoreKeywords">Whether there is a <c>**kwargs</c>.</param>
/// <param name="IsGuarded">Whether the code is prepared for a wrong call: <c>except TypeError</c>.</param>
public sealed record Call(
    IReadOnlyList<Target> Candidates, bool IsCertain, NameAt Name, IReadOnlyList<Argument> Positional, IReadOnlyList<Argument> Keywords, bool HasMorePositional,
    bool HasMoreKeywords, bool IsGuarded)
{
    /// <summary>The function or class at the top of the file in whose function it stands; empty for a call that is made when the file is imported.</summary>
    public string Function { get; init; } = "";
}

/// <summary>An argument.</summary>
/// <param name="Name">Its name; empty for a positional one.</param>
/// <param name="At">Of the name, or of the value when there is none.</param>
/// <param name="Value">What it is, as far as the source says; null when only running it would tell.</param>
public sealed record Argument(string Name, Position At, Literal? Value);

/// <summary>A value that the source shows: where it stands, or as the only value that a name ever has.</summary>
/// <param name="At">Where the value is written.</param>
/// <param name="Text">Of a string.</param>
/// <param name="Keys">Of a dict: the string keys that it has or may have: one that is added under a condition is among them.</param>
/// <param name="IsComplete">Of a dict: whether it has no other keys when it is passed: no <c>**</c>, no computed key, no later change that is not listed.</param>
/// <param name="IsNone">Whether it is <c>None</c>.</param>
public sealed record Literal(Position At, string? Text, IReadOnlyList<NameAt>? Keys, bool IsComplete, bool IsNone);

/// <summary>A read of an environment variable.</summary>
/// <param name="Name">
/// The variable's; null when only running the code would tell: the name is computed, or the whole environment is gone through, copied or passed on.
/// </param>
/// <param name="At">Of the name, or of what is passed on.</param>
/// <param name="IsRequired">
/// Whether it fails without the variable: <c>os.environ["X"]</c>, where the code is not prepared for that (<c>"X" in os.environ</c>, <c>os.environ.get("X")</c> or
/// <c>os.environ["X"] = …</c> in the same function, <c>except KeyError</c>).
/// </param>
/// <param name="Function">As <see cref="Call.Function"/>.</param>
/// <param name="Parameter">Where the name is what is passed to that function: the parameter's name.</param>
public sealed record EnvironmentRead(string? Name, Position At, bool IsRequired, string Function, string? Parameter);

/// <summary>A <c># noqa</c> comment with codes of ours.</summary>
/// <param name="Line">1-based.</param>
/// <param name="Codes">In upper case; those of other tools are left out.</param>
public sealed record SuppressionFact(int Line, IReadOnlyList<NameAt> Codes);
