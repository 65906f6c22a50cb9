# Lambda functions of the workspace module.
locals {
  build_dir   = "${path.module}/../backend/.build"
  name_prefix = "${var.project_name}-${var.environment}-${var.module_name}"
  common_env = {
    SUPABASE_SECRET_ARN = var.supabase_secret_arn
    REGION              = var.aws_region
    LOG_LEVEL           = var.log_level
  }
  layers = compact([
    var.org_common_layer_arn,
    aws_lambda_layer_version.ws_common.arn,
  ])
}

resource "aws_lambda_layer_version" "ws_common" {
  layer_name          = "${local.name_prefix}-ws-common"
  filename            = "${local.build_dir}/ws-common-layer.zip"
  source_code_hash    = filebase64sha256("${local.build_dir}/ws-common-layer.zip")
  compatible_runtimes = ["python3.11"]

  lifecycle {
    create_before_destroy = true
  }
}

resource "aws_lambda_function" "workspace" {
  function_name    = "${local.name_prefix}-workspace"
  filename         = "${local.build_dir}/workspace.zip"
  source_code_hash = filebase64sha256("${local.build_dir}/workspace.zip")
  handler          = "lambda_function.lambda_handler"
  runtime          = "python3.11"
  architectures    = ["x86_64"]
  role             = aws_iam_role.lambda.arn
  timeout          = 30
  memory_size      = 256
  layers           = local.layers

  environment {
    variables = merge(local.common_env, {
      TABLE = "ws_members"
    })
  }

  lifecycle {
    create_before_destroy = true
    ignore_changes        = [tags["LastDeployed"]]
  }

  tags = merge(var.common_tags, { Function = "workspace" })
}
