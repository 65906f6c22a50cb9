    locals {
      script = <<-EOT
        #!/bin/bash
        %{ for key, value in var.env ~}
        export ${key}="${value}"
        %{ endfor ~}
        %{ if var.debug ~}
        set -x
        %{ else ~}
        set -e
        %{ endif ~}
        cat <<'EOF' > /etc/x
          a = $${b}
        EOF
        echo "done: ${join(" ", [for k, v in var.env : "${k}=${v}"])}"
      EOT
      inline = "%{ for i, x in ["a", "b"] }${i}:${x}%{ if i < 1 }, %{ endif }%{ endfor }"
      nested = <<A
${<<B
inner ${x}
B
}
A
    }
