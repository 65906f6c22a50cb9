using System.Text;

namespace Cora.Build.Modules;

/// <summary>The files in <c>obj/cora/</c>, by which the working targets hand on what they found.</summary>
/// <param name="directory">Full path of <c>obj/cora/</c>.</param>
public sealed class IntermediateFiles(string directory)
{
    /// <summary>Full path of <c>obj/cora/</c>.</summary>
    public string Directory { get; } = directory;

    /// <summary><see cref="Modules.Module"/>.</summary>
    public string Module => Path.Combine(Directory, "module.json");

    /// <summary>Stat lines of what the dependencies are resolved from.</summary>
    public string DependencyInputs => Path.Combine(Directory, "dependencies.inputs");

    /// <summary>Paths beside the requirements file that the last resolution read: a path a line.</summary>
    public string RequirementFiles => Path.Combine(Directory, "requirements.files");

    /// <summary>Which wheels each artifact gets.</summary>
    public string Dependencies => Path.Combine(Directory, "dependencies.json");

    /// <summary>Newer than its inputs when all dependencies are resolved.</summary>
    public string DependencyStamp => Path.Combine(Directory, "dependencies.stamp");

    /// <summary>Stat lines of all that is packaged.</summary>
    public string PackageInputs => Path.Combine(Directory, "package.inputs");

    /// <summary>Newer than its inputs when all artifacts are made.</summary>
    public string PackageStamp => Path.Combine(Directory, "package.stamp");

    /// <summary>The artifacts as the last packaging left them.</summary>
    public string Artifacts => Path.Combine(Directory, "artifacts.txt");

    /// <summary>Paths and ignore files, which decide what git ignores.</summary>
    public string StructureInputs => Path.Combine(Directory, "structure.inputs");

    /// <summary>Stat lines of what the checks read beside the module's own sources.</summary>
    public string LintInputs => Path.Combine(Directory, "lint.inputs");

    /// <summary>Of a project: stat lines of the Terraform of its environments and modules.</summary>
    public string EnvironmentInputs => Path.Combine(Directory, "environments.inputs");

    /// <summary>Newer than its inputs when all was checked.</summary>
    public string LintStamp => Path.Combine(Directory, "lint.stamp");

    /// <summary>What the checks looked at: a number, a tab and what it counts, a line each.</summary>
    public string LintCounts => Path.Combine(Directory, "lint.counts");

    /// <summary>The <c>noqa</c> comments of all sources that were checked; see <see cref="Diagnostics.Suppression"/>.</summary>
    public string Suppressions => Path.Combine(Directory, "lint.suppressions");

    /// <summary>Facts about Python sources, by their content.</summary>
    public string Facts => Path.Combine(Directory, "facts.json");

    /// <summary>What is shown of the findings.</summary>
    public string Report => Path.Combine(Directory, "report.json");

    /// <summary>What is not shown of them, in the form of <see cref="LintCounts"/>.</summary>
    public string ReportCounts => Path.Combine(Directory, "report.counts");

    /// <summary>What the report was made of.</summary>
    public string ReportInputs => Path.Combine(Directory, "report.inputs");

    /// <summary>All findings, as SARIF.</summary>
    public string Sarif => Path.Combine(Directory, "cora.sarif");

    /// <summary>The props file of the module's package.</summary>
    public string PackageProps => Path.Combine(Directory, "package.props");

    /// <summary>The README of a module that has none.</summary>
    public string PackageReadme => Path.Combine(Directory, "README.md");

    /// <summary>Stat lines of what the module's package is made of.</summary>
    public string PackInputs => Path.Combine(Directory, "pack.inputs");

    /// <summary>For what lives only while a target runs.</summary>
    public string Temporary => Path.Combine(Directory, "tmp");

    /// <summary>A phase's findings.</summary>
    public string Findings(string phase) => Path.Combine(Directory, phase + Diagnostics.Findings.Extension);

    /// <summary>Ends a phase: its findings are written, and its stamp when none is an error. A phase that failed runs again in the next build, whose network may be better.</summary>
    public void Finish(string stamp, string findings, IReadOnlyList<Diagnostics.Diagnostic> diagnostics)
    {
        Write(findings, Diagnostics.Findings.ToBytes(diagnostics));
        if (diagnostics.Any(diagnostic => diagnostic.Severity == Diagnostics.Severity.Error)) File.Delete(stamp);
        else Write(stamp, []);
        if (System.IO.Directory.Exists(Temporary) && !System.IO.Directory.EnumerateFileSystemEntries(Temporary).Any()) System.IO.Directory.Delete(Temporary);
    }

    /// <summary>Those of some modules, and of all that they reference, each once.</summary>
    public static IEnumerable<IntermediateFiles> WithReferences(IEnumerable<IntermediateFiles> modules)
    {
        var open = new Queue<IntermediateFiles>(modules);
        var seen = new HashSet<string>(StringComparer.Ordinal);
        while (open.TryDequeue(out var files))
        {
            if (!seen.Add(Path.TrimEndingDirectorySeparator(files.Directory))) continue;
            yield return files;
            if (!File.Exists(files.Module)) continue;
            // What comes as a package was whole when it was packed.
            foreach (var reference in Modules.Module.Read(files.Module).References.Where(reference => reference.IntermediateDirectory.Length > 0)) open.Enqueue(new(reference.IntermediateDirectory));
        }
    }

    /// <summary>The first of some files that is not as the last build saw it when it checked the module; null when all are.</summary>
    public string? Unseen(IEnumerable<string> paths)
    {
        var seen = new[] { LintInputs, PackageInputs }.Where(File.Exists).SelectMany(File.ReadLines).ToHashSet(StringComparer.Ordinal);
        return paths.FirstOrDefault(path => !seen.Contains(StatLine(path)));
    }

    /// <summary>One line that changes when a file or directory does: size, time of the last write, path.</summary>
    public static string StatLine(string path)
    {
        var file = new FileInfo(path);
        if (file.Exists) return StatLine(path, file.Length, file.LastWriteTimeUtc.Ticks);
        var directory = new DirectoryInfo(path);
        return directory.Exists ? StatLine(path, -1, directory.LastWriteTimeUtc.Ticks) : StatLine(path, -1, 0);
    }

    /// <inheritdoc cref="StatLine(string)"/>
    public static string StatLine(string path, long bytes, long modified) => $"{bytes}\t{modified}\t{path}";

    /// <summary>Writes a file whole or not at all, and only when it differs. Returns whether it did.</summary>
    public static bool WriteIfDifferent(string path, ReadOnlySpan<byte> content)
    {
        if (File.Exists(path) && new FileInfo(path).Length == content.Length && content.SequenceEqual(File.ReadAllBytes(path))) return false;
        Write(path, content);
        return true;
    }

    /// <inheritdoc cref="WriteIfDifferent(string, ReadOnlySpan{byte})"/>
    public static bool WriteIfDifferent(string path, IEnumerable<string> lines) =>
        WriteIfDifferent(path, Encoding.UTF8.GetBytes(string.Concat(lines.Select(line => line + '\n'))));

    /// <inheritdoc cref="Write(string, ReadOnlySpan{byte})"/>
    public static void WriteLines(string path, IEnumerable<string> lines) => Write(path, Encoding.UTF8.GetBytes(string.Concat(lines.Select(line => line + '\n'))));

    /// <summary>Writes a file whole or not at all: to a temporary name in the same directory, then moved in place.</summary>
    public static void Write(string path, ReadOnlySpan<byte> content)
    {
        System.IO.Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        var temporary = $"{path}.{Path.GetRandomFileName()}.tmp";
        try
        {
            File.WriteAllBytes(temporary, content);
            File.Move(temporary, path, overwrite: true);
        }
        catch
        {
            File.Delete(temporary);
            throw;
        }
    }
}
