a = 1
b = 1.5
c = 1e3
d = 1.5E-3
e = -12
f = true
g = false
h = null
i = "text"
j = ""
k = "a \"quoted\" \\ \t tab \n line \r é ü"
l = "\u00e9 \U0001F600 \u0041"
m = "$ % $$ %% $x %x"
n = "$${not} %%{not} $$${x} $$$${x}"
o = "${x}"
p = "${"nested ${"deeper ${y}"}"}"
q = "a${1}b${true}c${null}"
r = "${ { a = 1 } }"
s = "${
  x
}"
t = "tail$"
u = "tail%"
v = "%"
w = 100000000000000000000000000000000
x = "a$${b}${c}%%{d}"
true = 1
