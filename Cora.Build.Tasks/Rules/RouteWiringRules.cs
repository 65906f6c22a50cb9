using Cora.Build.Diagnostics;
using Cora.Build.Modules;
using Cora.Build.Python.Source;

namespace Cora.Build.Rules;

/// <summary>Compares the routes that functions declare in docstrings with those that Terraform hands to the gateway.</summary>
public sealed class RouteWiringRules
{
    internal static readonly DiagnosticDescriptor s_incomplete = new("CORA6007", Severity.Error, "Element of api_routes that lacks something") { IsConfigurable = true };
    internal static readonly DiagnosticDescriptor s_notWired = new("CORA6011", Severity.Warning, "Route documented and not wired");
    internal static readonly DiagnosticDescriptor s_notDocumented = new("CORA6012", Severity.Warning, "Route wired and not documented");
    internal static readonly DiagnosticDescriptor s_otherFunction = new("CORA6013", Severity.Error, "Route documented in one function and wired to another") { IsConfigurable = true };
    internal static readonly DiagnosticDescriptor s_otherNames = new("CORA6014", Severity.Warning, "Route with other parameter names");

    private readonly LintReport _report;
    private readonly RouteWiring _wiring;
    private readonly List<Documented> _documented;
    private readonly bool _areAllKnown;
    private readonly ILookup<string?, WiredRoute> _byKey;

    /// <summary>Wired routes of which something is said already.</summary>
    private readonly HashSet<WiredRoute> _said = new(ReferenceEqualityComparer.Instance);

    private RouteWiringRules(LintModel model, RouteWiring wiring, LintReport report)
    {
        (_wiring, _report) = (wiring, report);
        _byKey = wiring.Routes.ToLookup(route => route.Key, StringComparer.Ordinal);
        var functions = model.Artifacts.Where(artifact => artifact.Artifact.Kind == ArtifactKind.Function).ToList();
        _documented = [.. functions.SelectMany(function => function.Routes?.All.Select(route => new Documented(function, route, new RoutePath(route.Path))) ?? [])];
        _areAllKnown = functions.TrueForAll(function => function.Routes is not null) && functions.Count == model.Module.Artifacts.Count(artifact => artifact.Kind == ArtifactKind.Function);
    }

    /// <summary>CORA6007, CORA6011 to CORA6014, and CORA6024 of what is wired.</summary>
    public static void Check(LintModel model, LintReport report)
    {
        ArgumentNullException.ThrowIfNull(model);
        ArgumentNullException.ThrowIfNull(report);
        if (model.Wiring is { } wiring) new RouteWiringRules(model, wiring, report).Check();
    }

    private void Check()
    {
        CheckKeys();
        foreach (var documented in _documented) Check(documented);
        foreach (var route in _wiring.Routes) Check(route);
        _report.Routes += _wiring.Routes.Select(route => route.Key).OfType<string>().Distinct(StringComparer.Ordinal).Count(key => !_documented.Exists(documented => documented.Key == key));
    }

    /// <summary>Elements that one expression makes lack the same, and are said once.</summary>
    private void CheckKeys()
    {
        foreach (var same in _wiring.Routes.Where(route => route.Element.MissingKeys.Count > 0).GroupBy(route => (route.Element.Location, Missing: string.Join(", ", route.Element.MissingKeys))))
        {
            var first = same.First();
            var name = first.Key is { } key ? $"'{key}'" : first.Path is { } path ? $"The route of '{path.Text}'" : "This element";
            var others = same.Count() > 1 ? $" (and {same.Count() - 1} more from here)" : "";
            _report.Add(s_incomplete.At(same.Key.Location, $"{name}{others} has no {same.Key.Missing}. The gateway needs method, path, integration and public of each route: add what is missing."));
        }
    }

    private void Check(Documented documented)
    {
        var function = documented.Function;
        var exact = _byKey[documented.Key].ToList();
        if (exact.Count > 0)
        {
            if (exact.Exists(route => route.MayLeadTo(function))) return;
            OtherFunction(documented, exact[0]);
            return;
        }
        if (_wiring.Routes.Any(route => route.MayLeadTo(function) && IsMet(documented, route))) return;
        var similar = _wiring.Routes.FirstOrDefault(route => route.Method == documented.Route.Method && route.Path?.Shape == documented.Path.Shape && route.MayLeadTo(function)
            && !_documented.Exists(other => other.Key == route.Key) && !_said.Contains(route));
        if (similar is not null)
        {
            _said.Add(similar);
            _report.Add(s_otherNames.At(similar.Element.PlaceOf("path"),
                $"'{similar.Method} {similar.Path!.Text}' is '{documented.Route.Key}' in the docstring of function '{function.Artifact.Name}'. The function finds parameters by their names: write the same ones in both."));
        }
        else if (_wiring.IsComplete)
        {
            _report.Add(s_notWired.At(documented.Location,
                $"'{documented.Route.Key}' is documented, and no element of api_routes has it: calls of it are answered with 404. Add it to api_routes in infrastructure/, or remove this line."));
        }
        else
        {
            _report.NotDecidable++;
        }
    }

    /// <summary>Whether requests of a documented route reach a wired one: by <c>ANY</c> or <c>{proxy+}</c>; or that it is one of those that <c>ANY</c> in a docstring stands for.</summary>
    private static bool IsMet(Documented documented, WiredRoute route) =>
        (route.Key is not null && route.Method != documented.Route.Method && route.Path!.Canonical == documented.Path.Canonical && documented.Route.Method == "ANY")
        || (route.Covers(documented.Route.Method, documented.Path) && (route.Method == "ANY" || route.Path!.Shape != documented.Path.Shape));

    private void OtherFunction(Documented documented, WiredRoute route)
    {
        var name = documented.Function.Artifact.Name;
        var others = route.Functions!.Select(function => $"'{function.Artifact.Name}'").ToList();
        // Where the function that it is wired to documents it too, Terraform is right.
        var isTwice = _documented.Exists(other => other.Key == documented.Key && route.Functions!.Contains(other.Function));
        _said.Add(route);
        _report.Add(s_otherFunction.At(isTwice ? documented.Location : route.Element.PlaceOf("integration"), isTwice
            ? $"'{documented.Route.Key}' is wired to {string.Join(" or ", others)}, which documents it too. Remove it from the docstring of '{name}', or wire it to '{name}'."
            : $"'{documented.Route.Key}' is wired to {string.Join(" or ", others)}, and documented in '{name}'. Wire it to '{name}', or move the line to the docstring of the other."));
    }

    private void Check(WiredRoute route)
    {
        if (route.Path is { } path && !_documented.Exists(documented => documented.Route.Path == path.Text)) RoutePathRules.Check(path.Text, route.Element.PlaceOf("path"), _report);
        if (route.Key is not { } key || _said.Contains(route)) return;
        var those = route.Functions is null ? _documented : _documented.FindAll(documented => route.Functions.Contains(documented.Function));
        if (those.Exists(documented => documented.Key == key || IsMet(documented, route))) return;
        // Browsers ask for it before they call.
        if (route.Method == "OPTIONS" && those.Exists(documented => documented.Path.Canonical == route.Path!.Canonical)) return;
        if (route.Functions is null ? !_areAllKnown : route.Functions.Any(function => function.Routes is null))
        {
            _report.NotDecidable++;
            return;
        }
        // A function without any is said once, and not for each of its routes.
        if (those.Count == 0) return;
        var where = route.Functions is [var only] ? $"the docstring of function '{only.Artifact.Name}' does not declare it" : "no docstring declares it";
        _report.Add(s_notDocumented.At(route.Element.PlaceOf("path"), $"'{key}' is wired, and {where}. Add a line '- {key} - what it does' there, or remove the route."));
    }

    private sealed record Documented(ArtifactCode Function, DeclaredRoute Route, RoutePath Path)
    {
        public string Key { get; } = $"{Route.Method} {Path.Canonical}";

        public Location Location => new(Function.HandlerSource!.File, Route.At.Line, Route.At.Column);
    }
}
