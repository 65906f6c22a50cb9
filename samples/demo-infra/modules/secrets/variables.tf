variable "project_name" {
  description = "Name of the project."
  type        = string
}

variable "environment" {
  description = "Name of the environment: dev, stg, prd."
  type        = string
}

variable "recovery_window_days" {
  description = "How long a deleted secret can be restored: 7 to 30 days."
  type        = number
  default     = 30
}

variable "common_tags" {
  description = "Tags of everything that is made here."
  type        = map(string)
  default     = {}
}
