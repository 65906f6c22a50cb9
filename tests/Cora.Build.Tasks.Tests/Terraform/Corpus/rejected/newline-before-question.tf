a = b
  ? c : d
