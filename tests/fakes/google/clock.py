"""The stand-in's clock; it can be put forward."""

from __future__ import annotations

import time
from datetime import UTC, datetime, timedelta

MILLISECOND = timedelta(milliseconds=1)


class Clock:
    """Goes with the machine's clock, plus what it was put forward."""

    def __init__(self) -> None:
        self._ahead = 0.0
        self._last = datetime.fromtimestamp(0, UTC)

    def seconds(self) -> float:
        """Return the seconds since 1970."""
        return time.time() + self._ahead

    def now(self) -> datetime:
        """Return the time, to the millisecond."""
        now = datetime.fromtimestamp(self.seconds(), UTC)
        return now.replace(microsecond=now.microsecond // 1000 * 1000)

    def tick(self) -> datetime:
        """Return a moment that is later than every one it gave before."""
        self._last = max(self.now(), self._last + MILLISECOND)
        return self._last

    def advance(self, seconds: float) -> None:
        """Put the clock forward."""
        self._ahead += seconds


def zulu(moment: datetime) -> str:
    """Return a moment as Google writes it, with milliseconds."""
    return moment.strftime("%Y-%m-%dT%H:%M:%S.") + f"{moment.microsecond // 1000:03}Z"
