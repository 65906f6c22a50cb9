using Cora.Build.Diagnostics;
using Cora.Build.Modules;

namespace Cora.Build.Rules;

/// <summary>Whether <c>module.json</c> names the functions that the module has.</summary>
public static class ModuleMetadataRules
{
    internal static readonly DiagnosticDescriptor s_functions = new("CORA1008", Severity.Suggestion, "module.json lists other functions than there are");

    /// <summary>CORA1008.</summary>
    public static void Check(LintModel model, LintReport report)
    {
        ArgumentNullException.ThrowIfNull(model);
        ArgumentNullException.ThrowIfNull(report);
        if (model.Metadata is not { } metadata) return;
        var file = model.Module.Metadata;
        if (metadata.Fault is { } fault)
        {
            report.Add(s_functions.At(new Location(file, fault.Line, fault.Column), $"This is no JSON: {fault.Message.TrimEnd('.')}. What the file lists was not compared with the functions. Mend it, or delete the file."));
            return;
        }
        var functions = model.Module.Artifacts.Where(artifact => artifact.Kind == ArtifactKind.Function).ToList();
        foreach (var listed in metadata.Functions.Where(listed => !functions.Exists(function => Is(function, listed.Name))))
        {
            report.Add(s_functions.At(new Location(file, listed.Line, listed.Column),
                $"{listed.List} lists '{listed.Name}', and the module has no such function.{Suggestion.Sentence(listed.Name, functions.Select(function => function.Name))} Remove it from the list, or give it the name of the function's directory."));
        }
        if (metadata.Lists.Count == 0) return;
        foreach (var function in functions.Where(function => !metadata.Functions.Any(listed => Is(function, listed.Name))))
        {
            var list = metadata.Lists[0];
            report.Add(s_functions.At(new Location(file, list.Line, list.Column), $"{list.Name} does not list function '{function.Name}'. Add it."));
        }
    }

    /// <summary>By its directory, or by its zip.</summary>
    private static bool Is(Artifact function, string name) => function.Name == name || function.FileName == name || function.FileName == $"{name}.zip";
}
