a = f(b...)
c = { for x in y : x => x... }
d = f(a.b...)
e = f(a[0]...)
