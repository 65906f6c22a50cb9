using Cora.Build.Diagnostics;

namespace Cora.Build.Terraform;

/// <summary>An element of the output <c>api_routes</c>: <c>{ method, path, integration, public }</c>.</summary>
/// <param name="Value">What it comes to; an <see cref="ObjectValue"/> unless something is wrong or not known.</param>
/// <param name="Location">Where it is written.</param>
/// <param name="IsCertain">Whether it is there in any case; false behind a condition.</param>
public sealed record ApiRoute(Value Value, Location Location, bool IsCertain)
{
    /// <summary>What the gateway needs of each route.</summary>
    public static IReadOnlyList<string> RequiredKeys { get; } = ["method", "path", "integration", "public"];

    /// <summary>Such as <c>GET</c>; null where it is not known.</summary>
    public string? Method => this["method"]?.Text;

    /// <summary>Such as <c>/ws/{wsId}</c>; null where it is not known.</summary>
    public string? Path => this["path"]?.Text;

    /// <summary>The function behind it, such as <c>aws_lambda_function.x.invoke_arn</c>; null where it is not there.</summary>
    public Value? Integration => this["integration"];

    /// <summary>Of those that the gateway needs, the keys that it certainly does not have.</summary>
    public IReadOnlyList<string> MissingKeys => Value switch
    {
        ObjectValue map => [.. RequiredKeys.Where(key => map[key] is { } value ? value is NullValue : map.IsComplete)],
        StringValue or NumberValue or BoolValue or NullValue or TemplateValue or ListValue => RequiredKeys,
        _ => [],
    };

    /// <summary>Where the value of a key is written, which may be in another file; where that is not known, the element.</summary>
    public Location PlaceOf(string key) => this[key]?.Origin?.Location ?? Location;

    private Value? this[string key] => (Value as ObjectValue)?[key];
}

/// <summary>The routes that a module hands to the gateway.</summary>
/// <param name="Routes">In order.</param>
/// <param name="IsComplete">Whether there are certainly no others.</param>
public sealed record ApiRoutes(IReadOnlyList<ApiRoute> Routes, bool IsComplete)
{
    /// <summary>The output that they are.</summary>
    public const string OutputName = "api_routes";

    /// <summary>Those of a module; null where it has no such output.</summary>
    public static ApiRoutes? Of(TerraformModule terraform)
    {
        ArgumentNullException.ThrowIfNull(terraform);
        if (terraform.Output(OutputName) is not { Value: { } expression }) return null;
        var routes = new List<ApiRoute>();
        var isComplete = Add(terraform.Evaluate(expression), expression.Location, isCertain: true, routes) && !terraform.Faults.Any();
        return new ApiRoutes(routes, isComplete);
    }

    /// <summary>Adds the elements of a list. Whether those are all.</summary>
    private static bool Add(Value list, Location place, bool isCertain, List<ApiRoute> routes)
    {
        place = list.Origin?.Location ?? place;
        if (list is NullValue) return true;
        if (list is not ListValue { Items: var items }) return list is OneOfValue several && several.Alternatives.Select(one => Add(one, place, isCertain: false, routes)).ToList().TrueForAll(all => all);
        var isComplete = true;
        foreach (var item in items)
        {
            if (item is SpreadValue spread)
            {
                isComplete &= Add(spread.Source, place, isCertain: false, routes);
                continue;
            }
            // A conditional element is one of several.
            foreach (var element in item.Alternatives)
            {
                routes.Add(new ApiRoute(element, element.Origin?.Location ?? item.Origin?.Location ?? place, isCertain && item.Alternatives.Count == 1));
            }
        }
        return isComplete;
    }
}
