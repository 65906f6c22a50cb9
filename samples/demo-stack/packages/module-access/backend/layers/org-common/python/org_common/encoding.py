"""JSON in both directions, with the types that rows and requests hold."""

from __future__ import annotations

import datetime
import decimal
import json
import uuid
from typing import Any, Union


def to_json(value: Any) -> str:
    """Compact JSON. Dates become ISO 8601, UUIDs and decimals strings; NaN and infinities raise `ValueError`: JSON has none."""
    return json.dumps(value, default=_encode, allow_nan=False, ensure_ascii=False, separators=(",", ":"))


def from_json(text: Union[str, bytes]) -> Any:
    """The value of a JSON text. Raises `ValueError` for anything that is not JSON, however deep it is nested."""
    try:
        return json.loads(text, parse_constant=_refuse)
    except RecursionError:
        raise ValueError("nested too deeply") from None


def _encode(value: Any) -> str:
    if isinstance(value, (datetime.datetime, datetime.date)):
        return value.isoformat()
    if isinstance(value, (uuid.UUID, decimal.Decimal)):
        return str(value)
    raise TypeError(f"{type(value).__name__} has no JSON form here")


def _refuse(constant: str) -> Any:
    raise ValueError(f"{constant} is not JSON")
