"""How sentences of the landing name things: words in quotation marks, lists of them, columns by their letters."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from config.fold import clean

if TYPE_CHECKING:
    from collections.abc import Iterable

Place = Callable[..., str]
"""Gives for steps into a form's or sheet's YAML where they stand: `("fields", "heard", "question")` is line 43."""

LONGEST = 160
MOST_LISTED = 12
LETTERS = 26


def said(words: str) -> str:
    """Return words on one line in quotation marks: long enough to be typed again, cut where nobody would."""
    line = clean("".join(letter if letter.isprintable() else " " for letter in words))
    return f"“{line if len(line) <= LONGEST else line[: LONGEST - 1] + '…'}”" if line else "“” (no words)"


def listed(words: Iterable[str]) -> str:
    """Return words in quotation marks with commas between them; a long list is cut."""
    every = list(words)
    more = f" and {len(every) - MOST_LISTED} more" if len(every) > MOST_LISTED else ""
    return ", ".join(said(each) for each in every[:MOST_LISTED]) + more


def column_letters(place: int) -> str:
    """Return how a spreadsheet calls the column at a place counted from 0: A, Z, AA."""
    letters = ""
    number = place + 1
    while number:
        number, rest = divmod(number - 1, LETTERS)
        letters = chr(ord("A") + rest) + letters
    return letters
