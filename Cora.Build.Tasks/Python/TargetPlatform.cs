using System.Collections.Immutable;
using System.Diagnostics.CodeAnalysis;

namespace Cora.Build.Python;

/// <summary>A Lambda runtime on one architecture: what decides which wheels run. There is one object for each; compare by reference.</summary>
public sealed class TargetPlatform
{
    /// <summary>The architectures of Lambda, as AWS names them.</summary>
    public static ImmutableArray<string> Architectures { get; } = ["x86_64", "arm64"];

    /// <summary>Every runtime on every architecture.</summary>
    public static ImmutableArray<TargetPlatform> All { get; } =
        [.. Enumerable.Range(10, 5).SelectMany(minor => Architectures.Select(architecture => new TargetPlatform(minor, architecture)))];

    private readonly ImmutableArray<(string Python, string Abi, string Platform)> _tags;

    private TargetPlatform(int minor, string architecture)
    {
        PythonMinor = minor;
        Architecture = architecture;
        Machine = architecture == "arm64" ? "aarch64" : architecture;
        // https://docs.aws.amazon.com/lambda/latest/dg/lambda-runtimes.html: Amazon Linux 2 up to 3.11, Amazon Linux 2023 since.
        GlibcMinor = minor <= 11 ? 26 : 34;
        PipPlatforms = [.. ManylinuxTags()];
        _tags = [.. Tags()];
        SupportedTags = [.. _tags.Select(tag => $"{tag.Python}-{tag.Abi}-{tag.Platform}")];
        PipArguments =
        [
            "--python-version", PythonVersion, "--implementation", "cp", "--abi", AbiTag,
            .. PipPlatforms.SelectMany(platform => new[] { "--platform", platform }), "--only-binary", ":all:",
        ];
    }

    /// <summary>11 for Python 3.11.</summary>
    public int PythonMinor { get; }

    /// <summary><c>3.11</c></summary>
    public string PythonVersion => $"3.{PythonMinor}";

    /// <summary><c>python3.11</c>: the name of the Lambda runtime, and the <c>TargetFramework</c>.</summary>
    public string Runtime => $"python{PythonVersion}";

    /// <summary><c>x86_64</c> or <c>arm64</c>, as AWS names them.</summary>
    public string Architecture { get; }

    /// <summary><c>x86_64</c> or <c>aarch64</c>, as Linux and wheel tags name them.</summary>
    public string Machine { get; }

    /// <summary>26 for glibc 2.26.</summary>
    public int GlibcMinor { get; }

    /// <summary><c>cp311</c></summary>
    public string AbiTag => $"cp3{PythonMinor}";

    /// <summary>
    /// The platform tags that run, the preferred first: <c>manylinux_2_26_x86_64</c> down to <c>manylinux_2_5_x86_64</c>
    /// (<c>manylinux_2_17_aarch64</c> on arm64), and the older names (PEP 600). pip needs them one by one. <c>linux_x86_64</c> is not among them: such
    /// a wheel was built for one machine and says nothing of the glibc that it needs.
    /// </summary>
    public ImmutableArray<string> PipPlatforms { get; }

    /// <summary>What makes <c>pip download</c> or <c>pip install --target</c> resolve for this target, wheels only.</summary>
    public ImmutableArray<string> PipArguments { get; }

    /// <summary>
    /// What uv takes as <c>--python-platform</c>: <c>x86_64-manylinux2014</c>, <c>aarch64-manylinux_2_28</c>, … uv knows 2.17 and 2.28 in every version;
    /// this is the largest that the runtime has.
    /// </summary>
    public string UvPlatform => $"{Machine}-{(GlibcMinor >= 28 ? "manylinux_2_28" : "manylinux2014")}";

    /// <summary>Every tag of a wheel that runs, the preferred first, in pip's order (PEP 425).</summary>
    public ImmutableArray<string> SupportedTags { get; }

    /// <summary>Finds a target.</summary>
    /// <param name="targetFramework"><c>python3.10</c> to <c>python3.14</c>.</param>
    /// <param name="architecture"><c>x86_64</c> or <c>arm64</c>.</param>
    /// <param name="platform">The target.</param>
    public static bool TryParse(string? targetFramework, string? architecture, [NotNullWhen(true)] out TargetPlatform? platform)
    {
        platform = All.FirstOrDefault(candidate => candidate.Runtime == targetFramework && candidate.Architecture == architecture);
        return platform is not null;
    }

    /// <summary>The target of a module: what its project says was checked before any task ran.</summary>
    public static TargetPlatform Of(Modules.Module module)
    {
        ArgumentNullException.ThrowIfNull(module);
        return TryParse(module.TargetFramework, module.Architecture, out var platform) ? platform : throw new InvalidOperationException($"{module.TargetFramework} {module.Architecture}");
    }

    /// <summary>Whether a wheel runs.</summary>
    public bool Supports(WheelFileName wheel) => Rank(wheel) is not null;

    /// <summary>How much a wheel is preferred, 0 the most: the place of its best tag in <see cref="SupportedTags"/>. Null when it does not run.</summary>
    public int? Rank(WheelFileName wheel)
    {
        ArgumentNullException.ThrowIfNull(wheel);
        for (var i = 0; i < _tags.Length; i++)
        {
            if (wheel.PythonTags.Contains(_tags[i].Python) && wheel.AbiTags.Contains(_tags[i].Abi) && wheel.PlatformTags.Contains(_tags[i].Platform))
                return i;
        }
        return null;
    }

    /// <summary>The wheel that pip would take: the newest version, then the best tag, then the highest build tag. Null when none runs.</summary>
    public WheelFileName? Best(IEnumerable<WheelFileName> wheels) => wheels
        .Where(Supports)
        .OrderByDescending(wheel => wheel.Version)
        .ThenBy(wheel => Rank(wheel))
        .ThenByDescending(wheel => wheel.Build)
        .FirstOrDefault();

    /// <summary><c>python3.11 on x86_64</c></summary>
    public override string ToString() => $"{Runtime} on {Architecture}";

    /// <summary>In the order that pip keeps: it puts manylinux2010 and manylinux1 right behind manylinux2014 on x86_64.</summary>
    private IEnumerable<string> ManylinuxTags()
    {
        var oldest = Machine == "x86_64" ? 5 : 17;
        for (var minor = GlibcMinor; minor >= oldest; minor--)
        {
            yield return $"manylinux_2_{minor}_{Machine}";
            if (minor != 17)
                continue;
            yield return $"manylinux2014_{Machine}";
            if (Machine != "x86_64")
                continue;
            yield return $"manylinux2010_{Machine}";
            yield return $"manylinux1_{Machine}";
        }
    }

    private IEnumerable<(string Python, string Abi, string Platform)> Tags()
    {
        foreach (var abi in (string[])[AbiTag, "abi3", "none"])
        {
            foreach (var platform in PipPlatforms)
                yield return (AbiTag, abi, platform);
        }
        for (var minor = PythonMinor - 1; minor >= 2; minor--)
        {
            foreach (var platform in PipPlatforms)
                yield return ($"cp3{minor}", "abi3", platform);
        }
        string[] pythons = [$"py3{PythonMinor}", "py3", .. Enumerable.Range(0, PythonMinor).Reverse().Select(minor => $"py3{minor}")];
        foreach (var python in pythons)
        {
            foreach (var platform in PipPlatforms)
                yield return (python, "none", platform);
        }
        foreach (var python in pythons.Prepend(AbiTag))
            yield return (python, "none", "any");
    }
}
