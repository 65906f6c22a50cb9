resource "aws_cloudwatch_event_rule" "cleanup" {
  name                = local.functions.cleanup
  description         = "Runs the cleanup of workspaces."
  schedule_expression = var.cleanup_schedule
  tags                = local.tags
}

resource "aws_cloudwatch_event_target" "cleanup" {
  rule = aws_cloudwatch_event_rule.cleanup.name
  arn  = aws_lambda_function.cleanup.arn
}

resource "aws_lambda_permission" "cleanup" {
  statement_id  = "AllowSchedule"
  action        = "lambda:InvokeFunction"
  function_name = aws_lambda_function.cleanup.function_name
  principal     = "events.amazonaws.com"
  source_arn    = aws_cloudwatch_event_rule.cleanup.arn
}
