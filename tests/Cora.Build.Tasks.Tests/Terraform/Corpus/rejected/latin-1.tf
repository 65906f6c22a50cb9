a = 1
b = "xéy"
c = 1
