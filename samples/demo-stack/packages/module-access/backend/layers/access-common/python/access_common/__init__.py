"""Permissions: who may administer the system, an organisation, a workspace."""

from .permissions import is_sys_admin, require_org_admin, require_sys_admin, require_ws_admin
from .roles import ORG_ROLES, WS_ROLES

__all__ = [
    "ORG_ROLES",
    "WS_ROLES",
    "is_sys_admin",
    "require_org_admin",
    "require_sys_admin",
    "require_ws_admin",
]
