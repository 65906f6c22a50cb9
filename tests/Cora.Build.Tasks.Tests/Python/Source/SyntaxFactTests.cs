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

    [PythonTheory]
    [InlineData("match x:\n  case 1: pass", 10)]
    [InlineData("try: pass\nexcept* E: pass", 11)]
    [InlineData("def f[T](): pass", 12)]
    [InlineData("type X = int", 12)]
    public void Syntax_counts_by_the_target_as_far_as_the_host_knows_it(string source, int since)
    {
        foreach (var minor in Enumerable.Range(9, 6))
        {
            if (HostPython.Find(minor) is not { } python) continue;
            foreach (var target in Enumerable.Range(10, 5))
            {
                var fault = Facts.Of(source, target, python).Fault;
                if (target >= since && minor >= since) Assert.Null(fault);
                if (target < since) Assert.NotNull(fault);
                if (minor < since) Assert.NotNull(fault);
                Assert.Equal(fault is not null && minor < target, fault?.MayBeNewer ?? false);
            }
        }
    }
}
