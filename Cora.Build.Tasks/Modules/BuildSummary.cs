using System.Globalization;

namespace Cora.Build.Modules;

/// <summary>What a build did with a module's artifacts, in words.</summary>
/// <param name="moduleName">The module.</param>
/// <param name="records">The artifacts as packaging left them.</param>
/// <param name="packaged">Whether this build packaged; if not, nothing had to be done.</param>
public sealed class BuildSummary(string moduleName, IReadOnlyList<ArtifactRecord> records, bool packaged)
{
    /// <summary>Such as <c>module-ws: 2 functions built, 1 layer up to date, 3.4 MB</c>.</summary>
    public string Line()
    {
        var parts = new List<string>();
        foreach (var outcome in new[] { ArtifactOutcome.Built, ArtifactOutcome.UpToDate, ArtifactOutcome.Failed })
        {
            foreach (var kind in new[] { ArtifactKind.Function, ArtifactKind.Layer })
            {
                var count = records.Count(record => record.Kind == kind && Outcome(record) == outcome);
                if (count > 0) parts.Add($"{count} {(kind == ArtifactKind.Layer ? "layer" : "function")}{(count == 1 ? "" : "s")} {Words(outcome)}");
            }
        }
        if (parts.Count == 0) parts.Add("nothing built");
        var bytes = records.Where(record => record.Outcome != ArtifactOutcome.Failed).Sum(record => record.Bytes);
        if (bytes > 0) parts.Add(Size(bytes));
        return $"{moduleName}: {string.Join(", ", parts)}";
    }

    /// <summary>A line an artifact: outcome, size, path.</summary>
    public IEnumerable<string> Table() => records.Select(record =>
        $"  {Words(Outcome(record)),-10}  {(record.Bytes < 0 ? "-" : Size(record.Bytes)),10}  {record.Path}");

    /// <summary>Bytes for people: 1 MB is 1,048,576 bytes, as in Lambda's limits.</summary>
    public static string Size(long bytes) => bytes switch
    {
        < 1024 => $"{bytes} B",
        < 1_048_576 => (bytes / 1024.0).ToString("0.0", CultureInfo.InvariantCulture) + " KB",
        _ => (bytes / 1_048_576.0).ToString("0.0", CultureInfo.InvariantCulture) + " MB",
    };

    private ArtifactOutcome Outcome(ArtifactRecord record) => !packaged && record.Outcome == ArtifactOutcome.Built ? ArtifactOutcome.UpToDate : record.Outcome;

    private static string Words(ArtifactOutcome outcome) => outcome switch
    {
        ArtifactOutcome.Built => "built",
        ArtifactOutcome.UpToDate => "up to date",
        _ => "failed",
    };
}
