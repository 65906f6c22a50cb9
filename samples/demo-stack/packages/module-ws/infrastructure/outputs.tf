locals {
  workspace_routes = [
    { method = "GET", path = "/orgs/{orgId}/ws" },
    { method = "POST", path = "/orgs/{orgId}/ws" },
    { method = "GET", path = "/ws/{wsId}" },
    { method = "PUT", path = "/ws/{wsId}" },
    { method = "DELETE", path = "/ws/{wsId}" },
    { method = "POST", path = "/ws/{wsId}/restore" },
  ]
}

output "api_routes" {
  description = "What the gateway routes to the functions."
  value = [
    for route in local.workspace_routes : {
      method      = route.method
      path        = route.path
      integration = aws_lambda_function.workspace.invoke_arn
      public      = false
    }
  ]
}

output "lambda_invoke_arns" {
  description = "How API Gateway calls the functions, by their directories. A schedule calls cleanup, which is not among them."
  value       = { workspace = aws_lambda_function.workspace.invoke_arn }
}

output "lambda_names" {
  description = "What Lambda calls the functions."
  value       = [aws_lambda_function.cleanup.function_name, aws_lambda_function.workspace.function_name]
}
