using Cora.Build.Diagnostics;

namespace Cora.Build.Rules;

/// <summary>What the rules found, and what they looked at: a check that had nothing to look at must not look like one that passed.</summary>
public sealed class LintReport
{
    private readonly List<Diagnostic> _diagnostics = [];
    private readonly List<string> _notes = [];

    /// <summary>The findings.</summary>
    public IReadOnlyList<Diagnostic> Diagnostics => _diagnostics;

    /// <summary>What was left out, and why, one sentence each: whole packages, not single places.</summary>
    public IReadOnlyList<string> Notes => _notes;

    /// <summary>Calls of functions and classes of a layer that were compared with their definition.</summary>
    public int LayerCalls { get; set; }

    /// <summary>Calls of a layer's <c>rpc</c> that were compared with the SQL.</summary>
    public int RpcCalls { get; set; }

    /// <summary>Imports that were looked for.</summary>
    public int Imports { get; set; }

    /// <summary>Routes that functions declare.</summary>
    public int Routes { get; set; }

    /// <summary>Tables of the module's schema that were looked at.</summary>
    public int Tables { get; set; }

    /// <summary>Policies of the module's schema whose columns were looked for.</summary>
    public int Policies { get; set; }

    /// <summary>Functions of the module's schema that were looked at.</summary>
    public int SqlFunctions { get; set; }

    /// <summary>Calls of layer functions that were compared with the tables that they name.</summary>
    public int TableCalls { get; set; }

    /// <summary>Resources and data sources of the module's Terraform that were looked at.</summary>
    public int Resources { get; set; }

    /// <summary>Places where only running the code would tell.</summary>
    public int NotDecidable { get; set; }

    /// <summary>Adds a finding.</summary>
    public void Add(Diagnostic diagnostic) => _diagnostics.Add(diagnostic);

    /// <summary>Adds all that another report has.</summary>
    public void Add(LintReport other)
    {
        ArgumentNullException.ThrowIfNull(other);
        _diagnostics.AddRange(other._diagnostics);
        foreach (var note in other._notes) Note(note);
        LayerCalls += other.LayerCalls;
        RpcCalls += other.RpcCalls;
        Imports += other.Imports;
        Routes += other.Routes;
        Tables += other.Tables;
        Policies += other.Policies;
        SqlFunctions += other.SqlFunctions;
        TableCalls += other.TableCalls;
        Resources += other.Resources;
        NotDecidable += other.NotDecidable;
    }

    /// <summary>Adds a note, once.</summary>
    public void Note(string sentence)
    {
        if (!_notes.Contains(sentence)) _notes.Add(sentence);
    }
}
