a = b ? c d
