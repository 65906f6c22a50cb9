"""Loggers at the level that `LOG_LEVEL` asks for."""

from __future__ import annotations

import logging
import os

_LEVELS = ("DEBUG", "INFO", "WARNING", "ERROR", "CRITICAL")


def get_logger(name: str) -> logging.Logger:
    """The logger `name`. The Lambda runtime has set up where it writes; only the level is ours.

    Log identifiers and codes, never tokens, keys or bodies.
    """
    logger = logging.getLogger(name)
    level = os.environ.get("LOG_LEVEL", "INFO").upper()
    logger.setLevel(level if level in _LEVELS else "INFO")
    if level not in _LEVELS:
        logger.warning("LOG_LEVEL is none of %s: using INFO", ", ".join(_LEVELS))
    return logger
