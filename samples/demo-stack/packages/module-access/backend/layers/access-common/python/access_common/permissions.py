"""Permission checks. The database decides; these ask it and refuse on anything but a clear yes.

Each `require_…` returns the caller's user id, so that a handler has checked and knows whom in one line. They must come before every call
that is made as the service role.
"""

from __future__ import annotations

from org_common.db import rpc
from org_common.errors import Forbidden
from org_common.events import Request


def is_sys_admin(user_id: str) -> bool:
    return rpc("check_sys_admin", {"p_user_id": user_id}) is True


def require_sys_admin(request: Request) -> str:
    user_id = request.user_id
    if not is_sys_admin(user_id):
        raise Forbidden("Only a system administrator may do this.")
    return user_id


def require_org_admin(request: Request, org_id: str) -> str:
    user_id = request.user_id
    if rpc("check_org_admin", {"p_user_id": user_id, "p_org_id": org_id}) is not True:
        raise Forbidden("Only an administrator of the organisation may do this.")
    return user_id


def require_ws_admin(request: Request, ws_id: str) -> str:
    user_id = request.user_id
    if rpc("check_ws_admin", {"p_user_id": user_id, "p_ws_id": ws_id}) is not True:
        raise Forbidden("Only an administrator of the workspace may do this.")
    return user_id
