a = <<EOT
plain
  indented
EOT
b = <<-EOT
    four
      six
    four

    after blank
    EOT
c = <<-EOT
  ${x} first
    ${y} second
  EOT
d = <<EOT
${a}
EOT
e = <<-EOT
${a}
    b
  EOT
f = <<EOT
EOT
g = <<-EOT
	tab
	  more
	EOT
h = <<EOT
\n is no escape \" $${not} %%{not} $ % "quotes"
EOT
i = [<<A
one
A
  , <<B
two
B
]
j = f(<<-EOT
    x
  EOT
, 2)
k = <<EOT
EOT is not the end
 EOTX
x EOT
  EOT
l = <<-EOT
  %{ if a }
  yes
  %{ else ~}
  no
  %{~ endif }
  %{ for k, v in m ~}
  ${k} = ${v}
  %{ endfor ~}
  end
EOT
m = <<-EOT
      ${ x }
   
    last
EOT
n = <<EOT
a ${~ x ~} b
  ${~ y ~}

c
EOT
o = { k = <<EOT
v
EOT
  l = 2
}
p = <<E-1_x
body
E-1_x
q = <<EOT
trailing marker blanks
EOT   
r = <<-EOT

    blank first
  EOT
s = <<-EOT
    a${x}
  b
    EOT
