using System.Diagnostics;
using System.Text;
using System.Text.Json;
using Cora.Build.Python.Source;

namespace Cora.Build.Tests.Python.Source;

public sealed class DocstringTests
{
    /// <summary>Of each file of a list: the docstrings of the module and of the functions at the margin, by CPython, with the place where each ends.</summary>
    private const string Oracle = """
        import ast, json, sys, tokenize, warnings
        warnings.simplefilter("ignore")
        def of(node, lines):
            first = node.body[0] if node.body else None
            if not (isinstance(first, ast.Expr) and isinstance(first.value, ast.Constant) and isinstance(first.value.value, str)):
                return None
            before = lines[first.value.end_lineno - 1].encode()[:first.value.end_col_offset].decode()
            text = first.value.value.encode("utf-16", "surrogatepass").decode("utf-16", "replace")
            return [text, first.value.end_lineno, len(before.encode("utf-16-le")) // 2]
        for path in json.loads(sys.stdin.read()):
            content = open(path, "rb").read()
            try:
                tree = ast.parse(content)
                with tokenize.open(path) as file:
                    lines = file.read().split("\n")
            except (SyntaxError, ValueError, RecursionError):
                print("null")
                continue
            functions = {node.name: of(node, lines) for node in tree.body if isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef)) and node.col_offset == 0}
            print(json.dumps({"module": of(tree, lines), "functions": functions}))
        """;

    private static List<JsonElement> Ask(string python, IReadOnlyList<string> paths)
    {
        using var process = Process.Start(new ProcessStartInfo(python, ["-I", "-c", Oracle]) { RedirectStandardInput = true, RedirectStandardOutput = true })!;
        var output = process.StandardOutput.ReadToEndAsync();
        process.StandardInput.Write(JsonSerializer.Serialize(paths));
        process.StandardInput.Close();
        process.WaitForExit();
        return [.. output.Result.Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(line => JsonSerializer.Deserialize<JsonElement>(line))];
    }

    private static string LibraryOf(string python)
    {
        using var process = Process.Start(new ProcessStartInfo(python, ["-I", "-c", "import os; print(os.path.dirname(os.__file__))"]) { RedirectStandardOutput = true })!;
        return process.StandardOutput.ReadToEnd().Trim();
    }

    private static string Show(JsonElement docstring, bool withPlace) =>
        docstring.ValueKind == JsonValueKind.Null ? "none" : $"{(withPlace ? $"{docstring[1]}:{docstring[2]}" : "")} {docstring[0].GetString()}";

    /// <summary>As <see cref="Oracle"/>: the place behind the closing quotes.</summary>
    private static string Show(Docstring? docstring, SourceText source, bool withPlace)
    {
        if (docstring is null) return "none";
        if (!withPlace) return $" {docstring.Text}";
        var end = docstring.At(docstring.Text.Length);
        var lines = source.Text.Split(["\r\n", "\r", "\n"], StringSplitOptions.None);
        var rest = lines[end.Line - 1][(end.Column - 1)..];
        var quotes = rest.StartsWith("\"\"\"", StringComparison.Ordinal) || rest.StartsWith("'''", StringComparison.Ordinal) ? 3 : 1;
        return $"{end.Line}:{end.Column - 1 + quotes} {docstring.Text}";
    }

    /// <summary>Where CPython is asked of the whole of its own library: what real files have in front of their docstrings, and what their statements look like.</summary>
    [PythonTheory]
    [InlineData(9)]
    [InlineData(13)]
    [InlineData(14)]
    public void Docstrings_are_those_that_CPython_reads(int minor)
    {
        if (HostPython.Find(minor) is not { } python) return;
        var library = LibraryOf(python);
        string[] tests = ["test_fstring.py", "test_string_literals.py", "test_grammar.py", "test_tokenize.py", "test_source_encoding.py", "test_ast.py", "test_unicode_identifiers.py", "test_tstring.py"];
        var paths = Directory.EnumerateFiles(library, "*.py", SearchOption.AllDirectories)
            .Where(path => !Path.GetRelativePath(library, path).Split(Path.DirectorySeparatorChar).Any(part => part is "site-packages" or "test" or "tests" or "idlelib" or "lib2to3"))
            .Concat(tests.Select(test => Path.Combine(library, "test", test)).Where(File.Exists))
            .Order(StringComparer.Ordinal).ToList();

        var (modules, functions) = (0, 0);
        foreach (var (path, answer) in paths.Zip(Ask(python, paths)))
        {
            if (answer.ValueKind == JsonValueKind.Null) continue;
            var source = SourceText.Of(File.ReadAllBytes(path))!;
            Assert.Equal($"{path}: {Show(answer.GetProperty("module"), true)}", $"{path}: {Show(Docstring.OfModule(source), source, true)}");
            modules += answer.GetProperty("module").ValueKind == JsonValueKind.Null ? 0 : 1;
            foreach (var function in answer.GetProperty("functions").EnumerateObject())
            {
                Assert.Equal($"{path} {function.Name}: {Show(function.Value, true)}", $"{path} {function.Name}: {Show(Docstring.OfFunction(source, function.Name), source, true)}");
                functions += function.Value.ValueKind == JsonValueKind.Null ? 0 : 1;
            }
        }
        Assert.InRange(modules, 200, 2000);
        Assert.InRange(functions, 500, 20000);
    }

    /// <summary>What hardly any library has.</summary>
    private static readonly string[] s_oddities =
    [
        "", "\n\n", "x = 1\n'''no'''", "'''a'''", "\uFEFF'''a'''", "\uFEFF# -*- coding: utf-8 -*-\n'''\u00e9'''", "# coding: latin-1\n# x\n'''a'''", "'a' 'b'", "'a' \\\n  'b'", "('a'\n  # c\n  'b')\n", "(('a'))",
        "('a',)", "'a' + 'b'", "'a'.strip()", "'a', 'b'", "b'a'", "f'a'", "'a' f'b'", "rb'a'", "u'a'", "R'\\d'", "Ur = 1", "'a'; x = 1", "'a' # c", "'a' if x else 'b'", "'a' 'b' % 1", "()", "('a')()", "(\n'a'\n)",
        "'\\x41\\u00e9\\U0001F600\\101\\7\\0z\\q\\\n\\\\\\'\\a'", "'''a\\\n  b'''", "'''\r\n  a\r\n'''\r\n", "'''a\rb'''\rx = 1", "\f'''a'''", "\\\n'''a'''", "'''a\"\"\"b'''", "'''a\\'''b'''", "''''a'''", "'' ''", "\"\"\"\"\"\"",
        "'\\N{BULLET}'", "'\ud83d\ude00 \u00e9' # x", "def f(): 'a'", "def f(): 'a'; return 1", "def f():\n\n  # c\n  'a'\n", "def f(a=':', *, b: 'x' = {1: 2}) -> 'y':\n    '''a\n    b'''", "async  def f(\n  a,\n): 'x'",
        "@d(\n'''x\ndef f(): 'no'\n''')\ndef f():\n\t'a'", "'''\ndef f(): 'no'\n'''\ndef g(): pass", "def f():\n  'a'\ndef f():\n  'b'", "def f():\n  'a'\ndef f(): pass", "if x:\n  def f(): 'no'", "class A:\n  def f(self): 'no'",
        "def f(): pass\n'''no'''", "def f():\n  pass\n  '''no'''", "def f(a=lambda x: 1): 'a'", "def f() -> (lambda: 1): 'a'", "x = f'{a!r:>{w}}' f\"{b['}']}\"\ndef f(): 'a'", "x = f'''{\na\n}'''\ndef f(): 'a'", "x = f'{{'\ndef f(): 'a'",
        "x = '#'\ndef f(): 'a' # b", "x = [\n'''\n''', # ]\n]\ndef f(): 'a'", "x = 1 if y else \\\n'''\n'''\ndef f(): 'a'", "def ff(): 'no'\ndef f(): 'a'", "default = 'def f'\ndef f(): ('a'\n  'b')", "def f():\n    # c\n    r'''\\d\n    '''", "x = {1: 2,\n\ndef f(): 'no'",
        "def f():\n  f'a'", "def f():\n  b'a'", "def f(\n", "def f()", "def f():", "def f():\n", "'''a", "'a", "def f(): '''a", "'\\x4'", "'\\ud83d x'", "def f(): return 1; 'no'", "def f() : 'a'", "x=1;\ndef f(): 'a'", "def f():\n 'a'\n#def f(): 'b'",
    ];

    [PythonFact]
    public void Odd_docstrings_are_those_that_CPython_reads()
    {
        var directory = Directory.CreateTempSubdirectory("cora-docstrings-").FullName;
        try
        {
            var paths = s_oddities.Select((_, i) => Path.Combine(directory, $"{i}.py")).ToList();
            foreach (var (path, source) in paths.Zip(s_oddities)) File.WriteAllText(path, source, new UTF8Encoding(false));
            foreach (var ((path, source), answer) in paths.Zip(s_oddities).Zip(Ask(TestPython.Executable!, paths)))
            {
                if (answer.ValueKind == JsonValueKind.Null) continue;
                var text = SourceText.Of(File.ReadAllBytes(path))!;
                var withPlace = !source.Contains('\r', StringComparison.Ordinal) && !source.Contains('\\', StringComparison.Ordinal);
                var function = answer.GetProperty("functions").TryGetProperty("f", out var f) ? Show(f, withPlace) : "none";
                Assert.Equal($"{source}\n→ {Show(answer.GetProperty("module"), withPlace)}\n→ {function}".Replace('\u2022', '\uFFFD'),
                    $"{source}\n→ {Show(Docstring.OfModule(text), text, withPlace)}\n→ {Show(Docstring.OfFunction(text, "f"), text, withPlace)}");
            }
        }
        finally
        {
            Directory.Delete(directory, recursive: true);
        }
    }

    [Fact]
    public void Each_character_has_its_place()
    {
        var source = SourceText.Of("# c\n'''\\\né\tb\\\n\\u0041\U0001F600c\r\nd'''"u8)!;
        var docstring = Docstring.OfModule(source)!;

        Assert.Equal("é\tbA\U0001F600c\nd", docstring.Text);
        Assert.Equal(["3:1", "3:2", "3:3", "4:1", "4:7", "4:8", "4:9", "4:10", "5:1", "5:2"], Enumerable.Range(0, docstring.Text.Length + 1).Select(docstring.At).Select(Source.Show.Of));
    }

    [Theory]
    [InlineData("# coding: latin-1\n'''\u00e9'''", "iso-8859-1", "\u00e9")]
    [InlineData("#!/usr/bin/python\n# vim: set fileencoding=cp1252 :\n'''\u20ac'''", "windows-1252", "\u20ac")]
    [InlineData("# coding: no-such\n'''a'''", "iso-8859-1", null)]
    [InlineData("'''\u00e9'''", "iso-8859-1", null)]
    [InlineData("'''a\0'''", "iso-8859-1", null)]
    [InlineData("# coding: ascii\n'''\u00e9'''", "iso-8859-1", null)]
    [InlineData("x = 1\n# coding: latin-1\n'''a'''", "iso-8859-1", null)]
    public void A_file_is_read_in_the_encoding_that_it_declares(string content, string encoding, string? expected)
    {
        var bytes = CodePagesEncodingProvider.Instance.GetEncoding(encoding)?.GetBytes(content) ?? Encoding.GetEncoding(encoding).GetBytes(content);

        Assert.Equal(expected, SourceText.Of(bytes) is { } source ? Docstring.OfModule(source)?.Text : null);
    }

    [Fact]
    public void Hostile_sources_come_to_an_end()
    {
        foreach (var hostile in new[]
        {
            new string('(', 1_000_000) + "'a'", "x = " + string.Concat(Enumerable.Repeat("f'{", 100_000)), "x = f'" + new string('{', 100_001), "'" + string.Concat(Enumerable.Repeat("' '", 200_000)), "def f(" + new string('[', 1_000_000),
            new string(' ', 1_000_000) + "'a'", new string('\\', 1_000_001), string.Concat(Enumerable.Repeat("\\\n", 500_000)), string.Concat(Enumerable.Repeat("def f():\n 'a'\n", 100_000)), "x = f'{a:" + string.Concat(Enumerable.Repeat("{b:", 100_000)),
            "rb", "f'", "'", "\\", "#", "def", "def f", "async", "def f():\\",
        })
        {
            var source = SourceText.Of(Encoding.UTF8.GetBytes(hostile))!;
            _ = Docstring.OfModule(source);
            _ = Docstring.OfFunction(source, "f");
        }
    }
}
