using Cora.Build.Diagnostics;

namespace Cora.Build.Database;

/// <summary>What a verification looked at, and what it found.</summary>
public sealed class VerificationReport
{
    private readonly List<Diagnostic> _diagnostics = [];

    /// <summary>What is wrong, each finding once.</summary>
    public IReadOnlyList<Diagnostic> Diagnostics => _diagnostics;

    /// <summary>Such as <c>15.14</c>; empty where there was nothing to verify.</summary>
    public string ServerVersion { get; internal set; } = "";

    /// <summary>Names of the modules whose files ran, in their order.</summary>
    public IReadOnlyList<string> Modules { get; internal set; } = [];

    /// <summary>Files that ran twice.</summary>
    public int Files { get; internal set; }

    /// <summary>Migrations that ran.</summary>
    public int Migrations { get; internal set; }

    /// <summary>Statements that ran without an error.</summary>
    public int Statements { get; internal set; }

    /// <summary>Tables whose row level security was looked at.</summary>
    public int Tables { get; internal set; }

    /// <summary>Policies that PostgreSQL has, with columns that exist.</summary>
    public int Policies { get; internal set; }

    /// <summary>Functions whose bodies were looked at.</summary>
    public int Functions { get; internal set; }

    /// <summary>What only running would tell: statements of function bodies, and what a file makes as text.</summary>
    public int NotDecidable { get; private set; }

    /// <summary>Statements that could not be verified: they need what failed, or what this server does not have.</summary>
    public int NotVerified { get; internal set; }

    /// <summary>Sentences about what was not verified, and why.</summary>
    public IList<string> Notes { get; } = [];

    /// <summary>Such as <c>4 files of 2 modules run twice in PostgreSQL 15.14; 12 tables, 9 policies, 7 functions checked, 1 not decidable</c>.</summary>
    public string Line()
    {
        if (Files == 0) return "nothing to verify, there is no db/schema/*.sql";
        var ran = Migrations == 0 ? "" : $", {Quantity.Of(Migrations, "migrations")} once";
        var line = $"{Quantity.Of(Files, "files")} of {Quantity.Of(Modules.Count, "modules")} run twice{ran} in PostgreSQL {ServerVersion}; {Quantity.Of(Tables, "tables")}, {Quantity.Of(Policies, "policies")}, {Quantity.Of(Functions, "functions")} checked";
        if (NotDecidable > 0) line += $", {NotDecidable} not decidable";
        if (NotVerified > 0) line += $", {Quantity.Of(NotVerified, "statements")} not verified";
        return line;
    }

    /// <summary>Where something is not decidable, and why.</summary>
    public IList<string> Undecided { get; } = [];

    internal void CannotDecide(Location location, string why)
    {
        NotDecidable++;
        Undecided.Add($"{location.File}({location.Line},{location.Column}): {why}");
    }

    internal void Add(Diagnostic diagnostic)
    {
        if (!_diagnostics.Contains(diagnostic)) _diagnostics.Add(diagnostic);
    }
}
