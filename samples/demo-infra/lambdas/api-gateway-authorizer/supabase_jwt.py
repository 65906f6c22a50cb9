"""Verify the access tokens that Supabase Auth signs with the project's JWT secret (HS256). Standard library only.

The algorithm is ours to choose, never the token's: `alg` is compared with HS256 and used for nothing else, so neither `none` nor a public
key taken for a secret gets through. The `anon` and `service_role` keys are signed with the same secret; issuer and audience keep them out.
"""

import base64
import binascii
import hashlib
import hmac
import json
import re

# Clocks differ a little. This is for tokens that are a moment too young; an expired one has no grace.
LEEWAY_SECONDS = 30

# More than any real token has; less than what would cost time to parse.
MAX_TOKEN_CHARACTERS = 16_384

_BASE64URL = re.compile(r"[A-Za-z0-9_-]+\Z")


class InvalidToken(Exception):
    """The token is not to be trusted. The message says why, without any part of the token."""


def verify(token, secret, issuer, audience, now):
    """Return the claims of `token`; raise `InvalidToken` unless all of it is as it must be.

    `secret` is bytes, `now` seconds since 1970. The signature comes first: nothing else is read from a token that we did not sign.
    """
    if not secret:
        raise ValueError("the secret is empty")  # everyone can sign with that
    if len(token) > MAX_TOKEN_CHARACTERS:
        raise InvalidToken("too long")
    parts = token.split(".")
    if len(parts) != 3:
        raise InvalidToken("not three parts")
    header, payload, signature = parts
    expected = hmac.new(secret, f"{header}.{payload}".encode("utf-8", "replace"), hashlib.sha256).digest()
    if not hmac.compare_digest(expected, _decode(signature)):
        raise InvalidToken("wrong signature")
    _check_header(_object(header))
    claims = _object(payload)
    _check_claims(claims, issuer, audience, now)
    return claims


def _check_header(header):
    if header.get("alg") != "HS256":
        raise InvalidToken("alg is not HS256")
    if "crit" in header:  # RFC 7515, 4.1.11: extensions that must be understood, and we understand none
        raise InvalidToken("crit is not supported")


def _check_claims(claims, issuer, audience, now):
    if _time(claims, "exp") <= now:
        raise InvalidToken("expired")
    if "nbf" in claims and _time(claims, "nbf") > now + LEEWAY_SECONDS:
        raise InvalidToken("not valid yet")
    if "iat" in claims and _time(claims, "iat") > now + LEEWAY_SECONDS:
        raise InvalidToken("issued in the future")
    if claims.get("iss") != issuer:
        raise InvalidToken("wrong issuer")
    given = claims.get("aud")
    if audience not in (given if isinstance(given, list) else [given]):
        raise InvalidToken("wrong audience")
    if not isinstance(claims.get("sub"), str) or not claims["sub"]:
        raise InvalidToken("no subject")


def _time(claims, name):
    value = claims.get(name)
    if isinstance(value, bool) or not isinstance(value, (int, float)):
        raise InvalidToken(f"{name} is not a time")
    return value


def _object(part):
    try:
        value = json.loads(_decode(part), parse_constant=_refuse)
    except (ValueError, RecursionError):
        raise InvalidToken("not JSON") from None
    if not isinstance(value, dict):
        raise InvalidToken("not an object")
    return value


def _decode(part):
    """Base64url without padding (RFC 7515, 2), strictly: Python's decoder would skip what it does not know."""
    if not _BASE64URL.match(part):
        raise InvalidToken("not base64url")
    try:
        return base64.urlsafe_b64decode(part + "=" * (-len(part) % 4))
    except binascii.Error:
        raise InvalidToken("not base64url") from None


def _refuse(constant):
    raise ValueError(f"{constant} is not JSON")
