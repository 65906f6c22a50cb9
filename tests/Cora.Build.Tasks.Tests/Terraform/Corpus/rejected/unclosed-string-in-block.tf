resource "a" "b" {
  c = "text
  d = 1
}
