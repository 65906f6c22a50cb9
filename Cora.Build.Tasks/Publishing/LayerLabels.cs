using System.Text.Json.Nodes;

namespace Cora.Build.Publishing;

/// <summary>What deployed layers are called. A layer with the same content keeps its label: a commit, or another clone, that changes no byte of it makes no new version.</summary>
internal sealed class LayerLabels
{
    private readonly Dictionary<string, string> _labels = new(StringComparer.Ordinal);

    /// <param name="modules">The entries of all modules, as Terraform gets them; null when there are none.</param>
    public LayerLabels(JsonObject? modules)
    {
        foreach (var (module, entry) in modules ?? [])
        {
            if ((entry as JsonObject)?["layers"] is not JsonObject layers) continue;
            foreach (var (layer, values) in layers)
            {
                if (Text(values, "source_code_hash") is { } hash && Text(values, "version_label") is { } label) _labels[Key(module, layer, hash)] = label;
            }
        }
    }

    /// <summary>The label of a layer that is deployed with this content; null when it is not.</summary>
    /// <param name="module">The module's name.</param>
    /// <param name="layer">The layer's.</param>
    /// <param name="sha256">Of its zip, in base64.</param>
    public string? Of(string module, string layer, string sha256) => _labels.GetValueOrDefault(Key(module, layer, sha256));

    private static string? Text(JsonNode? values, string name) => (values as JsonObject)?[name] is JsonValue value && value.TryGetValue(out string? text) ? text : null;

    private static string Key(string module, string layer, string sha256) => $"{module}/{layer}/{sha256}";
}
