"""The labels that can be chosen, as the configuration may name them: one line each, and none twice."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from config.fold import clean, fold

if TYPE_CHECKING:
    from collections.abc import Iterable

NO_ANSWER = r"(i'd |i would )?(prefer|rather) not( to)?( say| answer| tell)?( .*)?"
OTHER = "other"
APOSTROPHE = "\N{RIGHT SINGLE QUOTATION MARK}"


def one_line(text: str) -> str:
    """Return the text on one line; characters that no line can hold are left out."""
    return clean("".join(" " if character < " " or character == "\x7f" else character for character in text))


def distinct(labels: Iterable[str]) -> tuple[str, ...]:
    """Return the labels on one line each, without empty ones and without a second spelling of the same."""
    first: dict[str, str] = {}
    for label in map(one_line, labels):
        if label:
            first.setdefault(fold(label), label)
    return tuple(first.values())


def is_no_answer(label: str) -> bool:
    """Say whether somebody who chooses this says that they do not answer."""
    return re.fullmatch(NO_ANSWER, fold(label).replace(APOSTROPHE, "'")) is not None


def split_no_answer(labels: Iterable[str], *, other: bool) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Return the labels that are answers, and those that say that there is none.

    With `other`, a label “Other” is left out: it is taken in by whatever is typed. There are always answers where
    there are labels: those that would all say nothing are answers.
    """
    every = distinct(labels)
    if other:
        every = tuple(label for label in every if fold(label) != OTHER)
    none = tuple(label for label in every if is_no_answer(label))
    answers = tuple(label for label in every if label not in none)
    return (answers, none) if answers else (every, ())
