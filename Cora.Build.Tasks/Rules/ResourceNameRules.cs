using Cora.Build.Diagnostics;
using Cora.Build.Terraform;

namespace Cora.Build.Rules;

/// <summary>
/// Functions and layers are called <c>{project}-{environment}-{module}-…</c>: names of one account must differ between environments and modules. Whether a name begins so is
/// asked of variables as such, whatever their defaults.
/// </summary>
public static class ResourceNameRules
{
    internal static readonly DiagnosticDescriptor s_name = new("CORA6031", Severity.Warning, "Name without project, environment and module");

    private static readonly string[] s_order = ["project_name", "environment", "module_name"];

    /// <summary>CORA6031.</summary>
    /// <param name="terraform">The module's Terraform.</param>
    /// <param name="module">The module's name.</param>
    /// <param name="report">Takes findings.</param>
    public static void Check(TerraformModule terraform, string module, LintReport report)
    {
        ArgumentNullException.ThrowIfNull(terraform);
        ArgumentNullException.ThrowIfNull(module);
        ArgumentNullException.ThrowIfNull(report);
        var symbolic = terraform.With(terraform.Variables.ToDictionary(variable => variable.Name, variable => (Value)new ReferenceValue(Terraform.ReferenceKind.Variable, "", variable.Name, []), StringComparer.Ordinal));
        var names = terraform.Resources("aws_lambda_function").Select(resource => (resource, "function_name", "function"))
            .Concat(terraform.Resources("aws_lambda_layer_version").Select(resource => (resource, "layer_name", "layer")));
        foreach (var (resource, argument, what) in names.Where(item => terraform.IsIntact(item.resource.Block)))
        {
            if (resource.Body.Argument(argument) is not { } name) continue;
            var wrong = symbolic.InstancesOf(resource.Body).Select(instance => symbolic.Evaluate(name.Value, instance))
                .FirstOrDefault(value => value.Alternatives.All(alternative => Missing(alternative, module) is not null));
            if (wrong is null) continue;
            report.Add(s_name.At(name.Value.Location,
                $"The name of {what} {resource.Address} does not begin with project, environment and module: {Missing(wrong.Alternatives[0], module)} is missing. Another environment or module would use the same name. Begin it with \"${{var.project_name}}-${{var.environment}}-${{var.module_name}}-\"."));
        }
    }

    /// <summary>Which variable a name certainly has not where it should; null when it may have all.</summary>
    private static string? Missing(Value name, string module)
    {
        if (name is not (StringValue or TemplateValue or ReferenceValue)) return null;
        var next = 0;
        foreach (var piece in name is TemplateValue template ? template.Pieces : [name])
        {
            if (next == s_order.Length) return null;
            var text = piece.Text?.TrimStart('-', '_');
            if (text is null)
            {
                // What is made of one variable stands for it: substr(var.environment, 0, 3).
                if (piece.References().Distinct().ToList() is not [{ Kind: Terraform.ReferenceKind.Variable } only] || !s_order.Contains(only.Name)) return null;
                if (only.Name != s_order[next]) return $"var.{s_order[next]}";
                next++;
            }
            else if (text.Length > 0)
            {
                // A project may have its name written out, and a module its own.
                if (next == 0) next = 1;
                else if (next == 2 && IsModule(text, module)) return null;
                else return $"var.{s_order[next]}";
            }
        }
        return next == s_order.Length ? null : $"var.{s_order[next]}";
    }

    private static bool IsModule(string text, string module)
    {
        var name = Plain(text);
        return name.StartsWith(Plain(module), StringComparison.Ordinal) || name.StartsWith(Plain(module.StartsWith("module-", StringComparison.Ordinal) ? module["module-".Length..] : module), StringComparison.Ordinal);

        static string Plain(string name) => name.Replace('_', '-');
    }
}
