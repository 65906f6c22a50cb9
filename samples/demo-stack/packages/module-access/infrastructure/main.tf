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

  environment_variables = {
    SUPABASE_SECRET_ARN = var.supabase_secret_arn
    REGION              = var.aws_region
    LOG_LEVEL           = var.log_level
  }
}

resource "aws_lambda_layer_version" "org_common" {
  layer_name               = "${local.name_prefix}-org-common"
  description              = "What every function of the project shares: database, events, responses, validation."
  filename                 = "${local.build_dir}/org-common-layer.zip"
  source_code_hash         = filebase64sha256("${local.build_dir}/org-common-layer.zip")
  compatible_runtimes      = [local.runtime]
  compatible_architectures = local.architectures

  lifecycle {
    create_before_destroy = true
  }
}

resource "aws_lambda_layer_version" "access_common" {
  layer_name               = "${local.name_prefix}-access-common"
  description              = "Permissions: who may administer the system, an organisation, a workspace."
  filename                 = "${local.build_dir}/access-common-layer.zip"
  source_code_hash         = filebase64sha256("${local.build_dir}/access-common-layer.zip")
  compatible_runtimes      = [local.runtime]
  compatible_architectures = local.architectures

  lifecycle {
    create_before_destroy = true
  }
}

# A function comes after its log group, or Lambda makes one of its own with the first call; and after its rights.
resource "aws_lambda_function" "identities_management" {
  function_name    = local.functions["identities-management"]
  description      = "Identities: how people sign in, and what happens when they do so for the first time."
  filename         = "${local.build_dir}/identities-management.zip"
  source_code_hash = filebase64sha256("${local.build_dir}/identities-management.zip")
  handler          = "lambda_function.lambda_handler"
  runtime          = local.runtime
  architectures    = local.architectures
  layers           = [aws_lambda_layer_version.org_common.arn]
  role             = aws_iam_role.lambda.arn
  timeout          = local.api_timeout
  memory_size      = 256
  tags             = local.tags

  environment {
    variables = local.environment_variables
  }

  lifecycle {
    create_before_destroy = true
  }

  depends_on = [aws_cloudwatch_log_group.lambda, aws_iam_role_policy.lambda]
}

resource "aws_lambda_function" "idp_config" {
  function_name    = local.functions["idp-config"]
  description      = "Single sign-on: the identity provider of an organisation."
  filename         = "${local.build_dir}/idp-config.zip"
  source_code_hash = filebase64sha256("${local.build_dir}/idp-config.zip")
  handler          = "lambda_function.lambda_handler"
  runtime          = local.runtime
  architectures    = local.architectures
  layers           = [aws_lambda_layer_version.org_common.arn, aws_lambda_layer_version.access_common.arn]
  role             = aws_iam_role.lambda.arn
  timeout          = local.api_timeout
  memory_size      = 256
  tags             = local.tags

  environment {
    variables = local.environment_variables
  }

  lifecycle {
    create_before_destroy = true
  }

  depends_on = [aws_cloudwatch_log_group.lambda, aws_iam_role_policy.lambda]
}

resource "aws_lambda_function" "members" {
  function_name    = local.functions["members"]
  description      = "Members of an organisation."
  filename         = "${local.build_dir}/members.zip"
  source_code_hash = filebase64sha256("${local.build_dir}/members.zip")
  handler          = "lambda_function.lambda_handler"
  runtime          = local.runtime
  architectures    = local.architectures
  layers           = [aws_lambda_layer_version.org_common.arn, aws_lambda_layer_version.access_common.arn]
  role             = aws_iam_role.lambda.arn
  timeout          = local.api_timeout
  memory_size      = 256
  tags             = local.tags

  environment {
    variables = local.environment_variables
  }

  lifecycle {
    create_before_destroy = true
  }

  depends_on = [aws_cloudwatch_log_group.lambda, aws_iam_role_policy.lambda]
}

resource "aws_lambda_function" "org_email_domains" {
  function_name    = local.functions["org-email-domains"]
  description      = "Email domains of an organisation."
  filename         = "${local.build_dir}/org-email-domains.zip"
  source_code_hash = filebase64sha256("${local.build_dir}/org-email-domains.zip")
  handler          = "lambda_function.lambda_handler"
  runtime          = local.runtime
  architectures    = local.architectures
  layers           = [aws_lambda_layer_version.org_common.arn, aws_lambda_layer_version.access_common.arn]
  role             = aws_iam_role.lambda.arn
  timeout          = local.api_timeout
  memory_size      = 256
  tags             = local.tags

  environment {
    variables = local.environment_variables
  }

  lifecycle {
    create_before_destroy = true
  }

  depends_on = [aws_cloudwatch_log_group.lambda, aws_iam_role_policy.lambda]
}

resource "aws_lambda_function" "orgs" {
  function_name    = local.functions["orgs"]
  description      = "Organisations."
  filename         = "${local.build_dir}/orgs.zip"
  source_code_hash = filebase64sha256("${local.build_dir}/orgs.zip")
  handler          = "lambda_function.lambda_handler"
  runtime          = local.runtime
  architectures    = local.architectures
  layers           = [aws_lambda_layer_version.org_common.arn, aws_lambda_layer_version.access_common.arn]
  role             = aws_iam_role.lambda.arn
  timeout          = local.api_timeout
  memory_size      = 256
  tags             = local.tags

  environment {
    variables = local.environment_variables
  }

  lifecycle {
    create_before_destroy = true
  }

  depends_on = [aws_cloudwatch_log_group.lambda, aws_iam_role_policy.lambda]
}

resource "aws_lambda_function" "profiles" {
  function_name    = local.functions["profiles"]
  description      = "Profiles: what people say about themselves."
  filename         = "${local.build_dir}/profiles.zip"
  source_code_hash = filebase64sha256("${local.build_dir}/profiles.zip")
  handler          = "lambda_function.lambda_handler"
  runtime          = local.runtime
  architectures    = local.architectures
  layers           = [aws_lambda_layer_version.org_common.arn]
  role             = aws_iam_role.lambda.arn
  timeout          = local.api_timeout
  memory_size      = 256
  tags             = local.tags

  environment {
    variables = local.environment_variables
  }

  lifecycle {
    create_before_destroy = true
  }

  depends_on = [aws_cloudwatch_log_group.lambda, aws_iam_role_policy.lambda]
}
