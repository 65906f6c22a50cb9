output "api_endpoint" {
  description = "URL of the API."
  value       = module.api_gateway.api_endpoint
}

output "supabase_secret_arn" {
  description = "ARN of the secret that must be given its value before the functions work."
  value       = module.secrets.supabase_secret_arn
}
