namespace Cora.Build.Modules;

/// <summary>A file of SQL.</summary>
/// <param name="Module">The name of the module that it belongs to.</param>
/// <param name="Path">Full path.</param>
/// <param name="IsMigration">Whether it changes a database that is there, rather than saying what it is.</param>
public sealed record SchemaFile(string Module, string Path, bool IsMigration);

/// <summary>The SQL of all modules of a project: a function may call what another module's schema defines, and no reference between the two says so.</summary>
public static class ProjectSchemas
{
    /// <summary>Where schemas are in a module.</summary>
    public const string SchemaDirectory = "db/schema";

    /// <summary>Where migrations are, in it and below.</summary>
    public const string MigrationDirectory = "db/migrations";

    private static readonly string[] s_dead = ["archive", "archived"];

    /// <summary>The module's own files, then those of its siblings (<c>packages/module-*</c> of the project, and beside the module), then those of packages. In the order in which they are applied.</summary>
    public static IEnumerable<SchemaFile> Of(Module module)
    {
        ArgumentNullException.ThrowIfNull(module);
        foreach (var file in OfOwn(module)) yield return file;
        // What a project has as sources, it does not have as a package as well.
        HashSet<string> known = [module.Name];
        foreach (var sibling in SiblingsOf(module).Select(path => new ReferencedPackage(Path.GetFileName(path), path)).Concat(module.Packages).Where(sibling => known.Add(sibling.Name)))
        {
            foreach (var file in Of(sibling)) yield return file;
        }
    }

    /// <summary>The module's own files, schemas first.</summary>
    public static IEnumerable<SchemaFile> OfOwn(Module module)
    {
        ArgumentNullException.ThrowIfNull(module);
        return module.Schemas.Select(path => new SchemaFile(module.Name, path, IsMigration: false)).Concat(module.Migrations.Select(path => new SchemaFile(module.Name, path, IsMigration: true)));
    }

    /// <summary>Files of some modules, and those of all modules that are beside them: what is below <c>packages/</c> of the project, and beside the one that a build is of.</summary>
    /// <param name="own">What is known already; of its modules no other file is taken.</param>
    /// <param name="directory">Full path of the directory of the project that is built.</param>
    /// <param name="projectRoot">Full path of <c>CoraProjectRoot</c>.</param>
    /// <param name="packages">Modules that come as packages.</param>
    public static IReadOnlyList<SchemaFile> WithSiblings(IReadOnlyList<SchemaFile> own, string directory, string projectRoot, IEnumerable<ReferencedPackage> packages)
    {
        List<SchemaFile> files = [.. own];
        var paths = own.Select(file => file.Path).ToHashSet(StringComparer.Ordinal);
        var names = own.Select(file => file.Module).ToHashSet(StringComparer.Ordinal);
        // Beside a project's directory are other projects.
        foreach (var sibling in Siblings(directory == projectRoot ? Path.Combine(projectRoot, "packages", "project") : directory, projectRoot))
        {
            var found = Of(new ReferencedPackage(Path.GetFileName(sibling), sibling)).ToList();
            if (found.Exists(file => paths.Contains(file.Path))) continue;
            files.AddRange(found);
            names.Add(Path.GetFileName(sibling));
        }
        files.AddRange(packages.Where(package => names.Add(package.Name)).SelectMany(Of));
        return files;
    }

    /// <summary>The files of a module whose project is not asked.</summary>
    public static IEnumerable<SchemaFile> Of(ReferencedPackage module)
    {
        ArgumentNullException.ThrowIfNull(module);
        return Files(Path.Combine(module.Directory, SchemaDirectory), SearchOption.TopDirectoryOnly).Select(path => new SchemaFile(module.Name, path, IsMigration: false))
            .Concat(Files(Path.Combine(module.Directory, MigrationDirectory), SearchOption.AllDirectories).Select(path => new SchemaFile(module.Name, path, IsMigration: true)));
    }

    /// <summary>Whether a file at this place in a module (with forward slashes) is a migration; null when it is no file that runs.</summary>
    public static bool? IsMigration(string place)
    {
        ArgumentNullException.ThrowIfNull(place);
        if (!place.EndsWith(".sql", StringComparison.Ordinal)) return null;
        if (place.StartsWith(MigrationDirectory + '/', StringComparison.Ordinal)) return place.Split('/').Any(s_dead.Contains) ? null : true;
        return place == $"{SchemaDirectory}/{Path.GetFileName(place)}" ? false : null;
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
