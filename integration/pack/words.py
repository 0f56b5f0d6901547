"""Numbers, dates and lists in words."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

from integration.words import MONTHS, whole

if TYPE_CHECKING:
    from collections.abc import Sequence

DECEMBER = 12


def counted(number: float, noun: str, *, plural: str = "") -> str:
    """Return "1 answer", "9 answers"."""
    return f"{whole(number)} {noun if number == 1 else plural or f'{noun}s'}"


def listed(items: Sequence[str]) -> str:
    """Return "a", "a and b", "a, b and c"."""
    return items[0] if len(items) == 1 else f"{', '.join(items[:-1])} and {items[-1]}" if items else ""


def short_date(day: date) -> str:
    """Return "31 Jul 2022", for the columns of a table."""
    return f"{day.day} {MONTHS[day.month - 1][:3]} {day.year}"


def first_day(month: str) -> date:
    """Return the first day of a month written `YYYY-MM`."""
    year, number = month.split("-")
    return date(int(year), int(number), 1)


def next_month(day: date) -> date:
    """Return the first day of the month after the day's."""
    return date(day.year + day.month // DECEMBER, day.month % DECEMBER + 1, 1)
