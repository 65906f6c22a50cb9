"""The project's database through Supabase's REST interface (PostgREST).

Each call is made as the caller when `user_jwt` is given: row level security decides what it sees. Without it the call is made as the
service role, which sees everything: check the caller's permission first.

A statement that must be atomic with another belongs into a function of the database, called with `rpc`.
"""

from __future__ import annotations

import re
import urllib.parse
from typing import Any, Dict, List, Mapping, NamedTuple, Optional, Tuple

from . import transport
from .encoding import from_json, to_json
from .errors import DatabaseError, ServiceUnavailable, TransportError, Unauthorized, from_postgrest
from .filters import Filters, check_name, check_order, check_select, encode_filters
from .logs import get_logger
from .settings import get_setting

Row = Dict[str, Any]

# Supabase cuts every answer at this many rows and does not say so; asking for more would be asking for a silent loss.
MAX_ROWS = 1000

_JWT = re.compile(r"[A-Za-z0-9_-]+\.[A-Za-z0-9_-]+\.[A-Za-z0-9_-]+\Z")
_ONE_ROW = "application/vnd.pgrst.object+json"

logger = get_logger(__name__)


class Page(NamedTuple):
    """Some rows, and how many there are in all."""

    rows: List[Row]
    total: int


def rpc(function_name: str, params: Optional[Mapping[str, Any]] = None, user_jwt: Optional[str] = None) -> Any:
    """Call a function of the database and return what it returns: a scalar, a row, a list, or None."""
    path = f"rpc/{check_name(function_name)}"
    return _json(_call("POST", path, body=dict(params or {}), user_jwt=user_jwt))


def find_one(
    table: str,
    filters: Filters,
    select: str = "*",
    order: Optional[str] = None,
    user_jwt: Optional[str] = None,
) -> Optional[Row]:
    """The first row that meets `filters`, or None."""
    rows = find_many(table, filters, select=select, order=order, limit=1, user_jwt=user_jwt)
    return rows[0] if rows else None


def find_many(
    table: str,
    filters: Optional[Filters] = None,
    select: str = "*",
    order: Optional[str] = None,
    limit: int = MAX_ROWS,
    offset: int = 0,
    user_jwt: Optional[str] = None,
) -> List[Row]:
    """The rows that meet `filters`, at most `limit` of them."""
    query = _query(filters, select, order, limit, offset)
    return _json(_call("GET", check_name(table), query, user_jwt=user_jwt))


def execute_query(
    table: str,
    filters: Optional[Filters] = None,
    select: str = "*",
    order: Optional[str] = None,
    limit: int = 50,
    offset: int = 0,
    user_jwt: Optional[str] = None,
) -> Page:
    """One page of the rows that meet `filters`, with the total. Give an `order`, or pages may overlap."""
    query = _query(filters, select, order, limit, offset)
    reply = _call("GET", check_name(table), query, prefer="count=exact", user_jwt=user_jwt, allowed=(416,))
    rows = [] if reply.status == 416 else _json(reply)  # 416: a page behind the last one
    return Page(rows, _total(reply))


def count(table: str, filters: Optional[Filters] = None, user_jwt: Optional[str] = None) -> int:
    """How many rows meet `filters`."""
    return _total(_call("HEAD", check_name(table), encode_filters(filters), prefer="count=exact", user_jwt=user_jwt))


def insert_one(table: str, data: Mapping[str, Any], select: str = "*", user_jwt: Optional[str] = None) -> Row:
    """Insert a row and return it as stored. Raises `Conflict` when it exists already."""
    query = [("select", check_select(select))]
    reply = _call("POST", check_name(table), query, _row(data), "return=representation", _ONE_ROW, user_jwt)
    return _json(reply)


def update_one(
    table: str, filters: Filters, data: Mapping[str, Any], select: str = "*", user_jwt: Optional[str] = None
) -> Optional[Row]:
    """Update the row that meets `filters` and return it, or None when there is none.

    When more than one row meets them, `DatabaseError` is raised and none is changed.
    """
    return _change_one("PATCH", table, filters, _row(data), select, user_jwt)


def update_many(
    table: str, filters: Filters, data: Mapping[str, Any], select: str = "*", user_jwt: Optional[str] = None
) -> List[Row]:
    """Update all rows that meet `filters` and return them."""
    query = [*_narrow(filters), ("select", check_select(select))]
    return _json(_call("PATCH", check_name(table), query, _row(data), "return=representation", user_jwt=user_jwt))


def delete_one(table: str, filters: Filters, select: str = "*", user_jwt: Optional[str] = None) -> Optional[Row]:
    """Delete the row that meets `filters` and return it, or None when there is none. See `update_one` for more than one."""
    return _change_one("DELETE", table, filters, None, select, user_jwt)


def delete_many(table: str, filters: Filters, user_jwt: Optional[str] = None) -> int:
    """Delete all rows that meet `filters` and return how many there were."""
    reply = _call("DELETE", check_name(table), _narrow(filters), prefer="return=minimal,count=exact", user_jwt=user_jwt)
    return _total(reply)


def _change_one(
    method: str, table: str, filters: Filters, data: Optional[Row], select: str, user_jwt: Optional[str]
) -> Optional[Row]:
    query = [*_narrow(filters), ("select", check_select(select))]
    # Asked for one object, PostgREST rolls back unless exactly one row was changed.
    reply = _call(
        method, check_name(table), query, data, "return=representation", _ONE_ROW, user_jwt, allowed=(406,)
    )
    if reply.status != 406:
        return _json(reply)
    error = _json(reply)
    if error.get("code") == "PGRST116" and re.search(r"contains? 0 rows", str(error.get("details"))):
        return None
    raise from_postgrest(reply.status, error, as_user=user_jwt is not None)


def _call(
    method: str,
    path: str,
    query: Optional[List[Tuple[str, str]]] = None,
    body: Optional[Mapping[str, Any]] = None,
    prefer: Optional[str] = None,
    accept: str = "application/json",
    user_jwt: Optional[str] = None,
    allowed: Tuple[int, ...] = (),
) -> transport.Reply:
    url = f"{get_setting('SUPABASE_URL').rstrip('/')}/rest/v1/{path}"
    if query:
        url += "?" + urllib.parse.urlencode(query, quote_via=urllib.parse.quote)
    headers = {"Accept": accept, **_credentials(user_jwt)}
    if prefer:
        headers["Prefer"] = prefer
    payload = None
    if body is not None:
        headers["Content-Type"] = "application/json"
        payload = to_json(body).encode("utf-8")
    try:
        reply = transport.send(method, url, headers, payload)
    except TransportError as error:
        logger.warning("%s %s: %s", method, path, error)
        raise ServiceUnavailable("The database does not answer. Try again.") from error
    if 200 <= reply.status < 300 or reply.status in allowed:
        return reply
    error = _error(reply)
    logger.warning("%s %s: HTTP %d %s", method, path, reply.status, error.get("code", ""))
    raise from_postgrest(reply.status, error, as_user=user_jwt is not None)


def _credentials(user_jwt: Optional[str]) -> Dict[str, str]:
    if user_jwt is None:
        key = get_setting("SUPABASE_SERVICE_ROLE_KEY")
        return {"apikey": key, "Authorization": f"Bearer {key}"}
    if not _JWT.match(user_jwt):
        raise Unauthorized("Sign in again.")
    return {"apikey": get_setting("SUPABASE_ANON_KEY"), "Authorization": f"Bearer {user_jwt}"}


def _query(
    filters: Optional[Filters], select: str, order: Optional[str], limit: int, offset: int
) -> List[Tuple[str, str]]:
    if not 1 <= limit <= MAX_ROWS or offset < 0:
        raise ValueError(f"limit must be 1 to {MAX_ROWS} and offset not negative, not {limit} and {offset}")
    query = [*encode_filters(filters), ("select", check_select(select))]
    if order:
        query.append(("order", check_order(order)))
    query.append(("limit", str(limit)))
    if offset:
        query.append(("offset", str(offset)))
    return query


def _narrow(filters: Filters) -> List[Tuple[str, str]]:
    if not filters:
        raise ValueError("a change without filters would reach every row of the table")
    return encode_filters(filters)


def _row(data: Mapping[str, Any]) -> Row:
    if not data:
        raise ValueError("there is nothing to write")
    return {check_name(column): value for column, value in data.items()}


def _json(reply: transport.Reply) -> Any:
    if not reply.body:
        return None
    try:
        return from_json(reply.body)
    except ValueError as error:
        raise DatabaseError("the answer is not JSON", reply.status) from error


def _error(reply: transport.Reply) -> Dict[str, Any]:
    """What PostgREST said, or nothing: a HEAD has no body, and a proxy in between answers in HTML."""
    try:
        payload = from_json(reply.body) if reply.body else None
    except ValueError:
        payload = None
    return payload if isinstance(payload, dict) else {}


def _total(reply: transport.Reply) -> int:
    total = reply.headers.get("content-range", "").rpartition("/")[2]  # "0-24/3573" or "*/0"
    if not total.isdigit():
        raise DatabaseError("the answer has no total in Content-Range", reply.status)
    return int(total)
