using System.Diagnostics;
using System.Globalization;

namespace Cora.Build.Benchmarks;

/// <summary>A program that is run and measured as a whole.</summary>
/// <param name="Name">What the report calls it.</param>
/// <param name="Prepare">What happens before each run, unmeasured.</param>
/// <param name="Start">Starts it.</param>
internal sealed record Scenario(string Name, Action Prepare, Func<Process> Start)
{
    /// <summary>The name of a part of it, and the seconds of that part as its output says them.</summary>
    public (string Name, Func<string, double> Seconds)? Part { get; init; }
}

/// <summary>What the runs of a scenario took.</summary>
internal sealed class Times(IEnumerable<double> seconds)
{
    private readonly double[] _seconds = [.. seconds.Order()];

    public double Median => _seconds.Length % 2 == 1 ? _seconds[_seconds.Length / 2] : (_seconds[_seconds.Length / 2 - 1] + _seconds[_seconds.Length / 2]) / 2;

    /// <summary>Median, least and most.</summary>
    public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"{Median:0.00} ({_seconds[0]:0.00}–{_seconds[^1]:0.00})");
}

internal static class Measure
{
    /// <summary>Runs the scenarios in turn, so that a machine that becomes busy is so for all of them; the first round only warms up.</summary>
    public static Dictionary<string, Times> Time(IReadOnlyList<Scenario> scenarios, int runs)
    {
        var seconds = scenarios.Select(scenario => scenario.Name).Concat(scenarios.Select(scenario => scenario.Part?.Name).OfType<string>()).ToDictionary(name => name, _ => new List<double>());
        for (var run = 0; run <= runs; run++)
        {
            foreach (var scenario in scenarios)
            {
                var (elapsed, output) = Run(scenario, _ => { });
                Console.Error.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{(run == 0 ? "warm-up" : $"run {run}")}: {scenario.Name} {elapsed:0.00} s"));
                if (run == 0) continue;
                seconds[scenario.Name].Add(elapsed);
                if (scenario.Part is { } part) seconds[part.Name].Add(part.Seconds(output));
            }
        }
        return seconds.ToDictionary(pair => pair.Key, pair => new Times(pair.Value));
    }

    /// <summary>The most memory in bytes that a scenario's processes have at one time (the sum of their resident sets, in which pages that they share count for each); null where that cannot be read.</summary>
    public static long? PeakBytes(Scenario scenario)
    {
        if (!OperatingSystem.IsLinux()) return null;
        long peak = 0;
        Run(scenario, process =>
        {
            while (!process.WaitForExit(10)) peak = Math.Max(peak, ResidentBytes(process.Id));
        });
        return peak;
    }

    private static (double Seconds, string Output) Run(Scenario scenario, Action<Process> watch)
    {
        scenario.Prepare();
        var started = Stopwatch.GetTimestamp();
        using var process = scenario.Start();
        process.StandardInput.Close();
        var error = process.StandardError.ReadToEndAsync();
        var output = process.StandardOutput.ReadToEndAsync();
        watch(process);
        process.WaitForExit();
        var elapsed = Stopwatch.GetElapsedTime(started).TotalSeconds;
        return process.ExitCode == 0 ? (elapsed, output.Result) : throw new InvalidOperationException($"{scenario.Name} ended with {process.ExitCode}:\n{output.Result}{error.Result}");
    }

    /// <summary>Of a process and all that it started.</summary>
    private static long ResidentBytes(int root)
    {
        var processes = Directory.EnumerateDirectories("/proc")
            .Select(directory => int.TryParse(Path.GetFileName(directory), NumberStyles.None, CultureInfo.InvariantCulture, out var id) ? Stat(id) : null)
            .OfType<(int Id, int Parent, long Bytes)>().ToList();
        var byParent = processes.ToLookup(process => process.Parent);
        long bytes = 0;
        var open = new Stack<(int Id, int Parent, long Bytes)>(processes.Where(process => process.Id == root));
        while (open.TryPop(out var process))
        {
            bytes += process.Bytes;
            foreach (var child in byParent[process.Id]) open.Push(child);
        }
        return bytes;
    }

    /// <summary>Fields 4 (parent) and 24 (resident pages) of proc(5)'s stat; null for a process that is gone.</summary>
    private static (int Id, int Parent, long Bytes)? Stat(int id)
    {
        try
        {
            var stat = File.ReadAllText($"/proc/{id}/stat");
            // The second field is a name in parentheses, which may hold anything.
            var fields = stat[(stat.LastIndexOf(')') + 2)..].Split(' ');
            return (id, int.Parse(fields[1], CultureInfo.InvariantCulture), long.Parse(fields[21], CultureInfo.InvariantCulture) * Environment.SystemPageSize);
        }
        catch (IOException)
        {
            return null;
        }
    }
}
