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

    /// <summary>The records of the last packaging; none when there was none.</summary>
    public static IReadOnlyList<ArtifactRecord> Read(string file) => !File.Exists(file) ? [] : [.. File.ReadLines(file)
        .Select(line => line.Split('\t', 5))
        .Where(fields => fields.Length == 5)
        .Select(fields => new ArtifactRecord(
            fields[0] == "layer" ? ArtifactKind.Layer : ArtifactKind.Function,
            fields[1] switch { "built" => ArtifactOutcome.Built, "failed" => ArtifactOutcome.Failed, _ => ArtifactOutcome.UpToDate },
            fields[4], long.Parse(fields[2], CultureInfo.InvariantCulture), long.Parse(fields[3], CultureInfo.InvariantCulture)))];

    /// <summary>The line of the record.</summary>
    public override string ToString() => string.Join('\t',
        Kind == ArtifactKind.Layer ? "layer" : "function",
        Outcome switch { ArtifactOutcome.Built => "built", ArtifactOutcome.Failed => "failed", _ => "current" },
        Bytes, Modified, Path);
}
