using Cora.Build.Diagnostics;
using Cora.Build.Modules;
using Cora.Build.Packaging;

namespace Cora.Build.Publishing;

/// <summary>A file of a module that ships.</summary>
/// <param name="Path">Full path.</param>
/// <param name="RelativePath">Its place in the package and in the publish directory, with forward slashes: where it is in the module, so that Terraform finds the zips there as well.</param>
public sealed record ShippedFile(string Path, string RelativePath);

/// <summary>What a module ships: its zips and their manifest, Terraform, SQL and what the checks said. Only of a module that is built whole and has no error.</summary>
public static class ShippedModule
{
    internal static readonly DiagnosticDescriptor s_notBuilt = new("CORA7030", Severity.Error, "Module that cannot be shipped");

    private const string ArtifactsDirectory = "backend/.build", TerraformDirectory = "infrastructure";

    /// <summary>The files, in ordinal order of their places.</summary>
    /// <param name="files">Of the module's last build.</param>
    /// <param name="projectFile">Full path.</param>
    /// <param name="terraform">Full paths of what belongs to its infrastructure.</param>
    /// <exception cref="CoraException">CORA7030: it is not built, not whole, or has errors.</exception>
    public static IReadOnlyList<ShippedFile> Files(IntermediateFiles files, string projectFile, IEnumerable<string> terraform)
    {
        var module = Built(files, projectFile);
        var shipped = new SortedDictionary<string, ShippedFile>(StringComparer.Ordinal);
        foreach (var record in ArtifactRecord.Read(files.Artifacts)) Add(record.Path, Place(module, record.Path, ArtifactsDirectory));
        var manifest = Path.Combine(module.ArtifactsDirectory, Manifest.FileName);
        Add(manifest, Place(module, manifest, ArtifactsDirectory));
        foreach (var file in ProjectSchemas.OfOwn(module)) Add(file.Path, PlaceOf(file, module));
        foreach (var path in terraform) Add(path, Place(module, path, TerraformDirectory));
        shipped["cora.sarif"] = new ShippedFile(files.Sarif, "cora.sarif");
        return [.. shipped.Values];

        void Add(string path, string place)
        {
            if (shipped.TryGetValue(place, out var other) && other.Path != path)
                throw s_notBuilt.Error(new Location(projectFile), $"'{path}' and '{other.Path}' would both be '{place}' where the module is shipped. Rename one of them.");
            shipped[place] = new ShippedFile(path, place);
        }
    }

    /// <summary>Where a file of SQL is in the shipped module: always where schemas and migrations are looked for, since nothing else says which these are.</summary>
    public static string PlaceOf(SchemaFile file, Module module)
    {
        ArgumentNullException.ThrowIfNull(file);
        ArgumentNullException.ThrowIfNull(module);
        var directory = file.IsMigration ? ProjectSchemas.MigrationDirectory : ProjectSchemas.SchemaDirectory;
        var place = Place(module, file.Path, directory);
        return ProjectSchemas.IsMigration(place) == file.IsMigration ? place : $"{directory}/{Path.GetFileName(place)}";
    }

    /// <summary>As in the module; what is taken from elsewhere stands where its kind does.</summary>
    private static string Place(Module module, string path, string otherwise)
    {
        var relative = Path.GetRelativePath(module.Directory, path).Replace('\\', '/');
        return relative.StartsWith("../", StringComparison.Ordinal) || Path.IsPathRooted(relative) ? $"{otherwise}/{Path.GetFileName(path)}" : relative;
    }

    /// <summary>The module, when it and all that it references are built and have no error.</summary>
    private static Module Built(IntermediateFiles files, string projectFile)
    {
        foreach (var built in IntermediateFiles.WithReferences([files]))
        {
            if (!File.Exists(built.Module) || !File.Exists(built.Report) || !File.Exists(built.Sarif)) throw NotBuilt($"'{built.Directory}' holds no finished build, so the module is not built. Run 'dotnet build' first, or leave out --no-build.");
            var errors = Findings.Read(built.Report).Where(diagnostic => diagnostic.Severity == Severity.Error).Select(error => error.Descriptor.Code).Order(StringComparer.Ordinal).ToList();
            if (errors.Count > 0)
                throw NotBuilt($"'{Module.Read(built.Module).Name}' has {(errors.Count == 1 ? "an error" : $"{errors.Count} errors")} ({string.Join(", ", errors.Distinct())}), so this module is not shipped. Mend it, and build again.");
        }
        var module = Module.Read(files.Module);
        if (ArtifactRecord.Read(files.Artifacts).FirstOrDefault(record => record.Outcome == ArtifactOutcome.Failed || !record.IsIntact())?.Path is { } changed)
            throw NotBuilt($"'{changed}' is not there as the last build left it. Run 'dotnet build'.");
        // They ship as they are, and what shipped was checked.
        if (files.Unseen(module.Schemas.Concat(module.Migrations).Concat(module.TerraformFiles())) is { } other)
            throw NotBuilt($"'{other}' is not as the last build saw it. Run 'dotnet build'.");
        var manifest = Path.Combine(module.ArtifactsDirectory, Manifest.FileName);
        return File.Exists(manifest) ? module : throw NotBuilt($"'{manifest}' is not there. Run 'dotnet build'.");

        CoraException NotBuilt(string message) => s_notBuilt.Error(new Location(projectFile), message);
    }
}
