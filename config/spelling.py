"""Cleaning and comparing text, guessing what was misspelt, and quoting text in messages."""

from __future__ import annotations

import unicodedata
from difflib import get_close_matches
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable

MAX_QUOTED_LENGTH = 60
MAX_LISTED = 20
MIN_SIMILARITY = 0.6
"""How alike two spellings must be (difflib's ratio) before one is offered for the other."""


def clean_text(text: str) -> str:
    """Return the text in NFC, stripped, every run of white space one space."""
    return " ".join(unicodedata.normalize("NFC", text).split())


def fold_case(text: str) -> str:
    """Return the cleaned text without case, for comparisons: two spellings of one thing become the same."""
    return unicodedata.normalize("NFC", clean_text(text).casefold())


def nearest(found: str, allowed: Iterable[str]) -> str:
    """Return the allowed spelling that was probably meant; "" where nothing comes near."""

    def comparable(text: str) -> str:
        # A very long text would make the comparison slow, and is no misspelling of anything.
        return fold_case(text)[:MAX_QUOTED_LENGTH].replace("-", "_").replace(" ", "_")

    names = {comparable(name): name for name in reversed(list(allowed))}
    close = get_close_matches(comparable(found), names, n=1, cutoff=MIN_SIMILARITY)
    return names[close[0]] if close else ""


def listed(names: Iterable[str]) -> str:
    """Return the names as a list for a message; a very long one is cut."""
    every = list(names)
    shown = ", ".join(every[:MAX_LISTED])
    return f"{shown} and {len(every) - MAX_LISTED} more" if len(every) > MAX_LISTED else shown


def quoted(text: str) -> str:
    """Return the text on one line in quotation marks, cut where it is long."""
    line = " ".join("".join(c if c.isprintable() else " " for c in text).split())
    return f"“{line if len(line) <= MAX_QUOTED_LENGTH else line[: MAX_QUOTED_LENGTH - 1] + '…'}”"
