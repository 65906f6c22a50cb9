namespace Cora.Build.Modules;

/// <summary>Removes what the build made, and nothing else.</summary>
public static class ModuleClean
{
    /// <summary>Deletes the recorded artifacts, the manifest, <c>obj/cora/</c> and the configuration's directory; then the directories in which nothing is left.</summary>
    public static void Clean(IntermediateFiles files, string artifactsDirectory, string configurationDirectory)
    {
        foreach (var record in ArtifactRecord.Read(files.Artifacts)) DeleteFile(record.Path);
        DeleteFile(Path.Combine(artifactsDirectory, Packaging.Manifest.FileName));
        // What a killed build left.
        foreach (var file in Directory.Exists(artifactsDirectory) ? Directory.GetFiles(artifactsDirectory, "*.tmp") : [])
        {
            if (Packaging.ArtifactWriter.TargetOfTemporary(Path.GetFileName(file))?.EndsWith(".zip", StringComparison.OrdinalIgnoreCase) == true) DeleteFile(file);
        }
        foreach (var directory in new[] { files.Directory, configurationDirectory })
        {
            if (Directory.Exists(directory)) Directory.Delete(directory, recursive: true);
        }
        DeleteEmpty(artifactsDirectory);
        DeleteEmpty(Path.GetDirectoryName(Path.TrimEndingDirectorySeparator(configurationDirectory))!);
    }

    private static void DeleteFile(string path)
    {
        if (File.Exists(path)) File.Delete(path);
    }

    private static void DeleteEmpty(string directory)
    {
        if (Directory.Exists(directory) && !Directory.EnumerateFileSystemEntries(directory).Any()) Directory.Delete(directory);
    }
}
