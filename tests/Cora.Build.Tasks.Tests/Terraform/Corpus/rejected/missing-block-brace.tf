resource "a" "b" {
  c = 1

resource "e" "f" {
  g = 1
}
