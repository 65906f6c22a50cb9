a = 1 + 2 * 3 - 4 / 5 % 6
b = a || b && c == d != e < f <= g > h >= i
c = !a && !b || -c + -d
d = !!a
e = - - 1
f = (1 + 2) * 3
g = a ? b : c ? d : e
h = a ? b ? 1 : 2 : 3
i = (a
  + b
  * c)
j = [a ? 1 : 2, b == c ? d : e]
k = -a.b[0] + !c.d
l = a-b
m = a - b
n = a -b
o = 1-2
p = a && b ? c || d : e
q = ((((1))))
r = (a ? b : c).d
s = a == null ? [] : [a]
t = 1 < 2 == true
u = a.b-c
v = x != "" ? x : "y"
w = a%b
x = a ? {
  b = 1
} : {}
