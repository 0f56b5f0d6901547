"""Numbers, dates and lists in words. Rounding happens here and nowhere else, half away from zero."""

from __future__ import annotations

from datetime import date
from decimal import ROUND_HALF_UP, Decimal
from typing import TYPE_CHECKING

from integration.words import MONTHS

if TYPE_CHECKING:
    from collections.abc import Sequence

DECEMBER = 12


def percent(value: float) -> str:
    """Return a share as a whole percentage: 0.625 is "63%"."""
    return f"{_rounded(value, shift=2, places=0)}%"


def one_decimal(value: float) -> str:
    """Return a number with one decimal."""
    return f"{_rounded(value, shift=0, places=1)}"


def whole(value: float) -> str:
    """Return a whole number without a decimal point; another one with one decimal."""
    return f"{value:.0f}" if value == int(value) else one_decimal(value)


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


def _rounded(value: float, *, shift: int, places: int) -> Decimal:
    # repr gives the shortest decimal of the float, so that 0.145 rounds as the 14.5 that people see.
    rounded = Decimal(repr(float(value))).scaleb(shift).quantize(Decimal(1).scaleb(-places), ROUND_HALF_UP)
    return rounded or abs(rounded)  # never a zero with a minus
