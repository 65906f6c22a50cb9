"""What every function of the project shares: database, events, responses, validation.

Standard library only, and nothing happens at import time: no network, no boto3, no secret. A cold start pays for what it uses.
"""

from .db import (
    Page,
    count,
    delete_many,
    delete_one,
    execute_query,
    find_many,
    find_one,
    insert_one,
    rpc,
    update_many,
    update_one,
)
from .errors import (
    ApiError,
    BadGateway,
    BadRequest,
    ConfigurationError,
    Conflict,
    DatabaseError,
    Forbidden,
    NotFound,
    ServiceUnavailable,
    TooManyRequests,
    TransportError,
    Unauthorized,
)
from .events import WARMING_SOURCE, Request, is_warming
from .logs import get_logger
from .membership import is_org_member, require_org_member
from .responses import created, no_content, ok
from .routing import dispatch
from .settings import get_setting
from .usage import record_usage
from .validation import validate

__all__ = [
    "ApiError",
    "BadGateway",
    "BadRequest",
    "ConfigurationError",
    "Conflict",
    "DatabaseError",
    "Forbidden",
    "NotFound",
    "Page",
    "Request",
    "ServiceUnavailable",
    "TooManyRequests",
    "TransportError",
    "Unauthorized",
    "WARMING_SOURCE",
    "count",
    "created",
    "delete_many",
    "delete_one",
    "dispatch",
    "execute_query",
    "find_many",
    "find_one",
    "get_logger",
    "get_setting",
    "insert_one",
    "is_org_member",
    "is_warming",
    "no_content",
    "ok",
    "record_usage",
    "require_org_member",
    "rpc",
    "update_many",
    "update_one",
    "validate",
]
