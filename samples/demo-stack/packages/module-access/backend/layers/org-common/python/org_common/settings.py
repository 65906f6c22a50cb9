"""Where the project's URL and keys come from: one secret in Secrets Manager, read on first use.

An environment variable of the same name comes first: tests and local runs need no AWS.
"""

from __future__ import annotations

import json
import os
import time
from typing import Mapping, Optional, Tuple

from .errors import ConfigurationError

# Long enough that a busy container asks once in a while only, short enough that a rotated key is picked up without a deployment.
SECRET_SECONDS = 300.0

_cached: Optional[Tuple[float, Mapping[str, str]]] = None


def get_setting(name: str) -> str:
    """The value of `name`, e.g. `SUPABASE_URL`. Raises `ConfigurationError` when it is nowhere."""
    value = os.environ.get(name) or _secret().get(name)
    if not isinstance(value, str) or not value:
        raise ConfigurationError(f"{name} is neither in the environment nor in the secret of SUPABASE_SECRET_ARN")
    return value


def forget() -> None:
    """Drop the cached secret, so that the next call reads it again."""
    global _cached
    _cached = None


def _secret() -> Mapping[str, str]:
    global _cached
    now = time.monotonic()
    if _cached is None or now >= _cached[0]:
        _cached = (now + SECRET_SECONDS, _read_secret())
    return _cached[1]


def _read_secret() -> Mapping[str, str]:
    arn = os.environ.get("SUPABASE_SECRET_ARN")
    if not arn:
        raise ConfigurationError("SUPABASE_SECRET_ARN is not set")
    import boto3  # of the Lambda runtime; here, so that a run with environment variables needs no boto3

    client = boto3.client("secretsmanager", region_name=os.environ.get("REGION"))
    text = client.get_secret_value(SecretId=arn)["SecretString"]
    try:
        secret = json.loads(text)
    except ValueError:
        secret = None
    if not isinstance(secret, dict):
        # No excerpt: the text is the secret.
        raise ConfigurationError("The secret of SUPABASE_SECRET_ARN is not a JSON object")
    return secret
