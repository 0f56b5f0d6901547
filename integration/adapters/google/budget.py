"""Keeps us under Google's quota of calls a minute, with a margin for people who use the same account."""

from __future__ import annotations

import time
from collections import deque
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable

QUOTA, OURS = 60, 50
"""Reads, and likewise writes, that Sheets allows one account a minute, and how many of them a process usually takes."""

MINUTE = 60.0


class Budget:
    """Lets so many calls of a kind pass in any minute; who comes later waits."""

    def __init__(
        self,
        *,
        calls: int | None = None,
        now: Callable[[], float] = time.monotonic,
        sleep: Callable[[float], None] = time.sleep,
    ) -> None:
        self._calls = calls or OURS
        self._now = now
        self._sleep = sleep
        self._passed: dict[str, deque[float]] = {}

    def wait(self, kind: str) -> None:
        """Wait until another call of this kind is within the budget, and count it."""
        passed = self._passed.setdefault(kind, deque())
        self._forget(passed)
        if len(passed) >= self._calls:
            # Taken out by hand: after the sleep, arithmetic may still find a hair's breadth missing.
            self._sleep(max(0.0, passed.popleft() + MINUTE - self._now()))
        passed.append(self._now())

    def left(self, kind: str) -> int:
        """Return how many calls of this kind Google would still let us make in this minute."""
        passed = self._passed.get(kind, deque())
        self._forget(passed)
        return QUOTA - len(passed)

    def _forget(self, passed: deque[float]) -> None:
        while passed and passed[0] <= self._now() - MINUTE:
            passed.popleft()
