namespace Cora.Build.Modules;

/// <summary>Removes what the build made, and nothing else.</summary>
public static class ModuleClean
{
    /// <summary>Deletes the recorded artifacts, the manifest and <c>obj/cora/</c>; then the artifacts directory, when nothing is left in it.</summary>
    public static void Clean(IntermediateFiles files, string artifactsDirectory)
    {
        foreach (var record in ArtifactRecord.Read(files.Artifacts)) DeleteFile(record.Path);
        DeleteFile(Path.Combine(artifactsDirectory, Packaging.Manifest.FileName));
        // What a killed build left.
        foreach (var file in Directory.Exists(artifactsDirectory) ? Directory.GetFiles(artifactsDirectory, "*.tmp") : [])
        {
            if (Packaging.ArtifactWriter.TargetOfTemporary(Path.GetFileName(file))?.EndsWith(".zip", StringComparison.OrdinalIgnoreCase) == true) DeleteFile(file);
        }
        if (Directory.Exists(files.Directory)) Directory.Delete(files.Directory, recursive: true);
        if (Directory.Exists(artifactsDirectory) && !Directory.EnumerateFileSystemEntries(artifactsDirectory).Any()) Directory.Delete(artifactsDirectory);
    }

    private static void DeleteFile(string path)
    {
        if (File.Exists(path)) File.Delete(path);
    }
}
