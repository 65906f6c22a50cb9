using Cora.Build.Rules;

namespace Cora.Build.Tests.Rules;

/// <summary>Findings as lines: <c>3,5 warning CORA5019: message</c>.</summary>
internal static class ReportAssert
{
    /// <summary>By place. In an expected line <c>*</c> stands for the rest, or for what is between two parts.</summary>
    public static void Findings(LintReport report, params string[] expected)
    {
        var findings = report.Diagnostics.OrderBy(finding => (finding.Location.Line, finding.Location.Column)).ThenBy(finding => finding.Descriptor.Code, StringComparer.Ordinal)
            .Select(finding => $"{finding.Location.Line},{finding.Location.Column} {finding.Severity.ToString().ToLowerInvariant()} {finding.Descriptor.Code}: {finding.Message}").ToList();
        Assert.True(expected.Length == findings.Count, $"Expected {expected.Length}, found:\n{string.Join('\n', findings)}");
        foreach (var (text, finding) in expected.Zip(findings))
        {
            var parts = text.Split('*');
            Assert.StartsWith(parts[0], finding, StringComparison.Ordinal);
            Assert.EndsWith(parts[^1], finding, StringComparison.Ordinal);
            if (parts.Length == 1) Assert.Equal(text, finding);
        }
    }
}
