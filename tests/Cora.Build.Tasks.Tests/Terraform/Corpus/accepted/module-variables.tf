variable "project_name" {
  description = "Project, such as \"acme\""
  type        = string

  validation {
    condition     = can(regex("^[a-z][a-z0-9-]{1,20}$", var.project_name))
    error_message = "Lower case letters, digits and dashes, 2 to 21 characters: ${var.project_name} is not."
  }
}
variable "environment" {
  type = string
  validation {
    condition     = contains(["dev", "stg", "prd"], var.environment)
    error_message = "dev, stg or prd."
  }
}
variable "log_level" {
  type    = string
  default = "INFO"
}
variable "common_tags" {
  type        = map(string)
  default     = {}
  description = <<-EOT
    Tags for all resources.
      Merged with those of the module.
  EOT
}
variable "org_common_layer_arn" {
  type      = string
  default   = ""
  nullable  = false
  sensitive = false
}
variable "routes" {
  type = list(object({
    method = string
    path   = string
    public = optional(bool, false)
    tags   = optional(map(string), { a = "b" })
  }))
  default = []
}
variable "anything" {}
variable any_label {
  type = any
}
