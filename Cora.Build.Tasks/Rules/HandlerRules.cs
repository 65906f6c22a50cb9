using Cora.Build.Diagnostics;
using Cora.Build.Modules;
using Cora.Build.Python.Source;

namespace Cora.Build.Rules;

/// <summary>Whether Lambda can load a function at all: its files are Python, and its handler is there.</summary>
public static class HandlerRules
{
    internal static readonly DiagnosticDescriptor s_syntax = new("CORA2006", Severity.Error, "Syntax error") { IsConfigurable = true, HidesOthers = true };
    internal static readonly DiagnosticDescriptor s_handler = new("CORA2007", Severity.Error, "Handler that is not defined") { IsConfigurable = true };

    /// <summary>CORA2006 and CORA2007.</summary>
    public static void Check(LintModel model, LintReport report)
    {
        ArgumentNullException.ThrowIfNull(model);
        ArgumentNullException.ThrowIfNull(report);
        foreach (var artifact in model.Artifacts)
        {
            var scope = model.ScopeOf(artifact);
            foreach (var source in scope.OwnSources)
            {
                if (source.Facts.Fault is { } fault) report.Add(Syntax(model, source, fault));
            }
            if (artifact.Artifact.Kind == ArtifactKind.Function) CheckHandler(artifact, scope, report);
        }
    }

    private static Diagnostic Syntax(LintModel model, SourceModule source, SyntaxFault fault)
    {
        var message = fault.Message.TrimEnd('.');
        return s_syntax.At(new Location(source.File, fault.At.Line, fault.At.Column), fault.MayBeNewer
            ? $"The Python of this machine cannot read it: {message}. It is older than {model.Module.TargetFramework}, for which this may be valid. Set CoraPythonExecutable to a Python as new as that one."
            : $"Not valid in {model.Module.TargetFramework}: {message}.") with
        {
            Severity = fault.MayBeNewer ? Severity.Warning : Severity.Error,
        };
    }

    private static void CheckHandler(ArtifactCode artifact, ImportScope scope, LintReport report)
    {
        var handler = artifact.Artifact.Handler;
        var dot = handler.LastIndexOf('.');
        if (dot <= 0) return;
        var (file, name) = (handler[..dot].Replace('/', '.'), handler[(dot + 1)..]);
        // A file that is not there is said where functions are discovered.
        if (scope.Find(file) is not { Kind: MeaningKind.Module, Source: { } source } module || source.Facts.Fault is not null) return;
        var meanings = scope.Lookup(module, name);
        if (meanings is [{ Kind: MeaningKind.Missing }])
        {
            var closest = Suggestion.Closest(name, source.Facts.Bindings.Where(binding => binding.Kind is BindingKind.Function).Select(binding => binding.Name));
            report.Add(s_handler.At(new Location(source.File, 1, 1), $"The handler of {artifact.Artifact.Display} is '{handler}', and '{source.Name}' does not define '{name}'.{(closest is null ? "" : $" Did you mean '{closest}'?")} Define it, or name another with the item's Handler metadata."));
        }
        else if (meanings.Any(meaning => meaning.Kind == MeaningKind.Unknown))
        {
            report.NotDecidable++;
        }
    }
}
