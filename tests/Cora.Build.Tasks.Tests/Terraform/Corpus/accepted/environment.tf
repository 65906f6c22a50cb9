module "module_access" {
  source = "../../../demo-stack/packages/module-access/infrastructure"

  project_name        = var.project_name
  environment         = "dev"
  module_name         = "access"
  supabase_secret_arn = module.secrets.supabase_secret_arn
  aws_region          = data.aws_region.current.name
  log_level           = "DEBUG"
  providers = {
    aws = aws.main
  }
}
module "module_ai" {
  source               = "../../../demo-stack/packages/module-ai/infrastructure"
  count                = 1
  org_common_layer_arn = module.module_access.org_common_layer_arn
  depends_on           = [module.module_access]
}
module "api" {
  source        = "../../modules/modular-api-gateway"
  module_routes = concat(module.module_access.api_routes, flatten(module.module_ai[*].api_routes))
  cors = {
    allow_origins = ["https://*.example.com"]
    max_age       = 60 * 60
  }
}
provider "aws" {
  region = var.aws_region
  default_tags { tags = local.tags }
}
provider "aws" {
  alias  = "us_east_1"
  region = "us-east-1"
}
data "aws_region" "current" {}
