locals {
  routes = { for r in var.module_routes : "${r.method} ${r.path}" => r }
  statement_ids = {
    for key, r in local.routes :
    key => "AllowModularAPIGateway-${r.method}-${replace(replace(trimprefix(r.path, "/"), "/", "-"), "/[{}]/", "")}"
  }
}
resource "aws_apigatewayv2_route" "this" {
  for_each           = local.routes
  api_id             = aws_apigatewayv2_api.this.id
  route_key          = each.key
  target             = "integrations/${aws_apigatewayv2_integration.this[each.value.integration].id}"
  authorization_type = each.value.public ? "NONE" : "CUSTOM"
  authorizer_id      = each.value.public ? null : aws_apigatewayv2_authorizer.this.id
}
resource "aws_lambda_permission" "this" {
  for_each      = local.routes
  statement_id  = substr(local.statement_ids[each.key], 0, 100)
  action        = "lambda:InvokeFunction"
  principal     = "apigateway.amazonaws.com"
  function_name = split("/", element(split(":", each.value.integration), 11))[0]
  source_arn    = "${aws_apigatewayv2_api.this.execution_arn}/*/*"
}
resource "aws_apigatewayv2_api" "this" {
  name          = "api"
  protocol_type = "HTTP"
  dynamic "cors_configuration" {
    for_each = var.cors[*]
    content {
      allow_origins = cors_configuration.value.allow_origins
      allow_methods = ["*"]
    }
  }
}
