using Cora.Build.Modules;

namespace Cora.Build.Diagnostics;

/// <summary>What becomes of a finding.</summary>
public enum Disposition
{
    /// <summary>It is shown.</summary>
    Shown,

    /// <summary>A <c>noqa</c> comment suppresses it.</summary>
    Suppressed,

    /// <summary>The baseline has it.</summary>
    InBaseline,
}

/// <summary>A finding with its configured severity.</summary>
public sealed record ReportedDiagnostic(Diagnostic Diagnostic, Disposition Disposition);

/// <summary>What the findings of all phases come to: severities configured, suppressions and the baseline applied.</summary>
/// <param name="files">The module's <c>obj/cora/</c>.</param>
/// <param name="projectFile">Full path.</param>
/// <param name="options">MSBuild's properties.</param>
public sealed class Report(IntermediateFiles files, string projectFile, SeverityOptions options)
{
    internal static readonly DiagnosticDescriptor s_needless = new("CORA0010", Severity.Suggestion, "Suppression that suppresses nothing");

    /// <summary>Full path of the baseline.</summary>
    public string BaselineFile => Path.Combine(Path.GetDirectoryName(projectFile)!, Baseline.FileName);

    /// <summary>What is shown, from the findings as they are now. <c>obj/cora/cora.sarif</c> says the same, and the rest.</summary>
    /// <remarks>Every build calls this. It reads no configuration where all is as it was when it last did.</remarks>
    public IReadOnlyList<Diagnostic> Conclude()
    {
        var state = State();
        if (IsCurrent(state)) return Findings.Read(files.Report);

        var editorConfig = new EditorConfig();
        var found = Found();
        var baseline = Baseline.None(BaselineFile);
        try
        {
            baseline = Baseline.Read(BaselineFile);
        }
        catch (CoraException e)
        {
            found.Add(e.Diagnostic);
        }
        // What is mistyped there is said also while there is nothing that it would be for.
        editorConfig.Value(projectFile, "root");
        var reported = Apply(found, baseline, editorConfig);
        var inBaseline = reported.Count(item => item.Disposition == Disposition.InBaseline);
        // The inputs last: a build that is killed here concludes anew.
        File.Delete(files.ReportInputs);
        IntermediateFiles.WriteIfDifferent(files.Sarif, SarifLog.ToBytes(reported, projectFile));
        IntermediateFiles.WriteIfDifferent(files.ReportCounts, inBaseline == 0 ? [] : [Checks.OtherLine(inBaseline, "in the baseline")]);
        IntermediateFiles.Write(files.Report, Findings.ToBytes(reported.Where(item => item.Disposition == Disposition.Shown).Select(item => item.Diagnostic)));
        IntermediateFiles.WriteLines(files.ReportInputs, [.. state, .. editorConfig.Candidates.Select(IntermediateFiles.StatLine)]);
        return Findings.Read(files.Report);
    }

    /// <summary>
    /// Writes the baseline anew from the findings as they are now, and gives how many it holds; null, and nothing is written, where something could not be looked at.
    /// </summary>
    public int? WriteBaseline()
    {
        var found = Found();
        return IsWhole(found)
            ? Baseline.Write(BaselineFile, Apply(found, Baseline.None(BaselineFile), new EditorConfig())
                .Where(item => item.Disposition == Disposition.Shown && item.Diagnostic.IsConfigurable && item.Diagnostic.Descriptor != s_needless)
                .Select(item => item.Diagnostic))
            : null;
    }

    private List<string> State()
    {
        var state = new List<string> { options.Key, projectFile };
        state.AddRange(RawFindings().Select(IntermediateFiles.StatLine));
        state.Add(IntermediateFiles.StatLine(files.Suppressions));
        state.Add(IntermediateFiles.StatLine(BaselineFile));
        return state;
    }

    private bool IsCurrent(List<string> state)
    {
        if (!File.Exists(files.ReportInputs) || !File.Exists(files.Report) || !File.Exists(files.Sarif)) return false;
        var before = File.ReadAllLines(files.ReportInputs);
        if (before.Length < state.Count) return false;
        for (var i = 0; i < before.Length; i++)
        {
            if (before[i] != (i < state.Count ? state[i] : IntermediateFiles.StatLine(before[i].Split('\t', 3)[^1]))) return false;
        }
        return true;
    }

    private IEnumerable<string> RawFindings() => Directory.EnumerateFiles(files.Directory, "*" + Findings.Extension).Order(StringComparer.Ordinal);

    private List<Diagnostic> Found() => [.. RawFindings().SelectMany(Findings.Read).Distinct()];

    /// <summary>Where something could not be looked at, what is not found there is not gone.</summary>
    private static bool IsWhole(IEnumerable<Diagnostic> found) => found.All(diagnostic => diagnostic is { IsConfigurable: true, Descriptor.HidesOthers: false });

    private List<ReportedDiagnostic> Apply(List<Diagnostic> found, Baseline baseline, EditorConfig editorConfig)
    {
        var suppressions = new Suppressions(Suppression.Read(files.Suppressions));
        var reported = new List<ReportedDiagnostic>();
        foreach (var diagnostic in found) Add(diagnostic);
        if (IsWhole(found))
        {
            foreach (var diagnostic in suppressions.Needless().Concat(baseline.Gone())) Add(diagnostic);
        }
        // What an .editorconfig says wrongly is known when all severities have been asked for.
        foreach (var diagnostic in editorConfig.Diagnostics.Except(found)) reported.Add(new ReportedDiagnostic(diagnostic, Disposition.Shown));
        return reported;

        void Add(Diagnostic diagnostic)
        {
            var isSuppressed = diagnostic.IsConfigurable && suppressions.Take(diagnostic);
            var severity = options.Of(diagnostic, editorConfig.SeverityOf(diagnostic));
            if (severity == Severity.None) return;
            var disposition = isSuppressed ? Disposition.Suppressed : diagnostic.IsConfigurable && baseline.Take(diagnostic) ? Disposition.InBaseline : Disposition.Shown;
            reported.Add(new ReportedDiagnostic(diagnostic with { Severity = severity }, disposition));
        }
    }

    /// <summary>The <c>noqa</c> comments, and which of them have suppressed something.</summary>
    private sealed class Suppressions(IReadOnlyList<Suppression> all)
    {
        private readonly ILookup<string, Suppression> _byCode = all.ToLookup(suppression => suppression.Code, StringComparer.Ordinal);
        private readonly HashSet<Suppression> _taken = [];

        public bool Take(Diagnostic diagnostic)
        {
            if (diagnostic.Location.Line == 0) return false;
            var matches = _byCode[diagnostic.Descriptor.Code].Where(item => item.Location.Line == diagnostic.Location.Line && item.Location.File == diagnostic.Location.File).ToList();
            _taken.UnionWith(matches);
            return matches.Count > 0;
        }

        public IEnumerable<Diagnostic> Needless() => all.Where(suppression => !_taken.Contains(suppression) && suppression.Code != s_needless.Code)
            .Select(suppression => s_needless.At(suppression.Location, $"'noqa: {suppression.Code}' suppresses nothing: this line has no {suppression.Code}. Remove it."));
    }
}
