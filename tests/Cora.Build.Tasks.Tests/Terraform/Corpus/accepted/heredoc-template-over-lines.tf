a = <<EOT
x ${
  f(
    1
  )
} y
EOT
