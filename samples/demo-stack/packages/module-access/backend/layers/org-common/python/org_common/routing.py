"""From an event to the function that answers it, and from what that function raises to a response."""

from __future__ import annotations

import dataclasses
import urllib.parse
from typing import Any, Callable, Dict, Mapping, Optional, Tuple

from . import events, responses
from .errors import ApiError, NotFound
from .logs import get_logger

Handler = Callable[[events.Request], responses.Response]
Routes = Mapping[str, Handler]

logger = get_logger(__name__)


def dispatch(event: Mapping[str, Any], context: Any, routes: Routes) -> responses.Response:
    """Answer `event` with the handler that `routes` has for it; keys are route keys such as `GET /ws/{wsId}`.

    Never raises: an `ApiError` becomes its response, anything else is logged with its stack and becomes a bare 500.
    """
    if events.is_warming(event):
        return responses.ok({"warmed": True})
    request_id = str((event.get("requestContext") or {}).get("requestId") or "")
    try:
        handler, request = _resolve(events.parse(event, context), routes)
        return handler(request)
    except ApiError as error:
        logger.info("%s %s: %d %s", event.get("routeKey"), request_id, error.status, error.code)
        return responses.from_error(error, request_id)
    except Exception:
        logger.exception("%s %s failed", event.get("routeKey"), request_id)
        return responses.internal_error(request_id)


def _resolve(request: events.Request, routes: Routes) -> Tuple[Handler, events.Request]:
    if request.route_key in routes:
        return routes[request.route_key], request
    # `$default` routes and local runs: API Gateway matched nothing, so the path is matched here. The route with the most
    # literal segments is the most specific, as it is for API Gateway.
    for route in sorted(routes, key=lambda route: route.count("{")):
        params = _match(route, request)
        if params is not None:
            return routes[route], dataclasses.replace(request, route_key=route, path_params=params)
    raise NotFound("There is no such route.")


def _match(route: str, request: events.Request) -> Optional[Dict[str, str]]:
    method, _, template = route.partition(" ")
    wanted, given = template.split("/"), request.path.rstrip("/").split("/")
    if method != request.method or len(wanted) != len(given):
        return None
    params = {}
    for segment, value in zip(wanted, given):
        if segment.startswith("{") and value:
            params[segment[1:-1]] = urllib.parse.unquote(value)
        elif segment != value:
            return None
    return params
