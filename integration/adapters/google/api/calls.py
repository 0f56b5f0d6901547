"""A call to Google: what its address says of it, the budget of calls a minute, and the log of calls made."""

from __future__ import annotations

import re
import time
from collections import Counter, deque
from dataclasses import dataclass
from typing import TYPE_CHECKING

from integration.adapters.google.api.resources import DRIVE_CHANNEL, HOSTS, unknown_resource

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from integration.adapters.google.api.resources import Resource

URL_PATTERN = re.compile(
    r"(?P<host>https://\w+\.googleapis\.com)/.*?/(spreadsheets|files|forms|channels|x509)/(?P<id>[^/:?]+)"
    r"(?P<method>[^?]*)(\?.*)?"
)
QUOTA_PER_MINUTE, BUDGET_PER_MINUTE = 60, 50
"""Reads, and likewise writes, that Sheets allows one account a minute, and how many of them a process usually takes."""

MINUTE_SECONDS = 60.0
READ, WRITE = "read", "write"


class Call:
    """What a call is, from its address: about what, whether it reads or writes, whether it may be made twice."""

    def __init__(self, http_method: str, endpoint: str, resources: Mapping[str, Resource]) -> None:
        parts = URL_PATTERN.fullmatch(endpoint)
        if parts is None:
            raise ValueError(f"no address of Google: {endpoint}")
        self.http_method = http_method
        self.endpoint = endpoint
        self.has_new_token = False
        self.host = parts["host"]
        self.api = HOSTS[self.host]
        is_channel = "/channels/" in endpoint
        self.resource = DRIVE_CHANNEL if is_channel else resources.get(parts["id"]) or unknown_resource(parts["id"])
        self.kind = READ if http_method == "GET" else WRITE
        self.method = parts["method"].lstrip("/:") or "get"
        # Google gives anybody the certificates of an account's keys; where the key was deleted nobody can sign in.
        self.is_public = "/x509/" in endpoint
        # The same values written twice into the same cells are the same; a change of structure is not.
        self.is_repeatable = self.kind == READ or self.method == "values:batchUpdate"


@dataclass(frozen=True, slots=True)
class LoggedCall:
    """One attempt of a call: `status` is that of HTTP, or a word where no answer came; `sent`, `received` are bytes."""

    api: str
    kind: str
    resource: str
    method: str
    status: str
    sent: int
    received: int
    seconds: float


def format_request_log(calls: Sequence[LoggedCall]) -> str:
    """Return a line for each call, and the sums."""
    if not calls:
        return "Google was not called."
    lines = [
        f"{call.api:<6} {call.kind:<5} {call.status:>5} {call.sent:>9,} B out {call.received:>9,} B in"
        f" {call.seconds:>6.2f} s  {call.method}  {call.resource}"
        for call in calls
    ]
    kinds = Counter((call.api, call.kind) for call in calls)
    sums = ", ".join(f"{count} {api} {kind}{'s' if count > 1 else ''}" for (api, kind), count in sorted(kinds.items()))
    sent, received = sum(call.sent for call in calls), sum(call.received for call in calls)
    return "\n".join([*lines, f"{len(calls)} calls: {sums}; {sent:,} bytes out, {received:,} bytes in."])


class Budget:
    """Lets so many calls of a kind pass in any minute; a call beyond that waits."""

    def __init__(
        self,
        *,
        calls: int | None = None,
        now: Callable[[], float] = time.monotonic,
        sleep: Callable[[float], None] = time.sleep,
    ) -> None:
        self._calls = calls or BUDGET_PER_MINUTE
        self._now = now
        self._sleep = sleep
        self._call_times: dict[str, deque[float]] = {}

    def wait(self, kind: str) -> None:
        """Wait until another call of this kind is within the budget, and count it."""
        times = self._times_in_last_minute(kind)
        if len(times) >= self._calls:
            # Taken out here: after the sleep, rounding may still find it a hair within the minute.
            self._sleep(max(0.0, times.popleft() + MINUTE_SECONDS - self._now()))
        times.append(self._now())

    def left(self, kind: str) -> int:
        """Return how many calls of this kind Google would still let us make in this minute."""
        return QUOTA_PER_MINUTE - len(self._times_in_last_minute(kind))

    def _times_in_last_minute(self, kind: str) -> deque[float]:
        times = self._call_times.setdefault(kind, deque())
        while times and times[0] <= self._now() - MINUTE_SECONDS:
            times.popleft()
        return times
