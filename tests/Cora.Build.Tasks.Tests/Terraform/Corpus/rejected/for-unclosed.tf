a = [for x in y : x
b = 1
