data "archive_file" "zips" {
  for_each    = toset([for d in fileset("${path.module}/src", "*/main.py") : dirname(d)])
  type        = "zip"
  source_dir  = "${path.module}/src/${each.value}"
  output_path = "${path.module}/.build/${each.value}.zip"
  excludes    = ["__pycache__", "*.pyc"]
}
resource "aws_lambda_function" "all" {
  for_each         = data.archive_file.zips
  filename         = each.value.output_path
  source_code_hash = each.value.output_base64sha256
  function_name    = replace(each.key, "_", "-")
}
