"""Call again after a failure that may pass: exponential backoff, full jitter, a deadline."""

import random
import time

__all__ = ["retry"]


def retry(call, on, attempts=3, base_seconds=0.2, deadline_seconds=20.0, sleep=time.sleep, clock=time.monotonic):
    """Return what `call()` returns; when it raises one of `on`, wait and call again, at most `attempts` times in all.

    The last error is raised when the attempts are used up, or when the next wait would end after `deadline_seconds`.
    """
    if attempts < 1:
        raise ValueError("attempts must be at least 1")
    end = clock() + deadline_seconds
    for attempt in range(1, attempts + 1):
        try:
            return call()
        except on:
            # Full jitter: those who failed together do not come back together.
            wait = random.uniform(0, base_seconds * 2 ** (attempt - 1))
            if attempt == attempts or clock() + wait >= end:
                raise
        sleep(wait)
