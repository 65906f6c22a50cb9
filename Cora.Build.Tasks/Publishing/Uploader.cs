using System.Buffers;
using System.Diagnostics;
using System.Security.Cryptography;
using Amazon.S3.Model;
using Cora.Build.Diagnostics;

namespace Cora.Build.Publishing;

/// <summary>What became of an object.</summary>
public enum DeployOutcome
{
    /// <summary>It was there, with this content.</summary>
    There,

    /// <summary>It was sent.</summary>
    Sent,

    /// <summary>It would have been sent; this was a dry run.</summary>
    WouldSend,
}

/// <summary>An object after a deployment.</summary>
/// <param name="Item">Which.</param>
/// <param name="Outcome">What became of it.</param>
/// <param name="VersionId">Its version, where the bucket is versioned.</param>
/// <param name="Elapsed">How long it took.</param>
public sealed record DeployedObject(DeployObject Item, DeployOutcome Outcome, string? VersionId, TimeSpan Elapsed);

/// <summary>
/// Brings objects into a bucket: asks for each whether it is there, and sends those that are not. Bytes are hashed as they are read for sending, so that what is sent is what the manifest
/// describes, whatever happens to the file meanwhile.
/// </summary>
/// <param name="store">The bucket.</param>
/// <param name="failures">What S3's answers mean.</param>
/// <param name="progress">Counts what was sent.</param>
internal sealed class Uploader(ObjectStore store, S3Failure failures, DeployProgress progress) : IDisposable
{
    /// <summary>Above this an object is sent in parts of half of it, some at once.</summary>
    private const int WholeBytes = 16 << 20, PartBytes = 8 << 20;

    /// <summary>How many bodies are sent at once, and how many questions are open.</summary>
    private const int Uploads = 8, Questions = 16;

    /// <summary>How often an object is begun anew when another one writes its key, or when S3 received other bytes.</summary>
    private const int Attempts = 5;

    /// <summary>How long giving up an upload may take, when the deployment has ended already.</summary>
    private static readonly TimeSpan s_abortTimeout = TimeSpan.FromSeconds(15);

    private readonly SemaphoreSlim _slots = new(Uploads);

    /// <summary>Asks for all objects. An object that is not there, or that is legacy and another one, is to be sent.</summary>
    /// <exception cref="CoraException">CORA7003 to CORA7005, CORA7008, CORA7009.</exception>
    public async Task<IReadOnlyList<DeployedObject>> PlanAsync(IReadOnlyList<DeployObject> objects, CancellationToken cancellation)
    {
        var planned = await EachAsync(objects, Questions, PlanAsync, cancellation).ConfigureAwait(false);
        if (objects.Count > 0 && planned.All(item => item.Outcome == DeployOutcome.WouldSend))
            await TryAsync(async () => { await store.ExplainAsync(objects[0].Key, cancellation).ConfigureAwait(false); return true; }, $"asking for '{objects[0].Key}'", cancellation).ConfigureAwait(false);
        return planned;
    }

    /// <summary>Sends what is to be sent. The first failure ends it; what was sent stays, and is found by the next deployment.</summary>
    /// <exception cref="CoraException">CORA7003 to CORA7005, CORA7007 to CORA7009.</exception>
    public Task<IReadOnlyList<DeployedObject>> SendAsync(IReadOnlyList<DeployedObject> planned, CancellationToken cancellation) =>
        EachAsync(planned, Uploads, (item, token) => item.Outcome == DeployOutcome.WouldSend ? SendAsync(item.Item, token) : Task.FromResult(item), cancellation);

    /// <inheritdoc/>
    public void Dispose() => _slots.Dispose();

    private async Task<DeployedObject> PlanAsync(DeployObject item, CancellationToken cancellation)
    {
        var found = await FindAsync(item, cancellation).ConfigureAwait(false);
        if (found is not null && await IsSameAsync(item, found, cancellation).ConfigureAwait(false)) return new DeployedObject(item, DeployOutcome.There, found.VersionId, TimeSpan.Zero);
        return found is null || item.IsLegacy ? new DeployedObject(item, DeployOutcome.WouldSend, null, TimeSpan.Zero) : throw Other(item);
    }

    private async Task<DeployedObject> SendAsync(DeployObject item, CancellationToken cancellation)
    {
        var started = Stopwatch.GetTimestamp();
        for (var attempt = 1; ; attempt++)
        {
            try
            {
                var version = await TryAsync(() => item.Artifact.Bytes > WholeBytes ? SendPartsAsync(item, cancellation) : SendWholeAsync(item, cancellation), $"sending '{item.Key}'", cancellation, attempt < Attempts).ConfigureAwait(false);
                return new DeployedObject(item, DeployOutcome.Sent, version, Stopwatch.GetElapsedTime(started));
            }
            catch (RepeatException e)
            {
                if (!S3Failure.IsDamage(e.InnerException!) && await FindAsync(item, cancellation).ConfigureAwait(false) is { } found)
                {
                    // Another deployment was faster; or this one was, and the answer was lost.
                    if (await IsSameAsync(item, found, cancellation).ConfigureAwait(false)) return new DeployedObject(item, DeployOutcome.There, found.VersionId, Stopwatch.GetElapsedTime(started));
                    if (!item.IsLegacy) throw Other(item);
                }
            }
            await Task.Delay(TimeSpan.FromSeconds(Math.Pow(2, attempt - 3) * (0.5 + Random.Shared.NextDouble())), cancellation).ConfigureAwait(false);
        }
    }

    private async Task<string?> SendWholeAsync(DeployObject item, CancellationToken cancellation)
    {
        await _slots.WaitAsync(cancellation).ConfigureAwait(false);
        try
        {
            var buffer = ArrayPool<byte>.Shared.Rent((int)item.Artifact.Bytes);
            var content = buffer.AsMemory(0, (int)item.Artifact.Bytes);
            await ReadWholeAsync(item, content, cancellation).ConfigureAwait(false);
            var (version, checksum) = await store.PutAsync(item, content, cancellation).ConfigureAwait(false);
            // Only after an answer that says that all has arrived: until then the request may still read it.
            ArrayPool<byte>.Shared.Return(buffer);
            progress.Sent(item.Artifact.Bytes);
            await VerifyAsync(item, version, checksum, item.Artifact.Sha256Base64, cancellation).ConfigureAwait(false);
            return version;
        }
        finally
        {
            _slots.Release();
        }
    }

    private async Task<string?> SendPartsAsync(DeployObject item, CancellationToken cancellation)
    {
        var uploadId = await BeginAsync(item, cancellation).ConfigureAwait(false);
        var parts = new List<Task<PartETag>>();
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        try
        {
            var checksums = await SendPartsAsync(item, uploadId, parts, stop).ConfigureAwait(false);
            var sent = await Task.WhenAll(parts).ConfigureAwait(false);
            var (version, checksum) = await store.CompleteAsync(item, uploadId, sent, cancellation).ConfigureAwait(false);
            await VerifyAsync(item, version, checksum, Convert.ToBase64String(SHA256.HashData(checksums)), cancellation).ConfigureAwait(false);
            return version;
        }
        catch
        {
            await stop.CancelAsync().ConfigureAwait(false);
            await Task.WhenAll(parts).ContinueWith(_ => { }, CancellationToken.None, TaskContinuationOptions.None, TaskScheduler.Default).ConfigureAwait(false);
            await AbortAsync(item, uploadId).ConfigureAwait(false);
            // What ended it, rather than what that ended.
            if (parts.Select(part => part.Exception?.GetBaseException()).FirstOrDefault(e => e is not null) is { } first && !cancellation.IsCancellationRequested)
                System.Runtime.ExceptionServices.ExceptionDispatchInfo.Throw(first);
            throw;
        }
    }

    /// <summary>Begins an upload in parts. One of which nobody knows that it has begun cannot be given up, so an answer that is on its way is waited for.</summary>
    private async Task<string> BeginAsync(DeployObject item, CancellationToken cancellation)
    {
        cancellation.ThrowIfCancellationRequested();
        using var late = new CancellationTokenSource();
        using var registration = cancellation.Register(() => late.CancelAfter(s_abortTimeout));
        return await store.BeginAsync(item, late.Token).ConfigureAwait(false);
    }

    /// <summary>Reads the zip from its beginning to its end, and sends parts as they are read. Gives the parts' checksums, one after the other.</summary>
    private async Task<byte[]> SendPartsAsync(DeployObject item, string uploadId, List<Task<PartETag>> parts, CancellationTokenSource stop)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        var checksums = new MemoryStream();
        using var file = Open(item);
        for (var rest = item.Artifact.Bytes; rest > 0; rest -= Math.Min(PartBytes, rest))
        {
            await _slots.WaitAsync(stop.Token).ConfigureAwait(false);
            var buffer = ArrayPool<byte>.Shared.Rent((int)Math.Min(PartBytes, rest));
            var content = buffer.AsMemory(0, (int)Math.Min(PartBytes, rest));
            byte[] sha256;
            try
            {
                await ReadAsync(item, file, content, stop.Token).ConfigureAwait(false);
                hash.AppendData(content.Span);
                checksums.Write(sha256 = SHA256.HashData(content.Span));
            }
            catch
            {
                _slots.Release();
                throw;
            }
            parts.Add(SendPartAsync(item, uploadId, parts.Count + 1, buffer, content, sha256, stop));
        }
        // The object comes into being when the parts are put together: not with other content than the manifest's.
        return Convert.ToHexStringLower(hash.GetHashAndReset()) == item.Artifact.Sha256 ? checksums.ToArray() : throw Changed(item);
    }

    private async Task<PartETag> SendPartAsync(DeployObject item, string uploadId, int number, byte[] buffer, ReadOnlyMemory<byte> content, byte[] sha256, CancellationTokenSource stop)
    {
        try
        {
            var part = await store.PutPartAsync(item, uploadId, number, content, sha256, stop.Token).ConfigureAwait(false);
            ArrayPool<byte>.Shared.Return(buffer);
            progress.Sent(content.Length);
            return part;
        }
        catch
        {
            await stop.CancelAsync().ConfigureAwait(false);
            throw;
        }
        finally
        {
            _slots.Release();
        }
    }

    private async Task AbortAsync(DeployObject item, string uploadId)
    {
        using var timeout = new CancellationTokenSource(s_abortTimeout);
        try
        {
            await store.AbortAsync(item.Key, uploadId, timeout.Token).ConfigureAwait(false);
        }
        catch (Exception e) when (S3Failure.IsOne(e))
        {
            // Why it was given up is what is reported.
            progress.Say($"The parts of '{item.Key}' that were sent could not be removed. A lifecycle rule of the bucket (AbortIncompleteMultipartUpload) removes what nobody completes.");
        }
    }

    /// <summary>Compares what S3 says it has with what was sent. What is not that is removed.</summary>
    private async Task VerifyAsync(DeployObject item, string? version, string? checksum, string expected, CancellationToken cancellation)
    {
        if (checksum is not null && WithoutCount(checksum) == expected) return;
        if (await store.FindAsync(item.Key, cancellation).ConfigureAwait(false) is { } found)
        {
            if (found.Bytes == item.Artifact.Bytes && (found.Checksum is null
                ? await store.HashAsync(item.Key, version, cancellation).ConfigureAwait(false) == item.Artifact.Sha256
                : WithoutCount(found.Checksum) == expected)) return;
        }
        var after = await RemoveAsync(item, version, cancellation).ConfigureAwait(false) ? "It was removed again. Deploy again" : "It is still there, and could not be removed. Remove it, and deploy again";
        throw DeployDiagnostics.s_otherObject.Error(new Location(item.Artifact.Path),
            $"S3 has not stored what was sent as '{item.Key}': the checksum of the object is another one. {after}; if it comes back, something between here and S3 changes what is sent.");
    }

    private async Task<bool> RemoveAsync(DeployObject item, string? version, CancellationToken cancellation)
    {
        try
        {
            await store.DeleteAsync(item.Key, version, cancellation).ConfigureAwait(false);
            return true;
        }
        catch (Exception e) when (S3Failure.IsOne(e) && !cancellation.IsCancellationRequested)
        {
            return false;
        }
    }

    private async Task<StoredObject?> FindAsync(DeployObject item, CancellationToken cancellation) => await TryAsync(async () =>
    {
        try
        {
            return await store.FindAsync(item.Key, cancellation).ConfigureAwait(false);
        }
        catch (Amazon.S3.AmazonS3Exception e) when ((int)e.StatusCode is >= 300 and < 500)
        {
            await store.ExplainAsync(item.Key, cancellation).ConfigureAwait(false);
            throw;
        }
    }, $"asking for '{item.Key}'", cancellation).ConfigureAwait(false);

    private async Task<bool> IsSameAsync(DeployObject item, StoredObject found, CancellationToken cancellation)
    {
        if (found.Bytes != item.Artifact.Bytes) return false;
        if (!found.IsComposite && found.Checksum is not null) return found.Checksum == item.Artifact.Sha256Base64;
        // An upload in parts has no checksum of the whole. Ours have its hash beside them since before their first part, and were put together when the parts' checksums were right.
        if (found is { IsComposite: true, Checksum: not null, Sha256: not null }) return found.Sha256 == item.Artifact.Sha256;
        return await TryAsync(() => store.HashAsync(item.Key, found.VersionId, cancellation), $"reading '{item.Key}'", cancellation).ConfigureAwait(false) == item.Artifact.Sha256;
    }

    /// <summary>Reads the whole zip, which is the one of the manifest.</summary>
    private static async Task ReadWholeAsync(DeployObject item, Memory<byte> content, CancellationToken cancellation)
    {
        using var file = Open(item);
        await ReadAsync(item, file, content, cancellation).ConfigureAwait(false);
        if (Convert.ToHexStringLower(SHA256.HashData(content.Span)) != item.Artifact.Sha256) throw Changed(item);
    }

    private static FileStream Open(DeployObject item)
    {
        try
        {
            var file = new FileStream(item.Artifact.Path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete, bufferSize: 0, FileOptions.SequentialScan);
            if (file.Length == item.Artifact.Bytes) return file;
            file.Dispose();
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new CoraException(ManifestArtifacts.Other(item.Artifact.Path, e.Message.TrimEnd('.')), e);
        }
        throw Changed(item);
    }

    private static async Task ReadAsync(DeployObject item, FileStream file, Memory<byte> content, CancellationToken cancellation)
    {
        try
        {
            await file.ReadExactlyAsync(content, cancellation).ConfigureAwait(false);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new CoraException(ManifestArtifacts.Other(item.Artifact.Path, e.Message.TrimEnd('.')), e);
        }
    }

    private static CoraException Changed(DeployObject item) => new(ManifestArtifacts.Other(item.Artifact.Path, "it has changed since it was built"));

    private static CoraException Other(DeployObject item) => DeployDiagnostics.s_otherObject.Error(new Location(item.Artifact.Path),
        $"The bucket has an object '{item.Key}' with other content than the SHA-256 in its key. Nothing is ever overwritten there. Find out who wrote it, remove it, and deploy again.");

    private static string WithoutCount(string checksum) => checksum.Split('-')[0];

    /// <summary>Does something, and turns its failure into a finding.</summary>
    private async Task<T> TryAsync<T>(Func<Task<T>> work, string doing, CancellationToken cancellation, bool mayRepeat = false)
    {
        try
        {
            return await work().ConfigureAwait(false);
        }
        catch (Exception e) when (mayRepeat && !cancellation.IsCancellationRequested && (S3Failure.IsThere(e) || S3Failure.IsConflict(e) || S3Failure.IsDamage(e)))
        {
            throw new RepeatException(e);
        }
        catch (Exception e) when (S3Failure.IsOne(e) && !cancellation.IsCancellationRequested)
        {
            throw failures.Of(e, doing);
        }
    }

    /// <summary>Runs over all, some at once; the first failure stops the others and is thrown.</summary>
    private static async Task<IReadOnlyList<TResult>> EachAsync<T, TResult>(IReadOnlyList<T> items, int atOnce, Func<T, CancellationToken, Task<TResult>> work, CancellationToken cancellation)
    {
        var results = new TResult[items.Count];
        Exception? first = null;
        try
        {
            await Parallel.ForEachAsync(Enumerable.Range(0, items.Count), new ParallelOptions { MaxDegreeOfParallelism = atOnce, CancellationToken = cancellation }, async (i, token) =>
            {
                try
                {
                    results[i] = await work(items[i], token).ConfigureAwait(false);
                }
                catch (Exception e)
                {
                    Interlocked.CompareExchange(ref first, e, null);
                    throw;
                }
            }).ConfigureAwait(false);
        }
        catch when (first is not null && !cancellation.IsCancellationRequested)
        {
            System.Runtime.ExceptionServices.ExceptionDispatchInfo.Throw(first);
        }
        return results;
    }

    /// <summary>A failure after which the object is looked for, and begun anew.</summary>
    private sealed class RepeatException(Exception inner) : Exception(inner.Message, inner);
}
