using Cora.Build.Diagnostics;
using Cora.Build.Python.Source;

namespace Cora.Build.Rules;

/// <summary>
/// What functions and layers use of layers and of their own modules, compared with the source. The API is what the source says: names, re-exports, submodules, signatures.
/// </summary>
public static partial class LayerApiRules
{
    internal static readonly DiagnosticDescriptor s_attribute = new("CORA2001", Severity.Error, "Attribute that a layer does not have") { IsConfigurable = true };
    internal static readonly DiagnosticDescriptor s_name = new("CORA2003", Severity.Error, "Imported name that is not there") { IsConfigurable = true };

    /// <summary>CORA2001, CORA2002 and CORA2003.</summary>
    public static void Check(LintModel model, LintReport report)
    {
        ArgumentNullException.ThrowIfNull(model);
        ArgumentNullException.ThrowIfNull(report);
        foreach (var artifact in model.Artifacts)
        {
            var scope = model.ScopeOf(artifact);
            var signatures = new CallableSignatures(scope);
            foreach (var source in scope.OwnSources)
            {
                CheckImportedNames(scope, source, report);
                CheckReferences(scope, source, report);
                foreach (var call in source.Facts.Calls) CheckCall(scope, signatures, source, call, report);
            }
        }
    }

    private static void CheckImportedNames(ImportScope scope, SourceModule source, LintReport report)
    {
        foreach (var import in source.Facts.Imports)
        {
            if (import.Name is null or "*" || import.Place == ImportPlace.TypeChecking) continue;
            if (ImportScope.FullName(source, import) is not { } module || scope.Find(module) is not { Kind: MeaningKind.Module } package) continue;
            var meanings = scope.Lookup(package, import.Name);
            if (meanings is [{ Kind: MeaningKind.Missing }])
            {
                if (import.Alternatives.Count > 0 && !import.Alternatives.Any(index => ImportRules.Fails(scope, source, index))) continue;
                report.Add(s_name.At(Location(source, import.At), $"{Owner(scope, package)} has no '{import.Name}' to import.{Remedy(scope, package, import.Name)}") with
                {
                    // The code is prepared for it.
                    Severity = import.IsGuarded ? Severity.Warning : Severity.Error,
                });
            }
            else
            {
                Undecidable(scope, meanings, report);
            }
        }
    }

    private static void CheckReferences(ImportScope scope, SourceModule source, LintReport report)
    {
        // What is said of an import is not said again of each use.
        var failed = source.Facts.Imports.Select(import => ImportScope.FullName(source, import)).OfType<string>().Distinct(StringComparer.Ordinal)
            .Where(module => scope.Find(module).Kind == MeaningKind.Missing).ToList();
        foreach (var reference in source.Facts.References.Where(reference => !reference.IsGuarded))
        {
            var meanings = scope.Resolve(source, reference.Candidates);
            foreach (var attribute in reference.IsStore ? reference.Attributes.Take(reference.Attributes.Count - 1) : reference.Attributes)
            {
                if (!meanings.Any(meaning => meaning.Kind == MeaningKind.Module)) break;
                var before = meanings;
                meanings = scope.Attribute(meanings, attribute.Name);
                var missing = meanings.FirstOrDefault(meaning => meaning.Kind == MeaningKind.Missing);
                if (missing is null)
                {
                    Undecidable(scope, meanings, report);
                    continue;
                }
                var full = $"{missing.Where}.{missing.Name}";
                if (failed.Any(module => module == full || module.StartsWith(full + ".", StringComparison.Ordinal))) break;
                if (meanings.Count > 1 || !reference.IsCertain)
                {
                    report.NotDecidable++;
                    break;
                }
                var package = before.First(meaning => meaning.Kind == MeaningKind.Module && meaning.Name == missing.Where);
                report.Add(s_attribute.At(Location(source, attribute.At), $"{Owner(scope, package)} has no '{attribute.Name}'.{Remedy(scope, package, attribute.Name)}"));
                break;
            }
        }
    }

    /// <summary>Counts what is not known because a package's names come to be when it runs, and says which package.</summary>
    private static void Undecidable(ImportScope scope, IReadOnlyList<Meaning> meanings, LintReport report)
    {
        var unknown = meanings.Where(meaning => meaning.Kind == MeaningKind.Unknown).ToList();
        if (unknown.Count == 0) return;
        report.NotDecidable++;
        foreach (var source in unknown.Select(meaning => meaning.Source).OfType<SourceModule>().Where(source => source.Facts.Fault is null))
            report.Note($"'{source.Name}'{Of(scope, source)} has names that only running it would show (__getattr__, globals(), setattr, exec, import * from elsewhere): what is used of it is not checked.");
    }

    /// <summary>For the beginning of a sentence: <c>'org_common.db' (layer 'org-common')</c>.</summary>
    private static string Owner(ImportScope scope, Meaning module) => $"'{module.Name}'{(module.Source is { } source ? Of(scope, source) : "")}";

    private static string Of(ImportScope scope, SourceModule source) =>
        scope.CodeOf(source) is var code && scope.IsOfLayer(source) ? $" of layer '{code.Name}'{(code.Module.Length > 0 && code.Module != scope.Code.Module ? $" of {code.Module}" : "")}" : "";

    /// <summary>Which submodule has the name, or what was probably meant.</summary>
    private static string Remedy(ImportScope scope, Meaning package, string name)
    {
        var elsewhere = scope.SubmodulesOf(package.Name).Select(submodule => scope.Find($"{package.Name}.{submodule}"))
            .Where(module => module is { Kind: MeaningKind.Module, Source: not null } && scope.Defines(module, name)).Select(module => $"'{module.Name}'").ToList();
        return elsewhere.Count is > 0 and <= 3 ? $" {string.Join(" and ", elsewhere)} {(elsewhere.Count == 1 ? "has" : "have")} it."
            : Suggestion.Closest(name, scope.NamesOf(package, withPrivate: name[0] == '_')) is { } closest ? $" Did you mean '{closest}'?"
            : $" Use a name that it has, or define '{name}' there.";
    }

    private static Location Location(SourceModule source, Position at) => new(source.File, at.Line, at.Column);
}
