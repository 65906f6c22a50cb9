using System.Security.Cryptography;
using Cora.Build.Diagnostics;
using Cora.Build.Python;
using static Cora.Build.Tests.Python.WheelServer;

namespace Cora.Build.Tests.Python;

public sealed class WheelStoreTests : IDisposable
{
    private const string Name = "a-1-py3-none-any.whl";
    private static readonly byte[] s_wheel = [.. Enumerable.Range(0, 300_000).Select(i => (byte)(i * 31 >> 3))];
    private static readonly string s_sha256 = Convert.ToHexStringLower(SHA256.HashData(s_wheel));

    private readonly string _directory = Directory.CreateTempSubdirectory("cora-store-").FullName;

    private string Root => Path.Combine(_directory, "cache", "wheels");

    private string WheelPath => Path.Combine(Root, s_sha256, Name);

    public void Dispose() => Directory.Delete(_directory, recursive: true);

    [Fact]
    public async Task A_wheel_is_fetched_once_and_then_needs_no_network()
    {
        using var server = new WheelServer(Ok(s_wheel), Status(500));
        Assert.Equal(new StoredWheel(WheelPath, s_sha256, s_wheel.Length), await Store().GetAsync(Source(server)));
        Assert.Equal(new StoredWheel(WheelPath, s_sha256, s_wheel.Length), await Store().GetAsync(Source(server)));
        Assert.Equal(s_wheel, File.ReadAllBytes(WheelPath));
        Assert.Single(server.Requests);
        AssertNothingElse();
    }

    [Fact]
    public async Task A_wheel_that_is_there_is_given_without_writing()
    {
        using var server = new WheelServer(Status(500));
        Directory.CreateDirectory(Path.GetDirectoryName(WheelPath)!);
        File.WriteAllBytes(WheelPath, s_wheel);
        var before = Entries();
        Assert.Equal(WheelPath, (await Store().GetAsync(Source(server))).Path);
        Assert.Equal(before, Entries());
        Assert.Empty(server.Requests);

        string[] Entries() => [.. Directory.GetFileSystemEntries(_directory, "*", SearchOption.AllDirectories).Order()];
    }

    [Theory]
    [InlineData("truncated")]
    [InlineData("altered")]
    [InlineData("empty")]
    [InlineData("longer")]
    public async Task A_wheel_that_was_damaged_is_fetched_again(string damage)
    {
        using var server = new WheelServer(Ok(s_wheel));
        var wheel = await Store().GetAsync(Source(server));
        Assert.True(await WheelStore.VerifyAsync(wheel));
        var content = (byte[])s_wheel.Clone();
        content[1234] ^= 1;
        File.WriteAllBytes(WheelPath, damage switch { "truncated" => s_wheel[..^1], "altered" => content, "empty" => [], _ => [.. s_wheel, 0] });
        Assert.False(await WheelStore.VerifyAsync(wheel));

        Assert.Equal(wheel, await Store().GetAsync(Source(server)));
        Assert.Equal(s_wheel, File.ReadAllBytes(WheelPath));
        Assert.Equal(2, server.Requests.Count);
        AssertNothingElse();
    }

    [Fact]
    public async Task A_caller_that_verified_need_not_verify_again_but_a_wrong_length_is_seen()
    {
        using var server = new WheelServer(Ok(s_wheel));
        await Store().GetAsync(Source(server));
        File.WriteAllBytes(WheelPath, new byte[s_wheel.Length]);
        await Store().GetAsync(Source(server), verify: false);
        Assert.Single(server.Requests);
        File.WriteAllBytes(WheelPath, s_wheel[..^1]);
        await Store().GetAsync(Source(server), verify: false);
        Assert.Equal(s_wheel, File.ReadAllBytes(WheelPath));
    }

    [Fact]
    public async Task A_wheel_without_a_known_hash_is_stored_under_its_hash()
    {
        using var server = new WheelServer(Ok(s_wheel));
        Assert.Equal(new StoredWheel(WheelPath, s_sha256, s_wheel.Length), await Store().GetAsync(Source(server) with { Sha256 = null, Bytes = null }));
        Assert.Equal(s_wheel, File.ReadAllBytes(WheelPath));
    }

    [Fact]
    public async Task A_wheel_that_fails_leaves_nothing()
    {
        using var server = new WheelServer(Ok([1, 2, 3]));
        var error = await Assert.ThrowsAsync<CoraException>(() => Store().GetAsync(Source(server) with { Bytes = null }));
        Assert.Equal(WheelDownloader.WrongHash, error.Diagnostic.Descriptor);
        Assert.Empty(Directory.GetFiles(Root, "*", SearchOption.AllDirectories));

        // The next attempt is not held up by the one that failed.
        using var right = new WheelServer(Ok(s_wheel));
        Assert.Equal(WheelPath, (await Store().GetAsync(Source(right))).Path);
    }

    [Fact]
    public async Task A_directory_of_wheels_serves_before_the_network()
    {
        using var server = new WheelServer(Ok(s_wheel));
        var (wrong, right) = (Directory.CreateDirectory(Path.Combine(_directory, "wrong")).FullName, Directory.CreateDirectory(Path.Combine(_directory, "right")).FullName);
        File.WriteAllBytes(Path.Combine(wrong, Name), [1, 2, 3]);
        File.WriteAllBytes(Path.Combine(right, Name), s_wheel);

        var wheel = await Store(Path.Combine(_directory, "missing"), wrong, right).GetAsync(Source(server));
        Assert.Equal((WheelPath, s_sha256), (wheel.Path, wheel.Sha256));
        Assert.Empty(server.Requests);
        AssertNothingElse();
    }

    [Fact]
    public async Task A_directory_of_wheels_serves_by_exact_name_and_hash_alone()
    {
        using var server = new WheelServer(Ok(s_wheel));
        var directory = Directory.CreateDirectory(Path.Combine(_directory, "wheels")).FullName;
        File.WriteAllBytes(Path.Combine(directory, Name), [1, 2, 3]);
        File.WriteAllBytes(Path.Combine(directory, "A-1-py3-none-any.whl2"), s_wheel);
        await Store(directory).GetAsync(Source(server));
        await Store(directory).GetAsync(Source(server) with { Sha256 = null });
        Assert.Equal(2, server.Requests.Count);
    }

    [Fact]
    public async Task Eight_at_once_in_one_store_download_once()
    {
        using var server = new WheelServer(Ok(s_wheel));
        var store = Store();
        var wheels = await Task.WhenAll(Enumerable.Range(0, 8).Select(_ => Task.Run(() => store.GetAsync(Source(server)))));
        Assert.Equal(WheelPath, Assert.Single(wheels.Distinct()).Path);
        Assert.Single(server.Requests);
    }

    [Fact]
    public async Task Eight_stores_and_two_processes_at_once_give_one_whole_wheel()
    {
        // Nobody gets an answer before all have asked.
        var (asked, all) = (0, new TaskCompletionSource());
        using var server = new WheelServer(async (client, stop) =>
        {
            if (Interlocked.Increment(ref asked) == 10)
                all.SetResult();
            await all.Task.WaitAsync(TimeSpan.FromSeconds(60), stop);
            await Ok(s_wheel)(client, stop);
        });
        using var one = OwnProcess.Get(Root, Source(server));
        using var two = OwnProcess.Get(Root, Source(server));
        var wheels = await Task.WhenAll(Enumerable.Range(0, 8).Select(_ => Store().GetAsync(Source(server))));
        await Task.WhenAll(one.WaitForExitAsync(), two.WaitForExitAsync());

        Assert.Equal((0, 0), (one.ExitCode, two.ExitCode));
        Assert.Equal(10, server.Requests.Count);
        Assert.Equal(WheelPath, Assert.Single(wheels.Distinct()).Path);
        Assert.Equal(s_wheel, File.ReadAllBytes(WheelPath));
        AssertNothingElse();
    }

    [Fact]
    public async Task A_process_that_is_killed_leaves_a_temporary_file_that_goes_after_a_day()
    {
        using var stalled = new WheelServer(Stalled(s_wheel, 100_000));
        using (var process = OwnProcess.Get(Root, Source(stalled)))
        {
            while (!Directory.Exists(Root) || !new DirectoryInfo(Root).EnumerateFiles("*", SearchOption.AllDirectories).Any(file => file.Length >= 100_000))
            {
                Assert.False(process.HasExited);
                await Task.Delay(20);
            }
            process.Kill();
            await process.WaitForExitAsync();
        }
        var leftover = Assert.Single(Directory.GetFiles(Root, "*", SearchOption.AllDirectories));
        Assert.Equal(".tmp", Path.GetFileName(Path.GetDirectoryName(leftover)));

        using var server = new WheelServer(Ok(s_wheel));
        await Store().GetAsync(Source(server));
        Assert.True(File.Exists(leftover), "It could belong to a download that is still going on.");
        File.Delete(WheelPath);
        File.SetLastWriteTimeUtc(leftover, DateTime.UtcNow.AddHours(-25));
        await Store().GetAsync(Source(server));
        AssertNothingElse();
    }

    [Fact]
    public async Task A_get_that_is_cancelled_leaves_nothing_and_holds_up_nobody()
    {
        using var server = new WheelServer(Stalled(s_wheel, 1000), Ok(s_wheel));
        using var cancel = new CancellationTokenSource(TimeSpan.FromMilliseconds(300));
        var store = Store();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => store.GetAsync(Source(server), cancellation: cancel.Token));
        Assert.Empty(Directory.GetFiles(Root, "*", SearchOption.AllDirectories));
        await store.GetAsync(Source(server));
        AssertNothingElse();
    }

    [Fact]
    public async Task A_store_that_cannot_be_written_says_so()
    {
        using var server = new WheelServer(Ok(s_wheel));
        File.WriteAllText(Path.Combine(_directory, "cache"), "a file where a directory is needed");
        await AssertUnusable(server);
    }

    [Fact]
    public async Task A_place_that_is_taken_by_a_directory_says_so()
    {
        using var server = new WheelServer(Ok(s_wheel));
        Directory.CreateDirectory(WheelPath);
        await AssertUnusable(server);
        Assert.Empty(Directory.GetFiles(Root, "*", SearchOption.AllDirectories));
    }

    [Fact]
    public async Task A_hostile_name_or_hash_leads_nowhere()
    {
        using var server = new WheelServer(Ok(s_wheel));
        File.WriteAllBytes(Path.Combine(_directory, "b.whl"), s_wheel);
        foreach (var source in new[] { Source(server) with { FileName = "../../b.whl" }, Source(server) with { Sha256 = "../..", FileName = "b.whl" } })
            Assert.Equal(WheelDownloader.Failed, (await Assert.ThrowsAsync<CoraException>(() => Store(_directory).GetAsync(source))).Diagnostic.Descriptor);
        Assert.Empty(server.Requests);
    }

    [Fact]
    public void The_default_is_in_the_cache_directory_of_the_user()
    {
        var home = _directory;
        var expected = OperatingSystem.IsWindows() ? Path.Combine(home, "Local") : OperatingSystem.IsMacOS() ? Path.Combine(home, "Library/Caches") : Path.Combine(home, ".cache");
        Assert.Equal(Path.Combine(expected, "cora", "wheels"), WheelStore.DefaultRoot(name => name switch
        {
            "HOME" => home,
            "LOCALAPPDATA" => Path.Combine(home, "Local"),
            "XDG_CACHE_HOME" => "relative",
            _ => null,
        }));
        if (OperatingSystem.IsLinux())
            Assert.Equal("/x/cora/wheels", WheelStore.DefaultRoot(name => name == "XDG_CACHE_HOME" ? "/x" : null));
        Assert.Equal(WheelStore.Unusable, Assert.Throws<CoraException>(() => WheelStore.DefaultRoot(_ => null)).Diagnostic.Descriptor);
    }

    private WheelStore Store(params string[] findLinks) => new(Root, new WheelDownloader(_ => null), findLinks);

    private static WheelSource Source(WheelServer server) => new(Name, server.Url(Name), s_sha256, s_wheel.Length);

    private void AssertNothingElse() => Assert.Equal([WheelPath], Directory.GetFiles(Root, "*", SearchOption.AllDirectories));

    private async Task AssertUnusable(WheelServer server)
    {
        var error = await Assert.ThrowsAsync<CoraException>(() => Store().GetAsync(Source(server)));
        Assert.Equal((WheelStore.Unusable, Root), (error.Diagnostic.Descriptor, error.Diagnostic.Location.File));
        Assert.Contains(Root, error.Message, StringComparison.Ordinal);
        Assert.Contains("CoraWheelStore", error.Message, StringComparison.Ordinal);
    }
}
