a = [ # c
  1, // d
  /* e */ 2 # f
  # g
]
b = { # c
  # d
  e = 1 # f
  /* g */ h = /* i */ 2 /* j */
}
c = f( # x
  1, # y
  # z
)
d = ( # x
  1 # y
)
e = a /* x */ . /* y */ b
g { # x
  # y
}
h "x" /* y */ { /* z */ }
