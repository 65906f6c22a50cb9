data "aws_partition" "current" {}

data "aws_caller_identity" "current" {}

locals {
  arn_suffix = "${var.aws_region}:${data.aws_caller_identity.current.account_id}"

  warming_rules_arn = "arn:${data.aws_partition.current.partition}:events:${local.arn_suffix}:rule/${local.warming_rule_prefix}*"
  functions_arn     = "arn:${data.aws_partition.current.partition}:lambda:${local.arn_suffix}:function:${var.project_name}-${var.environment}-*"
}

resource "aws_iam_role" "lambda" {
  name = "${local.name_prefix}-lambda"
  tags = local.tags

  assume_role_policy = jsonencode({
    Version = "2012-10-17"
    Statement = [{
      Effect    = "Allow"
      Action    = "sts:AssumeRole"
      Principal = { Service = "lambda.amazonaws.com" }
    }]
  })
}

resource "aws_iam_role_policy" "lambda" {
  name = "functions"
  role = aws_iam_role.lambda.id

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
        Resource = "${aws_cloudwatch_log_group.lambda.arn}:*"
      },
      {
        # AWS has no narrower resource for it.
        Sid      = "ListRules"
        Effect   = "Allow"
        Action   = "events:ListRules"
        Resource = "*"
      },
      {
        Sid      = "KeepWarmingRules"
        Effect   = "Allow"
        Action   = ["events:PutRule", "events:DeleteRule", "events:ListTargetsByRule", "events:RemoveTargets"]
        Resource = local.warming_rules_arn
      },
      {
        # The functions of this environment are all that a warming rule may call.
        Sid       = "AimWarmingRules"
        Effect    = "Allow"
        Action    = "events:PutTargets"
        Resource  = local.warming_rules_arn
        Condition = { ArnLike = { "events:TargetArn" = local.functions_arn } }
      },
    ]
  })
}
