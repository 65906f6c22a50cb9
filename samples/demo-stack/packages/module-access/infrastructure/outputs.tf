output "api_routes" {
  description = "What the gateway routes to the functions."
  value = concat(
    local.identity_routes,
    local.profile_routes,
    local.org_routes,
    local.member_routes,
    local.email_domain_routes,
    local.idp_routes,
  )
}

output "lambda_invoke_arns" {
  description = "How API Gateway calls the functions, by their directories."
  value = {
    "identities-management" = aws_lambda_function.identities_management.invoke_arn
    "idp-config"            = aws_lambda_function.idp_config.invoke_arn
    "members"               = aws_lambda_function.members.invoke_arn
    "org-email-domains"     = aws_lambda_function.org_email_domains.invoke_arn
    "orgs"                  = aws_lambda_function.orgs.invoke_arn
    "profiles"              = aws_lambda_function.profiles.invoke_arn
  }
}

output "lambda_names" {
  description = "What Lambda calls the functions."
  value = [
    aws_lambda_function.identities_management.function_name,
    aws_lambda_function.idp_config.function_name,
    aws_lambda_function.members.function_name,
    aws_lambda_function.org_email_domains.function_name,
    aws_lambda_function.orgs.function_name,
    aws_lambda_function.profiles.function_name,
  ]
}

output "org_common_layer_arn" {
  description = "The version of the layer org-common that all modules are to use."
  value       = aws_lambda_layer_version.org_common.arn
}

output "access_common_layer_arn" {
  description = "The version of the layer access-common that all modules are to use."
  value       = aws_lambda_layer_version.access_common.arn
}
