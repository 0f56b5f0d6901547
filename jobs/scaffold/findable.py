"""A field finds its question again by its id, else by its words: neither can be that of two fields."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

from config.fold import fold
from jobs.scaffold.guess import Guess, LeftOut, Row

if TYPE_CHECKING:
    from collections.abc import Iterable

NOT_FOUND_AGAIN = "another question has its id and its words, so its answers cannot be told from that one's"


def make_findable(guesses: Iterable[Guess | LeftOut]) -> list[Guess | LeftOut]:
    """Return the fields with each id and each question once, the first time; one that has neither is left out."""
    every, taken = list(guesses), _Taken()
    # The team comes first wherever it stands: without it the form would not be read at all.
    for place in sorted(range(len(every)), key=lambda place: not _is_team(every[place])):
        guess = every[place]
        if isinstance(guess, Guess):
            every[place] = _settle(guess, taken)
    return every


def _is_team(guess: Guess | LeftOut) -> bool:
    return isinstance(guess, Guess) and guess.type == "team"


@dataclass(frozen=True, slots=True)
class _Taken:
    """The ids and words that are taken, folded."""

    ids: set[str] = field(default_factory=set)
    words: set[str] = field(default_factory=set)


def _settle(guess: Guess, taken: _Taken) -> Guess | LeftOut:
    rows = tuple(Row(_first(row.id, taken.ids), row.label) for row in guess.rows)
    settled = replace(guess, id=_first(guess.id, taken.ids), words=_first(guess.words, taken.words), rows=rows)
    has_ids = all(row.id for row in rows) if rows else bool(settled.id)
    return settled if settled.words or has_ids else LeftOut(guess.words, NOT_FOUND_AGAIN)


def _first(text: str, taken: set[str]) -> str:
    """Return the text and take it; "" where it is taken."""
    folded = fold(text)
    if folded in taken:
        return ""
    taken.add(folded)
    return text
