using System.Globalization;
using Cora.Build.Diagnostics;

namespace Cora.Build.Modules;

/// <summary>What the checks looked at, as they leave it in <c>obj/cora/</c>: a line a number, a line a note.</summary>
public sealed class Checks
{
    private readonly List<Counted> _checked = [];
    private readonly List<Counted> _others = [];
    private readonly List<string> _words = [];
    private readonly List<string> _notes = [];

    /// <summary>What the summary goes on with: <c>; 45 layer calls, 12 RPC calls, 30 imports checked, 2 not decidable</c>; empty when nothing was checked.</summary>
    public string Words
    {
        get
        {
            var parts = _checked.Where(counted => counted.Count > 0).Select(counted => counted.ToString()).ToList();
            if (parts.Count > 0) parts[^1] += " checked";
            parts.AddRange(_others.Where(counted => counted.Count > 0).Select(counted => counted.ToString()));
            parts.AddRange(_words);
            return parts.Count == 0 ? "" : "; " + string.Join(", ", parts);
        }
    }

    /// <summary>What the checks say of themselves.</summary>
    public IReadOnlyList<string> Notes => _notes;

    /// <summary>The line of something that was checked.</summary>
    public static string Line(int count, string noun) => $"checked\t{count}\t{noun}";

    /// <summary>The line of something else that is counted.</summary>
    public static string OtherLine(int count, string noun) => $"other\t{count}\t{noun}";

    /// <summary>The line of something that the summary says in words.</summary>
    public static string WordsLine(string words) => $"words\t0\t{words.ReplaceLineEndings(" ")}";

    /// <summary>The line of a note.</summary>
    public static string NoteLine(string note) => $"note\t0\t{note.ReplaceLineEndings(" ")}";

    /// <summary>Adds up what several modules have.</summary>
    public static Checks Read(IEnumerable<IntermediateFiles> modules)
    {
        var checks = new Checks();
        foreach (var files in modules)
        {
            checks.Read(files.LintCounts);
            checks.Read(files.ReportCounts);
        }
        return checks;
    }

    private void Read(string path)
    {
        if (!File.Exists(path)) return;
        foreach (var line in File.ReadLines(path))
        {
            if (line.Split('\t', 3) is not [var kind, var number, var noun] || !int.TryParse(number, NumberStyles.None, CultureInfo.InvariantCulture, out var count)) continue;
            if (kind == "note") _notes.Add(noun);
            else if (kind == "words") _words.Add(noun);
            else Add(kind == "checked" ? _checked : _others, count, noun);
        }
    }

    private static void Add(List<Counted> list, int count, string noun)
    {
        foreach (var counted in list)
        {
            if (counted.Noun != noun) continue;
            counted.Count += count;
            return;
        }
        list.Add(new Counted(noun) { Count = count });
    }

    private sealed class Counted(string noun)
    {
        public string Noun { get; } = noun;

        public int Count { get; set; }

        public override string ToString() => Quantity.Of(Count, Noun);
    }
}
