a = {
  b = <<B
b
B
  c = <<-C
    c
  C
}
