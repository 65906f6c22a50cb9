using Cora.Build.Diagnostics;
using Cora.Build.Modules;

namespace Cora.Build.Packaging;

/// <summary>A layer that a function may have: of this module, of a referenced one, or an ARN.</summary>
/// <param name="Reference">How the manifest names it.</param>
/// <param name="UnzippedBytes">Null when its size is not known.</param>
/// <param name="Distributions">What it brings, as far as known.</param>
public sealed record AvailableLayer(ManifestLayer Reference, long? UnzippedBytes, IReadOnlyList<ManifestDistribution> Distributions);

/// <summary>Which layers each function has. Where the project does not say (metadata <c>Layers</c>), all that it could have are assumed.</summary>
public sealed class FunctionLayers
{
    internal static readonly DiagnosticDescriptor s_otherTarget = new("CORA3011", Severity.Error, "Referenced module built for another Python or architecture");
    internal static readonly DiagnosticDescriptor s_notBuilt = new("CORA1015", Severity.Error, "Referenced module that is not built");

    private readonly List<Diagnostic> _diagnostics = [];
    private readonly Dictionary<string, IReadOnlyList<AvailableLayer>> _byFunction = new(StringComparer.Ordinal);

    /// <param name="module">The module.</param>
    /// <param name="artifacts">Its artifacts, without layers yet.</param>
    public FunctionLayers(Module module, IReadOnlyList<ManifestArtifact> artifacts)
    {
        List<AvailableLayer> available = [.. Layers(module.Name, artifacts)];
        foreach (var reference in module.References) available.AddRange(LayersOf(module, reference));
        available.AddRange(module.ExternalLayers.Select(layer => new AvailableLayer(new ManifestLayer(null, null, layer.Arn), layer.UnzippedBytes, [])));

        Artifacts = [.. artifacts.Select(artifact => artifact.Kind == ArtifactKind.Layer ? artifact : artifact with
        {
            Layers = [.. LayersOf(module, module.Artifacts.First(item => item.FileName == artifact.File), available).Select(layer => layer.Reference)],
        })];
    }

    /// <summary>The artifacts, each function with its layers.</summary>
    public IReadOnlyList<ManifestArtifact> Artifacts { get; }

    /// <summary>CORA3011, CORA1015, CORA0005.</summary>
    public IReadOnlyList<Diagnostic> Diagnostics => _diagnostics;

    /// <summary>The layers of a function.</summary>
    public IReadOnlyList<AvailableLayer> Of(string functionFile) => _byFunction[functionFile];

    private IReadOnlyList<AvailableLayer> LayersOf(Module module, Artifact function, IReadOnlyList<AvailableLayer> available)
    {
        if (function.Layers is null) return _byFunction[function.FileName] = available;
        var layers = new List<AvailableLayer>();
        foreach (var name in function.Layers.Distinct(StringComparer.Ordinal))
        {
            // A module's own layer comes before one of the same name elsewhere.
            if (available.FirstOrDefault(layer => layer.Reference.Name == name || layer.Reference.Arn == name) is { } layer)
            {
                layers.Add(layer);
                continue;
            }
            if (module.Artifacts.Any(artifact => artifact.IsBroken && artifact.Name == name)) continue;
            var known = available.Count == 0 ? "there are none" : "there are " + string.Join(", ", available.Select(item => $"'{item.Reference.Name ?? item.Reference.Arn}'"));
            _diagnostics.Add(ModuleDiscovery.s_configuration.At(new Location(module.ProjectFile), $"Layers of {function.Display} names '{name}', which is no layer of this module or a directly referenced one ({known})."));
        }
        return _byFunction[function.FileName] = layers;
    }

    private IEnumerable<AvailableLayer> LayersOf(Module module, ModuleReference reference)
    {
        if (Manifest.TryRead(reference.Manifest) is not { } manifest)
        {
            _diagnostics.Add(s_notBuilt.At(new Location(module.ProjectFile), $"The referenced module '{reference.Name}' has no manifest at '{reference.Manifest}'. Build it, or mend what keeps it from being built."));
            return [];
        }
        var layers = Layers(manifest.Module, manifest.Artifacts).ToList();
        if (layers.Count > 0 && manifest.Target != new ManifestTarget(module.TargetFramework, module.Architecture))
        {
            _diagnostics.Add(s_otherTarget.At(new Location(module.ProjectFile), $"The layers of '{reference.Name}' are built for {manifest.Target.Runtime} on {manifest.Target.Architecture}, this module for {module.TargetFramework} on {module.Architecture}. Give both the same TargetFramework and CoraArchitecture."));
        }
        return layers;
    }

    private static IEnumerable<AvailableLayer> Layers(string module, IEnumerable<ManifestArtifact> artifacts) => artifacts
        .Where(artifact => artifact.Kind == ArtifactKind.Layer)
        .Select(artifact => new AvailableLayer(new ManifestLayer(module, artifact.Name, null), artifact.UnzippedBytes, artifact.Distributions));
}
