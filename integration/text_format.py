"""Dates, numbers, lists, quotations and titles as text for people: English whatever the machine's language is.

Rounding happens here and nowhere else, half away from zero.
"""

from __future__ import annotations

import math
import unicodedata
from datetime import date, datetime
from decimal import ROUND_HALF_UP, Decimal
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from config.spelling import clean_text, visible_text

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

LONDON = ZoneInfo("Europe/London")
MONTHS = (
    "January", "February", "March", "April", "May", "June",
    "July", "August", "September", "October", "November", "December",
)  # fmt: skip
IRREGULAR_PLURALS = {
    "older reading of a sheet": "older readings of sheets",
    "line on runs and alerts": "lines on runs and alerts",
    "line of the audit trail": "lines of the audit trail",
    "mail in the outbox": "mails in the outbox",
    "old copy of the store": "old copies of the store",
}
"""Plurals that are not the singular with an s."""

MAX_QUOTE_LENGTH = 160
MAX_LIST_LENGTH = 12


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


def format_time(iso: str | None) -> str:
    """Return an ISO text in UTC as London's "31 Jul 2022 09:00"; "never" for none."""
    return f"{datetime.fromisoformat(iso).astimezone(LONDON):%d %b %Y %H:%M}" if iso else "never"


def format_percent(value: float) -> str:
    """Return a share as a whole percentage: 0.625 is "63%"."""
    return f"{_round(value, shift=2, places=0)}%"


def format_one_decimal(value: float) -> str:
    """Return a number with one decimal."""
    return f"{_round(value, shift=0, places=1)}"


def round_as_shown(value: float, *, places: int) -> float:
    """Return the number as it is written with so many decimals: 0.625 with two is 0.63. NaN stays NaN."""
    return value if math.isnan(value) else float(_round(value, shift=0, places=places))


def format_number(value: float) -> str:
    """Return a whole number without a decimal point; another one with one decimal."""
    return f"{value:.0f}" if value == int(value) else format_one_decimal(value)


def _round(value: float, *, shift: int, places: int) -> Decimal:
    # repr gives the shortest decimal of the float, so that 0.145 rounds as the 14.5 that people see.
    rounded = Decimal(repr(float(value))).scaleb(shift).quantize(Decimal(1).scaleb(-places), ROUND_HALF_UP)
    return rounded or abs(rounded)  # never a zero with a minus


def format_count(number: float, noun: str, *, plural: str = "") -> str:
    """Return "1 response", "2 responses"; `plural` where it is not the noun with an s."""
    return f"{format_number(number)} {noun if number == 1 else plural or IRREGULAR_PLURALS.get(noun, f'{noun}s')}"


def format_list(items: Sequence[str]) -> str:
    """Return "a", "a and b", "a, b and c"."""
    return items[0] if len(items) == 1 else f"{', '.join(items[:-1])} and {items[-1]}" if items else ""


def format_column_letters(index: int) -> str:
    """Return what a spreadsheet calls the column at an index counted from 0: A, Z, AA."""
    letters = ""
    number = index + 1
    while number:
        number, rest = divmod(number - 1, 26)
        letters = chr(ord("A") + rest) + letters
    return letters


def quote(text: str) -> str:
    """Return a text on one line in quotation marks, cut after 160 characters: more of it would not be typed again."""
    line = clean_text("".join(character if character.isprintable() else " " for character in visible_text(text)))
    if not line:
        return "“” (no words)"
    return f"“{line if len(line) <= MAX_QUOTE_LENGTH else line[: MAX_QUOTE_LENGTH - 1] + '…'}”"


def quote_list(texts: Iterable[str]) -> str:
    """Return texts in quotation marks with commas between them; a list of more than 12 is cut."""
    all_texts = list(texts)
    more = f" and {len(all_texts) - MAX_LIST_LENGTH} more" if len(all_texts) > MAX_LIST_LENGTH else ""
    return ", ".join(map(quote, all_texts[:MAX_LIST_LENGTH])) + more


LONGEST_TITLE = 160
LONGEST_IN_SENTENCE = 70
STAND_IN = "\u25a1"
"""Stands for a letter that the pictures' and the PDF's fonts cannot draw."""

LAST_LATIN = "\u024f"
"""The last letter that they can draw; beyond it they have some signs."""

_INVISIBLE = {"Cc", "Cf", "Cs", "Co", "Cn"}
_JOINERS = "\u200c\u200d"
_PUNCTUATION = "\u2013\u2014\u2018\u2019\u201c\u201d\u2026"


def clean_title(text: str, *, longest: int = LONGEST_TITLE) -> str:
    """Return the text in NFC on one line, without control, direction or unassigned characters, cut if too long."""
    spaced = clean_text(text)
    visible = "".join(c for c in spaced if unicodedata.category(c) not in _INVISIBLE or c in _JOINERS)
    # Taking characters out may bring two spaces, or two letters that compose, together.
    visible = clean_text(visible)
    return shorten(visible, longest) if visible.strip(_JOINERS) else "(no title)"


def shorten(text: str, longest: int) -> str:
    """Return the text, cut after a word with an ellipsis where it is longer than `longest` characters."""
    if len(text) <= longest:
        return text
    room = text[: longest - 1]
    at_word = room.rsplit(" ", 1)[0]
    return (at_word if len(at_word) > longest // 2 else room).rstrip(" ,;:.") + "…"


def quote_title(text: str) -> str:
    """Return a title as it stands within a sentence."""
    return f"“{shorten(text, LONGEST_IN_SENTENCE)}”"


def replace_undrawable(text: str) -> str:
    """Return the text with a stand-in for each letter beyond the Latin ones: the pictures' fonts know few others."""
    return "".join(c if c <= LAST_LATIN or c in _PUNCTUATION else STAND_IN for c in text)
