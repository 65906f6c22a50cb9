a = b[0]
c = b["x"]
d = b[c]
e = b[c.d[0]]
f = b["${c}"]
g = b[0].c[1].d["e"]
h = b.0
i = b.0.c.1
j = b[-1]
k = b[c ? 0 : 1]
l = b[[0][0]]
m = b[
  0
]
n = b[1.5]
