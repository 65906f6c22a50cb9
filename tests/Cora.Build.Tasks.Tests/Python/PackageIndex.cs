using System.Collections.Concurrent;
using System.Net;
using System.Net.Sockets;
using System.Security.Cryptography;
using System.Text;

namespace Cora.Build.Tests.Python;

/// <summary>A package index on the loopback, as PEP 503 has it: <c>/simple/{name}/</c> lists files, <c>/files/{file}</c> are they.</summary>
internal sealed class PackageIndex : IDisposable
{
    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);
    private readonly CancellationTokenSource _stop = new();
    private readonly ConcurrentDictionary<string, (byte[] Content, string Sha256)> _files = new();

    public PackageIndex()
    {
        _listener.Start();
        _ = AcceptAsync();
    }

    /// <summary>Paths that were asked for, in order. Those that were denied are among them.</summary>
    public ConcurrentQueue<string> Requests { get; } = new();

    /// <summary><c>user:password</c> that every request must have.</summary>
    public string? Login { get; set; }

    /// <summary>Answers instead of the index, with status, body and the length that is promised; null leaves it to the index.</summary>
    public Func<string, Task<(int Status, byte[] Body, int Length)?>> Trouble { get; set; } = _ => Task.FromResult<(int, byte[], int)?>(null);

    /// <summary>Completes when a client has gone away without its answer.</summary>
    public Task ClientLeft => _clientLeft.Task;

    private readonly TaskCompletionSource _clientLeft = new();

    public int Port => ((IPEndPoint)_listener.LocalEndpoint).Port;

    public string Url => $"http://127.0.0.1:{Port}/simple/";

    public string UrlWith(string userInfo) => $"http://{userInfo}@127.0.0.1:{Port}/simple/";

    public string FileUrl(string fileName) => $"http://127.0.0.1:{Port}/files/{fileName}";

    public string Sha256(string fileName) => _files[fileName].Sha256;

    public byte[] Content(string fileName) => _files[fileName].Content;

    public int Asked(string path) => Requests.Count(request => request == path);

    public PackageIndex With(params IEnumerable<TestWheel> wheels)
    {
        foreach (var wheel in wheels) With(wheel.FileName, wheel.ToBytes());
        return this;
    }

    /// <param name="fileName">The file.</param>
    /// <param name="content">Its bytes.</param>
    /// <param name="sha256">What the index says that its hash is.</param>
    public PackageIndex With(string fileName, byte[] content, string? sha256 = null)
    {
        _files[fileName] = (content, sha256 ?? Convert.ToHexStringLower(SHA256.HashData(content)));
        return this;
    }

    public void Remove(string fileName) => _files.TryRemove(fileName, out _);

    public void Dispose()
    {
        _stop.Cancel();
        _listener.Dispose();
        _stop.Dispose();
    }

    private (int Status, byte[] Body) Answer(string path)
    {
        var segments = path.Trim('/').Split('/');
        if (segments is ["files", var file] && _files.TryGetValue(file, out var found)) return (200, found.Content);
        if (segments is not ["simple", var name]) return (404, []);
        var links = _files.Where(pair => pair.Key.Split('-')[0].Replace('_', '-').Equals(name, StringComparison.OrdinalIgnoreCase)).OrderBy(pair => pair.Key, StringComparer.Ordinal)
            .Select(pair => $"<a href=\"/files/{pair.Key}#sha256={pair.Value.Sha256}\">{pair.Key}</a><br>").ToList();
        return links.Count == 0 ? (404, []) : (200, Encoding.UTF8.GetBytes($"<!DOCTYPE html><html><body>{string.Concat(links)}</body></html>"));
    }

    private async Task AcceptAsync()
    {
        var stop = _stop.Token;
        try
        {
            while (true) _ = ServeAsync(await _listener.AcceptSocketAsync(stop), stop);
        }
        catch (Exception e) when (e is OperationCanceledException or ObjectDisposedException or SocketException)
        {
            // The test is over.
        }
    }

    private async Task ServeAsync(Socket client, CancellationToken stop)
    {
        using var _ = client;
        try
        {
            var head = "";
            var buffer = new byte[8192];
            while (!head.Contains("\r\n\r\n", StringComparison.Ordinal))
            {
                var read = await client.ReceiveAsync(buffer, stop);
                if (read == 0) return;
                head += Encoding.ASCII.GetString(buffer, 0, read);
            }
            var path = head.Split(' ')[1];
            Requests.Enqueue(path);
            var gone = client.ReceiveAsync(new byte[1], stop).AsTask();
            var authorization = $"Authorization: Basic {Convert.ToBase64String(Encoding.UTF8.GetBytes(Login ?? ""))}\r\n";
            (int Status, byte[] Body, int Length) answer;
            if (Login is not null && !head.Contains(authorization, StringComparison.OrdinalIgnoreCase))
            {
                answer = (401, [], 0);
            }
            else
            {
                var trouble = Trouble(path);
                if (await Task.WhenAny(trouble, gone) == gone)
                {
                    _clientLeft.TrySetResult();
                    return;
                }
                answer = await trouble ?? (Answer(path) is var (status, body) ? (status, body, body.Length) : default);
            }
            var type = path.StartsWith("/simple/", StringComparison.Ordinal) ? "text/html" : "application/octet-stream";
            await client.SendAsync(Encoding.ASCII.GetBytes($"HTTP/1.1 {answer.Status} Status\r\nContent-Type: {type}\r\nContent-Length: {answer.Length}\r\nWWW-Authenticate: Basic realm=\"index\"\r\nConnection: close\r\n\r\n"), stop);
            await client.SendAsync(answer.Body, stop);
            client.Shutdown(SocketShutdown.Send);
        }
        catch (Exception e) when (e is OperationCanceledException or SocketException)
        {
            _clientLeft.TrySetResult();
        }
    }
}
