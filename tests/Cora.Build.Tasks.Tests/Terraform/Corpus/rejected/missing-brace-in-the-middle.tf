resource "a" "b" {
  c = {
    d = 1

resource "e" "f" {
  g = 1
}
