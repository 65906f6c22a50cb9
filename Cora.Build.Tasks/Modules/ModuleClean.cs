namespace Cora.Build.Modules;

/// <summary>Removes what the build made, and nothing else.</summary>
public static class ModuleClean
{
    /// <summary>Deletes the recorded artifacts, the manifest, <c>obj/cora/</c> and the configuration's directory; then the directories in which nothing is left.</summary>
    public static void Clean(IntermediateFiles files, string artifactsDirectory, string configurationDirectory)
    {
        foreach (var path in ArtifactRecord.Read(files.Artifacts).Select(record => record.Path).Append(Path.Combine(artifactsDirectory, Packaging.Manifest.FileName)))
        {
            if (File.Exists(path)) File.Delete(path);
            DeleteTemporaries(path);
        }
        foreach (var directory in new[] { files.Directory, configurationDirectory })
        {
            if (Directory.Exists(directory)) Directory.Delete(directory, recursive: true);
        }
        DeleteEmpty(artifactsDirectory);
        DeleteEmpty(Path.GetDirectoryName(Path.TrimEndingDirectorySeparator(configurationDirectory))!);
    }

    /// <summary>What a build that was killed left beside an artifact.</summary>
    private static void DeleteTemporaries(string path)
    {
        var directory = Path.GetDirectoryName(path)!;
        if (!Directory.Exists(directory)) return;
        var prefix = Path.GetFileName(path) + ".";
        foreach (var file in Directory.GetFiles(directory, "*.tmp"))
        {
            if (Path.GetFileName(file).StartsWith(prefix, StringComparison.Ordinal)) File.Delete(file);
        }
    }

    private static void DeleteEmpty(string directory)
    {
        if (Directory.Exists(directory) && !Directory.EnumerateFileSystemEntries(directory).Any()) Directory.Delete(directory);
    }
}
