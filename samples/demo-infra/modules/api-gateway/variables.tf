variable "project_name" {
  description = "Name of the project."
  type        = string
}

variable "environment" {
  description = "Name of the environment: dev, stg, prd."
  type        = string
}

variable "module_routes" {
  description = "The routes of all modules, their outputs api_routes. A route that is not public has the authorizer."
  type = list(object({
    method      = string
    path        = string
    integration = string
    public      = bool
  }))
}

variable "authorizer_invoke_arn" {
  description = "How API Gateway calls the authorizer."
  type        = string
}

variable "authorizer_function_name" {
  description = "What Lambda calls the authorizer."
  type        = string
}

variable "cors_origins" {
  description = "Origins of the front ends that may call the API from a browser; none for no CORS."
  type        = list(string)
  default     = []
}

variable "log_retention_days" {
  description = "How long the access log is kept."
  type        = number
  default     = 30
}

variable "common_tags" {
  description = "Tags of everything that is made here."
  type        = map(string)
  default     = {}
}
