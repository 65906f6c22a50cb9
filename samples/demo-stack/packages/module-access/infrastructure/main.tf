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
    for name in ["identities-management", "idp-config", "members", "org-email-domains", "orgs", "profiles"] :
    name => "${local.name_prefix}-${name}"
  }

  # Where the functions' zips are: in S3, where the environment says so, or else here, as the build leaves them.
  function_zips = {
    for name in ["identities-management", "idp-config", "members", "org-email-domains", "orgs", "profiles"] : name => var.artifacts == null ? {
      filename          = "${local.build_dir}/${name}.zip"
      s3_bucket         = null
      s3_key            = null
      s3_object_version = null
      source_code_hash  = filebase64sha256("${local.build_dir}/${name}.zip")
      runtime           = local.runtime
    } : merge(var.artifacts.lambdas[name], { filename = null })
  }

  # The same for the layers. An unchanged layer has the same label.
  layer_zips = {
    for name in ["org-common", "access-common"] : name => var.artifacts == null ? {
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

resource "aws_lambda_layer_version" "org_common" {
  layer_name               = "${local.name_prefix}-org-common"
  description              = "What every function of the project shares: database, events, responses, validation. Version ${local.layer_zips["org-common"].version_label}."
  filename                 = local.layer_zips["org-common"].filename
  s3_bucket                = local.layer_zips["org-common"].s3_bucket
  s3_key                   = local.layer_zips["org-common"].s3_key
  s3_object_version        = local.layer_zips["org-common"].s3_object_version
  source_code_hash         = local.layer_zips["org-common"].source_code_hash
  compatible_runtimes      = [local.layer_zips["org-common"].runtime]
  compatible_architectures = local.architectures

  lifecycle {
    create_before_destroy = true
  }
}

resource "aws_lambda_layer_version" "access_common" {
  layer_name               = "${local.name_prefix}-access-common"
  description              = "Permissions: who may administer the system, an organisation, a workspace. Version ${local.layer_zips["access-common"].version_label}."
  filename                 = local.layer_zips["access-common"].filename
  s3_bucket                = local.layer_zips["access-common"].s3_bucket
  s3_key                   = local.layer_zips["access-common"].s3_key
  s3_object_version        = local.layer_zips["access-common"].s3_object_version
  source_code_hash         = local.layer_zips["access-common"].source_code_hash
  compatible_runtimes      = [local.layer_zips["access-common"].runtime]
  compatible_architectures = local.architectures

  lifecycle {
    create_before_destroy = true
  }
}

# A function comes after its log group, or Lambda makes one of its own with the first call; and after its rights.
resource "aws_lambda_function" "identities_management" {
  function_name     = local.functions["identities-management"]
  description       = "Identities: how people sign in, and what happens when they do so for the first time."
  filename          = local.function_zips["identities-management"].filename
  s3_bucket         = local.function_zips["identities-management"].s3_bucket
  s3_key            = local.function_zips["identities-management"].s3_key
  s3_object_version = local.function_zips["identities-management"].s3_object_version
  source_code_hash  = local.function_zips["identities-management"].source_code_hash
  handler           = "lambda_function.lambda_handler"
  runtime           = local.function_zips["identities-management"].runtime
  architectures     = local.architectures
  layers            = [aws_lambda_layer_version.org_common.arn]
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

resource "aws_lambda_function" "idp_config" {
  function_name     = local.functions["idp-config"]
  description       = "Single sign-on: the identity provider of an organisation."
  filename          = local.function_zips["idp-config"].filename
  s3_bucket         = local.function_zips["idp-config"].s3_bucket
  s3_key            = local.function_zips["idp-config"].s3_key
  s3_object_version = local.function_zips["idp-config"].s3_object_version
  source_code_hash  = local.function_zips["idp-config"].source_code_hash
  handler           = "lambda_function.lambda_handler"
  runtime           = local.function_zips["idp-config"].runtime
  architectures     = local.architectures
  layers            = [aws_lambda_layer_version.org_common.arn, aws_lambda_layer_version.access_common.arn]
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

resource "aws_lambda_function" "members" {
  function_name     = local.functions["members"]
  description       = "Members of an organisation."
  filename          = local.function_zips["members"].filename
  s3_bucket         = local.function_zips["members"].s3_bucket
  s3_key            = local.function_zips["members"].s3_key
  s3_object_version = local.function_zips["members"].s3_object_version
  source_code_hash  = local.function_zips["members"].source_code_hash
  handler           = "lambda_function.lambda_handler"
  runtime           = local.function_zips["members"].runtime
  architectures     = local.architectures
  layers            = [aws_lambda_layer_version.org_common.arn, aws_lambda_layer_version.access_common.arn]
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

resource "aws_lambda_function" "org_email_domains" {
  function_name     = local.functions["org-email-domains"]
  description       = "Email domains of an organisation."
  filename          = local.function_zips["org-email-domains"].filename
  s3_bucket         = local.function_zips["org-email-domains"].s3_bucket
  s3_key            = local.function_zips["org-email-domains"].s3_key
  s3_object_version = local.function_zips["org-email-domains"].s3_object_version
  source_code_hash  = local.function_zips["org-email-domains"].source_code_hash
  handler           = "lambda_function.lambda_handler"
  runtime           = local.function_zips["org-email-domains"].runtime
  architectures     = local.architectures
  layers            = [aws_lambda_layer_version.org_common.arn, aws_lambda_layer_version.access_common.arn]
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

resource "aws_lambda_function" "orgs" {
  function_name     = local.functions["orgs"]
  description       = "Organisations."
  filename          = local.function_zips["orgs"].filename
  s3_bucket         = local.function_zips["orgs"].s3_bucket
  s3_key            = local.function_zips["orgs"].s3_key
  s3_object_version = local.function_zips["orgs"].s3_object_version
  source_code_hash  = local.function_zips["orgs"].source_code_hash
  handler           = "lambda_function.lambda_handler"
  runtime           = local.function_zips["orgs"].runtime
  architectures     = local.architectures
  layers            = [aws_lambda_layer_version.org_common.arn, aws_lambda_layer_version.access_common.arn]
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

resource "aws_lambda_function" "profiles" {
  function_name     = local.functions["profiles"]
  description       = "Profiles: what people say about themselves."
  filename          = local.function_zips["profiles"].filename
  s3_bucket         = local.function_zips["profiles"].s3_bucket
  s3_key            = local.function_zips["profiles"].s3_key
  s3_object_version = local.function_zips["profiles"].s3_object_version
  source_code_hash  = local.function_zips["profiles"].source_code_hash
  handler           = "lambda_function.lambda_handler"
  runtime           = local.function_zips["profiles"].runtime
  architectures     = local.architectures
  layers            = [aws_lambda_layer_version.org_common.arn]
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
