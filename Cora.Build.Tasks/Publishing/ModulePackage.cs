using System.Text;
using System.Xml.Linq;
using Cora.Build.Diagnostics;
using Cora.Build.Modules;
using Cora.Build.Packaging;

namespace Cora.Build.Publishing;

/// <summary>A module as a NuGet package: what ships, below <c>cora/</c>, and a props file by which a project that references the package finds it.</summary>
public static class ModulePackage
{
    /// <summary>Where in a package all that ships is.</summary>
    public const string Root = "cora/";

    /// <summary>The files of the package, with their places in it; those that are only for it are written to <c>obj/cora/</c>.</summary>
    /// <param name="files">Of the module's last build.</param>
    /// <param name="shipped">What ships.</param>
    /// <param name="projectFile">Full path.</param>
    /// <param name="packageId">The package's id.</param>
    /// <exception cref="CoraException">CORA7030: a name that NuGet does not take.</exception>
    public static IReadOnlyList<ShippedFile> Files(IntermediateFiles files, IReadOnlyList<ShippedFile> shipped, string projectFile, string packageId)
    {
        var manifestFile = shipped.First(file => Path.GetFileName(file.Path) == Manifest.FileName);
        var manifest = Manifest.TryRead(manifestFile.Path)!;
        IntermediateFiles.WriteIfDifferent(files.PackageProps, Props(packageId, manifest.Module, manifestFile.RelativePath));
        var readme = Path.Combine(Path.GetDirectoryName(projectFile)!, "README.md");
        if (!File.Exists(readme))
        {
            readme = files.PackageReadme;
            IntermediateFiles.WriteIfDifferent(readme, Readme(manifest));
        }
        List<ShippedFile> all =
        [
            .. shipped.Select(file => file with { RelativePath = Root + file.RelativePath }),
            // Projects that reference a package of which this one is a dependency see it, too: its SQL is part of theirs.
            new(files.PackageProps, $"buildTransitive/{packageId}.props"),
            new(readme, "README.md"),
        ];
        if (all.Find(file => file.RelativePath.Contains(';', StringComparison.Ordinal)) is { } file)
            throw ShippedModule.s_notBuilt.Error(new Location(projectFile), $"NuGet takes the ';' in '{file.RelativePath}' for the end of a path, so this module cannot be packed. Rename it.");
        // Pack compares times: it would not notice a file that is gone, or one that is replaced by an older one.
        IntermediateFiles.WriteIfDifferent(files.PackInputs, all.Select(file => $"{file.RelativePath}\t{IntermediateFiles.StatLine(file.Path)}"));
        return all;
    }

    private static byte[] Props(string packageId, string module, string manifest) => Encoding.UTF8.GetBytes(new XElement("Project",
        new XElement("ItemGroup",
            new XElement("_CoraPackagedModule",
                new XAttribute("Include", packageId),
                new XAttribute("CoraModule", module),
                new XAttribute("CoraDirectory", $"$(MSBuildThisFileDirectory)../{Root}"),
                new XAttribute("Manifest", $"$([MSBuild]::NormalizePath('$(MSBuildThisFileDirectory)', '../{Root}{manifest}'))")))).ToString().ReplaceLineEndings("\n") + "\n");

    private static byte[] Readme(Manifest manifest)
    {
        var text = new StringBuilder($"# {manifest.Module} {manifest.Version}\n\nA CORA module for {manifest.Target.Runtime}, {manifest.Target.Architecture}.\n");
        foreach (var (kind, title) in new[] { (ArtifactKind.Function, "Functions"), (ArtifactKind.Layer, "Layers") })
        {
            var artifacts = manifest.Artifacts.Where(artifact => artifact.Kind == kind).ToList();
            if (artifacts.Count == 0) continue;
            text.Append($"\n## {title}\n\n| name | file | bytes | {(kind == ArtifactKind.Layer ? "packages" : "handler")} |\n|---|---|---|---|\n");
            foreach (var artifact in artifacts) text.Append($"| {artifact.Name} | `{artifact.File}` | {artifact.Bytes} | {(kind == ArtifactKind.Layer ? string.Join(", ", artifact.TopLevel ?? []) : $"`{artifact.Handler}`")} |\n");
        }
        return Encoding.UTF8.GetBytes(text.ToString());
    }
}
