    data "aws_iam_policy_document" "assume" {
      statement {
        actions = ["sts:AssumeRole"]
        principals {
          type        = "Service"
          identifiers = ["lambda.amazonaws.com"]
        }
      }
    }
    resource "aws_iam_role" "lambda" {
      name               = "${local.name_prefix}-lambda"
      assume_role_policy = data.aws_iam_policy_document.assume.json
    }
    resource "aws_iam_role_policy" "lambda" {
      role = aws_iam_role.lambda.id
      policy = jsonencode({
        Version = "2012-10-17"
        Statement = concat([
          {
            Effect   = "Allow"
            Action   = ["logs:CreateLogStream", "logs:PutLogEvents"]
            Resource = "${aws_cloudwatch_log_group.this.arn}:*"
          },
          {
            Effect    = "Allow"
            Action    = "secretsmanager:GetSecretValue"
            Resource  = [var.supabase_secret_arn]
            Condition = { StringEquals = { "aws:ResourceTag/Env" = var.environment } }
          }
        ], var.extra_statements)
      })
    }
    resource "aws_iam_policy" "heredoc" {
      policy = <<POLICY
    {
      "Version": "2012-10-17",
      "Statement": [{ "Effect": "Allow", "Action": "s3:*", "Resource": "arn:aws:s3:::${var.bucket}/*" }]
    }
POLICY
    }
