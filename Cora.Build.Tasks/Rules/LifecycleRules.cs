using Cora.Build.Diagnostics;
using Cora.Build.Terraform;

namespace Cora.Build.Rules;

/// <summary>How Terraform replaces functions and layers.</summary>
public static class LifecycleRules
{
    internal static readonly DiagnosticDescriptor s_createFirst = new("CORA6004", Severity.Warning, "No create_before_destroy");
    internal static readonly DiagnosticDescriptor s_ignored = new("CORA6005", Severity.Error, "Changes of the code that are ignored") { IsConfigurable = true };

    private static readonly string[] s_code = ["source_code_hash", "filename", "s3_key"];

    /// <summary>CORA6004 and CORA6005.</summary>
    public static void Check(TerraformModule terraform, LintReport report)
    {
        ArgumentNullException.ThrowIfNull(terraform);
        ArgumentNullException.ThrowIfNull(report);
        foreach (var resource in terraform.Resources(ArtifactResource.FunctionType).Concat(terraform.Resources(ArtifactResource.LayerType)).Where(resource => terraform.IsIntact(resource.Block)))
        {
            var lifecycle = resource.Body.Block("lifecycle")?.Body ?? HclBody.Empty;
            CheckCreateFirst(resource, lifecycle.Argument("create_before_destroy"), report);
            if (lifecycle.Argument("ignore_changes")?.Value is not { } ignored) continue;
            foreach (var name in ignored is HclTuple list ? list.Items : [ignored])
            {
                var what = name switch { HclVariable variable => variable.Name, HclText text => text.Value, _ => "" };
                if (!s_code.Contains(what) && what != "all") continue;
                report.Add(s_ignored.At(name.Location,
                    $"{resource.Address} ignores changes of {(what == "all" ? "all arguments" : what)}: new code is never deployed. {(what == "all" ? "Name the arguments that others change." : "Remove it from ignore_changes.")}"));
            }
        }
    }

    private static void CheckCreateFirst(TerraformResource resource, HclArgument? argument, LintReport report)
    {
        // Not one of literals is no Terraform.
        if (argument is not null && argument.Value is not (HclBool { Value: false } or HclText { Value: "false" })) return;
        // The old version of such a layer stays for good.
        if (resource.Body.Argument("skip_destroy")?.Value is HclBool { Value: true }) return;
        report.Add(s_createFirst.At(argument?.Value.Location ?? resource.Block.Location,
            $"{resource.Address} is destroyed before its successor is there, and until then nothing answers. Add: lifecycle {{ create_before_destroy = true }}."));
    }
}
