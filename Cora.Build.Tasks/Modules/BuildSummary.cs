using System.Globalization;
using Cora.Build.Diagnostics;

namespace Cora.Build.Modules;

/// <summary>What a build did, in words.</summary>
/// <param name="Line">Such as <c>module-ws: 2 functions built, 1 layer up to date, 3.4 MB; 45 layer calls, 12 RPC calls, 30 imports checked</c>.</param>
/// <param name="Details">A line an artifact, and what else only detailed verbosity shows.</param>
public sealed record BuildSummary(string Line, IReadOnlyList<string> Details)
{
    /// <summary>Of a module.</summary>
    /// <param name="name">The module.</param>
    /// <param name="files">Its <c>obj/cora/</c>.</param>
    /// <param name="packaged">Whether this build packaged; if not, nothing had to be done.</param>
    public static BuildSummary OfModule(string name, IntermediateFiles files, bool packaged)
    {
        var records = ArtifactRecord.Read(files.Artifacts);
        var checks = Checks.Read([files]);
        return new BuildSummary($"{name}: {Artifacts(records, packaged)}{checks.Words}",
        [
            .. records.Select(record => $"  {Words(Outcome(record, packaged)),-10}  {(record.Bytes < 0 ? "-" : Size(record.Bytes)),10}  {record.Path}"),
            .. checks.Notes.Select(note => $"  {note}"),
        ]);
    }

    /// <summary>Of a project.</summary>
    /// <param name="name">The project.</param>
    /// <param name="files">Its <c>obj/cora/</c>.</param>
    /// <param name="modules">Those of its modules.</param>
    public static BuildSummary OfProject(string name, IntermediateFiles files, IReadOnlyList<IntermediateFiles> modules)
    {
        var records = modules.SelectMany(module => ArtifactRecord.Read(module.Artifacts)).ToList();
        var parts = new List<string> { Quantity.Of(modules.Count, "modules") };
        foreach (var kind in new[] { ArtifactKind.Function, ArtifactKind.Layer })
        {
            var count = records.Count(record => record.Kind == kind);
            if (count > 0) parts.Add(Quantity.Of(count, kind == ArtifactKind.Layer ? "layers" : "functions"));
        }
        return new BuildSummary($"{name}: {string.Join(", ", parts)}{Checks.Read([files, .. modules]).Words}", []);
    }

    /// <summary>Bytes for people: 1 MB is 1,048,576 bytes, as in Lambda's limits.</summary>
    public static string Size(long bytes) => bytes switch
    {
        < 1024 => $"{bytes} B",
        < 1_048_576 => (bytes / 1024.0).ToString("0.0", CultureInfo.InvariantCulture) + " KB",
        _ => (bytes / 1_048_576.0).ToString("0.0", CultureInfo.InvariantCulture) + " MB",
    };

    private static string Artifacts(IReadOnlyList<ArtifactRecord> records, bool packaged)
    {
        var parts = new List<string>();
        foreach (var outcome in new[] { ArtifactOutcome.Built, ArtifactOutcome.UpToDate, ArtifactOutcome.Failed })
        {
            foreach (var kind in new[] { ArtifactKind.Function, ArtifactKind.Layer })
            {
                var count = records.Count(record => record.Kind == kind && Outcome(record, packaged) == outcome);
                if (count > 0) parts.Add($"{Quantity.Of(count, kind == ArtifactKind.Layer ? "layers" : "functions")} {Words(outcome)}");
            }
        }
        if (parts.Count == 0) parts.Add("nothing built");
        var bytes = records.Where(record => record.Outcome != ArtifactOutcome.Failed).Sum(record => record.Bytes);
        if (bytes > 0) parts.Add(Size(bytes));
        return string.Join(", ", parts);
    }

    private static ArtifactOutcome Outcome(ArtifactRecord record, bool packaged) => !packaged && record.Outcome == ArtifactOutcome.Built ? ArtifactOutcome.UpToDate : record.Outcome;

    private static string Words(ArtifactOutcome outcome) => outcome switch
    {
        ArtifactOutcome.Built => "built",
        ArtifactOutcome.UpToDate => "up to date",
        _ => "failed",
    };
}
