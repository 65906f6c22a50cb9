a = "x${y z}"
