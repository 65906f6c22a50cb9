locals {
  name_prefix   = "${var.project_name}-${var.environment}-${var.module_name}"
  build_dir     = "${path.module}/../backend/.build"
  runtime       = "python3.11"
  architectures = ["x86_64"]
  tags          = merge(var.common_tags, { Module = var.module_name })

  # In seconds. API Gateway gives up after 30, and our own answer is the better one.
  api_timeout = 29

  # What Lambda calls them.
  functions = {
    for name in compact(["ai-config-handler", var.is_provider_enabled ? "provider" : ""]) :
    name => "${local.name_prefix}-${name}"
  }

  # Where the functions' zips are: in S3, where the environment says so, or else here, as the build leaves them.
  function_zips = {
    for name in ["ai-config-handler", "provider"] : name => var.artifacts == null ? {
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
    for name in ["common-ai"] : name => var.artifacts == null ? {
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

resource "aws_lambda_layer_version" "common_ai" {
  layer_name               = "${local.name_prefix}-common-ai"
  description              = "What the functions of AI share: messages, and the configuration that is in force. Version ${local.layer_zips["common-ai"].version_label}."
  filename                 = local.layer_zips["common-ai"].filename
  s3_bucket                = local.layer_zips["common-ai"].s3_bucket
  s3_key                   = local.layer_zips["common-ai"].s3_key
  s3_object_version        = local.layer_zips["common-ai"].s3_object_version
  source_code_hash         = local.layer_zips["common-ai"].source_code_hash
  compatible_runtimes      = [local.layer_zips["common-ai"].runtime]
  compatible_architectures = local.architectures

  lifecycle {
    create_before_destroy = true
  }
}

# A function comes after its log group, or Lambda makes one of its own with the first call; and after its rights.
resource "aws_lambda_function" "ai_config_handler" {
  function_name     = local.functions["ai-config-handler"]
  description       = "AI configuration of an organisation."
  filename          = local.function_zips["ai-config-handler"].filename
  s3_bucket         = local.function_zips["ai-config-handler"].s3_bucket
  s3_key            = local.function_zips["ai-config-handler"].s3_key
  s3_object_version = local.function_zips["ai-config-handler"].s3_object_version
  source_code_hash  = local.function_zips["ai-config-handler"].source_code_hash
  handler           = "lambda_function.lambda_handler"
  runtime           = local.function_zips["ai-config-handler"].runtime
  architectures     = local.architectures
  layers            = [var.org_common_layer_arn, var.access_common_layer_arn]
  role              = aws_iam_role.lambda.arn
  timeout           = local.api_timeout
  memory_size       = 256
  tags              = local.tags

  environment {
    variables = local.environment_variables
  }

  lifecycle {
    create_before_destroy = true
  }

  depends_on = [aws_cloudwatch_log_group.lambda, aws_iam_role_policy.lambda]
}

resource "aws_lambda_function" "provider" {
  count = var.is_provider_enabled ? 1 : 0

  function_name     = local.functions["provider"]
  description       = "The gateway to the AI provider: keeps the key, the limits and the count."
  filename          = local.function_zips["provider"].filename
  s3_bucket         = local.function_zips["provider"].s3_bucket
  s3_key            = local.function_zips["provider"].s3_key
  s3_object_version = local.function_zips["provider"].s3_object_version
  source_code_hash  = local.function_zips["provider"].source_code_hash
  handler           = "lambda_function.lambda_handler"
  runtime           = local.function_zips["provider"].runtime
  architectures     = local.architectures
  layers            = [var.org_common_layer_arn, aws_lambda_layer_version.common_ai.arn]
  role              = aws_iam_role.lambda.arn
  timeout           = local.api_timeout
  memory_size       = 512
  tags              = local.tags

  environment {
    variables = local.environment_variables
  }

  lifecycle {
    create_before_destroy = true
  }

  depends_on = [aws_cloudwatch_log_group.lambda, aws_iam_role_policy.lambda]
}
