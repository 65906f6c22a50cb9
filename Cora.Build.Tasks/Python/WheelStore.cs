using System.Collections.Concurrent;
using System.Security.Cryptography;
using Cora.Build.Diagnostics;

namespace Cora.Build.Python;

/// <summary>A verified wheel in the store.</summary>
/// <param name="Path">Its absolute path; nobody may write to it.</param>
/// <param name="Sha256">64 lower-case hexadecimal digits.</param>
/// <param name="Bytes">Its length in bytes.</param>
public sealed record StoredWheel(string Path, string Sha256, long Bytes);

/// <summary>Wheels by their content, <c>{root}/{sha256}/{file name}</c>, shared by all modules, checkouts and processes of a user.
/// A wheel appears in it whole or not at all.</summary>
/// <param name="root">Absolute path; made when it is not there.</param>
/// <param name="downloader">Fetches what is missing.</param>
/// <param name="findLinks">Absolute paths of directories that are searched, by exact file name and hash, before anything is downloaded.</param>
public sealed class WheelStore(string root, WheelDownloader downloader, IReadOnlyList<string>? findLinks = null)
{
    /// <summary>The directory cannot be made, read or written.</summary>
    public static readonly DiagnosticDescriptor Unusable = new("CORA3013", Severity.Error, "The wheel store cannot be used");

    private static readonly TimeSpan s_leftoverAge = TimeSpan.FromDays(1);

    // Within this store a wheel is fetched once. Several stores, in this process or in others, may fetch the same one: all have the same content.
    private readonly ConcurrentDictionary<string, SemaphoreSlim> _fetching = new(StringComparer.Ordinal);
    private int _isSwept;

    private string TemporaryDirectory => Path.Combine(root, ".tmp");

    /// <summary>Where the store of a user is: <c>cora/wheels</c> in the cache directory of the operating system.</summary>
    /// <param name="environment">Gives the value of an environment variable.</param>
    /// <exception cref="CoraException">CORA3013: the user has no home directory.</exception>
    public static string DefaultRoot(Func<string, string?> environment)
    {
        var cache = OperatingSystem.IsWindows() ? Variable("LOCALAPPDATA")
            : OperatingSystem.IsMacOS() ? InHome("Library/Caches")
            : Variable("XDG_CACHE_HOME") ?? InHome(".cache");
        return cache is not null ? Path.Combine(cache, "cora", "wheels")
            : throw Unusable.Error(default, "No directory for the wheel store: there is no home directory. Set the property CoraWheelStore.");

        string? InHome(string directory) => Variable("HOME") is { } home ? Path.Combine(home, directory) : null;

        // A relative path is invalid there, says the XDG base directory specification.
        string? Variable(string name) => environment(name) is { } value && Path.IsPathFullyQualified(value) ? value : null;
    }

    /// <summary>Gives a wheel: from the store, else from the directories of <c>findLinks</c>, else from its source.</summary>
    /// <param name="source">The wheel. Without a hash it is always fetched, because nothing says which content is meant.</param>
    /// <param name="verify">Whether the content of a wheel that is there is read and compared with the hash. Without that, a wheel of
    /// the declared length is trusted: for a caller that verified it in this build.</param>
    /// <param name="cancellation">Stops at once, and leaves no part of a wheel.</param>
    /// <exception cref="CoraException">CORA3006, CORA3014: the wheel cannot be had. CORA3013: the store cannot be used.</exception>
    public async Task<StoredWheel> GetAsync(WheelSource source, bool verify = true, CancellationToken cancellation = default)
    {
        var fetching = _fetching.GetOrAdd($"{source.Sha256 ?? source.Location}/{source.FileName}", _ => new SemaphoreSlim(1));
        await fetching.WaitAsync(cancellation).ConfigureAwait(false);
        try
        {
            return await FindAsync(source, verify, cancellation).ConfigureAwait(false)
                ?? await FetchAsync(source, cancellation).ConfigureAwait(false);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new CoraException(Unusable.At(new Location(root),
                $"The wheel store '{root}' cannot be used: {e.Message.TrimEnd('.')}. Correct that, or set the property CoraWheelStore to another directory."), e);
        }
        finally
        {
            fetching.Release();
        }
    }

    /// <summary>Whether a file of the store still has its content.</summary>
    public static async Task<bool> VerifyAsync(StoredWheel wheel, CancellationToken cancellation = default) =>
        new FileInfo(wheel.Path) is { Exists: true } file && file.Length == wheel.Bytes
        && await HasHashAsync(wheel.Path, wheel.Sha256, cancellation).ConfigureAwait(false);

    private async Task<StoredWheel?> FindAsync(WheelSource source, bool verify, CancellationToken cancellation)
    {
        // What is no name or no hash must not become a path.
        if (source.Sha256 is not { } sha256 || !WheelSource.IsSha256(sha256) || !WheelSource.IsFileName(source.FileName))
            return null;
        var file = new FileInfo(Path.Combine(root, sha256, source.FileName));
        if (!file.Exists || file.Length != (source.Bytes ?? file.Length))
            return null;
        var wheel = new StoredWheel(file.FullName, sha256, file.Length);
        return !verify || await VerifyAsync(wheel, cancellation).ConfigureAwait(false) ? wheel : null;
    }

    private async Task<StoredWheel> FetchAsync(WheelSource source, CancellationToken cancellation)
    {
        Directory.CreateDirectory(TemporaryDirectory);
        if (Interlocked.Exchange(ref _isSwept, 1) == 0)
            SweepLeftovers();
        var nearest = await NearestAsync(source, cancellation).ConfigureAwait(false);

        var temporary = Path.Combine(TemporaryDirectory, Guid.NewGuid().ToString("N"));
        try
        {
            string sha256;
            long bytes;
            var file = new FileStream(temporary, FileMode.CreateNew, FileAccess.Write, FileShare.None, bufferSize: 0, useAsync: true);
            await using (file.ConfigureAwait(false))
                (sha256, bytes) = await downloader.DownloadAsync(nearest, file, cancellation).ConfigureAwait(false);

            var wheel = new StoredWheel(Path.Combine(root, sha256, source.FileName), sha256, bytes);
            Directory.CreateDirectory(Path.GetDirectoryName(wheel.Path)!);
            try
            {
                File.Move(temporary, wheel.Path, overwrite: true);
            }
            catch (Exception e) when (e is IOException or UnauthorizedAccessException)
            {
                // Windows does not replace a file that is being read. When that one is whole, another process was faster.
                if (!await VerifyAsync(wheel, cancellation).ConfigureAwait(false))
                    throw;
            }
            return wheel;
        }
        finally
        {
            File.Delete(temporary);
        }
    }

    private async Task<WheelSource> NearestAsync(WheelSource source, CancellationToken cancellation)
    {
        if (source.Sha256 is null || !WheelSource.IsFileName(source.FileName))
            return source;
        foreach (var candidate in (findLinks ?? []).Select(directory => Path.Combine(directory, source.FileName)).Where(File.Exists))
            try
            {
                if (await HasHashAsync(candidate, source.Sha256, cancellation).ConfigureAwait(false))
                    return source with { Location = candidate };
            }
            catch (Exception e) when (e is IOException or UnauthorizedAccessException)
            {
                throw new CoraException(WheelDownloader.Failed.At(source.NeededBy,
                    $"'{candidate}' cannot be read: {e.Message.TrimEnd('.')}. Correct or remove it."), e);
            }
        return source;
    }

    private static async Task<bool> HasHashAsync(string path, string sha256, CancellationToken cancellation)
    {
        var file = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.Read | FileShare.Delete, bufferSize: 0, useAsync: true);
        await using (file.ConfigureAwait(false))
            return Convert.ToHexStringLower(await SHA256.HashDataAsync(file, cancellation).ConfigureAwait(false)) == sha256;
    }

    /// <summary>Removes what processes that were killed have left behind.</summary>
    private void SweepLeftovers()
    {
        foreach (var leftover in new DirectoryInfo(TemporaryDirectory).EnumerateFiles()
            .Where(file => file.LastWriteTimeUtc < DateTime.UtcNow - s_leftoverAge))
            try
            {
                leftover.Delete();
            }
            catch (Exception e) when (e is IOException or UnauthorizedAccessException)
            {
                // It belongs to someone else, who will remove it, or it is already gone. It is in nobody's way.
            }
    }
}
