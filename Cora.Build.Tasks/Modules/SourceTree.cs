using Cora.Build.Diagnostics;

namespace Cora.Build.Modules;

/// <summary>A file of a tree.</summary>
/// <param name="RelativePath">From the top, with forward slashes.</param>
/// <param name="FullPath">Where it is.</param>
/// <param name="Bytes">Its length.</param>
/// <param name="Modified">Last write, UTC ticks.</param>
public sealed record SourceFile(string RelativePath, string FullPath, long Bytes, long Modified);

/// <summary>Lists the files of a directory, without opening one.</summary>
public static class SourceTree
{
    internal static readonly DiagnosticDescriptor s_unusableName = new("CORA1012", Severity.Error, "File name that cannot be packaged");
    internal static readonly DiagnosticDescriptor s_unreadable = new("CORA1014", Severity.Error, "Directory that cannot be read");

    /// <summary>Far above any source tree, far below what hurts: links can make a small tree endless.</summary>
    private const int MaxDirectories = 100_000;

    /// <summary>
    /// All files that <paramref name="excludes"/> leaves, in ordinal order of their relative paths. Links are followed, except
    /// into a directory that holds the link.
    /// </summary>
    /// <exception cref="CoraException">CORA1012, CORA1014.</exception>
    public static IReadOnlyList<SourceFile> List(string directory, ExcludePatterns excludes)
    {
        var files = new List<SourceFile>();
        try
        {
            var directories = 0;
            Visit(new DirectoryInfo(directory), "", excludes, files, [directory], ref directories);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw s_unreadable.Error(new Location(directory), $"'{directory}' cannot be read: {e.Message} Check that it is still there and that its permissions let the build in.");
        }
        files.Sort((a, b) => string.CompareOrdinal(a.RelativePath, b.RelativePath));
        return files;
    }

    /// <summary>Relative paths of the files that <paramref name="excludes"/> leaves, in ordinal order, for a look at what is there: no name is checked, a link is
    /// given as a file, what cannot be read is passed over. An artifact that needs it is told by <see cref="List"/>.</summary>
    public static IReadOnlyList<string> Names(string directory, ExcludePatterns excludes)
    {
        var names = new List<string>();
        Look(new DirectoryInfo(directory), "", excludes, names);
        names.Sort(string.CompareOrdinal);
        return names;
    }

    /// <summary>Whether there is something in a directory, and nothing that <paramref name="excludes"/> leaves.</summary>
    public static bool HoldsOnly(string directory, ExcludePatterns excludes) => Entries(new DirectoryInfo(directory)).Length > 0 && Names(directory, excludes).Count == 0;

    private static void Look(DirectoryInfo directory, string prefix, ExcludePatterns excludes, List<string> names)
    {
        foreach (var entry in Entries(directory))
        {
            var relative = prefix + entry.Name;
            if (excludes.Matches(relative)) continue;
            if (entry is DirectoryInfo child && !entry.Attributes.HasFlag(FileAttributes.ReparsePoint)) Look(child, relative + "/", excludes, names);
            else names.Add(relative);
        }
    }

    private static FileSystemInfo[] Entries(DirectoryInfo directory)
    {
        try
        {
            return directory.GetFileSystemInfos();
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return [];
        }
    }

    /// <param name="directory">By the path that leads to it.</param>
    /// <param name="prefix">Of the relative paths.</param>
    /// <param name="excludes">What is passed over.</param>
    /// <param name="files">Gets what is found.</param>
    /// <param name="open">The directories that are being visited, outermost first, each where it really is: links resolved.</param>
    /// <param name="directories">How many have been visited.</param>
    private static void Visit(DirectoryInfo directory, string prefix, ExcludePatterns excludes, List<SourceFile> files, List<string> open, ref int directories)
    {
        if (++directories > MaxDirectories)
        {
            throw s_unreadable.Error(new Location(open[0]), $"'{open[0]}' has more than {MaxDirectories} directories. Remove the links that lead back and forth, or exclude them with the item's Exclude metadata.");
        }
        foreach (var entry in directory.EnumerateFileSystemInfos())
        {
            var relative = prefix + entry.Name;
            if (excludes.Matches(relative)) continue;
            CheckName(entry);
            if (entry is DirectoryInfo child)
            {
                var place = Path.Combine(open[^1], child.Name);
                if (child.LinkTarget is not null)
                {
                    place = Path.TrimEndingDirectorySeparator(new DirectoryInfo(place).ResolveLinkTarget(returnFinalTarget: true)!.FullName);
                    if (open.Exists(holder => (holder + Path.DirectorySeparatorChar).StartsWith(place + Path.DirectorySeparatorChar, StringComparison.Ordinal))) continue;
                }
                open.Add(place);
                Visit(child, relative + "/", excludes, files, open, ref directories);
                open.RemoveAt(open.Count - 1);
                continue;
            }
            var file = (FileInfo)(entry.LinkTarget is null ? entry : entry.ResolveLinkTarget(returnFinalTarget: true)!);
            if (!file.Exists)
            {
                throw s_unreadable.Error(new Location(entry.FullName), $"'{entry.FullName}' is a link to '{entry.LinkTarget}', which is not there. Mend or delete it, or exclude it with the item's Exclude metadata.");
            }
            files.Add(new SourceFile(relative, entry.FullName, file.Length, file.LastWriteTimeUtc.Ticks));
        }
    }

    private static void CheckName(FileSystemInfo entry)
    {
        if (entry.Name.Any(c => char.IsControl(c) || c is '\\' or '\uFFFD') || !IsWellFormed(entry.Name))
        {
            throw s_unusableName.Error(new Location(entry.FullName), $"The name of '{entry.FullName}' holds a control character, a backslash or invalid Unicode, which no zip carries safely. Rename it, or exclude it with the item's Exclude metadata.");
        }
    }

    private static bool IsWellFormed(string name)
    {
        for (var i = 0; i < name.Length; i++)
        {
            if (!char.IsSurrogate(name[i])) continue;
            if (i + 1 >= name.Length || !char.IsSurrogatePair(name[i], name[i + 1])) return false;
            i++;
        }
        return true;
    }
}
