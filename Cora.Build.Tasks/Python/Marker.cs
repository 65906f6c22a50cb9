using System.Collections.Frozen;
using System.Collections.Immutable;

namespace Cora.Build.Python;

/// <summary>
/// An environment marker (PEP 508, and the dependency specifiers of packaging.python.org): the condition under which a requirement holds. It
/// is evaluated for the target, never for the machine that builds.
/// </summary>
public sealed class Marker
{
    private const int MaxDepth = 100;

    private static readonly FrozenDictionary<string, Func<MarkerEnvironment, string>> s_variables = new Dictionary<string, Func<MarkerEnvironment, string>>
    {
        ["os_name"] = environment => environment.OsName,
        ["sys_platform"] = environment => environment.SysPlatform,
        ["platform_machine"] = environment => environment.PlatformMachine,
        ["platform_python_implementation"] = environment => environment.PlatformPythonImplementation,
        ["platform_release"] = environment => environment.PlatformRelease,
        ["platform_system"] = environment => environment.PlatformSystem,
        ["platform_version"] = environment => environment.PlatformVersion,
        ["python_version"] = environment => environment.PythonVersion,
        ["python_full_version"] = environment => environment.PythonFullVersion,
        ["implementation_name"] = environment => environment.ImplementationName,
        ["implementation_version"] = environment => environment.ImplementationVersion,
    }.ToFrozenDictionary();

    /// <summary>Names of PEP 345 and of old setuptools.</summary>
    private static readonly FrozenDictionary<string, string> s_oldNames = new Dictionary<string, string>
    {
        ["os.name"] = "os_name",
        ["sys.platform"] = "sys_platform",
        ["platform.version"] = "platform_version",
        ["platform.machine"] = "platform_machine",
        ["platform.python_implementation"] = "platform_python_implementation",
        ["python_implementation"] = "platform_python_implementation",
    }.ToFrozenDictionary();

    private static readonly FrozenSet<string> s_versions = ["python_version", "python_full_version", "implementation_version", "platform_release"];

    /// <summary>PEP 751: sets, which are asked with <c>in</c>.</summary>
    private static readonly FrozenSet<string> s_sets = ["extras", "dependency_groups"];

    private static readonly ImmutableArray<string> s_operators = ["===", "==", ">=", "<=", "!=", "~=", ">", "<"];

    private readonly Node _root;

    private Marker(Node root) => _root = root;

    /// <summary>Reads a marker.</summary>
    /// <exception cref="FormatException">It is none; the message has reason and column.</exception>
    public static Marker Parse(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        var reader = new SyntaxReader(text);
        var marker = Read(reader);
        return reader.AtEnd ? marker : throw reader.Error($"'and', 'or' or the end of the marker expected, {reader.Found} found");
    }

    /// <summary>Whether the marker holds.</summary>
    /// <param name="environment">The environment of the target.</param>
    /// <param name="extras">
    /// The extras of the distribution that are asked for, in any spelling. As with pip, the marker holds when it does for one of them;
    /// without any, <c>extra</c> is the empty text.
    /// </param>
    public bool Evaluate(MarkerEnvironment environment, IReadOnlySet<string>? extras = null)
    {
        ArgumentNullException.ThrowIfNull(environment);
        var normalized = extras is null ? [] : extras.Select(PackageName.Normalize).ToHashSet();
        return normalized.Count == 0
            ? _root.Evaluate(new(environment, "", normalized))
            : normalized.Any(extra => _root.Evaluate(new(environment, extra, normalized)));
    }

    /// <summary>The marker in one spelling, which <see cref="Parse"/> reads back.</summary>
    public override string ToString() => _root.ToString();

    /// <summary>Reads from the cursor on to the first character that cannot belong to a marker.</summary>
    internal static Marker Read(SyntaxReader reader) => new(ReadOr(reader, depth: 0));

    private static Node ReadOr(SyntaxReader reader, int depth)
    {
        if (depth > MaxDepth)
            throw reader.Error($"parentheses are nested deeper than {MaxDepth}");
        List<Node> nodes = [ReadAnd(reader, depth)];
        while (reader.TakeWord("or"))
            nodes.Add(ReadAnd(reader, depth));
        return nodes.Count == 1 ? nodes[0] : new Either([.. nodes]);
    }

    private static Node ReadAnd(SyntaxReader reader, int depth)
    {
        List<Node> nodes = [ReadAtom(reader, depth)];
        while (reader.TakeWord("and"))
            nodes.Add(ReadAtom(reader, depth));
        return nodes.Count == 1 ? nodes[0] : new Both([.. nodes]);
    }

    private static Node ReadAtom(SyntaxReader reader, int depth)
    {
        reader.SkipSpace();
        var start = reader.Position;
        Node node;
        if (reader.Take("("))
        {
            node = ReadOr(reader, depth + 1);
            if (!reader.Take(")"))
                throw reader.Error(reader.AtEnd ? "the parenthesis is not closed" : $"')' expected, {reader.Found} found", reader.AtEnd ? start : null);
        }
        else
        {
            node = ReadComparison(reader);
        }
        reader.SkipSpace();
        return node;
    }

    private static Comparison ReadComparison(SyntaxReader reader)
    {
        var start = reader.Position;
        var (left, leftIsVariable) = ReadOperand(reader);
        reader.SkipSpace();
        var @operator = ReadOperator(reader);
        reader.SkipSpace();
        var (right, rightIsVariable) = ReadOperand(reader);
        if (leftIsVariable == rightIsVariable)
            throw reader.Error("a marker compares a name of the environment with a quoted text", start);

        var (variable, literal) = leftIsVariable ? (left, right) : (right, left);
        if (s_sets.Contains(variable) && (leftIsVariable || @operator is not ("in" or "not in")))
            throw reader.Error($"'{variable}' is a set: write '\"name\" in {variable}'", start);
        if (@operator is "~=" or "===" && !s_versions.Contains(variable))
            throw reader.Error($"'{@operator}' compares versions, and '{variable}' is not one", start);
        if (@operator is "~=" && leftIsVariable && VersionSpecifier.TryCreate(@operator, literal) is null)
            throw reader.Error($"'~=' needs a version of at least two numbers, not {SyntaxReader.Quote(literal)}", start);
        if (variable is "extra" || s_sets.Contains(variable))
            literal = PackageName.Normalize(literal);
        return new(variable, @operator, literal, leftIsVariable);
    }

    private static (string Text, bool IsVariable) ReadOperand(SyntaxReader reader)
    {
        var start = reader.Position;
        if (reader.Current is '\'' or '"')
        {
            var quote = reader.Current;
            reader.Position++;
            var literal = reader.TakeWhile(c => c != quote);
            if (!reader.Take(quote.ToString()))
                throw reader.Error("the quoted text is not closed", start);
            // Some installers read an escape here and some do not; the grammar has no backslash.
            return literal.Contains('\\') ? throw reader.Error("a quoted text in a marker cannot have a backslash", start) : (literal, false);
        }

        var name = reader.TakeWhile(static c => char.IsAsciiLetterOrDigit(c) || c is '_' or '.');
        var variable = s_oldNames.GetValueOrDefault(name, name);
        if (name.Length > 0 && (variable == "extra" || s_sets.Contains(variable) || s_variables.ContainsKey(variable)))
            return (variable, true);
        throw reader.Error(name.Length == 0
            ? $"a name of the environment or a quoted text expected, {reader.Found} found"
            : $"{SyntaxReader.Quote(name)} is not a name of the marker environment", start);
    }

    private static string ReadOperator(SyntaxReader reader)
    {
        if (reader.TakeWord("in"))
            return "in";
        if (!reader.TakeWord("not"))
        {
            return s_operators.FirstOrDefault(reader.Take)
                ?? throw reader.Error($"an operator (== != <= >= < > ~= === in, not in) expected, {reader.Found} found");
        }
        reader.SkipSpace();
        return reader.TakeWord("in") ? "not in" : throw reader.Error("'in' expected after 'not'");
    }

    /// <summary>What the names of a marker stand for.</summary>
    private sealed record Scope(MarkerEnvironment Environment, string Extra, IReadOnlySet<string> Extras);

    private abstract class Node
    {
        public abstract bool Evaluate(Scope scope);

        public abstract override string ToString();
    }

    private sealed class Either(ImmutableArray<Node> nodes) : Node
    {
        public override bool Evaluate(Scope scope) => nodes.Any(node => node.Evaluate(scope));

        public override string ToString() => string.Join(" or ", nodes);
    }

    private sealed class Both(ImmutableArray<Node> nodes) : Node
    {
        public override bool Evaluate(Scope scope) => nodes.All(node => node.Evaluate(scope));

        public override string ToString() => string.Join(" and ", nodes.Select(node => node is Either ? $"({node})" : node.ToString()));
    }

    private sealed class Comparison(string variable, string @operator, string literal, bool variableIsLeft) : Node
    {
        /// <summary>Versions are compared as versions when the right side makes a specifier, everything else as Python compares texts.</summary>
        public override bool Evaluate(Scope scope)
        {
            if (s_sets.Contains(variable))
            {
                var set = variable == "extras" ? scope.Extras : scope.Environment.DependencyGroups;
                return set.Contains(literal) == (@operator == "in");
            }

            var value = variable == "extra" ? scope.Extra : s_variables[variable](scope.Environment);
            var (left, right) = variableIsLeft ? (value, literal) : (literal, value);
            if (s_versions.Contains(variable) && VersionSpecifier.TryCreate(@operator, right) is { } specifier)
                return PythonVersion.TryParse(left, out var version) ? specifier.Contains(version) : specifier.ContainsText(left);

            var order = string.CompareOrdinal(left, right);
            return @operator switch
            {
                "in" => right.Contains(left, StringComparison.Ordinal),
                "not in" => !right.Contains(left, StringComparison.Ordinal),
                "==" => order == 0,
                "!=" => order != 0,
                "<" => order < 0,
                "<=" => order <= 0,
                ">" => order > 0,
                ">=" => order >= 0,
                // A version of the environment that is none, on the right of '~=': nothing is compatible with it.
                _ => false,
            };
        }

        public override string ToString()
        {
            var quoted = literal.Contains('"') ? $"'{literal}'" : $"\"{literal}\"";
            return variableIsLeft ? $"{variable} {@operator} {quoted}" : $"{quoted} {@operator} {variable}";
        }
    }
}
