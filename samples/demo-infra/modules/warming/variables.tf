variable "lambda_names" {
  description = "What Lambda calls the functions that may be kept warm."
  type        = list(string)
}

variable "rule_prefix" {
  description = "What the names of the warming rules begin with."
  type        = string
}

variable "aws_region" {
  description = "Region of the rules."
  type        = string
}
