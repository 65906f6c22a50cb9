using Cora.Build.Diagnostics;
using Cora.Build.Python.Source;
using Cora.Build.Terraform;

namespace Cora.Build.Rules;

/// <summary>Whether the handler that Terraform names is in the function's zip, or in a layer that it attaches. What the item's own handler lacks is said of the code.</summary>
public static class TerraformHandlerRules
{
    internal static readonly DiagnosticDescriptor s_handler = new("CORA6029", Severity.Error, "Handler that is not in the zip") { IsConfigurable = true };

    /// <summary>CORA6029.</summary>
    public static void Check(LintModel model, TerraformModule terraform, LintReport report)
    {
        ArgumentNullException.ThrowIfNull(model);
        ArgumentNullException.ThrowIfNull(terraform);
        ArgumentNullException.ThrowIfNull(report);
        var said = new HashSet<TerraformResource>();
        foreach (var (item, function) in TerraformFunctions.Of(model, terraform))
        {
            if (item.Resource.Body.Argument("handler") is not { } argument) continue;
            var handlers = terraform.Evaluate(argument.Value, item.Instance).Alternatives;
            // What a layer of unknown origin has, nobody knows.
            var isComplete = AttachedLayers.Of(model.LayerSources(terraform), item).IsComplete;
            var reasons = handlers.Select(handler => handler.Text is null || handler.Text == function.Artifact.Handler ? null : WhyNot(model, function, handler.Text, isComplete)).ToList();
            if (reasons.Contains(null) || !said.Add(item.Resource)) continue;
            report.Add(s_handler.At(argument.Value.Location,
                $"The handler of {item.Resource.Address} is '{handlers[0].Text}', and {reasons[0]}. Name what is there{(function.HandlerSource is null ? "" : $", such as '{function.Artifact.Handler}'")}."));
        }
    }

    private static string? WhyNot(LintModel model, ArtifactCode function, string handler, bool isComplete)
    {
        var dot = handler.LastIndexOf('.');
        if (dot <= 0) return "that is not a file and a function: file.function";
        var (file, name) = (handler[..dot].Replace('/', '.'), handler[(dot + 1)..]);
        var scope = model.ScopeOf(function);
        var found = scope.Find(file);
        if (found.Kind == MeaningKind.Missing) return isComplete ? $"the zip of {function.Artifact.Display} has no '{handler[..dot]}.py'" : null;
        if (found is not { Kind: MeaningKind.Module, Source: { Facts.Fault: null } source }) return null;
        return scope.Lookup(found, name) is [{ Kind: MeaningKind.Missing }] ? $"'{source.Name}' in the zip of {function.Artifact.Display} does not define '{name}'" : null;
    }
}
