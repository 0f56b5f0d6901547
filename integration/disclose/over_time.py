"""What was published stands until enough people's answers to it have changed; and nothing is shown before it settled.

4. Differences over time: between two figures of one period lies the group of those whose answers changed: late, edited,
   corrected, erased, or moved by a change of the YAML. They are `minimum_group` or more, or the first figure stands,
   and what was hidden stays hidden.
5. A period is first shown `settle_days` after its last day, so that late answers and repairs are in it.

A figure is compared with everything that was ever published of it by keyed digests, one for each row that it rests on:
nothing that is kept of it holds an id or an answer.
"""

from __future__ import annotations

import hashlib
from datetime import timedelta
from typing import TYPE_CHECKING, Protocol

import numpy as np

from integration.disclose.figures_on_people import NEARLY, SEEN, Change, count_changed, is_near_unanimous
from integration.kinds.measures import DisclosedAs
from integration.model import ShownAs

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import date

    from numpy.typing import NDArray

    from integration.disclose.figures_on_people import PeopleFigure
    from integration.model import PublishedFigure

DIGEST_BYTES = 8
_MIX = (np.uint64(0xBF58476D1CE4E5B9), np.uint64(0x94D049BB133111EB))


class RowsOfFigure(Protocol):
    """The rows that a figure rests on, each with who gave it and what it contributes."""

    @property
    def ids(self) -> Sequence[str]: ...  # noqa: D102  # as said above

    @property
    def persons(self) -> Sequence[str] | NDArray[np.object_]: ...  # noqa: D102

    @property
    def answers(self) -> Sequence[float] | NDArray[np.float64]: ...  # noqa: D102


class Digests:
    """Makes digests with a key; each id and each person is digested once."""

    def __init__(self, key: bytes) -> None:
        self._key = hashlib.sha256(key).digest()
        self._known: dict[str, int] = {}

    def digest_rows(self, figure: RowsOfFigure) -> tuple[NDArray[np.uint64], NDArray[np.uint64]]:
        """Return a digest of each row and what it contributes, in ascending order, and of who gave it."""
        ids = np.array([self._digest(f"row {row_id}") for row_id in figure.ids], dtype=np.uint64)
        persons = np.array([self._digest(f"person {person}") for person in figure.persons], dtype=np.uint64)
        numbers = np.ascontiguousarray(figure.answers, dtype=np.float64).view(np.uint64)
        answers = _mix(ids ^ _mix(numbers))
        order = np.argsort(answers, kind="stable")
        return answers[order], persons[order]

    def _digest(self, text: str) -> int:
        if text not in self._known:
            digest = hashlib.blake2b(text.encode("utf-8", "surrogatepass"), key=self._key, digest_size=DIGEST_BYTES)
            self._known[text] = int.from_bytes(digest.digest(), "big")
        return self._known[text]


def _mix(numbers: NDArray[np.uint64]) -> NDArray[np.uint64]:
    """Return other numbers that differ wherever these do (the finaliser of SplitMix64)."""
    with np.errstate(over="ignore"):
        for shift, factor in zip((np.uint64(30), np.uint64(27)), _MIX, strict=True):
            numbers = (numbers ^ (numbers >> shift)) * factor
    return numbers ^ (numbers >> np.uint64(31))


def has_settled(last: date, *, settle_days: int, today: date) -> bool:
    """Return whether a period that ended on this day may be shown."""
    return last + timedelta(days=settle_days) <= today


def compare_with_published(
    figure: PeopleFigure, versions: Sequence[PublishedFigure], digests: Digests, minimum: int
) -> None:
    """Note what became of the figure since it was published; `versions` are in the order of time.

    It is compared with every version. The nearest stands, of several the newest.
    """
    if not versions:
        return
    answers, persons = digests.digest_rows(figure)
    found = [(_list_changed(answers, persons, version), version) for version in versions]
    changed, nearest = min(reversed(found), key=lambda pair: len(pair[0]))
    is_small = [
        count_changed(those) < minimum or _tells_of_the_changed(figure, version, count_changed(those))
        for those, version in found
        if version is nearest or version.shown_as in SEEN
    ]
    figure.published, figure.changed = nearest, changed
    figure.change = Change.NONE if not changed else Change.FEW if any(is_small) else Change.ENOUGH


def _list_changed(answers: NDArray[np.uint64], persons: NDArray[np.uint64], version: PublishedFigure) -> frozenset[int]:
    """Return by digest those whose answers are others than they were."""
    then, by_whom = (np.frombuffer(each, dtype=np.uint64) for each in (version.answers, version.persons))
    if len(then) == len(answers) and bool((then == answers).all()):
        return frozenset()
    gone, new = by_whom[~np.isin(then, answers)], persons[~np.isin(answers, then)]
    return frozenset(np.concatenate([gone, new]).tolist())


def _tells_of_the_changed(figure: PeopleFigure, version: PublishedFigure, changed: int) -> bool:
    """Return whether the difference between both tells that those who came, went or changed their minds are alike."""
    if figure.disclosed_as is not DisclosedAs.SHARE or version.shown_as is not ShownAs.FIGURE:
        return False
    more, more_so = figure.n - int(version.n or 0), figure.x - int(version.numerator or 0)
    if more == 0:
        return abs(more_so) >= changed - NEARLY
    return is_near_unanimous(more_so, more) if more > 0 else is_near_unanimous(-more_so, -more)


def needs_decision(figure: PeopleFigure) -> bool:
    """Return whether it is to be decided how leaders see the figure; not where nobody has answered yet."""
    return figure.is_free and not (figure.change is Change.NEW and figure.alone is ShownAs.NO_ANSWERS)


def stand_as_published(figure: PeopleFigure) -> None:
    """Show what was published before."""
    if figure.published is None:
        raise AssertionError("a figure that was never published cannot stand")
    figure.shown_as, figure.is_older = figure.published.shown_as, figure.change is not Change.NONE
    if figure.shown_as not in SEEN:
        figure.is_older = False
