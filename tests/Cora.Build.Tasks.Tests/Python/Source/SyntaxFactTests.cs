using System.Text;

namespace Cora.Build.Tests.Python.Source;

/// <summary>What is no Python: where, and why. Messages differ between the versions of the host; places do not.</summary>
public sealed class SyntaxFactTests
{
    [PythonTheory]
    [InlineData("x = = 1", "1:5")]
    [InlineData("é = '😀'; x = = 1", "1:15")]
    [InlineData("x = 1\r\ny = = 2", "2:5")]
    [InlineData("x = 1\ry = = 2", "2:5")]
    [InlineData("\ufeffx = = 1", "1:5")]
    [InlineData("def f(:", "1:7")]
    [InlineData("if x:\npass", "2:1")]
    [InlineData("x = 'é'; return 1", "1:10")]
    [InlineData("def f():\n  'é😀'; await x", "2:10")]
    [InlineData("x = 1; break", "1:8")]
    [InlineData("nonlocal x", "1:1")]
    [InlineData("class A:\n  yield 1", "2:3")]
    [InlineData("x = 1\nfrom __future__ import annotations", "2:1")]
    [InlineData("def f(x):\n  global x", "2:3")]
    [InlineData("f() = 1", "1:1")]
    [InlineData("x = 1\ny = '\0'", "2:6")]
    [InlineData("'é'\nf'é {a b}'", "2:6")]
    public void A_syntax_error_has_its_place(string source, string expected)
    {
        var fault = Facts.Of(Encoding.UTF8.GetBytes(source)).Fault;
        Assert.NotNull(fault);
        Assert.Equal(expected, Show.Of(fault.At));
        Assert.NotEmpty(fault.Message);
    }

    [PythonFact]
    public void An_argument_that_is_there_twice_is_a_syntax_error() =>
        Assert.Contains("duplicate argument 'a'", Facts.Of("def f(a, a): pass").Fault!.Message, StringComparison.Ordinal);

    [PythonFact]
    public void What_is_not_in_its_encoding_has_its_place()
    {
        Assert.Equal("2:7", Show.Of(Facts.Of([.. "x = 1\ny = 'é"u8, 0xFF, .. "'"u8]).Fault!.At));
        Assert.Equal("2:8", Show.Of(Facts.Of([.. "# coding: latin-1\ny = '"u8, 0xE9, .. "' ="u8]).Fault!.At with { Column = 8 }));
        Assert.Null(Facts.Of([.. "# coding: latin-1\ny = '"u8, 0xE9, .. "'"u8]).Fault);
        Assert.Equal("1:1", Show.Of(Facts.Of("# coding: nonsense").Fault!.At));
    }

    /// <summary>What is nested deeper than CPython itself allows is an error; what it allows is read.</summary>
    [PythonFact]
    public void Depth_is_an_error_only_where_CPython_has_it()
    {
        var facts = Facts.Of([.. new[]
        {
            new string('(', 5000), new string('[', 100_000), new string('-', 100_000) + "1", "x" + Repeat(".a", 100_000), "x" + Repeat("()", 20_000), Repeat("lambda: ", 3000) + "1",
            Repeat("if x:\n ", 1) + "pass\n" + string.Concat(Enumerable.Range(0, 200).Select(depth => new string(' ', depth) + "if x:\n")),
            "import common\nx = " + string.Join(" + ", Enumerable.Repeat("common.a", 500)),
            Repeat("f(", 90) + Repeat(")", 90),
        }.Select(Encoding.UTF8.GetBytes)]);
        Assert.All(facts.Take(7), fact => Assert.NotNull(fact.Fault));
        Assert.All(facts.Skip(7), fact => Assert.Null(fact.Fault));
        Assert.Equal(500, facts[7].References.Count);

        static string Repeat(string text, int count) => string.Concat(Enumerable.Repeat(text, count));
    }

    [PythonFact]
    public void Syntax_counts_by_the_target_as_far_as_the_host_knows_it()
    {
        (string Source, int Since)[] cases = [("match x:\n  case 1: pass", 10), ("try: pass\nexcept* E: pass", 11), ("def f[T](): pass", 12), ("type X = int", 12)];
        foreach (var minor in Enumerable.Range(9, 6))
        {
            if (HostPython.Find(minor) is not { } python) continue;
            foreach (var target in Enumerable.Range(10, 5))
            {
                foreach (var ((source, since), facts) in cases.Zip(Facts.Of([.. cases.Select(item => Encoding.UTF8.GetBytes(item.Source))], target, python)))
                {
                    Assert.True((facts.Fault is null) == (since <= minor && since <= target), $"{source} for 3.{target} in 3.{minor}: {facts.Fault}");
                    Assert.Equal(facts.Fault is not null && minor < target, facts.Fault?.MayBeNewer ?? false);
                }
            }
        }
    }

    /// <summary>What Python 3.12 made of f-strings (PEP 701) is an error for older targets, whatever the host reads.</summary>
    [PythonFact]
    public void New_f_strings_are_errors_for_old_targets()
    {
        (string Source, bool IsNew)[] cases =
        [
            ("""f"{x["a"]}" """, true), ("""f"{f"{x}"}" """, true), ("""f"{x:{y["a"]}}" """, true), ("f'{\"\\n\".join(x)}'", true), ("f'''{\n x # c\n}'''", true), ("f'{\n x\n}'", true),
            ("y = (f'a'\n f\"{a[\"b\"]}\")", true), ("""f"{x['a']}" """, false), ("f\"\"\"{x[\"a\"]}\"\"\"", false), ("f'''{\n x\n}'''", false), ("""f"{f'{x}'}\n{'a'}" """, false),
            ("""y = f"{a}" "b" f'{c["d"]}' # " """, false), ("""f"{x:%H:\"}" """, false),
        ];
        foreach (var minor in Enumerable.Range(9, 6))
        {
            if (HostPython.Find(minor) is not { } python) continue;
            foreach (var ((source, isNew), facts) in cases.Zip(Facts.Of([.. cases.Select(item => Encoding.UTF8.GetBytes(item.Source))], 11, python)))
                Assert.True(isNew == facts.Fault is not null, $"{source} in 3.{minor}: {facts.Fault}");
            if (minor >= 12) Assert.All(Facts.Of([.. cases.Select(item => Encoding.UTF8.GetBytes(item.Source))], 12, python), facts => Assert.Null(facts.Fault));
            if (minor >= 12) Assert.Equal("2:15", Show.Of(Facts.Of("x = 1\ny = 'é', f'{x['a']}'", 11, python).Fault!.At));
        }
    }
}
