"""The roles that members can have. The database's check constraints hold the same lists."""

ORG_ROLES = ("org_admin", "org_member", "org_viewer")
WS_ROLES = ("ws_admin", "ws_member", "ws_viewer")
