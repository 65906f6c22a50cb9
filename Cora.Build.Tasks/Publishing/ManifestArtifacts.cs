using System.Security.Cryptography;
using Cora.Build.Diagnostics;
using Cora.Build.Packaging;

namespace Cora.Build.Publishing;

/// <summary>What a manifest says of its zips, before it is believed: a manifest may come from a package of anybody's.</summary>
internal static class ManifestArtifacts
{
    private const int Sha256Digits = 64, MaximumName = 200;

    /// <summary>What of the manifest cannot be used; null when all can.</summary>
    public static string? Defect(Manifest manifest)
    {
        if (manifest.SchemaVersion != 1) return $"its manifest has version {manifest.SchemaVersion}, and this SDK reads version 1";
        if (!IsName(manifest.Module)) return "its manifest names a module that no key can have";
        foreach (var artifact in manifest.Artifacts)
        {
            if (!Enum.IsDefined(artifact.Kind)) return $"its manifest does not say whether '{artifact.Name}' is a function or a layer";
            if (!IsName(artifact.Name)) return "its manifest names a function or layer that no key can have";
            if (!IsName(artifact.File) || !artifact.File.EndsWith(".zip", StringComparison.OrdinalIgnoreCase)) return $"its manifest has no file name for '{artifact.Name}'";
            if (artifact.Sha256.Length != Sha256Digits || !artifact.Sha256.All(char.IsAsciiHexDigitLower)) return $"its manifest has no SHA-256 for '{artifact.Name}'";
            if (artifact.Bytes is <= 0 or > uint.MaxValue) return $"its manifest has no size for '{artifact.Name}'";
        }
        // Of two only one would be in the results.
        if (manifest.Artifacts.GroupBy(artifact => (artifact.Kind, artifact.Name)).FirstOrDefault(same => same.Count() > 1) is { } twice) return $"its manifest names '{twice.Key.Name}' twice";
        if (manifest.Artifacts.GroupBy(artifact => artifact.File, StringComparer.Ordinal).FirstOrDefault(same => same.Count() > 1) is { } file) return $"its manifest names '{file.Key}' twice";
        return null;
    }

    /// <summary>A zip that is not what the manifest says, by reading it; null when it is.</summary>
    public static async Task<Diagnostic?> CheckAsync(string path, ManifestArtifact artifact, CancellationToken cancellation)
    {
        try
        {
            var file = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete, bufferSize: 0, FileOptions.SequentialScan | FileOptions.Asynchronous);
            await using (file.ConfigureAwait(false))
            {
                if (file.Length == artifact.Bytes && Convert.ToHexStringLower(await SHA256.HashDataAsync(file, cancellation).ConfigureAwait(false)) == artifact.Sha256) return null;
            }
            return Other(path, "it has changed since it was built");
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return Other(path, e.Message.TrimEnd('.'));
        }
    }

    /// <summary>CORA7007.</summary>
    public static Diagnostic Other(string path, string why) =>
        DeployDiagnostics.s_otherZip.At(new Location(path), $"'{path}' is not the zip that its manifest describes: {why}. It was not sent. Build again, and deploy when nothing writes to the artifacts.");

    /// <summary>One segment of a key, and a file name.</summary>
    private static bool IsName(string name) => name.Length is > 0 and <= MaximumName && name is not ("." or "..") && !name.Any(c => char.IsControl(c) || c is '/' or '\\' or ':');
}
