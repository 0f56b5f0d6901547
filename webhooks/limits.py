"""How much one caller, and one form, may send in a minute: far more than people do, less than a loop does.

Counted here in a few lines: the library `limits` starts a thread every hundredth of a second to forget what is over,
and where two requests do that at once, one of them fails inside.
"""

from __future__ import annotations

import ipaddress
import threading
import time
from collections import Counter
from dataclasses import dataclass

from webhooks.refusals import Refusal

USUAL = 30_000
MINUTE_SECONDS = 60
NETWORK_OF_ONE = 64
"""An IPv6 caller has as many addresses as it likes within its first so many bits."""


@dataclass(frozen=True, slots=True)
class Limits:
    """Requests a minute: of one caller's address, whatever they are, and authentic ones of one form."""

    per_client: int = USUAL
    per_form: int = USUAL


class Limiter:
    """Counts in memory, minute by minute. Both checks raise Refusal (429, with the seconds to wait)."""

    def __init__(self, limits: Limits) -> None:
        self._limits = limits
        self._minute = 0
        self._counts: Counter[tuple[str, str]] = Counter()
        self._lock = threading.Lock()

    def check_client(self, address: str) -> None:
        """Count a request of the caller at this address."""
        self._check(self._limits.per_client, ("client", _one_caller(address)))

    def check_form(self, form: str) -> None:
        """Count an authentic request for the form."""
        self._check(self._limits.per_form, ("form", form))

    def _check(self, limit: int, whose: tuple[str, str]) -> None:
        minute, second = divmod(time.monotonic(), MINUTE_SECONDS)  # a clock that nobody sets
        with self._lock:
            if minute != self._minute:
                self._minute = int(minute)
                self._counts.clear()
            self._counts[whose] += 1
            is_too_many = self._counts[whose] > limit
        if is_too_many:
            raise Refusal(429, retry_seconds=MINUTE_SECONDS - int(second))


def _one_caller(address: str) -> str:
    if ":" not in address:
        return address
    try:
        return str(ipaddress.ip_network((address, NETWORK_OF_ONE), strict=False))
    except ValueError:
        return address
