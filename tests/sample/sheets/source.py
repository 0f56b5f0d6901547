"""A tab of the register, and what its rows share."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from tests.sample.free_text import words
from tests.sample.spelling import respell
from tests.sample.typed_values import NOTHING, Formula, TypedAnswer

if TYPE_CHECKING:
    from collections.abc import Mapping

    from tests.sample.random_choices import RandomChoices

Line = dict[str, TypedAnswer]
"""What stands in each column of a row, by the column's name in `data.xlsx`; a blank row is empty."""

NO_AUTHORITY = tuple(
    TypedAnswer(typed, None, "unknown_authority")
    for typed in (None, "Sycamore", "North brook", "Northbrook/Southmere", "Elm", "  ", "n/a", "nan", "The Northbrook")
)
OWNERS = tuple(TypedAnswer(text, text) for text in ("Team manager", "Duty lead", "Practice lead", "=Head of service"))
FORMULAS = tuple(
    TypedAnswer(Formula(formula, shows), shows)
    for formula, shows in (
        ('=HYPERLINK("http://example.org","click")', "click"),
        ('="in "&"two"', "in two"),
        ('=UPPER("done")', "DONE"),
        ('="="&"1+1"', "=1+1"),
    )
)


@dataclass(frozen=True, slots=True, eq=False)
class Source:
    """A tab: its headings by column, its key columns, and the column that says whose a row is."""

    key: str
    tab: str
    headings: Mapping[str, str]
    key_columns: tuple[str, ...]
    kept_by: str

    def key_of(self, line: Line) -> str | None:
        """Return the row's key; None where a part of it is missing."""
        parts = [line.get(column, NOTHING).means for column in self.key_columns]
        return None if None in parts else " · ".join(str(part) for part in parts)


def authority(draw: RandomChoices, key: str) -> TypedAnswer:
    """Return an authority as people write it."""
    name = key.capitalize()
    return TypedAnswer(respell(draw, name) if draw.slips(0.2) else name, key)


def notes(draw: RandomChoices) -> TypedAnswer:
    """Return what stands in a column for notes: words, a formula, nothing."""
    if draw.slips(0.15):
        return draw.deal("formula", FORMULAS)
    return words(draw)


def owner(draw: RandomChoices) -> TypedAnswer:
    """Return who looks after a row."""
    return NOTHING if draw.happens(0.1) else draw.deal("owner", OWNERS)


def with_blanks(draw: RandomChoices, lines: list[Line]) -> list[Line]:
    """Return the lines with blank rows between and after them, one of them of white space alone."""
    if draw.clean:
        return lines
    spread: list[Line] = []
    for line in lines:
        if draw.happens(0.1):
            spread.append({})
        spread.append(line)
    return [*spread, {"owner": TypedAnswer("  \u00a0")}, {}, {}]
