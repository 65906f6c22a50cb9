output "api_routes" {
  description = "What the gateway routes to the functions."
  value = concat(
    [
      { method = "GET", path = "/ai/models", integration = aws_lambda_function.ai_config_handler.invoke_arn, public = false },
      { method = "GET", path = "/orgs/{orgId}/ai/config", integration = aws_lambda_function.ai_config_handler.invoke_arn, public = false },
      { method = "PUT", path = "/orgs/{orgId}/ai/config", integration = aws_lambda_function.ai_config_handler.invoke_arn, public = false },
    ],
    var.is_provider_enabled ? [
      { method = "POST", path = "/orgs/{orgId}/ai/chat", integration = aws_lambda_function.provider[0].invoke_arn, public = false },
      { method = "POST", path = "/orgs/{orgId}/ai/tokens", integration = aws_lambda_function.provider[0].invoke_arn, public = false },
    ] : [],
  )
}

output "lambda_invoke_arns" {
  description = "How API Gateway calls the functions, by their directories."
  value = merge(
    { "ai-config-handler" = aws_lambda_function.ai_config_handler.invoke_arn },
    { for provider in aws_lambda_function.provider : "provider" => provider.invoke_arn },
  )
}

output "lambda_names" {
  description = "What Lambda calls the functions."
  value       = concat([aws_lambda_function.ai_config_handler.function_name], aws_lambda_function.provider[*].function_name)
}
