using Cora.Build.Modules;

namespace Cora.Build.Terraform;

/// <summary>
/// What a reference takes from the result of a deployment, which is shaped like nothing else (docs/deploy.md): <c>var.artifacts.lambdas["orgs"].s3_key</c>,
/// <c>var.cora_artifacts["module-access"].layers["org-common"].source_code_hash</c>.
/// </summary>
/// <param name="Kind">Of the zip: function or layer.</param>
/// <param name="Name">The function's or layer's.</param>
/// <param name="Attribute">What it takes: <c>s3_key</c>, <c>runtime</c>.</param>
/// <param name="Source">Where the module's zips are named, as it would be written: <c>var.artifacts</c>.</param>
/// <param name="Module">The key under which they are, which is the module's name; null where a variable has those of one module.</param>
public sealed record DeployedZip(ArtifactKind Kind, string Name, string Attribute, string Source, string? Module)
{
    private static readonly string[] s_attributes = ["s3_bucket", "s3_key", "s3_object_version", "source_code_hash", "runtime", "version_label"];

    /// <summary>Null for any other value.</summary>
    public static DeployedZip? Of(Value value)
    {
        if (value is not ReferenceValue { Path: [.., StringValue { Value: "lambdas" or "layers" } group, StringValue name, StringValue attribute] } reference) return null;
        if (!s_attributes.Contains(attribute.Value)) return null;
        var source = new ReferenceValue(reference.Kind, reference.Type, reference.Name, [.. reference.Path.SkipLast(3)]);
        return new DeployedZip(group.Value == "layers" ? ArtifactKind.Layer : ArtifactKind.Function, name.Value, attribute.Value, source.ToString(), source.Path.Count == 0 ? null : source.Path[^1].Text ?? "");
    }
}
