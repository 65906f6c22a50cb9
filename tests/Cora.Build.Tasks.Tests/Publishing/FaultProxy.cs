using System.Collections.Concurrent;
using System.Net;
using System.Net.Sockets;
using System.Security.Cryptography;
using System.Text;

namespace Cora.Build.Tests.Publishing;

/// <summary>A request that came through the proxy.</summary>
internal sealed record ProxiedRequest(string Method, string Path, IReadOnlyDictionary<string, string> Headers, byte[] Body)
{
    public bool IsUpload => Method == "PUT";

    public override string ToString() => $"{Method} {Path}";
}

/// <summary>
/// Stands before the S3 server, and makes what goes wrong on the way to the real one. It also refuses what S3 refuses and moto takes: a body that is not the one of its checksum.
/// (<c>If-None-Match</c> moto has itself.)
/// </summary>
internal sealed class FaultProxy : IDisposable
{
    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);
    private readonly CancellationTokenSource _stop = new();
    private readonly int _server;
    private int _uploads;

    public FaultProxy(int server)
    {
        _server = server;
        _listener.Start();
        _ = AcceptAsync();
    }

    /// <summary>What to do with a request; null to send it on.</summary>
    public delegate Fault? Rule(ProxiedRequest request);

    public Rule Rules { get; set; } = _ => null;

    public string Url => $"http://127.0.0.1:{((IPEndPoint)_listener.LocalEndpoint).Port}";

    /// <summary>All that arrived whole, in order, whatever became of it.</summary>
    public ConcurrentQueue<ProxiedRequest> Requests { get; } = new();

    /// <summary>How many uploads there were at one time, at most.</summary>
    public int MostUploads { get; private set; }

    /// <summary>Waits for what is still on its way, also when who sent it is gone.</summary>
    public async Task IdleAsync()
    {
        while (Volatile.Read(ref _uploads) > 0) await Task.Delay(10);
    }

    public int Count(string method) => Requests.Count(request => request.Method == method);

    public void Dispose()
    {
        _stop.Cancel();
        _listener.Dispose();
        _stop.Dispose();
    }

    /// <summary>The same fault for the first <paramref name="times"/> requests that a rule is about.</summary>
    public static Rule Times(int times, Func<ProxiedRequest, bool> about, Fault fault)
    {
        var left = times;
        return request => about(request) && Interlocked.Decrement(ref left) >= 0 ? fault : null;
    }

    private async Task AcceptAsync()
    {
        try
        {
            while (true)
            {
                var client = await _listener.AcceptSocketAsync(_stop.Token);
                _ = Task.Run(() => ServeAsync(client));
            }
        }
        catch (Exception e) when (e is OperationCanceledException or SocketException or ObjectDisposedException)
        {
        }
    }

    private async Task ServeAsync(Socket client)
    {
        using (client)
        {
            try
            {
                client.NoDelay = true;
                using var stream = new NetworkStream(client);
                while (await ReadHeadAsync(stream) is { } head)
                {
                    var length = head.Headers.TryGetValue("Content-Length", out var text) ? int.Parse(text, System.Globalization.CultureInfo.InvariantCulture) : 0;
                    var probe = new ProxiedRequest(head.Method, head.Path, head.Headers, []);
                    var early = Rules(probe with { Headers = head.Headers.Append(KeyValuePair.Create("x-early", "1")).ToDictionary(StringComparer.OrdinalIgnoreCase) });
                    if (head.Headers.ContainsKey("Expect")) await stream.WriteAsync("HTTP/1.1 100 Continue\r\n\r\n"u8.ToArray(), _stop.Token);
                    var body = new byte[length];
                    if (early is ResetHalfway)
                    {
                        await stream.ReadExactlyAsync(body.AsMemory(0, length / 2), _stop.Token);
                        Reset(client);
                        return;
                    }
                    if (probe.IsUpload)
                    {
                        var now = Interlocked.Increment(ref _uploads);
                        lock (_listener) MostUploads = Math.Max(MostUploads, now);
                    }
                    try
                    {
                        await stream.ReadExactlyAsync(body, _stop.Token);
                        if (!await AnswerAsync(client, stream, probe with { Body = body })) return;
                    }
                    finally
                    {
                        if (probe.IsUpload) Interlocked.Decrement(ref _uploads);
                    }
                }
            }
            catch (Exception e) when (e is IOException or SocketException or OperationCanceledException or ObjectDisposedException)
            {
            }
        }
    }

    private async Task<bool> AnswerAsync(Socket client, NetworkStream stream, ProxiedRequest request)
    {
        Requests.Enqueue(request);
        var fault = Rules(request);
        switch (fault)
        {
            case Respond respond:
                await stream.WriteAsync(respond.Bytes(request.Method), _stop.Token);
                return true;
            case Stall:
                await Task.Delay(Timeout.Infinite, _stop.Token);
                return false;
            case Wait wait:
                await Task.Delay(wait.Time, _stop.Token);
                break;
            case Before before:
                await before.Action();
                break;
        }
        if (fault is Damage) request = request with { Body = [.. request.Body[..^1], (byte)~request.Body[^1]] };
        var answer = Refusal(request)?.Bytes(request.Method) ?? await ForwardAsync(request);
        if (fault is LoseAnswer)
        {
            Reset(client);
            return false;
        }
        if (fault is Rewrite rewrite) answer = rewrite.Change(answer);
        await stream.WriteAsync(answer, _stop.Token);
        return true;
    }

    /// <summary>As S3 does.</summary>
    private static Respond? Refusal(ProxiedRequest request)
    {
        if (!request.IsUpload) return null;
        var sha256 = SHA256.HashData(request.Body);
        if (request.Headers.TryGetValue("x-amz-checksum-sha256", out var checksum) && checksum != Convert.ToBase64String(sha256)) return new Respond(400, "BadDigest", "The SHA256 you specified did not match the calculated checksum.");
        return request.Headers.TryGetValue("x-amz-content-sha256", out var content) && content != "UNSIGNED-PAYLOAD" && content != Convert.ToHexStringLower(sha256)
            ? new Respond(400, "XAmzContentSHA256Mismatch", "The provided 'x-amz-content-sha256' header does not match what was computed.")
            : null;
    }

    private static void Reset(Socket client)
    {
        client.LingerState = new LingerOption(true, 0);
        client.Close();
    }

    /// <summary>The whole answer, with its length.</summary>
    private async Task<byte[]> ForwardAsync(ProxiedRequest request)
    {
        using var server = new TcpClient { NoDelay = true };
        await server.ConnectAsync(IPAddress.Loopback, _server, _stop.Token);
        using var stream = server.GetStream();
        var head = new StringBuilder($"{request.Method} {request.Path} HTTP/1.1\r\n");
        foreach (var (name, value) in request.Headers.Where(header => header.Key is not ("Expect" or "Connection"))) head.Append(System.Globalization.CultureInfo.InvariantCulture, $"{name}: {value}\r\n");
        await stream.WriteAsync(Encoding.Latin1.GetBytes(head.Append("Connection: close\r\n\r\n").ToString()), _stop.Token);
        await stream.WriteAsync(request.Body, _stop.Token);
        var bytes = new MemoryStream();
        await stream.CopyToAsync(bytes, _stop.Token);
        var text = Encoding.Latin1.GetString(bytes.GetBuffer(), 0, (int)bytes.Length);
        var end = text.IndexOf("\r\n\r\n", StringComparison.Ordinal) + 4;
        var lines = text[..end].Split("\r\n", StringSplitOptions.RemoveEmptyEntries).Where(line => !line.StartsWith("Connection:", StringComparison.OrdinalIgnoreCase)).ToList();
        // A HEAD's length is that of the object. All else that has none ends with the connection.
        if (request.Method != "HEAD" && !lines.Any(line => line.StartsWith("Content-Length:", StringComparison.OrdinalIgnoreCase))) lines.Add($"Content-Length: {bytes.Length - end}");
        return [.. Encoding.Latin1.GetBytes(string.Join("\r\n", lines) + "\r\n\r\n"), .. bytes.GetBuffer().AsSpan(end, (int)bytes.Length - end)];
    }

    private async Task<ProxiedRequest?> ReadHeadAsync(NetworkStream stream)
    {
        var head = new List<byte>();
        var one = new byte[1];
        while (head.Count < 4 || !head[^4..].SequenceEqual("\r\n\r\n"u8.ToArray()))
        {
            if (await stream.ReadAsync(one, _stop.Token) == 0) return null;
            head.Add(one[0]);
        }
        var lines = Encoding.Latin1.GetString([.. head]).Split("\r\n", StringSplitOptions.RemoveEmptyEntries);
        var request = lines[0].Split(' ');
        return new ProxiedRequest(request[0], request[1],
            lines.Skip(1).Select(line => line.Split(": ", 2)).ToDictionary(pair => pair[0], pair => pair.Length > 1 ? pair[1] : "", StringComparer.OrdinalIgnoreCase), []);
    }
}

/// <summary>Something that goes wrong.</summary>
internal abstract record Fault;

/// <summary>S3's own refusal; a HEAD's has no body.</summary>
internal sealed record Respond(int Status, string Code, string Message = "No.", string Headers = "") : Fault
{
    public byte[] Bytes(string method)
    {
        var body = method == "HEAD" ? "" : $"<?xml version=\"1.0\" encoding=\"UTF-8\"?><Error><Code>{Code}</Code><Message>{Message}</Message><RequestId>1</RequestId></Error>";
        return Encoding.UTF8.GetBytes($"HTTP/1.1 {Status} Fault\r\nContent-Type: application/xml\r\nContent-Length: {body.Length}\r\n{Headers}\r\n{body}");
    }
}

/// <summary>The connection breaks in the middle of the body.</summary>
internal sealed record ResetHalfway : Fault;

/// <summary>The server does it, and the connection breaks before it can say so.</summary>
internal sealed record LoseAnswer : Fault;

/// <summary>A bit changes on the way.</summary>
internal sealed record Damage : Fault;

/// <summary>No answer, ever.</summary>
internal sealed record Stall : Fault;

/// <summary>It takes its time.</summary>
internal sealed record Wait(TimeSpan Time) : Fault;

/// <summary>Something happens before the server gets it.</summary>
internal sealed record Before(Func<Task> Action) : Fault;

/// <summary>The answer is another one.</summary>
internal sealed record Rewrite(Func<byte[], byte[]> Change) : Fault;
