"""The clock, the only place that asks what time it is; and moments, which are times as text.

A moment is UTC with nine digits below the second, such as `2022-03-28T00:30:00.123456789Z`: so no digit of Google's is
lost, and moments sort as text.
"""

from __future__ import annotations

import re
import time
from datetime import UTC, datetime, timedelta
from pathlib import Path
from secrets import token_hex
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from integration.ports import Clock


class SystemClock:
    """The machine's clock."""

    def now(self) -> datetime:
        """Return the time now, aware UTC."""
        return datetime.now(UTC)  # noqa: TID251  # the clock is the one place that may ask


class SharedClock:
    """The clock of a machine that shares a database with others: it goes by the database's where they clearly differ.

    So machines whose clocks are wrong plan the same slots as all others.
    """

    def __init__(self, own: Clock) -> None:
        self.own = own
        self._behind = timedelta()

    def now(self) -> datetime:
        """Return the time now, aware UTC."""
        return self.own.now() + self._behind

    def correct(self, behind: timedelta) -> None:
        """Take the machine's clock for so much behind."""
        self._behind = behind


class FixedClock:
    """A clock that stands still, for tests and for a run as of another day."""

    def __init__(self, at: datetime) -> None:
        if at.tzinfo is None:
            raise ValueError("a clock is set to an aware time, for example 2022-07-31T09:00+00:00")
        self._at = at.astimezone(UTC)

    def now(self) -> datetime:
        """Return the time that the clock was set to, aware UTC."""
        return self._at


_UPTIME, _BOOT_ID = Path("/proc/uptime"), Path("/proc/sys/kernel/random/boot_id")
_THIS_PROCESS = f"process {token_hex(8)}"


def read_uptime() -> tuple[str, float]:
    """Return which boot of the machine this is, and for how many seconds it has been up, by a clock that is never set.

    Where the system does not say, the seconds mean something in this process alone, which then has a name of its own.
    """
    try:
        return _BOOT_ID.read_text(encoding="ascii").strip(), float(_UPTIME.read_text(encoding="ascii").split()[0])
    except (OSError, ValueError, IndexError):
        return _THIS_PROCESS, time.monotonic()


_RFC_3339 = re.compile(r"(\d{4}-\d\d-\d\d)T(\d\d:\d\d:\d\d)(?:\.(\d{1,9}))?(Z|[+-]\d\d:\d\d)", re.ASCII | re.IGNORECASE)
_MICROSECONDS = len("2022-03-28T00:30:00.000000")


def read_moment(text: str) -> str:
    """Return the moment that an RFC 3339 time with 0 to 9 digits of fraction names.

    Raises ValueError for anything else, without the text.
    """
    match = _RFC_3339.fullmatch(text)
    if match is None:
        raise ValueError("is not a time such as 2022-03-28T00:30:00Z")
    day, clock, fraction, zone = match.groups()
    try:
        at = datetime.fromisoformat(f"{day}T{clock}{'+00:00' if zone in 'Zz' else zone}")
        return write_moment(at, fraction or "")
    except (ValueError, OverflowError):
        raise ValueError("is a time that no calendar or clock has") from None


def write_moment(at: datetime, fraction: str | None = None) -> str:
    """Return an aware time as a moment; `fraction` are its digits below the second, if they are known better."""
    if at.tzinfo is None:
        raise ValueError("a moment needs an aware time")
    digits = f"{at.microsecond:06}" if fraction is None else fraction
    return f"{at.astimezone(UTC).replace(tzinfo=None).isoformat(timespec='seconds')}.{digits:0<9}Z"


def as_datetime(moment: str) -> datetime:
    """Return a moment as an aware UTC time, cut to the microsecond."""
    return datetime.fromisoformat(moment[:_MICROSECONDS]).replace(tzinfo=UTC)


def as_datetime_or_none(moment: str | None) -> datetime | None:
    """Return the same of a moment that may be missing."""
    return None if moment is None else as_datetime(moment)
