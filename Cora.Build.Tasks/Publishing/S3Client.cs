using Amazon.Runtime;
using Amazon.Runtime.Internal;
using Amazon.S3;

namespace Cora.Build.Publishing;

/// <summary>
/// The AWS SDK's client, which hashes no body again: a request that has the SHA-256 of its body as its checksum is signed with that one. Without TLS the signature must cover the body, and
/// the AWS SDK would read it for that, also when the hash is known.
/// </summary>
/// <remarks>What is signed is what is sent: S3 hashes what arrives, and refuses what is not what the signature and the checksum say.</remarks>
/// <param name="credentials">Who asks.</param>
/// <param name="config">Of the AWS SDK.</param>
internal sealed class S3Client(AWSCredentials credentials, AmazonS3Config config) : AmazonS3Client(credentials, config)
{
    /// <inheritdoc/>
    protected override void CustomizeRuntimePipeline(RuntimePipeline pipeline)
    {
        base.CustomizeRuntimePipeline(pipeline);
        pipeline.AddHandlerBefore<Signer>(new KnownHash());
    }

    private sealed class KnownHash : PipelineHandler
    {
        private const string Checksum = "x-amz-checksum-sha256";

        public override Task<T> InvokeAsync<T>(IExecutionContext executionContext)
        {
            var request = executionContext.RequestContext.Request;
            // Only of a request with a body: what completes an upload in parts may name the checksum of the object, which is not that of its own XML.
            if (request.ContentStream is not null && request.Headers.TryGetValue(Checksum, out var checksum))
                request.PrecomputedContentSha256 = Convert.ToHexStringLower(Convert.FromBase64String(checksum));
            return base.InvokeAsync<T>(executionContext);
        }
    }
}
