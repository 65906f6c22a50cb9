using System.Collections.Concurrent;
using Cora.Build.Sql;
using Cora.Build.Terraform;

namespace Cora.Build.Modules;

/// <summary>
/// What the modules of a build have in common. Each module is checked against the SQL of the whole project, and against the Terraform of the modules beside it: those are read
/// once a build, not once a module. For several threads at once.
/// </summary>
public sealed class ProjectModels
{
    private readonly ConcurrentDictionary<string, Lazy<SchemaModel>> _schemas = new(StringComparer.Ordinal);
    private readonly ConcurrentDictionary<string, Lazy<TerraformModule>> _terraform = new(StringComparer.Ordinal);

    /// <summary>What files of SQL make, as they are now.</summary>
    /// <param name="files">Those of one module in the order in which they run; the order of modules is all one.</param>
    public SchemaModel Schema(IEnumerable<SchemaFile> files)
    {
        List<SchemaFile> ordered = [.. files.OrderBy(file => file.Module, StringComparer.Ordinal)];
        var state = string.Join('\n', ordered.Select(file => $"{file.Module}\t{file.IsMigration}\t{IntermediateFiles.StatLine(file.Path)}"));
        return _schemas.GetOrAdd(state, _ => new Lazy<SchemaModel>(() => SchemaModel.Of([.. ordered.AsParallel().AsOrdered().Select(Read).OfType<SqlSource>()]))).Value;
    }

    /// <summary>The Terraform of a module, as it is now; null where it has none, or it is gone while it is read: the next build sees that.</summary>
    /// <param name="directory">Full path of the module.</param>
    public TerraformModule? Terraform(string directory)
    {
        try
        {
            List<string> files = [.. Module.TerraformFilesOf(directory)];
            if (files.Count == 0) return null;
            return _terraform.GetOrAdd(string.Join('\n', files.Select(IntermediateFiles.StatLine)), _ => new Lazy<TerraformModule>(() => TerraformModule.Read(Path.Combine(directory, "infrastructure")), LazyThreadSafetyMode.PublicationOnly)).Value;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return null;
        }
    }

    private static SqlSource? Read(SchemaFile file)
    {
        try
        {
            // A file without bytes is not opened: it may be a pipe, which would be waited for.
            return new SqlSource(file.Module, file.Path, SqlFile.Read(new FileInfo(file.Path).Length == 0 ? [] : File.ReadAllBytes(file.Path)), file.IsMigration);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            // Gone since it was found: the next build sees that.
            return null;
        }
    }
}
