resource "aws_cloudwatch_event_rule" "warm" {
  for_each = {
    for f in local.functions : f.name => f
    if try(f.warm, false) && f.rate != null
  }
  schedule_expression = "rate(${each.value.rate} ${each.value.rate == 1 ? "minute" : "minutes"})"
  event_pattern = jsonencode({
    source        = ["aws.s3"]
    "detail-type" = ["Object Created"]
    detail        = { object = { key = [{ prefix = "in/" }, { suffix = ".pdf" }] } }
  })
}
resource "aws_cloudwatch_event_target" "warm" {
  for_each = aws_cloudwatch_event_rule.warm
  rule     = each.value.name
  arn      = aws_lambda_function.all[each.key].arn
  input    = jsonencode({ warm = true, concurrency = max(1, min(10, var.concurrency)) })
}
