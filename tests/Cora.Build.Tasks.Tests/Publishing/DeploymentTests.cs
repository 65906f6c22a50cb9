using System.Security.Cryptography;
using System.Text.Json.Nodes;
using Amazon.S3.Model;

namespace Cora.Build.Tests.Publishing;

/// <summary>A deployment to a server that does what it should.</summary>
public sealed class DeploymentTests
{
    private const int MB = 1 << 20;

    [MotoFact]
    public async Task All_zips_are_under_their_hash_and_the_second_time_nothing_is_sent()
    {
        using var scene = new DeployScene().Module("module-access", [("orgs", 1000), ("profiles", 2000)], [("org-common", 3000)]).Module("module-ws", [("spaces", 500)]);

        var first = await scene.DeployAsync();
        Assert.StartsWith("dev: 4 sent, 0 there already, 6.3 KB in ", first.Line, StringComparison.Ordinal);
        var objects = await scene.ObjectsAsync();
        Assert.Equal(4, objects.Count);
        var orgs = DeployScene.Content("module-access", "orgs", 1000);
        Assert.Equal(orgs, objects[$"module-access/lambdas/orgs/{Convert.ToHexStringLower(SHA256.HashData(orgs))}.zip"]);
        Assert.Contains(objects.Keys, key => key.StartsWith("module-access/layers/org-common/", StringComparison.Ordinal));
        await scene.AssertSoundAsync();
        var (variables, record) = (File.ReadAllText(scene.Variables), File.ReadAllText(scene.Record));

        var requests = scene.Proxy.Requests.Count;
        var second = await scene.DeployAsync();
        Assert.StartsWith("dev: 0 sent, 4 there already, 0 B in ", second.Line, StringComparison.Ordinal);
        Assert.All(scene.Proxy.Requests.Skip(requests), request => Assert.Equal("HEAD", request.Method));
        Assert.Equal(4, scene.Proxy.Requests.Count - requests);
        Assert.Equal((variables, record), (File.ReadAllText(scene.Variables), File.ReadAllText(scene.Record)));
    }

    [MotoFact]
    public async Task Terraform_gets_bucket_key_hash_and_runtime_and_a_label_for_layers()
    {
        using var scene = new DeployScene().Module("module-access", [("orgs", 1000)], [("org-common", 3000)]);
        await scene.DeployAsync();

        var hash = SHA256.HashData(DeployScene.Content("module-access", "org-common", 3000));
        Assert.Equal($$"""
            {
              "s3_bucket": "{{scene.Bucket}}",
              "s3_key": "module-access/layers/org-common/{{Convert.ToHexStringLower(hash)}}.zip",
              "source_code_hash": "{{Convert.ToBase64String(hash)}}",
              "runtime": "python3.11",
              "version_label": "{{Convert.ToHexStringLower(hash)[..8]}}"
            }
            """.ReplaceLineEndings("\n"), scene.Entry("module-access", "layers", "org-common").ToJsonString(new() { WriteIndented = true, NewLine = "\n", Encoder = System.Text.Encodings.Web.JavaScriptEncoder.UnsafeRelaxedJsonEscaping }));
        Assert.Equal(["s3_bucket", "s3_key", "source_code_hash", "runtime"], scene.Entry("module-access", "lambdas", "orgs").AsObject().Select(pair => pair.Key));
    }

    [MotoFact]
    public async Task In_a_versioned_bucket_the_version_is_given_and_stays()
    {
        using var scene = new DeployScene().Module("module-a", [("f", 1000)]);
        await scene.Client.PutBucketVersioningAsync(new PutBucketVersioningRequest { BucketName = scene.Bucket, VersioningConfig = new S3BucketVersioningConfig { Status = Amazon.S3.VersionStatus.Enabled } });
        await scene.DeployAsync();
        var version = scene.Entry("module-a", "lambdas", "f")["s3_object_version"]!.GetValue<string>();
        Assert.NotEmpty(version);

        await scene.DeployAsync();
        Assert.Equal(version, scene.Entry("module-a", "lambdas", "f")["s3_object_version"]!.GetValue<string>());
    }

    [MotoFact]
    public async Task A_module_changes_its_own_entry_and_keeps_those_of_others()
    {
        using var scene = new DeployScene().Module("module-b", [("f", 1000)]).Module("module-a", [("f", 1000)]);
        await scene.DeployAsync("module-b");
        await scene.DeployAsync("module-a");
        Assert.Equal(["module-a", "module-b"], JsonNode.Parse(File.ReadAllText(scene.Variables))!["cora_artifacts"]!.AsObject().Select(pair => pair.Key));

        var before = scene.Entry("module-b", "lambdas", "f").ToJsonString();
        scene.Module("module-a", [("g", 1000)], seed: 1);
        await scene.DeployAsync("module-a");
        Assert.Equal(before, scene.Entry("module-b", "lambdas", "f").ToJsonString());
        Assert.Equal(["g"], JsonNode.Parse(File.ReadAllText(scene.Variables))!["cora_artifacts"]!["module-a"]!["lambdas"]!.AsObject().Select(pair => pair.Key));
    }

    [MotoFact]
    public async Task A_module_without_functions_and_layers_has_an_empty_entry()
    {
        using var scene = new DeployScene().Module("module-a", [("f", 1000)]).Module("module-b", [("f", 1000)]);
        await scene.DeployAsync();

        // What is left is its SQL.
        scene.Module("module-b", []);
        Assert.Contains("0 sent, 1 there already", (await scene.DeployAsync()).Line, StringComparison.Ordinal);
        Assert.Equal("""{"lambdas":{},"layers":{}}""", JsonNode.Parse(File.ReadAllText(scene.Variables))!["cora_artifacts"]!["module-b"]!.ToJsonString());
        await scene.AssertSoundAsync();
    }

    [MotoFact]
    public async Task Legacy_keys_are_replaced_and_only_when_their_content_differs()
    {
        using var scene = new DeployScene().Module("module-eval-studio", [("run", 1000), ("list", 1000)], [("studio-common", 2000)]).Module("module-two", [("f", 10)], [("a-common", 20), ("b-common", 30)]);
        scene.Options = scene.Options with { LegacyKeys = true };

        var report = await scene.DeployAsync();
        Assert.Equal(["lambdas/eval-studio-list.zip", "lambdas/eval-studio-run.zip", "lambdas/two-f.zip", "layers/common-eval-studio.zip"],
            (await scene.ObjectsAsync()).Keys.Where(key => !key.StartsWith("module-", StringComparison.Ordinal)));
        Assert.Contains(report.Rows, row => row.Contains("module-two has 2 layers", StringComparison.Ordinal) && row.Contains("a-common, b-common", StringComparison.Ordinal));
        Assert.All(scene.Entries(), entry => Assert.StartsWith("module-", entry["s3_key"]!.GetValue<string>(), StringComparison.Ordinal));
        Assert.Contains("0 sent, 10 there", (await scene.DeployAsync()).Line, StringComparison.Ordinal);

        scene.Module("module-eval-studio", [("run", 1000), ("list", 1000)], [("studio-common", 2000)], seed: 1);
        Assert.Contains("6 sent, 4 there", (await scene.DeployAsync()).Line, StringComparison.Ordinal);
        Assert.Equal(DeployScene.Content("module-eval-studio", "run", 1000, 1), (await scene.ObjectsAsync())["lambdas/eval-studio-run.zip"]);
        // What is new comes first: what older Terraform reads must not be ahead of it.
        var puts = scene.Proxy.Requests.Where(request => request.IsUpload).Select(request => request.Path.Contains("/module-", StringComparison.Ordinal)).ToList();
        Assert.Equal([true, true, true, false, false, false], puts[^6..]);
        await scene.AssertSoundAsync();
    }

    [MotoFact]
    public async Task Two_functions_that_would_have_one_legacy_key_are_refused()
    {
        using var scene = new DeployScene().Module("module-a", [("b-c", 10)]).Module("module-a-b", [("c", 10)]);
        scene.Options = scene.Options with { LegacyKeys = true };

        Assert.Contains("lambdas/a-b-c.zip", await scene.FailAsync("CORA7012"), StringComparison.Ordinal);
        Assert.Empty(scene.Proxy.Requests);
    }

    [MotoFact]
    public async Task A_dry_run_says_what_it_would_do_and_does_nothing()
    {
        using var scene = new DeployScene().Module("module-a", [("f", 1000), ("g", 1000)]);
        await scene.DeployAsync();
        scene.Module("module-a", [("f", 1000), ("h", 1000)]);
        scene.Options = scene.Options with { DryRun = true };
        var (before, variables, writes) = ((await scene.ObjectsAsync()).Keys, File.ReadAllText(scene.Variables), scene.Proxy.Count("PUT"));

        var report = await scene.DeployAsync();
        Assert.StartsWith("dry run for dev: 1 of 2 would be sent, 1 there already, 1000 B", report.Line, StringComparison.Ordinal);
        Assert.Contains("module-a/lambdas/h/", Assert.Single(report.Rows), StringComparison.Ordinal);
        Assert.Equal(before, (await scene.ObjectsAsync()).Keys);
        Assert.Equal((variables, writes), (File.ReadAllText(scene.Variables), scene.Proxy.Count("PUT")));
    }

    [MotoFact]
    public async Task A_large_zip_goes_in_parts_and_is_not_sent_or_read_again()
    {
        using var scene = new DeployScene().Module("module-a", [("big", 33 * MB + 5), ("limit", 16 * MB)]);
        await scene.DeployAsync();

        var parts = scene.Proxy.Requests.Where(request => request.IsUpload && request.Path.Contains("partNumber=", StringComparison.Ordinal)).ToList();
        Assert.Equal([8 * MB, 8 * MB, 8 * MB, 8 * MB, MB + 5], parts.OrderBy(part => part.Path, StringComparer.Ordinal).Select(part => part.Body.Length));
        Assert.All(parts, part => Assert.Equal(Convert.ToBase64String(SHA256.HashData(part.Body)), part.Headers["x-amz-checksum-sha256"]));
        Assert.Single(scene.Proxy.Requests, request => request.IsUpload && request.Body.Length == 16 * MB);
        await scene.AssertSoundAsync();

        var requests = scene.Proxy.Requests.Count;
        Assert.Contains("0 sent, 2 there", (await scene.DeployAsync()).Line, StringComparison.Ordinal);
        Assert.All(scene.Proxy.Requests.Skip(requests), request => Assert.Equal("HEAD", request.Method));
    }

    /// <summary>Also when a request is tried again, which signs it anew. (The proxy refuses a body that is not the one that was signed.)</summary>
    [MotoFact]
    public async Task Each_body_is_signed_with_its_hash()
    {
        using var scene = new DeployScene().Module("module-a", [("f", 1000)], [("big", 17 * MB)]);
        scene.Proxy.Rules = FaultProxy.Times(2, request => request.IsUpload && request.Body.Length > 0, new Respond(500, "InternalError"));
        await scene.DeployAsync();

        var bodies = scene.Proxy.Requests.Where(request => request.Body.Length > 0).ToList();
        Assert.Equal(7, bodies.Count); // A zip, three parts, what puts them together; and two of them twice.
        Assert.All(bodies, request => Assert.Equal(Convert.ToHexStringLower(SHA256.HashData(request.Body)), request.Headers["x-amz-content-sha256"]));
        await scene.AssertSoundAsync();
    }

    [MotoFact]
    public async Task An_object_that_has_no_checksum_is_read()
    {
        using var scene = new DeployScene().Module("module-a", [("f", 1000)]);
        await scene.DeployAsync();
        scene.Proxy.Rules = request => request.Method == "HEAD" ? new Rewrite(answer => Answers.Without(answer, "x-amz-checksum-sha256")) : null;
        Assert.Contains("0 sent, 1 there", (await scene.DeployAsync()).Line, StringComparison.Ordinal);

        var key = (await scene.ObjectsAsync()).Keys.Single();
        await scene.Client.PutObjectAsync(new PutObjectRequest { BucketName = scene.Bucket, Key = key, InputStream = new MemoryStream(new byte[1000]) });
        await scene.FailAsync("CORA7008");
    }

    [MotoFact]
    public async Task Objects_have_module_version_and_commit_as_tags()
    {
        using var scene = new DeployScene().Module("module-a", [("f", 1000)], version: "1.2.3-beta!1");
        var commit = Git.Commit(scene.Root);
        await scene.DeployAsync();

        var tags = await scene.Client.GetObjectTaggingAsync(new GetObjectTaggingRequest { BucketName = scene.Bucket, Key = (await scene.ObjectsAsync()).Keys.Single() });
        Assert.Equal([("commit", commit), ("module", "module-a"), ("version", "1.2.3-beta_1")], tags.Tagging.Select(tag => (tag.Key, tag.Value)).Order());
    }

    [MotoFact]
    public async Task The_record_says_what_where_when_and_by_which_commit()
    {
        using var scene = new DeployScene().Module("module-a", [("f", 1000)]);
        var commit = Git.Commit(scene.Root);
        await scene.DeployAsync();
        scene.Module("module-a", [("f", 1000)], seed: 1, version: "1.3.0");
        await scene.DeployAsync();

        var record = JsonNode.Parse(File.ReadAllText(scene.Record))!;
        Assert.Equal("dev", record["environment"]!.GetValue<string>());
        var deployments = record["modules"]!["module-a"]!.AsArray();
        Assert.Equal(["1.3.0", "1.2.3"], deployments.Select(item => item!["version"]!.GetValue<string>()));
        Assert.All(deployments, item => Assert.Equal(commit, item!["commit"]!.GetValue<string>()));
        Assert.Equal(scene.Bucket, deployments[0]!["bucket"]!.GetValue<string>());
        Assert.True(DateTimeOffset.UtcNow - DateTimeOffset.Parse(deployments[0]!["time"]!.GetValue<string>(), System.Globalization.CultureInfo.InvariantCulture) < TimeSpan.FromHours(1));
        Assert.Equal((await scene.ObjectsAsync()).Keys, deployments.Select(item => item!["objects"]![0]!["key"]!.GetValue<string>()).Order(StringComparer.Ordinal));
    }

    [MotoFact]
    public async Task At_most_eight_uploads_are_under_way()
    {
        using var scene = new DeployScene().Module("module-a", [.. Enumerable.Range(0, 20).Select(i => ($"f{i}", 1000)), ("big", 70 * MB)]);
        scene.Proxy.Rules = request => request.IsUpload && request.Body.Length > 0 ? new Wait(TimeSpan.FromMilliseconds(100)) : null;
        await scene.DeployAsync();

        Assert.InRange(scene.Proxy.MostUploads, 2, 8);
    }

    [MotoFact]
    public async Task A_long_deployment_says_how_far_it_is()
    {
        using var scene = new DeployScene().Module("module-a", [("f", 1000), ("g", 2000)]);
        scene.Options = scene.Options with { ProgressInterval = TimeSpan.FromMilliseconds(20) };
        scene.Proxy.Rules = request => request.IsUpload && request.Body.Length == 2000 ? new Wait(TimeSpan.FromMilliseconds(500)) : null;
        await scene.DeployAsync();

        Assert.Contains(scene.Said, line => line.StartsWith("1000 B of 2.9 KB sent after ", StringComparison.Ordinal));
    }
}
