locals {
  function_name = "${var.project_name}-${var.environment}-authorizer"
  file          = "${path.module}/../../build/authorizer.zip"

  # Where the zip is: in S3, where the environment says so, or else here, as the build leaves it.
  zip = var.artifacts == null ? {
    filename          = local.file
    s3_bucket         = null
    s3_key            = null
    s3_object_version = null
    source_code_hash  = filebase64sha256(local.file)
    runtime           = "python3.11"
  } : merge(var.artifacts.lambdas["api-gateway-authorizer"], { filename = null })
}

resource "aws_lambda_function" "authorizer" {
  function_name     = local.function_name
  description       = "Answers who the caller is (HTTP API, payload format 2.0, simple response)."
  filename          = local.zip.filename
  s3_bucket         = local.zip.s3_bucket
  s3_key            = local.zip.s3_key
  s3_object_version = local.zip.s3_object_version
  source_code_hash  = local.zip.source_code_hash
  handler           = "lambda_function.lambda_handler"
  runtime           = local.zip.runtime
  architectures     = ["x86_64"]
  role              = aws_iam_role.authorizer.arn
  timeout           = 10
  memory_size       = 256
  tags              = var.common_tags

  environment {
    variables = {
      SUPABASE_SECRET_ARN = var.supabase_secret_arn
      REGION              = var.aws_region
      LOG_LEVEL           = var.log_level
    }
  }

  lifecycle {
    create_before_destroy = true
  }

  # The log group comes first, or Lambda makes one of its own with the first call; and so do the rights.
  depends_on = [aws_cloudwatch_log_group.authorizer, aws_iam_role_policy.authorizer]
}

# Made here and not by Lambda itself, which would keep logs forever.
resource "aws_cloudwatch_log_group" "authorizer" {
  name              = "/aws/lambda/${local.function_name}"
  retention_in_days = var.log_retention_days
  tags              = var.common_tags
}

resource "aws_iam_role" "authorizer" {
  name = local.function_name
  tags = var.common_tags

  assume_role_policy = jsonencode({
    Version = "2012-10-17"
    Statement = [{
      Effect    = "Allow"
      Action    = "sts:AssumeRole"
      Principal = { Service = "lambda.amazonaws.com" }
    }]
  })
}

resource "aws_iam_role_policy" "authorizer" {
  name = "function"
  role = aws_iam_role.authorizer.id

  policy = jsonencode({
    Version = "2012-10-17"
    Statement = [
      {
        Sid      = "ReadSecret"
        Effect   = "Allow"
        Action   = "secretsmanager:GetSecretValue"
        Resource = var.supabase_secret_arn
      },
      {
        Sid      = "WriteLogs"
        Effect   = "Allow"
        Action   = ["logs:CreateLogStream", "logs:PutLogEvents"]
        Resource = "${aws_cloudwatch_log_group.authorizer.arn}:*"
      },
    ]
  })
}

# An API whose authorizer fails lets nobody in.
resource "aws_cloudwatch_metric_alarm" "errors" {
  count = var.sns_topic_arn == null ? 0 : 1

  alarm_name          = "${local.function_name}-errors"
  alarm_description   = "${local.function_name} has raised an error, and somebody was not let in."
  namespace           = "AWS/Lambda"
  metric_name         = "Errors"
  dimensions          = { FunctionName = local.function_name }
  statistic           = "Sum"
  period              = 300
  evaluation_periods  = 1
  threshold           = 0
  comparison_operator = "GreaterThanThreshold"
  treat_missing_data  = "notBreaching"
  alarm_actions       = [var.sns_topic_arn]
  ok_actions          = [var.sns_topic_arn]
  tags                = var.common_tags
}
