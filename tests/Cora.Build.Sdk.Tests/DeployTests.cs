using System.Diagnostics;
using System.Globalization;
using System.Security.Cryptography;
using System.Text.Json.Nodes;
using System.Xml.Linq;
using Cora.Build.Tests;
using Cora.Build.Tests.Publishing;

namespace Cora.Build.Sdk.Tests;

/// <summary><c>dotnet build -t:CoraDeploy</c>, with a real S3 server.</summary>
public sealed class DeployTests
{
    private const string KeyId = "AKIDTEST7EXAMPLE", Secret = "wJalrXUtnFEMI-test-secret", Token = "session-token-of-the-test";

    [MotoFact]
    public async Task A_project_deploys_all_its_modules_and_a_module_itself()
    {
        using var bucket = await Bucket.CreateAsync();
        using var directory = Stack(bucket);
        directory.Module("module-sql").Write("packages/module-sql/db/schema/010-a.sql", "SELECT 1;");

        var first = directory.Dotnet("build", "project.coraproj", "-t:CoraDeploy", "-p:CoraEnvironment=dev").ShouldSucceed();
        Assert.Contains("dev: 4 sent, 0 there already", Deployed(first, "stack"), StringComparison.Ordinal);
        Assert.Single(first.Tasks, "DeployModules");
        var keys = await bucket.KeysAsync();
        Assert.Equal(["module-orders/lambdas/create", "module-orders/lambdas/list", "module-orgs/lambdas/orgs", "module-orgs/layers/org-common"], keys.Select(key => key[..key.LastIndexOf('/')]));

        var variables = File.ReadAllText(directory[".build/dev/cora-artifacts.auto.tfvars.json"]);
        var second = directory.Dotnet("build", "project.coraproj", "-t:CoraDeploy", "-p:CoraEnvironment=dev", "-graph").ShouldSucceed();
        Assert.Contains("dev: 0 sent, 4 there already", Deployed(second, "stack"), StringComparison.Ordinal);
        Assert.Equal(variables, File.ReadAllText(directory[".build/dev/cora-artifacts.auto.tfvars.json"]));

        directory.Write("packages/module-orders/backend/lambdas/list/more.py", "");
        var module = directory.Dotnet("build", "packages/module-orders/module.coraproj", "-t:CoraDeploy", "-p:CoraEnvironment=dev").ShouldSucceed();
        Assert.Contains("dev: 1 sent, 1 there already", Deployed(module, "module-orders"), StringComparison.Ordinal);
        var entry = JsonNode.Parse(File.ReadAllText(directory[".build/dev/cora-artifacts.auto.tfvars.json"]))!["cora_artifacts"]!["module-orders"]!["lambdas"]!["list"]!;
        Assert.Equal(Convert.ToBase64String(SHA256.HashData(File.ReadAllBytes(directory.Artifact("module-orders", "list.zip")))), entry["source_code_hash"]!.GetValue<string>());
        Assert.Contains(entry["s3_key"]!.GetValue<string>(), await bucket.KeysAsync());

        // One file for the project, whatever of it is deployed.
        foreach (var target in new[] { "packages/module-orders/module.coraproj", "project.coraproj" })
        {
            directory.Dotnet("build", target, "-t:CoraDeploy", "-p:CoraEnvironment=dev", "-p:CoraTfVarsDir=infra/dev").ShouldSucceed();
            Assert.Equal([directory["infra/dev/cora-artifacts.auto.tfvars.json"]], Directory.GetFiles(directory.Root, "*.tfvars.json", SearchOption.AllDirectories).Where(path => !path.Contains(".build", StringComparison.Ordinal)));
        }

        Assert.Contains("There is no function and no layer to deploy; -t:CoraApplySchema applies schemas.",
            directory.Dotnet("build", "packages/module-sql/module.coraproj", "-t:CoraDeploy", "-p:CoraEnvironment=dev").ShouldFailWith("CORA7002").Errors[0].Message, StringComparison.Ordinal);
    }

    [MotoFact]
    public async Task No_secret_is_in_any_log_result_or_record()
    {
        using var bucket = await Bucket.CreateAsync();
        using var directory = Stack(bucket);
        directory.Environment["AWS_SESSION_TOKEN"] = Token;

        foreach (var target in new[] { "project.coraproj", "packages/module-orgs/module.coraproj" })
        {
            AssertNoSecret(directory, directory.Dotnet("build", target, "-t:CoraDeploy", "-p:CoraEnvironment=dev", "-v:diag").ShouldSucceed());
        }
        bucket.Proxy.Rules = _ => new Respond(403, "InvalidAccessKeyId", $"{KeyId} {Secret} {Token}");
        AssertNoSecret(directory, directory.Dotnet("build", "project.coraproj", "-t:CoraDeploy", "-p:CoraEnvironment=dev", "-v:diag").ShouldFailWith("CORA7004"));
    }

    [MotoFact]
    public async Task Only_a_deployment_loads_the_AWS_SDK()
    {
        using var bucket = await Bucket.CreateAsync();
        using var directory = Stack(bucket);

        Assert.DoesNotContain("AWSSDK", directory.Dotnet("build", "project.coraproj").ShouldSucceed().BinlogText(), StringComparison.Ordinal);
        Assert.Contains("AWSSDK.S3", directory.Dotnet("build", "project.coraproj", "-t:CoraDeploy", "-p:CoraEnvironment=dev").ShouldSucceed().BinlogText(), StringComparison.Ordinal);
    }

    [MotoFact]
    public async Task Nothing_is_sent_without_environment_and_bucket_or_of_a_build_with_errors()
    {
        using var bucket = await Bucket.CreateAsync();
        using var directory = Stack(bucket);

        var missing = directory.Dotnet("build", "project.coraproj", "-t:CoraDeploy").ShouldFailWith("CORA7001").Errors[0];
        Assert.Contains("CoraEnvironment is not set", missing.Message, StringComparison.Ordinal);
        directory.Environment.Remove("CoraBucket");
        Assert.Contains("CoraEnvironment and CoraBucket are not set", directory.Dotnet("build", "packages/module-orgs/module.coraproj", "-t:CoraDeploy").ShouldFailWith("CORA7001").Errors[0].Message, StringComparison.Ordinal);

        directory.Environment["CoraBucket"] = bucket.Name;
        directory.Write("packages/module-orgs/backend/lambdas/broken/other.py", "");
        string[] targets = ["project.coraproj", "packages/module-orgs/module.coraproj", "packages/module-orders/module.coraproj"];
        foreach (var target in targets)
        {
            foreach (var called in new[] { "-t:CoraDeploy", "-t:CoraPackage;CoraDeploy" })
            {
                var result = directory.Dotnet("build", target, called, "-p:CoraEnvironment=dev");
                Assert.True(result.ExitCode != 0, result.Output);
                Assert.Contains(result.Errors, error => error.Code == "CORA1002");
                Assert.Empty(result.Errors.Select(error => error.Code).Except(["CORA1002", "CORA7002"]));
            }
        }
        Assert.Empty(bucket.Proxy.Requests);
        Assert.Empty(await bucket.KeysAsync());
    }

    [MotoFact]
    public async Task With_NoBuild_what_the_last_build_left_is_deployed_and_nothing_is_built()
    {
        using var bucket = await Bucket.CreateAsync();
        using var directory = Stack(bucket);
        BuildResult Deploy(string target, params string[] properties) =>
            directory.Dotnet("build", target, ["-t:CoraDeploy", "-p:NoBuild=true", "-p:CoraEnvironment=dev", .. properties]);

        foreach (var target in new[] { "project.coraproj", "packages/module-orders/module.coraproj" }) Assert.Contains("no finished build", Deploy(target).ShouldFailWith("CORA7002").Errors[0].Message, StringComparison.Ordinal);
        Assert.Empty(bucket.Proxy.Requests);

        directory.Build("project.coraproj").ShouldSucceed();
        var zips = directory.Hashes("module-orders");
        directory.Write("packages/module-orders/backend/lambdas/list/more.py", "");
        var result = Deploy("project.coraproj", "-graph").ShouldSucceed();
        Assert.Contains("dev: 4 sent, 0 there already", Deployed(result, "stack"), StringComparison.Ordinal);
        Assert.Empty(result.Tasks.Intersect(["CollectModule", "PackageModule", "LintModule", "ResolveDependencies"]));
        Assert.Equal(zips, directory.Hashes("module-orders"));
        Assert.Contains((await bucket.KeysAsync()).Select(key => key[(key.LastIndexOf('/') + 1)..]), name => name == zips["list.zip"] + ".zip");

        Assert.Contains("dev: 0 sent, 2 there already", Deployed(Deploy("packages/module-orders/module.coraproj", "-graph").ShouldSucceed(), "module-orders"), StringComparison.Ordinal);
        directory.Write("packages/module-orgs/backend/lambdas/broken/other.py", "").Build("project.coraproj").ShouldFailWith("CORA1002");
        Deploy("packages/module-orders/module.coraproj").ShouldFailWith("CORA7002");
    }

    [MotoFact]
    public async Task With_NoBuild_a_commit_is_named_only_when_nothing_has_changed_since_the_build()
    {
        using var bucket = await Bucket.CreateAsync();
        using var directory = Stack(bucket);
        string? Commit() => JsonNode.Parse(File.ReadAllText(directory[".build/dev/cora-deploy.json"]))!["modules"]!["module-orders"]![0]!["commit"]?.GetValue<string>();
        BuildResult Deploy(params string[] properties) => directory.Dotnet("build", "packages/module-orders/module.coraproj", ["-t:CoraDeploy", "-p:NoBuild=true", "-p:CoraEnvironment=dev", .. properties]);
        directory.Write(".gitignore", "obj/\n.build/\n");
        var built = Git.Commit(directory.Root);
        directory.Build("project.coraproj").ShouldSucceed();
        Deploy("-p:CoraRequireClean=true").ShouldSucceed();
        Assert.Equal(built, Commit());

        // Committed, and not built: what is deployed is not of that commit.
        directory.Write("packages/module-orders/backend/lambdas/list/more.py", "");
        Git.Commit(directory.Root);
        Assert.Contains("has changed since it was built", Deploy("-p:CoraRequireClean=true").ShouldFailWith("CORA7006").Errors[0].Message, StringComparison.Ordinal);
        Deploy().ShouldSucceed();
        Assert.Null(Commit());

        directory.Build("project.coraproj").ShouldSucceed();
        Deploy("-p:CoraRequireClean=true").ShouldSucceed();
        Assert.NotNull(Commit());
    }

    [MotoFact]
    public async Task A_package_is_deployed_as_it_is_and_an_older_one_brings_back_what_was()
    {
        using var bucket = await Bucket.CreateAsync();
        using var directory = Stack(bucket);
        directory.Dotnet("build", "packages/module-orders/module.coraproj", "-t:CoraDeploy", "-p:CoraEnvironment=dev").ShouldSucceed();
        var before = File.ReadAllText(directory[".build/dev/cora-artifacts.auto.tfvars.json"]);
        Pack(directory, "module-orders", "old.nupkg");
        directory.Write("packages/module-orders/backend/lambdas/list/more.py", "").Dotnet("build", "packages/module-orders/module.coraproj", "-t:CoraDeploy", "-p:CoraEnvironment=dev").ShouldSucceed();
        Assert.NotEqual(before, File.ReadAllText(directory[".build/dev/cora-artifacts.auto.tfvars.json"]));

        // What does not build does not stand in the way.
        directory.Write("packages/module-orders/backend/lambdas/broken/other.py", "");
        var result = directory.Dotnet("build", "packages/module-orders/module.coraproj", "-t:CoraDeploy", "-p:CoraEnvironment=dev", "-p:CoraPackage=../../old.nupkg").ShouldSucceed();
        Assert.Contains("dev: 0 sent, 2 there already", Deployed(result, "module-orders"), StringComparison.Ordinal);
        Assert.DoesNotContain("PackageModule", result.Tasks);
        Assert.Equal(before, File.ReadAllText(directory[".build/dev/cora-artifacts.auto.tfvars.json"]));
        var record = JsonNode.Parse(File.ReadAllText(directory[".build/dev/cora-deploy.json"]))!["modules"]!["module-orders"]!.AsArray();
        Assert.Equal(3, record.Count);
        Assert.Equal(("old.nupkg", "0123456789abcdef0123456789abcdef01234567"), (record[0]!["package"]!.GetValue<string>(), record[0]!["commit"]!.GetValue<string>()));
        Assert.Empty(Directory.Exists(directory["packages/module-orders/obj/cora/tmp"]) ? Directory.GetFileSystemEntries(directory["packages/module-orders/obj/cora/tmp"]) : []);

        Assert.Contains("module-orders", directory.Dotnet("build", "packages/module-orgs/module.coraproj", "-t:CoraDeploy", "-p:CoraEnvironment=dev", "-p:CoraPackage=../../old.nupkg").ShouldFailWith("CORA7011").Errors[0].Message, StringComparison.Ordinal);
        directory.Dotnet("build", "project.coraproj", "-t:CoraDeploy", "-p:CoraEnvironment=dev", "-p:CoraPackage=old.nupkg").ShouldSucceed();
    }

    [MotoFact]
    public async Task A_hook_runs_first_and_values_that_are_not_valid_are_refused()
    {
        using var bucket = await Bucket.CreateAsync();
        using var directory = Stack(bucket);
        directory.Write("packages/module-orgs/module.coraproj", """
            <Project Sdk="Cora.Build.Sdk">
              <PropertyGroup><CoraDeployDependsOn>Approve</CoraDeployDependsOn></PropertyGroup>
              <Target Name="Approve"><Error Condition="'$(Approved)' != 'true'" Code="OURS1" Text="Not approved." /></Target>
            </Project>
            """);

        directory.Dotnet("build", "packages/module-orgs/module.coraproj", "-t:CoraDeploy", "-p:CoraEnvironment=dev").ShouldFailWith("OURS1");
        foreach (var invalid in new[] { "CoraEnvironment=../dev", "CoraBucket=s3://x", "CoraEndpoint=http://ada:hunter2@127.0.0.1", "CoraRegion=Frankfurt", "CoraDeployTimeoutMinutes=soon" })
        {
            var error = directory.Dotnet("build", "packages/module-orgs/module.coraproj", "-t:CoraDeploy", "-p:Approved=true", "-p:CoraEnvironment=dev", $"-p:{invalid}").ShouldFailWith("CORA0005").Errors[0];
            Assert.Contains(invalid.Split('=')[0], error.Message, StringComparison.Ordinal);
            Assert.DoesNotContain("hunter2", error.Message, StringComparison.Ordinal);
        }
        Assert.Empty(bucket.Proxy.Requests);
    }

    /// <summary>Killed when some zips have arrived and some are on their way.</summary>
    [UnixMotoTheory]
    [InlineData("KILL")]
    [InlineData("INT")]
    public async Task What_is_interrupted_is_sent_by_the_next_deployment_and_nothing_else(string signal)
    {
        using var bucket = await Bucket.CreateAsync();
        using var directory = Stack(bucket);
        for (var i = 0; i < 30; i++) directory.Function("module-orgs", $"more{i}");
        directory.Write("packages/module-orgs/backend/lambdas/big/lambda_function.py", "def lambda_handler(event, context):\n    return None\n");
        File.WriteAllBytes(directory["packages/module-orgs/backend/lambdas/big/model.bin"], RandomNumberGenerator.GetBytes(40 << 20));
        directory.Run("build", "project.coraproj");

        var (sent, halfway) = (0, new TaskCompletionSource());
        bucket.Proxy.Rules = request =>
        {
            if (!request.IsUpload || request.Body.Length == 0) return null;
            if (request.Path.Contains("partNumber=2", StringComparison.Ordinal)) return new Stall();
            if (Interlocked.Increment(ref sent) < 12) return null;
            halfway.TrySetResult();
            return new Stall();
        };
        using (var build = Dotnet.Start(directory.Root, directory.Environment, "build", "project.coraproj", "-t:CoraDeploy", "-p:CoraEnvironment=dev", "-tl:off"))
        {
            var (output, error) = (build.StandardOutput.ReadToEndAsync(), build.StandardError.ReadToEndAsync());
            await Task.WhenAny(halfway.Task, build.WaitForExitAsync());
            Assert.False(build.HasExited, "The deployment ended before its end.");
            if (signal == "KILL") build.Kill(entireProcessTree: true);
            else using (var kill = Process.Start("kill", [$"-{signal}", build.Id.ToString(CultureInfo.InvariantCulture)])) await kill.WaitForExitAsync();
            await build.WaitForExitAsync();
            await output;
            await error;
        }
        Assert.False(File.Exists(directory[".build/dev/cora-artifacts.auto.tfvars.json"]));
        var there = await bucket.KeysAsync();
        Assert.NotEmpty(there);
        Assert.DoesNotContain(there, key => key.Contains("/big/", StringComparison.Ordinal));
        if (signal == "INT") Assert.Empty(await bucket.UploadsAsync());

        bucket.Proxy.Rules = _ => null;
        var result = directory.Dotnet("build", "project.coraproj", "-t:CoraDeploy", "-p:CoraEnvironment=dev").ShouldSucceed();
        Assert.Contains($"dev: {35 - there.Count} sent, {there.Count} there already", Deployed(result, "stack"), StringComparison.Ordinal);
        Assert.Equal(35, (await bucket.KeysAsync()).Count);
    }

    private static TestDirectory Stack(Bucket bucket)
    {
        var directory = new TestDirectory().Project().Module("module-orgs").Layer("module-orgs", "org-common").Function("module-orgs", "orgs")
            .Module("module-orders", "module-orgs").Function("module-orders", "create").Function("module-orders", "list");
        foreach (var name in Environment.GetEnvironmentVariables().Keys.Cast<string>().Where(name => name.StartsWith("AWS_", StringComparison.Ordinal))) directory.Environment[name] = null;
        directory.Environment["AWS_ACCESS_KEY_ID"] = KeyId;
        directory.Environment["AWS_SECRET_ACCESS_KEY"] = Secret;
        directory.Environment["CoraBucket"] = bucket.Name;
        directory.Environment["CoraEndpoint"] = bucket.Proxy.Url;
        return directory;
    }

    /// <summary>The line of the deployment, which comes after that of the build.</summary>
    private static string Deployed(BuildResult result, string project) =>
        Assert.Single(result.Messages, message => message.Contains($" -> {project}: dev: ", StringComparison.Ordinal));

    private static void AssertNoSecret(TestDirectory directory, BuildResult result)
    {
        var texts = new List<string> { result.Output, result.BinlogText() };
        texts.AddRange(Directory.GetFiles(directory.Root, "*", SearchOption.AllDirectories).Where(file => Path.GetExtension(file) is not (".zip" or ".dll")).Select(File.ReadAllText));
        foreach (var secret in new[] { KeyId, Secret, Token }) Assert.All(texts, text => Assert.DoesNotContain(secret, text, StringComparison.Ordinal));
    }

    /// <summary>A package as NuGet makes them: a zip with the module below <c>cora/</c>.</summary>
    private static void Pack(TestDirectory directory, string module, string package)
    {
        directory.Run("pack", $"packages/{module}", "--no-restore", "-o", directory["packed"], "-p:RepositoryUrl=https://example.com/stack.git", "-p:RepositoryCommit=0123456789abcdef0123456789abcdef01234567");
        File.Move(Directory.GetFiles(directory["packed"]).Single(), directory[package]);
    }

    /// <summary>A bucket of a test's own, behind a proxy.</summary>
    private sealed class Bucket : IDisposable
    {
        private static readonly HttpClient s_client = new(new SocketsHttpHandler { UseProxy = false });

        public string Name { get; } = $"b-{Guid.NewGuid():N}"[..30];

        public FaultProxy Proxy { get; } = new(MotoServer.Shared.Port);

        public static async Task<Bucket> CreateAsync()
        {
            var bucket = new Bucket();
            using var answer = await s_client.PutAsync($"{MotoServer.Shared.Url}/{bucket.Name}", null);
            answer.EnsureSuccessStatusCode();
            return bucket;
        }

        public Task<IReadOnlyList<string>> KeysAsync() => ListAsync("?list-type=2", "Contents");

        public Task<IReadOnlyList<string>> UploadsAsync() => ListAsync("?uploads", "Upload");

        public void Dispose() => Proxy.Dispose();

        private async Task<IReadOnlyList<string>> ListAsync(string query, string element) =>
            [.. XDocument.Parse(await s_client.GetStringAsync($"{MotoServer.Shared.Url}/{Name}{query}")).Descendants()
                .Where(item => item.Name.LocalName == element).Select(item => item.Elements().Single(child => child.Name.LocalName == "Key").Value).Order(StringComparer.Ordinal)];
    }
}
