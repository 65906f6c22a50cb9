output "supabase_secret_arn" {
  description = "ARN of the secret with the Supabase project's URL and keys."
  value       = aws_secretsmanager_secret.supabase.arn
}
