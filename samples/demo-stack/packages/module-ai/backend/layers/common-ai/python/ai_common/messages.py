"""Conversations as callers send them."""

from __future__ import annotations

from typing import Any, Dict, List

from org_common.validation import one_of, text

MAX_MESSAGES = 100
MAX_CHARACTERS = 100_000

_ROLE = one_of("system", "user", "assistant")
_CONTENT = text(MAX_CHARACTERS)


def check_messages(value: Any) -> List[Dict[str, str]]:
    """A check for `validate`: a list of `{"role", "content"}` that ends with the user's turn."""
    if not isinstance(value, list) or not 1 <= len(value) <= MAX_MESSAGES:
        raise ValueError(f"must be a list of 1 to {MAX_MESSAGES} messages")
    messages = [_check_message(message, number) for number, message in enumerate(value, 1)]
    if messages[-1]["role"] != "user":
        raise ValueError("must end with a message of the user")
    return messages


def _check_message(message: Any, number: int) -> Dict[str, str]:
    if not isinstance(message, dict) or set(message) != {"role", "content"}:
        raise ValueError(f"message {number} must have a role and a content, and nothing else")
    try:
        return {"role": _ROLE(message["role"]), "content": _CONTENT(message["content"])}
    except ValueError as error:
        raise ValueError(f"message {number}: {error}") from None
