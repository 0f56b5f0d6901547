"""The clock: the only place that asks what time it is."""

from __future__ import annotations

from datetime import UTC, datetime


class SystemClock:
    """The machine's clock."""

    def now(self) -> datetime:
        """Return the time now, aware UTC."""
        return datetime.now(UTC)  # noqa: TID251  # the clock is the one place that may ask


class FixedClock:
    """A clock that stands still, for tests and for a run as of another day."""

    def __init__(self, at: datetime) -> None:
        if at.tzinfo is None:
            raise ValueError("a clock is set to an aware time, for example 2022-07-31T09:00+00:00")
        self._at = at.astimezone(UTC)

    def now(self) -> datetime:
        """Return the time that the clock was set to, aware UTC."""
        return self._at
