using Cora.Build.Diagnostics;
using Cora.Build.Python.Source;
using Cora.Build.Terraform;

namespace Cora.Build.Rules;

/// <summary>
/// Whether Terraform attaches the layers whose packages a function imports, and the one that every function has. The checks of imports take all layers as attached where the
/// project does not name them, so what is missing in Terraform is said here.
/// </summary>
public static class LayerAttachmentRules
{
    internal static readonly DiagnosticDescriptor s_common = new("CORA6003", Severity.Error, "Function without the layer org_common") { IsConfigurable = true };
    internal static readonly DiagnosticDescriptor s_imported = new("CORA6010", Severity.Error, "Imported layer that Terraform does not attach") { IsConfigurable = true };

    private const string Common = "org_common";

    /// <summary>CORA6003 and CORA6010: of a function that imports org_common both.</summary>
    public static void Check(LintModel model, TerraformModule terraform, LintReport report)
    {
        ArgumentNullException.ThrowIfNull(model);
        ArgumentNullException.ThrowIfNull(terraform);
        ArgumentNullException.ThrowIfNull(report);
        var sources = model.LayerSources(terraform);
        var said = new HashSet<(TerraformResource, ImportableCode)>();
        var without = new HashSet<TerraformResource>();
        foreach (var (item, function) in TerraformFunctions.Of(model, terraform))
        {
            var attached = AttachedLayers.Of(sources, item);
            if (!attached.IsComplete)
            {
                report.NotDecidable++;
                continue;
            }
            var at = item.Resource.Body.Argument("layers")?.Value.Location ?? item.Resource.Block.Location;
            foreach (var (layer, package, source, import) in Imported(model, function, attached))
            {
                if (!said.Add((item.Resource, layer))) continue;
                report.Add(s_imported.At(at,
                    $"{item.Resource.Address} does not attach {Display(model, layer)}, and {function.Artifact.Display} imports '{package}' of it ({Path.GetFileName(source.File)}, line {import.At.Line}). {Remedy(sources, layer)}") with
                {
                    Severity = import.Place == ImportPlace.Top ? Severity.Error : Severity.Warning,
                });
            }
            if (model.AvailableLayers.FirstOrDefault(layer => layer.TopLevel.Contains(Common)) is { } common && attached.AreWithout(LintModel.NameOf(common)) && without.Add(item.Resource))
                report.Add(s_common.At(at, $"{item.Resource.Address} does not attach {Display(model, common)}, which every function has. {Remedy(sources, common)}"));
        }
    }

    /// <summary>What a function imports of layers that are not attached, and nothing else provides: the first import of each.</summary>
    private static IEnumerable<(ImportableCode Layer, string Package, SourceModule Source, ImportFact Import)> Imported(LintModel model, ArtifactCode function, AttachedLayers attached)
    {
        var all = model.ScopeOf(function);
        var without = function.Layers.Where(layer => attached.AreWithout(LintModel.NameOf(layer))).ToList();
        if (without.Count == 0) yield break;
        var scope = new ImportScope(function.Code, isFunction: true, [.. function.Layers.Except(without)], StandardLibrary.Of(model.Module.TargetFramework));
        var reached = ImportRules.Reached(function, all);
        foreach (var source in all.OwnSources.Where(source => reached?.Contains(source) != false))
        {
            foreach (var import in source.Facts.Imports.Where(import => import is { Place: not ImportPlace.TypeChecking, IsGuarded: false, Level: 0, Alternatives.Count: 0 }).OrderBy(import => import.Place))
            {
                var package = import.Module.Split('.')[0];
                if (scope.Find(package).Kind != MeaningKind.Missing || all.Find(package).Kind is MeaningKind.Missing or MeaningKind.Unknown) continue;
                if (without.Find(layer => layer.TopLevel.Contains(package) || layer.Distributions.Any(distribution => distribution.TopLevel.Contains(package))) is { } layer) yield return (layer, package, source, import);
            }
        }
    }

    private static string Display(LintModel model, ImportableCode layer) => $"layer '{layer.Name}'{(layer.Module.Length > 0 && layer.Module != model.Module.Name ? $" of {layer.Module}" : "")}";

    private static string Remedy(LayerSources sources, ImportableCode layer) =>
        AttachedLayers.ReferenceTo(sources, LintModel.NameOf(layer)) is { } reference ? $"Add {reference} to its layers." : "Add the layer's ARN to its layers.";
}
