using Cora.Build.Diagnostics;
using Cora.Build.Terraform;

namespace Cora.Build.Rules;

/// <summary>Functions are zips. A container image has another build, another deployment, and none of these checks.</summary>
public static class ContainerImageRules
{
    internal static readonly DiagnosticDescriptor s_image = new("CORA6030", Severity.Error, "Container image in a module") { IsConfigurable = true };

    /// <summary>CORA6030.</summary>
    public static void Check(TerraformModule terraform, LintReport report)
    {
        ArgumentNullException.ThrowIfNull(terraform);
        ArgumentNullException.ThrowIfNull(report);
        foreach (var resource in terraform.AllResources.Where(resource => terraform.IsIntact(resource.Block) && terraform.InstancesOf(resource.Body).Count > 0))
        {
            if (resource.Type.StartsWith("aws_ecr_", StringComparison.Ordinal) || resource.Type.StartsWith("aws_ecrpublic_", StringComparison.Ordinal))
            {
                report.Add(s_image.At(resource.Block.Location, $"{resource.Address} is for container images, and a module's functions are zips. Remove it."));
            }
            else if (resource is { IsData: false, Type: "aws_lambda_function" } && ImageOf(resource, terraform) is { } image)
            {
                report.Add(s_image.At(image.Location, $"{resource.Address} is a container image, and a module's functions are zips. Give it filename and source_code_hash of its zip instead of {image.Name}."));
            }
        }
    }

    /// <summary>The argument that makes it one for certain; null where none does.</summary>
    private static HclArgument? ImageOf(TerraformResource function, TerraformModule terraform)
    {
        if (function.Body.Argument("image_uri") is { } uri && terraform.Evaluate(uri.Value).Alternatives.All(value => value is not (NullValue or UnknownValue or CallValue or StringValue { Value: "" }))) return uri;
        return function.Body.Argument("package_type") is { } type && terraform.Evaluate(type.Value) is StringValue { Value: "Image", IsDefault: false } ? type : null;
    }
}
