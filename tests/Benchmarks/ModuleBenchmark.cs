using System.Diagnostics;
using System.Globalization;
using System.Text;
using Cora.Build.Sdk.Tests;

namespace Cora.Build.Benchmarks;

/// <summary>One module, against the same done by pip and zip, and against an empty project. Its layer brings boto3, pydantic, cryptography and PyYAML; three functions are small, one brings sympy.</summary>
internal static class ModuleBenchmark
{
    private const string Script = "tests/Benchmarks/pip-and-zip.sh";

    public static string Run(Workspace workspace, int runs)
    {
        foreach (var module in new[] { "locked", "unlocked", "script" })
        {
            workspace.Module(module).Layer(module, "common", "boto3", "pydantic", "cryptography", "PyYAML").Function(module, "symbols", "sympy");
            foreach (var function in new[] { "orders", "users", "reports" }) workspace.Function(module, function);
        }
        workspace.Do("locked", "build", "-t:CoraLock");
        workspace.Write("empty/empty.csproj", """<Project Sdk="Microsoft.NET.Sdk"><PropertyGroup><TargetFramework>net10.0</TargetFramework><UseSharedCompilation>false</UseSharedCompilation></PropertyGroup></Project>""");
        workspace.Write("empty/Class1.cs", "namespace Empty;\npublic class Class1\n{\n}\n");

        Scenario Nothing(string name, string directory) => new(name, () => workspace.Unbuild(directory), () => workspace.Dotnet(directory, "build"));
        Scenario Again(string name, string directory) => new(name, () => { }, () => workspace.Dotnet(directory, "build"));
        Scenario script = new("script", () => { }, () => Process.Start(new ProcessStartInfo("sh", [Path.Combine(SdkPackage.RepositoryRoot, Script), workspace["script"]])
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        })!);
        Scenario[] scenarios =
        [
            Nothing("empty from nothing", "empty"),
            Again("empty no-op", "empty"),
            Nothing("locked from nothing", "locked"),
            Again("locked no-op", "locked"),
            new("locked handler", () => workspace.Touch("locked/backend/lambdas/orders/lambda_function.py"), () => workspace.Dotnet("locked", "build")),
            Nothing("unlocked from nothing", "unlocked"),
            .. OperatingSystem.IsWindows() ? Array.Empty<Scenario>() : [script],
        ];
        var times = Measure.Time(scenarios, runs);

        var text = new StringBuilder();
        text.AppendLine("| one module | from nothing | nothing changed | one handler changed |").AppendLine("|---|---|---|---|");
        text.AppendLine(CultureInfo.InvariantCulture, $"| with a lock | {times["locked from nothing"]} | {times["locked no-op"]} | {times["locked handler"]} |");
        text.AppendLine(CultureInfo.InvariantCulture, $"| without a lock | {times["unlocked from nothing"]} | as above | as above |");
        if (times.TryGetValue("script", out var pipAndZip)) text.AppendLine(CultureInfo.InvariantCulture, $"| pip install -t, {ZipProgram()} | {pipAndZip} | the same | the same |");
        text.AppendLine(CultureInfo.InvariantCulture, $"| empty Microsoft.NET.Sdk project (net10.0, one class) | {times["empty from nothing"]} | {times["empty no-op"]} | – |");
        text.AppendLine().AppendLine("| ratio | measured | target | |").AppendLine("|---|---|---|---|");
        if (pipAndZip is not null)
        {
            text.AppendLine(AtLeast("from nothing with a lock, times faster than pip and zip", pipAndZip.Median / times["locked from nothing"].Median, 8));
            text.AppendLine(AtLeast("from nothing without a lock, times faster than pip and zip", pipAndZip.Median / times["unlocked from nothing"].Median, 5));
        }
        text.AppendLine(AtMost("nothing changed, times the empty project", times["locked no-op"].Median / times["empty no-op"].Median, 1.15));
        text.AppendLine(AtMost("one handler changed, times the empty project", times["locked handler"].Median / times["empty no-op"].Median, 1.4));
        return text.ToString();
    }

    private static string AtLeast(string what, double ratio, double target) => Row(what, ratio, "≥", target, ratio >= target);

    private static string AtMost(string what, double ratio, double target) => Row(what, ratio, "≤", target, ratio <= target);

    private static string Row(string what, double ratio, string relation, double target, bool reached) =>
        string.Create(CultureInfo.InvariantCulture, $"| {what} | {ratio:0.00} | {relation} {target:0.##} | {(reached ? "reached" : "missed")} |");

    private static string ZipProgram() => (Environment.GetEnvironmentVariable("PATH") ?? "").Split(Path.PathSeparator).Any(directory => File.Exists(Path.Combine(directory, "zip")))
        ? "zip -r"
        : "python3 -m zipfile (there is no zip)";
}
