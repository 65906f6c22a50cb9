using Cora.Build.Diagnostics;
using Cora.Build.Modules;
using Microsoft.Build.Framework;

namespace Cora.Build.MSBuild;

/// <summary>Finds what a module consists of, and writes it and the working targets' inputs to <c>obj/cora/</c>.</summary>
[MSBuildMultiThreadableTask]
public sealed partial class CollectModule : CoraTask
{
    private protected override System.Threading.Tasks.Task RunAsync(CancellationToken cancellation)
    {
        try
        {
            RestoredPackages.Check(ProjectFile, AssetsFile, PackageReferences);
            ModuleInputs.Collect(Files, ToModule(), Directories(Lambdas), Directories(Layers));
        }
        catch (CoraException e)
        {
            // Reported with the rest: logged here, it would keep the modules that reference this one from being built.
            ModuleInputs.Refuse(Files, e.Diagnostic);
        }
        return System.Threading.Tasks.Task.CompletedTask;
    }

    private Module ToModule() => new()
    {
        Name = ModuleName,
        ProjectFile = ProjectFile,
        Version = Version,
        Sdk = typeof(CollectModule).Module.ModuleVersionId,
        TargetFramework = TargetFramework,
        Architecture = Architecture,
        ArtifactsDirectory = ArtifactsDirectory,
        Artifacts = [],
        ProjectRoot = Path.GetFullPath(ProjectRoot, Path.GetDirectoryName(ProjectFile)!),
        Schemas = [.. Schemas.Select(item => item.GetMetadata("FullPath"))],
        Migrations = [.. Migrations.Select(item => item.GetMetadata("FullPath"))],
        RpcFunctions = RpcFunctions,
        References = Unique([.. References.Select(item => new ModuleReference(item.GetMetadata("CoraModule"), item.ItemSpec, item.GetMetadata("CoraIntermediateDirectory")))]),
        Packages = [.. Packages.Select(ReferencedPackages.Of)],
        ExternalLayers = [.. ExternalLayers.Select(item => new ExternalLayer(item.ItemSpec,
            item.GetMetadata("Provides").Split(';', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries),
            item.GetMetadata("UnzippedBytes") is { Length: > 0 } bytes ? Configuration.Bytes(ProjectFile, $"UnzippedBytes of CoraExternalLayer '{item.ItemSpec}'", bytes) : null))],
        DefaultExcludes = DefaultExcludes,
        Limits = new SizeLimits(
            Configuration.Megabytes(ProjectFile, "CoraZipLimitMB", ZipLimitMB),
            Configuration.Megabytes(ProjectFile, "CoraUnzippedLimitMB", UnzippedLimitMB),
            Configuration.Megabytes(ProjectFile, "CoraUnzippedWarningMB", UnzippedWarningMB)),
        Dependencies = new DependencyOptions
        {
            Installer = Configuration.OneOf(ProjectFile, "CoraInstaller", Installer, "auto", "uv", "pip"),
            PythonExecutable = Configuration.Program(ProjectFile, PythonExecutable),
            InstallerArguments = Configuration.WithoutSecret(ProjectFile, "CoraPipArguments", PipArguments),
            WheelStore = WheelStore.Length == 0 ? "" : Path.GetFullPath(WheelStore, Path.GetDirectoryName(ProjectFile)!),
            LockedMode = Configuration.OneOf(ProjectFile, "CoraLockedMode", LockedMode, "true", "false") == "true",
        },
    };

    /// <summary>A module has one copy of a layer.</summary>
    private List<ModuleReference> Unique(List<ModuleReference> references) => references.GroupBy(reference => reference.Name).FirstOrDefault(group => group.Count() > 1) is not { } twice ? references
        : throw ModuleDiscovery.s_configuration.Error(new Location(ProjectFile), $"'{twice.Key}' is referenced twice, as {string.Join(" and ", twice.Select(reference => reference.IntermediateDirectory.Length == 0 ? "a package" : "a project"))}. Keep the ProjectReference or the PackageReference.");

    private static IEnumerable<DirectoryItem> Directories(IEnumerable<ITaskItem> items) =>
        items.Select(item => new DirectoryItem(item.GetMetadata("FullPath"), item.GetMetadata("CoraDefault") == "true", item.GetMetadata));
}
