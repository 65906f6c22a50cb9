using System.Text;
using Cora.Build.Diagnostics;
using Cora.Build.Packaging;
using Cora.Build.Python;
using Cora.Build.Python.Source;
using Cora.Build.Rules;
using Cora.Build.Terraform;

namespace Cora.Build.Modules;

/// <summary>Reads all that the rules look at, has them look at it, and leaves what they found for the report.</summary>
/// <param name="module">The module.</param>
/// <param name="dependencies">Its wheels.</param>
/// <param name="project">What the modules of the build share.</param>
/// <param name="processes">Starts Python.</param>
public sealed class ModuleLint(Module module, Dependencies dependencies, ProjectModels project, Processes processes)
{
    private readonly TargetPlatform _target = TargetPlatform.Of(module);
    private readonly List<Source> _sources = [];
    private readonly List<string> _large = [];
    private readonly EditorConfig _settings = new();

    /// <summary>Checks the module. What it finds depends on the files alone, so there is a stamp also where it finds errors; not where it could not look.</summary>
    public async Task LintAsync(IntermediateFiles files, CancellationToken cancellation)
    {
        Directory.CreateDirectory(files.Directory);
        File.Delete(files.LintStamp);
        try
        {
            var (report, suppressions) = await LintAsync(files.Facts, cancellation).ConfigureAwait(false);
            IntermediateFiles.WriteIfDifferent(files.Suppressions, suppressions.Select(item => item.ToString()));
            IntermediateFiles.WriteIfDifferent(files.LintCounts, Counts(report));
            IntermediateFiles.Write(files.Findings("lint"), Findings.ToBytes([.. report.Diagnostics, .. _settings.Diagnostics]));
            // Another Python may read what this one could not, and a launcher can start another without being changed itself.
            if (!_sources.Exists(source => source.Facts is { Fault.MayBeNewer: true })) IntermediateFiles.Write(files.LintStamp, []);
        }
        catch (CoraException e)
        {
            File.Delete(files.Suppressions);
            File.Delete(files.LintCounts);
            IntermediateFiles.Write(files.Findings("lint"), Findings.ToBytes([e.Diagnostic]));
        }
    }

    private static IEnumerable<string> Counts(LintReport report)
    {
        yield return Checks.Line(report.LayerCalls, "layer calls");
        yield return Checks.Line(report.RpcCalls, "RPC calls");
        yield return Checks.Line(report.Imports, "imports");
        yield return Checks.Line(report.Routes, "routes");
        yield return Checks.Line(report.TableCalls, "table calls");
        yield return Checks.Line(report.Tables, "tables");
        yield return Checks.Line(report.Policies, "policies");
        yield return Checks.Line(report.SqlFunctions, "SQL functions");
        yield return Checks.Line(report.Resources, "resources");
        yield return Checks.OtherLine(report.NotDecidable, "not decidable");
        foreach (var note in report.Notes) yield return Checks.NoteLine(note);
    }

    private async Task<(LintReport Report, IReadOnlyList<Suppression> Suppressions)> LintAsync(string cache, CancellationToken cancellation)
    {
        var own = module.Artifacts.Select(OwnCode).ToList();
        var beside = module.References.SelectMany(ReferencedLayers).Concat(module.ExternalLayers.Select(External)).ToList();
        var facts = await new FactReader(processes, module.Dependencies.PythonExecutable, new Location(module.ProjectFile))
            .ReadAsync([.. _sources.Select(source => source.Content)], _target, cache, cancellation).ConfigureAwait(false);
        for (var i = 0; i < _sources.Count; i++) _sources[i].Facts = facts[i];

        var code = own.ConvertAll(item => item.ToCode());
        var layers = own.Zip(code).Where(item => item.First.Artifact!.Kind == ArtifactKind.Layer).Select(item => item.Second)
            .Concat(beside.Select(item => item.ToCode())).ToList();
        var artifacts = own.Zip(code).Where(item => !item.First.Artifact!.IsBroken).Select(item => ToArtifactCode(item.First.Artifact!, item.Second, layers) with { Routes = RoutesOf(item.First) }).ToList();
        var schema = project.Schema(ProjectSchemas.Of(module));
        var terraform = project.Terraform(module.Directory);
        var report = Linter.Check(new LintModel(module, artifacts)
        {
            AvailableLayers = layers,
            PackagesElsewhere = PackagesElsewhere(),
            Metadata = ReadMetadata(),
            Schema = schema,
            Terraform = terraform,
            TerraformElsewhere = TerraformElsewhere(),
            Setting = _settings.Value,
        });

        foreach (var file in _large) report.Note($"'{file}' has more than {FactReader.MaxBytes} bytes, and was not checked.");
        var comments = own.SelectMany(item => item.Sources).Select(source => (source.File, source.Facts!.Suppressions))
            .Concat(artifacts.Where(artifact => artifact.HandlerSource is not null).Select(artifact => (artifact.HandlerSource!.File, Suppressions: artifact.Routes?.Suppressions ?? [])))
            .Concat(terraform?.Files.Select(file => (File: file.Path, file.Suppressions)) ?? [])
            .Concat(schema.WithMigrations.Sources.Where(source => source.Module == module.Name).Select(source => (source.File, source.Sql.Suppressions)));
        return (report, [.. comments.SelectMany(file => file.Suppressions.SelectMany(comment => comment.Codes.Select(item => new Suppression(item.Name, new Location(file.File, item.At.Line, item.At.Column)))))]);
    }

    /// <summary>As <see cref="FunctionLayers"/> has them: those that the project names, else all that there are.</summary>
    private static IEnumerable<ImportableCode> LayersOf(Artifact artifact, IReadOnlyList<ImportableCode> layers) =>
        artifact.Layers is null ? layers : artifact.Layers.Select(name => layers.FirstOrDefault(layer => layer.Name == name)).OfType<ImportableCode>().Distinct();

    private ArtifactCode ToArtifactCode(Artifact artifact, ImportableCode code, IReadOnlyList<ImportableCode> layers)
    {
        var environment = MarkerEnvironment.For(_target);
        return new ArtifactCode(artifact, code, [.. LayersOf(artifact, layers).Where(layer => layer != code)])
        {
            Requirements = [.. RequirementsFile.Read(artifact.Requirements, processes.Variable).Requirements
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
            OtherModules = [.. files.Select(file => NativeModule(file.RelativePath)).OfType<string>()],
            IsComplete = !dependencies.Failed.Contains(artifact.FileName),
        };
        foreach (var file in files.Where(file => file.RelativePath.EndsWith(".py", StringComparison.Ordinal) && !brought.Contains(TopOf(file.RelativePath))))
        {
            try
            {
                code.Sources.Add(Add(file.RelativePath, file.FullPath, file.Bytes > FactReader.MaxBytes ? null : ReadAll(file.FullPath)));
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
            var installed = Encoding.UTF8.GetString(ReadAll(record.FullPath)).Split('\n').Select(line => line.Split(',')[0].Trim('"'));
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

    /// <summary>A file without bytes is not opened: it may be a pipe, which would be waited for.</summary>
    private static byte[] ReadAll(string path) => new FileInfo(path).Length == 0 ? [] : File.ReadAllBytes(path);

    /// <summary>What the handler of a function declares, where its file is Python.</summary>
    private static FunctionRoutes? RoutesOf(Importable code) =>
        code.Sources.Where(source => code.Artifact!.IsHandlerFile(source.Relative)).MaxBy(source => source.Relative.Length) is { Facts: { Fault: null, IsDynamic: var isDynamic } } handler
            && !(isDynamic && handler.Content.Length == 0) ? FunctionRoutes.Read(handler.Content, code.Artifact!.HandlerFunction) : null;

    private ModuleMetadata? ReadMetadata()
    {
        try
        {
            return File.Exists(module.Metadata) ? ModuleMetadata.Read(ReadAll(module.Metadata)) : null;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            // Gone since it was found: the next build sees that.
            return null;
        }
    }

    private Dictionary<string, TerraformModule> TerraformElsewhere()
    {
        var modules = new Dictionary<string, TerraformModule>(StringComparer.Ordinal);
        foreach (var sibling in ProjectSchemas.SiblingsOf(module))
        {
            if (project.Terraform(sibling) is { } terraform) modules[Path.GetFileName(sibling)] = terraform;
        }
        return modules;
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
                if (member.IsDirectory || !member.Name.StartsWith(Root, StringComparison.Ordinal)) continue;
                var relative = member.Name[Root.Length..];
                if (!own.Contains(TopOf(relative))) continue;
                if (NativeModule(relative) is { } native) code.OtherModules.Add(native);
                if (relative.EndsWith(".py", StringComparison.Ordinal) && member.Bytes <= FactReader.MaxBytes) code.Sources.Add(Add(relative, $"{path}/{member.Name}", ZipMemberReader.ReadAllBytes(file, path, member, FactReader.MaxBytes)));
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

    /// <param name="relative">From the directory that Python imports from.</param>
    /// <param name="file">What messages call it.</param>
    /// <param name="content">Null when it is too large to be looked at: then only running it would tell what it has.</param>
    private Source Add(string relative, string file, byte[]? content)
    {
        var source = new Source(relative, file, content ?? []) { Facts = content is null ? new SourceFacts { IsDynamic = true } : null };
        if (content is null) _large.Add(file);
        else _sources.Add(source);
        return source;
    }

    /// <summary><c>pkg/_native.cpython-311-x86_64-linux-gnu.so</c> → <c>pkg._native</c>; null for any other file.</summary>
    private static string? NativeModule(string relative)
    {
        if (!relative.EndsWith(".so", StringComparison.Ordinal)) return null;
        var name = relative.LastIndexOf('/') + 1;
        return relative[..relative.IndexOf('.', name)].Replace('/', '.');
    }

    private static string TopOf(string relative) => relative.Split('/')[0] is var first && first.EndsWith(".py", StringComparison.Ordinal) ? first[..^".py".Length] : first;

    /// <summary><see cref="ImportableCode"/> before the facts about its sources are known.</summary>
    private sealed class Importable(string module, string name)
    {
        public Artifact? Artifact { get; init; }

        public IReadOnlyList<string> TopLevel { get; init; } = [];

        public IReadOnlyList<ImportableDistribution> Distributions { get; init; } = [];

        public List<Source> Sources { get; } = [];

        public List<string> OtherModules { get; init; } = [];

        public bool IsComplete { get; set; } = true;

        public ImportableCode ToCode() => new(module, name, Sources.Select(source => source.ToModule()).OrderByDescending(source => source.IsPackage).DistinctBy(source => source.Name).ToDictionary(source => source.Name, StringComparer.Ordinal), TopLevel, Distributions, IsComplete) { OtherModules = OtherModules };
    }

    private sealed class Source(string relative, string file, byte[] content)
    {
        /// <summary>From the directory that Python imports from.</summary>
        public string Relative { get; } = relative;

        public string File { get; } = file;

        public byte[] Content { get; } = content;

        public SourceFacts? Facts { get; set; }

        public SourceModule ToModule()
        {
            var path = Relative[..^".py".Length];
            var isPackage = path.EndsWith("/__init__", StringComparison.Ordinal);
            return new SourceModule((isPackage ? path[..^"/__init__".Length] : path).Replace('/', '.'), isPackage, File, Facts!);
        }
    }
}
