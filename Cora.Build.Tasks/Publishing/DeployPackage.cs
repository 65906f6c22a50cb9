using System.IO.Compression;
using System.Security.Cryptography;
using System.Xml;
using System.Xml.Linq;
using Cora.Build.Database;
using Cora.Build.Diagnostics;
using Cora.Build.Modules;
using Cora.Build.Packaging;

namespace Cora.Build.Publishing;

/// <summary>
/// A module as a package has it: a manifest below <c>cora/</c> with the zips beside it; or a directory with one, such as that of <c>dotnet publish</c>. The zips of
/// a package are unpacked into a directory of the deployment's own, and what is not as the manifest says is an error.
/// </summary>
/// <param name="options">The deployment.</param>
/// <param name="temporary">Full path of the directory for what is unpacked; it is the caller's to remove.</param>
internal sealed class DeployPackage(EnvironmentOptions options, string temporary)
{
    /// <summary>Far above any manifest.</summary>
    private const long MaximumManifestBytes = 64 << 20;

    /// <summary>Reads a package or a directory.</summary>
    /// <param name="path">Full path.</param>
    /// <param name="cancellation">Stops unpacking.</param>
    /// <exception cref="CoraException">CORA7007, CORA7011.</exception>
    public Task<DeployModule> ReadAsync(string path, CancellationToken cancellation) =>
        GuardedAsync(path, () => Directory.Exists(path) ? ReadDirectoryAsync(path, cancellation) : ReadArchiveAsync(path, cancellation));

    /// <summary>Reads the SQL of a package or a directory, and leaves the zips.</summary>
    /// <param name="path">Full path.</param>
    /// <param name="cancellation">Stops reading.</param>
    /// <exception cref="CoraException">CORA7011, CORA7024.</exception>
    public Task<(DeployModule Module, IReadOnlyList<SchemaSource> Sources)> ReadSchemaAsync(string path, CancellationToken cancellation) => GuardedAsync(path, async () =>
    {
        if (Directory.Exists(path))
        {
            var (_, described) = await ManifestOfAsync(path, cancellation).ConfigureAwait(false);
            var module = ToModule(described, path, directory: null, commit: null);
            return (module, (IReadOnlyList<SchemaSource>)[.. ProjectSchemas.Of(new ReferencedPackage(module.Name, path)).Select(file => SchemaSource.Read(file, Path.GetRelativePath(path, file.Path).Replace('\\', '/')))]);
        }
        using var archive = ZipFile.OpenRead(path);
        var (_, manifest) = ManifestOf(path, archive);
        var sources = from entry in archive.Entries
                      let name = Uri.UnescapeDataString(entry.FullName.Replace('\\', '/'))
                      where name.StartsWith(ModulePackage.Root, StringComparison.Ordinal)
                      let place = name[ModulePackage.Root.Length..]
                      let isMigration = ProjectSchemas.IsMigration(place)
                      where isMigration is not null
                      select new SchemaSource(manifest.Module, place, $"{path}/{place}", isMigration.Value, entry.Length > SchemaSource.MostBytes ? throw SchemaSource.TooLong($"{path}/{place}") : Content(path, entry));
        // As the files of a build are ordered, wherever this runs.
        return (ToModule(manifest, path, directory: null, CommitOf(path, archive)), [.. sources.OrderBy(source => source.IsMigration).ThenBy(source => source.Name, StringComparer.Ordinal)]);
    });

    /// <summary>Whether a package is one that this project may deploy.</summary>
    /// <param name="path">Full path.</param>
    /// <param name="module">What is in it.</param>
    /// <param name="only">The module that it must be of; null for any.</param>
    /// <exception cref="CoraException">CORA7011.</exception>
    public void RequireModule(string path, DeployModule module, string? only)
    {
        if (only is not null && module.Name != only)
            throw DeployDiagnostics.s_badPackage.Error(new Location(options.ProjectFile), $"'{path}' is a package of '{module.Name}', and this project is '{only}'. Nothing was deployed. Deploy it from the project of its own module, or from that of the whole.");
    }

    private async Task<T> GuardedAsync<T>(string path, Func<Task<T>> read)
    {
        try
        {
            return await read().ConfigureAwait(false);
        }
        catch (Exception e) when (e is FileNotFoundException or DirectoryNotFoundException)
        {
            throw Bad(path, "it is not there", "Check the path");
        }
        catch (Exception e) when (e is InvalidDataException or IOException or UnauthorizedAccessException or XmlException)
        {
            throw Bad(path, e.Message.TrimEnd('.'), "Check permissions and free space, and that the file is whole");
        }
    }

    private async Task<DeployModule> ReadDirectoryAsync(string path, CancellationToken cancellation)
    {
        var (directory, manifest) = await ManifestOfAsync(path, cancellation).ConfigureAwait(false);
        foreach (var artifact in manifest.Artifacts)
        {
            if (await ManifestArtifacts.CheckAsync(Path.Combine(directory, artifact.File), artifact, cancellation).ConfigureAwait(false) is { } diagnostic) throw new CoraException(diagnostic);
        }
        return ToModule(manifest, path, directory, commit: null);
    }

    private async Task<(string Directory, Manifest Manifest)> ManifestOfAsync(string path, CancellationToken cancellation)
    {
        // Where the zips are in a module is its own affair.
        var found = Directory.GetFiles(path, Manifest.FileName, new EnumerationOptions { RecurseSubdirectories = true, AttributesToSkip = FileAttributes.ReparsePoint });
        if (found.Length != 1) throw NoManifest(path, found.Length);
        return (Path.GetDirectoryName(found[0])!, Parse(path, await File.ReadAllBytesAsync(found[0], cancellation).ConfigureAwait(false)));
    }

    private (string Folder, Manifest Manifest) ManifestOf(string path, ZipArchive archive)
    {
        var found = archive.Entries.Where(entry => entry.FullName.Replace('\\', '/') is var name && name.StartsWith(ModulePackage.Root, StringComparison.Ordinal) && name.EndsWith('/' + Manifest.FileName, StringComparison.Ordinal)).ToList();
        if (found.Count != 1) throw NoManifest(path, found.Count);
        return (found[0].FullName.Replace('\\', '/')[..^Manifest.FileName.Length], Parse(path, Content(path, found[0])));
    }

    private async Task<DeployModule> ReadArchiveAsync(string path, CancellationToken cancellation)
    {
        using var archive = ZipFile.OpenRead(path);
        var (folder, manifest) = ManifestOf(path, archive);
        var entries = archive.Entries.ToLookup(entry => entry.FullName.Replace('\\', '/'), StringComparer.Ordinal);
        var directory = Directory.CreateDirectory(Path.Combine(temporary, Path.GetRandomFileName())).FullName;
        foreach (var artifact in manifest.Artifacts)
        {
            // In NuGet's packages names are escaped like those of a URL.
            var entry = entries[folder + artifact.File].Concat(entries[folder + Uri.EscapeDataString(artifact.File)]).FirstOrDefault() ?? throw Bad(path, $"its manifest names '{artifact.File}', which is not in it", "Pack the module again");
            await UnpackAsync(path, entry, artifact, Path.Combine(directory, artifact.File), cancellation).ConfigureAwait(false);
        }
        return ToModule(manifest, path, directory, CommitOf(path, archive));
    }

    private static async Task UnpackAsync(string path, ZipArchiveEntry entry, ManifestArtifact artifact, string target, CancellationToken cancellation)
    {
        if (entry.Length == artifact.Bytes)
        {
            using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
            using var content = entry.Open();
            using var file = new FileStream(target, FileMode.CreateNew, FileAccess.Write);
            var buffer = new byte[1 << 20];
            long bytes = 0;
            for (int read; (read = await content.ReadAsync(buffer, cancellation).ConfigureAwait(false)) > 0 && (bytes += read) <= artifact.Bytes;)
            {
                hash.AppendData(buffer, 0, read);
                await file.WriteAsync(buffer.AsMemory(0, read), cancellation).ConfigureAwait(false);
            }
            if (bytes == artifact.Bytes && Convert.ToHexStringLower(hash.GetHashAndReset()) == artifact.Sha256) return;
        }
        throw new CoraException(ManifestArtifacts.Other($"{path}/{entry.FullName}", "its content has another hash"));
    }

    /// <param name="manifest">What it has.</param>
    /// <param name="path">Of the package.</param>
    /// <param name="directory">Full path of the directory with its zips; null where these are not deployed.</param>
    /// <param name="commit">Null where it is not known.</param>
    private static DeployModule ToModule(Manifest manifest, string path, string? directory, string? commit) => new()
    {
        Name = manifest.Module,
        Version = manifest.Version,
        Runtime = manifest.Target.Runtime,
        Commit = commit,
        Package = Path.GetFileName(Path.TrimEndingDirectorySeparator(path)),
        Artifacts = directory is null ? [] : [.. manifest.Artifacts.Select(artifact => new DeployArtifact(artifact.Kind, artifact.Name, Path.Combine(directory, artifact.File), artifact.Sha256, artifact.Bytes,
            artifact.Kind == ArtifactKind.Layer ? VersionLabel.OfZip(artifact.Sha256) : null))],
    };

    private Manifest Parse(string path, byte[] bytes)
    {
        var manifest = Manifest.TryParse(bytes) ?? throw Bad(path, "its manifest cannot be read", "Pack the module again");
        return ManifestArtifacts.Defect(manifest) is { } defect ? throw Bad(path, defect, "Pack the module again with this SDK") : manifest;
    }

    private byte[] Content(string path, ZipArchiveEntry entry)
    {
        if (entry.Length > MaximumManifestBytes) throw Bad(path, $"'{entry.FullName}' has {entry.Length} bytes", "Pack the module again");
        var bytes = new byte[entry.Length];
        using var content = entry.Open();
        content.ReadExactly(bytes);
        return bytes;
    }

    private string? CommitOf(string path, ZipArchive archive) =>
        archive.Entries.FirstOrDefault(entry => entry.FullName.EndsWith(".nuspec", StringComparison.OrdinalIgnoreCase) && !entry.FullName.AsSpan().ContainsAny('/', '\\')) is { } nuspec
            ? Commit(Content(path, nuspec)) : null;

    /// <summary><c>repository/@commit</c> of a nuspec, in whichever of its namespaces.</summary>
    private static string? Commit(byte[] nuspec)
    {
        using var reader = XmlReader.Create(new MemoryStream(nuspec), new XmlReaderSettings { DtdProcessing = DtdProcessing.Prohibit, XmlResolver = null });
        var commit = XDocument.Load(reader).Descendants().FirstOrDefault(element => element.Name.LocalName == "repository")?.Attribute("commit")?.Value;
        return commit is { Length: >= 7 and <= 64 } && commit.All(char.IsAsciiHexDigit) ? commit.ToLowerInvariant() : null;
    }

    private CoraException NoManifest(string path, int count) => Bad(path, count == 0 ? $"it has no {Manifest.FileName}" : $"it has {count} {Manifest.FileName}", "Name the package of a module, or a directory that has one manifest");

    private CoraException Bad(string path, string why, string remedy) =>
        DeployDiagnostics.s_badPackage.Error(new Location(options.ProjectFile), $"'{path}' cannot be deployed: {why}. Nothing was deployed. {remedy}.");
}
