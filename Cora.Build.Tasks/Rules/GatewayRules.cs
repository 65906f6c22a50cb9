using System.Globalization;
using System.Text.RegularExpressions;
using Cora.Build.Diagnostics;
using Cora.Build.Terraform;

namespace Cora.Build.Rules;

/// <summary>What the gateway, which all modules share, can make of their routes.</summary>
public static partial class GatewayRules
{
    internal static readonly DiagnosticDescriptor s_twice = new("CORA6015", Severity.Error, "Route wired twice") { IsConfigurable = true };
    internal static readonly DiagnosticDescriptor s_statement = new("CORA6016", Severity.Error, "Permission that Lambda refuses") { IsConfigurable = true };

    /// <summary>Of a statement id: https://docs.aws.amazon.com/lambda/latest/api/API_AddPermission.html.</summary>
    private const int MaxStatementId = 100;

    /// <summary>Of a function's resource-based policy: https://docs.aws.amazon.com/lambda/latest/dg/gettingstarted-limits.html.</summary>
    private const int MaxPolicyBytes = 20_480;

    /// <summary>What is warned of, in bytes: other permissions of the function need room too.</summary>
    private const int ManyPolicyBytes = MaxPolicyBytes * 9 / 10;

    private const string EmptyPolicy = """{"Version":"2012-10-17","Id":"default","Statement":[]}""";

    private const string EmptyStatement = """{"Sid":"","Effect":"Allow","Principal":{"Service":"apigateway.amazonaws.com"},"Action":"lambda:InvokeFunction","Resource":"arn:aws:lambda:eu-central-1:123456789012:function:","Condition":{"ArnLike":{"AWS:SourceArn":"arn:aws:execute-api:eu-central-1:123456789012:abcdefghij/*/"}}},""";

    /// <summary>CORA6015 and CORA6016.</summary>
    public static void Check(LintModel model, LintReport report)
    {
        ArgumentNullException.ThrowIfNull(model);
        ArgumentNullException.ThrowIfNull(report);
        if (model.Wiring is not { } wiring) return;
        CheckUnique(model, wiring, report);
        CheckStatements(wiring, report);
        CheckPolicies(model, wiring, report);
    }

    private static void CheckUnique(LintModel model, RouteWiring wiring, LintReport report)
    {
        var own = new Dictionary<string, WiredRoute>(StringComparer.Ordinal);
        foreach (var route in wiring.Routes.Where(route => route is { Key: not null, Element.IsCertain: true }))
        {
            if (own.TryAdd(route.Key!, route)) continue;
            report.Add(s_twice.At(route.Element.PlaceOf("path"), $"'{route.Key}' is in api_routes twice, and API Gateway takes a method and path once. Remove one of the two."));
        }
        foreach (var (module, terraform) in model.TerraformElsewhere.OrderBy(item => item.Key, StringComparer.Ordinal))
        {
            var keys = (ApiRoutes.Of(terraform)?.Routes ?? []).Where(route => route.IsCertain).Select(route => new WiredRoute(route, null).Key).OfType<string>().ToHashSet(StringComparer.Ordinal);
            foreach (var (key, route) in own.Where(item => keys.Contains(item.Key)))
                report.Add(s_twice.At(route.Element.PlaceOf("path"), $"'{key}' is wired by {module} too, and API Gateway takes a method and path once. Give one of the two another path, or remove it."));
        }
    }

    private static void CheckStatements(RouteWiring wiring, LintReport report)
    {
        var seen = new Dictionary<(string Id, string Function), WiredRoute>();
        foreach (var route in wiring.Routes.Where(route => route.Key is not null).DistinctBy(route => route.Key))
        {
            var id = StatementId(route);
            var at = route.Element.PlaceOf("path");
            var what = $"The gateway's permission for '{route.Method} {route.Path!.Text}' would have the statement id '{id}'";
            if (id.Length > MaxStatementId)
                report.Add(s_statement.At(at, $"{what} of {id.Length} characters, and Lambda takes {MaxStatementId}. Shorten the path."));
            if (NotInIdPattern.Match(id) is { Success: true } character)
                report.Add(s_statement.At(at, $"{what}, and Lambda takes letters, digits, '-' and '_', no '{character.Value}'. Choose another path{(character.Value == "+" ? ": '{name+}' becomes 'name+'" : "")}."));
            // Each function has permissions of its own. Behind a condition there may be one of the two.
            if (route is { Functions: [var function], Element.IsCertain: true })
            {
                var key = (id, function.Artifact.FileName);
                if (seen.TryGetValue(key, out var same)) report.Add(s_statement.At(at, $"{what}, which is that of '{same.Method} {same.Path!.Text}' too. Give one of the two another path."));
                else seen.Add(key, route);
            }
        }
    }

    private static void CheckPolicies(LintModel model, RouteWiring wiring, LintReport report)
    {
        var certain = wiring.Routes.Where(route => route is { Key: not null, Functions: [_] }).DistinctBy(route => route.Key);
        foreach (var routes in certain.GroupBy(route => route.Functions![0].Artifact.FileName, StringComparer.Ordinal))
        {
            var function = routes.First().Functions![0].Artifact;
            if (model.ArtifactResources.FirstOrDefault(resource => resource.MayTake(function) == true) is not { } resource) continue;
            var name = model.Terraform!.Evaluate(resource.Resource.Body, "function_name", resource.Instance).Text ?? function.Name;
            var bytes = PolicyBytes(name, routes);
            if (bytes < ManyPolicyBytes) continue;
            report.Add(s_statement.At(resource.Resource.Block.Location, string.Create(CultureInfo.InvariantCulture,
                $"The permissions of the {routes.Count()} routes of function '{function.Name}' take about {bytes:N0} bytes, and Lambda's limit for a function's policy is {MaxPolicyBytes:N0}. Move routes to another function, or use one with '{{proxy+}}'.")) with
            {
                Severity = Severity.Warning,
            });
        }
    }

    /// <summary>As the gateway module makes it.</summary>
    private static string StatementId(WiredRoute route) =>
        $"AllowModularAPIGateway-{route.Method}-{route.Path!.Text.Replace('/', '-').Replace("{", "", StringComparison.Ordinal).Replace("}", "", StringComparison.Ordinal)}";

    /// <summary>About how large a function's policy is: a statement for each route, with a region, an account and an API of usual length.</summary>
    private static int PolicyBytes(string function, IEnumerable<WiredRoute> routes) => EmptyPolicy.Length + routes.Sum(route =>
        EmptyStatement.Length + StatementId(route).Length + function.Length + route.Method!.Length + ParameterPattern.Replace(route.Path!.Text, "*").Length);

    [GeneratedRegex(@"[^A-Za-z0-9_-]")]
    private static partial Regex NotInIdPattern { get; }

    [GeneratedRegex(@"\{[^{}]*\}")]
    private static partial Regex ParameterPattern { get; }
}
