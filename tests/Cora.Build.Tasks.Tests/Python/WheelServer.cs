using System.Collections.Concurrent;
using System.Net;
using System.Net.Sockets;
using System.Text;

namespace Cora.Build.Tests.Python;

/// <summary>An HTTP server on the loopback that can also stop, break off and lie. The nth request gets the nth answer, all later ones the last.</summary>
internal sealed class WheelServer : IDisposable
{
    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);
    private readonly CancellationTokenSource _stop = new();
    private readonly Answer[] _answers;

    public WheelServer(params Answer[] answers)
    {
        _answers = answers;
        _listener.Start();
        _ = AcceptAsync();
    }

    public delegate Task Answer(Socket client, CancellationToken stop);

    /// <summary>Request line and headers of what was asked, in order.</summary>
    public ConcurrentQueue<string> Requests { get; } = new();

    public int Port => ((IPEndPoint)_listener.LocalEndpoint).Port;

    public string Url(string path, string userInfo = "", string host = "127.0.0.1") => $"http://{userInfo}{host}:{Port}/{path}";

    public static Answer Ok(byte[] body, string headers = "") => Reply($"200 OK\r\nContent-Length: {body.Length}\r\n{headers}", body);

    public static Answer Status(int status, string headers = "") => Reply($"{status} secret\r\nContent-Length: 0\r\n{headers}", []);

    public static Answer Redirect(string url) => Status(302, $"Location: {url}\r\n");

    /// <summary>Promises all, sends a part, and closes.</summary>
    public static Answer Truncated(byte[] body, int sent) => Reply($"200 OK\r\nContent-Length: {body.Length}\r\n", body[..sent]);

    /// <summary>Without a length, until the connection closes.</summary>
    public static Answer Unsized(byte[] body) => Reply("200 OK\r\n", body);

    /// <summary>Sends a part, and then nothing.</summary>
    public static Answer Stalled(byte[] body, int sent) => async (client, stop) =>
    {
        await Reply($"200 OK\r\nContent-Length: {body.Length}\r\n", body[..sent])(client, stop);
        await client.ReceiveAsync(new byte[1], stop);
    };

    /// <summary>A byte now and then, for ever.</summary>
    public static Answer Trickling(TimeSpan pause) => async (client, stop) =>
    {
        await Reply("200 OK\r\n", [])(client, stop);
        while (true)
        {
            await client.SendAsync(new byte[1], stop);
            await Task.Delay(pause, stop);
        }
    };

    public static Answer Reset() => (client, _) =>
    {
        client.LingerState = new LingerOption(true, 0);
        return Task.CompletedTask;
    };

    public void Dispose()
    {
        _stop.Cancel();
        _listener.Dispose();
        _stop.Dispose();
    }

    private static Answer Reply(string head, byte[] body) => async (client, stop) =>
    {
        await client.SendAsync(Encoding.ASCII.GetBytes($"HTTP/1.1 {head}Connection: close\r\n\r\n"), stop);
        await client.SendAsync(body, stop);
    };

    private async Task AcceptAsync()
    {
        var stop = _stop.Token;
        try
        {
            while (true)
                _ = ServeAsync(await _listener.AcceptSocketAsync(stop), stop);
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
            var head = new StringBuilder();
            var buffer = new byte[4096];
            while (!head.ToString().Contains("\r\n\r\n", StringComparison.Ordinal))
            {
                var read = await client.ReceiveAsync(buffer, stop);
                if (read == 0)
                    return;
                head.Append(Encoding.ASCII.GetString(buffer, 0, read));
            }
            int number;
            lock (Requests)
            {
                number = Requests.Count;
                Requests.Enqueue(head.ToString());
            }
            await _answers[Math.Min(number, _answers.Length - 1)](client, stop);
            if (client.LingerState is not { Enabled: true, LingerTime: 0 })
                client.Shutdown(SocketShutdown.Send);
        }
        catch (Exception e) when (e is OperationCanceledException or SocketException)
        {
            // The client went away, or the test is over.
        }
    }
}
