namespace Cora.Build.Modules;

/// <summary>A file of SQL.</summary>
/// <param name="Module">The name of the module that it belongs to.</param>
/// <param name="Path">Full path.</param>
/// <param name="IsMigration">Whether it changes a database that is there, rather than saying what it is.</param>
public sealed record SchemaFile(string Module, string Path, bool IsMigration);

/// <summary>The SQL of all modules of a project: a function may call what another module's schema defines, and no reference between the two says so.</summary>
public static class ProjectSchemas
{
    private static readonly string[] s_dead = ["archive", "archived"];

    /// <summary>The module's own files, then those of its siblings: <c>packages/module-*</c> of the project, and beside the module. In the order in which they are applied.</summary>
    public static IEnumerable<SchemaFile> Of(Module module)
    {
        foreach (var path in module.Schemas) yield return new SchemaFile(module.Name, path, IsMigration: false);
        foreach (var path in module.Migrations) yield return new SchemaFile(module.Name, path, IsMigration: true);
        foreach (var sibling in SiblingsOf(module))
        {
            foreach (var path in Files(Path.Combine(sibling, "db", "schema"), SearchOption.TopDirectoryOnly)) yield return new SchemaFile(Path.GetFileName(sibling), path, IsMigration: false);
            foreach (var path in Files(Path.Combine(sibling, "db", "migrations"), SearchOption.AllDirectories)) yield return new SchemaFile(Path.GetFileName(sibling), path, IsMigration: true);
        }
    }

    /// <summary>Files of some modules, and those of all modules that are beside them: what is below <c>packages/</c> of the project, and beside the one that a build is of.</summary>
    /// <param name="own">What is known already; of its modules no other file is taken.</param>
    /// <param name="directory">Full path of the directory of the project that is built.</param>
    /// <param name="projectRoot">Full path of <c>CoraProjectRoot</c>.</param>
    public static IReadOnlyList<SchemaFile> WithSiblings(IReadOnlyList<SchemaFile> own, string directory, string projectRoot)
    {
        List<SchemaFile> files = [.. own];
        var known = own.Select(file => file.Path).ToHashSet(StringComparer.Ordinal);
        // Beside a project's directory are other projects.
        foreach (var sibling in Siblings(directory == projectRoot ? Path.Combine(projectRoot, "packages", "project") : directory, projectRoot))
        {
            var schemas = Files(Path.Combine(sibling, "db", "schema"), SearchOption.TopDirectoryOnly).ToList();
            var migrations = Files(Path.Combine(sibling, "db", "migrations"), SearchOption.AllDirectories).ToList();
            if (schemas.Concat(migrations).Any(known.Contains)) continue;
            files.AddRange(schemas.Select(path => new SchemaFile(Path.GetFileName(sibling), path, IsMigration: false)));
            files.AddRange(migrations.Select(path => new SchemaFile(Path.GetFileName(sibling), path, IsMigration: true)));
        }
        return files;
    }

    /// <summary>Full paths of the directories of the project's other modules, in ordinal order.</summary>
    public static IEnumerable<string> SiblingsOf(Module module) => Siblings(module.Directory, module.ProjectRoot);

    private static IEnumerable<string> Siblings(string directory, string projectRoot) => new[] { Path.Combine(projectRoot, "packages"), Path.GetDirectoryName(directory) ?? directory }
        .Distinct(StringComparer.Ordinal)
        .Where(Directory.Exists)
        .SelectMany(parent => Directory.GetDirectories(parent, "module-*"))
        .Distinct(StringComparer.Ordinal)
        .Where(sibling => sibling != directory)
        .Order(StringComparer.Ordinal);

    private static IEnumerable<string> Files(string directory, SearchOption depth) => !Directory.Exists(directory)
        ? []
        : Directory.EnumerateFiles(directory, "*.sql", depth)
            .Where(path => !Path.GetRelativePath(directory, path).Split(Path.DirectorySeparatorChar).Any(segment => s_dead.Contains(segment)))
            .Order(StringComparer.Ordinal);
}
