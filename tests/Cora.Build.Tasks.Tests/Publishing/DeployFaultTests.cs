using System.Diagnostics;
using Amazon.S3.Model;
using Cora.Build.Diagnostics;
using Cora.Build.Publishing;

namespace Cora.Build.Tests.Publishing;

/// <summary>A deployment to a server, over a network and onto a disk that do not do what they should: it ends well, or with one finding, and never with something wrong.</summary>
public sealed class DeployFaultTests
{
    private const int MB = 1 << 20;

    /// <summary>On the way there and in the server: each passes.</summary>
    public static TheoryData<string> Passing => ["500", "503", "SlowDown", "reset", "lost answer", "damage", "conflict"];

    [MotoTheory]
    [MemberData(nameof(Passing))]
    public async Task What_passes_is_tried_again(string fault)
    {
        using var scene = new DeployScene().Module("module-a", [("f", 100_000), ("g", 1000)], [("big", 17 * MB)]);
        scene.Proxy.Rules = FaultProxy.Times(2, request => request.IsUpload && IsDue(request, fault), Fault(fault));

        var report = await scene.DeployAsync();
        Assert.Equal(3, report.Objects.Count);
        Assert.Equal(3, (await scene.ObjectsAsync()).Count);
        Assert.Equal(3, scene.Entries().Count);
        await scene.AssertSoundAsync();
    }

    [MotoTheory]
    [InlineData("500")]
    [InlineData("SlowDown")]
    [InlineData("reset")]
    [InlineData("damage")]
    [InlineData("conflict")]
    public async Task What_does_not_pass_is_one_finding_and_no_result(string fault)
    {
        using var scene = new DeployScene().Module("module-a", [.. Enumerable.Range(0, 10).Select(i => ($"f{i}", 100_000))], [("big", 17 * MB)]);
        scene.Options = scene.Options with { Retries = 1 };
        scene.Proxy.Rules = request => request.IsUpload && IsDue(request, fault) ? Fault(fault) : null;

        var message = await scene.FailAsync("CORA7009");
        Assert.Contains("deploy again", message, StringComparison.OrdinalIgnoreCase);
        await scene.AssertSoundAsync();
    }

    [MotoFact]
    public async Task What_arrived_without_our_hearing_of_it_is_found_by_the_next_deployment()
    {
        using var scene = new DeployScene().Module("module-a", [("f", 1000)]);
        scene.Proxy.Rules = request => IsLast(request) ? new LoseAnswer() : null;
        await scene.FailAsync("CORA7009");

        scene.Proxy.Rules = _ => null;
        Assert.Contains("0 sent, 1 there", (await scene.DeployAsync()).Line, StringComparison.Ordinal);
        await scene.AssertSoundAsync();
    }

    [MotoFact]
    public async Task What_fails_while_parts_are_put_together_leaves_no_parts_and_no_object()
    {
        using var scene = new DeployScene().Module("module-a", [("big", 20 * MB)]);
        scene.Proxy.Rules = request => request.Method == "POST" && request.Path.Contains("uploadId=", StringComparison.Ordinal) ? new Respond(500, "InternalError") : null;

        await scene.FailAsync("CORA7009");
        Assert.Empty(await scene.ObjectsAsync());
        await scene.AssertSoundAsync();
    }

    public static TheoryData<int, string, string, string> Refusals => new()
    {
        { 403, "AccessDenied", "CORA7005", "s3:PutObject" },
        { 400, "ExpiredToken", "CORA7004", "expired" },
        { 403, "InvalidAccessKeyId", "CORA7004", "AWS_PROFILE" },
        { 403, "SignatureDoesNotMatch", "CORA7004", "clock" },
        { 404, "NoSuchBucket", "CORA7003", "CoraBucket" },
        { 301, "PermanentRedirect", "CORA7003", "CoraRegion" },
        { 400, "AuthorizationHeaderMalformed", "CORA7003", "CoraRegion" },
        { 400, "EntityTooLarge", "CORA7009", "EntityTooLarge" },
    };

    /// <summary>Refused from the first request on, of which S3 gives no reason, since it is a HEAD.</summary>
    [MotoTheory]
    [MemberData(nameof(Refusals))]
    public async Task A_refusal_is_one_finding_before_anything_is_sent(int status, string s3Code, string code, string remedy)
    {
        using var scene = new DeployScene().Module("module-a", [.. Enumerable.Range(0, 20).Select(i => ($"f{i}", 1000))]);
        scene.Proxy.Rules = _ => new Respond(status, s3Code, $"The key {DeployScene.KeyId} or {DeployScene.Secret} is not good.");

        Assert.Contains(remedy, await scene.FailAsync(code), StringComparison.Ordinal);
        Assert.Equal(0, scene.Proxy.Count("PUT"));
        Assert.Empty(await scene.ObjectsAsync());
    }

    /// <summary>Refused in the middle: what was sent before is there.</summary>
    [MotoTheory]
    [MemberData(nameof(Refusals))]
    public async Task A_refusal_in_the_middle_is_one_finding_and_the_rest_is_sent_the_next_time(int status, string s3Code, string code, string remedy)
    {
        using var scene = new DeployScene().Module("module-a", [.. Enumerable.Range(0, 20).Select(i => ($"f{i}", 1000))]);
        var sent = 0;
        scene.Proxy.Rules = request => request.IsUpload && request.Body.Length > 0 && Interlocked.Increment(ref sent) > 9 ? new Respond(status, s3Code) : null;

        Assert.Contains(remedy, await scene.FailAsync(code), StringComparison.Ordinal);
        await scene.Proxy.IdleAsync();
        var there = (await scene.ObjectsAsync()).Count;
        Assert.Equal(9, there);
        scene.Proxy.Rules = _ => null;
        Assert.StartsWith($"dev: {20 - there} sent, {there} there already", (await scene.DeployAsync()).Line, StringComparison.Ordinal);
        await scene.AssertSoundAsync();
    }

    [MotoFact]
    public async Task A_bucket_that_does_not_exist_is_found_before_anything_is_sent()
    {
        using var scene = new DeployScene(withBucket: false).Module("module-a", [("f", 1000)]);

        Assert.Contains(scene.Bucket, await scene.FailAsync("CORA7003"), StringComparison.Ordinal);
        scene.Options = scene.Options with { DryRun = true };
        await scene.FailAsync("CORA7003");
        Assert.Equal(0, scene.Proxy.Count("PUT"));
    }

    [MotoFact]
    public async Task A_server_that_is_not_there_is_said_to_be_so()
    {
        using var scene = new DeployScene().Module("module-a", [("f", 1000)]);
        scene.Options = scene.Options with { Endpoint = new Uri("http://127.0.0.1:1"), Retries = 1 };

        Assert.Contains("CoraEndpoint", await scene.FailAsync("CORA7009"), StringComparison.Ordinal);
    }

    [MotoFact]
    public async Task An_object_with_another_content_is_never_overwritten_or_named()
    {
        using var scene = new DeployScene().Module("module-a", [("f", 1000), ("g", 1000)]);
        await scene.DeployAsync();
        var key = (await scene.ObjectsAsync()).Keys.First();
        await scene.Client.PutObjectAsync(new PutObjectRequest { BucketName = scene.Bucket, Key = key, ContentBody = "something else" });

        Assert.Contains(key, await scene.FailAsync("CORA7008"), StringComparison.Ordinal);
        Assert.Equal("something else"u8.ToArray(), (await scene.ObjectsAsync())[key]);
    }

    [MotoFact]
    public async Task A_key_that_another_build_writes_at_the_same_time_is_there_when_it_is_the_same()
    {
        using var scene = new DeployScene().Module("module-a", [("f", 1000)], [("big", 17 * MB)]);
        scene.Proxy.Rules = FaultProxy.Times(2, IsLast, new Before(async () =>
        {
            foreach (var item in ObjectKeys.Of(scene.Options, [Module(scene)]))
                await scene.Client.PutObjectAsync(new PutObjectRequest { BucketName = scene.Bucket, Key = item.Key, InputStream = File.OpenRead(item.Artifact.Path) });
        }));

        var report = await scene.DeployAsync();
        Assert.All(report.Objects, item => Assert.Equal(DeployOutcome.There, item.Outcome));
        await scene.AssertSoundAsync();
    }

    [MotoFact]
    public async Task A_key_that_another_build_writes_at_the_same_time_is_an_error_when_it_is_another()
    {
        using var scene = new DeployScene().Module("module-a", [("f", 1000)]);
        scene.Proxy.Rules = FaultProxy.Times(1, IsLast, new Before(() =>
            scene.Client.PutObjectAsync(new PutObjectRequest { BucketName = scene.Bucket, Key = ObjectKeys.Of(scene.Options, [Module(scene)])[0].Key, ContentBody = "something else" })));

        await scene.FailAsync("CORA7008");
        Assert.Equal("something else"u8.ToArray(), Assert.Single(await scene.ObjectsAsync()).Value);
    }

    [MotoFact]
    public async Task What_S3_says_it_has_is_compared_with_what_was_sent()
    {
        using var scene = new DeployScene().Module("module-a", [("f", 1000)]);
        scene.Proxy.Rules = request => (request.IsUpload && request.Body.Length > 0) || request.Method == "HEAD"
            ? new Rewrite(answer => Answers.With(answer, "x-amz-checksum-sha256", "LaQvsde9hSToPVoeMyutaXyHabpDB3Chm+xjDrj/yqg="))
            : null;

        await scene.FailAsync("CORA7008");
        // What may be wrong does not stay where the next deployment would take it for right.
        Assert.Empty(await scene.ObjectsAsync());

        var rules = scene.Proxy.Rules;
        scene.Proxy.Rules = request => request.Method == "DELETE" ? new Respond(403, "AccessDenied") : rules(request);
        Assert.Contains("could not be removed", await scene.FailAsync("CORA7008"), StringComparison.Ordinal);
    }

    [MotoFact]
    public async Task An_answer_without_a_checksum_is_asked_for()
    {
        using var scene = new DeployScene().Module("module-a", [("f", 1000)]);
        scene.Proxy.Rules = request => request.IsUpload && request.Body.Length > 0 ? new Rewrite(answer => Answers.Without(answer, "x-amz-checksum-sha256")) : null;

        await scene.DeployAsync();
        Assert.Equal(2, scene.Proxy.Count("HEAD"));
        await scene.AssertSoundAsync();
    }

    [MotoTheory]
    [InlineData(1000)]
    [InlineData(20 * MB)]
    public async Task A_zip_that_changes_is_never_sent_as_the_one_it_was(int bytes)
    {
        using var scene = new DeployScene().Module("module-a", [("f", bytes)]);
        var zip = scene.Zip("module-a", "f.zip");
        var (time, content) = (File.GetLastWriteTimeUtc(zip), File.ReadAllBytes(zip));
        content[^1] ^= 1;
        // With the size and the time that it had: nothing but its content is another.
        File.WriteAllBytes(zip, content);
        File.SetLastWriteTimeUtc(zip, time);
        Assert.Contains("f.zip", await scene.FailAsync("CORA7007"), StringComparison.Ordinal);
        Assert.Empty(await scene.ObjectsAsync());
        await scene.AssertSoundAsync();

        var requests = scene.Proxy.Requests.Count;
        File.SetLastWriteTimeUtc(zip, time.AddSeconds(1));
        await scene.FailAsync("CORA7007");
        Assert.Equal(requests, scene.Proxy.Requests.Count);

        content[^1] ^= 1;
        File.WriteAllBytes(zip, content);
        await scene.DeployAsync();
        await scene.AssertSoundAsync();
    }

    [MotoFact]
    public async Task A_build_with_an_error_or_without_a_zip_is_not_deployed()
    {
        using var scene = new DeployScene().Module("module-a", [("f", 1000)]);
        var report = scene.Files("module-a").Report;
        File.WriteAllBytes(report, Findings.ToBytes([new DiagnosticDescriptor("CORA2001", Severity.Error, "x").At(new Location("/src/f.py"), "x")]));
        Assert.Contains("CORA2001", await scene.FailAsync("CORA7002"), StringComparison.Ordinal);

        File.WriteAllBytes(report, Findings.ToBytes([new DiagnosticDescriptor("CORA2001", Severity.Error, "x").At(new Location("/src/f.py"), "x") with { Severity = Severity.Warning }]));
        await scene.DeployAsync();

        File.WriteAllText(scene.Files("module-a").Artifacts, File.ReadAllText(scene.Files("module-a").Artifacts).Replace("built", "failed", StringComparison.Ordinal));
        Assert.Contains("function 'f'", await scene.FailAsync("CORA7002"), StringComparison.Ordinal);
        File.Delete(scene.Files("module-a").Module);
        await scene.FailAsync("CORA7002");
    }

    [MotoFact]
    public async Task A_deployment_that_takes_too_long_is_given_up()
    {
        using var scene = new DeployScene().Module("module-a", [("f", 1000)], [("big", 20 * MB)]);
        scene.Options = scene.Options with { Timeout = TimeSpan.FromSeconds(3) };
        scene.Proxy.Rules = request => request.IsUpload && request.Body.Length > 0 ? new Stall() : null;

        Assert.Contains("CoraDeployTimeoutMinutes", await scene.FailAsync("CORA7013"), StringComparison.Ordinal);
        await scene.AssertSoundAsync();
    }

    [MotoFact]
    public async Task Cancelling_gives_up_parts_that_were_sent()
    {
        using var scene = new DeployScene().Module("module-a", [], [("big", 40 * MB)]);
        using var cancel = new CancellationTokenSource();
        var parts = 0;
        scene.Proxy.Rules = request =>
        {
            if (!request.IsUpload || request.Body.Length == 0 || Interlocked.Increment(ref parts) < 3) return null;
            cancel.Cancel();
            return new Stall();
        };

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => scene.DeployAsync(cancel.Token));
        Assert.False(File.Exists(scene.Variables));
        Assert.Empty(await scene.ObjectsAsync());
        await scene.AssertSoundAsync();
    }

    [MotoFact]
    public async Task Three_hundred_zips_go_in_one_go()
    {
        using var scene = new DeployScene();
        for (var module = 0; module < 10; module++) scene.Module($"module-{module}", [.. Enumerable.Range(0, 29).Select(i => ($"f{i}", 2000))], [("common", 3000)]);

        Assert.Contains("300 sent", (await scene.DeployAsync()).Line, StringComparison.Ordinal);
        Assert.Equal(300, scene.Entries().Count);
        Assert.Contains("0 sent, 300 there", (await scene.DeployAsync()).Line, StringComparison.Ordinal);
        await scene.AssertSoundAsync();
    }

    private static bool IsDue(ProxiedRequest request, string fault) => fault == "reset" ? request.Headers.ContainsKey("x-early") : request.Body.Length > 0;

    private static Fault Fault(string fault) => fault switch
    {
        "500" => new Respond(500, "InternalError"),
        "503" => new Respond(503, "ServiceUnavailable"),
        "SlowDown" => new Respond(503, "SlowDown", "Please reduce your request rate."),
        "reset" => new ResetHalfway(),
        "lost answer" => new LoseAnswer(),
        "damage" => new Damage(),
        "conflict" => new Respond(409, "ConditionalRequestConflict"),
        _ => throw new UnreachableException(),
    };

    /// <summary>The request that makes the object.</summary>
    private static bool IsLast(ProxiedRequest request) => request.Body.Length > 0 && !request.Path.Contains("partNumber=", StringComparison.Ordinal) && request.Method is "PUT" or "POST" && !request.Path.EndsWith("?uploads", StringComparison.Ordinal);

    private static DeployModule Module(DeployScene scene)
    {
        var module = Cora.Build.Modules.Module.Read(scene.Files("module-a").Module);
        var manifest = Cora.Build.Packaging.Manifest.TryRead(Path.Combine(module.ArtifactsDirectory, Cora.Build.Packaging.Manifest.FileName))!;
        return new DeployModule
        {
            Name = manifest.Module,
            Version = manifest.Version,
            Runtime = manifest.Target.Runtime,
            Artifacts = [.. manifest.Artifacts.Select(item => new DeployArtifact(item.Kind, item.Name, scene.Zip("module-a", item.File), item.Sha256, item.Bytes, null))],
        };
    }
}
