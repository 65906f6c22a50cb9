using Cora.Build.Diagnostics;
using Cora.Build.Terraform;

namespace Cora.Build.Rules;

/// <summary>Whether Terraform sets the environment variables that a function's code needs, and none that nothing reads.</summary>
public static class FunctionEnvironmentRules
{
    internal static readonly DiagnosticDescriptor s_notSet = new("CORA6021", Severity.Warning, "Environment variable that Terraform does not set");
    internal static readonly DiagnosticDescriptor s_notRead = new("CORA6022", Severity.Suggestion, "Environment variable that nothing reads");

    /// <summary>CORA6021 and CORA6022. What several functions share is read when one of them reads it.</summary>
    public static void Check(LintModel model, TerraformModule terraform, LintReport report)
    {
        ArgumentNullException.ThrowIfNull(model);
        ArgumentNullException.ThrowIfNull(terraform);
        ArgumentNullException.ThrowIfNull(report);
        var functions = TerraformFunctions.Of(model, terraform).ToList();
        var uses = functions.Select(item => item.Function).Distinct().ToDictionary(function => function, function => EnvironmentVariables.Of(model, function));
        var said = new HashSet<(TerraformResource, string)>();
        foreach (var (item, function) in functions)
        {
            if (Variables(terraform, item) is not { } variables) continue;
            var at = item.Resource.Body.Block("environment")?.Body.Argument("variables")?.Value.Location ?? item.Resource.Block.Location;
            foreach (var needed in uses[function].Required.Where(needed => variables.All(set => set.IsComplete && set[needed.Name] is null) && said.Add((item.Resource, needed.Name))))
            {
                var names = variables.SelectMany(set => set.Entries.Keys).Distinct();
                report.Add(s_notSet.At(at,
                    $"{item.Resource.Address} does not set the environment variable '{needed.Name}', and {function.Artifact.Display} fails without it ({Path.GetFileName(needed.At.File)}, line {needed.At.Line}).{Suggestion.Sentence(needed.Name, names)} Add it to environment.variables, or read it with a default."));
            }
        }

        // Also of functions whose zip is not known: they may read it.
        var set = model.ArtifactResources.Where(item => item.Resource.Type == ArtifactResource.FunctionType)
            .SelectMany(item => (Variables(terraform, item) ?? []).SelectMany(map => map.Entries).Where(entry => entry.Value.Origin is not null)
                .Select(entry => (entry.Key, entry.Value.Origin!.Location, Item: item, functions.Find(pair => pair.Resource == item).Function)))
            .ToLookup(entry => (entry.Key, entry.Location));
        foreach (var entries in set.Where(entries => entries.All(entry => entry.Function is not null && terraform.IsIntact(entry.Item.Resource.Block) && !uses[entry.Function].MayRead(entry.Key))))
        {
            var who = entries.Select(entry => entry.Function!.Artifact.Display).Distinct().ToList();
            report.Add(s_notRead.At(entries.Key.Location, $"The environment variable '{entries.Key.Key}' is set, and {(who.Count == 1 ? $"{who[0]} does not read it" : $"none of {who.Count} functions reads it")}. Remove it."));
        }
    }

    /// <summary>What is set, in each case that there may be; null where that is not known.</summary>
    private static List<ObjectValue>? Variables(TerraformModule terraform, ArtifactResource item)
    {
        var environment = item.Resource.Body.Block("environment");
        if (environment?.Dynamic is not null) return null;
        var variables = environment is null ? new NullValue() : terraform.Evaluate(environment.Body, "variables", item.Instance);
        var cases = variables.Alternatives.Select(value => value is NullValue ? new ObjectValue(new Dictionary<string, Value>()) : value as ObjectValue).ToList();
        return cases.Contains(null) ? null : [.. cases.OfType<ObjectValue>()];
    }
}
