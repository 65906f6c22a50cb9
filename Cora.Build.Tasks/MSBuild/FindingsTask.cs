using Cora.Build.Diagnostics;
using Microsoft.Build.Framework;

namespace Cora.Build.MSBuild;

/// <summary>What the tasks share that look at all findings of a project: what MSBuild's properties say of them.</summary>
public abstract class FindingsTask : CoraTask
{
    /// <summary>Full path of the project file.</summary>
    [Required]
    public string ProjectFile { get; set; } = "";

    /// <summary><c>NoWarn</c>.</summary>
    public string NoWarn { get; set; } = "";

    /// <summary><c>WarningsAsErrors</c>.</summary>
    public string WarningsAsErrors { get; set; } = "";

    /// <summary><c>WarningsNotAsErrors</c>.</summary>
    public string WarningsNotAsErrors { get; set; } = "";

    /// <summary><c>TreatWarningsAsErrors</c>.</summary>
    public bool TreatWarningsAsErrors { get; set; }

    private protected Report Report => new(Files, ProjectFile, new SeverityOptions(NoWarn, WarningsAsErrors, WarningsNotAsErrors, TreatWarningsAsErrors));
}
