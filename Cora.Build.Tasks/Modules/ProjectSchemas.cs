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

    /// <summary>Full paths of the directories of the project's other modules, in ordinal order.</summary>
    public static IEnumerable<string> SiblingsOf(Module module) => new[] { Path.Combine(module.ProjectRoot, "packages"), Path.GetDirectoryName(module.Directory) ?? module.Directory }
        .Distinct(StringComparer.Ordinal)
        .Where(Directory.Exists)
        .SelectMany(parent => Directory.GetDirectories(parent, "module-*"))
        .Distinct(StringComparer.Ordinal)
        .Where(directory => directory != module.Directory)
        .Order(StringComparer.Ordinal);

    private static IEnumerable<string> Files(string directory, SearchOption depth) => !Directory.Exists(directory)
        ? []
        : Directory.EnumerateFiles(directory, "*.sql", depth)
            .Where(path => !Path.GetRelativePath(directory, path).Split(Path.DirectorySeparatorChar).Any(segment => s_dead.Contains(segment)))
            .Order(StringComparer.Ordinal);
}
