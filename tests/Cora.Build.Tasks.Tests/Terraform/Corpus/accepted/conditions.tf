resource "a" "b" {
  count = var.enabled && (length(var.x) > 0 || !var.y) ? length(var.x) : 0
  c = (
    var.a != null ? var.a :
    var.b != "" ? "${var.b}-x" :
    coalesce(var.c, "d")
  )
  lifecycle {
    precondition {
      condition     = alltrue([for x in var.x : can(regex("^/", x.path))])
      error_message = "Each path begins with a slash."
    }
    replace_triggered_by = [null_resource.x.id]
    prevent_destroy      = true
    ignore_changes       = all
  }
  depends_on = [a.c, module.d]
  provider   = aws.us_east_1
}
