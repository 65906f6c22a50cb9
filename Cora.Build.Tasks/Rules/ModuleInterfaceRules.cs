using Cora.Build.Diagnostics;
using Cora.Build.Terraform;

namespace Cora.Build.Rules;

/// <summary>What an environment passes to every module, and takes from it.</summary>
public static class ModuleInterfaceRules
{
    internal static readonly DiagnosticDescriptor s_interface = new("CORA6018", Severity.Error, "Module interface that is not whole") { IsConfigurable = true };

    private static readonly string[] s_variables = ["project_name", "environment", "module_name", "supabase_secret_arn", "aws_region", "log_level"];
    private static readonly string[] s_outputs = ["api_routes", "lambda_invoke_arns"];

    /// <summary>CORA6018. What is not declared in a file that was read may be in one that was not.</summary>
    public static void Check(TerraformModule terraform, LintReport report)
    {
        ArgumentNullException.ThrowIfNull(terraform);
        ArgumentNullException.ThrowIfNull(report);
        if (!terraform.IsWhole) return;
        var variables = terraform.Variables.Select(variable => variable.Name).ToList();
        var outputs = terraform.Outputs.Select(output => output.Name).ToList();
        var isUsed = Undeclared(terraform).ToLookup(use => use.Name, StringComparer.Ordinal);

        // A variable that is used and not declared is said where it is used.
        foreach (var name in s_variables.Except(variables).Where(name => !isUsed.Contains(name)))
        {
            report.Add(s_interface.At(PlaceFor("variable", "variables.tf", terraform),
                $"The module has no variable '{name}', which environments pass to every module.{Suggestion.Sentence(name, variables.Except(s_variables))} Add: variable \"{name}\" {{ type = string }}."));
        }
        foreach (var name in s_outputs.Except(outputs))
        {
            report.Add(s_interface.At(PlaceFor("output", "outputs.tf", terraform),
                $"The module has no output '{name}', which environments take from every module.{Suggestion.Sentence(name, outputs.Except(s_outputs))} Add it{(name == "api_routes" ? ": the list of its routes, or [] when it has none" : ": the invoke_arn of each function, by name")}."));
        }
        foreach (var uses in isUsed)
        {
            report.Add(s_interface.At(uses.First().Reference.Location,
                $"No variable '{uses.Key}' is declared in infrastructure/.{Suggestion.Sentence(uses.Key, variables)} Declare it, or use one that is.{(uses.Count() > 1 ? $" It is used in {uses.Count()} places." : "")}"));
        }
    }

    private static IEnumerable<(string Name, HclTraversal Reference)> Undeclared(TerraformModule terraform) => terraform.Files
        .SelectMany(file => HclReferences.Of(file.Body))
        .Where(reference => reference is { Source: HclVariable { Name: "var" }, Steps: [HclAttributeStep, ..] })
        .Select(reference => (((HclAttributeStep)reference.Steps[0]).Name, reference))
        .Where(use => terraform.Variable(use.Name) is null);

    /// <summary>The file where such blocks are, or would be.</summary>
    private static Location PlaceFor(string type, string name, TerraformModule terraform)
    {
        var file = terraform.Files.FirstOrDefault(file => Path.GetFileName(file.Path) == name)
            ?? terraform.Files.FirstOrDefault(file => file.Body.BlocksOf(type).Any())
            ?? terraform.Files[0];
        return new Location(file.Path, 1, 1);
    }
}
