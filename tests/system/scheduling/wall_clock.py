"""A second opinion on when jobs are due: read off a clock in London, hour by hour."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from functools import cache
from typing import TYPE_CHECKING, NamedTuple
from zoneinfo import ZoneInfo

from config.schema.jobs import LAST_OF_MONTH, WEEKDAYS, Daily, Every, Monthly, Weekly

if TYPE_CHECKING:
    from config.schema.jobs import Schedule

LONDON = ZoneInfo("Europe/London")
DAY, HOUR, MINUTE = timedelta(days=1), timedelta(hours=1), timedelta(minutes=1)

_LISTED = """
    2021-01-01 2021-04-02 2021-04-05 2021-05-03 2021-05-31 2021-08-30 2021-12-27 2021-12-28
    2022-01-03 2022-04-15 2022-04-18 2022-05-02 2022-06-02 2022-06-03 2022-08-29 2022-09-19 2022-12-26 2022-12-27
    2023-01-02 2023-04-07 2023-04-10 2023-05-01 2023-05-08 2023-05-29 2023-08-28 2023-12-25 2023-12-26
    2024-01-01 2024-03-29 2024-04-01 2024-05-06 2024-05-27 2024-08-26 2024-12-25 2024-12-26
    2025-01-01 2025-04-18 2025-04-21 2025-05-05 2025-05-26 2025-08-25 2025-12-25 2025-12-26
    2026-01-01 2026-04-03 2026-04-06 2026-05-04 2026-05-25 2026-08-31 2026-12-25 2026-12-28
"""
BANK_HOLIDAYS = frozenset(date.fromisoformat(day) for day in _LISTED.split())
"""The bank holidays of England and Wales as gov.uk/bank-holidays lists them; on the days on which they are kept."""


class Reading(NamedTuple):
    """What the clock shows as an hour begins: the day, the hour, and how many went by since midnight."""

    at: datetime
    day: date
    shows: int
    elapsed: int
    again: bool
    """It has shown this hour already today: the clocks went back."""


@cache
def hourly_readings(first: date, last: date) -> list[Reading]:
    """Return every hour of the days in London, both included; the clocks there change by an hour, at the full hour."""
    seen = []
    at = midnight = datetime(first.year, first.month, first.day, tzinfo=UTC) - DAY
    while (wall := at.astimezone(LONDON)).date() <= last:
        if wall.hour == 0:
            midnight = at
        if wall.date() >= first:
            elapsed = (at - midnight) // HOUR
            seen.append(Reading(at, wall.date(), wall.hour, elapsed, wall.hour < elapsed and bool(wall.fold)))
        at += HOUR
    return seen


def times_by_the_wall(when: Schedule, after: datetime, until: datetime) -> list[datetime]:
    """Return the slots of a schedule later than `after` and not later than `until`."""
    seen = hourly_readings((after - DAY).date(), (until + DAY).date())
    if isinstance(when, Every):
        minutes = (look.at + minute * MINUTE for look in seen for minute in range(60))
        due = [at for at in minutes if int(at.timestamp()) // 60 % when.minutes == 0]
    elif isinstance(when, Daily | Weekly | Monthly):
        shown = {look.day: look.at for look in seen if look.shows == when.at.hour and not look.again}
        went_by = {look.day: look.at for look in seen if look.elapsed == when.at.hour}
        # On a day that never shows the hour, it is as long after midnight as on any other.
        due = [shown.get(day, hour) + when.at.minute * MINUTE for day, hour in went_by.items() if falls_on(when, day)]
    else:
        due = []
    return [at for at in due if after < at <= until]


def falls_on(when: Daily | Weekly | Monthly, day: date) -> bool:
    """Say whether the schedule has a slot on the day."""
    if isinstance(when, Daily):
        return not when.working or is_working(day)
    if isinstance(when, Weekly):
        return f"{day:%A}" == WEEKDAYS[when.weekday]
    length = (day.replace(day=28) + 4 * DAY).replace(day=1) - DAY
    fitting = [each for each in (day.replace(day=n) for n in range(1, length.day + 1)) if is_of_kind(when.kind, each)]
    if when.which == LAST_OF_MONTH or (when.kind == "day" and when.which > length.day):
        return day == fitting[-1]
    return day in fitting and fitting.index(day) + 1 == when.which


def is_of_kind(kind: str, day: date) -> bool:
    """Say whether a day is a working day, or a Tuesday."""
    return is_working(day) if kind == "working day" else kind in {"day", f"{day:%A}"}


def is_working(day: date) -> bool:
    """Say whether people work, in a year of which the holidays are listed."""
    assert 2021 <= day.year <= 2026
    return f"{day:%A}" not in {"Saturday", "Sunday"} and day not in BANK_HOLIDAYS
