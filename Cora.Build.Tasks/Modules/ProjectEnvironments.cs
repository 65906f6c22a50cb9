using Cora.Build.Diagnostics;
using Cora.Build.Rules;
using Cora.Build.Terraform;

namespace Cora.Build.Modules;

/// <summary>Reads a project's environments, has the rules look at them, and leaves what they found for the report. Does nothing where all is as it was.</summary>
/// <param name="files">The project's <c>obj/cora/</c>.</param>
/// <param name="projectDirectory">Full path.</param>
/// <param name="infraRoot"><c>CoraInfraRoot</c>, which may be relative to the project's directory; empty where it is not set.</param>
/// <param name="modules">Full paths of the modules' directories.</param>
public sealed class ProjectEnvironments(IntermediateFiles files, string projectDirectory, string infraRoot, IReadOnlyList<string> modules)
{
    private const string StackSuffix = "-stack";
    private const string InfraSuffix = "-infra";
    private const string DirectoryLine = "directory\t";

    private readonly Dictionary<string, TerraformModule?> _terraform = new(StringComparer.Ordinal);

    /// <summary>Full path of the infra repo: <c>{project}-infra</c> beside the project, or the project's directory where it holds both; null when there is none.</summary>
    public string? Root { get; } = infraRoot.Length > 0 ? Path.TrimEndingDirectorySeparator(Path.GetFullPath(infraRoot, projectDirectory)) : Default(projectDirectory);

    /// <summary>Checks them.</summary>
    public void Check()
    {
        var environments = Root is not null && Directory.Exists(Path.Combine(Root, "envs"))
            ? Directory.GetDirectories(Path.Combine(Root, "envs")).Where(HasTerraform).Order(StringComparer.Ordinal).ToList()
            : [];
        var code = Root is null ? [] : CodeIn(Root).ToList();
        var parts = modules.SelectMany(PartsOf).ToList();
        var before = File.Exists(files.EnvironmentInputs) ? File.ReadAllLines(files.EnvironmentInputs) : [];
        var read = before.Where(line => line.StartsWith(DirectoryLine, StringComparison.Ordinal)).Select(line => line[DirectoryLine.Length..])
            .Concat(environments).Concat(modules.Select(module => Path.Combine(module, "infrastructure")));
        if (before.SequenceEqual(State(read, code, parts)) && File.Exists(files.Findings("environments")) && File.Exists(files.LintCounts)) return;

        var project = new ProjectModel(
            [.. modules.Select(module => (Name: Path.GetFileName(module), Terraform: Read(Path.Combine(module, "infrastructure")))).Where(item => item.Terraform is not null).Select(item => new Rules.ProjectModule(item.Name, item.Terraform!))],
            parts, [.. environments.Select(ReadEnvironment)], code);
        var report = new LintReport();
        EnvironmentRules.Check(project, report);
        GatewayAuthorizerRules.Check(project, report);
        InfraCodeRules.Check(project, report);
        var comments = _terraform.Values.OfType<TerraformModule>().Where(terraform => !project.Modules.Any(module => module.Terraform == terraform)).SelectMany(terraform => terraform.Files)
            .SelectMany(file => file.Suppressions.SelectMany(comment => comment.Codes.Select(item => new Suppression(item.Name, new Location(file.Path, item.At.Line, item.At.Column)))));
        IntermediateFiles.WriteIfDifferent(files.Suppressions, comments.Select(comment => comment.ToString()));
        IntermediateFiles.WriteIfDifferent(files.LintCounts, environments.Count > 0 ? [Checks.Line(environments.Count, "environments")]
            // Where modules have no Terraform, there is nothing that an environment would be of.
            : project.Modules.Count == 0 ? []
            : [Checks.WordsLine($"no environment checked ({(Root is null ? $"no {Path.GetFileName(InfraBeside(projectDirectory))} beside the project: set CoraInfraRoot" : $"no envs/*/*.tf in {Root}")})")]);
        IntermediateFiles.WriteIfDifferent(files.Findings("environments"), Findings.ToBytes(report.Diagnostics));
        // Last: a build that is killed here looks at them anew.
        IntermediateFiles.WriteIfDifferent(files.EnvironmentInputs, State(_terraform.Keys, code, parts));
    }

    private static string? Default(string projectDirectory) => Directory.Exists(InfraBeside(projectDirectory)) ? InfraBeside(projectDirectory)
        : Directory.Exists(Path.Combine(projectDirectory, "envs")) ? projectDirectory
        : null;

    private static string InfraBeside(string projectDirectory)
    {
        var name = Path.GetFileName(projectDirectory);
        return Path.Combine(Path.GetDirectoryName(projectDirectory) ?? projectDirectory, (name.EndsWith(StackSuffix, StringComparison.Ordinal) ? name[..^StackSuffix.Length] : name) + InfraSuffix);
    }

    private static bool HasTerraform(string directory) => Directory.EnumerateFiles(directory, "*.tf").Any();

    private static IEnumerable<ModulePart> PartsOf(string module) => Names(Path.Combine(module, "backend", "lambdas")).Select(name => new ModulePart(Path.GetFileName(module), "function", name))
        .Concat(Names(Path.Combine(module, "backend", "layers")).Select(name => new ModulePart(Path.GetFileName(module), "layer", name)));

    private static IEnumerable<string> Names(string directory) => Directory.Exists(directory) ? Directory.GetDirectories(directory).Select(path => Path.GetFileName(path)!).Order(StringComparer.Ordinal) : [];

    /// <summary>What could be of a module. Where both are in one repository, modules are where they belong.</summary>
    private IEnumerable<InfraCode> CodeIn(string root)
    {
        foreach (var parent in new[] { root, Path.Combine(root, "backend") })
        {
            foreach (var name in Names(Path.Combine(parent, "lambdas"))) yield return new InfraCode("function", Path.Combine(parent, "lambdas", name));
            foreach (var name in Names(Path.Combine(parent, "layers"))) yield return new InfraCode("layer", Path.Combine(parent, "layers", name));
        }
        if (root == projectDirectory) yield break;
        foreach (var parent in new[] { root, Path.Combine(root, "packages") })
        {
            foreach (var name in Names(parent).Where(name => name.StartsWith("module-", StringComparison.Ordinal) && (Directory.Exists(Path.Combine(parent, name, "backend")) || Directory.Exists(Path.Combine(parent, name, "db")))))
                yield return new InfraCode("module", Path.Combine(parent, name));
        }
        var schema = Path.Combine(root, "db", "schema");
        if (Directory.Exists(schema) && Directory.EnumerateFiles(schema, "*.sql").Any()) yield return new InfraCode("schema", schema);
    }

    /// <summary>All that decides what is found: a line a directory that is looked at, and a line a file, a function and a layer.</summary>
    private List<string> State(IEnumerable<string> directories, List<InfraCode> code, List<ModulePart> parts)
    {
        var sorted = directories.Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal).ToList();
        return
        [
            $"{Root}\t{typeof(ProjectEnvironments).Module.ModuleVersionId}",
            .. sorted.Select(directory => DirectoryLine + directory),
            .. sorted.Where(Directory.Exists).SelectMany(directory => Directory.EnumerateFiles(directory, "*.tf").Concat(Directory.EnumerateFiles(directory, "*.tf.json")).Order(StringComparer.Ordinal)).Select(IntermediateFiles.StatLine),
            .. parts.Select(part => part.ToString()),
            .. code.Select(item => item.ToString()),
        ];
    }

    private ProjectEnvironment ReadEnvironment(string directory)
    {
        var root = Read(directory)!;
        var found = new Dictionary<string, TerraformModule?>(StringComparer.Ordinal);
        var open = new Queue<TerraformModule>([root]);
        while (open.TryDequeue(out var caller))
        {
            foreach (var path in caller.ModuleCalls.Select(call => ProjectEnvironment.DirectoryOf(caller, call)).OfType<string>())
            {
                if (found.ContainsKey(path)) continue;
                found[path] = Read(path);
                if (found[path] is { } called) open.Enqueue(called);
            }
        }
        return new ProjectEnvironment(Path.GetFileName(directory), root, found);
    }

    private TerraformModule? Read(string directory)
    {
        if (_terraform.TryGetValue(directory, out var known)) return known;
        return _terraform[directory] = Directory.Exists(directory) && HasTerraform(directory) ? TerraformModule.Read(directory) : null;
    }
}
