"""Seeded random choices: the same seed gives the same sample."""

from __future__ import annotations

from random import Random
from typing import TYPE_CHECKING, TypeVar

if TYPE_CHECKING:
    from collections.abc import Sequence

T = TypeVar("T")

ID_LETTERS = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_"


class RandomChoices:
    """Random choices from a seed. With `clean`, no respondent slips: no odd spelling, no mistake."""

    def __init__(self, *, seed: int, clean: bool = False) -> None:
        self.clean = clean
        self._random = Random(seed)
        self._decks: dict[str, list[int]] = {}

    def tidy(self) -> RandomChoices:
        """Return the same choices for a respondent who never slips."""
        other = RandomChoices(seed=0, clean=True)
        other._random, other._decks = self._random, self._decks
        return other

    def happens(self, probability: float) -> bool:
        """Say whether something quite usual happens."""
        return self._random.random() < probability

    def slips(self, probability: float) -> bool:
        """Whether the respondent writes oddly or wrongly this time."""
        return not self.clean and self._random.random() < probability

    def number(self, low: int, high: int) -> int:
        """Return a whole number, both ends possible."""
        return self._random.randint(low, high)

    def pick(self, options: Sequence[T]) -> T:
        """Return any one of the options."""
        return options[int(self._random.random() * len(options))]

    def some(self, options: Sequence[T], *, most: int) -> tuple[T, ...]:
        """Return up to `most` different options in any order, perhaps none."""
        return tuple(self._random.sample(options, self._random.randint(0, most)))

    def deal(self, deck: str, options: Sequence[T]) -> T:
        """Return one of the options, each of them once before any comes twice; a deck is known by its name."""
        left = self._decks.setdefault(deck, [])
        if not left:
            left.extend(range(len(options)))
            self._random.shuffle(left)
        return options[left.pop()]

    def mix(self, things: list[T]) -> list[T]:
        """Return the things in any order."""
        return self._random.sample(things, len(things))

    def response_id(self) -> str:
        """Return an id as the Forms API makes them: letters of both cases, digits, `-` and `_`."""
        return "ACYDB" + "".join(self._random.choices(ID_LETTERS, k=24))
