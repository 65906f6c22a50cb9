resource "aws_cloudwatch_metric_alarm" "errors" {
  for_each = var.sns_topic_arn == "" ? {} : { for name, fn in local.functions : name => fn.function_name }

  alarm_name          = "${each.value}-errors"
  comparison_operator = "GreaterThanThreshold"
  evaluation_periods  = 1
  threshold           = 5
  metric_query {
    id          = "e1"
    expression  = "m2/m1*100"
    return_data = true
  }
  dimensions    = { FunctionName = each.value }
  alarm_actions = [var.sns_topic_arn]
  ok_actions    = each.key == "critical" ? [var.sns_topic_arn] : []
}
resource "aws_cloudwatch_log_group" "this" {
  for_each          = toset(["a", "b"])
  name              = "/aws/lambda/${local.name_prefix}-${each.key}"
  retention_in_days = var.environment == "prd" ? 90 : 14
}
