using Cora.Build.Modules;

namespace Cora.Build.Terraform;

/// <summary>A function or layer version in Terraform, and the zip that it takes: an instance of a resource, where <c>count</c> or <c>for_each</c> makes several.</summary>
/// <param name="Resource">An <c>aws_lambda_function</c> or <c>aws_lambda_layer_version</c>.</param>
/// <param name="Instance">Which of its instances.</param>
/// <param name="FileNames">
/// File names of the zip, without directories; several where conditions decide. Null where it is not known: then the resource may be of any function or layer.
/// </param>
/// <param name="IsLocal">Whether Terraform uploads the zip itself (<c>filename</c>); false for one that is in S3 (<c>s3_key</c>), and for what says neither.</param>
public sealed record ArtifactResource(TerraformResource Resource, TerraformInstance Instance, IReadOnlyList<string>? FileNames, bool IsLocal)
{
    /// <summary>Function or layer.</summary>
    public ArtifactKind Kind => Resource.Type == LayerType ? ArtifactKind.Layer : ArtifactKind.Function;

    /// <summary>The type of functions.</summary>
    public const string FunctionType = "aws_lambda_function";

    /// <summary>The type of layers.</summary>
    public const string LayerType = "aws_lambda_layer_version";

    /// <summary>The functions and layer versions of a module, each instance, in the order of the files.</summary>
    public static IReadOnlyList<ArtifactResource> Of(TerraformModule terraform)
    {
        ArgumentNullException.ThrowIfNull(terraform);
        return [.. terraform.AllResources.Where(resource => resource is { IsData: false, Type: FunctionType or LayerType })
            .SelectMany(resource => terraform.InstancesOf(resource.Body).Select(instance => Of(terraform, resource, instance)))];
    }

    /// <summary>Whether it may take the zip of an artifact; null when nobody knows.</summary>
    public bool? MayTake(Artifact artifact)
    {
        ArgumentNullException.ThrowIfNull(artifact);
        return artifact.Kind != Kind ? false : FileNames?.Contains(artifact.FileName, StringComparer.Ordinal);
    }

    private static ArtifactResource Of(TerraformModule terraform, TerraformResource resource, TerraformInstance instance)
    {
        var file = terraform.Evaluate(resource.Body, "filename", instance);
        var isLocal = file is not NullValue;
        if (!isLocal) file = terraform.Evaluate(resource.Body, "s3_key", instance);
        // One of several may be null: then it is in S3 or here, as a variable says.
        var names = file.Alternatives.Where(alternative => alternative is not NullValue).Select(FileName).ToList();
        return new ArtifactResource(resource, instance, names.Count == 0 || names.Contains(null) ? null : [.. names.OfType<string>().Distinct(StringComparer.Ordinal)], isLocal);
    }

    /// <summary>What stands behind the last slash; null where that is not known.</summary>
    private static string? FileName(Value path)
    {
        var end = path switch { StringValue text => text.Value, TemplateValue template when template.KnownEnd.Contains('/') => template.KnownEnd, _ => null };
        return end?[(end.LastIndexOf('/') + 1)..] is { Length: > 0 } name ? name : null;
    }
}
