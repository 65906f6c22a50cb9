a = ""
b = "${""}"
c = "${""}${""}"
d = <<E
E
e = <<-E
  E
f = "%{ if a }%{ endif }"
g = f("")
