using System.Diagnostics;
using System.Globalization;
using System.Text;
using Cora.Build.Sdk.Tests;

namespace Cora.Build.Benchmarks;

/// <summary>The checks of a module with 40,000 lines of Python, against packaging it, and against CPython only parsing the same files.</summary>
internal static class LintBenchmark
{
    private const int Functions = 16, Lines = 40_000;

    private const string Samples = "samples/demo-stack/packages/";

    public static string Run(Workspace workspace, int runs)
    {
        var lines = Make(workspace);
        var files = Directory.GetFiles(workspace["checked/backend"], "*.py", SearchOption.AllDirectories);
        Scenario Build(string name, Action prepare, params string[] arguments) => new(name, prepare, () => workspace.Dotnet("checked", ["build", "--no-restore", .. arguments]));
        void Unbuild()
        {
            foreach (var made in new[] { "obj/cora", "backend/.build" }.Select(path => workspace["checked/" + path]).Where(Directory.Exists)) Directory.Delete(made, recursive: true);
        }
        workspace.Do("checked", "build");
        var times = Measure.Time(
        [
            Build("package", Unbuild, "-t:CoraPackage"),
            Build("check", Unbuild, "-t:CoraLint"),
            Build("all", Unbuild),
            Build("nothing changed", () => { }),
            Build("handler", () => workspace.Touch("checked/backend/lambdas/function00/lambda_function.py")),
            new("parse", () => { }, () => Process.Start(new ProcessStartInfo("python3", ["-I", "-S", "-c", "import ast, sys\nfor file in sys.argv[1:]: ast.parse(open(file, 'rb').read())", .. files])
            {
                RedirectStandardInput = true,
                RedirectStandardOutput = true,
                RedirectStandardError = true,
            })!),
        ], runs);

        var text = new StringBuilder();
        text.AppendLine(CultureInfo.InvariantCulture, $"| {lines} lines of Python in {files.Length} files | seconds |").AppendLine("|---|---|");
        text.AppendLine(CultureInfo.InvariantCulture, $"| `-t:CoraPackage` from nothing | {times["package"]} |");
        text.AppendLine(CultureInfo.InvariantCulture, $"| `-t:CoraLint` from nothing | {times["check"]} |");
        text.AppendLine(CultureInfo.InvariantCulture, $"| `dotnet build` from nothing | {times["all"]} |");
        text.AppendLine(CultureInfo.InvariantCulture, $"| nothing changed | {times["nothing changed"]} |");
        text.AppendLine(CultureInfo.InvariantCulture, $"| one handler changed | {times["handler"]} |");
        text.AppendLine(CultureInfo.InvariantCulture, $"| CPython parses the files and does nothing else | {times["parse"]} |");
        text.AppendLine().AppendLine("| ratio | measured |").AppendLine("|---|---|");
        text.AppendLine(CultureInfo.InvariantCulture, $"| checking, times packaging | {times["check"].Median / times["package"].Median:0.00} |");
        text.AppendLine(CultureInfo.InvariantCulture, $"| what checks add to a build, times CPython's parsing | {(times["all"].Median - times["package"].Median) / times["parse"].Median:0.00} |");
        return text.ToString();
    }

    /// <summary>The layers of module-access, and functions that repeat those of the samples under other names.</summary>
    private static int Make(Workspace workspace)
    {
        workspace.Module("checked");
        foreach (var (source, target) in Copies("module-access/backend/layers", "checked/backend/layers").Concat(Copies("module-access/db", "checked/db")).Concat(Copies("module-ws/db", "checked/db")).Concat(Copies("module-mgmt/db", "checked/db"))) workspace.Write(target, File.ReadAllText(source));
        var body = File.ReadAllText(Path.Combine(SdkPackage.RepositoryRoot, Samples, "module-ws/backend/lambdas/workspace/lambda_function.py"));
        var definitions = body[body.IndexOf("def list_workspaces", StringComparison.Ordinal)..body.IndexOf("ROUTES = {", StringComparison.Ordinal)];
        var head = body[..body.IndexOf("def list_workspaces", StringComparison.Ordinal)];
        var total = 0;
        for (var function = 0; function < Functions; function++)
        {
            var text = new StringBuilder(head);
            var lines = head.Count(c => c == '\n');
            for (var copy = 0; lines < Lines / Functions; copy++)
            {
                var more = definitions.Replace("_workspace", $"_workspace{copy}", StringComparison.Ordinal).Replace("\"create_workspace" + copy, "\"create_workspace", StringComparison.Ordinal).Replace("_existing", $"_existing{copy}", StringComparison.Ordinal);
                text.Append(more);
                lines += more.Count(c => c == '\n');
            }
            text.Append("\ndef lambda_handler(event, context):\n    return common.dispatch(event, context, {})\n");
            total += lines;
            workspace.Write($"checked/backend/lambdas/function{function:00}/lambda_function.py", text.ToString()).Write($"checked/backend/lambdas/function{function:00}/requirements.txt", "# nothing\n");
        }
        return total;
    }

    private static IEnumerable<(string Source, string Target)> Copies(string from, string to)
    {
        var directory = Path.Combine(SdkPackage.RepositoryRoot, Samples, from);
        return Directory.GetFiles(directory, "*", SearchOption.AllDirectories).Where(file => !file.Contains("__pycache__", StringComparison.Ordinal)).Select(file => (file, $"{to}/{Path.GetRelativePath(directory, file).Replace('\\', '/')}"));
    }
}
