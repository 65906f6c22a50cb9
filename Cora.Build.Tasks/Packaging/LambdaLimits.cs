using Cora.Build.Diagnostics;

namespace Cora.Build.Packaging;

/// <summary>What AWS Lambda allows (https://docs.aws.amazon.com/lambda/latest/dg/gettingstarted-limits.html), and the diagnostics about it.</summary>
public static class LambdaLimits
{
    /// <summary>50 MB: a zip that is uploaded directly, not through S3, in bytes.</summary>
    public const long ZippedBytes = 52_428_800;

    /// <summary>250 MB: a function and all its layers when unzipped, in bytes.</summary>
    public const long UnzippedBytes = 262_144_000;

    /// <summary>200 MB: from here on a function with its layers is worth a warning, in bytes. Ours, not AWS's.</summary>
    public const long UnzippedWarningBytes = 209_715_200;

    /// <summary>Layers of one function.</summary>
    public const int LayersPerFunction = 5;

    /// <summary>Architectures that one layer version can declare (API reference, PublishLayerVersion).</summary>
    public const int ArchitecturesPerLayer = 2;

    /// <summary>Runtimes that one layer version can declare (API reference, PublishLayerVersion).</summary>
    public const int RuntimesPerLayer = 15;

    /// <summary>A zip above <see cref="ZippedBytes"/> needs S3.</summary>
    public static readonly DiagnosticDescriptor ZipTooLarge = new("CORA4001", Severity.Warning, "Zip over 50 MB");

    /// <summary>Above <see cref="UnzippedBytes"/> Lambda refuses the function.</summary>
    public static readonly DiagnosticDescriptor UnzippedTooLarge = new("CORA4002", Severity.Error, "Function with its layers over 250 MB unzipped");

    /// <summary>Above <see cref="UnzippedWarningBytes"/> it comes close.</summary>
    public static readonly DiagnosticDescriptor UnzippedNearLimit = new("CORA4003", Severity.Warning, "Function with its layers over 200 MB unzipped");

    /// <summary>A function or layer with nothing in it.</summary>
    public static readonly DiagnosticDescriptor EmptyArtifact = new("CORA4004", Severity.Error, "Empty artifact");

    /// <summary>More than <see cref="LayersPerFunction"/>.</summary>
    public static readonly DiagnosticDescriptor TooManyLayers = new("CORA4009", Severity.Error, "More than five layers");
}
