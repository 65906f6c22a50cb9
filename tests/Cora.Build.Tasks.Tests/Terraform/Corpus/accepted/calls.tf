a = f()
b = f(1)
c = f(1, 2,)
d = f(a...)
e = f(1, a...)
f = f(
  1,
  2,
)
g = f(g(h(i)))
h = f (1)
i = filebase64sha256("${path.module}/x.zip")
j = f([1, 2]...)
k = try(a.b, c["d"], null)
l = f(
  1
  ,
  2
)
m = f(a ? b : c, [for x in y : x]...)
n = f({ a = 1, b = 2 })
o = concat([1], [2])[0]
p = f(<<A
x
A
)
