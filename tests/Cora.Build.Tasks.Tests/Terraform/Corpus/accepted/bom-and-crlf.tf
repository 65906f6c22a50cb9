a = 1
b "x" {
  c = <<EOT
line
  ${x}
EOT
  d = <<-EOT
    in

      more
  EOT
}
e = [
  1, # c
  2
]
