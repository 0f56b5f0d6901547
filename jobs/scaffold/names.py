"""Short names out of words: for fields, for the rows of a grid, and for a form's own file."""

from __future__ import annotations

import re
import unicodedata
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator

LONGEST_NAME = 30
MOST_WORDS = 3
FIRST_SENTENCE = r"[^?.!:;(\[]*[a-zA-Z0-9][^?.!:;(\[]*"
WITHOUT_APOSTROPHES = dict.fromkeys(map(ord, "'\N{RIGHT SINGLE QUOTATION MARK}"))
SMALL = frozenset(
    """
    a about all also am an and any are as at be been being but by can could did do does each for from had has have how
    i if in into is it its just me more most much my of on or our out over please so some than that the their them then
    there these they this those to under up us very was we were what when where which who why will with would you your
    """.split()  # noqa: SIM905  # a list of words reads best as words
)
"""Words that say little by themselves."""


NO_TEXTS = frozenset({"null", "true", "false"})
"""What YAML takes for something else than a text."""


def short_name(words: str, taken: Collection[str], *, otherwise: str) -> str:
    """Return a name of a few of the words that is not taken; `otherwise` where no word can be part of a name."""
    for name in _tries(words, otherwise):
        if name not in taken:
            return name
    raise AssertionError("there is always a further number")


def _tries(words: str, otherwise: str) -> Iterator[str]:
    """Give names, the best first: more and more words, then numbers."""
    parts = _parts(words)
    for number in range(min(MOST_WORDS, len(parts)), len(parts) + 1):
        if name := _joined(parts[:number]):
            yield name
    first = _joined(parts[:MOST_WORDS]) or otherwise
    yield first
    yield from (f"{first}_{number}" for number in range(2, 1_000_000))


def _parts(words: str) -> list[str]:
    """Return the words of the first sentence in the letters of a name, without the small ones where others are left."""
    plain = unicodedata.normalize("NFKD", words.translate(WITHOUT_APOSTROPHES))
    letters = plain.encode("ascii", "ignore").decode().lower()
    sentence = re.match(FIRST_SENTENCE, letters)
    every = re.findall(r"[a-z0-9]+", sentence[0] if sentence else letters)
    return [word for word in every if word not in SMALL] or every


def _joined(parts: list[str]) -> str:
    """Return as many of the parts as fit into a name; a name begins with a letter."""
    name = ""
    for part in parts:
        longer = f"{name}_{part}" if name else part[:LONGEST_NAME]
        if len(longer) > LONGEST_NAME:
            break
        name = longer
    return f"q_{name}" if name[:1].isdigit() or name in NO_TEXTS else name
