using System.Globalization;
using System.Text;
using Cora.Build.Sdk.Tests;

namespace Cora.Build.Benchmarks;

/// <summary>The checks of 100,000 lines of SQL, in one module and over ten: each module is checked against the SQL of all.</summary>
internal static class SchemaBenchmark
{
    private const int Lines = 100_000, Modules = 10, CopiesPerFile = 10;

    private const string Samples = "samples/demo-stack/packages/";

    public static string Run(Workspace workspace, int runs)
    {
        foreach (var file in Directory.GetFiles(Path.Combine(SdkPackage.RepositoryRoot, Samples, "module-access/db/schema"))) workspace.Write($"shared/{Path.GetFileName(file)}", File.ReadAllText(file));
        Make(workspace, "without", [0]);
        Make(workspace, "one", [Lines]);
        Make(workspace, "ten", [.. Enumerable.Repeat(Lines / Modules, Modules)]);
        Make(workspace, "empty", [.. Enumerable.Repeat(0, Modules)]);
        var times = Measure.Time([.. new[] { "without", "one", "empty", "ten" }.Select(name => new Scenario(name, () => Unbuild(workspace, name), () => workspace.Dotnet(name, ["build", "--no-restore", "-t:CoraLint"])))], runs);

        var text = new StringBuilder();
        text.AppendLine(CultureInfo.InvariantCulture, $"| {Lines} lines of SQL, `-t:CoraLint` from nothing | seconds | without the SQL | ratio |").AppendLine("|---|---|---|---|");
        text.AppendLine(CultureInfo.InvariantCulture, $"| in one module | {times["one"]} | {times["without"]} | {times["one"].Median / times["without"].Median:0.00} |");
        text.AppendLine(CultureInfo.InvariantCulture, $"| in {Modules} modules | {times["ten"]} | {times["empty"]} | {times["ten"].Median / times["empty"].Median:0.00} |");
        return text.ToString();
    }

    private static void Unbuild(Workspace workspace, string name)
    {
        foreach (var made in Directory.GetDirectories(workspace[name], "cora", SearchOption.AllDirectories)) Directory.Delete(made, recursive: true);
    }

    /// <summary>A project. Its SQL repeats that of module-ai under other names.</summary>
    private static void Make(Workspace workspace, string name, int[] lines)
    {
        workspace.Write($"{name}/project.coraproj", """<Project Sdk="Cora.Build.Sdk"><PropertyGroup><CoraKind>Project</CoraKind></PropertyGroup></Project>""");
        workspace.Module($"{name}/packages/module-access").Function($"{name}/packages/module-access", "access");
        foreach (var file in Directory.GetFiles(workspace["shared"])) workspace.Write($"{name}/packages/module-access/db/schema/{Path.GetFileName(file)}", File.ReadAllText(file));
        var source = string.Concat(Directory.GetFiles(Path.Combine(SdkPackage.RepositoryRoot, Samples, "module-ai/db/schema")).Order(StringComparer.Ordinal).Select(File.ReadAllText));
        var sourceLines = source.Count(c => c == '\n');
        var copy = 0;
        for (var module = 0; module < lines.Length; module++)
        {
            var path = $"{name}/packages/module-ai{module}";
            workspace.Module(path).Function(path, "ai");
            for (var (file, written) = (0, 0); written < lines[module]; file++)
            {
                var text = new StringBuilder();
                for (var i = 0; i < CopiesPerFile && written < lines[module]; i++, copy++, written += sourceLines) text.Append(source.Replace("ai_", $"ai_c{copy}_", StringComparison.Ordinal));
                workspace.Write($"{path}/db/schema/{file:000}-ai.sql", text.ToString());
            }
        }
        workspace.Do(name, "build", "-t:CoraLint");
    }
}
