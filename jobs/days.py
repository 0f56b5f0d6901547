"""The days on which a schedule falls: pure reckoning, with the bank holidays of England and Wales."""

from __future__ import annotations

import calendar
from datetime import date, timedelta
from functools import cache
from typing import TYPE_CHECKING

from config.when import LAST, WEEKDAYS, Daily, Monthly, Weekly

if TYPE_CHECKING:
    from collections.abc import Iterator

DAY = timedelta(days=1)
SATURDAY = 5


def days_between(when: Daily | Weekly | Monthly, first: date, last: date) -> Iterator[date]:
    """Give the days of the schedule from `first` to `last`, both included, ascending."""
    match when:
        case Daily(working=working):
            return (day for day in _every_day(first, last) if not working or is_working_day(day))
        case Weekly(weekday=weekday):
            return _every_day(first + (weekday - first.weekday()) % len(WEEKDAYS) * DAY, last, step=len(WEEKDAYS))
        case Monthly():
            of_each = (_day_of(when, year, month) for year, month in _months(first, last))
            return (day for day in of_each if day is not None and first <= day <= last)


def is_working_day(day: date) -> bool:
    """Say whether it is a Monday to Friday that is no bank holiday of England and Wales."""
    return day.weekday() < SATURDAY and day not in _bank_holidays(day.year)


@cache
def _bank_holidays(year: int) -> frozenset[date]:
    from holidays import country_holidays  # noqa: PLC0415  # slow to import, and few schedules ask

    return frozenset(country_holidays("GB", subdiv="ENG", years=year))  # Wales has the same


def _day_of(when: Monthly, year: int, month: int) -> date | None:
    """Return the day of the schedule in a month; None where the month has no fifth such day."""
    days = calendar.monthrange(year, month)[1]
    every = [date(year, month, day) for day in range(1, days + 1)]
    if when.kind == "day":
        return every[-1] if when.which == LAST else every[min(when.which, days) - 1]
    if when.kind == "working day":
        fitting = [day for day in every if is_working_day(day)]
    else:
        fitting = [day for day in every if WEEKDAYS[day.weekday()] == when.kind]
    if when.which == LAST:
        return fitting[-1]
    return fitting[when.which - 1] if when.which <= len(fitting) else None


def _every_day(first: date, last: date, *, step: int = 1) -> Iterator[date]:
    return (first + number * DAY for number in range(0, (last - first).days + 1, step))


def _months(first: date, last: date) -> Iterator[tuple[int, int]]:
    for number in range(first.year * 12 + first.month - 1, last.year * 12 + last.month):
        yield number // 12, number % 12 + 1
