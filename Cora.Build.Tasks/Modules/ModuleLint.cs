using Cora.Build.Diagnostics;
using Cora.Build.Packaging;
using Cora.Build.Python;
using Cora.Build.Python.Source;
using Cora.Build.Rules;
using Cora.Build.Sql;

namespace Cora.Build.Modules;

/// <summary>What checking a module gave.</summary>
/// <param name="Report">Findings, and what was looked at.</param>
/// <param name="Suppressions">The <c>noqa</c> comments of the module's own sources.</param>
public sealed record LintedModule(LintReport Report, IReadOnlyList<Suppression> Suppressions);

/// <summary>Reads all that the rules look at, and has them look at it.</summary>
/// <param name="module">The module.</param>
/// <param name="dependencies">Its wheels.</param>
/// <param name="variable">Gives the value of an environment variable.</param>
/// <param name="facts">Gives the facts about each of some Python sources, in their order.</param>
public sealed class ModuleLint(
    Module module, Dependencies dependencies, Func<string, string?> variable, Func<IReadOnlyList<byte[]>, CancellationToken, Task<IReadOnlyList<SourceFacts>>> facts)
{
    /// <summary>Far above any source that was written by hand, in bytes.</summary>
    private const int MaxSourceBytes = 16 << 20;

    private readonly List<Source> _sources = [];

    /// <summary>Checks the module.</summary>
    /// <exception cref="CoraException">CORA0003: sources cannot be read without Python.</exception>
    public async Task<LintedModule> LintAsync(CancellationToken cancellation)
    {
        var own = module.Artifacts.Select(OwnCode).ToList();
        var beside = module.References.SelectMany(ReferencedLayers).Concat(module.ExternalLayers.Select(External)).ToList();
        var read = await facts([.. _sources.Select(source => source.Content)], cancellation).ConfigureAwait(false);
        for (var i = 0; i < _sources.Count; i++) _sources[i].Facts = read[i];

        var code = own.Select(item => item.ToCode()).ToList();
        var layers = own.Zip(code).Where(item => item.First.Artifact!.Kind == ArtifactKind.Layer).Select(item => item.Second)
            .Concat(beside.Select(item => item.ToCode())).ToList();
        var artifacts = own.Zip(code).Where(item => !item.First.Artifact!.IsBroken)
            .Select(item => ToArtifactCode(item.First.Artifact!, item.Second, layers))
            .ToList();
        var sql = ProjectSchemas.Of(module).Select(ReadSql).OfType<SqlSource>().ToList();
        var report = Linter.Check(new LintModel(module, artifacts) { AvailableLayers = layers, PackagesElsewhere = PackagesElsewhere(), Functions = SqlFunctions.Of(sql) });
        var suppressions = own.SelectMany(item => item.Sources)
            .SelectMany(source => source.Facts!.Suppressions.SelectMany(comment => comment.Codes.Select(code => new Suppression(code.Name, new Location(source.File, code.At.Line, code.At.Column)))));
        var inSql = sql.Where(source => source.Module == module.Name)
            .SelectMany(source => source.Sql.Suppressions.SelectMany(comment => comment.Codes.Select(code => new Suppression(code.Name, new Location(source.File, code.At.Line, code.At.Column)))));
        return new LintedModule(report, [.. suppressions.Concat(inSql)]);
    }

    /// <summary>As <see cref="FunctionLayers"/> has them: those that the project names, else all that there are.</summary>
    private static IEnumerable<ImportableCode> LayersOf(Artifact artifact, IReadOnlyList<ImportableCode> layers) =>
        artifact.Layers is null ? layers : artifact.Layers.Select(name => layers.FirstOrDefault(layer => layer.Name == name)).OfType<ImportableCode>().Distinct();

    private ArtifactCode ToArtifactCode(Artifact artifact, ImportableCode code, IReadOnlyList<ImportableCode> layers)
    {
        var environment = MarkerEnvironment.For(TargetPlatform.TryParse(module.TargetFramework, module.Architecture, out var target) ? target : throw new InvalidOperationException(module.TargetFramework));
        return new ArtifactCode(artifact, code, [.. LayersOf(artifact, layers).Where(layer => layer != code)])
        {
            Requirements = [.. RequirementsFile.Read(artifact.Requirements, variable).Requirements
                .Where(line => line.Requirement.AppliesTo(environment))
                .Select(line => new DeclaredRequirement(line.Requirement.NormalizedName, IsExact(line.Requirement), line.Location))],
            IsLocked = File.Exists(DependencyResolution.LockOf(artifact)),
        };
    }

    private static bool IsExact(Requirement requirement) => requirement.Url is not null
        || requirement.Specifiers.Specifiers.Any(specifier => specifier.Operator is "===" || (specifier.Operator is "==" && !specifier.ToString().EndsWith('*')));

    private Importable OwnCode(Artifact artifact)
    {
        if (artifact.IsBroken) return new Importable(module.Name, artifact.Name) { Artifact = artifact, IsComplete = false };
        IReadOnlyList<SourceFile> files;
        try
        {
            files = module.SourcesOf(artifact);
        }
        catch (CoraException)
        {
            // Packaging says why.
            return new Importable(module.Name, artifact.Name) { Artifact = artifact, IsComplete = false };
        }
        var vendored = Vendored(files);
        var brought = vendored.SelectMany(distribution => distribution.TopLevel).ToHashSet(StringComparer.Ordinal);
        var code = new Importable(module.Name, artifact.Name)
        {
            Artifact = artifact,
            TopLevel = [.. WheelContents.TopLevelNamesOf(files.Select(file => file.RelativePath)).Where(name => !brought.Contains(name))],
            Distributions = [.. dependencies.Of(artifact.FileName).Select(wheel => new ImportableDistribution(wheel.Name, wheel.Version, wheel.TopLevel)), .. vendored],
            IsComplete = !dependencies.Failed.Contains(artifact.FileName),
        };
        foreach (var file in files.Where(file => file.RelativePath.EndsWith(".py", StringComparison.Ordinal) && !brought.Contains(TopOf(file.RelativePath))))
        {
            try
            {
                if (file.Bytes <= MaxSourceBytes) code.Sources.Add(Add(file.RelativePath, file.FullPath, File.ReadAllBytes(file.FullPath)));
            }
            catch (Exception e) when (e is IOException or UnauthorizedAccessException)
            {
                code.IsComplete = false;
            }
        }
        return code;
    }

    /// <summary>What <c>pip install -t</c> left in the source tree: its sources are not the module's.</summary>
    private static List<ImportableDistribution> Vendored(IReadOnlyList<SourceFile> files)
    {
        var distributions = new List<ImportableDistribution>();
        foreach (var record in files.Where(file => file.RelativePath.Split('/') is [var directory, "RECORD"] && directory.EndsWith(".dist-info", StringComparison.Ordinal)))
        {
            var name = record.RelativePath[..^".dist-info/RECORD".Length].Split('-');
            var installed = File.ReadLines(record.FullPath).Select(line => line.Split(',')[0].Trim('"'));
            distributions.Add(new ImportableDistribution(PackageName.Normalize(name[0]), name.Length > 1 ? name[1] : "", WheelContents.TopLevelNamesOf(installed)));
        }
        return distributions;
    }

    /// <summary>The layers of a referenced module, by its manifest: what is in their zips is what functions get.</summary>
    private IEnumerable<Importable> ReferencedLayers(ModuleReference reference)
    {
        var failed = reference.IntermediateDirectory.Length == 0 ? [] : ArtifactRecord.Read(new IntermediateFiles(reference.IntermediateDirectory).Artifacts)
            .Where(record => record.Kind == ArtifactKind.Layer && record.Outcome == ArtifactOutcome.Failed)
            .Select(record => Path.GetFileName(record.Path))
            .ToHashSet(StringComparer.Ordinal);
        if (Manifest.TryRead(reference.Manifest) is not { } manifest)
        {
            yield return new Importable(reference.Name, "") { IsComplete = false };
            yield break;
        }
        foreach (var layer in manifest.Artifacts.Where(artifact => artifact.Kind == ArtifactKind.Layer))
        {
            var code = new Importable(manifest.Module, layer.Name)
            {
                TopLevel = layer.TopLevel ?? [],
                Distributions = [.. layer.Distributions.Select(item => new ImportableDistribution(item.Name, item.Version, item.TopLevel))],
                IsComplete = !failed.Remove(layer.File),
            };
            if (code.IsComplete) ReadZip(code, Path.Combine(Path.GetDirectoryName(reference.Manifest)!, layer.File));
            yield return code;
        }
        foreach (var file in failed) yield return new Importable(manifest.Module, file) { IsComplete = false };
    }

    private static SqlSource? ReadSql(SchemaFile file)
    {
        try
        {
            return new SqlSource(file.Module, file.Path, SqlFile.Read(File.ReadAllBytes(file.Path)), file.IsMigration);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            // Gone since it was found: the next build sees that.
            return null;
        }
    }

    /// <summary>The packages of layers of modules that this one does not reference, and which project file that would be.</summary>
    private Dictionary<string, string> PackagesElsewhere()
    {
        var referenced = module.References.Select(reference => reference.Name).ToHashSet(StringComparer.Ordinal);
        var packages = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (var sibling in ProjectSchemas.SiblingsOf(module).Where(sibling => !referenced.Contains(Path.GetFileName(sibling))))
        {
            var layers = Path.Combine(sibling, "backend", "layers");
            if (!Directory.Exists(layers)) continue;
            foreach (var contents in Directory.GetDirectories(layers).Select(layer => Path.Combine(layer, "python")).Where(Directory.Exists).Order(StringComparer.Ordinal))
            {
                foreach (var name in WheelContents.TopLevelNamesOf(SourceTree.Names(contents, new ExcludePatterns(module.DefaultExcludes))))
                    packages.TryAdd(name, Path.GetRelativePath(module.Directory, Path.Combine(sibling, "module.coraproj")).Replace('\\', '/'));
            }
        }
        return packages;
    }

    private void ReadZip(Importable code, string path)
    {
        const string Root = "python/";
        var own = code.TopLevel.ToHashSet(StringComparer.Ordinal);
        try
        {
            using var file = ZipDirectory.Open(path);
            foreach (var member in ZipDirectory.Read(file, path).Members)
            {
                if (member.IsDirectory || !member.Name.StartsWith(Root, StringComparison.Ordinal) || !member.Name.EndsWith(".py", StringComparison.Ordinal)) continue;
                var relative = member.Name[Root.Length..];
                if (own.Contains(TopOf(relative)) && member.Bytes <= MaxSourceBytes) code.Sources.Add(Add(relative, $"{path}/{member.Name}", ZipMemberReader.ReadAllBytes(file, path, member, MaxSourceBytes)));
            }
        }
        catch (CoraException)
        {
            // Gone or damaged since it was built: nothing is said of what is in it.
            code.Sources.Clear();
            code.IsComplete = false;
        }
    }

    private static Importable External(ExternalLayer layer) => new("", layer.Arn) { TopLevel = layer.Provides, IsComplete = layer.Provides.Count > 0 };

    private Source Add(string relative, string file, byte[] content)
    {
        var source = new Source(relative, file, content);
        _sources.Add(source);
        return source;
    }

    private static string TopOf(string relative) => relative.Split('/')[0] is var first && first.EndsWith(".py", StringComparison.Ordinal) ? first[..^".py".Length] : first;

    /// <summary><see cref="ImportableCode"/> before the facts about its sources are known.</summary>
    private sealed class Importable(string module, string name)
    {
        public Artifact? Artifact { get; init; }

        public IReadOnlyList<string> TopLevel { get; init; } = [];

        public IReadOnlyList<ImportableDistribution> Distributions { get; init; } = [];

        public List<Source> Sources { get; } = [];

        public bool IsComplete { get; set; } = true;

        public ImportableCode ToCode() => new(module, name, Sources.Select(source => source.ToModule()).DistinctBy(source => source.Name).ToDictionary(source => source.Name, StringComparer.Ordinal), TopLevel, Distributions, IsComplete);
    }

    private sealed class Source(string relative, string file, byte[] content)
    {
        public string File { get; } = file;

        public byte[] Content { get; } = content;

        public SourceFacts? Facts { get; set; }

        public SourceModule ToModule()
        {
            var path = relative[..^".py".Length];
            var isPackage = path.EndsWith("/__init__", StringComparison.Ordinal);
            return new SourceModule((isPackage ? path[..^"/__init__".Length] : path).Replace('/', '.'), isPackage, File, Facts!);
        }
    }
}
