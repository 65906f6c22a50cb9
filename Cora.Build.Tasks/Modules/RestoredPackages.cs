using System.Text.Json;
using Cora.Build.Diagnostics;

namespace Cora.Build.Modules;

/// <summary>What NuGet's restore left of the packages that a project references. A package that is not there adds nothing to the project, and says nothing of it either.</summary>
public static class RestoredPackages
{
    internal static readonly DiagnosticDescriptor s_notRestored = new("CORA1016", Severity.Error, "Referenced package that is not restored");

    /// <summary>Looks for all packages, also those that only packages need.</summary>
    /// <param name="projectFile">Full path.</param>
    /// <param name="assetsFile">Full path of <c>project.assets.json</c>, whether it is there or not.</param>
    /// <param name="references">The ids that the project names.</param>
    /// <exception cref="CoraException">CORA1016.</exception>
    public static void Check(string projectFile, string assetsFile, IReadOnlyList<string> references)
    {
        if (references.Count == 0) return;
        var restored = Read(assetsFile);
        var missing = references.FirstOrDefault(id => !restored.Any(package => package.Id.Equals(id, StringComparison.OrdinalIgnoreCase)))
            ?? restored.FirstOrDefault(package => !package.IsThere).Id;
        if (missing is not null)
            throw s_notRestored.Error(new Location(projectFile), $"The package '{missing}' is not restored, so what it brings is not known. Run 'dotnet restore', or build without --no-restore.");
    }

    private static List<(string Id, bool IsThere)> Read(string assetsFile)
    {
        try
        {
            using var assets = JsonDocument.Parse(File.ReadAllBytes(assetsFile));
            var folders = assets.RootElement.GetProperty("packageFolders").EnumerateObject().Select(folder => folder.Name).ToList();
            // A project of the same id comes before a package.
            return [.. assets.RootElement.GetProperty("libraries").EnumerateObject().Select(library => (library.Name.Split('/')[0],
                library.Value.GetProperty("type").GetString() != "package" || folders.Exists(folder => Directory.Exists(Path.Combine(folder, library.Value.GetProperty("path").GetString()!)))))];
        }
        catch (Exception e) when (e is FileNotFoundException or DirectoryNotFoundException or JsonException or KeyNotFoundException or InvalidOperationException)
        {
            return [];
        }
    }
}
