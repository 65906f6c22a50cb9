namespace Cora.Build.Python;

/// <summary>What of a lock is for a target (PEP 751, "Installation").</summary>
public static class LockSelection
{
    /// <summary>The best wheel of each package whose markers and Python versions hold for the target. Packages without a wheel that fits are left out: what needs them will miss them.</summary>
    public static IReadOnlyList<WheelSource> Of(PyLock source, TargetPlatform target)
    {
        var environment = MarkerEnvironment.For(target);
        var python = PythonVersion.Parse(environment.PythonFullVersion);
        bool Runs(string? requiresPython) => requiresPython is null || VersionSpecifiers.Parse(requiresPython).Contains(python, allowPrereleases: true);

        if (!Runs(source.RequiresPython)) return [];
        if (source.Environments.Count > 0 && !source.Environments.Any(marker => Marker.Parse(marker).Evaluate(environment))) return [];
        return [.. source.Packages
            .Where(package => (package.Marker is null || Marker.Parse(package.Marker).Evaluate(environment)) && Runs(package.RequiresPython))
            .Select(package => Best(package, target))
            .OfType<WheelSource>()];
    }

    private static WheelSource? Best(LockedPackage package, TargetPlatform target)
    {
        var byName = package.Wheels.GroupBy(wheel => wheel.FileName, StringComparer.Ordinal).ToDictionary(same => same.Key, same => same.First(), StringComparer.Ordinal);
        var names = byName.Keys.Select(name => WheelFileName.TryParse(name, out var wheel) ? wheel : null).OfType<WheelFileName>();
        return target.Best(names) is { } best ? byName[best.Text].Source : null;
    }
}
