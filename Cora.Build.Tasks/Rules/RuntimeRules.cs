using Cora.Build.Diagnostics;
using Cora.Build.Modules;
using Cora.Build.Terraform;

namespace Cora.Build.Rules;

/// <summary>
/// Whether Lambda runs zips on what they were built for. What several resources take from one local or default is said once, there. A default that differs is one that nobody
/// could use.
/// </summary>
public static class RuntimeRules
{
    internal static readonly DiagnosticDescriptor s_runtime = new("CORA6002", Severity.Error, "Runtime that the zip was not built for") { IsConfigurable = true };
    internal static readonly DiagnosticDescriptor s_architecture = new("CORA6023", Severity.Error, "Architecture that the zip was not built for") { IsConfigurable = true };

    /// <summary>What a function is without <c>architectures</c>.</summary>
    private const string DefaultArchitecture = "x86_64";

    /// <summary>CORA6002 and CORA6023.</summary>
    public static void Check(LintModel model, TerraformModule terraform, LintReport report)
    {
        ArgumentNullException.ThrowIfNull(model);
        ArgumentNullException.ThrowIfNull(terraform);
        ArgumentNullException.ThrowIfNull(report);
        var found = new List<(DiagnosticDescriptor Descriptor, Location At, string Resource, string What)>();
        foreach (var item in model.ArtifactResources.Where(item => terraform.IsIntact(item.Resource.Block) && IsOwn(model, item)))
        {
            var isLayer = item.Kind == ArtifactKind.Layer;
            Compare(s_runtime, isLayer ? "compatible_runtimes" : "runtime", model.Module.TargetFramework, null);
            Compare(s_architecture, isLayer ? "compatible_architectures" : "architectures", model.Module.Architecture, isLayer ? null : DefaultArchitecture);

            void Compare(DiagnosticDescriptor descriptor, string argument, string target, string? missing)
            {
                if (item.Resource.Body.Argument(argument) is not { } written)
                {
                    if (missing is not null && missing != target) found.Add((descriptor, item.Resource.Block.Location, item.Resource.Address, $"has no {argument}, which means {missing}"));
                    return;
                }
                var value = terraform.Evaluate(written.Value, item.Instance);
                var own = OwnOf(value);
                if (own.Count > 0 && own.All(alternative => Differs(alternative, target)))
                    found.Add((descriptor, own[0].Origin?.Location ?? written.Value.Location, item.Resource.Address, $"has {argument} {Shown(own[0])}"));
            }
        }
        foreach (var (descriptor, at, what) in found.Select(item => (item.Descriptor, item.At, item.What)).Distinct())
        {
            var resources = found.Where(item => item.At == at && item.What == what).Select(item => item.Resource).Distinct().ToList();
            var others = resources.Count == 1 ? "" : $" (so {(resources.Count == 2 ? "has 1 other" : $"have {resources.Count - 1} others")})";
            var (target, property) = descriptor == s_runtime ? (model.Module.TargetFramework, "TargetFramework") : (model.Module.Architecture, "CoraArchitecture");
            report.Add(descriptor.At(at, $"{resources[0]} {what}{others}, and its zip is built for {target}. Make it {target}, or build for the other with {property}."));
        }
    }

    /// <summary>Whether it takes a zip of the module, for certain.</summary>
    private static bool IsOwn(LintModel model, ArtifactResource item) =>
        item.FileNames?.All(name => model.Module.Artifacts.Any(artifact => artifact.Kind == item.Kind && artifact.FileName == name)) == true;

    private static bool Differs(Value value, string target) => value switch
    {
        StringValue text => text.Value != target,
        ListValue { IsComplete: true, Items.Count: > 0 } list => list.Items.All(item => OwnOf(item) is { Count: > 0 } own && own.TrueForAll(text => text is StringValue known && known.Value != target)),
        _ => false,
    };

    private static string Shown(Value value) => value is ListValue list ? string.Join(", ", list.Items.SelectMany(OwnOf).Select(item => item.Text)) : value.Text!;

    /// <summary>What it may be, but for what a deployment says of its zip, which is right for that zip.</summary>
    private static List<Value> OwnOf(Value value) => [.. value.Alternatives.Where(alternative => DeployedZip.Of(alternative) is null)];
}
