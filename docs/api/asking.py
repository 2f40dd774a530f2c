"""How a program asks over a network that loses things: the same request again, until there is an answer that counts."""

import random
import time
from collections.abc import Callable
from typing import Any

import httpx

TRIES_MAX = 40
PAUSE_SECONDS, PAUSE_SECONDS_MAX = 0.1, 30.0


class Refused(Exception):
    """The server understood and said no: to ask again would change nothing."""


def ask(send: Callable[[], Any]) -> Any:
    """Send until there is an answer that counts, and return what it says. Send the same request each time."""
    for number in range(TRIES_MAX):
        wait = min(PAUSE_SECONDS * 2**number, PAUSE_SECONDS_MAX) * random.uniform(0.5, 1)
        try:
            answer = send()
        except (httpx.TransportError, ValueError):
            # Nothing came back, or half of an answer. What became of the request, only the next one will tell.
            time.sleep(wait)
            continue
        if answer.status_code < 400:
            return answer.parsed
        if not _may_pass(answer):
            raise Refused(answer.content.decode())
        time.sleep(float(answer.headers.get("Retry-After", wait)))
    raise TimeoutError(f"no answer in {TRIES_MAX} tries")


def _may_pass(answer: Any) -> bool:
    is_running = answer.status_code == 409 and answer.parsed.code == "idempotency_key_in_use"
    return is_running or answer.status_code == 429 or answer.status_code >= 500
