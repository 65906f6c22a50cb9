"""What API Gateway sends (HTTP API, payload format 2.0), as a `Request`.

The claims are those that the authorizer vouched for. Nothing is read from the token itself: only the authorizer has verified it.
"""

from __future__ import annotations

import base64
import binascii
from dataclasses import dataclass, field
from typing import Any, Dict, Mapping, Optional

from .encoding import from_json
from .errors import BadRequest, Unauthorized

# The `source` of the events by which module-mgmt keeps functions warm.
WARMING_SOURCE = "mgmt.warming"


def is_warming(event: Mapping[str, Any]) -> bool:
    """Whether `event` only keeps the container warm. An HTTP caller cannot forge it: API Gateway always adds `requestContext`."""
    return event.get("source") == WARMING_SOURCE and "requestContext" not in event


@dataclass(frozen=True)
class Request:
    """One HTTP request. `path_params` and `query` hold strings as the caller sent them: validate before use."""

    method: str
    path: str
    route_key: str
    path_params: Mapping[str, str] = field(default_factory=dict)
    query: Mapping[str, str] = field(default_factory=dict)
    claims: Mapping[str, Any] = field(default_factory=dict)
    bearer: Optional[str] = field(default=None, repr=False)
    request_id: str = ""
    raw_body: Optional[bytes] = field(default=None, repr=False)
    context: Any = field(default=None, repr=False)

    @property
    def user_id(self) -> str:
        """The caller's `auth.users.id`. Raises `Unauthorized` when the route has no authorizer or nobody signed in."""
        user_id = self.claims.get("sub")
        if not isinstance(user_id, str) or not user_id:
            raise Unauthorized("Sign in first.")
        return user_id

    @property
    def user_jwt(self) -> str:
        """The caller's token, for calls that row level security decides. Raises `Unauthorized` when there is none.

        Never None: without a token such a call would be made as the service role.
        """
        if self.bearer is None:
            raise Unauthorized("Sign in first.")
        return self.bearer

    def json(self) -> Dict[str, Any]:
        """The body, which must be a JSON object. Raises `BadRequest` otherwise."""
        try:
            body = from_json(self.raw_body or b"")
        except ValueError:
            raise BadRequest("The body is not JSON.") from None
        if not isinstance(body, dict):
            raise BadRequest("The body must be a JSON object.")
        return body


def parse(event: Mapping[str, Any], context: Any = None) -> Request:
    """The `Request` of an API Gateway event. Raises `BadRequest` when its body cannot be decoded."""
    about = event.get("requestContext") or {}
    http = about.get("http") or {}
    return Request(
        method=str(http.get("method") or "").upper(),
        path=_path(event, about),
        route_key=str(event.get("routeKey") or ""),
        path_params=dict(event.get("pathParameters") or {}),
        query=dict(event.get("queryStringParameters") or {}),
        claims=_claims(about),
        bearer=_bearer(event.get("headers") or {}),
        request_id=str(about.get("requestId") or ""),
        raw_body=_body(event),
        context=context,
    )


def _path(event: Mapping[str, Any], about: Mapping[str, Any]) -> str:
    """The path without the stage, which `rawPath` begins with unless the stage is `$default`."""
    path = str(event.get("rawPath") or "/")
    prefix = f"/{about.get('stage')}"
    return path[len(prefix) :] if path.startswith(prefix + "/") else path


def _claims(about: Mapping[str, Any]) -> Dict[str, Any]:
    authorizer = about.get("authorizer") or {}
    return dict(authorizer.get("lambda") or {})


def _bearer(headers: Mapping[str, str]) -> Optional[str]:
    scheme, _, token = str(headers.get("authorization") or "").strip().partition(" ")
    return token.strip() or None if scheme.lower() == "bearer" else None


def _body(event: Mapping[str, Any]) -> Optional[bytes]:
    body = event.get("body")
    if body is None:
        return None
    if not event.get("isBase64Encoded"):
        return str(body).encode("utf-8", "surrogatepass")
    try:
        return base64.b64decode(body, validate=True)
    except (binascii.Error, ValueError):
        raise BadRequest("The body is not base64.") from None
