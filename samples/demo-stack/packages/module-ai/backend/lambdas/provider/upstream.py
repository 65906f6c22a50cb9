"""The AI provider's HTTP API (chat completions)."""

import org_common as common
from cora_sample_retry import retry
from org_common import transport
from org_common.encoding import from_json, to_json

# API Gateway gives up after 30 seconds; the caller is better served by our answer than by its. Two waits fit, and the deadline allows no
# third. A completion whose answer was lost is paid for and made again: it changes nothing at the provider.
_TIMEOUT_SECONDS = 12.0
_DEADLINE_SECONDS = 13.0

_PASSING = {429, 500, 502, 503, 504}

logger = common.get_logger(__name__)


class Busy(Exception):
    """The provider could not answer now."""


def complete(model_name, messages, max_tokens, temperature):
    """Return `(text, prompt_tokens, completion_tokens)` for a conversation."""
    body = {
        "model": model_name,
        "messages": messages,
        "max_tokens": max_tokens,
        "temperature": temperature,
    }
    try:
        reply = retry(lambda: _post(body), on=Busy, attempts=3, deadline_seconds=_DEADLINE_SECONDS)
    except Busy as error:
        logger.warning("the provider is busy: %s", error)
        raise common.ServiceUnavailable("The AI provider is busy. Try again.") from error
    return _read(reply)


def _post(body):
    url = common.get_setting("AI_PROVIDER_URL").rstrip("/") + "/chat/completions"
    headers = {
        "Authorization": f"Bearer {common.get_setting('AI_PROVIDER_KEY')}",
        "Content-Type": "application/json",
    }
    try:
        reply = transport.send("POST", url, headers, to_json(body).encode("utf-8"), _TIMEOUT_SECONDS)
    except common.TransportError as error:
        raise Busy(str(error)) from error
    if reply.status in _PASSING:
        raise Busy(f"HTTP {reply.status}")
    return reply


def _read(reply):
    """The provider's answers are checked like a caller's input: they come from outside, too."""
    if reply.status != 200:
        logger.error("the provider answered HTTP %d", reply.status)
        raise common.BadGateway("The AI provider refused the request.")
    try:
        body = from_json(reply.body)
        text = body["choices"][0]["message"]["content"]
        usage = body["usage"]
        counts = usage["prompt_tokens"], usage["completion_tokens"]
    except (ValueError, LookupError, TypeError):
        text, counts = None, ()
    if not isinstance(text, str) or not all(type(count) is int and count >= 0 for count in counts):
        logger.error("the provider's answer does not have the agreed form")
        raise common.BadGateway("The AI provider's answer could not be read.")
    return (text, *counts)
