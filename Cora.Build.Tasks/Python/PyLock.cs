using Cora.Build.Diagnostics;

namespace Cora.Build.Python;

/// <summary>A lock: the packages that were chosen for an environment, with the hashes of their wheels (<c>pylock.toml</c>, PEP 751).
/// Markers and version specifiers are kept as they are written.</summary>
public sealed partial record PyLock
{
    /// <summary>What <see cref="CreatedBy"/> says in the locks that we write.</summary>
    public const string Creator = "cora-build-sdk";

    /// <summary>Full path of the lock; relative paths of wheels start at its directory.</summary>
    public required string Path { get; init; }

    /// <summary>The tool that made it.</summary>
    public string CreatedBy { get; init; } = Creator;

    /// <summary>The Python versions that it is for, as a version specifier; null means all.</summary>
    public string? RequiresPython { get; init; }

    /// <summary>Markers, one of which the target must meet; empty means that there is no such condition.</summary>
    public IReadOnlyList<string> Environments { get; init; } = [];

    /// <summary>The extras that markers of packages can ask for.</summary>
    public IReadOnlyList<string> Extras { get; init; } = [];

    /// <summary>The dependency groups that markers of packages can ask for.</summary>
    public IReadOnlyList<string> DependencyGroups { get; init; } = [];

    /// <summary>The dependency groups that apply when none is named.</summary>
    public IReadOnlyList<string> DefaultGroups { get; init; } = [];

    /// <summary>The packages. A name can stand more than once, under different markers.</summary>
    public IReadOnlyList<LockedPackage> Packages { get; init; } = [];

    /// <summary>What the lock was made from, when we made it.</summary>
    public LockOrigin? Origin { get; init; }

    /// <summary>Whether we made it: only such a lock is written again.</summary>
    public bool IsOurs => CreatedBy == Creator;

    /// <summary>Whether we made this lock from the same requirements for the same target. It says that nothing has to be checked again;
    /// a lock of which it is false can still satisfy the requirements.</summary>
    public bool IsMadeFrom(LockOrigin origin) => IsOurs && Origin is { } own
        && own.TargetFramework == origin.TargetFramework && own.Architecture == origin.Architecture
        && own.Canonical().SequenceEqual(origin.Canonical());
}

/// <summary>What a lock was made from; <c>[tool.cora]</c> in the locks that we write.</summary>
/// <param name="Requirements">The requirement lines, in canonical text. Credentials in URLs are never written, and never compared.</param>
/// <param name="TargetFramework"><c>python3.11</c></param>
/// <param name="Architecture"><c>x86_64</c> or <c>arm64</c></param>
public sealed record LockOrigin(IReadOnlyList<string> Requirements, string TargetFramework, string Architecture)
{
    internal IEnumerable<string> Canonical() =>
        Requirements.Select(PyLock.WithoutCredentials).Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal);
}

/// <summary>A package of a lock.</summary>
/// <param name="Name">The normalised name.</param>
/// <param name="Version">Null when the lock does not say, as for a source tree.</param>
/// <param name="Marker">When the package is needed; null means always.</param>
/// <param name="RequiresPython">The Python versions that it is for, as a version specifier; null means all.</param>
/// <param name="Wheels">Its wheels; empty when the package can only be built from its <paramref name="Source"/>.</param>
/// <param name="Source">What else the lock has of it: <c>sdist</c>, <c>vcs</c>, <c>directory</c> or <c>archive</c>; null when wheels are all.</param>
/// <param name="Location">Where it stands in the lock.</param>
public sealed record LockedPackage(
    string Name, string? Version, string? Marker, string? RequiresPython, IReadOnlyList<LockedWheel> Wheels,
    string? Source = null, Location Location = default);

/// <summary>A wheel of a lock.</summary>
/// <param name="FileName">As <see cref="WheelSource.IsFileName"/> allows.</param>
/// <param name="Url">Where it can be had; null when there is a <paramref name="Path"/> alone.</param>
/// <param name="Path">The absolute path where it can be had; null when there is a <paramref name="Url"/> alone.</param>
/// <param name="Sha256">64 lower-case hexadecimal digits.</param>
/// <param name="Bytes">Its length in bytes; null when the lock does not say.</param>
/// <param name="Location">Where it stands in the lock.</param>
public sealed record LockedWheel(string FileName, Uri? Url, string? Path, string Sha256, long? Bytes, Location Location = default)
{
    /// <summary>The wheel for a <see cref="WheelStore"/>: from its path, if it has one.</summary>
    public WheelSource Source => new(FileName, Path ?? Url!.OriginalString, Sha256, Bytes) { NeededBy = Location };
}
