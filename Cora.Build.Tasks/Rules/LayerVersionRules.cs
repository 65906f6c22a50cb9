using Cora.Build.Diagnostics;
using Cora.Build.Terraform;

namespace Cora.Build.Rules;

/// <summary>
/// A data source of a layer is read while Terraform plans, before the plan makes a new version of the layer: functions get the version before that one. One that is of a
/// certain version, of another account, or waits for the layer (<c>depends_on</c>) does not lag.
/// </summary>
public static class LayerVersionRules
{
    internal static readonly DiagnosticDescriptor s_lags = new("CORA6020", Severity.Warning, "Layer version that lags behind");

    private const string LayerVersion = "aws_lambda_layer_version";

    /// <summary>CORA6020.</summary>
    public static void Check(TerraformModule terraform, LintReport report)
    {
        ArgumentNullException.ThrowIfNull(terraform);
        ArgumentNullException.ThrowIfNull(report);
        var used = terraform.Files.SelectMany(file => HclReferences.Of(file.Body))
            .Where(reference => reference is { Source: HclVariable { Name: "data" }, Steps: [HclAttributeStep { Name: LayerVersion }, HclAttributeStep, ..] })
            .Select(reference => ((HclAttributeStep)reference.Steps[1]).Name)
            .ToHashSet(StringComparer.Ordinal);
        foreach (var layer in terraform.DataSources(LayerVersion).Where(layer => used.Contains(layer.Name)))
        {
            var body = layer.Body;
            if (!terraform.IsIntact(layer.Block) || body.Argument("version") is not null || body.Argument("depends_on") is not null || terraform.InstancesOf(body).Count == 0) continue;
            if (terraform.Evaluate(body, "layer_name").Alternatives.Any(MayBeOfAnotherAccount)) continue;
            report.Add(s_lags.At(layer.Block.Location,
                $"{layer.Address} is read before this plan makes a new version of the layer, so functions get the one before. Take the ARN of the layer's resource: aws_lambda_layer_version.<name>.arn, or of another module through a variable such as var.org_common_layer_arn."));
        }
    }

    /// <summary>An ARN says the account; what is not known may be one.</summary>
    private static bool MayBeOfAnotherAccount(Value name) => name switch
    {
        StringValue text => text.Value.StartsWith("arn:", StringComparison.Ordinal),
        TemplateValue { Pieces: [ReferenceValue first, ..] } => Last(first).Contains("arn", StringComparison.OrdinalIgnoreCase),
        TemplateValue template => template.KnownStart.Length == 0 || template.KnownStart.StartsWith("arn:", StringComparison.Ordinal),
        ReferenceValue reference => !Last(reference).EndsWith("name", StringComparison.Ordinal),
        _ => true,
    };

    private static string Last(ReferenceValue reference) => reference.Attribute ?? reference.Name;
}
