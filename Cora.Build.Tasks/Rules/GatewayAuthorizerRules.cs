using Cora.Build.Diagnostics;
using Cora.Build.Terraform;

namespace Cora.Build.Rules;

/// <summary>Whether the gateway lets in only those whom its authorizer does. It is handed one route that is not public, and looked at what it makes of that.</summary>
public static class GatewayAuthorizerRules
{
    internal static readonly DiagnosticDescriptor s_open = new("CORA6027", Severity.Error, "Route without an authorizer") { IsConfigurable = true };

    private const string ModuleRoutes = "module_routes";
    private const string Remedy = "Write authorization_type = each.value.public ? \"NONE\" : \"CUSTOM\" and authorizer_id = each.value.public ? null : aws_apigatewayv2_authorizer.<name>.id.";

    /// <summary>CORA6027.</summary>
    public static void Check(ProjectModel project, LintReport report)
    {
        ArgumentNullException.ThrowIfNull(project);
        ArgumentNullException.ThrowIfNull(report);
        var said = new HashSet<Diagnostic>();
        foreach (var environment in project.Environments)
        {
            foreach (var call in environment.Terraform.ModuleCalls.Where(call => call.Block.Body.Argument(ModuleRoutes) is not null))
            {
                if (environment.Find(environment.Terraform, call) is not { } module) continue;
                var arguments = call.Arguments.ToDictionary(argument => argument.Name, argument => environment.Terraform.Evaluate(argument.Value), StringComparer.Ordinal);
                arguments[ModuleRoutes] = new ListValue([NotPublic()]);
                var gateway = module.With(arguments);
                foreach (var route in gateway.Resources("aws_apigatewayv2_route").Where(route => gateway.IsIntact(route.Block)))
                {
                    if (Open(gateway, route) is { } finding && said.Add(finding)) report.Add(finding);
                }
            }
        }
    }

    private static ObjectValue NotPublic() => new(new Dictionary<string, Value>(StringComparer.Ordinal)
    {
        ["method"] = new StringValue("GET"),
        ["path"] = new StringValue("/ws/{wsId}"),
        ["integration"] = new UnknownValue(),
        ["public"] = new BoolValue(false),
    });

    private static Diagnostic? Open(TerraformModule gateway, TerraformResource route)
    {
        // Only what is made for that route says something of it: one that is there anyway, such as $default, may be public on purpose.
        if (route.Body.Argument("for_each") is null) return null;
        foreach (var instance in gateway.InstancesOf(route.Body).Where(instance => instance.IsKnown && IsOfRoute(instance)))
        {
            foreach (var name in new[] { "authorizer_id", "authorization_type" })
            {
                var argument = route.Body.Argument(name);
                var values = gateway.Evaluate(argument?.Value, instance).Alternatives;
                if (!values.All(value => value is NullValue or StringValue { Value: "" or "NONE" })) continue;
                // JWT and IAM need no authorizer of Lambda.
                if (name == "authorizer_id" && gateway.Evaluate(route.Body, "authorization_type", instance) is not (NullValue or StringValue { Value: "NONE" or "CUSTOM" or "JWT" })) continue;
                return s_open.At(argument?.Value.Location ?? route.Block.Location, argument is null
                    ? $"{route.Address} has no {name}, so that anyone can call routes that are not public. {Remedy}"
                    : $"The {name} of {route.Address} is {(values[0].Text is { Length: > 0 } text ? $"\"{text}\"" : "null")} for routes that are not public, so that anyone can call them. {Remedy}");
            }
        }
        return null;
    }

    private static bool IsOfRoute(TerraformInstance instance) => instance.Value is ObjectValue value && value["public"] is BoolValue { Value: false } && value["path"] is StringValue { Value: "/ws/{wsId}" };
}
