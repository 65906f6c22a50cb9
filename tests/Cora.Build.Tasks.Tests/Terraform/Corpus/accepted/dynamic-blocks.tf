a "b" "c" {
  dynamic "d" {
    for_each = [for x in y : x if x.e]
    iterator = it
    labels   = [it.key]
    content {
      f = it.value["g"]
      dynamic "h" {
        for_each = it.value.hs
        content {
          i = h.value
        }
      }
    }
  }
}
