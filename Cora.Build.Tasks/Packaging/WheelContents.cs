using System.Collections.Immutable;
using System.Text;
using Cora.Build.Diagnostics;
using Microsoft.Win32.SafeHandles;

namespace Cora.Build.Packaging;

/// <summary>
/// What a wheel brings into an artifact (PEP 427, "Binary distribution format"): its members at the paths that installing it for import would
/// give them. <c>*.data/purelib</c>, <c>platlib</c> and <c>data</c> go to the root; scripts and headers are of no use in Lambda; bytecode is left
/// out, because it is made for one minor version of Python and one path.
/// </summary>
/// <param name="Path">Full path of the wheel.</param>
/// <param name="Entries">
/// Relative to the directory that Python imports from, in the order of the wheel. The <c>*.dist-info</c> is whole, for <c>importlib.metadata</c>.
/// </param>
/// <param name="DistInfo">Name of the <c>*.dist-info</c> directory.</param>
/// <param name="Metadata">Text of <c>METADATA</c> (core metadata, UTF-8), as it is.</param>
/// <param name="TopLevelNames">What can be imported: names of packages (namespace packages too) and modules, in ordinal order.</param>
/// <param name="UnzippedBytes">Sum of the entries' bytes.</param>
public sealed record WheelContents(
    string Path, ImmutableArray<ArtifactEntry> Entries, string DistInfo, string Metadata, ImmutableArray<string> TopLevelNames, long UnzippedBytes)
{
    /// <summary>Largest <c>METADATA</c> that is read, in bytes. It holds a README; the largest in the field have some 100 KB.</summary>
    public const int MaxMetadataBytes = 8 << 20;

    private const string DistInfoSuffix = ".dist-info";
    private const string DataSuffix = ".data";

    /// <summary>Reads the wheel at <paramref name="path"/>.</summary>
    /// <exception cref="CoraException">
    /// CORA4006, CORA4007: as <see cref="ZipDirectory.Read(string)"/>, and for a wheel without exactly one <c>*.dist-info/METADATA</c> or with an
    /// unknown <c>*.data</c> directory.
    /// </exception>
    public static WheelContents Read(string path)
    {
        using var file = ZipDirectory.Open(path);
        var wheel = ZipDirectory.Read(file, path);
        var (distInfo, metadata) = FindMetadata(wheel);

        var entries = ImmutableArray.CreateBuilder<ArtifactEntry>(wheel.Members.Length);
        foreach (var member in wheel.Members)
        {
            if (member.IsDirectory || IsBytecode(member.Name) || PathInArtifact(wheel, member) is not { } name)
                continue;
            entries.Add(ArtifactEntry.FromWheel(name, wheel, member, IsExecutable(file, path, member)));
        }
        var text = Encoding.UTF8.GetString(ZipMemberReader.ReadAllBytes(file, path, metadata, MaxMetadataBytes));
        return new WheelContents(path, entries.ToImmutable(), distInfo, text, TopLevelNamesOf(entries.Select(entry => entry.Name)), entries.Sum(entry => entry.Bytes));
    }

    /// <summary>What can be imported of files: first names of packages (namespace packages too) and modules, in ordinal order.</summary>
    /// <param name="names">Relative to the directory that Python imports from, with <c>/</c>.</param>
    public static ImmutableArray<string> TopLevelNamesOf(IEnumerable<string> names) => [.. names.Select(ImportName).OfType<string>().Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal)];

    private static (string DistInfo, ZipMember Metadata) FindMetadata(ZipDirectory wheel)
    {
        var found = wheel.Members
            .Select(member => (Directory: FirstSegment(member.Name), Member: member))
            .Where(candidate => candidate.Directory.EndsWith(DistInfoSuffix, StringComparison.Ordinal)
                && candidate.Member.Name.Length > candidate.Directory.Length)
            .ToList();
        var directories = found.Select(candidate => candidate.Directory).Distinct(StringComparer.Ordinal).ToList();
        if (directories is not [var distInfo])
            throw ZipDirectory.Corrupt(wheel.Path, null, $"has {directories.Count} *{DistInfoSuffix} directories; a wheel has one");
        var metadata = found.Find(candidate => candidate.Member.Name == $"{distInfo}/METADATA").Member;
        return (distInfo, metadata ?? throw ZipDirectory.Corrupt(wheel.Path, null, $"has no {distInfo}/METADATA"));
    }

    /// <summary>Where a member goes; <c>null</c> when it is not packaged.</summary>
    private static string? PathInArtifact(ZipDirectory wheel, ZipMember member)
    {
        var directory = FirstSegment(member.Name);
        if (!directory.EndsWith(DataSuffix, StringComparison.Ordinal) || directory.Length == member.Name.Length)
            return member.Name;
        var rest = member.Name[(directory.Length + 1)..];
        var scheme = FirstSegment(rest);
        return scheme switch
        {
            "purelib" or "platlib" or "data" when rest.Length > scheme.Length => rest[(scheme.Length + 1)..],
            "scripts" or "headers" => null,
            _ => throw ZipDirectory.Corrupt(wheel.Path, member.Name, "is in no directory that an installer knows (purelib, platlib, data, scripts, headers)"),
        };
    }

    private static bool IsBytecode(string name) =>
        name.EndsWith(".pyc", StringComparison.Ordinal) || $"/{name}".Contains("/__pycache__/", StringComparison.Ordinal);

    private static bool IsExecutable(SafeFileHandle file, string path, ZipMember member)
    {
        if ((member.UnixMode & ArtifactEntry.Execute) is not (null or UnixFileMode.None))
            return true;
        if (!member.Name.EndsWith(".so", StringComparison.Ordinal) && !member.Name.Contains(".so.", StringComparison.Ordinal))
            return false;
        Span<byte> start = stackalloc byte[4];
        return start[..ZipMemberReader.ReadStart(file, path, member, start)].SequenceEqual(ElfFile.Magic);
    }

    /// <summary>The name that makes a file importable: its first directory, or the module that it is. <c>null</c> when Python cannot import it.</summary>
    private static string? ImportName(string name)
    {
        if (!name.EndsWith(".py", StringComparison.Ordinal) && !name.EndsWith(".so", StringComparison.Ordinal))
            return null;
        var first = FirstSegment(name);
        // A module's name ends at the first dot: six.py, x.abi3.so, x.cpython-311-x86_64-linux-gnu.so.
        var import = first.Length == name.Length ? name[..name.IndexOf('.', StringComparison.Ordinal)] : first;
        return import.Length > 0 && !char.IsAsciiDigit(import[0]) && import.All(c => char.IsLetterOrDigit(c) || c == '_') ? import : null;
    }

    private static string FirstSegment(string name) => name.IndexOf('/', StringComparison.Ordinal) is var end and >= 0 ? name[..end] : name;
}
