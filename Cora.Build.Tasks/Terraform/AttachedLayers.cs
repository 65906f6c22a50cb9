using Cora.Build.Modules;

namespace Cora.Build.Terraform;

/// <summary>A layer that a module's functions may have.</summary>
/// <param name="Module">The module that makes it; empty for an ARN.</param>
/// <param name="Name">The layer's name, or its ARN.</param>
public readonly record struct LayerName(string Module, string Name);

/// <summary>What layers of a module's functions are known by.</summary>
/// <param name="Module">The module.</param>
/// <param name="Terraform">Its Terraform.</param>
/// <param name="Resources">Its functions and layers in Terraform.</param>
/// <param name="Available">The layers that its functions may have.</param>
public sealed record LayerSources(Module Module, TerraformModule Terraform, IReadOnlyList<ArtifactResource> Resources, IReadOnlyList<LayerName> Available);

/// <summary>The layers that Terraform attaches to a function. Those of other modules are known by the names of variables and of layers: <c>var.org_common_layer_arn</c>.</summary>
/// <param name="Layers">Those that are, or under some condition may be.</param>
/// <param name="IsComplete">Whether there are no others; false when one is of unknown origin.</param>
/// <param name="IsConditional">Whether one of them, or what is unknown, depends on a condition.</param>
public sealed record AttachedLayers(IReadOnlyList<LayerName> Layers, bool IsComplete, bool IsConditional)
{
    private static readonly AttachedLayers s_unknown = new([], IsComplete: false, IsConditional: false);

    /// <summary>Of a function's resource.</summary>
    public static AttachedLayers Of(LayerSources sources, ArtifactResource function)
    {
        ArgumentNullException.ThrowIfNull(sources);
        ArgumentNullException.ThrowIfNull(function);
        var layers = new List<LayerName>();
        var (isComplete, isConditional) = (true, false);
        Add(sources.Terraform.Evaluate(function.Resource.Body, "layers", function.Instance));
        return new AttachedLayers([.. layers.Distinct()], isComplete, isConditional);

        void Add(Value value)
        {
            switch (value)
            {
                case NullValue or StringValue { Value: "" }:
                    break;
                case ListValue or SpreadValue or OneOfValue:
                case CallValue { Name: "compact" or "concat" or "flatten" or "distinct" or "tolist" or "toset" or "coalesce" or "coalescelist" or "try" }:
                    isConditional |= value is OneOfValue or CallValue { Name: "coalesce" or "coalescelist" or "try" };
                    foreach (var part in value.Parts) Add(part);
                    break;
                default:
                    var found = Find(sources, value);
                    layers.AddRange(found.Layers);
                    isComplete &= found.IsComplete;
                    break;
            }
        }
    }

    /// <summary>Whether a layer is not attached, for certain.</summary>
    public bool AreWithout(LayerName layer) => IsComplete && !Layers.Contains(layer);

    /// <summary>How Terraform would name a layer's ARN; null where nothing in the module does.</summary>
    public static string? ReferenceTo(LayerSources sources, LayerName layer)
    {
        ArgumentNullException.ThrowIfNull(sources);
        if (layer.Module == sources.Module.Name)
        {
            var artifact = sources.Module.Artifacts.FirstOrDefault(artifact => artifact.Kind == ArtifactKind.Layer && artifact.Name == layer.Name);
            return sources.Resources.FirstOrDefault(item => artifact is not null && item.MayTake(artifact) == true) is { } own ? $"{own.Resource.Address}.arn" : null;
        }
        return sources.Terraform.Variables.FirstOrDefault(variable => variable.Name.Contains("arn", StringComparison.Ordinal) && Named(sources, [variable.Name]) == layer) is { } passed ? $"var.{passed.Name}" : null;
    }

    private static AttachedLayers Find(LayerSources sources, Value value)
    {
        if (value is ReferenceValue { Kind: ReferenceKind.Resource, Type: ArtifactResource.LayerType } own)
        {
            var files = sources.Resources.Where(item => item.Resource == sources.Terraform.Resource(own)).Select(item => item.FileNames).ToList();
            if (files.Count == 0 || files.Contains(null)) return s_unknown;
            var artifacts = files.SelectMany(names => names!).Select(name => sources.Module.Artifacts.FirstOrDefault(artifact => artifact.Kind == ArtifactKind.Layer && artifact.FileName == name)).ToList();
            if (artifacts.Contains(null)) return s_unknown;
            var layers = artifacts.ConvertAll(artifact => new LayerName(sources.Module.Name, artifact!.Name));
            return layers.Except(sources.Available).Any() ? s_unknown : new AttachedLayers(layers, IsComplete: true, IsConditional: layers.Count > 1);
        }
        return Named(sources, Names(sources.Terraform, value)) is { } named ? new AttachedLayers([named], IsComplete: true, IsConditional: false) : s_unknown;
    }

    private static IEnumerable<string> Names(TerraformModule terraform, Value value)
    {
        switch (value)
        {
            case StringValue text:
                return [text.Value];
            case TemplateValue template:
                return template.Pieces.Select(piece => piece.Text).OfType<string>();
            case ReferenceValue { Kind: ReferenceKind.Data } data:
                return terraform.Resource(data) is { } source ? Names(terraform, terraform.Evaluate(source.Body, "layer_name")) : [];
            case ReferenceValue { Kind: ReferenceKind.Variable or ReferenceKind.Module } passed:
                return passed.Path.OfType<StringValue>().Select(step => step.Value).Append(passed.Name);
            default:
                return [];
        }
    }

    /// <summary>The layer that names speak of, by its name or its ARN: of several the one with the longest.</summary>
    private static LayerName? Named(LayerSources sources, IEnumerable<string> names)
    {
        var words = names.Select(Words).ToList();
        var named = sources.Available.Where(layer => layer.Name.Length > 0 && words.Exists(name => name.Contains(Words(layer.Name), StringComparison.OrdinalIgnoreCase))).ToList();
        return named.Count == 0 ? null : named.MaxBy(layer => layer.Name.Length);
    }

    /// <summary>With a dash at each end, so that whole words are compared.</summary>
    private static string Words(string name) => $"-{name.Replace('_', '-').Replace(':', '-').Replace('/', '-')}-";
}
