a = <<-EOT
    x ${~ y ~}   
      z
    %{~ if a ~}
    b
    %{~ endif ~}
    c
  EOT
