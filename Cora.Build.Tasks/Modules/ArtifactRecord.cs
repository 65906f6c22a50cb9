using System.Globalization;

namespace Cora.Build.Modules;

/// <summary>What packaging did with an artifact.</summary>
public enum ArtifactOutcome
{
    /// <summary>It was made, or made again.</summary>
    Built,

    /// <summary>It was there already.</summary>
    UpToDate,

    /// <summary>It could not be made; an earlier one, if there was one, is still there.</summary>
    Failed,
}

/// <summary>An artifact as packaging left it: a line of <c>obj/cora/artifacts.txt</c>, by which a build with nothing to do sees that there is nothing to do.</summary>
/// <param name="Kind">Function or layer.</param>
/// <param name="Outcome">What was done.</param>
/// <param name="Path">Full path of the zip.</param>
/// <param name="Bytes">Its length; -1 when it is not there.</param>
/// <param name="Modified">Its last write, UTC ticks.</param>
public sealed record ArtifactRecord(ArtifactKind Kind, ArtifactOutcome Outcome, string Path, long Bytes, long Modified)
{
    /// <summary>Whether the file is still as it was left.</summary>
    public bool IsIntact()
    {
        var file = new FileInfo(Path);
        return file.Exists && file.Length == Bytes && file.LastWriteTimeUtc.Ticks == Modified;
    }

    /// <summary>The records of the last packaging; none when there was none. A line that is no record is passed over: its artifact is looked at anew.</summary>
    public static IReadOnlyList<ArtifactRecord> Read(string file) => !File.Exists(file) ? []
        : [.. File.ReadLines(file).Select(Parse).OfType<ArtifactRecord>().Select(record => record with { Path = System.IO.Path.GetFullPath(record.Path, System.IO.Path.GetDirectoryName(file)!) })];

    /// <summary>Writes records. Their paths are relative to the file: a copy of a tree with its <c>obj/</c> knows its own artifacts, and not those of the tree it was copied from.</summary>
    public static void Write(string file, IEnumerable<ArtifactRecord> records)
    {
        var directory = System.IO.Path.GetDirectoryName(file)!;
        IntermediateFiles.WriteIfDifferent(file, records.Select(record => (record with { Path = System.IO.Path.GetRelativePath(directory, record.Path) }).ToString()));
    }

    /// <summary>The line of the record.</summary>
    public override string ToString() => string.Join('\t',
        Kind == ArtifactKind.Layer ? "layer" : "function",
        Outcome switch { ArtifactOutcome.Built => "built", ArtifactOutcome.Failed => "failed", _ => "current" },
        Bytes, Modified, Path);

    private static ArtifactRecord? Parse(string line) => line.Split('\t', 5) is [var kind, var outcome, var bytes, var modified, var path]
        && long.TryParse(bytes, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var length)
        && long.TryParse(modified, NumberStyles.None, CultureInfo.InvariantCulture, out var ticks)
            ? new ArtifactRecord(
                kind == "layer" ? ArtifactKind.Layer : ArtifactKind.Function,
                outcome switch { "built" => ArtifactOutcome.Built, "failed" => ArtifactOutcome.Failed, _ => ArtifactOutcome.UpToDate },
                path, length, ticks)
            : null;
}
