using System.Collections.Frozen;

namespace Cora.Build.Python;

/// <summary>The values that markers compare with (PEP 508, environment markers).</summary>
public sealed record MarkerEnvironment
{
    /// <summary><c>posix</c></summary>
    public string OsName { get; init; } = "posix";

    /// <summary><c>linux</c></summary>
    public string SysPlatform { get; init; } = "linux";

    /// <summary><c>x86_64</c> or <c>aarch64</c></summary>
    public required string PlatformMachine { get; init; }

    /// <summary><c>CPython</c></summary>
    public string PlatformPythonImplementation { get; init; } = "CPython";

    /// <summary>Empty: the kernel of a function is not known, and nothing may depend on it.</summary>
    public string PlatformRelease { get; init; } = "";

    /// <summary><c>Linux</c></summary>
    public string PlatformSystem { get; init; } = "Linux";

    /// <summary>Empty, like <see cref="PlatformRelease"/>.</summary>
    public string PlatformVersion { get; init; } = "";

    /// <summary><c>3.11</c></summary>
    public required string PythonVersion { get; init; }

    /// <summary><c>3.11.0</c></summary>
    public required string PythonFullVersion { get; init; }

    /// <summary><c>cpython</c></summary>
    public string ImplementationName { get; init; } = "cpython";

    /// <summary><c>3.11.0</c></summary>
    public string ImplementationVersion => PythonFullVersion;

    /// <summary>The dependency groups asked for, normalized (PEP 751, <c>dependency_groups</c>).</summary>
    public IReadOnlySet<string> DependencyGroups { get; init; } = FrozenSet<string>.Empty;

    /// <summary>
    /// The environment of a Lambda runtime. Its patch version changes without notice, so it counts as <c>.0</c>, as with uv and with pip's
    /// <c>--python-version</c>: a backport for early patches is then packaged, never missed.
    /// </summary>
    public static MarkerEnvironment For(TargetPlatform platform)
    {
        ArgumentNullException.ThrowIfNull(platform);
        return new()
        {
            PlatformMachine = platform.Machine,
            PythonVersion = platform.PythonVersion,
            PythonFullVersion = $"{platform.PythonVersion}.0",
        };
    }
}
