"""The authorizer of the API (HTTP API, payload format 2.0, simple response).

It answers who the caller is, and nothing about what they may do: that is up to the functions. A token that is not to be trusted is
refused; a failure of our own is raised, so that it shows as an error of this function and not as a wave of callers who may not enter.
"""

import logging
import os
import time

from settings import get_setting
from supabase_jwt import InvalidToken, verify

_AUDIENCE = "authenticated"
_LEVELS = ("DEBUG", "INFO", "WARNING", "ERROR", "CRITICAL")

_DENIED = {"isAuthorized": False, "context": {}}

logger = logging.getLogger(__name__)
logger.setLevel(os.environ.get("LOG_LEVEL") if os.environ.get("LOG_LEVEL") in _LEVELS else "INFO")


def lambda_handler(event, context):
    issuer = get_setting("SUPABASE_URL").rstrip("/") + "/auth/v1"
    secret = get_setting("SUPABASE_JWT_SECRET").encode("utf-8")
    try:
        claims = verify(_token(event), secret, issuer, _AUDIENCE, time.time())
    except InvalidToken as error:
        logger.info("refused: %s", error)
        return _DENIED
    return {"isAuthorized": True, "context": _context(claims)}


def _token(event):
    scheme, _, token = str((event.get("headers") or {}).get("authorization") or "").strip().partition(" ")
    if scheme.lower() != "bearer" or not token.strip():
        raise InvalidToken("no bearer token")
    return token.strip()


def _context(claims):
    """What the functions see as `requestContext.authorizer.lambda`.

    `provider` is set by Supabase. `full_name` is what callers say about themselves: fit for display, never for a decision.
    """
    wanted = {
        "sub": claims["sub"],
        "email": claims.get("email"),
        "role": claims.get("role"),
        "session_id": claims.get("session_id"),
        "provider": _member(claims, "app_metadata", "provider"),
        "full_name": _member(claims, "user_metadata", "full_name"),
    }
    return {name: value for name, value in wanted.items() if isinstance(value, str)}


def _member(claims, outer, inner):
    value = claims.get(outer)
    return value.get(inner) if isinstance(value, dict) else None
