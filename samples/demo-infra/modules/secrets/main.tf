# The secret, and not what is in it: a value that Terraform knows is in its state, in plain text. README.md says how it gets its value.
resource "aws_secretsmanager_secret" "supabase" {
  name                    = "${var.project_name}-${var.environment}-supabase"
  description             = "The Supabase project's URL and keys, and the AI provider's."
  recovery_window_in_days = var.recovery_window_days
  tags                    = var.common_tags
}
