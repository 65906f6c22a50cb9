moved {
  from = aws_lambda_function.old
  to   = aws_lambda_function.new["a"]
}
import {
  to = aws_s3_bucket.b
  id = "bucket"
}
removed {
  from = module.x
  lifecycle {
    destroy = false
  }
}
check "health" {
  data "http" "x" {
    url = "https://${var.host}/health"
  }
  assert {
    condition     = data.http.x.status_code == 200
    error_message = "${data.http.x.url} returned ${data.http.x.status_code}"
  }
}
