using Cora.Build.Terraform;

namespace Cora.Build.Rules;

/// <summary>Pairs the functions of a module's Terraform with the code in their zips.</summary>
internal static class TerraformFunctions
{
    /// <summary>Those whose zip is known for certain, each instance, in the order of the files.</summary>
    public static IEnumerable<(ArtifactResource Resource, ArtifactCode Function)> Of(LintModel model, TerraformModule terraform)
    {
        foreach (var item in model.ArtifactResources.Where(item => item is { Kind: Modules.ArtifactKind.Function, FileNames.Count: 1 } && terraform.IsIntact(item.Resource.Block)))
        {
            if (model.Artifacts.FirstOrDefault(artifact => item.MayTake(artifact.Artifact) == true) is { } function) yield return (item, function);
        }
    }
}
