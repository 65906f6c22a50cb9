using System.Text.RegularExpressions;
using Cora.Build.Modules;
using Cora.Build.Python.Source;

namespace Cora.Build.Rules;

/// <summary>Which functions answer HTTP requests, and so have routes. Others are called by queues, schedules, WebSockets, or as authorizers.</summary>
public static partial class HttpFunctions
{
    /// <summary>Whether one does, for certain: Terraform gives it a route, or its code hands a table of routes (<c>{"GET /ws": …}</c>) to a function, as <c>common.dispatch(event, context, ROUTES)</c> does.</summary>
    public static bool IsHttp(LintModel model, ArtifactCode function)
    {
        ArgumentNullException.ThrowIfNull(model);
        ArgumentNullException.ThrowIfNull(function);
        if (function.Artifact.Kind != ArtifactKind.Function || function.HandlerSource is not { } handler) return false;
        if (model.Wiring is { } wiring && wiring.Routes.Any(route => route.Functions is [var only] && ReferenceEquals(only, function))) return true;
        var scope = model.ScopeOf(function);
        return handler.Facts.Calls.Any(call => call.Positional.Concat(call.Keywords).Any(IsRouteTable)
            && scope.Resolve(handler, call.Candidates).All(meaning => meaning.Kind is MeaningKind.Function or MeaningKind.Class));
    }

    private static bool IsRouteTable(Argument argument) => argument.Value?.Keys is { Count: > 0 } keys && keys.All(key => RouteKeyPattern.IsMatch(key.Name));

    [GeneratedRegex(@"^(?:ANY|DELETE|GET|HEAD|OPTIONS|PATCH|POST|PUT) /\S*$")]
    private static partial Regex RouteKeyPattern { get; }
}
