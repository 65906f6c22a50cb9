a = <<-EOT
    a ${b} c
      ${d} e
    EOT
