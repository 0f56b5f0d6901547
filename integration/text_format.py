"""Dates, numbers and quotations as text for people: English whatever the machine's language is.

Rounding happens here and nowhere else, half away from zero.
"""

from __future__ import annotations

from datetime import datetime
from decimal import ROUND_HALF_UP, Decimal
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from config.spelling import clean_text

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import date


MONTHS = (
    "January", "February", "March", "April", "May", "June",
    "July", "August", "September", "October", "November", "December",
)  # fmt: skip


def format_date(day: date) -> str:
    """Return "31 July 2022"."""
    return f"{day.day} {format_month(day)}"


def format_month(day: date) -> str:
    """Return "July 2022"."""
    return f"{MONTHS[day.month - 1]} {day.year}"


def format_date_range(start: date, end: date) -> str:
    """Return "18 to 31 July 2022", "27 June to 10 July 2022" or "20 December 2021 to 2 January 2022"."""
    if (start.year, start.month) == (end.year, end.month):
        return f"{start.day} to {format_date(end)}"
    if start.year == end.year:
        return f"{start.day} {MONTHS[start.month - 1]} to {format_date(end)}"
    return f"{format_date(start)} to {format_date(end)}"


def format_percent(value: float) -> str:
    """Return a share as a whole percentage: 0.625 is "63%"."""
    return f"{_rounded(value, shift=2, places=0)}%"


def format_one_decimal(value: float) -> str:
    """Return a number with one decimal."""
    return f"{_rounded(value, shift=0, places=1)}"


def format_number(value: float) -> str:
    """Return a whole number without a decimal point; another one with one decimal."""
    return f"{value:.0f}" if value == int(value) else format_one_decimal(value)


def _rounded(value: float, *, shift: int, places: int) -> Decimal:
    # repr gives the shortest decimal of the float, so that 0.145 rounds as the 14.5 that people see.
    rounded = Decimal(repr(float(value))).scaleb(shift).quantize(Decimal(1).scaleb(-places), ROUND_HALF_UP)
    return rounded or abs(rounded)  # never a zero with a minus


PLURALS = {
    "older reading of a sheet": "older readings of sheets",
    "line on runs and alerts": "lines on runs and alerts",
    "line of the audit trail": "lines of the audit trail",
    "mail in the outbox": "mails in the outbox",
    "old copy of the store": "old copies of the store",
}
"""Where more of something is not its name with an s."""


def format_count(number: int, what: str) -> str:
    """Return `1 response`, `2 responses`."""
    return f"{number} {what}" if number == 1 else f"{number} {PLURALS.get(what, f'{what}s')}"


LONDON = ZoneInfo("Europe/London")


def format_time(iso: str | None) -> str:
    """Return an ISO text in UTC as "31 Jul 2022 09:00"; "never" for none."""
    return f"{datetime.fromisoformat(iso).astimezone(LONDON):%d %b %Y %H:%M}" if iso else "never"


LONGEST_QUOTE = 160
LONGEST_LIST = 12
LETTERS = 26


def quote(words: str) -> str:
    """Return words on one line in quotation marks: long enough to be typed again, cut where nobody would."""
    line = clean_text("".join(letter if letter.isprintable() else " " for letter in words))
    return f"“{line if len(line) <= LONGEST_QUOTE else line[: LONGEST_QUOTE - 1] + '…'}”" if line else "“” (no words)"


def quote_list(words: Iterable[str]) -> str:
    """Return words in quotation marks with commas between them; a long list is cut."""
    every = list(words)
    more = f" and {len(every) - LONGEST_LIST} more" if len(every) > LONGEST_LIST else ""
    return ", ".join(quote(each) for each in every[:LONGEST_LIST]) + more


def format_column_letters(place: int) -> str:
    """Return how a spreadsheet calls the column at a place counted from 0: A, Z, AA."""
    letters = ""
    number = place + 1
    while number:
        number, rest = divmod(number - 1, LETTERS)
        letters = chr(ord("A") + rest) + letters
    return letters
