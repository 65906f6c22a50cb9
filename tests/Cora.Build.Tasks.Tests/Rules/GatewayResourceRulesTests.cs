using Cora.Build.Rules;

namespace Cora.Build.Tests.Rules;

public sealed class GatewayResourceRulesTests
{
    private static LintReport Check(string text)
    {
        var report = new LintReport();
        GatewayResourceRules.Check(TerraformCode.Read(text), report);
        return report;
    }

    [Fact]
    public void Routes_integrations_and_permissions_of_the_gateway_are_found() => ReportAssert.Findings(
        Check("""
            resource "aws_apigatewayv2_integration" "orgs" {
              api_id           = var.api_gateway_id
              integration_type = "AWS_PROXY"
              integration_uri  = aws_lambda_function.orgs.invoke_arn
            }

            resource "aws_apigatewayv2_route" "orgs" {
              api_id    = var.api_gateway_id
              route_key = "GET /orgs"
              target    = "integrations/${aws_apigatewayv2_integration.orgs.id}"
            }

            locals { principal = "apigateway.amazonaws.com" }

            resource "aws_lambda_permission" "gateway" {
              statement_id  = "AllowGateway"
              action        = "lambda:InvokeFunction"
              function_name = aws_lambda_function.orgs.function_name
              principal     = local.principal
              source_arn    = "${var.api_gateway_execution_arn}/*/*"
            }
            """),
        "1,1 error CORA6019: aws_apigatewayv2_integration.orgs belongs to the gateway, which makes routes and integrations of the output api_routes. Remove it, and list its route there.",
        "7,1 error CORA6019: aws_apigatewayv2_route.orgs belongs*",
        "15,1 error CORA6019: aws_lambda_permission.gateway lets API Gateway call a function. The gateway adds the permission for each route of the output api_routes itself: remove this one.");

    [Fact]
    public void An_HTTP_API_of_the_modules_own_is_no_excuse() => ReportAssert.Findings(
        Check("""
            resource "aws_apigatewayv2_api" "own" { protocol_type = "HTTP" }
            resource "aws_apigatewayv2_route" "orgs" {
              api_id    = aws_apigatewayv2_api.own.id
              route_key = "$default"
            }
            """),
        "2,1 error CORA6019: *");

    [Theory]
    [InlineData("""resource "aws_lambda_permission" "schedule" { principal = "events.amazonaws.com" }""")]
    [InlineData("""resource "aws_lambda_permission" "schedule" { principal = var.principal }""")]
    [InlineData("""
        resource "aws_apigatewayv2_route" "none" {
          count  = 0
          api_id = var.api_gateway_id
        }
        """)]
    [InlineData("""
        data "aws_apigatewayv2_api" "gateway" { api_id = var.api_gateway_id }
        output "url" { value = data.aws_apigatewayv2_api.gateway.api_endpoint }
        """)]
    [InlineData("""
        resource "aws_apigatewayv2_api" "chat" { protocol_type = "WEBSOCKET" }
        resource "aws_apigatewayv2_route" "message" {
          api_id    = aws_apigatewayv2_api.chat.id
          route_key = "sendMessage"
        }
        resource "aws_apigatewayv2_integration" "message" { api_id = aws_apigatewayv2_api.chat.id }
        resource "aws_lambda_permission" "chat" {
          principal  = "apigateway.amazonaws.com"
          source_arn = "${aws_apigatewayv2_api.chat.execution_arn}/*/*"
        }
        """)]
    [InlineData("""
        resource "aws_apigatewayv2_route" "connect" {
          api_id    = var.websocket_api_id
          route_key = "$connect"
        }
        resource "aws_apigatewayv2_integration" "connect" { api_id = var.websocket_api_id }
        resource "aws_lambda_permission" "connect" {
          principal  = "apigateway.amazonaws.com"
          source_arn = "${var.websocket_api_execution_arn}/*/*"
        }
        """)]
    public void What_is_not_the_gateways_is_left_alone(string text) => Assert.Empty(Check(text).Diagnostics);
}
