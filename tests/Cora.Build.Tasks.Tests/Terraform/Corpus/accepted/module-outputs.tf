output "api_routes" {
  description = "Routes for the modular gateway"
  value = concat(
    [
      {
        method      = "GET"
        path        = "/ws/{wsId}/kb"
        integration = aws_lambda_function.kb.invoke_arn
        public      = false
      },
      { method = "POST", path = "/ws/{wsId}/kb", integration = aws_lambda_function.kb.invoke_arn, public = false },
    ],
    var.enable_admin ? [{
      method : "GET"
      path : "/admin/sys/kb"
      integration : aws_lambda_alias.admin.invoke_arn
      public : false
    }] : [],
    [for route in local.public_routes : merge(route, { public = true })],
  )
}
output "lambda_invoke_arns" {
  value = {
    kb    = aws_lambda_function.kb.invoke_arn
    admin = try(aws_lambda_function.admin[0].invoke_arn, null)
  }
}
output "secret" {
  value     = random_password.x.result
  sensitive = true
  depends_on = [
    aws_lambda_function.kb,
  ]
}
