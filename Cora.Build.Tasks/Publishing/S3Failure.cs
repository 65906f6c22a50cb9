using System.Net;
using Amazon.Runtime;
using Amazon.S3;
using Cora.Build.Diagnostics;

namespace Cora.Build.Publishing;

/// <summary>What an answer of S3, or none, means, and what to do about it.</summary>
/// <param name="projectFile">Where findings are.</param>
/// <param name="bucket">The bucket.</param>
/// <param name="region">The region that was asked.</param>
/// <param name="secrets">What no message may hold.</param>
internal sealed class S3Failure(string projectFile, string bucket, string region, IReadOnlyList<string> secrets)
{
    /// <summary>Whether a failure is one of S3 or of the way to it.</summary>
    public static bool IsOne(Exception e) => e is AmazonClientException or AmazonServiceException or HttpRequestException or IOException or TimeoutException or OperationCanceledException;

    /// <summary>Whether an object is there already that must not be: the answer to <c>If-None-Match</c>.</summary>
    public static bool IsThere(Exception e) => e is AmazonS3Exception { StatusCode: HttpStatusCode.PreconditionFailed };

    /// <summary>Whether another upload of the same key was in the way, or this one was ended by somebody, or had ended well without our hearing of it.</summary>
    public static bool IsConflict(Exception e) => e is AmazonS3Exception { StatusCode: HttpStatusCode.Conflict } or AmazonS3Exception { ErrorCode: "NoSuchUpload" };

    /// <summary>Whether the bytes that arrived were not those that were sent, which S3 says and the AWS SDK does not try again.</summary>
    public static bool IsDamage(Exception e) => e is AmazonS3Exception { ErrorCode: "BadDigest" or "XAmzContentSHA256Mismatch" or "XAmzContentChecksumMismatch" or "IncompleteBody" };

    /// <summary>The failure as a finding.</summary>
    /// <param name="failure">What was thrown.</param>
    /// <param name="doing">Such as <c>sending 'key'</c>.</param>
    public CoraException Of(Exception failure, string doing)
    {
        var location = new Location(projectFile);
        if (failure is not AmazonServiceException { StatusCode: not 0 } answer)
        {
            return failure is AmazonClientException && IsAboutCredentials(failure)
                ? Error(DeployDiagnostics.s_noCredentials, $"AWS's credentials cannot be had: {Clean(failure.Message)} Sign in again ('aws sso login'), or check AWS_PROFILE.")
                : Error(DeployDiagnostics.s_failed, $"{doing} failed, after it was tried again: {Clean(Innermost(failure))} Check the network, the proxy and CoraEndpoint, and deploy again: what arrived is not sent again.");
        }
        var code = answer.ErrorCode ?? "";
        var reason = $"S3 answers {(int)answer.StatusCode} {(code.Length == 0 ? answer.StatusCode : code)}{(string.IsNullOrWhiteSpace(answer.Message) ? "" : $", '{Clean(answer.Message).TrimEnd('.')}'")}";
        return code switch
        {
            "NoSuchBucket" => Error(DeployDiagnostics.s_noBucket, $"The bucket '{bucket}' does not exist. Check CoraBucket and CoraEndpoint, or make the bucket."),
            "PermanentRedirect" or "IllegalLocationConstraintException" or "AuthorizationHeaderMalformed" =>
                Error(DeployDiagnostics.s_noBucket, $"The bucket '{bucket}' is not in the region '{region}': {reason}. Give its region with CoraRegion."),
            "InvalidBucketName" => Error(DeployDiagnostics.s_noBucket, $"'{bucket}' can be no bucket: {reason}. Check CoraBucket."),
            "ExpiredToken" or "TokenRefreshRequired" or "RequestExpired" or "ExpiredTokenException" =>
                Error(DeployDiagnostics.s_noCredentials, $"The credentials have expired while {doing}: {reason}. Sign in again ('aws sso login'), and deploy again: what arrived is not sent again."),
            "InvalidAccessKeyId" or "InvalidClientTokenId" or "UnrecognizedClientException" or "InvalidToken" or "SignatureDoesNotMatch" or "RequestTimeTooSkewed" or "InvalidSecurity" =>
                Error(DeployDiagnostics.s_noCredentials, $"AWS does not accept the credentials: {reason}. Check AWS_PROFILE and the AWS_ variables, and this machine's clock."),
            "AccessDenied" or "AllAccessDisabled" or "AccountProblem" or "Forbidden" or "NotSignedUp" =>
                Error(DeployDiagnostics.s_notAllowed, $"{doing} is not allowed: {reason}. Give who deploys s3:PutObject, s3:PutObjectTagging, s3:GetObject, s3:AbortMultipartUpload and s3:ListBucket for '{bucket}'."),
            _ when answer.StatusCode == HttpStatusCode.Forbidden =>
                Error(DeployDiagnostics.s_notAllowed, $"{doing} is not allowed: {reason}. Give who deploys s3:PutObject, s3:PutObjectTagging, s3:GetObject, s3:AbortMultipartUpload and s3:ListBucket for '{bucket}'."),
            _ when answer.StatusCode is HttpStatusCode.MovedPermanently or HttpStatusCode.TemporaryRedirect =>
                Error(DeployDiagnostics.s_noBucket, $"The bucket '{bucket}' is not in the region '{region}': {reason}. Give its region with CoraRegion."),
            _ => Error(DeployDiagnostics.s_failed, $"{doing} failed{(IsDamage(answer) || (int)answer.StatusCode >= 500 ? ", after it was tried again" : "")}: {reason}. Deploy again when S3 can take it: what arrived is not sent again."),
        };

        CoraException Error(DiagnosticDescriptor descriptor, string message) => new(descriptor.At(location, Capital(message)), failure);
    }

    private static bool IsAboutCredentials(Exception e) => new[] { "credential", "token", "SSO", "profile", "role" }.Any(word => e.Message.Contains(word, StringComparison.OrdinalIgnoreCase));

    private static string Innermost(Exception e) => e is OperationCanceledException ? "there was no answer in time." : e.GetBaseException() is OperationCanceledException ? "there was no answer in time." : e.GetBaseException().Message.TrimEnd('.') + '.';

    private string Clean(string text)
    {
        foreach (var secret in secrets) text = text.Replace(secret, "***", StringComparison.Ordinal);
        return string.Concat(text.Select(c => char.IsControl(c) ? ' ' : c));
    }

    private static string Capital(string text) => char.ToUpperInvariant(text[0]) + text[1..];
}
