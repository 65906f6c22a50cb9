a = "${
  x
}"
b = <<-EOT
    ${x ~}
    y
  EOT
c = { d = 1
  e = 2 }
