namespace Cora.Build.Tests.Python.Source;

/// <summary>What the names at the top of a module are.</summary>
public sealed class BindingFactTests
{
    private static readonly FactTable s_bindings = new(facts => facts.Bindings.Select(Show.Of),
        new("functions with their parameters", """
            def f(): pass
            async  def g(a, b=1, /, c=2, *, d, e=3): pass
            def \
              h(*args, x, **kwargs): pass
            def i(a, *, b): pass
            j = lambda x, y=1: x
            """, "Function f()@1:5", "Function g(/a, /b=, c=, *d, *e=)@2:12", "Function h(*x, *args, **kwargs)@3:5", "Function i(a, *b)@5:5", "Function j(x, y=)@6:1"),
        new("imports", """
            import os, a.b, a.b as c
            from x import y, z as w
            from v import *
            def f(): import not_here
            """, "Import os@1:8 #0", "Import a@1:12 #1", "Import c@1:17 #2", "Import y@2:15 #3", "Import w@2:18 #4", "Import *@3:15 #5", "Function f()@4:5"),
        new("aliases and values", """
            import common
            def f(): pass
            call = common.rpc
            g = f
            V = 1
            w = V
            s = str
            a, b = 1, 2
            x: int = 1
            y: int
            for i in []: k = 1
            with open("f") as h: pass
            try: pass
            except E as e: pass
            [n for n in []]
            print(walrus := 1)
            match 1:
                case [m, *o] | {"m": m, **o}: pass
            del V
            t = call.x
            """, "Import common@1:8 #0", "Function f()@2:5", "Alias call@3:1 = #0.rpc", "Alias g@4:1 = f", "Value V@5:1", "Value w@6:1", "Value s@7:1", "Value a@8:1", "Value b@8:4", "Value x@9:1",
            "Value i@11:5", "Value k@11:14", "Value h@12:19", "Value walrus@16:7", "Value m@18:11", "Value o@18:14", "Value o@18:20", "Value m@18:26", "Value V@19:5", "Alias t@20:1 = #0.rpc.x"),
        new("a name that is bound several times is there several times", """
            try:
                from fast import f
            except ImportError:
                def f(x): pass
            if g: h = f
            else: h = None
            """, "Import f@2:22 #0", "Function f(x)@4:9", "Alias h@5:7 = #0|f", "Value h@6:7"),
        new("a name of a function is none of the module, unless it is global", """
            def f():
                x = 1
                global y, z
                y = 2
                def z(): pass
            """, "Function f()@1:5", "Value y@4:5", "Function z()@5:9"),
        new("overloads stand for the implementation", """
            import typing
            from typing import overload
            @overload
            def f(x: int): ...
            @typing.overload
            def f(x: str): ...
            def f(x): pass
            @overload
            def only(x): ...
            """, "Import typing@1:8 #0", "Import overload@2:20 #1", "Function f(x)@7:5", "Function only(x)@9:5 @overload[#1]"),
        new("decorators", """
            import functools
            from functools import lru_cache as cached
            @functools.wraps(x)
            @cached
            @cached(maxsize=None, typed=True, other=x)
            @staticmethod
            @mine
            @a().b
            def f(): pass
            def mine(f): return f
            """, "Import functools@1:8 #0", "Import cached@2:23 #1",
            "Function f()@9:5 @functools.wraps[#0.wraps]() @cached[#1] @cached[#1](maxsize=None, typed=True) @staticmethod[] @mine[mine] @[]", "Function mine(f)@10:5"),
        new("what the target does not run binds nothing", """
            import sys
            if sys.version_info < (3, 11):
                def f(a): pass
            else:
                def f(b): pass
            if False: x = 1
            """, "Import sys@1:8 #0", "Function f(b)@5:9"),
        new("what is for type checkers binds nothing", """
            if TYPE_CHECKING:
                from a import b
                x = 1
            """));

    private static readonly FactTable s_classes = new(facts => facts.Bindings.Where(binding => binding.Class is not null).Select(Show.Of),
        new("bases, keywords and __init__", """
            import a
            class A: pass
            class B(A, a.C, object, Generic[T]):
                def __init__(self, x, *, y=1): pass
            class C(metaclass=M): pass
            class D(*bases): pass
            class  E:
                def __init__(*args, **kwargs): pass
            """, "Class A@2:7 <> {}", "Class B(x, *y=)@3:7 <A[A], a.C[#0.C], object[], []> {}", "Class C@5:7 <> keywords {}", "Class D@6:7 <> keywords {}", "Class E(*args, **kwargs)@7:8 <> {}"),
        new("classes whose making only running would show", """
            class A:
                def __new__(cls): pass
            class B:
                if x:
                    def __init__(self, a): pass
            class C:
                @decorated
                def __init__(self, a): pass
            class D:
                __init__ = make()
            class E:
                def __init__(self, a): pass
                def __init__(self, b): pass
            class F:
                from x import __new__
            """, "Class A@1:7 <> new {}", "Class B(a)@3:7 <> new {}", "Class C(a)@6:7 <> new {}", "Class D@9:7 <> new {}", "Class E(b)@11:7 <> new {}", "Class F@14:7 <> new {}"),
        new("overloads and conditions of an __init__", """
            import sys
            class A:
                @overload
                def __init__(self, a): ...
                @overload
                def __init__(self, b): ...
                def __init__(self, c): pass
            class B:
                if sys.version_info >= (3, 10):
                    def __init__(self, a): pass
                else:
                    def __init__(self, b): pass
            """, "Class A(c)@2:7 <> {}", "Class B(a)@8:7 <> {}"),
        new("fields", """
            import dataclasses
            from dataclasses import dataclass, field, KW_ONLY, InitVar
            from typing import ClassVar
            import typing as t
            @dataclass(frozen=True)
            class A:
                a: int
                b: str = ""
                c: list = field(default_factory=list)
                d: int = field(default=1, repr=False)
                e: int = dataclasses.field(init=False)
                f: int = field()
                g: ClassVar[int] = 1
                h: t.ClassVar = 2
                i: "ClassVar[int]" = 3
                j: InitVar[int] = 4
                k = 5
                l: int = field(kw_only=True)
                _: KW_ONLY
                m: int
                n: int = field(kw_only=False, default=1)
                def o(self): self.p: int = 1
            """, "Class A@6:7 @dataclass[#1](frozen=True) <> {a b= c= d= -e f -g= -h= -i= j= *l *m n=}"),
        new("fields that are not plain", """
            class A:
                a: int
                a = 1
                b: int
                def b(self): pass
                c: int = 1
                c: int
            class B:
                if x:
                    a: int
            class C:
                a: int = field(**options)
            class D:
                a: int = field(init=flag)
            """, "Class A@1:7 <> {a= b= c}", "Class B@8:7 <> new {a}", "Class C@11:7 <> new {a}", "Class D@13:7 <> new {a}"));

    private static readonly FactTable s_decorators = new(facts => facts.Bindings.Where(binding => binding.KeepsSignature > 0).Select(binding => $"{binding.Name} {binding.KeepsSignature}"),
        new("what passes on all that it gets", """
            import functools, asyncio
            from functools import wraps
            from typing import cast
            def plain(fn):
                @functools.wraps(fn)
                def wrapper(*args, **kwargs):
                    log(fn.__name__, args, kwargs.get("x"))
                    try:
                        return fn(*args, **kwargs)
                    finally:
                        done()
                return wrapper
            def asynchronous(fn, *, option=None):
                "With a docstring."
                @wraps(fn)
                async def wrapper(*a, **k):
                    return await fn(*a, **k)
                return cast(F, wrapper)
            def both(fn):
                if asyncio.iscoroutinefunction(fn):
                    @wraps(fn)
                    async def wrapper(*a, **k):
                        return await fn(*a, **k)
                    return wrapper
                @wraps(fn)
                def other(*a, **k):
                    return fn(*a, **k)
                return other
            def by_version(fn):
                if sys.version_info < (3, 8):
                    @wraps(fn)
                    def old(*a, **k): return fn(*a, **k)
                @wraps(fn)
                def wrapper(*a, **k): return fn(*a, **k)
                return wrapper
            def factory(times):
                def decorator(fn):
                    @wraps(fn)
                    def wrapper(*args, **kwargs):
                        for _ in range(times):
                            return fn(*args, **kwargs)
                    return wrapper
                return decorator
            """, "plain 1", "asynchronous 1", "both 1", "by_version 1", "factory 2"),
        new("what may change the arguments", """
            from functools import wraps
            def no_wraps(fn):
                def wrapper(*args, **kwargs): return fn(*args, **kwargs)
                return wrapper
            def other_wraps(fn):
                @mine.wraps(fn)
                def wrapper(*args, **kwargs): return fn(*args, **kwargs)
                return wrapper
            def adds(fn):
                @wraps(fn)
                def wrapper(*args, **kwargs): return fn(1, *args, **kwargs)
                return wrapper
            def adds_keyword(fn):
                @wraps(fn)
                def wrapper(*args, **kwargs): return fn(*args, x=1, **kwargs)
                return wrapper
            def takes(fn):
                @wraps(fn)
                def wrapper(user, *args, **kwargs): return fn(*args, **kwargs)
                return wrapper
            def pops(fn):
                @wraps(fn)
                def wrapper(*args, **kwargs):
                    kwargs.pop("x")
                    return fn(*args, **kwargs)
                return wrapper
            def sets(fn):
                @wraps(fn)
                def wrapper(*args, **kwargs):
                    kwargs["x"] = 1
                    return fn(*args, **kwargs)
                return wrapper
            def rebinds(fn):
                @wraps(fn)
                def wrapper(*args, **kwargs):
                    args = args[1:]
                    return fn(*args, **kwargs)
                return wrapper
            def replaces(fn):
                fn = other(fn)
                @wraps(fn)
                def wrapper(*args, **kwargs): return fn(*args, **kwargs)
                return wrapper
            def passes_elsewhere(fn):
                @wraps(fn)
                def wrapper(*args, **kwargs): return run(fn, *args, **kwargs)
                return wrapper
            def never_calls(fn):
                @wraps(fn)
                def wrapper(*args, **kwargs): return 1
                return wrapper
            def returns_another(fn):
                @wraps(fn)
                def wrapper(*args, **kwargs): return fn(*args, **kwargs)
                return other(wrapper)
            def returns_perhaps(fn):
                @wraps(fn)
                def wrapper(*args, **kwargs): return fn(*args, **kwargs)
                if debug: return wrapper
            def wraps_again(fn):
                @other
                @wraps(fn)
                def wrapper(*args, **kwargs): return fn(*args, **kwargs)
                return wrapper
            def wrapper_is_replaced(fn):
                @wraps(fn)
                def wrapper(*args, **kwargs): return fn(*args, **kwargs)
                wrapper = other(wrapper)
                return wrapper
            def two_ways(fn):
                @wraps(fn)
                def wrapper(*args, **kwargs):
                    return fn(*args, **kwargs) or fn()
                return wrapper
            @other
            def decorated(fn):
                @wraps(fn)
                def wrapper(*args, **kwargs): return fn(*args, **kwargs)
                return wrapper
            def needs_more(fn, x):
                @wraps(fn)
                def wrapper(*args, **kwargs): return fn(*args, **kwargs)
                return wrapper
            def identity(fn):
                return fn
            """));

    public static TheoryData<string> BindingPromises => s_bindings.Promises;

    public static TheoryData<string> ClassPromises => s_classes.Promises;

    public static TheoryData<string> DecoratorPromises => s_decorators.Promises;

    [PythonTheory]
    [MemberData(nameof(BindingPromises))]
    public void Bindings_are_read(string promise) => s_bindings.Check(promise);

    [PythonTheory]
    [MemberData(nameof(ClassPromises))]
    public void Classes_are_read(string promise) => s_classes.Check(promise);

    [PythonTheory]
    [MemberData(nameof(DecoratorPromises))]
    public void Decorators_that_keep_the_signature_are_known(string promise) => s_decorators.Check(promise);

    [PythonTheory]
    [InlineData("__all__ = ['a', \"b\"]", "a b")]
    [InlineData("__all__ = ('a',)", "a")]
    [InlineData("__all__ = []", "")]
    [InlineData("__all__: list = ['a']", "a")]
    [InlineData("__all__ = ['a'] + ['b']\n__all__ += ('c',)\n__all__.extend(['d'])\n__all__.append('e')\n__all__.sort()", "a b c d e")]
    [InlineData("try:\n __all__ = ['a']\nfinally: pass", "a")]
    [InlineData("__all__ = [name for name in dir()]", null)]
    [InlineData("__all__ = ['a'] + other.__all__", null)]
    [InlineData("__all__ = ['a']\n__all__ += other.__all__", null)]
    [InlineData("__all__ = ['a']\n__all__.extend(other.__all__)", null)]
    [InlineData("__all__ = ['a']\n__all__.append(name)", null)]
    [InlineData("__all__ = ['a']\n__all__.remove('a')", null)]
    [InlineData("__all__ = ['a']\n__all__[0] = 'b'", null)]
    [InlineData("__all__ = ['a']\ndel __all__[0]", null)]
    [InlineData("__all__ = ['a']\nif x: __all__ += ['b']", null)]
    [InlineData("__all__ = ['a', b]", null)]
    [InlineData("x = 1", null)]
    [InlineData("def f(): __all__ = ['a']", null)]
    public void Exports_are_read_where_the_source_shows_them(string source, string? expected) =>
        Assert.Equal(expected, Facts.Of(source).All is { } all ? string.Join(' ', all) : null);
}
