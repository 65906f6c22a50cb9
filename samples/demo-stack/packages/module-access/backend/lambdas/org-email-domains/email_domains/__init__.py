"""Domains of email addresses: how they are written, and which ones an organisation can own."""

from .names import normalize
from .public import is_public

__all__ = ["is_public", "normalize"]
