a = 1
b = "x${f(y}"
c = 2
