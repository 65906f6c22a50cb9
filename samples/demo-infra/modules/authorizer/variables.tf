variable "project_name" {
  description = "Name of the project."
  type        = string
}

variable "environment" {
  description = "Name of the environment: dev, stg, prd."
  type        = string
}

variable "supabase_secret_arn" {
  description = "ARN of the secret with the Supabase project's URL and keys."
  type        = string
}

variable "aws_region" {
  description = "Region of the function and of what it calls."
  type        = string
}

variable "log_level" {
  description = "What the function logs: DEBUG, INFO, WARNING, ERROR or CRITICAL."
  type        = string

  validation {
    condition     = contains(["DEBUG", "INFO", "WARNING", "ERROR", "CRITICAL"], var.log_level)
    error_message = "log_level must be DEBUG, INFO, WARNING, ERROR or CRITICAL."
  }
}

variable "artifacts" {
  description = "Where the function's zip is in S3, as deploying infra.coraproj wrote to cora_artifacts. Without it it is the one in build."
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
  description = "How long the function's logs are kept."
  type        = number
  default     = 30
}

variable "common_tags" {
  description = "Tags of everything that is made here."
  type        = map(string)
  default     = {}
}
