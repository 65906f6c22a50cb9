using System.Globalization;
using Cora.Build.Diagnostics;
using Cora.Build.Modules;

namespace Cora.Build.Publishing;

/// <summary>What a deployment did.</summary>
/// <param name="Line">Such as <c>dev: 12 sent, 288 there already, 57.3 MB in 4.1 s to s3://bucket</c>.</param>
/// <param name="Rows">The table: what was sent or would be.</param>
/// <param name="Details">Lines for what was there already.</param>
/// <param name="Objects">All objects.</param>
/// <param name="Diagnostics">What kept anything from being sent.</param>
public sealed record DeployReport(string Line, IReadOnlyList<string> Rows, IReadOnlyList<string> Details, IReadOnlyList<DeployedObject> Objects, IReadOnlyList<Diagnostic> Diagnostics)
{
    internal static DeployReport Of(DeployOptions options, IReadOnlyList<DeployModule> modules, IReadOnlyList<DeployedObject> objects, TimeSpan elapsed)
    {
        var there = objects.Count(item => item.Outcome == DeployOutcome.There);
        var moved = objects.Where(item => item.Outcome != DeployOutcome.There).ToList();
        var bytes = BuildSummary.Size(moved.Sum(item => item.Item.Artifact.Bytes));
        var line = options.DryRun
            ? $"dry run for {options.Environment}: {moved.Count} of {objects.Count} would be sent, {there} there already, {bytes} to s3://{options.Bucket}; nothing was sent or written"
            : string.Create(CultureInfo.InvariantCulture, $"{options.Environment}: {moved.Count} sent, {there} there already, {bytes} in {elapsed.TotalSeconds:0.0} s to s3://{options.Bucket}");
        var rows = moved.Select(Row).ToList();
        foreach (var module in options.LegacyKeys ? modules : [])
        {
            var without = module.Artifacts.Where(artifact => ObjectKeys.LegacyOf(module, artifact) is null).Select(artifact => artifact.Name).ToList();
            if (without.Count > 0) rows.Add($"{module.Name} has {without.Count} layers, and there is one legacy key for layers: {string.Join(", ", without)} have none");
        }
        if (!options.DryRun) rows.Add($"Terraform reads {Path.Combine(options.ResultDirectory, DeployResults.VariablesFile)}");
        return new DeployReport(line, rows, [.. objects.Where(item => item.Outcome == DeployOutcome.There).Select(Row)], objects, []);
    }

    internal static DeployReport Failed(DeployOptions options, IReadOnlyList<Diagnostic> diagnostics) => new($"{options.Environment}: nothing was sent", [], [], [], diagnostics);

    private static string Row(DeployedObject item)
    {
        var word = item.Outcome switch { DeployOutcome.Sent => "sent", DeployOutcome.There => "there", _ => "would send" };
        return string.Create(CultureInfo.InvariantCulture, $"{word,-10}  {BuildSummary.Size(item.Item.Artifact.Bytes),10}  {(item.Outcome == DeployOutcome.Sent ? $"{item.Elapsed.TotalSeconds:0.0} s" : ""),8}  {item.Item.Key}");
    }
}
