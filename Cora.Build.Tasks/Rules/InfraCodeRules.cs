using Cora.Build.Diagnostics;

namespace Cora.Build.Rules;

/// <summary>The code of modules belongs to the stack. The infra repo has functions of its own, such as the authorizer, and no module's.</summary>
public static class InfraCodeRules
{
    internal static readonly DiagnosticDescriptor s_code = new("CORA6028", Severity.Error, "Code of a module in the infra repo") { IsConfigurable = true };

    /// <summary>CORA6028.</summary>
    public static void Check(ProjectModel project, LintReport report)
    {
        ArgumentNullException.ThrowIfNull(project);
        ArgumentNullException.ThrowIfNull(report);
        foreach (var code in project.Code)
        {
            var name = Path.GetFileName(code.Directory);
            var part = project.Parts.FirstOrDefault(part => part.Kind == code.Kind && part.Name == name);
            var sentence = code.Kind switch
            {
                "module" => $"'{name}' is a module, with its code. Move it to packages/ of the stack",
                "schema" => "This is the schema of a module. Move it to db/schema/ of the module whose tables it makes",
                _ when part is not null => $"{char.ToUpperInvariant(code.Kind[0])}{code.Kind[1..]} '{name}' is one of {part.Module}. Remove this copy",
                _ => null,
            };
            if (sentence is not null) report.Add(s_code.At(new Location(code.Directory), $"{sentence}: the infra repo has what environments are made of, and no module's code."));
        }
    }
}
