using Cora.Build.Modules;
using Cora.Build.Terraform;

namespace Cora.Build.Rules;

/// <summary>A route of <c>api_routes</c> and the function behind it.</summary>
/// <param name="Element">As Terraform has it.</param>
/// <param name="Functions">The functions that its integration may be: several where conditions decide; null where nobody knows.</param>
public sealed record WiredRoute(ApiRoute Element, IReadOnlyList<ArtifactCode>? Functions)
{
    /// <summary>Such as <c>GET</c>; null where it is not known.</summary>
    public string? Method => Element.Method;

    /// <summary>Null where it is not known.</summary>
    public RoutePath? Path { get; } = Element.Path is { Length: > 0 } path && path[0] == '/' ? new RoutePath(path) : null;

    /// <summary><c>GET /ws/{wsId}</c>; null where it is not known.</summary>
    public string? Key => Method is null || Path is null ? null : $"{Method} {Path.Canonical}";

    /// <summary>Whether a function may be behind it.</summary>
    public bool MayLeadTo(ArtifactCode function) => Functions is null || Functions.Contains(function);

    /// <summary>Whether API Gateway takes it for requests of a route: of any method, or of all paths below one (<c>{proxy+}</c>).</summary>
    public bool Covers(string method, RoutePath path)
    {
        ArgumentNullException.ThrowIfNull(path);
        if (Path is null || (Method != method && Method != "ANY")) return false;
        if (Path.Shape == path.Shape) return true;
        return Path.Shape.EndsWith("/{+}", StringComparison.Ordinal) && path.Shape.StartsWith(Path.Shape[..^"{+}".Length], StringComparison.Ordinal);
    }
}

/// <summary>The routes that a module's Terraform hands to the gateway, with the functions that they lead to.</summary>
public sealed class RouteWiring
{
    private readonly LintModel _model;
    private readonly TerraformModule _terraform;

    private RouteWiring(LintModel model, TerraformModule terraform, ApiRoutes routes)
    {
        (_model, _terraform) = (model, terraform);
        Routes = [.. routes.Routes.Select(route => new WiredRoute(route, route.Integration is { } integration ? FunctionsOf(integration) : null))];
        IsComplete = routes.IsComplete && Routes.All(route => route.Key is not null);
    }

    /// <summary>In order.</summary>
    public IReadOnlyList<WiredRoute> Routes { get; }

    /// <summary>Whether there are certainly no others, and method and path of each are known.</summary>
    public bool IsComplete { get; }

    /// <summary>That of a module; null where it has no Terraform, or none that hands over routes.</summary>
    public static RouteWiring? Of(LintModel model)
    {
        ArgumentNullException.ThrowIfNull(model);
        return model.Terraform is { } terraform && ApiRoutes.Of(terraform) is { } routes ? new RouteWiring(model, terraform, routes) : null;
    }

    private List<ArtifactCode>? FunctionsOf(Value integration)
    {
        var functions = new List<ArtifactCode>();
        foreach (var alternative in integration.Alternatives)
        {
            // An ARN may be put together around the function's own.
            var references = alternative.References().Where(reference => reference.Kind == Terraform.ReferenceKind.Resource).ToList();
            if (references is not [var reference] || FunctionsOf(reference) is not { Count: > 0 } found) return null;
            functions.AddRange(found.Where(function => !functions.Contains(function)));
        }
        return functions;
    }

    private List<ArtifactCode>? FunctionsOf(ReferenceValue reference)
    {
        if (reference.Type == "aws_lambda_alias")
        {
            return _terraform.Resource(reference) is { } alias && _terraform.Evaluate(alias.Body, "function_name").References().ToList() is [{ Kind: Terraform.ReferenceKind.Resource, Type: ArtifactResource.FunctionType } function]
                ? FunctionsOf(function)
                : null;
        }
        if (reference.Type != ArtifactResource.FunctionType) return null;
        var instances = _model.ArtifactResources.Where(resource => resource.Kind == ArtifactKind.Function && resource.Resource.Name == reference.Name).ToList();
        if (instances.Find(instance => instance.Instance.Key is { } key && reference.Path is [var first, ..] && key.Equals(first)) is { } only) instances = [only];
        if (instances.Count == 0 || instances.Exists(instance => instance.FileNames is null)) return null;
        var names = instances.SelectMany(instance => instance.FileNames!).Distinct(StringComparer.Ordinal).ToList();
        var functions = _model.Artifacts.Where(artifact => artifact.Artifact.Kind == ArtifactKind.Function && names.Contains(artifact.Artifact.FileName)).ToList();
        // One that is not among them may be there and broken.
        return functions.Count == names.Count ? functions : null;
    }
}
