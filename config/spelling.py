"""Cleaning and comparing text, guessing what was misspelt, and quoting text in messages."""

from __future__ import annotations

import re
import unicodedata
from difflib import get_close_matches
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable

MAX_QUOTED_LENGTH = 60
MAX_LISTED = 20
MIN_SIMILARITY = 0.6
"""How alike two spellings must be (difflib's ratio) before one is offered for the other."""


INVISIBLE = (
    "\x00-\x08\x0e-\x1b\x7f-\x84\x86-\x9f"  # control characters
    "\u00ad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180b-\u180f\u200b-\u200f\u202a-\u202e\u2060-\u206f\u3164"
    "\ufe00-\ufe0f\ufeff\uffa0\ufff0-\ufffb\U0001bca0-\U0001bca3\U0001d173-\U0001d17a\U000e0000-\U000e0fff"
)
"""What cannot be seen, as a regular expression has it between brackets: zero-width spaces and joiners, soft
hyphens, marks of byte order and direction, fillers, variation selectors (Default_Ignorable_Code_Point of Unicode), and
control characters that are no white space."""

INVISIBLE_CHARACTERS = re.compile(f"[{INVISIBLE}]+")
_VISIBLE = re.compile(rf"[^\s{INVISIBLE}\u2800]")
_BLANK_PATTERN = "\u2800"
"""The Braille pattern without dots looks like a space, and is none to Unicode."""


def clean_text(text: str) -> str:
    """Return the text in NFC, stripped, every run of white space one space; invisible characters stay."""
    return " ".join(unicodedata.normalize("NFC", text).split())


def visible_text(text: str) -> str:
    """Return the cleaned text without the characters that cannot be seen."""
    if text.isascii() and text.isprintable():
        return " ".join(text.split())
    # Before NFC, because one that stands between a letter and its accent keeps the two apart.
    return clean_text(INVISIBLE_CHARACTERS.sub("", text).replace(_BLANK_PATTERN, " "))


def is_visible(text: str) -> bool:
    """Return whether anything of the text can be seen."""
    return _VISIBLE.search(text) is not None


def is_blank(cell: object) -> bool:
    """Return whether a cell or an answer holds nothing, or nothing that can be seen."""
    if not isinstance(cell, str):
        return cell is None
    return not ("!" <= cell[:1] <= "~" or is_visible(cell))  # most begin with a letter that is seen at one look


def fold_case(text: str) -> str:
    """Return the visible text without case, for comparisons: two spellings of one thing become the same."""
    if text.isascii() and text.isprintable():
        return " ".join(text.split()).lower()
    return unicodedata.normalize("NFC", visible_text(text).casefold())


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
    line = " ".join("".join(c if c.isprintable() else " " for c in INVISIBLE_CHARACTERS.sub("", text)).split())
    return f"“{line if len(line) <= MAX_QUOTED_LENGTH else line[: MAX_QUOTED_LENGTH - 1] + '…'}”"
