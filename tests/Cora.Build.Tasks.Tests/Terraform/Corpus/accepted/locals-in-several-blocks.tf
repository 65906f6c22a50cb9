locals {
  a = 1
}
locals {
  b = local.a
  c = { for k, v in local.d : k => merge(v, { e = local.b }) }
}
locals {}
