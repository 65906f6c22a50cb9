using Cora.Build.Diagnostics;
using Cora.Build.Modules;
using Cora.Build.Terraform;

namespace Cora.Build.Rules;

/// <summary>Has all rules for Terraform look at a module's <c>infrastructure/</c>.</summary>
public static class TerraformLinter
{
    internal static readonly DiagnosticDescriptor s_syntax = new("CORA6017", Severity.Error, "Terraform that does not parse") { IsConfigurable = true, HidesOthers = true };

    /// <summary>What the rules find. Nothing where there is no Terraform.</summary>
    public static void Check(LintModel model, LintReport report)
    {
        ArgumentNullException.ThrowIfNull(model);
        ArgumentNullException.ThrowIfNull(report);
        if (model.Terraform is not { } terraform) return;
        report.Resources += terraform.AllResources.Count;
        foreach (var fault in terraform.Faults) report.Add(s_syntax.At(fault.Location, $"This is no Terraform: {fault.Message}"));
        GatewayResourceRules.Check(terraform, report);
        LayerVersionRules.Check(terraform, report);
        ContainerImageRules.Check(terraform, report);
        ResourceNameRules.Check(terraform, model.Module.Name, report);
        // Where there is nothing yet, that is all that is said.
        if (CheckAnyFunction(model, terraform, report)) return;
        ModuleInterfaceRules.Check(terraform, report);
        CodeHashRules.Check(model, terraform, report);
        RuntimeRules.Check(model, terraform, report);
        LifecycleRules.Check(terraform, report);
        ArtifactUseRules.Check(model, terraform, report);
        LayerAttachmentRules.Check(model, terraform, report);
        FunctionEnvironmentRules.Check(model, terraform, report);
        TerraformHandlerRules.Check(model, terraform, report);
    }

    /// <summary>Whether the module has functions, and nothing deploys them.</summary>
    private static bool CheckAnyFunction(LintModel model, TerraformModule terraform, LintReport report)
    {
        if (!terraform.IsWhole || terraform.ModuleCalls.Count > 0 || terraform.Resources("aws_lambda_function").Any()) return false;
        if (!model.Artifacts.Any(artifact => artifact.Artifact.Kind == ArtifactKind.Function)) return false;
        report.Add(Linter.s_nothingToCheckAgainst.At(new Location(terraform.Directory),
            "The module has functions, and no file in its infrastructure/ has a resource \"aws_lambda_function\" or a module that could have one: nothing deploys them. Add the resources, or delete the directory."));
        return true;
    }
}
