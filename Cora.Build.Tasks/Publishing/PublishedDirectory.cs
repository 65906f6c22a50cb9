using Cora.Build.Diagnostics;
using Cora.Build.Modules;

namespace Cora.Build.Publishing;

/// <summary>A directory with what a module ships. What an earlier publish put there and this one does not is removed; what somebody else put there stays.</summary>
public static class PublishedDirectory
{
    internal static readonly DiagnosticDescriptor s_notWritten = new("CORA7031", Severity.Error, "Publish directory that cannot be written");

    private const string ListName = ".cora-published";

    /// <summary>Fills it. Files that are there already with the same content are left alone.</summary>
    /// <exception cref="CoraException">CORA7031: a file cannot be written, or it is where the module is.</exception>
    public static void Fill(string directory, IReadOnlyList<ShippedFile> files, string projectFile, CancellationToken cancellation)
    {
        ArgumentNullException.ThrowIfNull(files);
        // What is gone from there later would be gone from the module.
        if (files.Any(file => Path.GetFullPath(file.RelativePath, directory) == file.Path))
            throw s_notWritten.Error(new Location(projectFile), $"'{directory}' is the module itself, which cannot be published into itself. Give another PublishDir.");
        var list = Path.Combine(directory, ListName);
        try
        {
            var places = files.Select(file => file.RelativePath).ToHashSet(StringComparer.Ordinal);
            var before = File.Exists(list) ? File.ReadAllLines(list) : [];
            // Known before it is there: an interrupted publish leaves nothing that the next one would not remove.
            IntermediateFiles.WriteIfDifferent(list, before.Concat(places).Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal));
            foreach (var gone in before.Where(place => !places.Contains(place) && IsBelow(place))) Remove(directory, gone);
            foreach (var file in files)
            {
                cancellation.ThrowIfCancellationRequested();
                Copy(file.Path, Path.Combine(directory, file.RelativePath));
            }
            IntermediateFiles.WriteIfDifferent(list, places.Order(StringComparer.Ordinal));
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw s_notWritten.Error(new Location(projectFile), $"'{directory}' cannot be filled: {e.Message} Check permissions and free space, or give another PublishDir.");
        }
    }

    /// <summary>The list is a file that anybody can write: it removes nothing elsewhere.</summary>
    private static bool IsBelow(string place) => !Path.IsPathRooted(place) && !place.Split('/', '\\').Contains("..");

    private static void Remove(string directory, string place)
    {
        var path = Path.Combine(directory, place);
        File.Delete(path);
        for (var parent = Path.GetDirectoryName(path)!; parent.Length > directory.TrimEnd('/', '\\').Length && Directory.Exists(parent) && !Directory.EnumerateFileSystemEntries(parent).Any(); parent = Path.GetDirectoryName(parent)!)
            Directory.Delete(parent);
    }

    private static void Copy(string source, string target)
    {
        var (from, to) = (new FileInfo(source), new FileInfo(target));
        if (to.Exists && from.Length == to.Length && from.LastWriteTimeUtc == to.LastWriteTimeUtc) return;
        Directory.CreateDirectory(to.DirectoryName!);
        var temporary = $"{target}.{Path.GetRandomFileName()}.tmp";
        try
        {
            File.Copy(source, temporary);
            File.Move(temporary, target, overwrite: true);
        }
        catch
        {
            File.Delete(temporary);
            throw;
        }
    }
}
