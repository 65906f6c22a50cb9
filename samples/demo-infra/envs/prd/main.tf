locals {
  project_name = "demo"
  environment  = "prd"

  common_tags = {
    Project     = local.project_name
    Environment = local.environment
    ManagedBy   = "terraform"
  }
}

module "secrets" {
  source = "../../modules/secrets"

  project_name = local.project_name
  environment  = local.environment
  common_tags  = local.common_tags
}

module "module_access" {
  source = "../../../demo-stack/packages/module-access/infrastructure"

  project_name        = local.project_name
  environment         = local.environment
  module_name         = "access"
  artifacts           = var.cora_artifacts["module-access"]
  supabase_secret_arn = module.secrets.supabase_secret_arn
  aws_region          = var.aws_region
  log_level           = var.log_level
  sns_topic_arn       = var.sns_topic_arn
  common_tags         = local.common_tags
}

module "module_mgmt" {
  source = "../../../demo-stack/packages/module-mgmt/infrastructure"

  project_name            = local.project_name
  environment             = local.environment
  module_name             = "mgmt"
  artifacts               = var.cora_artifacts["module-mgmt"]
  supabase_secret_arn     = module.secrets.supabase_secret_arn
  aws_region              = var.aws_region
  log_level               = var.log_level
  org_common_layer_arn    = module.module_access.org_common_layer_arn
  access_common_layer_arn = module.module_access.access_common_layer_arn
  sns_topic_arn           = var.sns_topic_arn
  common_tags             = local.common_tags
}

module "module_ai" {
  source = "../../../demo-stack/packages/module-ai/infrastructure"

  project_name            = local.project_name
  environment             = local.environment
  module_name             = "ai"
  artifacts               = var.cora_artifacts["module-ai"]
  supabase_secret_arn     = module.secrets.supabase_secret_arn
  aws_region              = var.aws_region
  log_level               = var.log_level
  org_common_layer_arn    = module.module_access.org_common_layer_arn
  access_common_layer_arn = module.module_access.access_common_layer_arn
  sns_topic_arn           = var.sns_topic_arn
  common_tags             = local.common_tags
}

module "module_ws" {
  source = "../../../demo-stack/packages/module-ws/infrastructure"

  project_name            = local.project_name
  environment             = local.environment
  module_name             = "ws"
  artifacts               = var.cora_artifacts["module-ws"]
  supabase_secret_arn     = module.secrets.supabase_secret_arn
  aws_region              = var.aws_region
  log_level               = var.log_level
  org_common_layer_arn    = module.module_access.org_common_layer_arn
  access_common_layer_arn = module.module_access.access_common_layer_arn
  sns_topic_arn           = var.sns_topic_arn
  common_tags             = local.common_tags
}

module "authorizer" {
  source = "../../modules/authorizer"

  project_name        = local.project_name
  environment         = local.environment
  artifacts           = var.cora_artifacts["infra"]
  supabase_secret_arn = module.secrets.supabase_secret_arn
  aws_region          = var.aws_region
  log_level           = var.log_level
  sns_topic_arn       = var.sns_topic_arn
  common_tags         = local.common_tags
}

module "api_gateway" {
  source = "../../modules/api-gateway"

  project_name             = local.project_name
  environment              = local.environment
  authorizer_invoke_arn    = module.authorizer.invoke_arn
  authorizer_function_name = module.authorizer.function_name
  cors_origins             = var.cors_origins
  common_tags              = local.common_tags

  module_routes = concat(
    module.module_access.api_routes,
    module.module_mgmt.api_routes,
    module.module_ai.api_routes,
    module.module_ws.api_routes,
  )
}

module "warming" {
  source = "../../modules/warming"

  aws_region  = var.aws_region
  rule_prefix = module.module_mgmt.warming_rule_prefix

  lambda_names = concat(
    module.module_access.lambda_names,
    module.module_mgmt.lambda_names,
    module.module_ai.lambda_names,
    module.module_ws.lambda_names,
  )
}
