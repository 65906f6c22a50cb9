a {}
b { }
c { d = 1 }
e { f = [1, 2] }
g { h = {
  i = 1
} }
j { k = f(
  1
) }
l { m = "n" } # o
