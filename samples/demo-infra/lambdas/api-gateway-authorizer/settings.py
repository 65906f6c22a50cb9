"""The project's URL and JWT secret, from Secrets Manager or, for tests and local runs, from the environment.

The infrastructure has no layers of the stack, so this function brings its own few lines.
"""

import json
import os
import time

# A rotated secret is picked up within this time, without a deployment.
SECRET_SECONDS = 300.0

_cached = None


def get_setting(name):
    """The value of `name`, e.g. `SUPABASE_JWT_SECRET`. Raises `RuntimeError` when it is nowhere."""
    value = os.environ.get(name) or _secret().get(name)
    if not isinstance(value, str) or not value:
        raise RuntimeError(f"{name} is neither in the environment nor in the secret of SUPABASE_SECRET_ARN")
    return value


def _secret():
    global _cached
    now = time.monotonic()
    if _cached is None or now >= _cached[0]:
        _cached = (now + SECRET_SECONDS, _read_secret())
    return _cached[1]


def _read_secret():
    arn = os.environ.get("SUPABASE_SECRET_ARN")
    if not arn:
        raise RuntimeError("SUPABASE_SECRET_ARN is not set")
    import boto3  # of the Lambda runtime

    client = boto3.client("secretsmanager", region_name=os.environ.get("REGION"))
    try:
        secret = json.loads(client.get_secret_value(SecretId=arn)["SecretString"])
    except ValueError:
        secret = None
    if not isinstance(secret, dict):
        # No excerpt: the text is the secret.
        raise RuntimeError("The secret of SUPABASE_SECRET_ARN is not a JSON object")
    return secret
