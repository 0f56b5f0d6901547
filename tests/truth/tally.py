"""Counts facts that are right and keeps those that are wrong."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Set as AbstractSet

NEAR = 1e-9


@dataclass(slots=True)
class Tally:
    """How many facts were right, and a line for each that was not."""

    right: int = 0
    wrong: list[str] = field(default_factory=list)

    def same(self, what: str, found: object, expected: object) -> None:
        """Hold one fact against another; numbers may differ by rounding."""
        if is_same(found, expected):
            self.right += 1
        else:
            self.wrong.append(f"{what}: found {found!r}, expected {expected!r}")

    def every(self, what: str, found: AbstractSet[tuple[str, ...]], expected: AbstractSet[tuple[str, ...]]) -> None:
        """Hold two sets against each other: one fact for each thing in either."""
        for thing in sorted(found | expected):
            if thing in found and thing in expected:
                self.right += 1
            else:
                self.wrong.append(f"{what}: {thing} is {'missing' if thing in expected else 'not true'}")


def is_same(found: object, expected: object) -> bool:
    """Say whether two facts agree."""
    if isinstance(found, int | float) and isinstance(expected, int | float):
        return abs(found - expected) <= NEAR * max(1.0, abs(expected))
    return found == expected
