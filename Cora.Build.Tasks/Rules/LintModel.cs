using Cora.Build.Diagnostics;
using Cora.Build.Modules;
using Cora.Build.Python.Source;
using Cora.Build.Sql;
using Cora.Build.Terraform;

namespace Cora.Build.Rules;

/// <summary>A function or layer of the module that is checked.</summary>
/// <param name="Artifact">Which one.</param>
/// <param name="Code">What it brings.</param>
/// <param name="Layers">
/// What stands beside it in Lambda: of a function its layers, in the order in which Python looks; of a layer all others that the module's functions may have.
/// </param>
public sealed record ArtifactCode(Artifact Artifact, ImportableCode Code, IReadOnlyList<ImportableCode> Layers)
{
    /// <summary>What a function's handler declares in docstrings; null where the file that has it is not known, or is no Python.</summary>
    public FunctionRoutes? Routes { get; init; }

    /// <summary>The file of a function's own that its handler is in; null where there is none.</summary>
    public SourceModule? HandlerSource =>
        Artifact.Handler.LastIndexOf('.') is > 0 and var dot ? Code.Modules.GetValueOrDefault(Artifact.Handler[..dot].Replace('/', '.')) : null;

    /// <summary>What its requirements file asks for and the target needs, in order.</summary>
    public IReadOnlyList<DeclaredRequirement> Requirements { get; init; } = [];

    /// <summary>Whether there is a lock for it.</summary>
    public bool IsLocked { get; init; }
}

/// <summary>A requirement of a requirements file.</summary>
/// <param name="Name">Normalized.</param>
/// <param name="IsExact">Whether one version alone meets it.</param>
/// <param name="Location">Where it stands.</param>
public sealed record DeclaredRequirement(string Name, bool IsExact, Location Location);

/// <summary>A module as the rules see it. They read no file.</summary>
/// <param name="Module">The module.</param>
/// <param name="Artifacts">Its functions and layers that have sources.</param>
public sealed record LintModel(Module Module, IReadOnlyList<ArtifactCode> Artifacts)
{
    private RouteWiring? _wiring;
    private bool _isWiringRead;
    private readonly Dictionary<ArtifactCode, ImportScope> _scopes = new(ReferenceEqualityComparer.Instance);
    private IReadOnlyList<ArtifactResource>? _resources;

    /// <summary>The layers that a function of the module could have, whether one has them or not: its own, those of referenced modules, ARNs.</summary>
    public IReadOnlyList<ImportableCode> AvailableLayers { get; init; } = [];

    /// <summary>Import names that layers of other modules of the project bring, and the project file that would have to be referenced, relative to this module's.</summary>
    public IReadOnlyDictionary<string, string> PackagesElsewhere { get; init; } = new Dictionary<string, string>();

    /// <summary>What people say of the module in its <c>module.json</c>; null when there is none.</summary>
    public ModuleMetadata? Metadata { get; init; }

    /// <summary>What is in the module's <c>infrastructure/</c>; null where it has no Terraform, or it cannot be read.</summary>
    public TerraformModule? Terraform { get; init; }

    /// <summary>The Terraform of the other modules of the project, by the name of the module's directory.</summary>
    public IReadOnlyDictionary<string, TerraformModule> TerraformElsewhere { get; init; } = new Dictionary<string, TerraformModule>();

    /// <summary>The functions and layer versions of <see cref="Terraform"/>.</summary>
    public IReadOnlyList<ArtifactResource> ArtifactResources => _resources ??= Terraform is null ? [] : ArtifactResource.Of(Terraform, Module);

    /// <summary>The routes that <see cref="Terraform"/> hands to the gateway; null where it hands over none.</summary>
    public RouteWiring? Wiring
    {
        get
        {
            if (!_isWiringRead) (_wiring, _isWiringRead) = (RouteWiring.Of(this), true);
            return _wiring;
        }
    }

    /// <summary>What the SQL of the whole project makes.</summary>
    public SchemaModel Schema { get; init; } = SchemaModel.Of([]);

    /// <summary>The functions that it defines.</summary>
    public SqlFunctions Functions => Schema.Functions;

    /// <summary>What <c>.editorconfig</c> says for a file and a key; null where it says nothing.</summary>
    public Func<string, string, string?> Setting { get; init; } = (_, _) => null;

    /// <summary>What the layers of the module's functions are known by.</summary>
    public LayerSources LayerSources(TerraformModule terraform) => new(Module, terraform, ArtifactResources, [.. AvailableLayers.Select(NameOf)]);

    /// <summary>The name of a layer.</summary>
    public static LayerName NameOf(ImportableCode layer)
    {
        ArgumentNullException.ThrowIfNull(layer);
        return new LayerName(layer.Module, layer.Name);
    }

    /// <summary>What a function's or layer's code can import. The same for all rules; not for several threads at once.</summary>
    public ImportScope ScopeOf(ArtifactCode artifact)
    {
        ArgumentNullException.ThrowIfNull(artifact);
        if (!_scopes.TryGetValue(artifact, out var scope))
        {
            _scopes[artifact] = scope =
                new ImportScope(artifact.Code, artifact.Artifact.Kind == ArtifactKind.Function, artifact.Layers, StandardLibrary.Of(Module.TargetFramework));
        }
        return scope;
    }
}
