output "function_name" {
  description = "What Lambda calls the function."
  value       = aws_lambda_function.authorizer.function_name
}

output "invoke_arn" {
  description = "How API Gateway calls the function."
  value       = aws_lambda_function.authorizer.invoke_arn
}
