"""HTTP over connections that live as long as the container.

A TLS handshake costs more than most queries, and `urllib.request` makes one for each call; `http.client` lets us keep the connection.
The price is that a container may be frozen for minutes and wake up with a connection that the server closed long ago.
"""

from __future__ import annotations

import http.client
import select
import ssl
import threading
import time
import urllib.parse
from typing import Dict, Mapping, NamedTuple, Optional, Tuple

from .errors import ConfigurationError, TransportError

TIMEOUT_SECONDS = 10.0
MAX_IDLE_SECONDS = 30.0
MAX_BODY_BYTES = 16 * 1024 * 1024
_LOOPBACK = {"localhost", "127.0.0.1", "::1"}

_Origin = Tuple[str, str, Optional[int]]  # scheme, host, port


class Reply(NamedTuple):
    status: int
    headers: Mapping[str, str]  # names in lower case
    body: bytes


def send(
    method: str, url: str, headers: Mapping[str, str], body: Optional[bytes] = None, timeout: float = TIMEOUT_SECONDS
) -> Reply:
    """Send a request and read the whole answer, whatever its status. Raises `TransportError` when there is none.

    `timeout` is in seconds and bounds each wait on the socket. GET and HEAD are sent once more when a kept connection turns out to be
    dead; others are not, for the server may have done the work before the answer was lost.
    """
    kept = _connection(url)
    reused = kept.make_ready(timeout)
    request = (method, _target(url), body, dict(headers))
    try:
        try:
            return kept.exchange(*request)
        except (ConnectionError, ssl.SSLEOFError):
            if not reused or method not in ("GET", "HEAD"):
                raise
            return kept.exchange(*request)
    except (http.client.HTTPException, OSError) as error:
        raise TransportError(f"{method} {kept.connection.host}: {error or type(error).__name__}") from error


def close_all() -> None:
    """Close the connections of this thread."""
    while _kept.by_origin:
        _kept.by_origin.popitem()[1].connection.close()


class _Kept:
    """A connection and when it was used last. `http.client` opens a closed one again when a request is made."""

    def __init__(self, connection: http.client.HTTPConnection) -> None:
        self.connection = connection
        self.used_at = 0.0

    def make_ready(self, timeout: float) -> bool:
        """Close the connection when it is doubtful; return whether an open one will be used again."""
        connection = self.connection
        if connection.sock is not None:
            # Wall clock: the monotonic one may stand still while the container is frozen.
            idle = time.time() - self.used_at
            # Nothing is owed to us, so something to read is the server's goodbye.
            if not 0 <= idle < MAX_IDLE_SECONDS or select.select([connection.sock], [], [], 0)[0]:
                connection.close()
        connection.timeout = timeout
        if connection.sock is None:
            return False
        connection.sock.settimeout(timeout)
        return True

    def exchange(self, method: str, target: str, body: Optional[bytes], headers: Mapping[str, str]) -> Reply:
        try:
            self.connection.request(method, target, body=body, headers=headers)
            reply = _read(self.connection.getresponse())
        except BaseException:
            self.connection.close()  # half an answer may be waiting in it
            raise
        self.used_at = time.time()
        return reply


class _PerThread(threading.local):
    def __init__(self) -> None:
        self.by_origin: Dict[_Origin, _Kept] = {}


_kept = _PerThread()


def _connection(url: str) -> _Kept:
    origin = _origin(url)
    if origin not in _kept.by_origin:
        scheme, host, port = origin
        kind = http.client.HTTPSConnection if scheme == "https" else http.client.HTTPConnection
        _kept.by_origin[origin] = _Kept(kind(host, port))
    return _kept.by_origin[origin]


def _origin(url: str) -> _Origin:
    parts = urllib.parse.urlsplit(url)
    host = parts.hostname or ""
    if not host or not (parts.scheme == "https" or (parts.scheme == "http" and host in _LOOPBACK)):
        raise ConfigurationError("A URL must be https:// (http:// for this machine only)")
    return parts.scheme, host, parts.port


def _target(url: str) -> str:
    parts = urllib.parse.urlsplit(url)
    return (parts.path or "/") + (f"?{parts.query}" if parts.query else "")


def _read(response: http.client.HTTPResponse) -> Reply:
    body = response.read(MAX_BODY_BYTES + 1)
    if len(body) > MAX_BODY_BYTES:
        raise http.client.HTTPException(f"the answer is larger than {MAX_BODY_BYTES} bytes")
    response.read()  # the end of a chunked body, so that the connection can be used again
    return Reply(response.status, {name.lower(): value for name, value in response.getheaders()}, body)
