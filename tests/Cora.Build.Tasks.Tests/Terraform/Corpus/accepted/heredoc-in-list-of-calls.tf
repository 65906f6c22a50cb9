a = [f(<<B
b
B
), g(<<-C
  c
  C
)]
