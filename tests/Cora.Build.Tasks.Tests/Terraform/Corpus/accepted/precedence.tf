a = 1 + 2 - 3 + 4
b = 1 * 2 / 3 % 4
c = 1 - 2 * 3 - 4
d = a < b && c > d || e == f && g != h
e = a == b == c
f = 1 < 2 < 3
g = a || b || c && d && e
h = -a + b * -c
i = a ? b + 1 : c - 1
