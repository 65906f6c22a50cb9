using Cora.Build.Diagnostics;
using Cora.Build.Modules;
using Cora.Build.Terraform;

namespace Cora.Build.Packaging;

/// <summary>A layer that a function may have: of this module, of a referenced one, or an ARN.</summary>
/// <param name="Reference">How the manifest names it.</param>
/// <param name="UnzippedBytes">Null when its size is not known.</param>
/// <param name="Distributions">What it brings, as far as known.</param>
public sealed record AvailableLayer(ManifestLayer Reference, long? UnzippedBytes, IReadOnlyList<ManifestDistribution> Distributions);

/// <summary>
/// Which layers each function has: those that the project names (metadata <c>Layers</c>), else those that Terraform attaches. Where neither says it for certain, all that it could
/// have are assumed.
/// </summary>
public sealed class FunctionLayers
{
    internal static readonly DiagnosticDescriptor s_otherTarget = new("CORA3011", Severity.Error, "Referenced module built for another Python or architecture");
    internal static readonly DiagnosticDescriptor s_notBuilt = new("CORA1015", Severity.Error, "Referenced module that is not built");

    private readonly List<Diagnostic> _diagnostics = [];
    private readonly Dictionary<string, IReadOnlyList<AvailableLayer>> _byFunction = new(StringComparer.Ordinal);
    private readonly HashSet<string> _known = new(StringComparer.Ordinal);

    /// <param name="module">The module.</param>
    /// <param name="artifacts">Its artifacts, without layers yet.</param>
    /// <param name="terraform">Its Terraform; null where it has none.</param>
    public FunctionLayers(Module module, IReadOnlyList<ManifestArtifact> artifacts, TerraformModule? terraform)
    {
        List<AvailableLayer> available = [.. Layers(module.Name, artifacts)];
        foreach (var reference in module.References) available.AddRange(LayersOf(module, reference));
        available.AddRange(module.ExternalLayers.Select(layer => new AvailableLayer(new ManifestLayer(null, null, layer.Arn), layer.UnzippedBytes, [])));

        var sources = terraform is null ? null : new LayerSources(module, terraform, ArtifactResource.Of(terraform, module), [.. available.Select(layer => NameOf(layer.Reference))]);
        Artifacts = [.. artifacts.Select(artifact => artifact.Kind == ArtifactKind.Layer ? artifact : artifact with
        {
            Layers = [.. LayersOf(module, module.Artifacts.First(item => item.FileName == artifact.File), available, sources).Select(layer => layer.Reference)],
        })];
    }

    /// <summary>The artifacts, each function with its layers.</summary>
    public IReadOnlyList<ManifestArtifact> Artifacts { get; }

    /// <summary>CORA3011, CORA1015, CORA0005.</summary>
    public IReadOnlyList<Diagnostic> Diagnostics => _diagnostics;

    /// <summary>The layers of a function.</summary>
    public IReadOnlyList<AvailableLayer> Of(string functionFile) => _byFunction[functionFile];

    /// <summary>Whether they are known, and not assumed.</summary>
    public bool AreKnown(string functionFile) => _known.Contains(functionFile);

    private IReadOnlyList<AvailableLayer> LayersOf(Module module, Artifact function, IReadOnlyList<AvailableLayer> available, LayerSources? sources)
    {
        if (function.Layers is null)
        {
            if (sources is null || Attached(function, sources) is not { } attached) return _byFunction[function.FileName] = available;
            _known.Add(function.FileName);
            return _byFunction[function.FileName] = [.. available.Where(layer => attached.Contains(NameOf(layer.Reference)))];
        }
        _known.Add(function.FileName);
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

    /// <summary>What Terraform attaches wherever it makes the function, the same everywhere; null when that is not certain.</summary>
    private static IReadOnlyList<LayerName>? Attached(Artifact function, LayerSources sources)
    {
        // One of unknown zip may be this function as well.
        var resources = sources.Resources.Where(resource => resource.MayTake(function) != false).ToList();
        if (resources.Count == 0 || resources.Exists(resource => resource.FileNames?.Count != 1 || !sources.Terraform.IsIntact(resource.Resource.Block))) return null;
        var attached = resources.ConvertAll(resource => AttachedLayers.Of(sources, resource));
        return attached.Exists(layers => !layers.IsComplete || layers.IsConditional || !layers.Layers.ToHashSet().SetEquals(attached[0].Layers)) ? null : attached[0].Layers;
    }

    private static LayerName NameOf(ManifestLayer layer) => new(layer.Module ?? "", layer.Name ?? layer.Arn ?? "");

    private IEnumerable<AvailableLayer> LayersOf(Module module, ModuleReference reference)
    {
        if (Manifest.TryRead(reference.Manifest) is not { } manifest)
        {
            var remedy = reference.IntermediateDirectory.Length > 0 ? "Build it, or mend what keeps it from being built" : "Remove its package from NuGet's packages folder, and restore again";
            _diagnostics.Add(s_notBuilt.At(new Location(module.ProjectFile), $"The referenced module '{reference.Name}' has no manifest at '{reference.Manifest}'. {remedy}."));
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
