locals {
  name = "${var.project_name}-${var.environment}-api"

  # A route that two modules declare is an error here, and not the last one's.
  routes = { for route in var.module_routes : "${route.method} ${route.path}" => route }
}

resource "aws_apigatewayv2_api" "this" {
  name          = local.name
  protocol_type = "HTTP"
  tags          = var.common_tags

  dynamic "cors_configuration" {
    for_each = length(var.cors_origins) > 0 ? [var.cors_origins] : []

    content {
      allow_origins = cors_configuration.value
      allow_methods = ["DELETE", "GET", "POST", "PUT"]
      allow_headers = ["authorization", "content-type"]
      max_age       = 3600
    }
  }
}

resource "aws_apigatewayv2_integration" "module" {
  for_each = local.routes

  api_id                 = aws_apigatewayv2_api.this.id
  integration_type       = "AWS_PROXY"
  integration_method     = "POST"
  integration_uri        = each.value.integration
  payload_format_version = "2.0"
}

resource "aws_apigatewayv2_route" "module" {
  for_each = local.routes

  api_id             = aws_apigatewayv2_api.this.id
  route_key          = each.key
  target             = "integrations/${aws_apigatewayv2_integration.module[each.key].id}"
  authorization_type = each.value.public ? "NONE" : "CUSTOM"
  authorizer_id      = each.value.public ? null : aws_apigatewayv2_authorizer.this.id
}

resource "aws_lambda_permission" "module" {
  for_each = local.routes

  statement_id  = "AllowModularAPIGateway-${each.value.method}-${replace(replace(replace(each.value.path, "/", "-"), "{", ""), "}", "")}"
  action        = "lambda:InvokeFunction"
  function_name = regex("/functions/([^/]+)/invocations$", each.value.integration)[0]
  principal     = "apigateway.amazonaws.com"
  source_arn    = "${aws_apigatewayv2_api.this.execution_arn}/*/${each.value.method}${replace(each.value.path, "/\\{[^}]+\\}/", "*")}"
}

resource "aws_apigatewayv2_authorizer" "this" {
  name                              = "${local.name}-authorizer"
  api_id                            = aws_apigatewayv2_api.this.id
  authorizer_type                   = "REQUEST"
  authorizer_uri                    = var.authorizer_invoke_arn
  authorizer_payload_format_version = "2.0"
  enable_simple_responses           = true
  identity_sources                  = ["$request.header.Authorization"]

  # A token that has expired is let in for so long at most.
  authorizer_result_ttl_in_seconds = 60
}

resource "aws_lambda_permission" "authorizer" {
  statement_id  = "AllowAPIGatewayAuthorizer"
  action        = "lambda:InvokeFunction"
  function_name = var.authorizer_function_name
  principal     = "apigateway.amazonaws.com"
  source_arn    = "${aws_apigatewayv2_api.this.execution_arn}/authorizers/${aws_apigatewayv2_authorizer.this.id}"
}

resource "aws_cloudwatch_log_group" "access" {
  name              = "/aws/apigateway/${local.name}"
  retention_in_days = var.log_retention_days
  tags              = var.common_tags
}

resource "aws_apigatewayv2_stage" "default" {
  api_id      = aws_apigatewayv2_api.this.id
  name        = "$default"
  auto_deploy = true
  tags        = var.common_tags

  access_log_settings {
    destination_arn = aws_cloudwatch_log_group.access.arn

    # No query and no address: they can hold what belongs to people.
    format = jsonencode({
      requestId        = "$context.requestId"
      time             = "$context.requestTime"
      route            = "$context.routeKey"
      status           = "$context.status"
      latency          = "$context.responseLatency"
      integrationError = "$context.integrationErrorMessage"
      authorizerError  = "$context.authorizer.error"
    })
  }

  default_route_settings {
    throttling_burst_limit = 200
    throttling_rate_limit  = 100
  }
}
