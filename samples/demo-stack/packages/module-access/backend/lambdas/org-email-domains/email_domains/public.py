"""The list of public mail domains, which is data and not code: it changes without a review of logic."""

import functools
import pathlib

_LIST = pathlib.Path(__file__).resolve().parent.parent / "public_domains.txt"


def is_public(domain):
    """Whether `domain`, or one that it is under, is on the list."""
    labels = domain.split(".")
    return any(".".join(labels[start:]) in _public_domains() for start in range(len(labels)))


@functools.lru_cache(maxsize=None)
def _public_domains():
    lines = (line.strip() for line in _LIST.read_text(encoding="utf-8").splitlines())
    return frozenset(line for line in lines if line and not line.startswith("#"))
