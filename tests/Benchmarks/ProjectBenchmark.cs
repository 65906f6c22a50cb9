using System.Globalization;
using System.IO.Compression;
using System.Text;

namespace Cora.Build.Benchmarks;

/// <summary>A project of many modules: each has four functions and a layer with a wheel and a lock, and of each five, one is referenced by the four others.</summary>
internal static class ProjectBenchmark
{
    private const int FunctionsPerModule = 4;

    /// <summary>Time and memory as the project grows.</summary>
    public static string Run(Workspace workspace, int runs)
    {
        int[] sizes = [10, 25, 50];
        foreach (var size in sizes) Make(workspace, $"project-{size}", size, "six");
        var scenarios = sizes.SelectMany(size => Scenarios(workspace, $"project-{size}")).ToList();
        var times = Measure.Time(scenarios, runs);

        var text = new StringBuilder();
        text.AppendLine("| one project | from nothing | nothing changed | one handler changed | peak memory, from nothing / nothing changed |").AppendLine("|---|---|---|---|---|");
        foreach (var size in sizes)
        {
            var project = $"project-{size}";
            var (nothing, again, handler) = (times[$"{project} from nothing"], times[$"{project} no-op"], times[$"{project} handler"]);
            var memory = scenarios.Where(scenario => scenario.Name == $"{project} from nothing" || scenario.Name == $"{project} no-op").Select(Measure.PeakBytes);
            text.AppendLine(CultureInfo.InvariantCulture, $"| {size} modules, {size * FunctionsPerModule} functions | {nothing} | {again} | {handler} | {string.Join(" / ", memory.Select(Megabytes))} |");
        }
        text.AppendLine().AppendLine("| a module more costs | from nothing | nothing changed |").AppendLine("|---|---|---|");
        foreach (var (from, to) in sizes.Zip(sizes.Skip(1)))
        {
            double Each(string what) => (times[$"project-{to} {what}"].Median - times[$"project-{from} {what}"].Median) * 1000 / (to - from);
            text.AppendLine(CultureInfo.InvariantCulture, $"| between {from} and {to} modules | {Each("from nothing"):0} ms | {Each("no-op"):0} ms |");
        }
        return text.ToString();
    }

    /// <summary>Memory with small wheels and with large ones.</summary>
    public static string RunMemory(Workspace workspace, int runs)
    {
        const int Modules = 10;
        workspace.Wheel("bulk", 48_000_000);
        (string Project, string[] Requirements)[] projects = [("small", ["six"]), ("many", ["boto3", "pydantic", "cryptography", "PyYAML"]), ("large", ["bulk"])];
        var text = new StringBuilder();
        text.AppendLine(CultureInfo.InvariantCulture, $"| {Modules} modules, from nothing | files in each layer | zip of each layer | peak memory (least–most) |").AppendLine("|---|---|---|---|");
        foreach (var (project, requirements) in projects)
        {
            Make(workspace, project, Modules, requirements);
            var scenario = Scenarios(workspace, project)[0];
            var peaks = Enumerable.Range(0, runs + 1).Select(_ => Measure.PeakBytes(scenario)).Skip(1).Order().ToList();
            var layer = workspace[$"{project}/packages/module-000/backend/.build/layer000-layer.zip"];
            using var zip = ZipFile.OpenRead(layer);
            text.AppendLine(CultureInfo.InvariantCulture, $"| {string.Join(", ", requirements)} | {zip.Entries.Count} | {new FileInfo(layer).Length / 1048576.0:0.0} MB | {Megabytes(peaks[peaks.Count / 2])} ({Megabytes(peaks[0])}–{Megabytes(peaks[^1])}) |");
        }
        return text.ToString();
    }

    private static Scenario[] Scenarios(Workspace workspace, string project) =>
    [
        new($"{project} from nothing", () => workspace.Unbuild(project), () => workspace.Dotnet(project, "build")),
        new($"{project} no-op", () => { }, () => workspace.Dotnet(project, "build")),
        new($"{project} handler", () => workspace.Touch($"{project}/packages/module-007/backend/lambdas/function1/lambda_function.py"), () => workspace.Dotnet(project, "build")),
    ];

    private static void Make(Workspace workspace, string project, int modules, params string[] requirements)
    {
        workspace.Write($"{project}/project.coraproj", """<Project Sdk="Cora.Build.Sdk"><PropertyGroup><CoraKind>Project</CoraKind></PropertyGroup></Project>""");
        string? locked = null;
        for (var i = 0; i < modules; i++)
        {
            var (module, layer) = ($"{project}/packages/module-{i:000}", $"layer{i:000}");
            workspace.Module(module, i % 5 == 0 ? [] : [$"module-{i / 5 * 5:000}"]).Layer(module, layer, requirements);
            for (var function = 0; function < FunctionsPerModule; function++) workspace.Function(module, $"function{function}");
            var path = $"{module}/backend/layers/{layer}/pylock.toml";
            if (locked is null)
            {
                workspace.Do(module, "build", "-t:CoraLock");
                locked = File.ReadAllText(workspace[path]);
            }
            workspace.Write(path, locked);
        }
    }

    private static string Megabytes(long? bytes) => bytes is { } known ? string.Create(CultureInfo.InvariantCulture, $"{known / 1048576.0:0} MB") : "not known";
}
