"""A figure on people as disclosure looks at it: the rules that hold for each one alone, and over time.

1. Minimum group: fewer people than `minimum_group` are hidden. A response rate needs as many responses.
3. Near unanimity: none, one, all but one and all of them are told alike, in words; of fewer than two more than the
   minimum that is hidden. So is a mean of answers that are alike but for one at most, or at an end of its scale.
4. Differences over time: those whose answers to a period changed (late, edited, corrected, erased, moved by the YAML)
   are `minimum_group` or more, or the first figure stands, and what was hidden stays hidden. A figure is compared with
   all that was ever published of it by keyed digests: nothing that is kept of it holds an id or an answer.
5. A period is first shown `settle_days` after its last day, so that late answers and repairs are in it.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from enum import Enum
from typing import TYPE_CHECKING, Any

import numpy as np

from integration.kinds.measures import DisclosedAs
from integration.model import ShownAs
from integration.text_format import round_as_shown

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from datetime import date

    from numpy.typing import NDArray

    from integration.model import PublishedFigure

PEOPLE_ABOVE_MINIMUM, NEARLY = 2, 1
"""So many people more than the minimum it takes to tell a near unanimous figure; so few answered otherwise in it."""

UNKNOWN = 0
"""Among the digests of people whose answers have changed: it is not known whose else, nor how many. Counts for none."""


class Change(Enum):
    """What became of a figure since it was published."""

    NEW = "it was never published"
    NONE = "nobody's answers to it have changed"
    FEW = "fewer people's answers have changed than are told of"
    ENOUGH = "as many have changed as a group needs"


@dataclass(eq=False, slots=True, kw_only=True)
class PeopleFigure:
    """One figure on people: what it rests on, what was published of it, and how leaders are to see it.

    `row` is its position among the figures; `ids`, `persons` and `answers` are of the rows that it rests on. `low` and
    `high` are the ends of a mean's scale, NaN for none; `changed` whose answers have changed since `published`, by
    digest. `shown_as` is decided last; `is_older` says that it is what was published before.
    """

    row: int
    measure: str
    team: str
    period: tuple[str, str]
    first: date
    last: date
    series: Any
    disclosed_as: DisclosedAs
    is_headline: bool
    people: int
    n: int
    x: int
    headcount: float
    ids: tuple[str, ...]
    persons: NDArray[np.object_]
    answers: NDArray[np.float64]
    low: float
    high: float
    places: int
    change: Change = Change.NEW
    published: PublishedFigure | None = None
    changed: frozenset[int] = frozenset()
    alone: ShownAs = ShownAs.HIDDEN
    shown_as: ShownAs = ShownAs.HIDDEN
    is_older: bool = False

    @property
    def group(self) -> tuple[str, tuple[str, str]]:
        """Team and period."""
        return (self.team, self.period)

    @property
    def is_known(self) -> bool:
        """Whether leaders know it as it is today."""
        was_shown = self.published is not None and self.shown_as is ShownAs.WITHDRAWN and self.change is Change.NONE
        return was_shown or (self.shown_as in SEEN and not self.is_older)

    @property
    def is_free(self) -> bool:
        """Whether it is still to be decided how leaders see it."""
        return self.change in {Change.NEW, Change.ENOUGH}

    def what_stands(self) -> PublishedFigure | None:
        """Return what was published before, where leaders see that still; None where they see it anew."""
        return self.published if self.is_older or not self.is_free else None

    def hide(self) -> None:
        """Show nothing of it; where it was published, what was stands."""
        stands = self.published is not None and self.published.shown_as in SEEN and self.alone is not ShownAs.HIDDEN
        self.shown_as = self.published.shown_as if self.published and stands else ShownAs.HIDDEN
        self.is_older = stands

    def show(self) -> None:
        """Show it as far as it may be shown alone."""
        self.shown_as, self.is_older = self.alone, False

    def range_of_x(self) -> tuple[int, int]:
        """Return between what its reader takes the number of people to be who answered so."""
        if self.shown_as is not ShownAs.BAND:
            return (self.x, self.x)
        return (0, NEARLY) if self.x <= NEARLY else (self.n - NEARLY, self.n)


def count_changed(changed: frozenset[int] | set[int]) -> int:
    """Return how many people's answers have changed, at the least."""
    return len(changed) - (UNKNOWN in changed)


SEEN = frozenset({ShownAs.FIGURE, ShownAs.BAND, ShownAs.NO_ANSWERS})


def show_alone(figure: PeopleFigure, minimum: int) -> ShownAs:
    """Return how leaders may see a figure by the rules that hold for it alone."""
    if figure.disclosed_as is DisclosedAs.RESPONSES:
        return ShownAs.HIDDEN if 0 < figure.people < minimum else ShownAs.FIGURE if figure.n else ShownAs.NO_ANSWERS
    if figure.n == 0:
        return ShownAs.NO_ANSWERS
    if figure.people < minimum:
        return ShownAs.HIDDEN
    if figure.disclosed_as is DisclosedAs.SHARE and is_near_unanimous(figure.x, figure.n):
        return ShownAs.HIDDEN if figure.people < minimum + PEOPLE_ABOVE_MINIMUM else ShownAs.BAND
    if figure.disclosed_as is DisclosedAs.MEAN and tells_single_answers(figure):
        return ShownAs.HIDDEN
    return ShownAs.FIGURE


def is_near_unanimous(x: int, n: int) -> bool:
    """Return whether none, one, all but one or all of n people answered so."""
    return n > 0 and not NEARLY < x < n - NEARLY


def tells_single_answers(mean: PeopleFigure) -> bool:
    """Return whether a mean tells what each answered: alike but for one at most, or at an end of the scale."""
    alike = int(np.unique(mean.answers, return_counts=True)[1].max())
    shown = round_as_shown(float(mean.answers.mean()), places=mean.places)
    return alike >= mean.n - NEARLY or shown <= mean.low or shown >= mean.high


def tell(x: int, n: int) -> str:
    """Return a near unanimous share in words."""
    return f"{NEARLY} or fewer of {n}" if x <= NEARLY else f"{n - NEARLY} or more of {n}"


def spread_hidden(figures: Iterable[PeopleFigure]) -> None:
    """Say nothing of a question without answers where anything of that form, group and period is hidden."""
    by_group: dict[tuple[str, tuple[str, str]], list[PeopleFigure]] = {}
    for figure in figures:
        by_group.setdefault(figure.group, []).append(figure)
    for own in by_group.values():
        if any(figure.shown_as is ShownAs.HIDDEN for figure in own):
            for figure in own:
                if figure.shown_as is ShownAs.NO_ANSWERS:
                    figure.shown_as = ShownAs.HIDDEN


DIGEST_BYTES = 8
_MIX = (np.uint64(0xBF58476D1CE4E5B9), np.uint64(0x94D049BB133111EB))


class Digests:
    """Makes digests with a key; each id and each person is digested once."""

    def __init__(self, key: bytes) -> None:
        self._key = hashlib.sha256(key).digest()
        self._known: dict[str, int] = {}

    def digest_rows(
        self, ids: Iterable[str], persons: Iterable[str], answers: Sequence[float] | NDArray[np.float64]
    ) -> tuple[NDArray[np.uint64], NDArray[np.uint64]]:
        """Return a digest of each row and what it contributes, in ascending order, and of who gave it."""
        rows = np.array([self._digest(f"row {row_id}") for row_id in ids], dtype=np.uint64)
        people = np.array([self._digest(f"person {person}") for person in persons], dtype=np.uint64)
        numbers = np.ascontiguousarray(answers, dtype=np.float64).view(np.uint64)
        digests = _mix(rows ^ _mix(numbers))
        order = np.argsort(digests, kind="stable")
        return digests[order], people[order]

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


def compare_with_published(
    figure: PeopleFigure, versions: Sequence[PublishedFigure], digests: Digests, minimum: int
) -> None:
    """Note what became of the figure since it was published; `versions` are in the order of time.

    It is compared with every version. The nearest stands, of several the newest.
    """
    if not versions:
        return
    answers, persons = digests.digest_rows(figure.ids, figure.persons, figure.answers)
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
    """Return whether it is to be decided how leaders see the figure; not while it has no answers."""
    return figure.is_free and not (figure.change is Change.NEW and figure.alone is ShownAs.NO_ANSWERS)


def stand_as_published(figure: PeopleFigure) -> None:
    """Show what was published before."""
    if (was := figure.published) is None:
        raise AssertionError("a figure that was never published cannot stand")
    figure.shown_as, figure.is_older = was.shown_as, was.shown_as in SEEN and figure.change is not Change.NONE
