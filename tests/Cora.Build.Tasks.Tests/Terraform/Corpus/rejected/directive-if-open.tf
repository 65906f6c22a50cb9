a = "%{ if x }b"
