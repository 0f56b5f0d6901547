"""What the upkeep of watches, or of channels, came to."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from integration.errors import CrescendoError


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of one of them: it is there, made or kept, or there is an error.

    `behind` is the form or spreadsheet that is to be read, for something may have been missed; "" where nothing was.
    """

    is_kept: bool = False
    behind: str = ""
    error: CrescendoError | None = None


@dataclass(frozen=True, slots=True)
class Upkeep:
    """What became of each."""

    outcomes: tuple[Outcome, ...] = ()

    @property
    def behind(self) -> tuple[str, ...]:
        """What is to be read, each once."""
        return tuple(dict.fromkeys(each.behind for each in self.outcomes if each.behind))

    @property
    def errors(self) -> tuple[CrescendoError, ...]:
        """What kept the others from being there."""
        return tuple(each.error for each in self.outcomes if each.error)

    def in_words(self, one: str, many: str, kept: str) -> str:
        """Return how many there are, such as `2 watches made, 6 renewed`; "" where there are none."""
        there = [each.is_kept for each in self.outcomes if each.error is None]
        counts = ((there.count(False), "made"), (there.count(True), kept))
        told = [(number, word) for number, word in counts if number]
        if not told:
            return ""
        (number, word), *more = told
        first = f"{number} {one if number == 1 else many} {word}"
        return ", ".join([first, *(f"{number} {word}" for number, word in more)])
