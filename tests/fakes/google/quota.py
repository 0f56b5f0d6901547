"""Quotas of calls a minute, filled again each minute."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tests.fakes.google.account import PROJECT_NUMBER
from tests.fakes.google.errors import over_quota

if TYPE_CHECKING:
    from tests.fakes.google.call_log import Call
    from tests.fakes.google.clock import Clock


class Quota:
    """How many reads and writes of one API an account may make in a minute (of `minute_seconds`)."""

    def __init__(self, clock: Clock, *, api: str, reads: int, writes: int, minute_seconds: float = 60.0) -> None:
        self._clock = clock
        self._api = api
        self._limits = {True: reads, False: writes}
        self._minute_seconds = minute_seconds
        self._begun = clock.seconds()
        self._used = {True: 0, False: 0}
        self.refused = 0

    def count(self, call: Call, service: str) -> None:
        """Count a call. Raises Refusal where it is one too many."""
        if call.kind != self._api:
            return
        if self._clock.seconds() - self._begun >= self._minute_seconds:
            self._begun, self._used = self._clock.seconds(), {True: 0, False: 0}
        if self._used[call.reads] >= self._limits[call.reads]:
            self.refused += 1
            kind = "Read" if call.reads else "Write"
            raise over_quota(service, kind=kind, limit=self._limits[call.reads], project=PROJECT_NUMBER)
        self._used[call.reads] += 1
