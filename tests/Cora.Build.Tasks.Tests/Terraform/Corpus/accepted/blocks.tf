a {
}
b {}
c "l" {}
c "l" "m" {
  d = 1
}
c l m {
  e "x" y {
    f = 1
  }
}
g { h = 1 }
i "a\"b\\c\n" {}
j { k = [
  1
] }
l {
  m {
    n {}
  }
  o = 1

  m {
  }
}
dynamic "x" {
  for_each = y
  iterator = z
  content {
    w = z.value
  }
}
p { q = { a = 1 } }
r-s_t "é" {}
größe = 1
