using Cora.Build.Diagnostics;
using Cora.Build.Modules;

namespace Cora.Build.Packaging;

/// <summary>A project: all modules in <c>packages/</c>, none left out in silence.</summary>
public static class ProjectPackager
{
    internal static readonly DiagnosticDescriptor s_moduleWithoutProject = new("CORA1009", Severity.Error, "Module directory without a project");

    /// <summary>Writes the findings about modules that no project builds, and the project's manifest.</summary>
    /// <param name="files">The project's <c>obj/cora/</c>.</param>
    /// <param name="projectFile">Full path.</param>
    /// <param name="name">The project's name.</param>
    /// <param name="version">The project's version.</param>
    /// <param name="artifactsDirectory">Where the manifest goes.</param>
    /// <param name="modules">Project file and manifest of each module.</param>
    public static void Package(IntermediateFiles files, string projectFile, string name, string version, string artifactsDirectory, IReadOnlyList<(string ProjectFile, ModuleReference Module)> modules)
    {
        IntermediateFiles.WriteIfDifferent(files.Findings("project"), Findings.ToBytes(Check(projectFile, name, modules.Select(module => module.ProjectFile).ToHashSet(StringComparer.Ordinal))));
        var manifest = new ProjectManifest
        {
            Project = name,
            Version = version,
            Sdk = Manifest.RunningSdkVersion,
            Modules = [.. modules
                .Select(item => new ProjectModule(item.Module.Name, Path.GetRelativePath(artifactsDirectory, item.Module.Manifest).Replace('\\', '/')))
                .OrderBy(module => module.Module, StringComparer.Ordinal)],
        };
        IntermediateFiles.WriteIfDifferent(Path.Combine(artifactsDirectory, Manifest.FileName), manifest.ToBytes());
    }

    private static IEnumerable<Diagnostic> Check(string projectFile, string name, IReadOnlySet<string> built)
    {
        var packages = Path.Combine(Path.GetDirectoryName(projectFile)!, "packages");
        var directories = Directory.Exists(packages) ? Directory.GetDirectories(packages, "module-*") : [];
        foreach (var directory in directories.Order(StringComparer.Ordinal))
        {
            var project = Path.Combine(directory, "module.coraproj");
            if (!Directory.Exists(Path.Combine(directory, "backend")) || built.Any(file => Path.GetDirectoryName(file) == directory)) continue;
            yield return s_moduleWithoutProject.At(new Location(directory), File.Exists(project)
                ? $"'{directory}' is not among the modules that '{name}' builds. Add a ProjectReference to its module.coraproj."
                : $"'{directory}' has a backend/ and no module.coraproj, so nothing of it is built. Add the project file: <Project Sdk=\"Cora.Build.Sdk/{Manifest.RunningSdkVersion}\" />.");
        }
        if (built.Count == 0)
        {
            yield return ModuleDiscovery.s_nothingToBuild.At(new Location(projectFile), $"Project '{name}' has no module: there is no packages/module-*/module.coraproj, and no ProjectReference.");
        }
    }
}
