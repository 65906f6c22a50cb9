using Cora.Build.Diagnostics;
using Cora.Build.Tests.Packaging;

namespace Cora.Build.Tests.Diagnostics;

public sealed class FindingsTests
{
    private static readonly DiagnosticDescriptor s_warning = new("CORA9001", Severity.Warning, "One");
    private static readonly DiagnosticDescriptor s_error = new("CORA9002", Severity.Error, "Other");

    [Fact]
    public void Findings_are_read_as_they_were_written_sorted_and_once()
    {
        var late = s_error.At(new Location("/b ä\"\n.py", 3, 7), "line one\nline two\t\u0001");
        var early = s_warning.At(new Location("/a.py"), "stays") with { Severity = Severity.Suggestion };
        var first = s_warning.At(new Location("/b ä\"\n.py", 3, 6), "before");
        using var directory = new TempDirectory();

        var path = directory.Write("x.findings", Findings.ToBytes([late, first, early, late with { }]));

        Assert.Equal([early, first, late], Findings.Read(path));
        Assert.Equal(Findings.ToBytes([late, first, early]), Findings.ToBytes([early, first, late]));
    }

    [Fact]
    public void No_finding_is_an_empty_list()
    {
        using var directory = new TempDirectory();
        Assert.Empty(Findings.Read(directory.Write("x.findings", Findings.ToBytes([]))));
    }

    [Fact]
    public void A_finding_without_a_place_is_kept()
    {
        using var directory = new TempDirectory();
        var nowhere = s_error.At(default, "no home directory");
        Assert.Equal("no home directory", Assert.Single(Findings.Read(directory.Write("x.findings", Findings.ToBytes([nowhere])))).Message);
    }
}
