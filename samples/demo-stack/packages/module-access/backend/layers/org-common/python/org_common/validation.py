"""Checks on what callers send.

A check takes a value and returns it, cleaned, or raises `ValueError` with a text that completes the sentence "name …".
`validate` applies one to each field and reports all that is wrong at once.
"""

from __future__ import annotations

import datetime
import re
import urllib.parse
import uuid as _uuid
from typing import Any, Callable, Dict, Mapping, Optional, Tuple

from .errors import BadRequest

Check = Callable[[Any], Any]

# Lone surrogates too: JSON can spell them, UTF-8 cannot.
_CONTROL = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ud800-\udfff]")
_EMAIL = re.compile(r"[^@\s]{1,64}@[A-Za-z0-9-]+(\.[A-Za-z0-9-]+)+\Z")
MAX_PAGE = 200


def validate(data: Mapping[str, Any], checks: Mapping[str, Check], partial: bool = False) -> Dict[str, Any]:
    """The fields of `data`, checked. Unknown fields are errors: a misspelt one would otherwise be ignored in silence.

    With `partial` fields may be missing, but not all of them. Raises `BadRequest` whose details name each field.
    """
    wrong = {name: "is not a field here" for name in data if name not in checks}
    clean = {}
    for name, check in checks.items():
        if name not in data and partial:
            continue
        try:
            clean[name] = check(data.get(name))
        except ValueError as error:
            wrong[name] = "is missing" if name not in data else str(error)
    if wrong:
        raise BadRequest("Some fields are not acceptable.", wrong)
    if partial and not clean:
        raise BadRequest(f"Give at least one of: {', '.join(checks)}.")
    return clean


def optional(check: Check) -> Check:
    """Accept null, and a missing field as null."""
    return lambda value: None if value is None else check(value)


def default(value: Any, check: Check) -> Check:
    """Take `value` for a missing field."""
    return lambda given: value if given is None else check(given)


def text(max_length: int, min_length: int = 1, pattern: Optional[str] = None) -> Check:
    """A string, trimmed, of that many characters, without control characters; `pattern` must match the whole of it."""

    def check(value: Any) -> str:
        if not isinstance(value, str):
            raise ValueError("must be a string")
        value = value.strip()
        if not min_length <= len(value) <= max_length:
            raise ValueError(f"must have {min_length} to {max_length} characters")
        if _CONTROL.search(value):
            raise ValueError("must not hold control characters")
        if pattern is not None and not re.fullmatch(pattern, value):
            raise ValueError(f"must match {pattern}")
        return value

    return check


def integer(minimum: int, maximum: int) -> Check:
    def check(value: Any) -> int:
        if isinstance(value, bool) or not isinstance(value, int) or not minimum <= value <= maximum:
            raise ValueError(f"must be a whole number from {minimum} to {maximum}")
        return value

    return check


def number(minimum: float, maximum: float) -> Check:
    def check(value: Any) -> float:
        if isinstance(value, bool) or not isinstance(value, (int, float)) or not minimum <= value <= maximum:
            raise ValueError(f"must be a number from {minimum} to {maximum}")
        return value

    return check


def one_of(*choices: str) -> Check:
    def check(value: Any) -> str:
        if value not in choices:
            raise ValueError(f"must be one of: {', '.join(choices)}")
        return value

    return check


def boolean(value: Any) -> bool:
    if not isinstance(value, bool):
        raise ValueError("must be true or false")
    return value


def uuid(value: Any) -> str:
    """A UUID in its usual form of 36 characters, in lower case."""
    if isinstance(value, str) and len(value) == 36:
        try:
            return str(_uuid.UUID(value))
        except ValueError:
            pass  # told below, in our words
    raise ValueError("must be a UUID")


def email(value: Any) -> str:
    """An address in lower case. Only its shape is checked; that somebody reads it, only a message to it can show."""
    if not isinstance(value, str) or len(value.strip()) > 254 or not _EMAIL.match(value.strip()):
        raise ValueError("must be an email address")
    return value.strip().lower()


def date(value: Any) -> datetime.date:
    """A date `YYYY-MM-DD`."""
    if isinstance(value, str) and re.fullmatch(r"\d{4}-\d{2}-\d{2}", value, re.ASCII):
        try:
            return datetime.date.fromisoformat(value)
        except ValueError:
            pass  # told below, in our words
    raise ValueError("must be a date such as 2025-12-31")


def https_url(value: Any) -> str:
    url = text(2048)(value)
    try:
        parts = urllib.parse.urlsplit(url)
        parts.port  # raises when it is no port
    except ValueError:
        parts = urllib.parse.urlsplit("")
    if parts.scheme != "https" or not parts.hostname or parts.username is not None or re.search(r"\s", url):
        raise ValueError("must be an https:// URL")
    return url


def path_uuid(path_params: Mapping[str, str], name: str) -> str:
    """The path parameter `name`, which must be a UUID."""
    return validate({name: path_params.get(name)}, {name: uuid})[name]


def paging(query: Mapping[str, str]) -> Tuple[int, int]:
    """`limit` and `offset` of a list route: 50 and 0 unless the query says otherwise."""
    return _whole(query, "limit", 50, 1, MAX_PAGE), _whole(query, "offset", 0, 0, 1_000_000)


def _whole(query: Mapping[str, str], name: str, otherwise: int, minimum: int, maximum: int) -> int:
    given = query.get(name)
    if given is None:
        return otherwise
    value = int(given) if re.fullmatch(r"\d{1,9}", given, re.ASCII) else -1
    return validate({name: value}, {name: integer(minimum, maximum)})[name]
