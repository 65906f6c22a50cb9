a = a.b.c
b = a[0].b["k"][var.x]
c = a.0.b.1.c
d = a.*.b.c
e = a[*].b[0].c
f = a.*.b[0]
g = a[*].b[*].c
h = a.*
i = a[*]
j = f(x).y[0]
k = [1, 2][0]
l = { a = 1 }.a
m = "x".y
n = (a.b).c
o = a["x${y}"]
p = a[b[c[0]]]
q = a[
  0
].b
r = aws_lambda_function.x[0].invoke_arn
s = data.aws_x.y["k"].z
t = module.a.b[*].c
u = each.value["x"].y
v = true.x
w = a-b.c-d
x = a.*.b.0.c
y = a[*].b.*.c
z = a.b[*]
aa = (a).b
ab = a[-1]
ac = a["k"].b
ad = a[1 + 1]
ae = a.0
af = a[*]["k"].c
ag = a.*.b.c[1].d
ah = a[null]
ai = a[true]
