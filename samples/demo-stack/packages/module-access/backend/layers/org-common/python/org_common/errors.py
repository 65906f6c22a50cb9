"""The errors of the project, and how those of PostgREST become them.

Two families, so that nothing internal leaks by accident: an `ApiError` was written for the caller and its message is shown; everything
else is for the log, and the caller learns only that something went wrong.
"""

from __future__ import annotations

from typing import Any, Mapping, Optional


class ApiError(Exception):
    """An error whose message the caller may read. `details` maps a field to what is wrong with it."""

    status = 400
    code = "bad_request"

    def __init__(self, message: str, details: Optional[Mapping[str, Any]] = None) -> None:
        super().__init__(message)
        self.message = message
        self.details = details


class BadRequest(ApiError):
    pass


class Unauthorized(ApiError):
    status, code = 401, "unauthorized"


class Forbidden(ApiError):
    status, code = 403, "forbidden"


class NotFound(ApiError):
    status, code = 404, "not_found"


class Conflict(ApiError):
    status, code = 409, "conflict"


class TooManyRequests(ApiError):
    status, code = 429, "too_many_requests"


class BadGateway(ApiError):
    """Something that the function depends on answered, but not as agreed."""

    status, code = 502, "bad_gateway"


class ServiceUnavailable(ApiError):
    """A failure that may pass: the caller can try again."""

    status, code = 503, "service_unavailable"


class ConfigurationError(Exception):
    """The function cannot work as it is deployed: a setting is missing or malformed."""


class TransportError(Exception):
    """No answer at all: refused, reset, timed out."""


class DatabaseError(Exception):
    """The database refused a statement for a reason that the caller cannot mend. `code` is the SQLSTATE or PostgREST's code."""

    def __init__(self, message: str, status: int = 500, code: str = "") -> None:
        super().__init__(f"{message} (HTTP {status}, {code or 'no code'})")
        self.status = status
        self.code = code


# A function in SQL speaks to the caller with `RAISE SQLSTATE 'PT409' USING MESSAGE = '…'`: PostgREST answers with that HTTP status.
_RAISED = {"PT400": BadRequest, "PT403": Forbidden, "PT404": NotFound, "PT409": Conflict, "PT429": TooManyRequests}

_CALLERS_FAULT = {
    "23502": (BadRequest, "A required value is missing."),
    "23503": (Conflict, "Something that this refers to does not exist, or something still refers to it."),
    "23505": (Conflict, "It exists already."),
    "23514": (BadRequest, "A value is not acceptable."),
    "P0002": (NotFound, "It does not exist."),
}

_PASSING = {"40001", "40P01", "53300", "55P03", "57014", "PGRST000", "PGRST001", "PGRST002", "PGRST003"}


def from_postgrest(status: int, payload: Any, as_user: bool) -> Exception:
    """The exception for an answer of PostgREST that is not 2xx.

    `as_user` tells whose credentials were refused: a caller's expired token is the caller's to renew, a refused service key is ours.
    """
    error = payload if isinstance(payload, dict) else {}
    code = str(error.get("code") or "")
    message = str(error.get("message") or "no message")
    if code in _RAISED:
        return _RAISED[code](message)
    if code in _CALLERS_FAULT:
        kind, text = _CALLERS_FAULT[code]
        return kind(text)
    if code.startswith("22"):  # data exceptions: too long, out of range, not a uuid
        return BadRequest("A value is not acceptable.")
    if as_user and code == "42501":
        return Forbidden("You may not do this.")
    if as_user and status == 401:
        return Unauthorized("Sign in again.")
    if code in _PASSING or status in (502, 503, 504):
        return ServiceUnavailable("The database is busy. Try again.")
    return DatabaseError(message, status, code)
