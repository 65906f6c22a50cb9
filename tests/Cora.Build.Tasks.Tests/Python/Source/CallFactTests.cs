namespace Cora.Build.Tests.Python.Source;

/// <summary>Calls, their arguments, and what is known of the values.</summary>
public sealed class CallFactTests
{
    private static readonly FactTable s_table = new(facts => facts.Calls.Select(Show.Of),
        new("calls of what is imported or defined at the top", """
            import common
            from common import rpc
            def f(): pass
            class C:
                def m(self): self.m()
            g = lambda: 1
            common.db.find(1)(2)
            rpc()
            f(); C(); g(); C.m(); f.cache_clear()
            undefined(); print(); "x".join(y); x = C(); x.m()
            def h():
                def i(): pass
                i()
            """, "#0.db.find@7:11 (?)", "#1@8:1 ()", "f@9:1 ()", "C@9:6 ()", "g@9:11 ()", "C@10:40 ()"),
        new("arguments by place and by name", """
            import common
            common.f(1, "a", None, *rest, "b", x=1, y="c", **more, z=None)
            common.f(*a)
            common.f(**b)
            """, "#0.f@2:8 (?, \"a\", None, *, x=?, y=\"c\", z=None, **)", "#0.f@3:8 (*)", "#0.f@4:8 (**)"),
        new("strings", """
            import common
            common.f("a" 'b', f"c", f"d{x}", "e" + "f", r"\g", b"h", "a" "{b}" f"{c}", ("i"
              "j"), "k" + x, "" if x else "l")
            """, "#0.f@2:8 (\"ab\", \"c\", ?, \"ef\", \"\\g\", ?, ?, \"ij\", ?, ?)"),
        new("names that have one value for all their life", """
            import common
            NAME = "a"
            PREFIX: str = "b_"
            FULL = PREFIX + "c"
            TWICE = "d"
            TWICE = "e"
            AGAIN = NAME
            NOTHING = None
            def f(parameter="x"):
                local = "g"
                common.f(NAME, FULL, TWICE, AGAIN, NOTHING, local, parameter, undefined)
            def g():
                global CHANGED
                CHANGED = "h"
            CHANGED = "i"
            common.f(CHANGED)
            for LOOP in "j": common.f(LOOP)
            ADDED = "k"
            ADDED += "l"
            common.f(ADDED)
            A = B = "m"
            common.f(A, B)
            if x: C = "n"
            common.f(C)
            def h():
                NAME = compute()
                common.f(NAME)
            class D:
                E = "o"
                common.f(E)
                def i(self): common.f(E)
            """, "#0.f@11:12 (\"a\", \"b_c\", ?, \"a\", None, \"g\", ?, ?)", "#0.f@16:8 (?)", "#0.f@17:25 (?)", "#0.f@20:8 (?)", "#0.f@22:8 (\"m\", \"m\")", "#0.f@24:8 (\"n\")", "#0.f@27:12 (?)",
            "#0.f@30:12 (\"o\")", "#0.f@31:25 (?)"),
        new("a star import may replace a constant", """
            A = "a"
            from x import *
            B = "b"
            def f(): rpc(A, B)
            """, "#0.rpc@4:10 (?, \"b\")"),
        new("dicts", """
            import common
            K = "k"
            common.f({}, {"a": 1, "b": {"c": 2}}, {**x, "a": 1}, {x: 1, "a": 2}, {K: 1}, {1: 2})
            common.f(dict(), dict(a=1), dict(a=1, **x), dict(x), dict({"a": 1}, b=2), dict([("a", 1)], b=2))
            common.f({"a": 1} | {"b": 2}, x | {"b": 2}, {"a": 1} | x, x | y, {x: 1 for x in y})
            def f(dict): common.f(dict(a=1))
            """, "#0.f@3:8 ({}, {a b}, {a ...}, {a ...}, {k}, {...})", "#0.f@4:8 ({}, {a}, {a ...}, {...}, {a b}, {b ...})", "#0.f@5:8 ({a b}, {b ...}, {a ...}, ?, ?)", "#0.f@6:21 (?)"),
        new("a dict in a variable, and what is added", """
            import common
            def f():
                params = {"a": 1}
                params["b"] = 2
                params.update({"c": 3}, d=4)
                params |= {"e": 5}
                params.setdefault("f", 6)
                common.f("x", params)
            def g():
                params: dict = dict(a=1)
                common.f(params=params)
            def h():
                params = {}
                common.f(params)
            """, "#0.f@8:12 (\"x\", {a b c d e f})", "#0.f@11:12 (params={a})", "#0.f@14:12 ({})"),
        new("what is added later does not count", """
            import common
            def f():
                params = {"a": 1}
                common.f(params)
                params["b"] = 2
            """, "#0.f@4:12 ({a})"),
        new("what another branch adds does not count", """
            import common
            def f(x):
                params = {"a": 1}
                if x == 1:
                    params["b"] = 2
                elif x == 2:
                    params["c"] = 3
                    common.f(params)
                else:
                    common.f(params)
                match x:
                    case 1: pass
            def g(x):
                params = {"a": 1}
                if x:
                    params["b"] = 2
                    return common.f(params)
                params["c"] = 3
                return common.f(params)
            def h(x):
                params = {"a": 1}
                if x:
                    params["b"] = 2
                    raise ValueError
                common.f(params)
            def i(x):
                params = {}
                match x:
                    case 1: params["a"] = 1
                    case _: common.f(params)
            """, "#0.f@8:16 ({a c})", "#0.f@10:16 ({a})", "#0.f@17:23 ({a b})", "#0.f@19:19 ({a c})", "#0.f@25:12 ({a})", "#0.f@30:24 ({})"),
        new("what is added under a condition may be there", """
            import common
            def f(x):
                params = {"a": 1}
                if x:
                    params["b"] = 2
                with x:
                    params["c"] = 2
                common.f(params)
            """, "#0.f@8:12 ({a b c})"),
        new("where the way is not plain, keys are not known", """
            import common
            def f(x):
                params = {"a": 1}
                for y in x:
                    if y: continue
                    params["b"] = 2
                common.f(params)
            def g(x):
                params = {"a": 1}
                try:
                    params["b"] = 2
                except KeyError:
                    common.f(params)
            def h(x):
                params = {"a": 1}
                params[x] = 2
                common.f(params)
            def i(x):
                params = {"a": 1}
                params.update(x)
                common.f(params)
            def j(x):
                params = {"a": 1}
                params |= x
                common.f(params)
            """, "#0.f@7:12 ({a ...})", "#0.f@13:16 ({a ...})", "#0.f@17:12 ({a ...})", "#0.f@21:12 ({a ...})", "#0.f@25:12 ({a ...})"),
        new("in a loop what comes later comes before", """
            import common
            def f(x):
                params = {"a": 1}
                for y in x:
                    common.f(params)
                    params["b"] = y
            def g(x):
                for y in x:
                    params = {"a": 1}
                    common.f(params)
                    params["b"] = y
            def h(x):
                params = {"a": 1}
                while common.f(params):
                    params["b"] = 1
            """, "#0.f@5:16 ({a ...})", "#0.f@10:16 ({a})", "#0.f@14:18 ({a ...})"),
        new("whoever gets a dict may change it", """
            import common
            def f():
                params = {"a": 1}
                change(params)
                common.f(params)
            def g():
                params = {"a": 1}
                other = params
                common.f(params)
            def h():
                params = {"a": 1}
                x = [params]
                common.f(params)
            def i():
                params = {"a": 1}
                def j(): params["b"] = 1
                common.f(params)
            def adds():
                params = {"a": 1}
                def add():
                    params["b"] = 1
                    return 1
                add()
                common.f(params)
            def later():
                params = {"a": 1}
                def send(): return common.f(params)
                params["b"] = 1
                send()
            def swallowed():
                params = {"a": 1}
                with suppress(E):
                    params["b"] = 1
                    raise E
                common.f(params)
            def k():
                params = other = {"a": 1}
                common.f(params)
            def l(self):
                params = {"a": 1}
                self.params = params
                common.f(params)
            def m():
                params = {"a": 1}
                yield params
                common.f(params)
            def n():
                params = {"a": 1}
                update = params.update
                common.f(params)
            def o():
                params = {"a": 1}
                common.f(params)
                common.f(params)
            """, "#0.f@5:12 ({a ...})", "#0.f@9:12 ({a ...})", "#0.f@13:12 ({a ...})", "#0.f@17:12 ({a ...})", "#0.f@24:12 ({a ...})",
            "#0.f@27:31 ({a ...})", "#0.f@35:12 ({a ...})", "#0.f@38:12 ({a ...})", "#0.f@42:12 ({a ...})", "#0.f@46:12 ({a ...})", "#0.f@50:12 ({a ...})", "#0.f@53:12 ({a})", "#0.f@54:12 ({a ...})"),
        new("reading a dict changes nothing", """
            import common, json
            def f(x):
                params = {"a": 1}
                print(params["a"], params.get("b"), len(params), {**params}, f"{params}")
                logger.info("calling with %s", params)
                json.dumps(params)
                g(**params)
                if "a" in params and not params: pass
                for key in params: pass
                y = [key for key in params], dict(params), params.copy()
                if x: return params
                common.f(params)
            """, "#1.dumps@6:10 ({a ...})", "#0.f@12:12 ({a})"),
        new("what is taken away is gone", """
            import common
            def f():
                params = {"a": 1}
                del params["a"]
                common.f(params)
            def g():
                params = {"a": 1}
                params.pop("a")
                common.f(params)
            def h():
                params = {"a": 1}
                params.clear()
                common.f(params)
            """, "#0.f@5:12 (?)", "#0.f@9:12 (?)", "#0.f@13:12 (?)"),
        new("a dict of the module may have been changed by a call before", """
            import common
            PARAMS = {"a": 1}
            common.f(PARAMS)
            def f(): common.f(PARAMS)
            """, "#0.f@3:8 ({a})", "#0.f@4:17 ({a ...})"),
        new("except TypeError guards", """
            import common
            try:
                common.f(1)
            except TypeError:
                common.f(2)
            try:
                common.f(3)
            except (AttributeError, Exception):
                pass
            """, "#0.f@3:12 (?) guarded", "#0.f@5:12 (?)", "#0.f@7:12 (?)"),
        new("what is shadowed is not called", """
            from common import rpc
            def f(rpc): rpc("a")
            def g():
                for rpc in x: rpc("b")
            """),
        new("what may be something else is uncertain", """
            from common import rpc
            if x: rpc = make()
            rpc("a")
            def f(): pass
            f = decorate(f)
            f()
            """, "#0?@3:1 (\"a\")", "f?@6:1 ()"),
        new("aliases", """
            import common
            call = common.rpc
            def f():
                c = common
                c.rpc("a")
                call("b")
            """, "#0.rpc@5:7 (\"a\")", "#0.rpc@6:5 (\"b\")"),
        new("calls everywhere", """
            import common
            @common.a()
            def f(x=common.b()): return f"{common.c('d')}"
            with common.e() as y: pass
            [common.g(z) for z in common.h() if common.i()]
            common.j(common.k())
            """, "#0.a@2:9 ()", "#0.b@3:16 ()", "#0.c@3:39 (\"d\")", "#0.e@4:13 ()", "#0.h@5:30 ()", "#0.i@5:44 ()", "#0.g@5:9 (?)", "#0.j@6:8 (?)", "#0.k@6:17 ()"));

    public static TheoryData<string> Promises => s_table.Promises;

    [PythonTheory]
    [MemberData(nameof(Promises))]
    public void Calls_are_read(string promise) => s_table.Check(promise);

    [PythonFact]
    public void Everything_is_where_it_is_written()
    {
        var facts = Facts.Of("""
            import common
            NAME = "😀" "x"
            def f():
                params = {
                    "é": 1,
                    'p_ä': 2}
                params["p_b"] = 3
                common.rpc(
                    NAME, params, "é", user_jwt
                    =None, user="😀")
            """);
        var call = Assert.Single(facts.Calls);
        Assert.Equal(["9:9", "9:15", "9:23"], call.Positional.Select(argument => Show.Of(argument.At)));
        Assert.Equal(["user_jwt@9:28", "user@10:16"], call.Keywords.Select(argument => $"{argument.Name}@{Show.Of(argument.At)}"));
        Assert.Equal("2:8", Show.Of(call.Positional[0].Value!.At));
        Assert.Equal("4:14", Show.Of(call.Positional[1].Value!.At));
        Assert.Equal(["é@5:9", "p_ä@6:9", "p_b@7:12"], call.Positional[1].Value!.Keys!.Select(Show.Of));
        Assert.Equal("9:23", Show.Of(call.Positional[2].Value!.At));
        Assert.Equal("10:10", Show.Of(call.Keywords[0].Value!.At));
    }

    [PythonFact]
    public void A_lone_surrogate_is_no_reason_to_fail()
    {
        var facts = Facts.Of("import common\ncommon.f('\\ud800', {'\\udfff': 1})");
        Assert.Equal("#0.f@2:8 (\"?\", {?})", Show.Of(Assert.Single(facts.Calls)));
    }
}
