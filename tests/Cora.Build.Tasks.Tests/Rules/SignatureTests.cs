namespace Cora.Build.Tests.Rules;

/// <summary>What classes and decorated functions take, through real Python and the rule that compares calls with it.</summary>
public sealed class SignatureTests
{
    private static int Findings(string definitions, string call) => new LintSources
    {
        ["layers/l/pkg/__init__.py"] = "from .other import *\nimport abc, contextlib, dataclasses, enum, functools, typing\nfrom dataclasses import dataclass, field\n" + definitions,
        ["layers/l/pkg/other.py"] = "class Far:\n    def __init__(self, x): ...\nclass Plain: ...\n",
        ["lambdas/f/lambda_function.py"] = $"import pkg\npkg.{call}\n",
    }.Check(Cora.Build.Rules.LayerApiRules.Check).Diagnostics.Count;

    [PythonTheory]
    [InlineData("class A: ...", "A()", "A(1)")]
    [InlineData("class A(object): ...", "A()", "A(a=1)")]
    [InlineData("class A:\n    def __init__(self, x, *, y=1): ...", "A(1, y=2)", "A()")]
    [InlineData("class A:\n    def __init__(self, x): ...\nclass B(A): ...", "B(1)", "B()")]
    [InlineData("class B(Far):\n    def more(self): ...", "B(1)", "B(1, 2)")]
    [InlineData("class Mixin:\n    def more(self): ...\nclass B(Mixin, Far): ...", "B(1)", "B()")]
    [InlineData("class A(abc.ABC):\n    def __init__(self, x): ...", "A(1)", "A()")]
    [InlineData("T = typing.TypeVar('T')\nclass A(typing.Generic[T]):\n    def __init__(self, x): ...", "A(1)", null)]
    [InlineData("class E(ValueError):\n    def __init__(self, message, code=1): ...\nclass F(E): ...", "F('x')", "F()")]
    [InlineData("class E(Exception): ...\nclass F(E):\n    def __init__(self, message): ...", "F('x')", "F()")]
    [InlineData("class E(Exception): ...", "E(1, 2, 3)", "E(message='x')")]
    [InlineData("class E(OSError): ...", "E(1, name='x')", null)]
    [InlineData("class E(AttributeError): ...", "E('x', name='y')", null)]
    [InlineData("class E(Far, Exception): ...", "E(1)", null)]
    [InlineData("@dataclass\nclass D:\n    a: int\n    b: str = 'x'", "D(1)", "D()")]
    [InlineData("@dataclasses.dataclass(frozen=True, slots=True)\nclass D:\n    a: int", "D(a=1)", "D(b=1)")]
    [InlineData("@dataclass(kw_only=True)\nclass D:\n    a: int", "D(a=1)", "D(1)")]
    [InlineData("@dataclass\nclass D:\n    a: int\n    b: int = field(init=False)\n    c: list = field(default_factory=list)", "D(1, [])", "D(1, 2, [])")]
    [InlineData("@dataclass\nclass A:\n    a: int\n@dataclass\nclass B(A):\n    b: int\n    a: int = 1", "B(1, 2)", "B(1, 2, 3)")]
    [InlineData("@dataclass\nclass A:\n    a: int\nclass B(A): ...", "B(1)", "B()")]
    [InlineData("@dataclass\nclass A:\n    a: int\n    def __init__(self): ...", "A()", "A(1)")]
    [InlineData("@dataclass(init=False)\nclass A(Far):\n    a: int", "A(1)", "A()")]
    [InlineData("class N(typing.NamedTuple):\n    a: int\n    b: int = 2\nclass M(N): ...", "M(1)", "M()")]
    [InlineData("@functools.total_ordering\nclass A:\n    def __init__(self, x): ...", "A(1)", "A()")]
    [InlineData("@functools.cache\ndef f(a): ...", "f(1)", "f()")]
    [InlineData("@functools.lru_cache(maxsize=1)\ndef f(a): ...", "f(1)", "f()")]
    [InlineData("@contextlib.contextmanager\ndef f(a): ...", "f(1)", "f()")]
    [InlineData("from .other import *\n@functools.cache\ndef f(a): ...", "f(1)", "f()")]
    [InlineData("@staticmethod\ndef f(a): ...", "f(1)", "f()")]
    [InlineData("def deco(g):\n    @functools.wraps(g)\n    def wrapper(*args, **kwargs):\n        return g(*args, **kwargs)\n    return wrapper\n@deco\n@functools.cache\ndef f(a): ...", "f(1)", "f()")]
    [InlineData("f = lambda a, b=1: a", "f(1)", "f()")]
    [InlineData("try:\n    import fast\n    def f(a, b): ...\nexcept ImportError:\n    def f(a): ...", "f(1)", "f()")]
    [InlineData("def f(a, *, b): ...", "f(1, b=2)", "f(1)")]
    [InlineData("def f(a, /, **rest): ...", "f(1, a=2)", "f(a=2)")]
    [InlineData("def f(*args, b): ...", "f(1, 2, 3, b=1)", "f(1, 2)")]
    public void What_fits_is_left_alone_and_what_does_not_is_found(string definitions, string good, string? bad)
    {
        Assert.Equal(0, Findings(definitions, good));
        if (bad is not null) Assert.Equal(1, Findings(definitions, bad));
    }

    [PythonTheory]
    [InlineData("class A(dict): ...")]
    [InlineData("class A(enum.Enum):\n    X = 1")]
    [InlineData("class A(metaclass=abc.ABCMeta): ...")]
    [InlineData("class A:\n    def __new__(cls, *args): ...")]
    [InlineData("import vendor\nclass A(vendor.Base): ...")]
    [InlineData("import vendor\nclass A(vendor.Base):\n    def __init__(self): ...")]
    [InlineData("import vendor\n@vendor.decorate\nclass A: ...")]
    [InlineData("import vendor\n@vendor.decorate\ndef A(): ...")]
    [InlineData("def deco(g):\n    def wrapper(*args):\n        return g(1, *args)\n    return wrapper\n@deco\ndef A(): ...")]
    [InlineData("def deco(g):\n    return g\nA = deco(len)")]
    [InlineData("class A: ...\nA = wrap(A)")]
    [InlineData("class A(B): ...\nclass B(A): ...")]
    [InlineData("class X:\n    def __init__(self): ...\nclass Y:\n    def __init__(self, a, b, c): ...\nclass A(X, Y): ...")]
    [InlineData("class A:\n    if typing.X:\n        def __init__(self): ...")]
    [InlineData("class A:\n    __init__ = make()")]
    [InlineData("def other(a, b, c): ...\nif typing.X:\n    A = other\nelse:\n    def A(): ...")]
    [InlineData("try:\n    from vendor import A\nexcept ImportError:\n    def A(): ...")]
    [InlineData("A = functools.partial(print, 1)")]
    [InlineData("@property\ndef A(): ...")]
    [InlineData("@functools.singledispatch\ndef A(): ...")]
    [InlineData("class M(typing.NamedTuple):\n    a: int\nclass A(M):\n    def __init__(self): ...")]
    [InlineData("class A(typing.Protocol): ...")]
    [InlineData("class A:\n    def __init_subclass__(cls): ...\nclass A(A, tag=1): ...")]
    public void What_only_running_it_would_tell_is_left_alone(string definitions) => Assert.Equal(0, Findings(definitions, "A(1, 2, 3)"));
}
