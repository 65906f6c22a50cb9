using System.Diagnostics;
using System.Globalization;
using System.Text;
using System.Text.RegularExpressions;
using Cora.Build.Sdk.Tests;

namespace Cora.Build.Benchmarks;

/// <summary>The deployment of 300 zips of 5 MB, from a clone of git, to moto on loopback, against <c>aws s3 sync</c> of the same files where there is an AWS CLI.</summary>
internal static partial class DeployBenchmark
{
    private const int Modules = 10, Functions = 30, Bytes = 5 << 20;

    private const string Script = "tests/Cora.Build.Tasks.Tests/Publishing/moto_server.py", Bucket = "benchmark";

    public static string Run(Workspace workspace, int runs)
    {
        workspace.Write("deploy/project.coraproj", """<Project Sdk="Cora.Build.Sdk"><PropertyGroup><CoraKind>Project</CoraKind></PropertyGroup></Project>""");
        var content = new byte[Bytes];
        var random = new Random(1);
        for (var module = 0; module < Modules; module++)
        {
            var path = $"deploy/packages/module-{module}";
            workspace.Module(path);
            for (var function = 0; function < Functions; function++)
            {
                workspace.Function(path, $"function{function}");
                random.NextBytes(content);
                File.WriteAllBytes(workspace[$"{path}/backend/lambdas/function{function}/model.bin"], content);
            }
        }
        workspace.Write("deploy/.gitignore", "*.bin\nobj/\n.build/\n");
        foreach (var arguments in new string[][] { ["init", "-q"], ["add", "-A"], ["-c", "user.name=Ada", "-c", "user.email=ada@example.org", "commit", "-q", "-m", "All"] })
        {
            using var git = Process.Start(new ProcessStartInfo("git", arguments) { WorkingDirectory = workspace["deploy"] })!;
            git.WaitForExit();
        }
        workspace.Do("deploy", "build");
        Directory.CreateDirectory(workspace["zips"]);
        // aws s3 sync follows links.
        foreach (var zip in Directory.GetFiles(workspace["deploy"], "*.zip", SearchOption.AllDirectories))
            File.CreateSymbolicLink(workspace[$"zips/{Directory.GetParent(zip)!.Parent!.Parent!.Name}-{Path.GetFileName(zip)}"], zip);

        using var moto = StartMoto();
        var url = $"http://127.0.0.1:{moto.StandardOutput.ReadLine()}";
        try
        {
            return Report(Measure.Time([.. Scenarios(workspace, url)], runs));
        }
        finally
        {
            moto.StandardInput.Close();
            moto.WaitForExit();
        }
    }

    private static IEnumerable<Scenario> Scenarios(Workspace workspace, string url)
    {
        Scenario Deploy(string name, Action prepare, params string[] more) =>
            new(name, prepare, () => workspace.Dotnet("deploy", ["build", "--no-restore", "-tl:off", "-clp:PerformanceSummary", "-t:CoraDeploy", "-p:CoraEnvironment=dev", $"-p:CoraBucket={Bucket}", $"-p:CoraEndpoint={url}", .. more]))
            {
                Part = ($"{name}: task", output => double.Parse(TaskMilliseconds().Match(output).Groups[1].Value, CultureInfo.InvariantCulture) / 1000),
            };
        Process Sync() => Process.Start(With(new ProcessStartInfo("aws", ["s3", "sync", "--only-show-errors", "--endpoint-url", url, workspace["zips"], $"s3://{Bucket}/"])
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        }))!;
        foreach (var (name, value) in s_variables) Environment.SetEnvironmentVariable(name, value);
        yield return new Scenario("build, nothing to do", () => { }, () => workspace.Dotnet("deploy", "build", "--no-restore"));
        yield return Deploy("deploy from nothing", () => Empty(url));
        yield return Deploy("deploy again", () => { });
        yield return Deploy("without build from nothing", () => Empty(url), "-p:NoBuild=true");
        yield return Deploy("without build again", () => { }, "-p:NoBuild=true");
        if (!(Environment.GetEnvironmentVariable("PATH") ?? "").Split(Path.PathSeparator).Any(directory => File.Exists(Path.Combine(directory, "aws")))) yield break;
        yield return new Scenario("sync from nothing", () => Empty(url), Sync);
        yield return new Scenario("sync again", () => { }, Sync);
    }

    private static readonly (string Name, string Value)[] s_variables =
        [("AWS_ACCESS_KEY_ID", "benchmark"), ("AWS_SECRET_ACCESS_KEY", "benchmark"), ("AWS_REGION", "us-east-1"), ("AWS_DEFAULT_REGION", "us-east-1"), ("AWS_EC2_METADATA_DISABLED", "true")];

    private static ProcessStartInfo With(ProcessStartInfo start)
    {
        foreach (var (name, value) in s_variables) start.Environment[name] = value;
        return start;
    }

    private static Process StartMoto() => Process.Start(new ProcessStartInfo("python3", ["-B", Path.Combine(SdkPackage.RepositoryRoot, Script)])
    {
        RedirectStandardInput = true,
        RedirectStandardOutput = true,
    })!;

    /// <summary>A server with an empty bucket.</summary>
    private static void Empty(string url)
    {
        using var client = new HttpClient(new SocketsHttpHandler { UseProxy = false });
        client.PostAsync($"{url}/moto-api/reset", null).GetAwaiter().GetResult().EnsureSuccessStatusCode();
        client.PutAsync($"{url}/{Bucket}", null).GetAwaiter().GetResult().EnsureSuccessStatusCode();
    }

    private static string Report(Dictionary<string, Times> times)
    {
        var text = new StringBuilder();
        text.AppendLine(CultureInfo.InvariantCulture, $"| {Modules * Functions} zips of {Bytes >> 20} MB in {Modules} modules, to moto on loopback | from nothing | all there |").AppendLine("|---|---|---|");
        text.AppendLine(CultureInfo.InvariantCulture, $"| `dotnet build -t:CoraDeploy` of the project | {times["deploy from nothing"]} | {times["deploy again"]} |");
        text.AppendLine(CultureInfo.InvariantCulture, $"| the same with `-p:NoBuild=true` | {times["without build from nothing"]} | {times["without build again"]} |");
        text.AppendLine(CultureInfo.InvariantCulture, $"| of that, the task that deploys | {times["without build from nothing: task"]} | {times["without build again: task"]} |");
        text.AppendLine(CultureInfo.InvariantCulture, $"| `dotnet build` that finds nothing to do | {times["build, nothing to do"]} | the same |");
        if (times.TryGetValue("sync from nothing", out var sync))
        {
            text.AppendLine(CultureInfo.InvariantCulture, $"| `aws s3 sync` of the zips | {sync} | {times["sync again"]} |").AppendLine();
            text.AppendLine("| ratio | measured |").AppendLine("|---|---|");
            foreach (var (what, name) in new[] { ("", "deploy"), (", `NoBuild`", "without build") })
            {
                text.AppendLine(CultureInfo.InvariantCulture, $"| from nothing{what}, times faster than aws s3 sync | {sync.Median / times[$"{name} from nothing"].Median:0.00} |");
                text.AppendLine(CultureInfo.InvariantCulture, $"| all there{what}, times faster than aws s3 sync | {times["sync again"].Median / times[$"{name} again"].Median:0.00} |");
            }
            text.AppendLine(CultureInfo.InvariantCulture, $"| from nothing, the task alone, times faster than aws s3 sync | {sync.Median / times["without build from nothing: task"].Median:0.00} |");
            text.AppendLine(CultureInfo.InvariantCulture, $"| all there, the task alone, times faster than aws s3 sync | {times["sync again"].Median / times["without build again: task"].Median:0.00} |");
        }
        text.AppendLine(CultureInfo.InvariantCulture, $"| all there, times faster than from nothing | {times["deploy from nothing"].Median / times["deploy again"].Median:0.00} |");
        return text.ToString();
    }

    /// <summary>In MSBuild's own summary.</summary>
    [GeneratedRegex(@"(\d+) ms\s+DeployModules\s")]
    private static partial Regex TaskMilliseconds();
}
