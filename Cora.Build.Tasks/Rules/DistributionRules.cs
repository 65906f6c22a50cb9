using Cora.Build.Diagnostics;
using Cora.Build.Modules;
using Cora.Build.Python.Source;

namespace Cora.Build.Rules;

/// <summary>What functions and layers carry beside their own code, and whether it is of use.</summary>
public static class DistributionRules
{
    internal static readonly DiagnosticDescriptor s_otherVersion = new("CORA3007", Severity.Warning, "Function and layer carry different versions");
    internal static readonly DiagnosticDescriptor s_partOfBoto3 = new("CORA3008", Severity.Warning, "Part of boto3 packaged without boto3");
    internal static readonly DiagnosticDescriptor s_notImported = new("CORA3009", Severity.Suggestion, "Requirement that nothing imports");
    internal static readonly DiagnosticDescriptor s_unpinned = new("CORA3010", Severity.Suggestion, "Requirements without versions and lock");

    /// <summary>What the Lambda runtime has in versions that fit each other: https://docs.aws.amazon.com/lambda/latest/dg/python-package.html.</summary>
    private static readonly string[] s_partsOfBoto3 = ["botocore", "jmespath", "s3transfer", "urllib3"];

    /// <summary>Checks all functions and layers.</summary>
    public static void Check(LintModel model, LintReport report)
    {
        foreach (var artifact in model.Artifacts)
        {
            if (artifact.Artifact.Kind == ArtifactKind.Function)
            {
                CheckVersions(artifact, report);
                CheckUse(artifact, report);
            }
            CheckBoto3(artifact, report);
            CheckLock(artifact, report);
        }
    }

    private static void CheckVersions(ArtifactCode function, LintReport report)
    {
        foreach (var layer in LayersInUse(function))
        {
            foreach (var own in function.Code.Distributions)
            {
                if (layer.Distributions.FirstOrDefault(item => item.Name == own.Name) is not { } other || other.Version == own.Version) continue;
                report.Add(s_otherVersion.At(PlaceOf(function, own.Name),
                    $"Function '{function.Artifact.Name}' carries {own.Name} {own.Version}, and its layer '{layer.Name}' of {layer.Module} {other.Version}. The function's wins, for the layer's code too. Require one version in both, or leave it to the layer."));
            }
        }
    }

    /// <summary>Those that the project names; where it names none, those whose packages the function imports, itself or through another layer.</summary>
    private static IEnumerable<ImportableCode> LayersInUse(ArtifactCode function)
    {
        if (function.Artifact.Layers is not null) return function.Layers;
        var inUse = new List<ImportableCode>();
        var imported = ImportedNames([function.Code]);
        while (function.Layers.FirstOrDefault(layer => !inUse.Contains(layer) && Offers(layer).Any(imported.Contains)) is { } next)
        {
            inUse.Add(next);
            imported.UnionWith(ImportedNames([next]));
        }
        return inUse;
    }

    private static void CheckBoto3(ArtifactCode artifact, LintReport report)
    {
        var parts = artifact.Code.Distributions.Where(item => s_partsOfBoto3.Contains(item.Name)).Select(item => item.Name).Order(StringComparer.Ordinal).ToList();
        if (parts.Count == 0 || HasBoto3(artifact.Code) || (artifact.Artifact.Kind == ArtifactKind.Function && artifact.Layers.Any(HasBoto3))) return;
        var place = parts.Select(part => artifact.Requirements.FirstOrDefault(requirement => requirement.Name == part)?.Location).FirstOrDefault(location => location is not null)
            ?? new Location(artifact.Artifact.Requirements, 1);
        var names = string.Join(", ", parts);
        report.Add(s_partOfBoto3.At(place,
            $"{Capital(artifact.Artifact.Display)} carries {names} without boto3. The boto3 of the Lambda runtime would then use {(parts.Count == 1 ? "it" : "them")} instead of the version that it came with, and may fail. Require boto3 as well, or do without {names}."));

        static bool HasBoto3(ImportableCode code) => code.Distributions.Any(item => item.Name == "boto3");
    }

    private static void CheckUse(ArtifactCode function, LintReport report)
    {
        var code = function.Layers.Append(function.Code).ToList();
        var isKnown = function.Code.IsComplete && function.Code.Modules.Values.All(module => module.Facts is { Fault: null, ImportsByName: false });
        var imported = ImportedNames(code);
        foreach (var requirement in function.Requirements)
        {
            if (function.Code.Distributions.FirstOrDefault(item => item.Name == requirement.Name) is not { TopLevel.Count: > 0 } distribution || distribution.TopLevel.Any(imported.Contains)) continue;
            if (isKnown)
            {
                report.Add(s_notImported.At(requirement.Location,
                    $"Nothing in function '{function.Artifact.Name}' imports {distribution.Name} ({string.Join(", ", distribution.TopLevel.Take(3))}). Remove it, unless another distribution loads it by name."));
            }
            else
            {
                report.NotDecidable++;
            }
        }
    }

    private static void CheckLock(ArtifactCode artifact, LintReport report)
    {
        var open = artifact.Requirements.Where(requirement => !requirement.IsExact).ToList();
        if (artifact.IsLocked || open.Count == 0) return;
        report.Add(s_unpinned.At(open[0].Location,
            $"{string.Join(", ", open.Select(requirement => requirement.Name).Distinct())} may be another version in the next build. Run 'dotnet build -t:CoraLock' and commit the lock, or require exact versions (==)."));
    }

    /// <summary>First names of all that is imported.</summary>
    private static HashSet<string> ImportedNames(IEnumerable<ImportableCode> code) => code.SelectMany(part => part.Modules.Values)
        .SelectMany(module => module.Facts.Imports)
        .Where(import => import.Level == 0)
        .Select(import => import.Module.Split('.')[0])
        .ToHashSet(StringComparer.Ordinal);

    private static IEnumerable<string> Offers(ImportableCode layer) => layer.TopLevel.Concat(layer.Distributions.SelectMany(item => item.TopLevel));

    private static Location PlaceOf(ArtifactCode artifact, string distribution) =>
        artifact.Requirements.FirstOrDefault(requirement => requirement.Name == distribution)?.Location ?? new Location(artifact.Artifact.Requirements, 1);

    private static string Capital(string text) => char.ToUpperInvariant(text[0]) + text[1..];
}
