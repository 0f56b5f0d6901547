"""Numbers, dates and lists in words."""

from __future__ import annotations

import unicodedata
from datetime import date
from typing import TYPE_CHECKING

from integration.text_format import MONTHS, format_number

if TYPE_CHECKING:
    from collections.abc import Sequence

DECEMBER = 12


def format_count(number: float, noun: str, *, plural: str = "") -> str:
    """Return "1 answer", "9 answers"."""
    return f"{format_number(number)} {noun if number == 1 else plural or f'{noun}s'}"


def format_list(items: Sequence[str]) -> str:
    """Return "a", "a and b", "a, b and c"."""
    return items[0] if len(items) == 1 else f"{', '.join(items[:-1])} and {items[-1]}" if items else ""


def format_short_date(day: date) -> str:
    """Return "31 Jul 2022", for the columns of a table."""
    return f"{day.day} {MONTHS[day.month - 1][:3]} {day.year}"


def first_day(month: str) -> date:
    """Return the first day of a month written `YYYY-MM`."""
    year, number = month.split("-")
    return date(int(year), int(number), 1)


def next_month(day: date) -> date:
    """Return the first day of the month after the day's."""
    return date(day.year + day.month // DECEMBER, day.month % DECEMBER + 1, 1)


LONGEST_TITLE = 160
LONGEST_IN_SENTENCE = 70
STAND_IN = "\u25a1"
"""Stands for a letter that the pictures' and the PDF's fonts cannot draw."""

_INVISIBLE = {"Cc", "Cf", "Cs", "Co", "Cn"}
_JOINERS = "\u200c\u200d"
_LAST_LATIN = "\u024f"
_PUNCTUATION = "\u2013\u2014\u2018\u2019\u201c\u201d\u2026"


def clean_title(text: str, *, longest: int = LONGEST_TITLE) -> str:
    """Return the text in NFC on one line, without control, direction or unassigned characters, cut if too long."""
    spaced = " ".join(unicodedata.normalize("NFC", text).split())
    seen = "".join(c for c in spaced if unicodedata.category(c) not in _INVISIBLE or c in _JOINERS)
    # Taking characters out may bring two spaces, or two letters that compose, together.
    seen = " ".join(unicodedata.normalize("NFC", seen).split())
    return shorten(seen, longest) if seen.strip(_JOINERS) else "(no title)"


def shorten(text: str, longest: int) -> str:
    """Return the text, cut after a word with an ellipsis where it is longer than `longest` characters."""
    if len(text) <= longest:
        return text
    room = text[: longest - 1]
    at_word = room.rsplit(" ", 1)[0]
    return (at_word if len(at_word) > longest // 2 else room).rstrip(" ,;:.") + "…"


def quote(text: str) -> str:
    """Return a title as it stands within a sentence."""
    return f"“{shorten(text, LONGEST_IN_SENTENCE)}”"


def replace_undrawable(text: str) -> str:
    """Return the text with a stand-in for each letter beyond the Latin ones: the pictures' fonts know few others."""
    return "".join(c if c <= _LAST_LATIN or c in _PUNCTUATION else STAND_IN for c in text)
