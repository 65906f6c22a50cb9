using System.Security.Cryptography;
using System.Text;
using Cora.Build.Diagnostics;
using Cora.Build.Python;
using static Cora.Build.Tests.Python.WheelServer;

namespace Cora.Build.Tests.Python;

public sealed class WheelDownloaderTests : IDisposable
{
    private const string Name = "a-1-py3-none-any.whl";
    private static readonly byte[] s_wheel = [.. Enumerable.Range(0, 300_000).Select(i => (byte)(i * 31 >> 3))];
    private static readonly string s_sha256 = Convert.ToHexStringLower(SHA256.HashData(s_wheel));
    private static readonly Location s_place = new("/project/pylock.toml", 7, 3);
    private static readonly DownloadLimits s_limits = new()
    {
        FirstDelay = TimeSpan.FromMilliseconds(1),
        IdleTimeout = TimeSpan.FromSeconds(20),
    };

    private readonly string _directory = Directory.CreateTempSubdirectory("cora-download-").FullName;

    public void Dispose() => Directory.Delete(_directory, recursive: true);

    [Fact]
    public async Task A_wheel_is_downloaded_and_verified()
    {
        using var server = new WheelServer(Ok(s_wheel));
        var reports = new Reports();
        var (content, sha256, bytes) = await Download(Source(server.Url($"w/{Name}?token=1#sha256=x")), progress: reports);
        Assert.Equal(s_wheel, content);
        Assert.Equal((s_sha256, s_wheel.LongLength), (sha256, bytes));
        Assert.Equal(new DownloadProgress(Name, s_wheel.Length, s_wheel.Length), reports[^1]);
        var request = Assert.Single(server.Requests);
        Assert.StartsWith($"GET /w/{Name}?token=1 HTTP/1.1\r\n", request, StringComparison.Ordinal);
        Assert.Contains("User-Agent: cora-build-sdk/", request, StringComparison.Ordinal);
        Assert.Contains("Accept-Encoding: identity\r\n", request, StringComparison.Ordinal);
        Assert.DoesNotContain("Authorization", request, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_wheel_without_a_known_hash_tells_its_hash()
    {
        using var server = new WheelServer(Unsized(s_wheel));
        Assert.Equal(s_sha256, (await Download(Source(server.Url(Name)) with { Sha256 = null, Bytes = null })).Sha256);
    }

    public static TheoryData<string> Transient => ["500", "503", "408", "429", "retry-after", "reset", "truncated", "short", "stalled"];

    [Theory, MemberData(nameof(Transient))]
    public async Task What_can_pass_is_tried_again(string trouble)
    {
        using var server = new WheelServer(Trouble(trouble), Trouble(trouble), Ok(s_wheel));
        Assert.Equal(s_wheel, (await Download(Source(server.Url(Name)), limits: Impatient(trouble) with { Attempts = 20 })).Content);
        Assert.InRange(server.Requests.Count, 3, trouble == "stalled" ? 20 : 3);
    }

    [Theory, MemberData(nameof(Transient))]
    public async Task What_does_not_pass_ends_after_four_attempts(string trouble)
    {
        using var server = new WheelServer(Trouble(trouble));
        var error = await Fails(WheelDownloader.Failed, Source(server.Url(Name, "user:secret@")), limits: Impatient(trouble));
        Assert.Contains("(4 attempts)", error.Message, StringComparison.Ordinal);

        // On a busy machine the time can be over before the server has seen the request.
        Assert.InRange(server.Requests.Count, trouble == "stalled" ? 0 : 4, 4);
    }

    [Theory]
    [InlineData(400, "400 (BadRequest)", "Check the location")]
    [InlineData(401, "401 (Unauthorized)", "netrc")]
    [InlineData(403, "403 (Forbidden)", "netrc")]
    [InlineData(404, "404 (NotFound)", "make the lock again")]
    [InlineData(410, "410 (Gone)", "make the lock again")]
    [InlineData(799, "answers 799.", "Check the location")]
    public async Task A_refusal_is_final_and_says_what_to_do(int status, string reason, string remedy)
    {
        using var server = new WheelServer(Status(status));
        var error = await Fails(WheelDownloader.Failed, Source(server.Url($"w/{Name}?token=secret")));
        Assert.Single(server.Requests);
        Assert.Contains(Name, error.Message, StringComparison.Ordinal);
        Assert.Contains($"from {server.Url($"w/{Name}")}:", error.Message, StringComparison.Ordinal);
        Assert.Contains(reason, error.Message, StringComparison.Ordinal);
        Assert.Contains(remedy, error.Message, StringComparison.Ordinal);
        Assert.Equal(s_place, error.Diagnostic.Location);
    }

    [Fact]
    public async Task A_server_that_is_not_there_is_an_error()
    {
        string url;
        using (var server = new WheelServer(Reset()))
            url = server.Url(Name, "user:secret@");
        Assert.Contains("refused", (await Fails(WheelDownloader.Failed, Source(url))).Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_download_that_never_ends_is_ended()
    {
        using var server = new WheelServer(Trickling(TimeSpan.FromMilliseconds(20)));
        var error = await Fails(WheelDownloader.Failed, Source(server.Url(Name)), limits: s_limits with { TotalTimeout = TimeSpan.FromMilliseconds(300) });
        Assert.Contains("not complete after 0.3 s", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_server_cannot_ask_for_an_endless_pause()
    {
        using var server = new WheelServer(Status(429, "Retry-After: 100000000\r\n"), Ok(s_wheel));
        Assert.Equal(s_wheel, (await Download(Source(server.Url(Name)), limits: s_limits with { MaximumDelay = TimeSpan.FromMilliseconds(1) })).Content);
    }

    [Fact]
    public async Task A_download_that_is_cancelled_is_no_failure()
    {
        using var server = new WheelServer(Stalled(s_wheel, 10));
        using var cancel = new CancellationTokenSource(TimeSpan.FromMilliseconds(200));
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => Download(Source(server.Url(Name)), cancellation: cancel.Token));
    }

    [Fact]
    public async Task Another_content_is_refused_at_once()
    {
        using var server = new WheelServer(Ok([.. s_wheel.Reverse()]));
        var error = await Fails(WheelDownloader.WrongHash, Source(server.Url(Name + "?secret", "user:secret@")));
        Assert.Single(server.Requests);
        Assert.Contains(Name, error.Message, StringComparison.Ordinal);
        Assert.Contains(s_sha256, error.Message, StringComparison.Ordinal);
        Assert.Contains(Convert.ToHexStringLower(SHA256.HashData([.. s_wheel.Reverse()])), error.Message, StringComparison.Ordinal);
        Assert.Contains(server.Url(Name), error.Message, StringComparison.Ordinal);
        Assert.Equal(s_place, error.Diagnostic.Location);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task More_bytes_than_declared_are_not_read(bool isSized)
    {
        using var server = new WheelServer(isSized ? Ok(s_wheel) : Unsized(s_wheel));
        var error = await Fails(WheelDownloader.Failed, Source(server.Url(Name)) with { Bytes = 1000 });
        Assert.Contains("more than the 1000 bytes that are declared", error.Message, StringComparison.Ordinal);
        Assert.Single(server.Requests);
    }

    [Theory]
    [InlineData(null)]
    [InlineData(5_000_000L)]
    public async Task A_wheel_beyond_the_limit_is_not_read(long? declared)
    {
        using var server = new WheelServer(Trickling(TimeSpan.Zero));
        var error = await Fails(WheelDownloader.Failed, Source(server.Url(Name)) with { Bytes = declared }, limits: s_limits with { MaximumBytes = 100 });
        Assert.Contains("more than 100 bytes", error.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("user:secret@", "user:secret")]
    [InlineData("us%40er:se%2Fcr%C3%A9t%3A@", "us@er:se/crét:")]
    [InlineData("token@", "token:")]
    public async Task The_user_info_of_a_url_logs_in(string userInfo, string login)
    {
        using var server = new WheelServer(Ok(s_wheel));
        await Download(Source(server.Url(Name, userInfo)));
        Assert.Contains(Authorization(login), Assert.Single(server.Requests), StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_user_info_of_an_index_logs_in_on_the_same_origin_alone()
    {
        using var server = new WheelServer(Ok(s_wheel));
        using var other = new WheelServer(Ok(s_wheel));
        Uri[] indexes = [new(server.Url("public/simple")), new(server.Url("simple/", "user:secret@"))];
        await Download(Source(server.Url(Name)), indexes: indexes);
        await Download(Source(other.Url(Name)), indexes: indexes);
        await Download(Source(server.Url(Name, host: "localhost")), indexes: indexes);
        Assert.Contains(Authorization("user:secret"), server.Requests.First(), StringComparison.Ordinal);
        Assert.DoesNotContain("Authorization", server.Requests.Last(), StringComparison.Ordinal);
        Assert.DoesNotContain("Authorization", Assert.Single(other.Requests), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(".netrc", false)]
    [InlineData("_netrc", false)]
    [InlineData("logins", true)]
    public async Task The_netrc_file_logs_in(string name, bool isNamed)
    {
        File.WriteAllText(Path.Combine(_directory, name), "machine other login x password y\nmachine 127.0.0.1\n  login user\n  password \"secret\"\n");
        using var server = new WheelServer(Ok(s_wheel));
        await Download(Source(server.Url(Name)), environment: Environment(isNamed ? name : null));
        Assert.Contains(Authorization("user:secret"), Assert.Single(server.Requests), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("machine 127.0.0.1 login u password #p # comment", "u:#p")]
    [InlineData("# machine 127.0.0.1 login x\nmachine 127.0.0.1 account a user \"u \\\" u\" password p\\ p", "u \" u:p p")]
    [InlineData("macdef init\nmachine 127.0.0.1 login x password x\n\ndefault login u password p", "u:p")]
    [InlineData("default login x password x machine 127.0.0.1 login u password p", "u:p")]
    [InlineData("machine 127.0.0.1 login u password", "u:")]
    [InlineData("\uFEFFnonsense machine machine machine", null)]
    [InlineData("machine 127.0.0.10 login x password x", null)]
    public async Task A_netrc_file_is_read_as_python_reads_it(string text, string? login)
    {
        File.WriteAllText(Path.Combine(_directory, ".netrc"), text);
        using var server = new WheelServer(Ok(s_wheel));
        await Download(Source(server.Url(Name)), environment: Environment(null));
        var request = Assert.Single(server.Requests);
        if (login is null)
            Assert.DoesNotContain("Authorization", request, StringComparison.Ordinal);
        else
            Assert.Contains(Authorization(login), request, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_redirect_is_followed_without_the_password_to_another_host_and_with_it_on_the_same()
    {
        File.WriteAllText(Path.Combine(_directory, ".netrc"), "default login default password secret");
        using var other = new WheelServer(Ok(s_wheel));
        WheelServer? self = null;
        using var server = new WheelServer(
            (client, stop) => Redirect("/relative")(client, stop),
            (client, stop) => Redirect(self!.Url("absolute", "mallory:x@"))(client, stop),
            Redirect(other.Url($"elsewhere/{Name}", "mallory:x@", "localhost")));
        self = server;
        Assert.Equal(s_wheel, (await Download(Source(server.Url(Name, "user:secret@")), environment: Environment(null))).Content);
        Assert.Equal(["GET /a-1-py3-none-any.whl", "GET /relative", "GET /absolute"], server.Requests.Select(request => request[..request.IndexOf(" HTTP", StringComparison.Ordinal)]));
        Assert.All(server.Requests, request => Assert.Contains(Authorization("user:secret"), request, StringComparison.Ordinal));
        Assert.DoesNotContain("Authorization", Assert.Single(other.Requests), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("file:///etc/passwd", 1)]
    [InlineData("ftp://h/a", 1)]
    [InlineData("/again", 11)]
    public async Task A_redirect_leads_to_http_and_to_an_end(string location, int requests)
    {
        using var server = new WheelServer(Redirect(location));
        Assert.Contains("redirected", (await Fails(WheelDownloader.Failed, Source(server.Url(Name, "user:secret@")))).Message, StringComparison.Ordinal);
        Assert.Equal(requests, server.Requests.Count);
    }

    [Fact]
    public async Task A_wheel_is_copied_from_a_path_and_from_a_file_url()
    {
        var path = Path.Combine(_directory, "a b%20#é.whl");
        File.WriteAllBytes(path, s_wheel);
        Assert.Equal(s_wheel, (await Download(Source(path))).Content);
        var url = $"file://{(OperatingSystem.IsWindows() ? "/" : "")}{path.Replace('\\', '/').Replace("%", "%25", StringComparison.Ordinal).Replace(" ", "%20", StringComparison.Ordinal).Replace("#", "%23", StringComparison.Ordinal)}";
        Assert.Equal(s_wheel, (await Download(Source(url))).Content);
        Assert.Equal(s_wheel, (await Download(Source(url.Replace("file://", "file://localhost", StringComparison.Ordinal)))).Content);

        await Fails(WheelDownloader.WrongHash, Source(path) with { Sha256 = new string('0', 64) });
        await Fails(WheelDownloader.Failed, Source(path) with { Bytes = 10 });
        await Fails(WheelDownloader.Failed, Source(path) with { Bytes = 10_000_000 });
        Assert.Contains(path + "x", (await Fails(WheelDownloader.Failed, Source(path + "x"))).Message, StringComparison.Ordinal);
        await Fails(WheelDownloader.Failed, Source(_directory));
    }

    [Theory]
    [InlineData("relative.whl")]
    [InlineData("")]
    [InlineData("git+https://user:secret@h/a.whl")]
    [InlineData("https://user:secret@[/a.whl")]
    [InlineData("https://user:se/cret:secret@h/a.whl")]
    [InlineData("data:,secret")]
    public async Task A_location_of_another_kind_is_refused(string location) => await Fails(WheelDownloader.Failed, Source(location));

    [Theory]
    [InlineData("../a.whl")]
    [InlineData("a/b.whl")]
    [InlineData("a\\b.whl")]
    [InlineData("a\0.whl")]
    [InlineData("a\n.whl")]
    [InlineData("a..whl")]
    [InlineData(".whl")]
    [InlineData("c:a.whl")]
    [InlineData("a.zip")]
    [InlineData("")]
    public async Task A_name_that_is_no_file_name_of_a_wheel_is_refused(string name)
    {
        using var server = new WheelServer(Ok(s_wheel));
        await Fails(WheelDownloader.Failed, Source(server.Url(Name)) with { FileName = name });
        Assert.Empty(server.Requests);
    }

    [Fact]
    public async Task A_hash_that_is_none_is_refused() =>
        await Fails(WheelDownloader.Failed, Source("https://h/a.whl") with { Sha256 = "../../../x" });

    [Fact]
    public async Task What_the_destination_throws_comes_through()
    {
        using var server = new WheelServer(Ok(s_wheel));
        var full = new MemoryStream(new byte[100]);
        await Assert.ThrowsAsync<NotSupportedException>(() => new WheelDownloader(_ => null, limits: s_limits).DownloadAsync(Source(server.Url(Name)), full, default));
        Assert.Single(server.Requests);
    }

    [Fact]
    public void A_source_that_is_printed_shows_no_credentials()
    {
        var source = Source("https://user:secret@h/x/a.whl?token=secret#secret");
        Assert.Equal($"{Name} from https://h/x/a.whl", source.ToString());
    }

    private static WheelServer.Answer Trouble(string name) => name switch
    {
        "reset" => Reset(),
        "truncated" => Truncated(s_wheel, 1000),
        "short" => Ok(s_wheel[..1000]),
        "stalled" => Stalled(s_wheel, 1000),
        "retry-after" => Status(503, $"Retry-After: {DateTimeOffset.UtcNow.AddHours(1):R}\r\n"),
        _ => Status(int.Parse(name)),
    };

    private static DownloadLimits Impatient(string trouble) => s_limits with
    {
        IdleTimeout = trouble == "stalled" ? TimeSpan.FromMilliseconds(500) : s_limits.IdleTimeout,
        MaximumDelay = TimeSpan.FromMilliseconds(20),
    };

    private static string Authorization(string login) => $"\r\nAuthorization: Basic {Convert.ToBase64String(Encoding.UTF8.GetBytes(login))}\r\n";

    private static WheelSource Source(string location) => new(Name, location, s_sha256, s_wheel.Length) { NeededBy = s_place };

    private Func<string, string?> Environment(string? netrc) => name => name switch
    {
        "HOME" or "USERPROFILE" => _directory,
        "NETRC" when netrc is not null => Path.Combine(_directory, netrc),
        _ => null,
    };

    private static async Task<(byte[] Content, string Sha256, long Bytes)> Download(
        WheelSource source, Uri[]? indexes = null, Func<string, string?>? environment = null, IProgress<DownloadProgress>? progress = null,
        DownloadLimits? limits = null, CancellationToken cancellation = default)
    {
        var content = new MemoryStream();
        var (sha256, bytes) = await new WheelDownloader(environment ?? (_ => null), indexes, progress, limits ?? s_limits).DownloadAsync(source, content, cancellation);
        return (content.ToArray(), sha256, bytes);
    }

    private static async Task<CoraException> Fails(DiagnosticDescriptor descriptor, WheelSource source, DownloadLimits? limits = null)
    {
        var error = await Assert.ThrowsAsync<CoraException>(() => Download(source, limits: limits));
        Assert.Equal(descriptor, error.Diagnostic.Descriptor);
        Assert.DoesNotContain("secret", error.ToString(), StringComparison.Ordinal);
        Assert.DoesNotContain('\n', error.Message);
        return error;
    }

    private sealed class Reports : List<DownloadProgress>, IProgress<DownloadProgress>
    {
        public void Report(DownloadProgress value) => Add(value);
    }
}
