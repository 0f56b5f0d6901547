"""Folding text: what is compared is not what was typed, but what was meant."""

from __future__ import annotations

import unicodedata


def clean(text: str) -> str:
    """Return the text in NFC, stripped, every run of white space one space."""
    return " ".join(unicodedata.normalize("NFC", text).split())


def fold(text: str) -> str:
    """Return the cleaned text without case: two spellings of one thing fold to the same."""
    return unicodedata.normalize("NFC", clean(text).casefold())
