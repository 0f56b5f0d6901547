"""How much one caller, and one form, may send in a minute: far more than people do, less than a loop does."""

from __future__ import annotations

import ipaddress
import time
from dataclasses import dataclass

from limits import RateLimitItemPerMinute
from limits.storage import MemoryStorage
from limits.strategies import FixedWindowRateLimiter

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
        self._strategy = FixedWindowRateLimiter(MemoryStorage())
        self._per_client = RateLimitItemPerMinute(limits.per_client)
        self._per_form = RateLimitItemPerMinute(limits.per_form)

    def check_client(self, address: str) -> None:
        """Count a request of the caller at this address."""
        self._check(self._per_client, "client", _one_caller(address))

    def check_form(self, form: str) -> None:
        """Count an authentic request for the form."""
        self._check(self._per_form, "form", form)

    def _check(self, limit: RateLimitItemPerMinute, *whose: str) -> None:
        if not self._strategy.hit(limit, *whose):
            ends_at = self._strategy.get_window_stats(limit, *whose).reset_time
            left = round(ends_at - time.time()) + 1  # by the machine's clock, which may have been set back
            raise Refusal(429, retry_seconds=min(max(left, 1), MINUTE_SECONDS + 1))


def _one_caller(address: str) -> str:
    try:
        found = ipaddress.ip_address(address)
    except ValueError:
        return address
    if found.version == 4:  # noqa: PLR2004  # the version
        return address
    return str(ipaddress.ip_network((found, NETWORK_OF_ONE), strict=False))
