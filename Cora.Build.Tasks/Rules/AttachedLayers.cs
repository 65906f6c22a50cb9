using Cora.Build.Modules;
using Cora.Build.Python.Source;
using Cora.Build.Terraform;

namespace Cora.Build.Rules;

/// <summary>The layers that Terraform attaches to a function. Those of other modules are known by the names of variables and of layers: <c>var.org_common_layer_arn</c>.</summary>
/// <param name="Layers">Those that are, or under some condition may be.</param>
/// <param name="IsComplete">Whether there are no others; false when one is of unknown origin.</param>
public sealed record AttachedLayers(IReadOnlyList<ImportableCode> Layers, bool IsComplete)
{
    private static readonly AttachedLayers s_unknown = new([], IsComplete: false);

    /// <summary>Of a function's resource.</summary>
    public static AttachedLayers Of(LintModel model, TerraformModule terraform, ArtifactResource function)
    {
        ArgumentNullException.ThrowIfNull(model);
        ArgumentNullException.ThrowIfNull(terraform);
        ArgumentNullException.ThrowIfNull(function);
        var layers = new List<ImportableCode>();
        var isComplete = true;
        Add(terraform.Evaluate(function.Resource.Body, "layers", function.Instance));
        return new AttachedLayers([.. layers.Distinct()], isComplete);

        void Add(Value value)
        {
            switch (value)
            {
                case NullValue or StringValue { Value: "" }:
                    break;
                case ListValue or SpreadValue or OneOfValue:
                case CallValue { Name: "compact" or "concat" or "flatten" or "distinct" or "tolist" or "toset" or "coalesce" or "coalescelist" or "try" }:
                    foreach (var part in value.Parts) Add(part);
                    break;
                default:
                    var found = Find(model, terraform, value);
                    layers.AddRange(found.Layers);
                    isComplete &= found.IsComplete;
                    break;
            }
        }
    }

    /// <summary>Whether a layer is not attached, for certain.</summary>
    public bool AreWithout(ImportableCode layer) => IsComplete && !Layers.Contains(layer);

    /// <summary>How Terraform would name a layer's ARN; null where nothing in the module does.</summary>
    public static string? ReferenceTo(LintModel model, TerraformModule terraform, ImportableCode layer)
    {
        ArgumentNullException.ThrowIfNull(model);
        ArgumentNullException.ThrowIfNull(terraform);
        ArgumentNullException.ThrowIfNull(layer);
        if (layer.Module == model.Module.Name)
        {
            var artifact = model.Module.Artifacts.FirstOrDefault(artifact => artifact.Kind == ArtifactKind.Layer && artifact.Name == layer.Name);
            return model.ArtifactResources.FirstOrDefault(item => artifact is not null && item.MayTake(artifact) == true) is { } own ? $"{own.Resource.Address}.arn" : null;
        }
        return terraform.Variables.FirstOrDefault(variable => variable.Name.Contains("arn", StringComparison.Ordinal) && Named(model, [variable.Name]) == layer) is { } passed ? $"var.{passed.Name}" : null;
    }

    private static AttachedLayers Find(LintModel model, TerraformModule terraform, Value value)
    {
        if (value is ReferenceValue { Kind: Terraform.ReferenceKind.Resource, Type: ArtifactResource.LayerType } own)
        {
            var files = model.ArtifactResources.Where(item => item.Resource == terraform.Resource(own)).Select(item => item.FileNames).ToList();
            if (files.Count == 0 || files.Contains(null)) return s_unknown;
            var artifacts = files.SelectMany(names => names!).Select(name => model.Module.Artifacts.FirstOrDefault(artifact => artifact.Kind == ArtifactKind.Layer && artifact.FileName == name)).ToList();
            var layers = artifacts.Select(artifact => model.AvailableLayers.FirstOrDefault(layer => layer.Module == model.Module.Name && layer.Name == artifact?.Name)).ToList();
            return layers.Contains(null) ? s_unknown : new AttachedLayers([.. layers.OfType<ImportableCode>()], IsComplete: true);
        }
        return Named(model, Names(terraform, value)) is { } named ? new AttachedLayers([named], IsComplete: true) : s_unknown;
    }

    private static IEnumerable<string> Names(TerraformModule terraform, Value value)
    {
        switch (value)
        {
            case StringValue text:
                return [text.Value];
            case TemplateValue template:
                return template.Pieces.Select(piece => piece.Text).OfType<string>();
            case ReferenceValue { Kind: Terraform.ReferenceKind.Data } data:
                return terraform.Resource(data) is { } source ? Names(terraform, terraform.Evaluate(source.Body, "layer_name")) : [];
            case ReferenceValue { Kind: Terraform.ReferenceKind.Variable or Terraform.ReferenceKind.Module } passed:
                return passed.Path.OfType<StringValue>().Select(step => step.Value).Append(passed.Name);
            default:
                return [];
        }
    }

    /// <summary>The layer that names speak of, by its name or its ARN: of several the one with the longest.</summary>
    private static ImportableCode? Named(LintModel model, IEnumerable<string> names)
    {
        var words = names.Select(Words).ToList();
        return model.AvailableLayers.Where(layer => layer.Name.Length > 0 && words.Exists(name => name.Contains(Words(layer.Name), StringComparison.OrdinalIgnoreCase))).MaxBy(layer => layer.Name.Length);
    }

    /// <summary>With a dash at each end, so that whole words are compared.</summary>
    private static string Words(string name) => $"-{name.Replace('_', '-').Replace(':', '-').Replace('/', '-')}-";
}
