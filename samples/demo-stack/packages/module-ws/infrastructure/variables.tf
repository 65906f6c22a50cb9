variable "project_name" {
  description = "Name of the project. What is made here is called {project}-{environment}-{module}-…"
  type        = string
}

variable "environment" {
  description = "Name of the environment: dev, stg, prd."
  type        = string
}

variable "module_name" {
  description = "Short name of this module."
  type        = string
}

variable "supabase_secret_arn" {
  description = "ARN of the secret with the Supabase project's URL and keys."
  type        = string
}

variable "aws_region" {
  description = "Region of the functions and of what they call."
  type        = string
}

variable "log_level" {
  description = "What the functions log: DEBUG, INFO, WARNING, ERROR or CRITICAL."
  type        = string

  validation {
    condition     = contains(["DEBUG", "INFO", "WARNING", "ERROR", "CRITICAL"], var.log_level)
    error_message = "log_level must be DEBUG, INFO, WARNING, ERROR or CRITICAL."
  }
}

variable "org_common_layer_arn" {
  description = "ARN of a version of the layer org-common, which module-access makes."
  type        = string
}

variable "access_common_layer_arn" {
  description = "ARN of a version of the layer access-common, which module-access makes."
  type        = string
}

variable "cleanup_schedule" {
  description = "When workspaces are removed that were deleted long ago, as an EventBridge schedule in UTC."
  type        = string
  default     = "cron(0 3 * * ? *)"
}

variable "artifacts" {
  description = "Where this module's zips are in S3, as deploying it wrote to cora_artifacts. Without it they are those in backend/.build."
  type = object({
    lambdas = map(object({ s3_bucket = string, s3_key = string, s3_object_version = optional(string), source_code_hash = string, runtime = string }))
  })
  default = null
}

variable "sns_topic_arn" {
  description = "ARN of the topic that alarms are sent to; without one there are no alarms. Terraform must know when it plans whether there is one."
  type        = string
  default     = null
}

variable "log_retention_days" {
  description = "How long the functions' logs are kept."
  type        = number
  default     = 30
}

variable "common_tags" {
  description = "Tags of everything that is made here."
  type        = map(string)
  default     = {}
}
