resource "aws_lambda_event_source_mapping" "queue" {
  event_source_arn = aws_sqs_queue.jobs.arn
  function_name    = aws_lambda_function.worker.arn
  batch_size       = 10
  filter_criteria {
    filter {
      pattern = jsonencode({ body = { kind = ["a", { "anything-but" = ["b"] }] } })
    }
  }
  scaling_config { maximum_concurrency = 5 }
  function_response_types = ["ReportBatchItemFailures"]
}
resource "aws_sqs_queue" "jobs" {
  name                       = "${local.name_prefix}-jobs.fifo"
  fifo_queue                 = true
  visibility_timeout_seconds = 6 * aws_lambda_function.worker.timeout
  redrive_policy             = jsonencode({ deadLetterTargetArn = aws_sqs_queue.dead.arn, maxReceiveCount = 3 })
}
