using Cora.Build.Diagnostics;
using Cora.Build.Python.Source;

namespace Cora.Build.Rules;

/// <summary>What functions say of their routes in docstrings.</summary>
public static class RouteDocstringRules
{
    internal static readonly DiagnosticDescriptor s_inHandler = new("CORA2020", Severity.Warning, "Routes in the handler's docstring");
    internal static readonly DiagnosticDescriptor s_likeRoute = new("CORA2021", Severity.Warning, "Line that looks like a route and is none");
    internal static readonly DiagnosticDescriptor s_undocumented = new("CORA6006", Severity.Warning, "HTTP function without routes in its docstring");

    /// <summary>CORA2020, CORA2021, CORA6006, and CORA6024 of what is declared.</summary>
    public static void Check(LintModel model, LintReport report)
    {
        ArgumentNullException.ThrowIfNull(model);
        ArgumentNullException.ThrowIfNull(report);
        foreach (var artifact in model.Artifacts)
        {
            if (artifact is { Routes: { } routes, HandlerSource: { } source }) Check(model, artifact, routes, source.File, report);
        }
    }

    private static void Check(LintModel model, ArtifactCode function, FunctionRoutes routes, string file, LintReport report)
    {
        report.Routes += routes.All.Count;
        foreach (var line in routes.Module.RouteLikeLines.Concat(routes.Handler.RouteLikeLines)) report.Add(s_likeRoute.At(Place(file, line.At), LikeRoute(line)));
        foreach (var route in routes.All) RoutePathRules.Check(route.Path, Place(file, route.At), report);

        if (routes.OnlyOfHandler.ToList() is [var first, ..] handlers)
        {
            var what = handlers.Count == 1 ? $"'{first.Key}' is" : $"{handlers.Count} routes are, beginning with '{first.Key}',";
            report.Add(s_inHandler.At(Place(file, first.At),
                $"{what} in the docstring of '{function.Artifact.HandlerFunction}' and not in that of the file. Move {(handlers.Count == 1 ? "it" : "them")} to the docstring that the file begins with."));
        }
        if (routes.All.Count > 0 || !HttpFunctions.IsHttp(model, function)) return;
        foreach (var line in routes.Module.Unheaded) report.Add(s_likeRoute.At(Place(file, line.At), LikeRoute(line)));
        report.Add(s_undocumented.At(new Location(file, 1, 1),
            $"Function '{function.Artifact.Name}' answers HTTP requests, and the docstring of its file declares no routes. List them there: a line 'Routes:', and below it one like '- GET /path - what it does' for each."));
    }

    private static string LikeRoute(RouteLikeLine line) => $"'{Short(line.Text)}' looks like a route, and is not read as one. {line.Reason}";

    private static string Short(string text) => text.Length > 80 ? $"{text[..80]}…" : text;

    private static Location Place(string file, Position at) => new(file, at.Line, at.Column);
}
