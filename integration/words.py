"""Dates in words, as leaders read them: English whatever the machine's language is."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from datetime import date

MONTHS = (
    "January", "February", "March", "April", "May", "June",
    "July", "August", "September", "October", "November", "December",
)  # fmt: skip


def long_date(day: date) -> str:
    """Return "31 July 2022"."""
    return f"{day.day} {month_words(day)}"


def month_words(day: date) -> str:
    """Return "July 2022"."""
    return f"{MONTHS[day.month - 1]} {day.year}"


def span(start: date, end: date) -> str:
    """Return "18 to 31 July 2022", "27 June to 10 July 2022" or "20 December 2021 to 2 January 2022"."""
    if (start.year, start.month) == (end.year, end.month):
        return f"{start.day} to {long_date(end)}"
    if start.year == end.year:
        return f"{start.day} {MONTHS[start.month - 1]} to {long_date(end)}"
    return f"{long_date(start)} to {long_date(end)}"
