"""What the upkeep of watches, or of channels, came to."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from integration.errors import CrescendoError


@dataclass(slots=True)
class Upkeep:
    """How many were made and how many were kept; which sources are read again, and what could not be kept."""

    made: int = 0
    kept: int = 0
    behind: list[str] = field(default_factory=list)
    errors: list[CrescendoError] = field(default_factory=list)

    def in_words(self, one: str, many: str, kept: str) -> str:
        """Return both numbers, such as `2 watches made, 6 renewed`; "" where there are none."""
        parts = [(self.made, "made"), (self.kept, kept)]
        told = [(number, word) for number, word in parts if number]
        if not told:
            return ""
        (number, word), *more = told
        first = f"{number} {one if number == 1 else many} {word}"
        return ", ".join([first, *(f"{number} {word}" for number, word in more)])
