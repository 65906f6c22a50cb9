using Cora.Build.Diagnostics;
using Cora.Build.Modules;
using Cora.Build.Python.Source;

namespace Cora.Build.Rules;

/// <summary>
/// Imports of functions and layers that nothing provides in Lambda: not the standard library of the target, not the zip, not the layers, not the runtime. What would provide
/// them is named.
/// </summary>
public static class ImportRules
{
    internal static readonly DiagnosticDescriptor s_import = new("CORA2004", Severity.Error, "Import that nothing provides") { IsConfigurable = true };
    internal static readonly DiagnosticDescriptor s_perhaps = new("CORA2005", Severity.Warning, "Import that nothing provides, where it may not be needed");

    /// <summary>CORA2004 and CORA2005.</summary>
    public static void Check(LintModel model, LintReport report)
    {
        ArgumentNullException.ThrowIfNull(model);
        ArgumentNullException.ThrowIfNull(report);
        foreach (var artifact in model.Artifacts)
        {
            var scope = model.ScopeOf(artifact);
            var before = report.NotDecidable;
            var reached = Reached(artifact, scope);
            foreach (var source in scope.OwnSources) Check(model, artifact, source, reached?.Contains(source) != false, report);
            if (scope.PathChange is { } change && report.NotDecidable > before)
                report.Note($"'{change.Name}' changes where Python looks for modules (sys.path, sys.meta_path, sys.modules): what {artifact.Artifact.Display} imports and nothing provides is not reported.");
        }
    }

    /// <summary>Whether an import fails for certain: its module cannot be imported, or does not have the name.</summary>
    internal static bool Fails(ImportScope scope, SourceModule source, int index)
    {
        if (source.Facts.Imports.ElementAtOrDefault(index) is not { } import) return false;
        // What does not run does not fail.
        if (import.Alternatives.Count > 0 && !import.Alternatives.Any(alternative => alternative < index && Fails(scope, source, alternative))) return false;
        if (ImportScope.FullName(source, import) is not { } module) return true;
        var found = scope.Find(module);
        return found.Kind == MeaningKind.Missing
            || (import.Name is not (null or "*") && found.Kind == MeaningKind.Module && scope.Lookup(found, import.Name) is [{ Kind: MeaningKind.Missing }]);
    }

    /// <summary>
    /// The files of a function that its handler leads to; null when all may be: of a layer, whose functions are not known, and where imports are made by name. A script that
    /// lies beside the handler keeps no function from starting.
    /// </summary>
    internal static HashSet<SourceModule>? Reached(ArtifactCode artifact, ImportScope scope)
    {
        var handler = artifact.Artifact.Handler;
        if (artifact.Artifact.Kind != ArtifactKind.Function || !artifact.Code.Modules.TryGetValue(handler[..Math.Max(0, handler.LastIndexOf('.'))].Replace('/', '.'), out var first)) return null;
        var reached = new HashSet<SourceModule>(ReferenceEqualityComparer.Instance) { first };
        var open = new Stack<SourceModule>([first]);
        while (open.TryPop(out var source))
        {
            if (source.Facts is { ImportsByName: true } or { Fault: not null }) return null;
            foreach (var import in source.Facts.Imports)
            {
                if (ImportScope.FullName(source, import) is not { } module) continue;
                var names = module.Split('.');
                var imported = Enumerable.Range(1, names.Length).Select(count => string.Join('.', names.Take(count))).Append($"{module}.{import.Name}");
                // A star may bring submodules that the package has imported; those are reached through it.
                foreach (var name in imported)
                {
                    if (artifact.Code.Modules.TryGetValue(name, out var next) && reached.Add(next)) open.Push(next);
                }
            }
        }
        return reached;
    }

    private static void Check(LintModel model, ArtifactCode artifact, SourceModule source, bool isReached, LintReport report)
    {
        var scope = model.ScopeOf(artifact);
        ImportFact? reported = null;
        foreach (var import in source.Facts.Imports.Where(import => import.Place != ImportPlace.TypeChecking))
        {
            report.Imports++;
            var module = ImportScope.FullName(source, import);
            var found = module is null ? null : scope.Find(module);
            if (found is { Kind: MeaningKind.Unknown })
            {
                report.NotDecidable++;
                continue;
            }
            // An import in an `except ImportError` runs only when one before it fails.
            if (found is not (null or { Kind: MeaningKind.Missing })) continue;
            if (import.Alternatives.Count > 0 && !import.Alternatives.Any(index => Fails(scope, source, index))) continue;
            // `from nope import a, b` is one mistake.
            if (reported is not null && import.Name is not null && IsSameStatement(reported, import)) continue;
            reported = import;

            var descriptor = import.Place == ImportPlace.Top && isReached ? s_import : s_perhaps;
            var location = new Location(source.File, import.At.Line, import.At.Column);
            report.Add(descriptor.At(location, new MissingImport(model, artifact, source, import, found).Message));
        }
    }

    private static bool IsSameStatement(ImportFact one, ImportFact other) => one.Name is not null
        && (one.Module, one.Level, one.Place) == (other.Module, other.Level, other.Place)
        && (one.At.Line == other.At.Line || other.At.Column < "from  import ".Length + one.Module.Length + one.Level);
}
