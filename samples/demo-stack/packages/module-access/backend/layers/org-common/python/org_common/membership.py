"""Who belongs to an organisation."""

from __future__ import annotations

from .db import rpc
from .errors import Forbidden
from .events import Request


def is_org_member(org_id: str, user_id: str) -> bool:
    return rpc("is_org_member", {"p_org_id": org_id, "p_user_id": user_id}) is True


def require_org_member(request: Request, org_id: str) -> str:
    """The caller's user id. Raises `Forbidden` for those outside of the organisation, whether it exists or not."""
    user_id = request.user_id
    if not is_org_member(org_id, user_id):
        raise Forbidden("You are not a member of this organisation.")
    return user_id
