"""Usage of modules, which module-mgmt keeps and shows."""

from __future__ import annotations

from .db import rpc
from .errors import ApiError, DatabaseError
from .logs import get_logger

logger = get_logger(__name__)


def record_usage(module_name: str, event_type: str, org_id: str, user_id: str) -> bool:
    """Count one use of a module; return whether it was counted.

    The work that is being counted is done by now: a failure here goes to the log and does not undo it.
    """
    params = {
        "p_org_id": org_id,
        "p_user_id": user_id,
        "p_module_name": module_name,
        "p_event_type": event_type,
    }
    try:
        rpc("create_module_usage", params)
    except (ApiError, DatabaseError):
        logger.exception("usage of %s (%s) was not counted", module_name, event_type)
        return False
    return True
