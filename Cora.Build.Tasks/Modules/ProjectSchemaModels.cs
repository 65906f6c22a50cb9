using System.Collections.Concurrent;
using Cora.Build.Sql;

namespace Cora.Build.Modules;

/// <summary>
/// The schemas that the modules of a build have in common. Each module is checked against the SQL of the whole project: that is read once a build, not once a module.
/// For several threads at once.
/// </summary>
public sealed class ProjectSchemaModels
{
    private readonly ConcurrentDictionary<string, Lazy<SchemaModel>> _byFiles = new(StringComparer.Ordinal);

    /// <summary>What files make, as they are now.</summary>
    /// <param name="files">Those of one module in the order in which they run; the order of modules is all one.</param>
    public SchemaModel Of(IEnumerable<SchemaFile> files)
    {
        List<SchemaFile> ordered = [.. files.OrderBy(file => file.Module, StringComparer.Ordinal)];
        var state = string.Join('\n', ordered.Select(file => $"{file.Module}\t{file.IsMigration}\t{IntermediateFiles.StatLine(file.Path)}"));
        return _byFiles.GetOrAdd(state, _ => new Lazy<SchemaModel>(() => SchemaModel.Of([.. ordered.AsParallel().AsOrdered().Select(Read).OfType<SqlSource>()]))).Value;
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
