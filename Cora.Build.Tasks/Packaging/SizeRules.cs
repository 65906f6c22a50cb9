using Cora.Build.Diagnostics;
using Cora.Build.Modules;

namespace Cora.Build.Packaging;

/// <summary>Compares what was built with what Lambda takes.</summary>
public static class SizeRules
{
    /// <summary>CORA4001, CORA4002, CORA4003 and CORA4009. Where a function's layers are only assumed, what would be an error for them is a warning.</summary>
    public static IEnumerable<Diagnostic> Check(Module module, FunctionLayers layers)
    {
        foreach (var entry in layers.Artifacts)
        {
            var artifact = module.Artifacts.First(item => item.FileName == entry.File);
            var location = new Location(artifact.Directory);
            if (entry.Bytes > module.Limits.ZipBytes)
            {
                yield return LambdaLimits.ZipTooLarge.At(location, $"The zip of {artifact.Display} has {entry.Bytes:N0} bytes, and Lambda takes {module.Limits.ZipBytes:N0} directly: upload it through S3, or make it smaller.{StoredHint(entry)}{Largest(entry.Distributions)}");
            }
            foreach (var diagnostic in entry.Kind == ArtifactKind.Layer
                ? CheckLayer(module, artifact, entry, location)
                : CheckFunction(module, artifact, entry, layers.Of(entry.File), layers.AreKnown(entry.File), location))
            {
                yield return diagnostic;
            }
        }
    }

    private static IEnumerable<Diagnostic> CheckLayer(Module module, Artifact artifact, ManifestArtifact entry, Location location)
    {
        if (entry.UnzippedBytes > module.Limits.UnzippedBytes)
        {
            yield return LambdaLimits.UnzippedTooLarge.At(location, $"{Capital(artifact.Display)} has {entry.UnzippedBytes:N0} bytes unzipped, and Lambda allows {module.Limits.UnzippedBytes:N0} for a function with all its layers.{Largest(entry.Distributions)}");
        }
        else if (entry.UnzippedBytes > module.Limits.UnzippedWarningBytes)
        {
            var left = module.Limits.UnzippedBytes - entry.UnzippedBytes;
            yield return LambdaLimits.UnzippedNearLimit.At(location, $"{Capital(artifact.Display)} has {entry.UnzippedBytes:N0} bytes unzipped, which leaves {left:N0} for the functions that use it.{Largest(entry.Distributions)}") with { Severity = Severity.Error };
        }
    }

    private static IEnumerable<Diagnostic> CheckFunction(Module module, Artifact artifact, ManifestArtifact entry, IReadOnlyList<AvailableLayer> layers, bool areKnown, Location location)
    {
        // Nothing is assumed where there is no layer, or where the function is too large without any.
        var certain = areKnown || layers.Count == 0 || entry.UnzippedBytes > module.Limits.UnzippedBytes;
        var assumed = areKnown || layers.Count == 0 ? "" : " (which of them it has is not known: name them in the item's Layers metadata)";
        if (layers.Count > LambdaLimits.LayersPerFunction)
        {
            yield return LambdaLimits.TooManyLayers.At(location, $"{Capital(artifact.Display)} has {layers.Count} layers{assumed}; Lambda allows {LambdaLimits.LayersPerFunction}.") with { Severity = areKnown ? Severity.Error : Severity.Warning };
        }
        var with = layers.Count switch { 0 => "", 1 => " with its layer", _ => $" with its {layers.Count} layers" };
        var layerBytes = layers.Sum(layer => layer.UnzippedBytes ?? 0);
        var total = entry.UnzippedBytes + layerBytes;
        var unknown = layers.Count(layer => layer.UnzippedBytes is null) is > 0 and var count ? $" (without {count} of unknown size)" : "";
        var distributions = entry.Distributions.Concat(layers.SelectMany(layer => layer.Distributions));
        if (total > module.Limits.UnzippedBytes)
        {
            var left = Math.Max(0, module.Limits.UnzippedBytes - layerBytes);
            yield return LambdaLimits.UnzippedTooLarge.At(location, $"{Capital(artifact.Display)}{with}{assumed} has {total:N0} bytes unzipped, and Lambda allows {module.Limits.UnzippedBytes:N0}. Its layers take {layerBytes:N0}{unknown}; that leaves {left:N0} for the function, which has {entry.UnzippedBytes:N0}.{Largest(distributions)}") with { Severity = certain ? Severity.Error : Severity.Warning };
        }
        else if (total > module.Limits.UnzippedWarningBytes)
        {
            yield return LambdaLimits.UnzippedNearLimit.At(location, $"{Capital(artifact.Display)}{with}{assumed} has {total:N0} bytes unzipped{unknown} of {module.Limits.UnzippedBytes:N0} that Lambda allows.{Largest(distributions)}");
        }
    }

    private static string Largest(IEnumerable<ManifestDistribution> distributions)
    {
        var largest = distributions.OrderByDescending(item => item.UnzippedBytes).ThenBy(item => item.Name, StringComparer.Ordinal).Take(10).ToList();
        return largest.Count == 0 ? "" : " Largest distributions: " + string.Join(", ", largest.Select(item => $"{item.Name} {item.Version} ({BuildSummary.Size(item.UnzippedBytes)})")) + ".";
    }

    /// <summary>Own files are stored, so that no compressor decides the bytes; when that is what makes the zip large, it is said.</summary>
    private static string StoredHint(ManifestArtifact entry)
    {
        var own = entry.UnzippedBytes - entry.Distributions.Sum(item => item.UnzippedBytes);
        return own > entry.Bytes / 2 ? $" {own:N0} bytes of it are own files, which are stored uncompressed: fetch large data at run time, or keep it compressed." : "";
    }

    private static string Capital(string text) => char.ToUpperInvariant(text[0]) + text[1..];
}
