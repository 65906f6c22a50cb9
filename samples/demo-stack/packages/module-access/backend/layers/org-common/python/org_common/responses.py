"""Responses of payload format 2.0.

An error has one shape everywhere: `{"error": {"code", "message", "details"?}, "request_id"}`.
"""

from __future__ import annotations

from typing import Any, Dict

from .encoding import to_json
from .errors import ApiError

Response = Dict[str, Any]

# Answers belong to one caller: no cache on the way may keep them.
_HEADERS = {"content-type": "application/json; charset=utf-8", "cache-control": "no-store"}


def ok(body: Any) -> Response:
    return _response(200, body)


def created(body: Any) -> Response:
    return _response(201, body)


def no_content() -> Response:
    return {"statusCode": 204, "headers": {"cache-control": "no-store"}}


def from_error(error: ApiError, request_id: str) -> Response:
    """The response for an error that was written for the caller."""
    body: Dict[str, Any] = {"code": error.code, "message": error.message}
    if error.details is not None:
        body["details"] = error.details
    return _response(error.status, {"error": body, "request_id": request_id})


def internal_error(request_id: str) -> Response:
    """The response for all other errors: `request_id` leads whoever may read the log to the reason, and nobody else."""
    error = {"code": "internal_error", "message": "Something went wrong."}
    return _response(500, {"error": error, "request_id": request_id})


def _response(status: int, body: Any) -> Response:
    return {"statusCode": status, "headers": dict(_HEADERS), "body": to_json(body)}
