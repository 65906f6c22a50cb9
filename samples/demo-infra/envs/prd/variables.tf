# cora-artifacts.auto.tfvars.json gives it its value, which each deployment writes.
variable "cora_artifacts" {
  description = "Where the zips of each module are in S3."
  type = map(object({
    lambdas = map(object({ s3_bucket = string, s3_key = string, s3_object_version = optional(string), source_code_hash = string, runtime = string }))
    layers  = map(object({ s3_bucket = string, s3_key = string, s3_object_version = optional(string), source_code_hash = string, runtime = string, version_label = string }))
  }))
}

variable "aws_region" {
  description = "Where the environment is."
  type        = string
  default     = "eu-central-1"
}

variable "log_level" {
  description = "What the functions log: DEBUG, INFO, WARNING, ERROR or CRITICAL."
  type        = string
  default     = "INFO"
}

variable "sns_topic_arn" {
  description = "ARN of the topic that alarms are sent to; without one there are no alarms. The topic is not made here: people subscribe to it by hand."
  type        = string
  default     = null
}

variable "cors_origins" {
  description = "Origins of the front ends that may call the API from a browser."
  type        = list(string)
  default     = ["https://demo.example.com"]
}
