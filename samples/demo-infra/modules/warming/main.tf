data "aws_partition" "current" {}

data "aws_caller_identity" "current" {}

# lambda-mgmt makes the warming rules while the system runs; a rule may call a function only if the function lets it.
resource "aws_lambda_permission" "warming" {
  for_each = toset(var.lambda_names)

  statement_id  = "AllowWarming"
  action        = "lambda:InvokeFunction"
  function_name = each.value
  principal     = "events.amazonaws.com"
  source_arn    = "arn:${data.aws_partition.current.partition}:events:${var.aws_region}:${data.aws_caller_identity.current.account_id}:rule/${var.rule_prefix}*"
}
