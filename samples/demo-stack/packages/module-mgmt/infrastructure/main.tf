locals {
  name_prefix   = "${var.project_name}-${var.environment}-${var.module_name}"
  build_dir     = "${path.module}/../backend/.build"
  runtime       = "python3.11"
  architectures = ["x86_64"]
  tags          = merge(var.common_tags, { Module = var.module_name })

  # In seconds. API Gateway gives up after 30, and our own answer is the better one.
  api_timeout = 29

  # What Lambda calls it.
  function_name = "${local.name_prefix}-lambda-mgmt"

  # The names of the warming rules begin with it; one account holds several projects and environments.
  warming_rule_prefix = "${var.project_name}-${var.environment}-warm-"

  # Where the function's zip is: in S3, where the environment says so, or else here, as the build leaves it.
  function_zips = {
    for name in ["lambda-mgmt"] : name => var.artifacts == null ? {
      filename          = "${local.build_dir}/${name}.zip"
      s3_bucket         = null
      s3_key            = null
      s3_object_version = null
      source_code_hash  = filebase64sha256("${local.build_dir}/${name}.zip")
      runtime           = local.runtime
    } : merge(var.artifacts.lambdas[name], { filename = null })
  }

  # The same for the layer. Unchanged, it has the same label.
  layer_zips = {
    for name in ["lambda-mgmt-common"] : name => var.artifacts == null ? {
      filename          = "${local.build_dir}/${name}-layer.zip"
      s3_bucket         = null
      s3_key            = null
      s3_object_version = null
      source_code_hash  = filebase64sha256("${local.build_dir}/${name}-layer.zip")
      runtime           = local.runtime
      version_label     = substr(filesha256("${local.build_dir}/${name}-layer.zip"), 0, 8)
    } : merge(var.artifacts.layers[name], { filename = null })
  }

  environment_variables = {
    SUPABASE_SECRET_ARN = var.supabase_secret_arn
    REGION              = var.aws_region
    LOG_LEVEL           = var.log_level
  }
}

resource "aws_lambda_layer_version" "lambda_mgmt_common" {
  layer_name               = "${local.name_prefix}-lambda-mgmt-common"
  description              = "Warming of functions: schedules, and the EventBridge rules that carry them out. Version ${local.layer_zips["lambda-mgmt-common"].version_label}."
  filename                 = local.layer_zips["lambda-mgmt-common"].filename
  s3_bucket                = local.layer_zips["lambda-mgmt-common"].s3_bucket
  s3_key                   = local.layer_zips["lambda-mgmt-common"].s3_key
  s3_object_version        = local.layer_zips["lambda-mgmt-common"].s3_object_version
  source_code_hash         = local.layer_zips["lambda-mgmt-common"].source_code_hash
  compatible_runtimes      = [local.layer_zips["lambda-mgmt-common"].runtime]
  compatible_architectures = local.architectures

  lifecycle {
    create_before_destroy = true
  }
}

resource "aws_lambda_function" "lambda_mgmt" {
  function_name     = local.function_name
  description       = "Management: functions and their warming, the module registry, and the usage of modules."
  filename          = local.function_zips["lambda-mgmt"].filename
  s3_bucket         = local.function_zips["lambda-mgmt"].s3_bucket
  s3_key            = local.function_zips["lambda-mgmt"].s3_key
  s3_object_version = local.function_zips["lambda-mgmt"].s3_object_version
  source_code_hash  = local.function_zips["lambda-mgmt"].source_code_hash
  handler           = "lambda_function.lambda_handler"
  runtime           = local.function_zips["lambda-mgmt"].runtime
  architectures     = local.architectures
  layers            = [var.org_common_layer_arn, var.access_common_layer_arn, aws_lambda_layer_version.lambda_mgmt_common.arn]
  role              = aws_iam_role.lambda.arn
  timeout           = local.api_timeout
  memory_size       = 256
  tags              = local.tags

  environment {
    variables = merge(local.environment_variables, { WARMING_RULE_PREFIX = local.warming_rule_prefix })
  }

  lifecycle {
    create_before_destroy = true

    precondition {
      condition     = length(local.warming_rule_prefix) <= 24
      error_message = "The prefix of the warming rules, ${local.warming_rule_prefix}, has more than 24 characters: rules with the longest keys would not fit."
    }
  }

  # The log group comes first, or Lambda makes one of its own with the first call; and so do the rights.
  depends_on = [aws_cloudwatch_log_group.lambda, aws_iam_role_policy.lambda]
}
