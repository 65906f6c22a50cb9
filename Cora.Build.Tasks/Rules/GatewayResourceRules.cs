using Cora.Build.Diagnostics;
using Cora.Build.Terraform;

namespace Cora.Build.Rules;

/// <summary>
/// Routes, integrations and permissions belong to the gateway, which makes them of the modules' <c>api_routes</c>. A WebSocket API is a module's own: the gateway has an HTTP
/// API.
/// </summary>
public static class GatewayResourceRules
{
    internal static readonly DiagnosticDescriptor s_gateway = new("CORA6019", Severity.Error, "Resource of the gateway in a module") { IsConfigurable = true };

    private const string Permission = "aws_lambda_permission";

    /// <summary>CORA6019.</summary>
    public static void Check(TerraformModule terraform, LintReport report)
    {
        ArgumentNullException.ThrowIfNull(terraform);
        ArgumentNullException.ThrowIfNull(report);
        var webSockets = terraform.Resources("aws_apigatewayv2_route")
            .Where(route => terraform.Evaluate(route.Body, "route_key").Text is "$connect" or "$disconnect")
            .Select(route => terraform.Evaluate(route.Body, "api_id")).ToList();
        foreach (var resource in terraform.AllResources.Where(resource => !resource.IsData && resource.Type is "aws_apigatewayv2_route" or "aws_apigatewayv2_integration" or Permission))
        {
            if (!terraform.IsIntact(resource.Block) || terraform.InstancesOf(resource.Body).Count == 0) continue;
            if (resource.Type == Permission && terraform.Evaluate(resource.Body, "principal").Text != "apigateway.amazonaws.com") continue;
            if (MayBeOfWebSocket(resource, terraform, webSockets)) continue;
            report.Add(s_gateway.At(resource.Block.Location, resource.Type == Permission
                ? $"{resource.Address} lets API Gateway call a function. The gateway adds the permission for each route of the output api_routes itself: remove this one."
                : $"{resource.Address} belongs to the gateway, which makes routes and integrations of the output api_routes. Remove it, and list its route there."));
        }
    }

    /// <param name="resource">What may be of one.</param>
    /// <param name="terraform">The module's Terraform.</param>
    /// <param name="webSockets">The APIs that have a route <c>$connect</c> or <c>$disconnect</c>, which only WebSocket APIs have.</param>
    private static bool MayBeOfWebSocket(TerraformResource resource, TerraformModule terraform, List<Value> webSockets)
    {
        var api = terraform.Evaluate(resource.Body, resource.Type == Permission ? "source_arn" : "api_id");
        if (api.References().Select(terraform.Resource).FirstOrDefault(found => found is { Type: "aws_apigatewayv2_api", IsData: false }) is { } own)
            return terraform.Evaluate(own.Body, "protocol_type") is not StringValue { Value: "HTTP" };
        return webSockets.Count > 0 && (resource.Type == Permission || webSockets.Exists(socket => socket is UnknownValue || socket.Equals(api)));
    }
}
