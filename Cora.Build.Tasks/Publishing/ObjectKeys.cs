using Cora.Build.Diagnostics;
using Cora.Build.Modules;

namespace Cora.Build.Publishing;

/// <summary>A zip and a key of the bucket that it is put under.</summary>
/// <param name="Module">The module.</param>
/// <param name="Artifact">The zip.</param>
/// <param name="Key">Its key.</param>
/// <param name="IsLegacy">Whether older Terraform reads it there: what is there is replaced. All other keys have the content's hash and are never written twice.</param>
public sealed record DeployObject(DeployModule Module, DeployArtifact Artifact, string Key, bool IsLegacy);

/// <summary>The keys of a deployment.</summary>
public static class ObjectKeys
{
    /// <summary>S3's limit, in UTF-8 bytes.</summary>
    private const int MaximumBytes = 1024;

    /// <summary><c>{module}/{lambdas|layers}/{name}/{sha256}.zip</c>.</summary>
    public static string Of(DeployModule module, DeployArtifact artifact) => $"{module.Name}/{artifact.Group}/{artifact.Name}/{artifact.Sha256}.zip";

    /// <summary>
    /// What older Terraform reads: <c>lambdas/{module}-{function}.zip</c>, <c>layers/common-{module}.zip</c>; null for a layer of a module that has several, for which there
    /// never was a key.
    /// </summary>
    public static string? LegacyOf(DeployModule module, DeployArtifact artifact) => artifact.Kind == ArtifactKind.Function ? $"lambdas/{module.ShortName}-{artifact.Name}.zip"
        : module.Artifacts.Count(other => other.Kind == ArtifactKind.Layer) == 1 ? $"layers/common-{module.ShortName}.zip"
        : null;

    /// <summary>All objects of a deployment: each zip once, and again under its legacy key where that is wanted.</summary>
    /// <exception cref="CoraException">CORA7012.</exception>
    public static IReadOnlyList<DeployObject> Of(DeployOptions options, IReadOnlyList<DeployModule> modules)
    {
        var objects = new List<DeployObject>();
        foreach (var module in modules)
        {
            foreach (var artifact in module.Artifacts) objects.Add(new DeployObject(module, artifact, Of(module, artifact), IsLegacy: false));
        }
        foreach (var module in options.LegacyKeys ? modules : [])
        {
            foreach (var artifact in module.Artifacts)
            {
                if (LegacyOf(module, artifact) is { } key) objects.Add(new DeployObject(module, artifact, key, IsLegacy: true));
            }
        }
        var location = new Location(options.ProjectFile);
        foreach (var same in objects.GroupBy(item => item.Key, StringComparer.Ordinal).Where(group => group.Count() > 1))
        {
            var (first, second) = (same.First(), same.Skip(1).First());
            throw DeployDiagnostics.s_oneKey.Error(location, first.Module.Name == second.Module.Name
                ? $"Two modules of this deployment are called '{first.Module.Name}'. Nothing was sent. Give each a CoraModuleName of its own."
                : $"'{first.Artifact.Name}' of '{first.Module.Name}' and '{second.Artifact.Name}' of '{second.Module.Name}' have one legacy key, '{same.Key}'. Nothing was sent. Rename a function, or deploy without CoraLegacyKeys.");
        }
        if (objects.FirstOrDefault(item => System.Text.Encoding.UTF8.GetByteCount(item.Key) > MaximumBytes) is { } tooLong)
            throw DeployDiagnostics.s_oneKey.Error(location, $"The key of '{tooLong.Artifact.Name}' of '{tooLong.Module.Name}' would have more than {MaximumBytes} bytes, and S3 takes no more. Nothing was sent. Shorten its name.");
        return objects;
    }
}
