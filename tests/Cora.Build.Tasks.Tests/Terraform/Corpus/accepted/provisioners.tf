resource "null_resource" "x" {
  triggers = {
    always = timestamp()
    files  = sha1(join("", [for f in sort(fileset(path.module, "src/**")) : filesha1("${path.module}/${f}")]))
  }
  provisioner "local-exec" {
    command     = <<-EOC
      set -euo pipefail
      cd "${path.module}/.." && ./build.sh $${HOME} "$@" %%{not}
      if [ "$X" = "1" ]; then echo "$$"; fi
    EOC
    interpreter = ["/bin/bash", "-c"]
    on_failure  = continue
    when        = destroy
    environment = { A = self.id }
  }
  connection {
    type = "ssh"
  }
}
