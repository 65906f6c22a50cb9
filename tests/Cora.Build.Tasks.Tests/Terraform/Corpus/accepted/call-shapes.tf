a = f()
b = f( )
c = f(
)
d = f(1,)
e = f(a...)
f = f(1, a.b[0]...)
g = f([for x in y : x]...)
h = f(
  a...
)
i = f(g()...)
j = f(-1, !a)
k = f({}, [], "")
