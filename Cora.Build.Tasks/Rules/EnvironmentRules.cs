using Cora.Build.Diagnostics;
using Cora.Build.Terraform;

namespace Cora.Build.Rules;

/// <summary>Whether environments have the modules of the project, whole, and hand their routes to the gateway.</summary>
public static class EnvironmentRules
{
    internal static readonly DiagnosticDescriptor s_module = new("CORA6025", Severity.Error, "Module that an environment lacks") { IsConfigurable = true };
    internal static readonly DiagnosticDescriptor s_routes = new("CORA6026", Severity.Error, "Routes that the gateway does not get") { IsConfigurable = true };

    /// <summary>Functions whose elements are those of their arguments.</summary>
    private static readonly string[] s_collections = ["concat", "compact", "flatten", "distinct", "values", "merge", "tolist", "toset", "tomap", "coalescelist", "reverse", "sort"];

    private const string ModuleRoutes = "module_routes";
    private const string ApiRoutes = "api_routes";

    /// <summary>CORA6025, CORA6026, and CORA6017 of the environments' own files.</summary>
    public static void Check(ProjectModel project, LintReport report)
    {
        ArgumentNullException.ThrowIfNull(project);
        ArgumentNullException.ThrowIfNull(report);
        foreach (var environment in project.Environments)
        {
            report.Resources += environment.Terraform.AllResources.Count;
            foreach (var fault in environment.Terraform.Faults) report.Add(TerraformLinter.s_syntax.At(fault.Location, $"This is no Terraform: {fault.Message}"));
            if (!environment.Terraform.IsWhole) continue;
            var calls = Calls(environment);
            // What one of them has that could not be read may be a module.
            var isWhole = environment.Modules.Values.All(called => called is null || called.IsWhole || project.Modules.Any(module => module.Terraform.Directory == called.Directory));
            foreach (var module in project.Modules) Check(environment, module, calls, isWhole, report);
        }
    }

    /// <summary>All calls of modules that an environment leads to, with where they are.</summary>
    private static List<(TerraformModule Caller, TerraformModuleCall Call)> Calls(ProjectEnvironment environment)
    {
        var calls = new List<(TerraformModule, TerraformModuleCall)>();
        var seen = new HashSet<string>(StringComparer.Ordinal);
        var open = new Queue<TerraformModule>([environment.Terraform]);
        while (open.TryDequeue(out var caller))
        {
            if (!seen.Add(caller.Directory)) continue;
            foreach (var call in caller.ModuleCalls)
            {
                calls.Add((caller, call));
                if (environment.Find(caller, call) is { } called) open.Enqueue(called);
            }
        }
        return calls;
    }

    private static void Check(ProjectEnvironment environment, ProjectModule module, List<(TerraformModule Caller, TerraformModuleCall Call)> calls, bool isWhole, LintReport report)
    {
        var directory = module.Terraform.Directory;
        var instances = calls.Where(item => ProjectEnvironment.DirectoryOf(item.Caller, item.Call) == directory).ToList();
        foreach (var (caller, call) in instances.Where(item => item.Caller.IsIntact(item.Call.Block)))
        {
            CheckArguments(module, call, report);
            if (ReferenceEquals(caller, environment.Terraform)) CheckRoutes(environment, module, call, report);
        }
        if (instances.Count > 0 || !isWhole) return;

        var path = $"/{module.Name}/infrastructure";
        // A module of a registry or of another repository is not looked at: where it names this one, it is this one.
        if (calls.Exists(item => ProjectEnvironment.DirectoryOf(item.Caller, item.Call) is null && (item.Call.Source is not { } source || source.Contains(path, StringComparison.Ordinal)))) return;
        var source = Path.GetRelativePath(environment.Terraform.Directory, directory).Replace('\\', '/');
        if (calls.FirstOrDefault(item => IsNamed(item.Call.Name, module.Name) || item.Call.Source?.Contains($"/{module.Name}/", StringComparison.Ordinal) == true) is { Call: not null } wrong)
        {
            report.Add(s_module.At(wrong.Call.Block.Body.Argument("source")?.Value.Location ?? wrong.Call.Block.Location,
                $"The source of module.{wrong.Call.Name} does not lead to the infrastructure/ of {module.Name}. Make it \"{source}\"."));
            return;
        }
        var main = environment.Terraform.Files.FirstOrDefault(file => Path.GetFileName(file.Path) == "main.tf") ?? environment.Terraform.Files[0];
        report.Add(s_module.At(new Location(main.Path, 1, 1),
            $"Environment '{environment.Name}' does not have {module.Name}: nothing of it is deployed there. Add: module \"{module.Name.Replace('-', '_')}\" {{ source = \"{source}\" … }}."));
    }

    private static bool IsNamed(string call, string module)
    {
        var name = call.Replace('_', '-');
        return name == module || $"module-{name}" == module;
    }

    private static void CheckArguments(ProjectModule module, TerraformModuleCall call, LintReport report)
    {
        if (!module.Terraform.IsWhole) return;
        var passed = call.Arguments.Select(argument => argument.Name).ToList();
        var others = passed.Where(name => module.Terraform.Variable(name) is null).ToList();
        foreach (var variable in module.Terraform.Variables.Where(variable => variable.IsRequired && !passed.Contains(variable.Name)))
        {
            report.Add(s_module.At(call.Block.Location,
                $"module.{call.Name} does not pass '{variable.Name}', which {module.Name} requires.{Suggestion.Sentence(variable.Name, others)} Add it, or give the variable a default."));
        }
    }

    private static void CheckRoutes(ProjectEnvironment environment, ProjectModule module, TerraformModuleCall call, LintReport report)
    {
        var terraform = environment.Terraform;
        if (module.Terraform.Output(ApiRoutes)?.Value is not { } routes || module.Terraform.Evaluate(routes) is ListValue { Items.Count: 0 }) return;
        // A module that is there under some condition is still one whose routes have to be taken.
        var gateways = terraform.ModuleCalls.Select(gateway => gateway.Block.Body.Argument(ModuleRoutes)).OfType<HclArgument>().ToList();
        if (gateways.Count == 0)
        {
            if (IsMentioned(terraform, call.Name)) return;
            report.Add(s_routes.At(call.Block.Location, $"Nothing takes module.{call.Name}.{ApiRoutes}: each route of {module.Name} answers 404. Add it to the {ModuleRoutes} of the gateway."));
            return;
        }
        var values = gateways.ConvertAll(gateway => terraform.Evaluate(gateway.Value));
        if (values.Exists(value => MayHave(value, call.Name))) return;
        report.Add(s_routes.At(gateways[0].Value.Location, $"The gateway's {ModuleRoutes} lack module.{call.Name}.{ApiRoutes}: each route of {module.Name} answers 404. Add it."));
    }

    /// <summary>Whether a value has the routes of a module, or something that is not known and could have them.</summary>
    private static bool MayHave(Value value, string module) => value switch
    {
        UnknownValue => true,
        // Such as jsondecode(file("routes.json")).
        CallValue call when !s_collections.Contains(call.Name) => true,
        ReferenceValue { Kind: Terraform.ReferenceKind.Module } reference => reference.Name == module && (reference.Attribute is null or ApiRoutes || reference.Path.Any(step => !step.IsKnown)) || reference.Name.Length == 0,
        ReferenceValue reference => reference.Kind is Terraform.ReferenceKind.Other or Terraform.ReferenceKind.Local || reference.Parts.Any(part => MayHave(part, module)),
        _ => value.Parts.Any(part => MayHave(part, module)),
    };

    private static bool IsMentioned(TerraformModule terraform, string module) => terraform.Files.SelectMany(file => HclReferences.Of(file.Body))
        .Any(reference => reference is { Source: HclVariable { Name: "module" }, Steps: [HclAttributeStep called, ..] } && called.Name == module
            && !reference.Steps.Skip(1).OfType<HclAttributeStep>().Take(1).Any(step => step.Name != ApiRoutes));
}
