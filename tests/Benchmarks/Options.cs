using System.Globalization;

namespace Cora.Build.Benchmarks;

/// <summary>The command line.</summary>
/// <param name="Wheels">Full path of the directory that has the wheels.</param>
/// <param name="Out">Full path of the file that gets the report as well; null for none.</param>
/// <param name="Runs">How often each build is measured; medians are reported.</param>
/// <param name="Filter">Which groups run: those whose name contains it; all when empty.</param>
internal sealed record Options(string Wheels, string? Out, int Runs, string Filter)
{
    public const string Usage = """
        Measures whole builds of the SDK of this checkout.

        dotnet run -c Release --project tests/Benchmarks -- --wheels DIR [--out FILE] [--runs N] [--filter module|project|memory|lint|schema|deploy|pack]

          --wheels DIR   wheels of boto3, pydantic, cryptography, PyYAML and sympy with what they need; either of these fills one:
                           pip download --only-binary :all: -d DIR boto3 pydantic cryptography PyYAML sympy
                           python3 tests/Benchmarks/make_wheelhouse.py --with-deps DIR boto3 pydantic cryptography PyYAML sympy
          --out FILE     writes the report there, too
          --runs N       measured runs of each build, 5 by default; one more comes first and is not counted
          --filter NAME  only the groups whose name contains NAME: module, project, memory, lint, schema, deploy, pack
        """;

    /// <exception cref="FormatException">With what is wrong.</exception>
    public static Options Parse(string[] arguments)
    {
        string? wheels = null, output = null;
        var (runs, filter) = (5, "");
        for (var i = 0; i < arguments.Length; i += 2)
        {
            var value = i + 1 < arguments.Length ? arguments[i + 1] : throw new FormatException($"{arguments[i]} needs a value.");
            switch (arguments[i])
            {
                case "--wheels": wheels = Path.GetFullPath(value); break;
                case "--out": output = Path.GetFullPath(value); break;
                case "--runs": runs = int.TryParse(value, NumberStyles.None, CultureInfo.InvariantCulture, out var n) && n > 0 ? n : throw new FormatException($"--runs {value} is no number above 0."); break;
                case "--filter": filter = value; break;
                default: throw new FormatException($"{arguments[i]} is not known.");
            }
        }
        if (wheels is null) throw new FormatException("--wheels is missing.");
        if (!Directory.Exists(wheels)) throw new FormatException($"--wheels {wheels} is no directory.");
        return new Options(wheels, output, runs, filter);
    }
}
