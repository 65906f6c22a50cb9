using System.Diagnostics;
using System.Text.Json;
using Cora.Build.Tests;

namespace Cora.Build.Sdk.Tests;

/// <summary>A root module in which the real Terraform runs, against the test AWS server and nothing else.</summary>
internal sealed class TerraformDirectory
{
    /// <summary>Terraform is asked to stop when the end of the input comes: this process has died.</summary>
    private const string Script = """
        exec 3<&0
        "$@" </dev/null 3<&- &
        terraform=$!
        (read -r end <&3; kill -TERM $terraform) >/dev/null 2>&1 &
        watcher=$!
        wait $terraform
        status=$?
        kill $watcher
        exit $status
        """;

    private readonly string _directory;
    private readonly AwsServer _server;
    private readonly string _configuration;

    /// <param name="directory">Where the root module is.</param>
    /// <param name="server">What takes the place of AWS.</param>
    public TerraformDirectory(string directory, AwsServer server)
    {
        (_directory, _server, _configuration) = (directory, server, Path.Combine(directory, "cli.tfrc"));
        File.WriteAllText(_configuration, $$"""
            disable_checkpoint = true
            {{(TestProvider.Mirror is { } mirror ? $$"""provider_installation { filesystem_mirror { path = "{{mirror}}" } }""" : "")}}
            """);
    }

    /// <summary>What Terraform knows of the environment.</summary>
    public string State => Path.Combine(_directory, "terraform.tfstate");

    /// <summary>The providers that <c>init</c> found.</summary>
    public string Providers => Path.Combine(_directory, ".terraform", "providers");

    /// <summary>Finds the provider and the modules.</summary>
    public Task InitializeAsync(params string[] arguments) => RunAsync(["init", "-input=false", "-no-color", .. arguments]);

    /// <summary>A command that has to succeed.</summary>
    /// <returns>What it printed.</returns>
    public async Task<string> RunAsync(params string[] arguments)
    {
        var (exitCode, output, error) = await TryRunAsync(arguments);
        return exitCode == 0 ? output : throw new InvalidOperationException($"terraform {string.Join(' ', arguments)}: exit code {exitCode}\n{output}{error}");
    }

    /// <summary>What a plan would change, each as <c>update module.x.aws_lambda_function.y</c>, in order. Empty when Terraform says that there are no changes.</summary>
    public async Task<IReadOnlyList<string>> PlanAsync(params string[] arguments)
    {
        var (exitCode, output, error) = await TryRunAsync(["plan", "-input=false", "-no-color", "-detailed-exitcode", "-out=test.tfplan", .. arguments]);
        if (exitCode == 0) return [];
        if (exitCode != 2) throw new InvalidOperationException($"terraform plan: exit code {exitCode}\n{output}{error}");
        var plan = JsonDocument.Parse(await RunAsync("show", "-json", "test.tfplan")).RootElement;
        var resources = plan.GetProperty("resource_changes").EnumerateArray()
            .Select(resource => Change(resource.GetProperty("address").GetString()!, resource.GetProperty("change")));
        var outputs = plan.GetProperty("output_changes").EnumerateObject().Select(output => Change($"output.{output.Name}", output.Value));
        return [.. resources.Concat(outputs).Where(change => !change.StartsWith("no-op ", StringComparison.Ordinal)).Order(StringComparer.Ordinal)];

        static string Change(string address, JsonElement change) =>
            $"{string.Join('+', change.GetProperty("actions").EnumerateArray().Select(action => action.GetString()))} {address}";
    }

    private async Task<(int ExitCode, string Output, string Error)> TryRunAsync(params string[] arguments)
    {
        var executable = TestTerraform.Executable ?? throw new InvalidOperationException("There is no Terraform: put it on the PATH, or set CORA_TEST_TERRAFORM.");
        var start = new ProcessStartInfo("sh", ["-c", Script, "sh", executable, .. arguments])
        {
            WorkingDirectory = _directory,
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        MotoServer.Clear(start);
        foreach (var (name, value) in _server.Environment) start.Environment[name] = value;
        start.Environment["TF_CLI_CONFIG_FILE"] = _configuration;
        start.Environment["TF_IN_AUTOMATION"] = "1";
        using var process = Process.Start(start)!;
        var error = process.StandardError.ReadToEndAsync();
        var output = process.StandardOutput.ReadToEndAsync();
        await process.WaitForExitAsync();
        return (process.ExitCode, await output, await error);
    }
}
