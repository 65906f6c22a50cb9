locals {
  # Each with the methods that it takes.
  paths = {
    "/admin/sys/mgmt/schedule"               = ["GET"]
    "/admin/sys/mgmt/schedule/{configKey}"   = ["GET", "PUT"]
    "/admin/sys/mgmt/schedule/sync"          = ["POST"]
    "/admin/sys/mgmt/functions"              = ["GET"]
    "/admin/sys/mgmt/modules"                = ["GET", "POST"]
    "/admin/sys/mgmt/modules/{name}"         = ["GET", "PUT"]
    "/admin/sys/mgmt/modules/{name}/enable"  = ["POST"]
    "/admin/sys/mgmt/modules/{name}/disable" = ["POST"]
    "/admin/org/mgmt/usage"                  = ["GET"]
  }
}

output "api_routes" {
  description = "What the gateway routes to the function."
  value = flatten([
    for path, methods in local.paths : [
      for method in methods :
      { method = method, path = path, integration = aws_lambda_function.lambda_mgmt.invoke_arn, public = false }
    ]
  ])
}

output "lambda_invoke_arns" {
  description = "How API Gateway calls the function, by its directory."
  value       = { "lambda-mgmt" = aws_lambda_function.lambda_mgmt.invoke_arn }
}

output "lambda_names" {
  description = "What Lambda calls the function."
  value       = [aws_lambda_function.lambda_mgmt.function_name]
}

output "warming_rule_prefix" {
  description = "The names of the warming rules begin with it. Who is to be warmed must let EventBridge call it for them."
  value       = local.warming_rule_prefix
}
