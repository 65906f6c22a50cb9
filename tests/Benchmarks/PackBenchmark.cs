using System.Diagnostics;
using System.Globalization;
using System.Text;
using Cora.Build.Sdk.Tests;

namespace Cora.Build.Benchmarks;

/// <summary><c>dotnet pack</c> of the sample project, a package for each of its modules, against <c>zip -r</c> of the same files, and against <c>dotnet pack</c> of an empty class library.</summary>
internal static class PackBenchmark
{
    private const string Samples = "samples", Project = "pack/demo-stack/project.coraproj", Library = "library/library.csproj";

    /// <summary>What a build in place makes, and Terraform.</summary>
    private static readonly string[] s_made = ["global.json", "obj", "bin", ".build", "build", "__pycache__", ".terraform", ".terraform.lock.hcl"];

    public static string Run(Workspace workspace, int runs)
    {
        Copy(Path.Combine(SdkPackage.RepositoryRoot, Samples), workspace["pack"]);
        workspace.Write(Library, """<Project Sdk="Microsoft.NET.Sdk"><PropertyGroup><TargetFramework>net10.0</TargetFramework><UseSharedCompilation>false</UseSharedCompilation></PropertyGroup></Project>""");
        workspace.Write("library/Class1.cs", "namespace Empty;\npublic class Class1\n{\n}\n");
        workspace.Do("pack", "publish", workspace[Project], "-o", workspace["published"]);

        var output = workspace["packages-of-pack"];
        void Empty()
        {
            if (Directory.Exists(output)) Directory.Delete(output, recursive: true);
            Directory.CreateDirectory(output);
        }
        Scenario Pack(string name, string project, string unbuilt, params string[] more) => new(name, () =>
        {
            Empty();
            if (unbuilt.Length > 0) workspace.Unbuild(unbuilt);
        }, () => workspace.Dotnet("pack", ["pack", workspace[project], "-o", output, .. more]));
        var packages = 0;
        Scenario[] scenarios =
        [
            Pack("from nothing", Project, "pack"),
            Pack("built", Project, "", "--no-build", "--no-restore"),
            Pack("library from nothing", Library, "library"),
            Pack("library built", Library, "", "--no-build", "--no-restore"),
            .. OperatingSystem.IsWindows() ? Array.Empty<Scenario>() :
            [
                new Scenario("zip", Empty, () => Process.Start(new ProcessStartInfo("sh", ["-c", "for module in *; do (cd \"$module\" && zip -qr \"$0/$module.zip\" .) || exit 1; done", output])
                {
                    WorkingDirectory = workspace["published"],
                    RedirectStandardInput = true,
                    RedirectStandardOutput = true,
                    RedirectStandardError = true,
                })!),
            ],
        ];
        var times = Measure.Time(scenarios, runs);
        Empty();
        workspace.Do("pack", "pack", workspace[Project], "-o", output, "--no-build", "--no-restore");
        packages = Directory.GetFiles(output, "*.nupkg").Length;
        var bytes = Directory.GetFiles(workspace["published"], "*", SearchOption.AllDirectories).Sum(file => new FileInfo(file).Length);

        var text = new StringBuilder();
        text.AppendLine(CultureInfo.InvariantCulture, $"| the samples: {packages} packages of {bytes / 1048576.0:0.0} MB | from nothing | built, `--no-build --no-restore` |").AppendLine("|---|---|---|");
        text.AppendLine(CultureInfo.InvariantCulture, $"| `dotnet pack` of the project | {times["from nothing"]} | {times["built"]} |");
        if (times.TryGetValue("zip", out var zip)) text.AppendLine(CultureInfo.InvariantCulture, $"| `zip -r` of the same files | – | {zip} |");
        text.AppendLine(CultureInfo.InvariantCulture, $"| `dotnet pack` of an empty class library (net10.0) | {times["library from nothing"]} | {times["library built"]} |");
        return text.ToString();
    }

    private static void Copy(string source, string target)
    {
        Directory.CreateDirectory(target);
        foreach (var file in Directory.GetFiles(source).Where(file => !s_made.Contains(Path.GetFileName(file)))) File.Copy(file, Path.Combine(target, Path.GetFileName(file)));
        foreach (var directory in Directory.GetDirectories(source).Where(directory => !s_made.Contains(Path.GetFileName(directory)))) Copy(directory, Path.Combine(target, Path.GetFileName(directory)));
    }
}
