resource "a" "b" {
  c = 1
}

resource "d" "e" {
  f = [1, 2
  g = 3
}

resource "h" "i" {
  j = 1
}
