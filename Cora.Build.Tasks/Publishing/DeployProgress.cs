using System.Diagnostics;
using Cora.Build.Modules;

namespace Cora.Build.Publishing;

/// <summary>Says now and then how far a long deployment is.</summary>
/// <param name="say">Gets a line.</param>
/// <param name="interval">How often.</param>
internal sealed class DeployProgress(Action<string> say, TimeSpan interval) : IDisposable
{
    private readonly Lock _lock = new();
    private Timer? _timer;
    private long _started, _sent, _said, _total;

    /// <summary>Begins to say it.</summary>
    /// <param name="bytes">What is to be sent.</param>
    public void Start(long bytes)
    {
        (_started, _total) = (Stopwatch.GetTimestamp(), bytes);
        _timer = new Timer(_ => Tick(), null, interval, interval);
    }

    /// <summary>Some more has arrived.</summary>
    public void Sent(long bytes) => Interlocked.Add(ref _sent, bytes);

    /// <summary>Says a line at once.</summary>
    public void Say(string line)
    {
        lock (_lock) say(line);
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        // Nothing is said of a deployment that has ended: a task may not log then.
        if (_timer is null) return;
        using var ended = new ManualResetEvent(false);
        if (_timer.Dispose(ended)) ended.WaitOne();
    }

    private void Tick()
    {
        var sent = Interlocked.Read(ref _sent);
        if (sent == Interlocked.Exchange(ref _said, sent)) return;
        Say($"{BuildSummary.Size(sent)} of {BuildSummary.Size(_total)} sent after {Stopwatch.GetElapsedTime(_started).TotalSeconds:0} s");
    }
}
