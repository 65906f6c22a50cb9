"""Filters, columns and orders in the syntax of PostgREST.

    {"org_id": x}                               org_id=eq.x
    {"deleted_at": None}                        deleted_at=is.null
    {"role": ["admin", "member"]}               role=in.("admin","member")
    {"usage_date": {"gte": a, "lte": b}}        usage_date=gte.a & usage_date=lte.b

Values may come from a caller and are always encoded. Names never do; they are checked all the same, because PostgREST reads its own
parameters (`select`, `or`, `limit`…) from the place where it reads columns.
"""

from __future__ import annotations

import datetime
import decimal
import re
import uuid
from typing import Any, Iterable, List, Mapping, Optional, Tuple

Filters = Mapping[str, Any]

_NAME = re.compile(r"[a-z_][a-z0-9_]{0,62}\Z")
_ORDER = re.compile(r"([a-z_][a-z0-9_]{0,62})(\.(asc|desc))?(\.nulls(first|last))?\Z")
_RESERVED = {"and", "columns", "limit", "not", "offset", "on_conflict", "or", "order", "select"}
_OPERATORS = {"eq", "neq", "gt", "gte", "lt", "lte", "in"}


def check_name(name: str) -> str:
    """`name` when it is a plain identifier (a table, a column, a function); `ValueError` otherwise."""
    if not isinstance(name, str) or not _NAME.match(name):
        raise ValueError(f"{name!r} is not a name in the database")
    return name


def encode_filters(filters: Optional[Filters]) -> List[Tuple[str, str]]:
    """Query parameters for `filters`; all of them must hold. Raises `ValueError` or `TypeError` on what cannot be one."""
    pairs = []
    for column, wanted in (filters or {}).items():
        if check_name(column) in _RESERVED:
            raise ValueError(f"{column!r} is a parameter of PostgREST and cannot be a filter")
        conditions = wanted if isinstance(wanted, Mapping) else {_operator_for(wanted): wanted}
        if not conditions:
            raise ValueError(f"the filter on {column!r} has no condition")
        pairs.extend((column, _condition(operator, value)) for operator, value in conditions.items())
    return pairs


def check_select(select: str) -> str:
    """`select` without blanks when it is `*` or names separated by commas."""
    columns = [column.strip() for column in select.split(",")]
    return ",".join(column if column == "*" else check_name(column) for column in columns)


def check_order(order: str) -> str:
    """`order` without blanks when it is like `created_at.desc,name`."""
    terms = [term.strip() for term in order.split(",")]
    for term in terms:
        if not _ORDER.match(term):
            raise ValueError(f"{term!r} is not an order such as 'name' or 'created_at.desc'")
    return ",".join(terms)


def _operator_for(value: Any) -> str:
    return "in" if isinstance(value, (list, tuple, set, frozenset)) else "eq"


def _condition(operator: str, value: Any) -> str:
    if operator not in _OPERATORS:
        raise ValueError(f"{operator!r} is not an operator; these are: {', '.join(sorted(_OPERATORS))}")
    if value is None:
        if operator not in ("eq", "neq"):
            raise TypeError(f"nothing compares with NULL by {operator!r}")
        return "is.null" if operator == "eq" else "not.is.null"
    if operator == "in":
        return f"in.({_items(value)})"
    return f"{operator}.{_scalar(value)}"


def _items(values: Iterable[Any]) -> str:
    if isinstance(values, (str, bytes)):
        raise TypeError("'in' takes a list, not a string")
    # Quoted always: a comma or a parenthesis inside a value would otherwise end it.
    return ",".join('"{}"'.format(_scalar(v).replace("\\", "\\\\").replace('"', '\\"')) for v in values)


def _scalar(value: Any) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, (datetime.datetime, datetime.date)):
        return value.isoformat()
    if isinstance(value, (str, int, float, decimal.Decimal, uuid.UUID)):
        return str(value)
    raise TypeError(f"a filter cannot compare with {type(value).__name__}")
