using Cora.Build.Diagnostics;

namespace Cora.Build.Rules;

/// <summary>Whether paths follow the project's standard.</summary>
public static class RoutePathRules
{
    internal static readonly DiagnosticDescriptor s_standard = new("CORA6024", Severity.Warning, "Route path against the standard");

    /// <summary>CORA6024, one for a path.</summary>
    public static void Check(string path, Location at, LintReport report)
    {
        ArgumentNullException.ThrowIfNull(report);
        if (new RoutePath(path).AgainstStandard().ToList() is { Count: > 0 } sentences) report.Add(s_standard.At(at, $"The path '{path}' is against the standard. {string.Join(' ', sentences)}"));
    }
}
