using Cora.Build.Python.Source;

namespace Cora.Build.Tests.Python.Source;

public sealed class EnvironmentFactTests
{
    private static readonly FactTable s_table = new(facts => facts.Environment.Select(Of),
        new("os.environ[…] needs the variable", "import os\nURL = os.environ['URL']\ndef f():\n    return os.environ[\"KEY\"]\n", "URL!@2:18", "KEY!@4:23 in f"),
        new("get and getenv do not", "import os\na = os.environ.get('A')\nb = os.getenv('B', 'x')\nc = os.environ.get('C', default=1)\nd = os.getenv(key='D')\n", "A@2:20", "B@3:15", "C@4:20", "D@5:19"),
        new("pop needs it unless there is a default", "import os\nos.environ.pop('A')\nos.environ.pop('B', None)\nos.environ.setdefault('C', 'x')\nos.environ.__getitem__('D')\n", "A!@2:16", "B@3:16", "C@4:23", "D!@5:24"),
        new("a test reads it", "import os\nif 'A' in os.environ: pass\nx = 'B' not in os.environ\n", "A@2:4", "B@3:5"),
        new("by other names", "import os as o\nfrom os import environ, getenv as g\nimport os.path\no.environ['A']; environ['B']; g('C'); os.environ['D']; os.path.join('E')\n", "A!@4:11", "B!@4:25", "C@4:33", "D!@4:50"),
        new("imported in a function", "def f():\n    from os import environ as env\n    return env['A']\ndef g():\n    import os\n    get = os.environ.get\n    return get('B')\n", "A!@3:16 in f", "?@6:11 in g", "B@7:16 in g"),
        new("an alias in a function is the environment", "import os\ndef f():\n    env = os.environ\n    return env['A'], env.get('B')\n", "A!@4:16 in f", "B@4:30 in f"),
        new("an alias of the file may be read elsewhere too", "import os\nenv = os.environ\nenv['A']\n", "?@2:7", "A!@3:5"),
        new("writes are no reads", "import os\nos.environ['A'] = '1'\ndel os.environ['B']\nos.environ.update({'C': '1'})\nos.environ.clear()\nos.putenv('D', '1')\nfor os.environ['E'] in x: pass\n"),
        new("adding to it reads it", "import os\nos.environ['PATH'] += ':/x'\n", "PATH@2:12"),
        new("a computed name is not known", "import os\nos.environ[name]\nos.getenv(f'{a}_URL')\nos.environ.get('A' + x)\nos.environ.get(*a)\n", "?!@2:12", "?@3:11", "?@4:16", "?@5:1"),
        new("a name that is constant is known", "import os\nNAME = 'A'\nPREFIX = 'B_'\nos.environ[NAME]\nos.environ.get(PREFIX + 'URL')\n", "A!@4:12", "B_URL@5:16"),
        new("the whole environment is not known", "import os\nfor name in os.environ: pass\ndict(os.environ)\nrun(env=os.environ)\n{**os.environ}\nos.environ.items()\nos.environ.copy()\nx = [os.environ]\nf(os.getenv)\n",
            "?@2:13", "?@3:6", "?@4:9", "?@5:4", "?@6:1", "?@7:1", "?@8:6", "?@9:3"),
        new("a star import may bring it", "from os import *\nenviron['A']\n", "?@1:16"),
        new("a parameter is what is passed", "import os\ndef get(name, default=None):\n    return os.environ.get(name) or default\ndef need(prefix, *, name):\n    def inner():\n        return os.environ[name]\n    return inner()\n",
            "?@3:27 in get(name)", "?!@6:27 in need(name)"),
        new("a parameter that is changed is not", "import os\ndef get(name):\n    name = name.upper()\n    return os.environ[name]\ndef of(name):\n    return [os.environ[name] for name in NAMES]\ndef args(*name):\n    return os.environ[name]\n",
            "?!@4:23 in get", "?!@6:24 in of", "?!@8:23 in args"),
        new("a parameter of a method is not followed", "import os\nclass A:\n    def get(self, name):\n        return os.environ[name]\n", "?!@4:27 in A"),
        new("a class runs when the file is imported, its methods later", "import os\nclass A:\n    URL = os.environ['URL']\n    def f(self):\n        return os.environ['KEY']\nf = lambda: os.environ['L']\ng = [os.environ['M'] for _ in x]\n",
            "URL!@3:22", "KEY!@5:27 in A", "L!@6:24 in <lambda>", "M!@7:17"),
        new("a default of a parameter is read when the file is imported", "import os\ndef f(a=os.environ['A'], *, b=os.environ.get('B')): pass\n@d(os.environ['C'])\ndef g(): pass\n", "A!@2:20", "B@2:46", "C!@3:15"),
        new("who tests for it is prepared", "import os\ndef f():\n    if 'A' in os.environ:\n        return os.environ['A']\ndef g():\n    return os.environ['B'] if os.environ.get('B') else None\ndef h():\n    return os.environ['A']\n",
            "A@3:8 in f", "A@4:27 in f", "B@6:46 in g", "B@6:23 in g", "A!@8:23 in h"),
        new("who sets it is prepared", "import os\nos.environ.setdefault('A', '1')\nos.environ['B'] = '1'\ndef f():\n    os.environ['C'] = '1'\n    return os.environ['A'], os.environ['B'], os.environ['C']\ndef g():\n    return os.environ['C']\n",
            "A@2:23", "A@6:23 in f", "B@6:40 in f", "C@6:57 in f", "C!@8:23 in g"),
        new("who catches its absence is prepared", "import os, contextlib\ntry:\n    A = os.environ['A']\nexcept KeyError:\n    A = None\nwith contextlib.suppress(LookupError):\n    os.environ['B']\ntry:\n    C = os.environ['C']\nexcept Exception:\n    C = os.environ['D']\ntry:\n    E = os.environ['E']\nexcept ValueError:\n    pass\n",
            "A@3:20", "B@7:16", "C@9:20", "D!@11:20", "E!@13:20"),
        new("who answers any failure is not", "import os\ndef lambda_handler(event, context):\n    try:\n        url = os.environ['URL']\n        a = 1\n        b = 2\n        return url, a, b\n    except Exception:\n        return 500\n", "URL!@4:26 in lambda_handler"),
        new("what is defined in a try runs later", "import os\ntry:\n    def f():\n        return os.environ['A']\nexcept KeyError:\n    pass\n", "A!@4:27 in f"),
        new("what never runs reads nothing", "import os\nif False:\n    os.environ['A']\nif __name__ == '__main__':\n    os.environ['B']\ndef f(): pass\n"),
        new("another os is another", "import os2 as os\nos.environ['A']\n"),
        new("another environ is another", "environ = {}\nenviron['A']\ndef f(environ): return environ['B']\nimport os\ndef g(os): return os.environ['C']\nself.environ['D']\n"),
        new("what may be another is not looked at", "import os\nif x:\n    env = os.environ\nelse:\n    env = {}\nenv['A']\n", "?@3:11"),
        new("text is counted as editors do", "import os\ns = 'é😀'; os.environ['A'], os.environ['É']\n", "A!@2:23", "É!@2:40"));

    public static TheoryData<string> Promises => s_table.Promises;

    [PythonTheory]
    [MemberData(nameof(Promises))]
    public void Reads_of_environment_variables(string promise) => s_table.Check(promise);

    [PythonFact]
    public void A_call_says_which_function_it_is_in() =>
        Assert.Equal(["f", "f", "", "A", "", "<lambda>", ""],
            Facts.Of("import m\ndef f():\n    m.a()\n    def g(): m.a()\nclass A:\n    x = m.b()\n    def h(self): m.a()\ny = m.a()\nz = lambda: m.a()\n[m.a() for _ in y]\n").Calls.Select(call => call.Function));

    /// <summary><c>URL!@2:18 in f(name)</c>: required, in a function, by its parameter.</summary>
    private static string Of(EnvironmentRead read) =>
        $"{read.Name ?? "?"}{(read.IsRequired ? "!" : "")}@{Show.Of(read.At)}{(read.Function.Length > 0 ? $" in {read.Function}" : "")}{(read.Parameter is null ? "" : $"({read.Parameter})")}";
}
