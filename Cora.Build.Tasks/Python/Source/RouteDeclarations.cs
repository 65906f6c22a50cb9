namespace Cora.Build.Python.Source;

/// <summary>A route that a docstring declares: <c>- GET /ws/{wsId}/kb - Get the workspace's KB</c>.</summary>
/// <param name="Method">In capitals, one that API Gateway has.</param>
/// <param name="Path">As written, without a query string.</param>
/// <param name="IsPublic">Whether the docstring says that everybody may call it: <c>Routes - Public:</c> above it, <c>(public)</c> or <c>[public]</c> behind it.</param>
/// <param name="Summary">What stands behind the path, in one line; empty when nothing does.</param>
/// <param name="At">Of the method.</param>
public sealed record DeclaredRoute(string Method, string Path, bool IsPublic, string Summary, Position At)
{
    /// <summary>What API Gateway calls a route key: <c>GET /ws/{wsId}/kb</c>.</summary>
    public string Key => $"{Method} {Path}";
}

/// <summary>A line that looks like a route and declares none.</summary>
/// <param name="Text">The line, without the white space around it.</param>
/// <param name="Reason">A sentence: what keeps it from being one, and what to write.</param>
/// <param name="At">Of its first character.</param>
public sealed record RouteLikeLine(string Text, string Reason, Position At);

/// <summary>The routes that one docstring declares.</summary>
/// <param name="Routes">In order, each method and path once.</param>
/// <param name="RouteLikeLines">Among them, under a heading for routes.</param>
/// <param name="Unheaded">Where there is no heading for routes: lines that would be routes under one.</param>
public sealed record RouteDeclarations(IReadOnlyList<DeclaredRoute> Routes, IReadOnlyList<RouteLikeLine> RouteLikeLines, IReadOnlyList<RouteLikeLine> Unheaded)
{
    /// <summary><c># noqa: CORA…</c> behind routes, what looks like one, and headings: a docstring has no comments that Python would know of.</summary>
    public IReadOnlyList<SuppressionFact> Suppressions { get; init; } = [];

    /// <summary>Of a file or function without a docstring.</summary>
    public static RouteDeclarations None { get; } = new([], [], []);
}
