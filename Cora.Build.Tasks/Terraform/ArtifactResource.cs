using Cora.Build.Modules;

namespace Cora.Build.Terraform;

/// <summary>Where a resource may take its zip from.</summary>
/// <param name="Argument">What says so: <c>filename</c> or <c>s3_key</c>.</param>
/// <param name="Value">The path or key, as far as it is known. Never null.</param>
/// <param name="FileName">The zip's file name, without directories; null where it is not known.</param>
/// <param name="Deployed">What a deployment sent, when that is where the key comes from. The file name is then that of the artifact.</param>
public sealed record ArtifactPath(HclArgument Argument, Value Value, string? FileName, DeployedZip? Deployed)
{
    /// <summary>Whether Terraform uploads the zip itself.</summary>
    public bool IsLocal => Argument.Name == ArtifactResource.LocalArgument;
}

/// <summary>A function or layer version in Terraform, and the zip that it takes: an instance of a resource, where <c>count</c> or <c>for_each</c> makes several.</summary>
/// <param name="Resource">An <c>aws_lambda_function</c> or <c>aws_lambda_layer_version</c>.</param>
/// <param name="Instance">Which of its instances.</param>
/// <param name="Paths">Where its zip is; several where conditions decide, such as here in one environment and in S3 in another. None for what says neither.</param>
public sealed record ArtifactResource(TerraformResource Resource, TerraformInstance Instance, IReadOnlyList<ArtifactPath> Paths)
{
    /// <summary>The type of functions.</summary>
    public const string FunctionType = "aws_lambda_function";

    /// <summary>The type of layers.</summary>
    public const string LayerType = "aws_lambda_layer_version";

    /// <summary>The argument for a zip that Terraform uploads.</summary>
    internal const string LocalArgument = "filename";

    /// <summary>The argument for a zip in S3.</summary>
    internal const string KeyArgument = "s3_key";

    /// <summary>Function or layer.</summary>
    public ArtifactKind Kind => Resource.Type == LayerType ? ArtifactKind.Layer : ArtifactKind.Function;

    /// <summary>
    /// File names of the zip, without directories; several where conditions decide. Null where it is not known: then the resource may be of any function or layer.
    /// </summary>
    public IReadOnlyList<string>? FileNames { get; } =
        Paths.Count == 0 || Paths.Any(path => path.FileName is null) ? null : [.. Paths.Select(path => path.FileName!).Distinct(StringComparer.Ordinal)];

    /// <summary>The functions and layer versions of a module, each instance, in the order of the files.</summary>
    /// <param name="terraform">The module's Terraform.</param>
    /// <param name="module">The module.</param>
    public static IReadOnlyList<ArtifactResource> Of(TerraformModule terraform, Module module)
    {
        ArgumentNullException.ThrowIfNull(terraform);
        ArgumentNullException.ThrowIfNull(module);
        return [.. terraform.AllResources.Where(resource => resource is { IsData: false, Type: FunctionType or LayerType })
            .SelectMany(resource => terraform.InstancesOf(resource.Body).Select(instance => new ArtifactResource(resource, instance, PathsOf(terraform, resource, instance, module))))];
    }

    /// <summary>Whether it may take the zip of an artifact; null when nobody knows.</summary>
    public bool? MayTake(Artifact artifact)
    {
        ArgumentNullException.ThrowIfNull(artifact);
        return artifact.Kind != Kind ? false : FileNames?.Contains(artifact.FileName, StringComparer.Ordinal);
    }

    /// <summary>One of several may be null: then it is in S3 or here, as a variable says. What is in S3 beside a file counts where a deployment says what it is.</summary>
    private static List<ArtifactPath> PathsOf(TerraformModule terraform, TerraformResource resource, TerraformInstance instance, Module module)
    {
        var (local, inS3) = (Paths(LocalArgument), Paths(KeyArgument));
        return local.Count == 0 ? inS3 : [.. local, .. inS3.Where(path => path.Deployed is not null)];

        List<ArtifactPath> Paths(string name) => resource.Body.Argument(name) is not { } argument ? []
            : [.. terraform.Evaluate(argument.Value, instance).Alternatives.Where(alternative => alternative is not NullValue).Select(alternative => Path(argument, alternative))];

        ArtifactPath Path(HclArgument argument, Value value) =>
            DeployedZip.Of(value) is { } deployed ? new(argument, value, FileName(deployed, module), deployed) : new(argument, value, FileName(value), null);
    }

    /// <summary>Of what the module does not make, what it would be called. Null for what may be of another module.</summary>
    private static string? FileName(DeployedZip deployed, Module module) => deployed.Module is { } name && name != module.Name ? null
        : module.Artifacts.FirstOrDefault(artifact => artifact.Kind == deployed.Kind && artifact.Name == deployed.Name)?.FileName
            ?? $"{deployed.Name}{(deployed.Kind == ArtifactKind.Layer ? "-layer" : "")}.zip";

    /// <summary>What stands behind the last slash; null where that is not known.</summary>
    private static string? FileName(Value path)
    {
        var end = path switch { StringValue text => text.Value, TemplateValue template when template.KnownEnd.Contains('/') => template.KnownEnd, _ => null };
        return end?[(end.LastIndexOf('/') + 1)..] is { Length: > 0 } name ? name : null;
    }
}
