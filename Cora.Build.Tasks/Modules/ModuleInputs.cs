using Cora.Build.Diagnostics;

namespace Cora.Build.Modules;

/// <summary>Keeps <c>obj/cora/</c> in step with the file system, so that MSBuild sees which working target has something to do.</summary>
public static class ModuleInputs
{
    /// <summary>Discovers the module and writes its model, its findings and the inputs of the working targets, each only when it differs.</summary>
    public static void Collect(IntermediateFiles files, Module module, IEnumerable<DirectoryItem> functions, IEnumerable<DirectoryItem> layers)
    {
        var discovered = ModuleDiscovery.Discover(module, functions, layers);
        module = discovered.Module;
        IntermediateFiles.WriteIfDifferent(files.Findings("collect"), Findings.ToBytes(discovered.Diagnostics));

        WriteDependencyInputs(files, module);

        IntermediateFiles.WriteIfDifferent(files.PackageInputs, discovered.Sources
            .SelectMany(sources => sources.Select(source => IntermediateFiles.StatLine(source.FullPath, source.Bytes, source.Modified)))
            .Concat(module.References.Select(reference => reference.Manifest).Concat(module.TerraformFiles()).Select(IntermediateFiles.StatLine)));

        IntermediateFiles.WriteIfDifferent(files.LintInputs, ProjectSchemas.Of(module).Select(file => file.Path)
            .Concat(ProjectSchemas.SiblingsOf(module).SelectMany(Module.TerraformFilesOf))
            .Append(module.Metadata)
            .Concat(module.Schemas.Select(path => Path.GetDirectoryName(path)!).Distinct(StringComparer.Ordinal).SelectMany(EditorConfig.FilesFor).Distinct(StringComparer.Ordinal))
            .Select(IntermediateFiles.StatLine));

        WriteStructureInputs(files, module, discovered.Sources.Where((_, i) => !module.Artifacts[i].IsBroken).SelectMany(sources => sources), withIndex: Findings.AreIn(files.Findings("structure")));

        // An artifact that somebody deleted or changed is made again: its target must not look up to date.
        var records = ArtifactRecord.Read(files.Artifacts);
        if (!records.All(record => record.IsIntact()) || !File.Exists(Path.Combine(module.ArtifactsDirectory, Packaging.Manifest.FileName))) File.Delete(files.PackageStamp);
        // A zip without its dependencies must not come of a file that somebody deleted in obj/.
        if (!File.Exists(files.Dependencies)) File.Delete(files.DependencyStamp);
        if (!File.Exists(files.Findings("lint")) || !File.Exists(files.LintCounts)) File.Delete(files.LintStamp);

        // Last: the working targets are out of date from here on.
        IntermediateFiles.WriteIfDifferent(files.Module, module.ToBytes());
    }

    /// <summary>Leaves nothing to do for the working targets: the project says something that is not valid, and nothing is made of the module before it is mended.</summary>
    public static void Refuse(IntermediateFiles files, Diagnostic diagnostic)
    {
        Directory.CreateDirectory(files.Directory);
        foreach (var findings in Directory.GetFiles(files.Directory, "*" + Findings.Extension)) File.Delete(findings);
        foreach (var stale in new[] { files.Module, files.DependencyStamp, files.PackageStamp, files.LintStamp, files.LintCounts, files.Suppressions }) File.Delete(stale);
        var records = ArtifactRecord.Read(files.Artifacts);
        ArtifactRecord.Write(files.Artifacts, records.Select(record => record with { Outcome = ArtifactOutcome.Failed }));
        IntermediateFiles.Write(files.Findings("collect"), Findings.ToBytes([diagnostic]));
    }

    /// <summary>Writes the paths that git is asked about, and the stat lines of what it answers from.</summary>
    public static void WriteStructureInputs(IntermediateFiles files, Module module, IEnumerable<SourceFile> sources, bool withIndex)
    {
        var paths = sources.Select(source => source.FullPath).ToList();
        var rules = GitIgnore.RuleFiles(module.Directory, paths.Select(path => Path.GetDirectoryName(path)!), withIndex);
        IntermediateFiles.WriteIfDifferent(files.StructureInputs, paths.Concat(module.Schemas).Concat(rules.Select(IntermediateFiles.StatLine)));
    }

    /// <summary>Writes the stat lines of what the dependencies are resolved from.</summary>
    public static void WriteDependencyInputs(IntermediateFiles files, Module module)
    {
        var requirements = module.SoundArtifacts
            .SelectMany(artifact => new[] { artifact.Requirements, Python.DependencyResolution.LockOf(artifact) })
            .Concat(File.Exists(files.RequirementFiles) ? File.ReadLines(files.RequirementFiles) : [])
            .Distinct(StringComparer.Ordinal);
        IntermediateFiles.WriteIfDifferent(files.DependencyInputs, requirements.Select(IntermediateFiles.StatLine));
    }
}
