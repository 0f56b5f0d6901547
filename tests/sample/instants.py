"""Moments as whole nanoseconds since 1970 (UTC), and the clock of London worked out by its own rule."""

from __future__ import annotations

from calendar import monthrange
from datetime import UTC, date, datetime, timedelta

SECOND = 1_000_000_000
HOUR_SECONDS = 3600
DAY_SECONDS = 86400


def last_sunday(year: int, month: int) -> date:
    """Return the last Sunday of a month."""
    last = date(year, month, monthrange(year, month)[1])
    return last - timedelta(days=(last.weekday() + 1) % 7)


def is_summer_time(moment: int) -> bool:
    """Say whether London's clocks are an hour ahead: from the last Sunday of March to that of October, 01:00 UTC."""
    utc = datetime.fromtimestamp(moment // SECOND, UTC)
    starts, ends = (
        datetime(day.year, day.month, day.day, 1, tzinfo=UTC)
        for day in (last_sunday(utc.year, 3), last_sunday(utc.year, 10))
    )
    return starts <= utc < ends


def london_wall(moment: int) -> datetime:
    """Return what a clock in London shows, to the second, without a zone."""
    ahead = HOUR_SECONDS if is_summer_time(moment) else 0
    return datetime.fromtimestamp(moment // SECOND + ahead, UTC).replace(tzinfo=None)


def london_day(moment: int) -> date:
    """Return the day that it is in London."""
    return london_wall(moment).date()


def london_text(moment: int) -> str:
    """Return the moment in London, ISO with its offset, to the second."""
    return london_wall(moment).isoformat() + ("+01:00" if is_summer_time(moment) else "+00:00")


def at_london(day: date, seconds: int, *, again: bool = False) -> int:
    """Return the moment when London's clocks show that many seconds after midnight.

    `again`: the second time, where the clock goes back.
    """
    midnight = int(datetime(day.year, day.month, day.day, tzinfo=UTC).timestamp())
    as_if_winter = midnight * SECOND + seconds * SECOND
    as_if_summer = as_if_winter - HOUR_SECONDS * SECOND
    if is_summer_time(as_if_summer) and not again:
        return as_if_summer
    return as_if_winter


def digits_needed(moment: int) -> int:
    """Return how many digits of a second (0, 3, 6 or 9) it takes to write the moment whole."""
    fraction = moment % SECOND
    return next(digits for digits in (0, 3, 6, 9) if fraction % 10 ** (9 - digits) == 0)


def written(moment: int, digits: int) -> str:
    """Return the moment as the Forms API writes it, with that many digits of a second, or more where needed."""
    digits = max(digits, digits_needed(moment))
    text = datetime.fromtimestamp(moment // SECOND, UTC).strftime("%Y-%m-%dT%H:%M:%S")
    fraction = f"{moment % SECOND:09d}"[:digits]
    return f"{text}.{fraction}Z" if digits else f"{text}Z"
