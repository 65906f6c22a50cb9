variable "lambda_source_code_hashes" {
  type    = map(string)
  default = {}
}
resource "aws_lambda_function" "kb" {
  s3_bucket        = var.artifacts_bucket
  s3_key           = "lambdas/${var.environment}/kb.zip"
  source_code_hash = lookup(var.lambda_source_code_hashes, "kb", null)
  function_name    = format("%s-%s-kb", var.project_name, var.environment)
  runtime          = "python3.11"
  handler          = "lambda_function.lambda_handler"
  role             = var.role_arn
  count            = var.enable_kb ? 1 : 0
}
resource "aws_lambda_alias" "kb" {
  count            = var.enable_kb ? 1 : 0
  name             = "live"
  function_name    = aws_lambda_function.kb[0].function_name
  function_version = aws_lambda_function.kb[0].version
}
