"""One spelling for each domain name."""

import re

_LABEL = re.compile(r"[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?\Z")


def normalize(value):
    """A check for `validate`: the domain in lower case and in its ASCII form, as DNS and the database know it."""
    if not isinstance(value, str):
        raise ValueError("must be a string")
    # Long input first: the codec takes quadratic time.
    if len(value) > 253:
        raise ValueError("must have at most 253 characters")
    try:
        domain = value.strip().rstrip(".").lower().encode("idna").decode("ascii")
    except UnicodeError:
        raise ValueError("must be a domain name") from None
    labels = domain.split(".")
    if len(labels) < 2 or not all(_LABEL.match(label) for label in labels):
        raise ValueError("must be a domain name such as mail.example.com")
    return domain
