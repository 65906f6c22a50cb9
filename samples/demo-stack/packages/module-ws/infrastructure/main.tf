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
    cleanup   = "${local.name_prefix}-cleanup"
    workspace = "${local.name_prefix}-workspace"
  }

  # Where the functions' zips are: in S3, where the environment says so, or else here, as the build leaves them.
  function_zips = {
    for name in ["cleanup", "workspace"] : name => var.artifacts == null ? {
      filename          = "${local.build_dir}/${name}.zip"
      s3_bucket         = null
      s3_key            = null
      s3_object_version = null
      source_code_hash  = filebase64sha256("${local.build_dir}/${name}.zip")
      runtime           = local.runtime
    } : merge(var.artifacts.lambdas[name], { filename = null })
  }

  environment_variables = {
    SUPABASE_SECRET_ARN = var.supabase_secret_arn
    REGION              = var.aws_region
    LOG_LEVEL           = var.log_level
  }
}

# A function comes after its log group, or Lambda makes one of its own with the first call; and after its rights.
resource "aws_lambda_function" "cleanup" {
  function_name     = local.functions.cleanup
  description       = "Remove workspaces for good, some time after they were deleted."
  filename          = local.function_zips["cleanup"].filename
  s3_bucket         = local.function_zips["cleanup"].s3_bucket
  s3_key            = local.function_zips["cleanup"].s3_key
  s3_object_version = local.function_zips["cleanup"].s3_object_version
  source_code_hash  = local.function_zips["cleanup"].source_code_hash
  handler           = "lambda_function.lambda_handler"
  runtime           = local.function_zips["cleanup"].runtime
  architectures     = local.architectures
  layers            = [var.org_common_layer_arn]
  role              = aws_iam_role.lambda.arn
  timeout           = 300
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

resource "aws_lambda_function" "workspace" {
  function_name     = local.functions.workspace
  description       = "Workspaces."
  filename          = local.function_zips["workspace"].filename
  s3_bucket         = local.function_zips["workspace"].s3_bucket
  s3_key            = local.function_zips["workspace"].s3_key
  s3_object_version = local.function_zips["workspace"].s3_object_version
  source_code_hash  = local.function_zips["workspace"].source_code_hash
  handler           = "lambda_function.lambda_handler"
  runtime           = local.function_zips["workspace"].runtime
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
