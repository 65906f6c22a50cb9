resource "a" "b" {
c = 1
d {
e = [
1,
2
]
}
}
