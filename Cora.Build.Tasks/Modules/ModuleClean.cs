using Cora.Build.Packaging;

namespace Cora.Build.Modules;

/// <summary>Removes what the build made, and nothing else.</summary>
public static class ModuleClean
{
    /// <summary>Deletes the artifacts, which the last build's records name, and the manifest where <c>obj/</c> is gone; the manifest and <c>obj/cora/</c>; then the artifacts directory, when nothing is left in it.</summary>
    public static void Clean(IntermediateFiles files, string artifactsDirectory)
    {
        var manifest = Path.Combine(artifactsDirectory, Manifest.FileName);
        foreach (var record in ArtifactRecord.Read(files.Artifacts)) DeleteFile(record.Path);
        foreach (var entry in Manifest.TryRead(manifest)?.Artifacts ?? []) DeleteFile(Path.Combine(artifactsDirectory, Path.GetFileName(entry.File)));
        DeleteFile(manifest);
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
