using System.Buffers;
using System.Net;
using System.Net.Http.Headers;
using System.Security.Cryptography;
using System.Text;
using Cora.Build.Diagnostics;

namespace Cora.Build.Python;

/// <summary>How far a download has come.</summary>
/// <param name="FileName">The wheel.</param>
/// <param name="Bytes">How many are here.</param>
/// <param name="TotalBytes">How many there will be; null when nobody said.</param>
public readonly record struct DownloadProgress(string FileName, long Bytes, long? TotalBytes);

/// <summary>What a download may cost.</summary>
public sealed record DownloadLimits
{
    /// <summary>How often one wheel is tried.</summary>
    public int Attempts { get; init; } = 4;

    /// <summary>How long a server may send nothing.</summary>
    public TimeSpan IdleTimeout { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>How long one wheel may take, all attempts together.</summary>
    public TimeSpan TotalTimeout { get; init; } = TimeSpan.FromMinutes(15);

    /// <summary>How long to wait before the second attempt; each further wait is twice as long, give or take a half.</summary>
    public TimeSpan FirstDelay { get; init; } = TimeSpan.FromSeconds(0.5);

    /// <summary>The longest wait that a server can ask for with <c>Retry-After</c>.</summary>
    public TimeSpan MaximumDelay { get; init; } = TimeSpan.FromMinutes(1);

    /// <summary>The largest wheel, in bytes.</summary>
    public long MaximumBytes { get; init; } = 2L * 1024 * 1024 * 1024;
}

/// <summary>Fetches wheels, and verifies them while they come in.</summary>
/// <param name="environment">Gives the value of an environment variable; <c>NETRC</c> and the home directory are looked up.</param>
/// <param name="indexes">URLs of package indexes with user info: their credentials go to the same scheme, host and port.</param>
/// <param name="progress">Told about each mebibyte.</param>
/// <param name="limits">Null means the defaults.</param>
public sealed class WheelDownloader(
    Func<string, string?> environment, IReadOnlyList<Uri>? indexes = null, IProgress<DownloadProgress>? progress = null,
    DownloadLimits? limits = null)
{
    /// <summary>The content is not what the lock or the resolver promised.</summary>
    public static readonly DiagnosticDescriptor WrongHash = new("CORA3006", Severity.Error, "A wheel does not have the hash that is expected");

    /// <summary>There is no content.</summary>
    public static readonly DiagnosticDescriptor Failed = new("CORA3014", Severity.Error, "A wheel could not be downloaded");

    /// <summary>Whether a download failed for want of a login or a certificate, which another program may have.</summary>
    internal static bool IsDenied(CoraException failure) => failure.InnerException is
        HttpRequestException { StatusCode: HttpStatusCode.Unauthorized or HttpStatusCode.Forbidden or HttpStatusCode.ProxyAuthenticationRequired }
        or HttpRequestException { HttpRequestError: HttpRequestError.SecureConnectionError };

    private const int MaximumRedirects = 10;
    private const int ProgressBytes = 1024 * 1024;

    // Redirects are followed here, because credentials must not follow them. Proxies are those of the environment.
    private static readonly HttpClient s_client = new(new SocketsHttpHandler
    {
        AllowAutoRedirect = false,
        AutomaticDecompression = DecompressionMethods.None,
        ConnectTimeout = TimeSpan.FromSeconds(15),
        PooledConnectionLifetime = TimeSpan.FromMinutes(5),
        UseCookies = false,
    })
    { Timeout = Timeout.InfiniteTimeSpan };

    private static readonly ProductInfoHeaderValue s_userAgent =
        new("cora-build-sdk", typeof(WheelDownloader).Assembly.GetName().Version!.ToString(3));

    private readonly DownloadLimits _limits = limits ?? new DownloadLimits();
    private readonly Lazy<Netrc> _netrc = new(() => Netrc.Load(environment));

    /// <summary>Writes a wheel to a stream. Any number of downloads can run at once: how many is the caller's to bound.</summary>
    /// <param name="source">The wheel. A length or hash that it declares is verified.</param>
    /// <param name="destination">Empty and seekable: an attempt that fails is cut off again. What its <c>Write</c> throws comes through.</param>
    /// <param name="cancellation">Stops at once.</param>
    /// <returns>The SHA-256, 64 lower-case hexadecimal digits, and the length in bytes.</returns>
    /// <exception cref="CoraException">CORA3006: the hash is another one. CORA3014: no answer, no permission, no such file, too many
    /// bytes.</exception>
    public async Task<(string Sha256, long Bytes)> DownloadAsync(WheelSource source, Stream destination, CancellationToken cancellation)
    {
        if (!WheelSource.IsFileName(source.FileName))
            throw Error(source, "that is no file name of a wheel");
        if (source.Sha256 is not null && !WheelSource.IsSha256(source.Sha256))
            throw Error(source, "the SHA-256 that is expected is not 64 lower-case hexadecimal digits");

        var content = source.Url is { Scheme: "http" or "https" } url
            ? await RetryAsync(source, url, destination, cancellation).ConfigureAwait(false)
            : source.Path is { } path && Path.IsPathFullyQualified(path)
            ? await ReadFileAsync(source, path, destination, cancellation).ConfigureAwait(false)
            : throw Error(source, "it is neither an http, https or file URL nor an absolute path");

        if (source.Sha256 is not null && source.Sha256 != content.Sha256)
            throw WrongHash.Error(source.NeededBy,
                $"'{source.FileName}' from {source.DisplayLocation} has the SHA-256 {content.Sha256}, expected is {source.Sha256}. The file was replaced "
                + "or altered: find out by whom. If it is the right one, make the lock again.");
        return content;
    }

    private async Task<(string Sha256, long Bytes)> ReadFileAsync(WheelSource source, string path, Stream destination, CancellationToken cancellation)
    {
        FileStream file;
        try
        {
            // Devices and pipes, which could block or never end, have the length 0.
            if (new FileInfo(path).Length == 0)
                throw Error(source, "it is empty");
            file = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.Read | FileShare.Delete, bufferSize: 0, useAsync: true);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw Error(source, e.Message, e);
        }
        await using (file.ConfigureAwait(false))
            try
            {
                return await CopyAsync(source, file, file.Length, destination, static () => { }, cancellation, cancellation).ConfigureAwait(false);
            }
            catch (AttemptException e)
            {
                throw Error(source, e.Message, e.InnerException);
            }
    }

    private async Task<(string Sha256, long Bytes)> RetryAsync(WheelSource source, Uri url, Stream destination, CancellationToken cancellation)
    {
        using var total = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        total.CancelAfter(_limits.TotalTimeout);
        for (var (attempt, delay) = (1, _limits.FirstDelay); ; attempt++, delay *= 2)
            try
            {
                try
                {
                    return await AttemptAsync(source, url, destination, total.Token).ConfigureAwait(false);
                }
                catch (AttemptException e) when (e.IsTransient && attempt < _limits.Attempts)
                {
                    destination.SetLength(0);
                    var wait = e.RetryAfter ?? delay * (0.5 + Random.Shared.NextDouble());
                    await Task.Delay(wait < _limits.MaximumDelay ? wait : _limits.MaximumDelay, total.Token).ConfigureAwait(false);
                }
            }
            catch (AttemptException e)
            {
                throw Error(source, e.Message + (attempt > 1 ? $" ({attempt} attempts)" : ""), e.InnerException, e.Remedy);
            }
            catch (OperationCanceledException) when (total.IsCancellationRequested && !cancellation.IsCancellationRequested)
            {
                throw Error(source, $"it was not complete after {_limits.TotalTimeout.TotalSeconds:0.#} s");
            }
    }

    private async Task<(string Sha256, long Bytes)> AttemptAsync(WheelSource source, Uri url, Stream destination, CancellationToken total)
    {
        using var idle = CancellationTokenSource.CreateLinkedTokenSource(total);
        idle.CancelAfter(_limits.IdleTimeout);
        try
        {
            using var response = await SendAsync(url, idle.Token).ConfigureAwait(false);
            if (response.StatusCode != HttpStatusCode.OK)
                throw AttemptException.For(response);
            var body = await response.Content.ReadAsStreamAsync(idle.Token).ConfigureAwait(false);
            await using (body.ConfigureAwait(false))
                return await CopyAsync(source, body, response.Content.Headers.ContentLength, destination,
                    () => idle.CancelAfter(_limits.IdleTimeout), idle.Token, total).ConfigureAwait(false);
        }
        catch (HttpRequestException e)
        {
            throw new AttemptException(e.GetBaseException().Message, isTransient: e.HttpRequestError != HttpRequestError.SecureConnectionError, e);
        }
        catch (OperationCanceledException e) when (!total.IsCancellationRequested)
        {
            throw new AttemptException($"the server sent nothing for {_limits.IdleTimeout.TotalSeconds:0.#} s", isTransient: true, e);
        }
    }

    private async Task<HttpResponseMessage> SendAsync(Uri first, CancellationToken cancellation)
    {
        var url = first;
        for (var redirects = 0; ; redirects++)
        {
            using var request = new HttpRequestMessage(HttpMethod.Get, new UriBuilder(url) { UserName = "", Password = "", Fragment = "" }.Uri);
            request.Headers.UserAgent.Add(s_userAgent);
            request.Headers.AcceptEncoding.Add(new StringWithQualityHeaderValue("identity"));
            if (CredentialsFor(url, first) is { } credentials)
                request.Headers.Authorization = new AuthenticationHeaderValue("Basic",
                    Convert.ToBase64String(Encoding.UTF8.GetBytes($"{credentials.UserName}:{credentials.Password}")));

            var response = await s_client.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, cancellation).ConfigureAwait(false);
            if ((int)response.StatusCode is not (301 or 302 or 303 or 307 or 308) || response.Headers.Location is not { } location)
                return response;
            response.Dispose();
            if (redirects == MaximumRedirects)
                throw new AttemptException($"it is redirected more than {MaximumRedirects} times", isTransient: false);
            if (!Uri.TryCreate(url, location, out var next) || next.Scheme is not ("https" or "http"))
                throw new AttemptException("it is redirected to something that is no http or https URL", isTransient: false);
            if (url.Scheme == "https" && next.Scheme == "http")
                throw new AttemptException("it is redirected from https to http, which protects nothing", isTransient: false);
            url = next;
        }
    }

    /// <summary>The user info of the first URL, of an index, or of netrc; each for its own origin alone.</summary>
    private NetworkCredential? CredentialsFor(Uri url, Uri first)
    {
        var isFirst = IsSameOrigin(url, first);
        return (isFirst ? UserInfo(first) : null)
            ?? (indexes ?? []).Where(index => IsSameOrigin(url, index)).Select(UserInfo).FirstOrDefault(info => info is not null)
            ?? _netrc.Value.Find(url.IdnHost, orDefault: isFirst);

        static bool IsSameOrigin(Uri one, Uri other) =>
            Uri.Compare(one, other, UriComponents.SchemeAndServer, UriFormat.UriEscaped, StringComparison.OrdinalIgnoreCase) == 0;

        static NetworkCredential? UserInfo(Uri url) => url.UserInfo.Length == 0 ? null
            : url.UserInfo.Split(':', 2) is [var user, var password] ? new NetworkCredential(Uri.UnescapeDataString(user), Uri.UnescapeDataString(password))
            : new NetworkCredential(Uri.UnescapeDataString(url.UserInfo), "");
    }

    private async Task<(string Sha256, long Bytes)> CopyAsync(
        WheelSource source, Stream content, long? contentBytes, Stream destination, Action received,
        CancellationToken reading, CancellationToken writing)
    {
        var limit = Math.Min(source.Bytes ?? _limits.MaximumBytes, _limits.MaximumBytes);
        if (contentBytes > limit)
            throw TooManyBytes();
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        var buffer = ArrayPool<byte>.Shared.Rent(128 * 1024);
        try
        {
            var (bytes, reported) = (0L, 0L);
            while (true)
            {
                int read;
                try
                {
                    read = await content.ReadAsync(buffer, reading).ConfigureAwait(false);
                }
                catch (IOException e)
                {
                    throw new AttemptException($"it broke off after {bytes} bytes: {e.Message}", isTransient: true, e);
                }
                received();
                if (read == 0)
                    break;
                bytes += read;
                if (bytes > limit)
                    throw TooManyBytes();
                hash.AppendData(buffer, 0, read);
                await destination.WriteAsync(buffer.AsMemory(0, read), writing).ConfigureAwait(false);
                if (bytes - reported >= ProgressBytes)
                    progress?.Report(new DownloadProgress(source.FileName, reported = bytes, source.Bytes ?? contentBytes));
            }
            if (bytes < source.Bytes)
                throw new AttemptException($"it ended after {bytes} bytes, {source.Bytes} are declared", isTransient: true);
            progress?.Report(new DownloadProgress(source.FileName, bytes, bytes));
            return (Convert.ToHexStringLower(hash.GetHashAndReset()), bytes);
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer);
        }

        AttemptException TooManyBytes() => new(source.Bytes is { } declared && declared == limit
            ? $"it has more than the {declared} bytes that are declared" : $"it has more than {limit} bytes", isTransient: false);
    }

    private static CoraException Error(WheelSource source, string reason, Exception? inner = null, string? remedy = null) =>
        new(Failed.At(source.NeededBy, $"'{WheelSource.Printable(source.FileName)}' could not be fetched from {source.DisplayLocation}: {reason.TrimEnd('.')}. "
            + (remedy ?? "Check the location, the network and the proxy (HTTPS_PROXY), and build again.")), inner);

    /// <summary>Why one attempt failed, and whether another one can help.</summary>
    private sealed class AttemptException(string reason, bool isTransient, Exception? inner = null) : Exception(reason, inner)
    {
        public bool IsTransient { get; } = isTransient;

        public TimeSpan? RetryAfter { get; private init; }

        public string? Remedy { get; private init; }

        public static AttemptException For(HttpResponseMessage response)
        {
            var status = (int)response.StatusCode;
            var retryAfter = response.Headers.RetryAfter;
            var wait = retryAfter?.Delta ?? retryAfter?.Date - DateTimeOffset.UtcNow;
            return new AttemptException(
                $"the server answers {status}{(Enum.IsDefined(response.StatusCode) ? $" ({response.StatusCode})" : "")}",
                status is (>= 500 and <= 599) or 408 or 429,
                new HttpRequestException(null, null, response.StatusCode))
            {
                RetryAfter = wait > TimeSpan.Zero ? wait : null,
                Remedy = status switch
                {
                    401 or 403 => "Give the index's URL with its credentials, or put them in the netrc file (NETRC, ~/.netrc).",
                    404 or 410 => "The index does not have this file any more: make the lock again.",
                    407 => "Give the proxy's credentials in HTTPS_PROXY.",
                    _ => null,
                },
            };
        }
    }
}
