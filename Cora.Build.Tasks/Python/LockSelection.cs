using System.Collections.Frozen;
using Cora.Build.Diagnostics;

namespace Cora.Build.Python;

/// <summary>What of a lock is for a target (PEP 751, "Installation").</summary>
/// <param name="Wheels">The best wheel of each package that is for the target.</param>
/// <param name="NotFor">Why the lock as a whole is not for the target; null when it is.</param>
/// <param name="LeftOut">Why a package has no wheel here, by its name.</param>
public sealed record LockSelection(IReadOnlyList<WheelSource> Wheels, string? NotFor, IReadOnlyDictionary<string, string> LeftOut)
{
    /// <summary>All of what was chosen for the target already.</summary>
    public static LockSelection All(IReadOnlyList<WheelSource> wheels) => new(wheels, null, FrozenDictionary<string, string>.Empty);

    /// <summary>Chooses.</summary>
    /// <exception cref="CoraException">CORA3012: a marker or a version specifier is none, or two entries of one package are for the target.</exception>
    public static LockSelection Of(PyLock source, TargetPlatform target)
    {
        var environment = MarkerEnvironment.For(target) with { DependencyGroups = source.DefaultGroups.Select(PackageName.Normalize).ToFrozenSet() };
        var python = PythonVersion.Parse(environment.PythonFullVersion);

        if (!Runs(source.RequiresPython, default)) return None($"It is for Python {source.RequiresPython}.");
        if (source.Environments.Count > 0 && !source.Environments.Any(marker => Holds(marker, default))) return None($"It is for other environments: {string.Join("; ", source.Environments)}.");

        var chosen = new Dictionary<string, WheelSource>(StringComparer.Ordinal);
        var leftOut = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (var package in source.Packages)
        {
            if (!Holds(package.Marker, package.Location)) leftOut[package.Name] = $"{package.Name} is locked where {package.Marker}.";
            else if (!Runs(package.RequiresPython, package.Location)) leftOut[package.Name] = $"{package.Name} {package.Version} needs Python {package.RequiresPython}.";
            else if (Best(package, target) is not { } wheel) leftOut[package.Name] = WithoutWheel(package, target);
            else if (!chosen.TryAdd(package.Name, wheel)) throw Invalid(package.Location, $"'{package.Name}' has two entries that are for {target}");
        }
        foreach (var name in chosen.Keys) leftOut.Remove(name);
        return new LockSelection([.. chosen.Values], null, leftOut);

        bool Holds(string? marker, Location at) => marker is null || Checked(at, marker, Marker.Parse).Evaluate(environment);

        bool Runs(string? specifiers, Location at) => specifiers is null || Checked(at, specifiers, VersionSpecifiers.Parse).Contains(python, allowPrereleases: true);

        T Checked<T>(Location at, string text, Func<string, T> parse)
        {
            try
            {
                return parse(text);
            }
            catch (FormatException e)
            {
                throw Invalid(at, e.Message);
            }
        }

        CoraException Invalid(Location at, string reason) =>
            PyLock.Unreadable.Error(at == default ? new Location(source.Path) : at, $"The lock is not valid: {reason}. Correct it, or make the lock again.");

        static LockSelection None(string reason) => new([], reason, FrozenDictionary<string, string>.Empty);
    }

    private static WheelSource? Best(LockedPackage package, TargetPlatform target)
    {
        var byName = package.Wheels.GroupBy(wheel => wheel.FileName, StringComparer.Ordinal).ToDictionary(same => same.Key, same => same.First(), StringComparer.Ordinal);
        var names = byName.Keys.Select(name => WheelFileName.TryParse(name, out var wheel) ? wheel : null).OfType<WheelFileName>();
        return target.Best(names) is { } best ? byName[best.Text].Source : null;
    }

    private static string WithoutWheel(LockedPackage package, TargetPlatform target) => package.Wheels.Count == 0
        ? $"{package.Name} {package.Version} is locked as source alone ({package.Source ?? "no wheel"}), and nothing is built here."
        : $"Of the wheels of {package.Name} {package.Version} none runs on {target} (glibc 2.{target.GlibcMinor}): {string.Join(", ", package.Wheels.Select(wheel => wheel.FileName).Take(5))}{(package.Wheels.Count > 5 ? ", …" : "")}.";
}
