using System.Text;

namespace Cora.Build.Tests.Python.Source;

/// <summary>What names stand for, where they are shadowed, and which attributes of imports are used.</summary>
public sealed class ReferenceFactTests
{
    private static readonly FactTable s_table = new(facts => facts.References.Select(Show.Of),
        new("a chain is one reference, as long as it is", """
            import org_common as common, org_common.db
            common.rpc("x")
            org_common.db.rpc.__name__
            print(common.errors.NotFound().args, common.a[common.b].c)
            """, "#0 rpc@2:8", "#1 db.rpc.__name__@3:19", "#0 errors.NotFound@4:21", "#0 a@4:45", "#0 b@4:54"),
        new("names from modules have attributes too", """
            from org_common import db, errors as e
            db.rpc
            e.NotFound
            """, "#0 rpc@2:4", "#1 NotFound@3:3"),
        new("several statements bring one package", """
            import a.b
            import a.c
            a.b.f
            """, "#1 b.f@3:5"),
        new("parameters and locals shadow", """
            import common
            def f(common): common.a
            def g(x, /, y, *common, **z): common.a
            def h(*, common=None): common.a
            def i():
                common = make()
                common.a
            def j():
                for common in y: common.a
            def k():
                with y as common: common.a
            def l():
                try: pass
                except E as common: common.a
            def m():
                common.a
                del common
            def n():
                (a, [*common]) = y
                common.a
            def o():
                common += 1
                common.a
            def p():
                def common(): pass
                common.a
            def q():
                class common: pass
                common.a
            def r():
                if (common := y): common.a
            def s():
                match y:
                    case {"a": 1, **common}: common.a
            def t():
                match y:
                    case [x, *common] | C(x, common): common.a
            def u(): return lambda common: common.a
            def v(): return [common.a for common in y], {common.a: 1 for common in y}, {common.a for common in y}, list(common.a for common in y)
            def w():
                common: int
                common.a
            async def x():
                async for common in y: common.a
                async with y as common: common.a
            """),
        new("shadowing ends where the scope does", """
            import common
            def f(common): pass
            def g():
                [common for common in y]
                lambda common: 1
                common.a
            common.b
            def h():
                def inner():
                    common = 1
                common.c
            [common.d for x in common.e]
            """, "#0 a@6:12", "#0 b@7:8", "#0 c@11:12", "#0 e@12:27", "#0 d@12:9"),
        new("the first iterable of a comprehension is outside", """
            import common
            [common for common in common.items]
            """, "#0 items@2:30"),
        new("names of a class are not in its methods", """
            import common
            class A:
                common = make()
                def f(self):
                    common.a
                x = common.b
            """, "#0 a@5:16", "#0? b@6:16"),
        new("a class takes names from outside", """
            import common
            class A:
                common = common
                x = common.a
            """, "#0 a@4:16"),
        new("global reaches the module", """
            import common
            def f():
                global common
                common.a
            def g():
                global other
                import org_common as other
            other.b
            """, "#0 a@4:12", "#1 b@8:7"),
        new("global to something unknown makes it uncertain", """
            import common
            def f():
                global common
                common = 5
            common.a
            """, "#0? a@5:8"),
        new("nonlocal reaches the function", """
            def f():
                import common
                def g():
                    nonlocal common
                    common = 1
                common.a
            def h():
                import common
                def i():
                    common.b
            """, "#0? a@6:12", "#1 b@10:16"),
        new("aliases at any level", """
            import org_common as common
            x = common
            y = x.db
            y.rpc
            def f():
                import a as common
                common.b
                z = y
                z.q
            class C:
                w = common.errors
                v = w.NotFound
            """, "#0 db@3:7", "#0.db rpc@4:3", "#1 b@7:12", "#0.db q@9:7", "#0 errors@11:16", "#0.errors NotFound@12:11"),
        new("several bindings are several candidates", """
            try:
                import fast as common
            except ImportError:
                import slow as common
            common.a
            if x:
                db = common.b
            else:
                db = common.c
            db.d
            """, "#0|#1 a@5:8", "#0|#1 b@7:17", "#0|#1 c@9:17", "#0.b|#1.b|#0.c|#1.c d@10:4"),
        new("None is what is left of an import that failed", """
            try:
                import common
            except ImportError:
                common = None
            common.a
            nothing = None
            nothing.b
            """, "#0 a@5:8"),
        new("what is bound to something unknown is uncertain", """
            try:
                import common
            except ImportError:
                common = Fallback()
            common.a
            """, "#0? a@5:8"),
        new("a deleted name is uncertain", """
            import common
            common.a
            del common
            """, "#0? a@2:8"),
        new("circles end", """
            a = b
            b = a
            b.x
            import common
            common = common.client
            common.y
            """, "#0? client@5:17", "#0? y@6:8"),
        new("stores", """
            import common
            common.a = 1
            common.b += 1
            del common.c
            common.d.e, (common.f, *common.g) = 1, 2
            for common.h in x: pass
            with x as common.i: pass
            common.j: int = 5
            setattr(common, "k", 1)
            setattr(common.l, name, 1)
            delattr(common, "m")
            common.n[0] = 1
            """, "#0 a@2:8 store", "#0 b@3:8 store", "#0 c@4:12 store", "#0 d.e@5:10 store", "#0 f@5:21 store", "#0 g@5:32 store", "#0 h@6:12 store", "#0 i@7:18 store", "#0 j@8:8 store",
            "#0 k@9:17 store", "#0 l.*@10:19 store", "#0 l@10:16", "#0 m@11:17 store", "#0 n@12:8"),
        new("getattr is no reference", """
            import common
            getattr(common, "a", None)
            getattr(common.b, "c")
            """, "#0 b@3:16"),
        new("hasattr guards the attribute in the whole file", """
            import common
            common.a
            def f():
                if hasattr(common, "a"): common.a.b
                if hasattr(common.c, "d"): common.c.d
            common.b
            common.c
            from common import a
            a.a
            """, "#0 a@2:8 guarded", "#0 a.b@4:39 guarded", "#0 c@5:23", "#0 c.d@5:41 guarded", "#0 b@6:8", "#0 c@7:8", "#1 a@9:3"),
        new("except AttributeError guards", """
            import common, contextlib
            try:
                common.a
                def f(): common.b
            except (AttributeError, KeyError):
                common.c
            else:
                common.d
            try:
                common.e
            except Exception:
                pass
            with contextlib.suppress(AttributeError):
                common.f
            """, "#0 a@3:12 guarded", "#0 b@4:21", "#0 c@6:12", "#0 d@8:12", "#0 e@10:12", "#1 suppress@13:17", "#0 f@14:12 guarded"),
        new("an unbound name may come from a star import", """
            from a import *
            from b import *
            x.y
            str.z
            def f(x): x.y
            """, "#1.x|#0.x y@3:3"),
        new("a star import may replace what was bound before", """
            import common
            from a import *
            import other
            common.x
            other.y
            """, "#0|#1.common x@4:8", "#2 y@5:7"),
        new("without a star import an unbound name is nothing", """
            x.y
            undefined.z()
            """),
        new("what is for type checkers is not there", """
            from typing import TYPE_CHECKING
            if TYPE_CHECKING:
                import common
                common.b
            common.a
            """),
        new("code that never runs has no references", """
            import common, sys
            if sys.version_info < (3, 9):
                common.a
            common.b if False else common.c
            """, "#1 version_info@2:8", "#0 c@4:31"),
        new("annotations count where they are evaluated", """
            import common
            def f(x: common.A = common.B, *args: common.C) -> common.D:
                y: common.Not = 1
                z: common.Not
            class E:
                a: common.F
            b: common.G = 1
            """, "#0 B@2:28", "#0 A@2:17", "#0 C@2:45", "#0 D@2:58", "#0 F@6:15", "#0 G@7:11"),
        new("annotations that are text do not count", """
            from __future__ import annotations
            import common
            def f(x: common.A = common.B) -> common.D: pass
            class E:
                a: common.F = common.G
            """, "#1 B@3:28", "#1 G@5:26"),
        new("everywhere in expressions", """
            import common
            async def f():
                await common.a
                yield common.b
                print(f"{common.c} {x!r:>{common.d}}")
            lambda x=common.e: common.f
            @common.g
            class A(common.h, metaclass=common.i): pass
            assert common.j, common.k
            raise common.l from common.m
            x = {**common.n, common.o: common.p, "s": [*common.q]}
            print(not common.r, -common.s, common.t < common.u < 1, common.v and common.w, common.x[common.y:common.z])
            match 1:
                case common.A.B: pass
                case common.C(x=common.D): pass
            """, "#0 a@3:18", "#0 b@4:18", "#0 c@5:21", "#0 d@5:38", "#0 e@6:17", "#0 f@6:27", "#0 g@7:9", "#0 h@8:16", "#0 i@8:36", "#0 j@9:15", "#0 k@9:25", "#0 l@10:14", "#0 m@10:28",
            "#0 o@11:25", "#0 n@11:15", "#0 p@11:35", "#0 q@11:52", "#0 r@12:18", "#0 s@12:29", "#0 t@12:39", "#0 u@12:50", "#0 v@12:64", "#0 w@12:77", "#0 x@12:87", "#0 y@12:96", "#0 z@12:105",
            "#0 A.B@14:19", "#0 C@15:17", "#0 D@15:28"),
        new("what the file defines is not imported", """
            class A: pass
            A.x
            """));

    public static TheoryData<string> Promises => s_table.Promises;

    [PythonTheory]
    [MemberData(nameof(Promises))]
    public void References_are_read(string promise) => s_table.Check(promise);

    [PythonTheory]
    [InlineData("\ufeffimport common; common.a", "1:23")]
    [InlineData("import common\r\ncommon.a\r\n", "2:8")]
    [InlineData("import common\rcommon.a", "2:8")]
    [InlineData("import common\nif 1:\n\tcommon.a", "3:9")]
    [InlineData("import common\n'é'; common.a", "2:13")]
    [InlineData("import common\n'😀'; common.a", "2:14")]
    [InlineData("import common\n'''é\n😀''', common.a", "3:15")]
    [InlineData("import common\ncommon.\\\n  a", "3:3")]
    [InlineData("import common\n'é', (common\n  . # é\n a)", "4:2")]
    [InlineData("import common\nf'é{common.a}'", "2:12")]
    [InlineData("import common\ncommon.ﬁ", "2:8")]
    [InlineData("import common\n\f\ncommon.a", "3:8")]
    public void Columns_are_in_UTF_16_units(string source, string expected)
    {
        // Not through Facts.Of(string), which has one kind of line ends.
        var reference = Assert.Single(Facts.Of(Encoding.UTF8.GetBytes(source)).References);
        Assert.Equal(expected, Show.Of(reference.Attributes[^1].At));
    }

    [PythonFact]
    public void Other_encodings_are_decoded()
    {
        var facts = Facts.Of([.. "# -*- coding: latin-1 -*-\nimport common; x = '"u8, 0xE9, .. "'; common.a\n"u8]);
        Assert.Equal("2:32", Show.Of(Assert.Single(facts.References).Attributes[0].At));
    }

    [PythonFact]
    public void From_3_14_on_annotations_are_not_evaluated() =>
        Assert.Empty(Facts.Of("import common\ndef f(x: common.A): pass", 14).References);

    [PythonTheory]
    [InlineData("def __getattr__(name): pass", true)]
    [InlineData("__getattr__, __dir__, x = attach()", true)]
    [InlineData("globals()['x'] = 1", true)]
    [InlineData("globals().update(x=1)", true)]
    [InlineData("def f(): globals()[name] = 1", true)]
    [InlineData("vars()['x'] = 1", true)]
    [InlineData("locals().update(x)", true)]
    [InlineData("import sys\nsetattr(sys.modules[__name__], 'x', 1)", true)]
    [InlineData("import sys\nsys.modules[__name__] = Lazy()", true)]
    [InlineData("import sys\nsys.modules[__name__].__dict__.update(x)", true)]
    [InlineData("import sys\nsys.modules[__name__].__class__ = X", true)]
    [InlineData("exec(code)", true)]
    [InlineData("exec(code, globals())", true)]
    [InlineData("x = globals()['y']", false)]
    [InlineData("x = globals().get('y')", false)]
    [InlineData("import sys\nx = getattr(sys.modules[__name__], 'x')", false)]
    [InlineData("import sys\nsys.modules['boto3'] = None", false)]
    [InlineData("class A:\n def __getattr__(self, name): pass", false)]
    [InlineData("def f(): exec(code, {})", false)]
    [InlineData("def f(x): return vars(x), locals()", false)]
    [InlineData("x = vars(y)", false)]
    public void Names_that_only_running_would_show_are_noticed(string source, bool expected) => Assert.Equal(expected, Facts.Of(source).IsDynamic);
}
