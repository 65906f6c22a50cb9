using System.Net;
using System.Security.Cryptography;
using Amazon.Runtime;
using Amazon.S3;
using Amazon.S3.Model;

namespace Cora.Build.Publishing;

/// <summary>An object as S3 has it.</summary>
/// <param name="Bytes">Its length.</param>
/// <param name="VersionId">Where the bucket is versioned.</param>
/// <param name="Checksum">SHA-256 in base64; of an upload in parts that of the parts' checksums, often with <c>-</c> and their number.</param>
/// <param name="IsComposite">Whether it was uploaded in parts.</param>
/// <param name="Sha256">What this SDK wrote beside it, before its first byte: the SHA-256 of the whole, in hex.</param>
internal sealed record StoredObject(long Bytes, string? VersionId, string? Checksum, bool IsComposite, string? Sha256);

/// <summary>The requests to a bucket. What may be tried again the AWS SDK does try again, with growing and random waits.</summary>
internal sealed class ObjectStore : IDisposable
{
    private const string HashMetadata = "sha256";

    /// <summary>What is written to a connection at once.</summary>
    private const int SendBytes = 256 << 10;

    /// <summary>As S3 calls what has no version in a bucket that now has them.</summary>
    private const string NoVersion = "null";

    private readonly S3Client _client;
    private readonly string _bucket;
    private readonly bool _isSecure;

    /// <param name="options">The deployment.</param>
    /// <param name="credentials">Who asks.</param>
    /// <param name="region">The bucket's.</param>
    /// <param name="endpoint">Another server than AWS's, asked with the bucket in the path.</param>
    public ObjectStore(DeployOptions options, AWSCredentials credentials, string region, Uri? endpoint)
    {
        var config = new AmazonS3Config
        {
            RetryMode = RequestRetryMode.Standard,
            MaxErrorRetry = options.Retries,
            Timeout = options.RequestTimeout,
            DisableLogging = true,
            BufferSize = SendBytes,
        };
        if (endpoint is null)
        {
            config.RegionEndpoint = Amazon.RegionEndpoint.GetBySystemName(region);
        }
        else
        {
            config.ServiceURL = endpoint.AbsoluteUri;
            config.ForcePathStyle = true;
            config.AuthenticationRegion = region;
        }
        _client = new S3Client(credentials, config);
        _bucket = options.Bucket;
        _isSecure = endpoint is null || endpoint.Scheme == "https";
    }

    /// <summary>The object under a key; null when there is none.</summary>
    public async Task<StoredObject?> FindAsync(string key, CancellationToken cancellation)
    {
        try
        {
            var found = await _client.GetObjectMetadataAsync(new GetObjectMetadataRequest { BucketName = _bucket, Key = key, ChecksumMode = ChecksumMode.ENABLED }, cancellation).ConfigureAwait(false);
            var isComposite = found.ChecksumType == ChecksumType.COMPOSITE || found.ChecksumSHA256?.Contains('-', StringComparison.Ordinal) == true || found.ETag?.Contains('-', StringComparison.Ordinal) == true;
            return new StoredObject(found.ContentLength, Version(found.VersionId), found.ChecksumSHA256, isComposite, found.Metadata[HashMetadata]);
        }
        catch (AmazonS3Exception e) when (e.StatusCode == HttpStatusCode.NotFound)
        {
            return null;
        }
    }

    /// <summary>Asks for a byte, and throws what S3 says of it. Answers to <see cref="FindAsync"/> have no body, and so no reason: a missing bucket looks like a missing object there.</summary>
    public async Task ExplainAsync(string key, CancellationToken cancellation)
    {
        try
        {
            using var answer = await _client.GetObjectAsync(new GetObjectRequest { BucketName = _bucket, Key = key, ByteRange = new ByteRange(0, 0) }, cancellation).ConfigureAwait(false);
        }
        catch (AmazonS3Exception e) when (e.ErrorCode is "NoSuchKey" or "InvalidRange")
        {
        }
    }

    /// <summary>The SHA-256 of an object, in hex, by reading it.</summary>
    public async Task<string> HashAsync(string key, string? versionId, CancellationToken cancellation)
    {
        using var answer = await _client.GetObjectAsync(new GetObjectRequest { BucketName = _bucket, Key = key, VersionId = versionId }, cancellation).ConfigureAwait(false);
        return Convert.ToHexStringLower(await SHA256.HashDataAsync(answer.ResponseStream, cancellation).ConfigureAwait(false));
    }

    /// <summary>Puts an object in one request. Its checksum goes with it, and S3 refuses other bytes.</summary>
    /// <returns>The version, and the checksum that S3 took, where it says so.</returns>
    public async Task<(string? VersionId, string? Checksum)> PutAsync(DeployObject item, ReadOnlyMemory<byte> content, CancellationToken cancellation)
    {
        var request = new PutObjectRequest
        {
            BucketName = _bucket,
            Key = item.Key,
            InputStream = Stream(content),
            ContentType = "application/zip",
            ChecksumAlgorithm = ChecksumAlgorithm.SHA256,
            ChecksumSHA256 = item.Artifact.Sha256Base64,
            IfNoneMatch = item.IsLegacy ? null : "*",
            TagSet = Tags(item),
            UseChunkEncoding = false,
            // Over TLS the signature holds the checksum, and that holds the content. Without it the AWS SDK signs the content too, and hashes it for that.
            DisablePayloadSigning = _isSecure,
        };
        request.Metadata[HashMetadata] = item.Artifact.Sha256;
        var answer = await _client.PutObjectAsync(request, cancellation).ConfigureAwait(false);
        return (Version(answer.VersionId), answer.ChecksumSHA256);
    }

    /// <summary>Begins an upload in parts. S3 has no SHA-256 of the whole of such an object, only one of its parts' checksums.</summary>
    public async Task<string> BeginAsync(DeployObject item, CancellationToken cancellation)
    {
        var request = new InitiateMultipartUploadRequest
        {
            BucketName = _bucket,
            Key = item.Key,
            ContentType = "application/zip",
            ChecksumAlgorithm = ChecksumAlgorithm.SHA256,
            ChecksumType = ChecksumType.COMPOSITE,
            TagSet = Tags(item),
        };
        request.Metadata[HashMetadata] = item.Artifact.Sha256;
        return (await _client.InitiateMultipartUploadAsync(request, cancellation).ConfigureAwait(false)).UploadId;
    }

    /// <summary>Puts a part.</summary>
    public async Task<PartETag> PutPartAsync(DeployObject item, string uploadId, int number, ReadOnlyMemory<byte> content, byte[] sha256, CancellationToken cancellation)
    {
        var checksum = Convert.ToBase64String(sha256);
        var answer = await _client.UploadPartAsync(new UploadPartRequest
        {
            BucketName = _bucket,
            Key = item.Key,
            UploadId = uploadId,
            PartNumber = number,
            InputStream = Stream(content),
            PartSize = content.Length,
            ChecksumAlgorithm = ChecksumAlgorithm.SHA256,
            ChecksumSHA256 = checksum,
            UseChunkEncoding = false,
            DisablePayloadSigning = _isSecure,
        }, cancellation).ConfigureAwait(false);
        return new PartETag(number, answer.ETag) { ChecksumSHA256 = checksum };
    }

    /// <summary>Makes an object of the parts.</summary>
    /// <inheritdoc cref="PutAsync" path="/returns"/>
    public async Task<(string? VersionId, string? Checksum)> CompleteAsync(DeployObject item, string uploadId, IEnumerable<PartETag> parts, CancellationToken cancellation)
    {
        var answer = await _client.CompleteMultipartUploadAsync(new CompleteMultipartUploadRequest
        {
            BucketName = _bucket,
            Key = item.Key,
            UploadId = uploadId,
            PartETags = [.. parts],
            IfNoneMatch = item.IsLegacy ? null : "*",
        }, cancellation).ConfigureAwait(false);
        return (Version(answer.VersionId), answer.ChecksumSHA256);
    }

    /// <summary>Gives up an upload in parts, so that nobody pays for them.</summary>
    public Task AbortAsync(string key, string uploadId, CancellationToken cancellation) =>
        _client.AbortMultipartUploadAsync(new AbortMultipartUploadRequest { BucketName = _bucket, Key = key, UploadId = uploadId }, cancellation);

    /// <summary>Removes what was just put there.</summary>
    public Task DeleteAsync(string key, string? versionId, CancellationToken cancellation) =>
        _client.DeleteObjectAsync(new DeleteObjectRequest { BucketName = _bucket, Key = key, VersionId = versionId }, cancellation);

    /// <inheritdoc/>
    public void Dispose() => _client.Dispose();

    private static string? Version(string? id) => string.IsNullOrEmpty(id) || id == NoVersion ? null : id;

    private static MemoryStream Stream(ReadOnlyMemory<byte> content) =>
        System.Runtime.InteropServices.MemoryMarshal.TryGetArray(content, out var array) ? new MemoryStream(array.Array!, array.Offset, array.Count, writable: false) : new MemoryStream(content.ToArray());

    private static List<Tag> Tags(DeployObject item)
    {
        var module = item.Module;
        var tags = new List<Tag> { new() { Key = "module", Value = TagValue(module.Name) }, new() { Key = "version", Value = TagValue(module.Version) } };
        if (module.CommitLabel is { } commit) tags.Add(new Tag { Key = "commit", Value = commit });
        return tags;
    }

    /// <summary>S3 takes 256 letters, digits, spaces and <c>+ - = . _ : / @</c>.</summary>
    private static string TagValue(string text)
    {
        var value = string.Concat(text.Select(c => char.IsLetterOrDigit(c) || "+-=._:/@ ".Contains(c, StringComparison.Ordinal) ? c : '_'));
        return value.Length <= 256 ? value : value[..256];
    }
}
