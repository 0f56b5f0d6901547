"""Text of a pack: lists in words, and titles typed by people made safe to show: cleaned, shortened, quoted."""

from __future__ import annotations

import unicodedata
from datetime import date
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

DECEMBER = 12


def format_list(items: Sequence[str]) -> str:
    """Return "a", "a and b", "a, b and c"."""
    return items[0] if len(items) == 1 else f"{', '.join(items[:-1])} and {items[-1]}" if items else ""


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
    visible = "".join(c for c in spaced if unicodedata.category(c) not in _INVISIBLE or c in _JOINERS)
    # Taking characters out may bring two spaces, or two letters that compose, together.
    visible = " ".join(unicodedata.normalize("NFC", visible).split())
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
    return "".join(c if c <= _LAST_LATIN or c in _PUNCTUATION else STAND_IN for c in text)
